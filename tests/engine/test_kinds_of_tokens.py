"""From text to text with each kind of token: trained, written, tested, read, looked into, resumed, packed."""

import math
import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from gpt_studio.engine import attention, corpus, generalization, generation, run_record, runs, training
from gpt_studio.engine.config import ModelConfig, Sampling, TokenizerConfig, TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Evaluated, Started, StepDone, Tested, TextRead, WritingBegun, Written
from gpt_studio.engine.inside.seen import AttentionSeen
from gpt_studio.engine.keeping import archive, stored_models
from gpt_studio.engine.requests import (
    AttentionRequest,
    CorpusText,
    ReadRequest,
    ResumeRequest,
    Subject,
    TestRequest,
    TrainRequest,
    WriteRequest,
)
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.workshop import Workshop

TEXT = CorpusText(id="cafe", title="Café", text="Ann hat eine Katze. Zoë trinkt Café für 3 € im Grünen.\n" * 60)
CONFIGS = {
    "char": TokenizerConfig(),
    "byte": TokenizerConfig(kind="byte"),
    "bpe": TokenizerConfig(kind="bpe", vocab_size=280),
}
MODEL = ModelConfig(n_layer=1, n_head=2, n_embd=16, block_size=16)
STEPS = 12


@dataclass
class Made:
    """A run and what its training told."""

    path: Path
    kind: str
    told: list

    @property
    def record(self) -> run_record.RunRecord:
        return runs.read_record(self.path)

    @property
    def tokenizer(self) -> Tokenizer:
        return runs.read_tokenizer(self.path)


def told_by(job) -> list:
    return [event for report in job for event in report or ()]


def request(path: Path, kind: str) -> TrainRequest:
    train = TrainConfig(max_steps=STEPS, batch_size=4, eval_every=6, micro_batch=4, learning_rate=1e-2)
    return TrainRequest(corpus=TEXT, model=MODEL, train=train, run=path, name=kind, tokenizer=CONFIGS[kind])


@pytest.fixture(scope="module", params=list(CONFIGS))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    path = tmp_path_factory.mktemp("runs") / request.param
    return Made(path, request.param, told_by(training.train(Workshop(), globals()["request"](path, request.param))))


def test_the_run_knows_its_tokens(made):
    started = next(event for event in made.told if isinstance(event, Started))
    tokenizer, (train, held_back) = made.tokenizer, corpus.split(TEXT.text)
    assert tokenizer.kind == made.kind == made.record.tokenizer.kind
    assert started.vocab_size == made.record.model.vocab_size == tokenizer.vocab_size
    assert tokenizer.vocab_size == {"char": len(set(TEXT.text)), "byte": 256, "bpe": 280}[made.kind]
    assert started.train_tokens == made.record.tokens.train == len(tokenizer.encode(train))
    assert started.val_tokens == made.record.tokens.held_back == len(tokenizer.encode(held_back))


def test_bits_per_character_are_those_of_adding_up_token_by_token(made):
    check = [event for event in made.told if isinstance(event, Evaluated)][-1]
    model, _ = stored_models.load_model(made.path, made.record.model)
    held_back = corpus.split(TEXT.text)[1]
    ids = made.tokenizer.encode(held_back).tolist()
    nats = 0.0
    for place in range(1, len(ids)):
        window = ids[(place - 1) // MODEL.block_size * MODEL.block_size : place]
        with torch.no_grad():
            nats -= float(model.eval()(torch.tensor([window]))[0, -1].log_softmax(-1)[ids[place]])
    first = made.tokenizer.decode(ids[:1])
    assert check.val_loss == pytest.approx(nats / (len(ids) - 1), rel=1e-4)
    bits = nats / math.log(2) / (len(held_back) - len(first))
    assert check.bits_per_char == pytest.approx(bits, rel=1e-4)
    assert made.record.bits_per_character(check.val_loss) == pytest.approx(bits, rel=1e-4)
    (cell,) = told_by(generalization.measure(Workshop(), asked_about(made, held_back)))
    assert isinstance(cell, Tested) and cell.bits_per_char == pytest.approx(bits, rel=1e-4)


def asked_about(made: Made, text: str) -> TestRequest:
    shown = CorpusText(id="other", title="Other", text=text)
    return TestRequest(subjects=(Subject(run=made.path),), texts=(shown,))


def test_only_characters_can_be_unknown(made):
    (cell,) = told_by(generalization.measure(Workshop(), asked_about(made, "Ω und 漢字")))
    assert (cell.unknown_share > 0) == (made.kind == "char")
    assert math.isfinite(cell.bits_per_char)


def test_it_writes_whole_characters_and_names_every_token(made):
    samplings = (Sampling(temperature=2.0, top_k=0), Sampling(temperature=0.0))
    asked = WriteRequest(
        subject=Subject(run=made.path), prompt="Zoë 漢", samplings=samplings, length=80, seed=3, candidates=3
    )
    begun, *written = told_by(generation.write(Workshop(), asked))
    assert isinstance(begun, WritingBegun)
    assert begun.prompt == ("Zoë " if made.kind == "char" else "Zoë 漢")
    assert begun.unknown == (("漢",) if made.kind == "char" else ())
    ids = {token: id for id, token in enumerate(made.tokenizer.tokens)}
    for row in range(2):
        ones = [one for one in written if one.row == row]
        assert len(ones) == 80 and all(isinstance(one, Written) for one in ones)
        whole = made.tokenizer.decode([ids[one.label] for one in ones])
        shown = "".join(one.text for one in ones)
        assert whole.startswith(shown) and len(whole) - len(shown) <= 1  # a character that was not finished
        assert all(set(one.candidates.tokens) <= ids.keys() for one in ones)
    again = told_by(generation.write(Workshop(), asked))
    assert [one.label for one in again[1:]] == [one.label for one in written]


def test_it_reads_every_character_of_a_text(made):
    text = "Zoë trinkt Ω."
    (read,) = told_by(generalization.read(Workshop(), ReadRequest(subject=Subject(run=made.path), text=text)))
    assert isinstance(read, TextRead)
    assert "".join(read.tokens) == text
    assert read.joined is (made.kind != "char")
    assert read.known.all() is np.bool_(made.kind != "char")
    assert math.isnan(read.losses[0]) and np.isfinite(read.losses[1:]).all()
    assert len(read.candidate_tokens) == len(read.tokens) and len(read.candidate_tokens[1]) == 3


def test_the_surprise_of_a_character_is_that_of_its_bytes_summed(tmp_path):
    path, text = tmp_path / "byte", "Zoë hat eine 🦉.\n"
    told_by(training.train(Workshop(), request(path, "byte")))
    (read,) = told_by(generalization.read(Workshop(), ReadRequest(subject=Subject(run=path), text=text)))
    model = stored_models.load_model(path, runs.read_record(path).model)[0].eval()
    ids = torch.as_tensor(runs.read_tokenizer(path).encode(text))
    with torch.no_grad():  # the window of 16 moves on by half
        first, second = (model(part[None])[0].log_softmax(dim=-1) for part in (ids[:16], ids[8:]))
    owl = len("Zoë hat eine ".encode())
    alone = [float(first[at - 1, ids[at]] if at < 17 else second[at - 9, ids[at]]) for at in range(owl, owl + 4)]
    assert read.losses[text.index("🦉")] == pytest.approx(-sum(alone), rel=1e-4)


def test_it_is_looked_into_token_by_token(made):
    (seen,) = told_by(attention.attend(Workshop(), AttentionRequest(subject=Subject(run=made.path), text="Für 3 €")))
    assert isinstance(seen, AttentionSeen)
    whole = made.tokenizer.cut("Für 3 €")
    assert seen.tokens == tuple(token.text for token in whole if token.id is not None)[: MODEL.block_size]
    assert seen.weights.shape == (1, 2, len(seen.tokens), len(seen.tokens))


def test_a_resumed_run_equals_one_that_never_stopped(made, tmp_path):
    path = tmp_path / "halved"
    job = training.train(Workshop(), request(path, made.kind))
    for report in job:
        if any(isinstance(event, StepDone) and event.step == 5 for event in report or ()):
            break
    job.close()
    told_by(training.resume(Workshop(), ResumeRequest(run=path)))
    losses = [
        [event.train_loss for event in runs.read_metrics(run) if isinstance(event, StepDone)]
        for run in (made.path, path)
    ]
    assert losses[0] == losses[1] and len(losses[0]) == STEPS
    assert [check.bits_per_char for check in runs.read_metrics(path) if isinstance(check, Evaluated)] == [
        check.bits_per_char for check in made.told if isinstance(check, Evaluated)
    ]


def test_it_travels_as_one_file(made, tmp_path):
    *_, packed = archive.pack(made.path, tmp_path / "run.gptrun")
    *_, unpacked = archive.unpack(packed.result, tmp_path / "home")
    assert runs.read_tokenizer(unpacked.result) == made.tokenizer
    assert runs.read_record(unpacked.result).tokens == made.record.tokens
    losses = [told_by(generalization.measure(Workshop(), asked_about(Made(path, "", []), "Ann"))) for path in
              (made.path, unpacked.result)]  # fmt: skip
    assert losses[0] == losses[1]


def test_a_run_of_an_older_version_opens_and_goes_on(made, tmp_path):
    if made.kind != "char":
        with pytest.raises(StudioError, match=r"run\.damaged"):
            read_without_words_on_tokens(made.path, tmp_path / "old")
        return
    old = read_without_words_on_tokens(made.path, tmp_path / "old")
    assert old.bits_per_character(math.log(2)) == 1.0
    told_by(training.resume(Workshop(), ResumeRequest(run=tmp_path / "old", max_steps=STEPS + 1)))
    assert runs.read_record(tmp_path / "old").tokens == made.record.tokens


def read_without_words_on_tokens(run: Path, copy: Path) -> run_record.RunRecord:
    shutil.copytree(run, copy)
    told = msgspec.json.decode((copy / "run.json").read_bytes())
    del told["tokenizer"], told["tokens"]
    (copy / "run.json").write_bytes(msgspec.json.encode(told))
    runs.read_tokenizer(copy)
    return runs.read_record(copy)


def test_long_tokens_may_leave_a_text_too_short(tmp_path):
    text = CorpusText(id="few", title="Few", text="abcdefgh " * 20)
    asked = TrainRequest(
        corpus=text,
        model=ModelConfig(n_layer=1, n_head=1, n_embd=8, block_size=32),
        train=TrainConfig(max_steps=1, batch_size=1, micro_batch=1),
        run=tmp_path / "few",
        name="few",
        tokenizer=TokenizerConfig(kind="bpe", vocab_size=264),
    )
    with pytest.raises(StudioError) as caught:
        told_by(training.train(Workshop(), asked))
    assert caught.value.code == "corpus.few_tokens" and not (tmp_path / "few").exists()
    corpus.check(text.text, 32)
