"""What a longer text costs."""

from types import SimpleNamespace

import pytest

from gpt_studio.engine import training
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.inside import cost
from gpt_studio.engine.inside.growth import exponent
from gpt_studio.engine.inside.seen import CostSeen
from gpt_studio.engine.requests import CostRequest, Subject
from gpt_studio.engine.workshop import Workshop

from .conftest import run_job


def test_every_length_is_measured_with_the_shapes_of_the_model(trained, monkeypatch):
    monkeypatch.setattr(cost, "LENGTHS", (8, 16, 32))
    seen = run_job(cost.measure_cost(Workshop(), CostRequest(subject=Subject(run=trained))))
    assert [one.length for one in seen] == [8, 16, 32]
    assert [one.table_bytes for one in seen] == [4 * 2 * n * n for n in (8, 16, 32)]
    assert all(isinstance(one, CostSeen) and one.attention_s > 0 and one.feed_forward_s > 0 for one in seen)


def test_it_ends_before_its_table_fills_the_memory(trained, monkeypatch):
    monkeypatch.setattr(cost, "LENGTHS", (8, 16, 32))
    monkeypatch.setattr(cost, "LARGEST_TABLE", 4 * 2 * 16 * 16)
    seen = run_job(cost.measure_cost(Workshop(), CostRequest(subject=Subject(run=trained))))
    assert [one.length for one in seen] == [8, 16]


def test_it_ends_before_the_tables_of_a_pass_exceed_what_is_free(trained, monkeypatch):
    monkeypatch.setattr(cost, "LENGTHS", (8, 16, 32))
    free = SimpleNamespace(available=4 * (4 * 2 * 16 * 16))
    monkeypatch.setattr(cost.psutil, "virtual_memory", lambda: free)
    seen = run_job(cost.measure_cost(Workshop(), CostRequest(subject=Subject(run=trained))))
    assert [one.length for one in seen] == [8, 16]


def test_it_ends_when_the_next_length_would_not_fit_its_time(trained, monkeypatch):
    monkeypatch.setattr(cost, "LENGTHS", (8, 16, 32))
    monkeypatch.setattr(cost, "BUDGET_S", 0.0)
    seen = run_job(cost.measure_cost(Workshop(), CostRequest(subject=Subject(run=trained))))
    assert [one.length for one in seen] == [8]


def test_between_long_passes_the_worker_may_turn_to_something_else(trained, monkeypatch):
    monkeypatch.setattr(cost, "LENGTHS", (8,))
    monkeypatch.setattr(cost, "HELD_S", 0.0)  # any pass is long
    reports = list(cost.measure_cost(Workshop(), CostRequest(subject=Subject(run=trained))))
    assert reports.count(None) >= 2 * (1 + cost.REPEATS)


def test_a_model_without_a_feed_forward_part_has_no_time_of_one(toy_request, monkeypatch):
    monkeypatch.setattr(cost, "LENGTHS", (8,))
    request = toy_request("bare", model={"without": ("mlp",)}, max_steps=1)
    run_job(training.train(Workshop(), request))
    (seen,) = run_job(cost.measure_cost(Workshop(), CostRequest(subject=Subject(run=request.run))))
    assert seen.attention_s > 0 and seen.feed_forward_s is None


def test_a_bigram_has_no_attention_to_time(toy_request):
    request = toy_request("bigram", model={"n_layer": 0, "n_head": 1, "n_embd": 1}, optimizer="adamw", max_steps=2)
    run_job(training.train(Workshop(), request))
    with pytest.raises(StudioError, match=r"look\.bigram"):
        run_job(cost.measure_cost(Workshop(), CostRequest(subject=Subject(run=request.run))))


def test_the_power_by_which_time_grows_is_read_from_the_longer_lengths():
    lengths = [32, 64, 128, 256, 512, 1024]
    assert exponent(lengths, [n**2 for n in lengths]) == pytest.approx(2)
    assert exponent(lengths, [1000 + n for n in lengths]) < 1  # a fixed cost hides the growth
    assert exponent(lengths, [5.0, 5.0, 5.0, 0.256, 0.512, 1.024]) == pytest.approx(1)  # short ones do not count
    assert exponent([32], [1.0]) is None
