"""An exported run, opened by a program that is not ours."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from msgspec.structs import replace

from gpt_studio.engine import runs, training
from gpt_studio.engine.config import ModelConfig, TokenizerConfig, TokenizerKind, TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Tested
from gpt_studio.engine.export import huggingface
from gpt_studio.engine.generalization import measure
from gpt_studio.engine.keeping import stored_models
from gpt_studio.engine.requests import CorpusText, Subject, TestRequest, TrainRequest
from gpt_studio.engine.workshop import Workshop

TEXT = "Ann has 7 cats; Bob had 12 dogs.\nCy: no hens, no owls?\n" * 12
MODEL = ModelConfig(n_layer=2, n_head=2, n_embd=16, block_size=16)

Trained = Callable[..., Path]


@pytest.fixture
def trained(tmp_path: Path) -> Trained:
    def make(model: ModelConfig = MODEL, kind: TokenizerKind = "char", text: str = TEXT, **settings: Any) -> Path:
        path = tmp_path / f"run {len(list(tmp_path.iterdir()))}"
        request = TrainRequest(
            corpus=CorpusText(id="toy", title="A | toy", text=text),
            model=model,
            train=TrainConfig(max_steps=12, batch_size=4, **settings),
            run=path,
            name="my toy",
            tokenizer=TokenizerConfig(kind=kind, vocab_size=280),
        )
        assert list(training.train(Workshop(), request))
        return path

    return make


def opened(folder: Path) -> tuple[Any, Any]:
    model, report = transformers.AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
    assert not any(report.values()), report
    return model.eval(), transformers.AutoTokenizer.from_pretrained(folder)


@pytest.mark.parametrize(
    "model",
    [
        MODEL,
        replace(MODEL, tied=False),
        replace(MODEL, bias=True, activation="gelu_tanh"),
        replace(MODEL, tied=False, bias=True, activation="relu", n_head=4),
        replace(MODEL, without=("position",)),
        replace(MODEL, without=("attention",), bias=True),
        replace(MODEL, without=("mlp",)),
        replace(MODEL, without=("scores",), bias=True),
    ],
    ids=[
        "tied",
        "untied",
        "biases and gelu_tanh",
        "untied, biases, relu",
        "no positions",
        "no attention",
        "no mlp",
        "means",
    ],
)
def test_the_witness_computes_the_same_scores_and_the_same_loss(
    tmp_path: Path, trained: Trained, model: ModelConfig
) -> None:
    run = trained(model)
    assert huggingface.export(run, tmp_path / "out") == 12
    witness, tokenizer = opened(tmp_path / "out")
    ids = same_ids(tokenizer, run, held_back := TEXT[int(0.9 * len(TEXT)) :])
    ours, _ = stored_models.load_model(run, runs.read_record(run).model)
    with torch.no_grad():
        torch.testing.assert_close(witness(ids[:, :16]).logits, ours.eval()(ids[:, :16]), rtol=0, atol=1e-4)

    subject = Subject(run=run)
    texts = (CorpusText(id="h", title="h", text=held_back),)
    (tested,) = [
        event
        for report in measure(Workshop(), TestRequest(subjects=(subject,), texts=texts))
        for event in report or ()
        if isinstance(event, Tested)
    ]
    assert tested.loss == pytest.approx(loss_of(witness, ids, 16), abs=1e-3)


def same_ids(tokenizer: Any, run: Path, text: str) -> torch.Tensor:
    ids: torch.Tensor = tokenizer(text, return_tensors="pt").input_ids
    assert ids[0].tolist() == runs.read_tokenizer(run).encode(text).tolist()
    assert tokenizer.decode(ids[0]) == text
    return ids


@pytest.mark.parametrize("kind", ["byte", "bpe"])
def test_the_witness_reads_bytes_and_pieces_as_we_do(tmp_path: Path, trained: Trained, kind: TokenizerKind) -> None:
    text = "Zoë zahlt 3 €  für Café , sagt 'er' .\r\n\tAnn's cats don't <unk> mind.\n\n" * 20
    run = trained(kind=kind, text=text)
    huggingface.export(run, tmp_path / "out")
    witness, tokenizer = opened(tmp_path / "out")
    assert len(tokenizer) == witness.config.vocab_size == {"byte": 256, "bpe": 280}[kind]
    ids = same_ids(tokenizer, run, text + "漢字 \u00ad\u200b🙂 new words , too")
    ours, _ = stored_models.load_model(run, runs.read_record(run).model)
    with torch.no_grad():
        torch.testing.assert_close(witness(ids[:, :16]).logits, ours.eval()(ids[:, :16]), rtol=0, atol=1e-4)


def loss_of(witness: Any, ids: torch.Tensor, block: int) -> float:
    """The witness's own loss, over windows that do not overlap."""
    total = 0.0
    for start in range(0, ids.size(1) - 1, block):
        window = ids[:, start : start + block + 1]
        with torch.no_grad():
            logits = witness(window[:, :-1]).logits[0]
        total += torch.nn.functional.cross_entropy(logits, window[0, 1:], reduction="sum").item()
    return total / (ids.size(1) - 1)


def test_the_witness_writes_with_it(tmp_path: Path, trained: Trained) -> None:
    huggingface.export(trained(), tmp_path / "out")
    witness, tokenizer = opened(tmp_path / "out")
    ids = tokenizer("Ann", return_tensors="pt").input_ids
    torch.manual_seed(1)
    written = tokenizer.decode(witness.generate(ids, attention_mask=torch.ones_like(ids))[0])
    assert written.startswith("Ann")
    assert len(written) == 16


def test_an_earlier_step_is_exported_as_it_was(tmp_path: Path, trained: Trained) -> None:
    run = trained()
    assert huggingface.export(run, tmp_path / "early", step=0) == 0
    huggingface.export(run, tmp_path / "late")
    early, late = (opened(tmp_path / name)[0].transformer.wte.weight for name in ("early", "late"))
    assert not torch.equal(early, late)
    with pytest.raises(StudioError, match=r"run\.no_snapshot"):
        huggingface.export(run, tmp_path / "none", step=7)
    assert not (tmp_path / "none").exists()


def test_the_card_tells_the_run_s_facts(tmp_path: Path, trained: Trained) -> None:
    run = trained()
    huggingface.export(run, tmp_path / "out")
    card = (tmp_path / "out/README.md").read_text("utf-8")
    checks = [event for event in runs.read_metrics(run) if hasattr(event, "val_loss")]
    for fact in ("my toy", r"A \| toy", runs.read_record(run).corpus.sha256, f"{checks[-1].val_loss:.4f}", "muon"):
        assert fact in card
    assert checks[-1].bits_per_char == pytest.approx(checks[-1].val_loss / math.log(2))
    assert json.loads((tmp_path / "out/config.json").read_text("utf-8"))["model_type"] == "gpt2"


@pytest.mark.parametrize("odd", [{"without": ("mask",)}, {"head_bias": True}])
def test_what_no_gpt_2_has_or_lacks_is_refused(tmp_path: Path, trained: Trained, odd: dict[str, object]) -> None:
    run = trained(ModelConfig(n_layer=1, n_head=1, n_embd=8, block_size=16, **odd))
    with pytest.raises(StudioError, match=r"export\.without"):
        huggingface.export(run, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_bigram_is_refused_and_nothing_is_written(tmp_path: Path, trained: Trained) -> None:
    run = trained(ModelConfig(n_layer=0, n_head=1, n_embd=1, block_size=16), optimizer="adamw")
    with pytest.raises(StudioError, match=r"export\.bigram"):
        huggingface.export(run, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, trained: Trained) -> None:
    run, out = trained(), tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("two years of work")
    with pytest.raises(StudioError, match=r"export\.exists"):
        huggingface.export(run, out)
    assert [file.name for file in out.iterdir()] == ["thesis.txt"]
    (out / "thesis.txt").unlink()
    assert huggingface.export(run, out) == 12
