"""From scores to weights: the numbers that are shown are those that the fast path works with."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from gpt_studio.engine.attention import attend
from gpt_studio.engine.inside.calculation import calculate
from gpt_studio.engine.requests import AttentionRequest, Subject
from gpt_studio.engine.workshop import Workshop

from ..conftest import run_job


@pytest.fixture
def seen(trained):
    return run_job(attend(Workshop(), AttentionRequest(subject=Subject(run=trained), text="Ann has 2 cats")))[0]


def test_each_row_step_by_step_is_the_weights_that_are_shown(seen):
    for layer, head, place in ((0, 0, 0), (0, 1, 5), (1, 0, 13)):
        row = calculate(*(part[layer, head] for part in (seen.queries, seen.keys, seen.values)), place)
        np.testing.assert_allclose(row.weights, seen.weights[layer, head, place], atol=1e-6)
        assert row.weights.sum() == pytest.approx(1.0, abs=1e-6)
        assert (row.weights[place + 1 :] == 0.0).all()


def test_the_result_equals_the_fused_path(seen):
    fused = F.scaled_dot_product_attention(
        *(torch.from_numpy(part) for part in (seen.queries, seen.keys, seen.values)), is_causal=True
    )
    for layer, head, place in ((0, 0, 3), (1, 1, 13)):
        row = calculate(*(part[layer, head] for part in (seen.queries, seen.keys, seen.values)), place)
        np.testing.assert_allclose(row.result, fused[layer, head, place], atol=1e-5)


def test_the_scores_are_the_products_by_the_root_of_their_length(seen):
    row = calculate(seen.queries[0, 0], seen.keys[0, 0], seen.values[0, 0], 4)
    by_hand = sum(float(q) * float(k) for q, k in zip(seen.queries[0, 0, 4], seen.keys[0, 0, 2], strict=True))
    assert row.products[2] == pytest.approx(by_hand, abs=1e-5)
    assert row.scores[2] == pytest.approx(by_hand / 8**0.5, abs=1e-5)


def test_without_queries_and_keys_all_scores_are_zero_and_what_is_in_sight_weighs_the_same(seen):
    none, values = seen.queries[0, 0, :, :0], seen.values[0, 0]
    row = calculate(none, none, values, 3)
    assert (row.scores == 0).all() and np.isinf(row.masked[4:]).all()
    np.testing.assert_allclose(row.weights, [0.25] * 4 + [0.0] * (len(values) - 4))
    np.testing.assert_allclose(row.result, values[:4].mean(axis=0), atol=1e-6)


def test_without_the_mask_a_position_looks_ahead():
    queries = keys = values = np.eye(3, dtype=np.float32)
    assert calculate(queries, keys, values, 0).weights[1:].max() == 0.0
    assert calculate(queries, keys, values, 0, sees_future=True).weights[1:].min() > 0.0
