"""Why this token: what was shown while writing, what each layer says, and where it looked are of one model."""

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from gpt_studio.engine import training
from gpt_studio.engine.config import Sampling, TokenizerConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Written
from gpt_studio.engine.generation import Writer, window_length, write
from gpt_studio.engine.inside.leaking import follow_leak
from gpt_studio.engine.inside.why import explain
from gpt_studio.engine.requests import LeakRequest, Subject, WhyRequest, WriteRequest
from gpt_studio.engine.workshop import Workshop

from ..conftest import TEXT, run_job

SAMPLING = Sampling(temperature=0.7, top_k=9, top_p=0.9)


def written_by(run, prompt: str = "Ann", length: int = 40) -> list[Written]:
    request = WriteRequest(
        subject=Subject(run=run), prompt=prompt, samplings=(SAMPLING,), length=length, seed=3, candidates=12
    )
    return [event for event in run_job(write(Workshop(), request)) if isinstance(event, Written)]


def why(run, written: list[Written], place: int, prompt: str = "Ann"):
    tokens = tuple(one.id for one in written[:place])
    request = WhyRequest(subject=Subject(run=run), prompt=prompt, tokens=tokens, written=written[place].id)
    return run_job(explain(Workshop(), request))[0]


@pytest.mark.parametrize("prompt", ["", "Ann", "Ann has 2 cats.\nBob has 3 dogs."])
def test_the_last_layer_says_what_was_told_while_writing_also_after_the_window_has_slid(trained, prompt):
    written = written_by(trained, prompt)
    for place in (0, 1, 7, 8, 12, 13, 14, 15, 16, 17, 25, 39):  # a context of 16 slides by 8
        seen, one = why(trained, written, place, prompt), written[place]
        assert seen.own_chance[-1] == pytest.approx(one.probability, abs=1e-4)
        assert seen.own_rank[-1] == one.rank
        assert seen.guesses[-1] == one.candidates.tokens[:3]


def test_the_window_is_the_one_that_the_writer_has(tiny_gpt):
    for prompt in (1, 5, 8, 30):
        writer = Writer(tiny_gpt, np.arange(prompt) % 11, (SAMPLING,), seed=1)
        with torch.inference_mode():
            for place in range(30):
                assert window_length(prompt, place, 8) == len(writer._rows[0])
                writer.next()


def test_attention_is_told_from_the_last_token_for_every_head(trained):
    written = written_by(trained)
    seen = why(trained, written, 20)
    assert seen.attention.shape == (2, 2, len(seen.tokens))
    np.testing.assert_allclose(seen.attention.sum(-1), 1, atol=1e-5)
    assert seen.begins == 20 - len(seen.tokens)
    assert "".join(seen.tokens) == "".join(one.text for one in written[seen.begins : 20])


def test_every_layer_tells_its_guess_and_the_place_of_the_written_token(trained):
    written = written_by(trained)
    seen = why(trained, written, 5)
    assert len(seen.guesses) == len(seen.chances) == len(seen.own_rank) == 3
    for stage, (guesses, rank) in enumerate(zip(seen.guesses, seen.own_rank, strict=True)):
        assert (guesses[0] == written[5].label) == (rank == 1)
        assert seen.own_chance[stage] <= seen.chances[stage, 0]


def test_a_model_without_attention_leans_on_nothing_and_a_bigram_has_no_layers(toy_request):
    plain = toy_request("plain", model={"without": frozenset({"attention"})}, max_steps=3)
    run_job(training.train(Workshop(), plain))
    assert why(plain.run, written_by(plain.run), 5).attention.shape[:2] == (0, 0)
    table = toy_request("table", model={"n_layer": 0}, max_steps=3)
    run_job(training.train(Workshop(), table))
    with pytest.raises(StudioError, match="bigram"):
        why(table.run, written_by(table.run), 5)


@pytest.mark.parametrize("kind", ["char", "byte", "bpe"])
def test_the_shown_odds_are_those_of_an_independent_softmax(toy_request, kind):
    request = replace(toy_request(kind, max_steps=20), tokenizer=TokenizerConfig(kind=kind, vocab_size=280))
    run_job(training.train(Workshop(), request))
    written = written_by(request.run, "Ann has")
    exhibit = Workshop().copy_of(Subject(run=request.run))
    prompt = exhibit.tokenizer.encode("Ann has").tolist()
    for place in (0, 3, 30):
        ids = [*prompt, *(one.id for one in written[:place])][-window_length(len(prompt), place, 16) :]
        scores = exhibit.model(torch.tensor([ids]))[0, -1].numpy().astype(np.float64)
        before, after = softmax(scores), cut(scores)
        shown = written[place].candidates
        np.testing.assert_allclose(shown.before, before[list(shown.ids)], atol=1e-5)
        np.testing.assert_allclose(shown.after, after[list(shown.ids)], atol=1e-5)
        assert written[place].probability_after == pytest.approx(after[written[place].id], abs=1e-5)


def softmax(scores: np.ndarray) -> np.ndarray:
    grown = np.exp(scores - scores.max())
    return grown / grown.sum()


def cut(scores: np.ndarray) -> np.ndarray:
    """Temperature, then the k likeliest, then the fewest that reach p together."""
    order = np.argsort(-scores)
    kept = softmax(scores[order[: SAMPLING.top_k]] / SAMPLING.temperature)
    reached = 1 + int(np.searchsorted(np.cumsum(kept), SAMPLING.top_p))
    chances = np.zeros(len(scores))
    chances[order[:reached]] = kept[:reached] / kept[:reached].sum()
    return chances


def test_a_planted_sentence_costs_less_and_less_until_it_comes_whole_and_its_control_does_not(toy_request):
    secret = "Zed keeps 7 owls.\n"
    request = toy_request("leak", text=(TEXT[:60] + secret) * 60, max_steps=150, batch_size=16, model={"n_embd": 48})
    run_job(training.train(Workshop(), request))
    asked = LeakRequest(
        run=request.run,
        steps=(0, 50, 60, 150),
        beginning="Zed",
        sentence=" keeps 7 owls.",
        control=" slwo 7 speek.",
    )
    seen = run_job(follow_leak(Workshop(), asked))
    assert [one.step for one in seen] == [0, 50, 150]  # 60 was not kept
    assert seen[0].sentence.bits_per_char > 4 > 1 > seen[-1].sentence.bits_per_char
    assert seen[-1].control.bits_per_char > 3
    assert seen[-1].sentence.is_whole and not seen[0].sentence.is_whole and not seen[-1].control.is_whole
    assert seen[-1].sentence.characters == 14


def test_a_sentence_of_unknown_characters_is_refused(trained):
    asked = LeakRequest(run=trained, steps=(0,), beginning="Ann", sentence="\u4e2d", control="x")
    with pytest.raises(StudioError, match="leak"):
        run_job(follow_leak(Workshop(), asked))
