"""Picking another token: the text goes on as if that one had been drawn, to the last bit."""

from pathlib import Path

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from gpt_studio.engine import generation, runs, training
from gpt_studio.engine.config import ModelConfig, Sampling, TokenizerConfig, TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import WritingBegun, Written
from gpt_studio.engine.generation import Writer
from gpt_studio.engine.requests import Begun, CorpusText, Subject, TrainRequest, WriteRequest
from gpt_studio.engine.workshop import Workshop

from .conftest import run_job

TEXT = CorpusText(id="cafe", title="Café", text="Ann hat eine Katze. Zoë trinkt Café für 3 € im Grünen.\n" * 60)
KINDS = {
    "char": TokenizerConfig(),
    "byte": TokenizerConfig(kind="byte"),
    "bpe": TokenizerConfig(kind="bpe", vocab_size=280),
}
CONTEXT, LENGTH = 16, 40  # so the window slides four times
SAMPLINGS = (Sampling(temperature=2.0, top_k=0), Sampling(temperature=0.8, top_k=5), Sampling(temperature=0.0))
SHOWN = 4


@pytest.fixture(scope="module", params=list(KINDS))
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / request.param
    train = TrainConfig(max_steps=12, batch_size=4, eval_every=6, micro_batch=4, learning_rate=1e-2)
    model = ModelConfig(n_layer=1, n_head=2, n_embd=16, block_size=CONTEXT)
    asked = TrainRequest(corpus=TEXT, model=model, train=train, run=path, name="run", tokenizer=KINDS[request.param])
    run_job(training.train(Workshop(), asked))
    return path


@pytest.fixture
def asked(run: Path) -> WriteRequest:
    subject = Subject(run=run)
    return WriteRequest(subject=subject, prompt="Zoë ", samplings=SAMPLINGS, length=LENGTH, seed=5, candidates=SHOWN)


def told(request: WriteRequest, row: int) -> list[Written]:
    events = run_job(generation.write(Workshop(), request))
    assert isinstance(events[0], WritingBegun) and events[0].step == 12
    return [event for event in events[1:] if event.row == row]


def picking(request: WriteRequest, row: int, text: list[Written], place: int, id: int) -> WriteRequest:
    """To take over a text up to a place, and to go on with another token there."""
    return replace(request, begun=Begun(row=row, tokens=(*(one.id for one in text[:place]), id)))


def facts(ones: list[Written]) -> list[tuple]:
    """All that is told of a token, its chances to the last bit."""

    def of(one: Written) -> tuple:
        odds = (one.candidates.ids, one.candidates.before.tobytes(), one.candidates.after.tobytes())
        return (one.row, one.id, one.text, one.label, one.rank, one.probability, one.probability_after, *odds)

    return list(map(of, ones))


@pytest.mark.parametrize("row", range(len(SAMPLINGS)))
def test_picking_what_was_drawn_repeats_the_text_to_its_end(asked, row):
    first = told(asked, row)
    for place in (0, 11, 12, 13, 21, LENGTH - 1):  # before, at and behind the slides of the window
        again = run_job(generation.write(Workshop(), picking(asked, row, first, place, first[place].id)))[1:]
        assert facts(again) == facts(first[place:]), place


def test_picking_another_keeps_the_beginning_and_is_repeatable(asked):
    first = told(asked, row=1)
    for place in (0, 14, 33):
        other = next(id for id in first[place].candidates.ids if id != first[place].id)
        branch = told(picking(asked, 1, first, place, other), row=1)
        assert len(branch) == LENGTH - place
        assert branch[0].id == other and branch[0].candidates.ids == first[place].candidates.ids
        assert branch[0].probability == pytest.approx(
            first[place].candidates.before[first[place].candidates.ids.index(other)]
        )
        assert facts(branch) == facts(told(picking(asked, 1, first, place, other), row=1))
        assert [one.id for one in branch] != [one.id for one in first[place:]]


def test_what_was_struck_out_can_be_picked_and_a_branch_can_branch(asked):
    first = told(asked, row=2)  # temperature 0 strikes out all but one
    branch = told(picking(asked, 2, first, 10, first[10].candidates.ids[3]), row=2)
    assert branch[0].probability_after == 0 and branch[0].rank == 4
    text = [*first[:10], *branch]
    again = told(picking(asked, 2, text, 30, text[30].id), row=2)
    assert facts(again) == facts(text[30:])


def test_the_text_of_a_branch_is_what_its_tokens_stand_for(asked, run):
    """Also where a token is taken over that ends within a character."""
    tokenizer = runs.read_tokenizer(run)
    first = told(asked, row=0)
    for place in (1, 2, 3, 5):
        other = next(id for id in first[place].candidates.ids if id != first[place].id)
        text = [*first[:place], *told(picking(asked, 0, first, place, other), row=0)]
        whole, shown = tokenizer.decode([one.id for one in text]), "".join(one.text for one in text)
        assert whole.startswith(shown) and len(whole) - len(shown) <= 1


def test_a_branch_can_be_told_from_its_beginning(asked):
    """Also where its beginning was drawn with settings that the branch has not any more."""
    narrow = (SAMPLINGS[0], Sampling(temperature=0.5, top_k=2), SAMPLINGS[2])
    first = told(asked, row=1)
    place = next(place for place, one in enumerate(first) if place > 14 and one.rank > 2)
    request = picking(replace(asked, samplings=narrow), 1, first, place, first[place].candidates.ids[0])
    branch = [*first[:place], *told(request, row=1)]
    again = run_job(
        generation.write(Workshop(), replace(request, begun=Begun(row=1, tokens=request.begun.tokens, retold=True)))
    )
    assert {one.row for one in again[1:]} == {1}
    for one, other in zip(again[1:], branch, strict=True):
        assert (one.id, one.text, one.rank, one.candidates.ids) == (
            other.id,
            other.text,
            other.rank,
            other.candidates.ids,
        )
        assert one.probability == pytest.approx(other.probability, rel=1e-4)
        assert len(one.candidates.ids) == SHOWN


def test_other_settings_hold_from_the_picked_token_on(asked):
    first = told(asked, row=0)
    frozen = replace(asked, samplings=(Sampling(temperature=0.0),) * 3)
    branch = told(picking(frozen, 0, first, 8, first[8].candidates.ids[1]), row=0)
    assert {one.rank for one in branch[1:]} == {1}
    assert facts(branch) == facts(told(picking(replace(frozen, seed=99), 0, first, 8, branch[0].id), row=0))


def test_tokens_that_this_model_cannot_have_written_are_refused(asked):
    first = told(asked, row=1)
    unlikely = next(id for id in range(20) if id not in first[3].candidates.ids[:5])
    for tokens in ((), (1, 100_000), (-1,)):
        with pytest.raises(StudioError, match=r"write\.begun"):
            told(replace(asked, begun=Begun(row=1, tokens=tokens)), row=1)
    narrow = replace(asked, samplings=(SAMPLINGS[1],), candidates=1)
    with pytest.raises(StudioError, match=r"write\.begun"):
        told(picking(narrow, 0, first, 3, unlikely), row=0)


@pytest.mark.parametrize("context", [1, 3, 8])
@pytest.mark.parametrize("prompt", [1, 9])
@pytest.mark.parametrize("cached", [True, False])
@torch.inference_mode()
def test_a_writer_that_takes_over_stands_where_the_other_stands(tiny_gpt, context, prompt, cached):
    tiny_gpt.config = replace(tiny_gpt.config, block_size=context)

    def make() -> Writer:
        return Writer(tiny_gpt, np.arange(prompt) % 11, SAMPLINGS[:1], seed=2, cached=cached)

    first, windows, found = make(), [], []
    for _ in range(20):
        windows.append([list(row) for row in first._rows])
        found.append(first.next())
    for place in range(20):
        other = make()
        for _ in other.take_over([one.tokens[0] for one in found[:place]]):
            pass
        assert other._rows == windows[place]
        again = other.next()
        assert again.tokens == found[place].tokens
        assert again.before.tobytes() == found[place].before.tobytes()
