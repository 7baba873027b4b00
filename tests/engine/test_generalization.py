"""Testing: over the whole text, and honest about what the model does not know."""

import math

import numpy as np
import pytest
import torch

from gpt_studio.engine import corpus, runs, training
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Evaluated
from gpt_studio.engine.generalization import measure, read, total_loss
from gpt_studio.engine.model import GPT, next_token_loss
from gpt_studio.engine.requests import CorpusText, ReadRequest, Subject, TestRequest
from gpt_studio.engine.workshop import Workshop

from .conftest import run_job


def finished(generator):
    try:
        while True:
            next(generator)
    except StopIteration as end:
        return end.value


def cell(run, text, step=None):
    request = TestRequest(subjects=(Subject(run=run, step=step),), texts=(CorpusText(id="t", title="T", text=text),))
    return run_job(measure(Workshop(), request))[0]


@pytest.mark.parametrize("count", [2, 5, 8, 9, 10, 17, 40])
@pytest.mark.parametrize("rows", [1, 3])
def test_every_token_but_the_first_is_predicted_once(tiny_gpt, count, rows):
    ids = np.arange(count) % 11
    expected = 0.0
    for start in range(0, count - 1, 8):
        piece = torch.as_tensor(ids[start : start + 9])[None]
        expected += next_token_loss(tiny_gpt(piece[:, :-1]), piece[:, 1:]).item() * (piece.size(1) - 1)
    assert finished(total_loss(tiny_gpt, ids, rows)) == pytest.approx(expected, rel=1e-5)


def test_measuring_leaves_the_model_as_it_was(tiny_config):
    model = GPT(tiny_config).train()
    for _ in total_loss(model, np.arange(40) % 11, 1):
        assert model.training
        assert torch.is_grad_enabled()


def test_the_held_back_part_measured_apart_equals_the_last_check(trained):
    _, held_back = corpus.split(runs.read_corpus(trained).text)
    last = [event for event in runs.read_metrics(trained) if isinstance(event, Evaluated)][-1]
    measured = cell(trained, held_back)
    assert measured.loss == pytest.approx(last.val_loss, rel=1e-5)
    assert measured.bits_per_char == pytest.approx(last.bits_per_char, rel=1e-5)
    assert measured.perplexity == pytest.approx(math.exp(last.val_loss), rel=1e-5)


def test_characters_that_the_vocabulary_lacks_count_as_pure_guesses(trained):
    size = runs.read_tokenizer(trained).vocab_size
    foreign = cell(trained, "жжжж")
    assert foreign.unknown_share == 1.0
    assert foreign.loss == pytest.approx(math.log(size))
    known, mixed = cell(trained, "Ann has 2 cats."), cell(trained, "Ann has 2 cats.ж")
    assert mixed.unknown_share == pytest.approx(1 / 16)
    assert mixed.loss == pytest.approx((known.loss * 14 + math.log(size)) / 15)


def test_the_matrix_is_filled_in_the_order_of_its_rows(trained):
    subjects = (Subject(run=trained, step=0), Subject(run=trained))
    texts = tuple(CorpusText(id=name, title=name, text=f"{name} has 3 owls.\n" * 3) for name in ("Ann", "Bob"))
    cells = run_job(measure(Workshop(), TestRequest(subjects=subjects, texts=texts)))
    assert [(event.row, event.column) for event in cells] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert cells[0].loss > cells[2].loss + 0.5


def test_a_text_of_one_character_is_refused(trained):
    with pytest.raises(StudioError) as refused:
        cell(trained, "A")
    assert refused.value.code == "test.too_short"


def test_reading_tells_of_every_character_how_expected_it_was(trained):
    text = "Ann has 2 cats.\nBoж has 3 dogs.\n"
    seen = run_job(read(Workshop(), ReadRequest(subject=Subject(run=trained), text=text)))[0]
    assert "".join(seen.tokens) == text
    assert np.isnan(seen.losses[0])
    assert seen.losses[18] == pytest.approx(math.log(runs.read_tokenizer(trained).vocab_size))
    assert list(np.flatnonzero(~seen.known)) == [18]
    for place in (1, 5, 20):
        words, chances = seen.candidate_tokens[place], seen.candidate_probabilities[place]
        assert len(words) == 3
        assert chances[0] >= chances[1] >= chances[2]
        if text[place] in words:
            chance = chances[words.index(text[place])]
            assert seen.losses[place] == pytest.approx(-math.log(chance), rel=1e-3)


def test_reading_within_the_first_context_agrees_with_measuring(trained):
    text = "Bob has 3 owls.\n"
    seen = run_job(read(Workshop(), ReadRequest(subject=Subject(run=trained), text=text)))[0]
    assert np.nanmean(seen.losses) == pytest.approx(cell(trained, text).loss, rel=1e-4)


@pytest.mark.parametrize("text", ["A", "ж", "Aж", "жA"])
def test_the_shortest_texts_can_be_read(trained, text):
    seen = run_job(read(Workshop(), ReadRequest(subject=Subject(run=trained), text=text)))[0]
    assert len(seen.tokens) == len(seen.losses) == len(text)


def test_a_run_in_training_is_tested_as_it_is_now(toy_request):
    request, workshop = toy_request(max_steps=12), Workshop()
    for _ in training.train(workshop, request):
        pass
    with torch.no_grad():
        workshop.bench.model.wte.weight.zero_()
    live = run_job(measure(workshop, TestRequest(subjects=(Subject(run=request.run),), texts=(_toy(),))))[0]
    kept = run_job(measure(Workshop(), TestRequest(subjects=(Subject(run=request.run),), texts=(_toy(),))))[0]
    assert live.loss == pytest.approx(math.log(runs.read_tokenizer(request.run).vocab_size), abs=1e-5)
    assert kept.loss < live.loss


def _toy():
    return CorpusText(id="t", title="T", text="Ann has 2 cats.\n" * 4)
