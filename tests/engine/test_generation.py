"""Writing: the same seed gives the same text, and every shortcut gives what the long way gives."""

import math

import numpy as np
import pytest
import torch

from gpt_studio.engine.config import STYLES, ModelConfig, Sampling
from gpt_studio.engine.errors import RunError
from gpt_studio.engine.events import WritingBegun, Written
from gpt_studio.engine.generation import Writer, write
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import Subject, WriteRequest
from gpt_studio.engine.sampling import Sampler
from gpt_studio.engine.workshop import Workshop

from .conftest import run_job


def written_by(writer: Writer, length: int) -> list[list[int]]:
    with torch.inference_mode():
        return [writer.next().tokens for _ in range(length)]


def reshape(scores: torch.Tensor, sampling: Sampling) -> torch.Tensor:
    """The chances to draw by, for scores of the whole vocabulary, (V)."""
    odds = Sampler((sampling,), 1, len(scores), 0, torch.device("cpu")).odds(scores[None])
    return torch.zeros(len(scores)).index_copy(0, odds.tokens[0], odds.after[0])


def text_of(events, row=0) -> str:
    return "".join(event.text for event in events if isinstance(event, Written) and event.row == row)


@pytest.mark.parametrize("prompt", [[1], [1, 2, 3], list(range(8)), [k % 11 for k in range(20)]])
def test_writing_with_a_cache_equals_writing_without(tiny_gpt, prompt):
    ids = np.array(prompt)
    samplings = (Sampling(temperature=1.0, top_k=0), Sampling(temperature=0.8, top_k=5))
    fast, plain = (Writer(tiny_gpt, ids, samplings, seed=5, cached=cached) for cached in (True, False))
    assert written_by(fast, 40) == written_by(plain, 40)


def test_the_shortest_context_writes_too():
    torch.manual_seed(1)
    model = GPT(ModelConfig(n_layer=1, n_head=1, n_embd=4, block_size=1, vocab_size=5)).eval()
    assert len(written_by(Writer(model, np.array([2]), (Sampling(),), seed=1), 6)) == 6


def test_a_row_does_not_depend_on_the_rows_beside_it(tiny_gpt):
    alone = written_by(Writer(tiny_gpt, np.array([3]), (STYLES["creative"],), seed=2), 20)
    beside = written_by(Writer(tiny_gpt, np.array([3]), tuple(STYLES.values()), seed=2), 20)
    assert [row[0] for row in alone] == [row[2] for row in beside]


def test_temperature_zero_takes_the_likeliest():
    chances = reshape(torch.tensor([0.1, 2.0, -1.0]), Sampling(temperature=0.0))
    assert chances.tolist() == [0.0, 1.0, 0.0]


def test_a_tiny_temperature_does_not_overflow():
    chances = reshape(torch.tensor([10.0, 50.0, -90.0]), Sampling(temperature=1e-4, top_k=0))
    assert chances.tolist() == [0.0, 1.0, 0.0]


def test_top_k_keeps_the_k_likeliest_and_above_the_vocabulary_all():
    logits = torch.randn(9)
    assert int((reshape(logits, Sampling(temperature=1.0, top_k=3)) > 0).sum()) == 3
    torch.testing.assert_close(reshape(logits, Sampling(temperature=1.0, top_k=200)), logits.softmax(-1))
    assert int((reshape(torch.zeros(9), Sampling(temperature=1.0, top_k=3)) > 0).sum()) == 3  # ties do not add to it


def test_top_p_keeps_the_fewest_whose_chances_reach_p():
    logits = torch.tensor([0.5, 0.3, 0.15, 0.05]).log()
    kept = reshape(logits, Sampling(temperature=1.0, top_k=0, top_p=0.7))
    torch.testing.assert_close(kept, torch.tensor([0.625, 0.375, 0.0, 0.0]))
    assert int((reshape(logits, Sampling(temperature=1.0, top_k=0, top_p=1e-9)) > 0).sum()) == 1


def test_the_same_seed_gives_the_same_text_and_another_seed_another(trained):
    def text(seed):
        request = WriteRequest(
            subject=Subject(run=trained), prompt="Ann", samplings=(Sampling(),), length=50, seed=seed
        )
        return text_of(run_job(write(Workshop(), request)))

    assert text(1) == text(1)
    assert text(1) != text(2)
    assert len(text(1)) == 50


def test_unknown_characters_of_the_prompt_are_told_and_left_out(trained):
    request = WriteRequest(subject=Subject(run=trained), prompt="Aéßnné", samplings=(Sampling(),), length=5)
    begun = run_job(write(Workshop(), request))[0]
    assert begun == WritingBegun(prompt="Ann", unknown=("é", "ß"), step=30)


@pytest.mark.parametrize("prompt", ["", "☃"])
def test_a_prompt_without_a_known_character_begins_a_new_line(trained, prompt):
    request = WriteRequest(subject=Subject(run=trained), prompt=prompt, samplings=(Sampling(),), length=5)
    events = run_job(write(Workshop(), request))
    assert events[0].prompt == ""
    assert len(text_of(events)) == 5


def test_candidates_are_the_likeliest_with_their_chances_before_and_after(trained):
    sampling = Sampling(temperature=0.5, top_k=3)
    request = WriteRequest(subject=Subject(run=trained), prompt="B", samplings=(sampling,), length=9, candidates=6)
    for event in run_job(write(Workshop(), request))[1:]:
        assert len(event.candidates.tokens) == 6
        assert list(event.candidates.before) == sorted(event.candidates.before, reverse=True)
        assert np.count_nonzero(event.candidates.after) == 3
        place = event.candidates.tokens.index(event.text)
        assert event.rank == place + 1
        assert event.probability == pytest.approx(event.candidates.before[place])
        assert event.probability_after == pytest.approx(event.candidates.after[place])


@pytest.mark.parametrize("sampling", [Sampling(temperature=1.0, top_k=3), Sampling(temperature=1.0, top_p=0.6)])
def test_what_is_cut_away_is_told_with_its_chance(trained, sampling):
    samplings = (sampling, Sampling(temperature=1.0, top_k=0))
    request = WriteRequest(subject=Subject(run=trained), prompt="B", samplings=samplings, length=9, candidates=200)
    for event in run_job(write(Workshop(), request))[1:]:
        left = event.candidates.after == 0
        assert event.cut == np.count_nonzero(left) and (event.cut > 0) == (event.row == 0)
        assert event.cut_share == pytest.approx(float(event.candidates.before[left].sum()), abs=1e-5)


def test_an_older_step_writes_as_the_model_did_then(trained):
    def text(step):
        request = WriteRequest(subject=Subject(run=trained, step=step), prompt="", samplings=(Sampling(),), length=60)
        return text_of(run_job(write(Workshop(), request)))

    assert text(0) != text(None)
    assert text(30) == text(None)
    with pytest.raises(RunError) as refused:
        text(7)
    assert refused.value.values["steps"] == (0, 10, 25, 30)


def test_a_bigram_model_writes(toy_request):
    from gpt_studio.engine import training

    request = toy_request(model={"n_layer": 0, "n_head": 1, "n_embd": 1})
    run_job(training.train(Workshop(), request))
    asked = WriteRequest(subject=Subject(run=request.run), prompt="A", samplings=(Sampling(),), length=40)
    assert len(text_of(run_job(write(Workshop(), asked)))) == 40


def test_an_untrained_model_is_hardly_surprised_by_anything(trained):
    request = WriteRequest(subject=Subject(run=trained, step=0), prompt="A", samplings=(Sampling(top_k=0),), length=20)
    chances = [event.probability for event in run_job(write(Workshop(), request))[1:]]
    assert np.mean(-np.log(chances)) < math.log(40)
