"""Looking inside a model without queries and keys: every look answers, and with what such a model really does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gpt_studio.engine import training
from gpt_studio.engine.arrays import Floats
from gpt_studio.engine.attention import attend
from gpt_studio.engine.inside import cost
from gpt_studio.engine.inside.calculation import calculate
from gpt_studio.engine.inside.embeddings import map_tokens
from gpt_studio.engine.inside.gradients import measure_parts
from gpt_studio.engine.inside.heads import weigh
from gpt_studio.engine.inside.leaking import follow_leak
from gpt_studio.engine.inside.lens import look_through_layers
from gpt_studio.engine.inside.neurons import find_passages
from gpt_studio.engine.inside.roles import name_heads
from gpt_studio.engine.inside.why import explain
from gpt_studio.engine.requests import (
    AttentionRequest,
    CostRequest,
    EmbeddingsRequest,
    GradientsRequest,
    LayersRequest,
    LeakRequest,
    NeuronsRequest,
    RolesRequest,
    Subject,
    WhyRequest,
    WorthRequest,
)
from gpt_studio.engine.workshop import Workshop

from ..conftest import run_job, toy_in

TEXT = "Ann has 2"


def even(length: int, causal: bool) -> Floats:
    """The weights of a mean, (T, T)."""
    visible = np.ones((length, length), np.float32)
    visible = np.tril(visible) if causal else visible
    return visible / visible.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module", params=[("scores",), ("mask", "scores")], ids="+".join)
def run(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bool]:
    """A run, and whether it has the mask."""
    asked = toy_in(tmp_path_factory.mktemp("means"))(model={"without": request.param}, max_steps=12)
    run_job(training.train(Workshop(), asked))
    return asked.run, "mask" not in request.param


@pytest.fixture
def ask(run: tuple[Path, bool]) -> Callable[..., list[Any]]:
    return lambda job, request, **asked: run_job(job(Workshop(), request(subject=Subject(run=run[0]), **asked)))


def test_its_heads_look_evenly_at_all_that_is_in_sight(ask, run):
    (seen,) = ask(attend, AttentionRequest, text=TEXT)
    for head in seen.weights.reshape(-1, 9, 9):
        np.testing.assert_allclose(head, even(9, causal=run[1]), atol=1e-6)
    row = calculate(*(part[1, 0] for part in (seen.queries, seen.keys, seen.values)), 4, sees_future=not run[1])
    np.testing.assert_allclose(row.weights, seen.weights[1, 0, 4], atol=1e-6)


def test_it_leans_on_every_token_that_it_had_alike(ask):
    (seen,) = ask(explain, WhyRequest, prompt="Ann", tokens=(1, 2), written=3)
    np.testing.assert_allclose(seen.attention, np.full((2, 2, 5), 0.2), atol=1e-6)
    assert np.isfinite(seen.chances).all()


def test_no_head_has_a_habit(ask):
    (seen,) = ask(name_heads, RolesRequest)
    assert seen.role == (("even", "even"), ("even", "even"))
    measured = seen.scores[..., :-1] > 0
    np.testing.assert_allclose(
        seen.scores[..., :-1][measured], np.broadcast_to(seen.chances[..., :-1], measured.shape)[measured], rtol=1e-3
    )


def test_what_each_share_of_its_channels_is_worth_is_measured(ask):
    told = ask(weigh, WorthRequest)
    assert told[-1].worth.shape == (2, 2) and np.isfinite(told[-1].worth).all() and told[-1].worth.any()


def test_its_layers_neurons_and_embeddings_are_seen(ask, run):
    (layers,) = ask(look_through_layers, LayersRequest, text=TEXT)
    assert (layers.attention_adds > 0).all() and np.isfinite(layers.chances).all()
    assert ask(find_passages, NeuronsRequest)[-1].fired.max() > 0
    (map_,) = run_job(map_tokens(Workshop(), EmbeddingsRequest(run=run[0], steps=(None,))))
    assert np.isfinite(map_.points).all()


def test_its_gradients_reach_both_matrices_of_each_mean(run):
    (seen,) = run_job(measure_parts(Workshop(), GradientsRequest(run=run[0], steps=(None,))))
    means = [part for part in seen.parts if part.part == "attention"]
    assert [part.block for part in means] == [1, 2]
    assert all(part.gradient > 0 for part in means)


def test_it_can_give_a_sentence_away_and_be_switched_off_in_part(run):
    asked = LeakRequest(run=run[0], steps=(12,), beginning="Ann", sentence=" has 2 cats.", control=" had 7 owls.")
    (seen,) = run_job(follow_leak(Workshop(), asked))
    assert seen.sentence.bits_per_char > 0
    whole, part = (
        run_job(look_through_layers(Workshop(), LayersRequest(subject=Subject(run=run[0], heads_off=off), text=TEXT)))[
            0
        ]
        for off in ((), ((0, 1),))
    )
    assert not np.allclose(whole.chances, part.chances)


def test_a_longer_text_costs_it_no_table(ask, monkeypatch):
    monkeypatch.setattr(cost, "LENGTHS", (8, 16))
    seen = ask(cost.measure_cost, CostRequest)
    assert [one.table_bytes for one in seen] == [0, 0] and all(one.attention_s > 0 for one in seen)
