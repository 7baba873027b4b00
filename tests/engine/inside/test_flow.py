"""Average and roll-out."""

import numpy as np

from gpt_studio.engine.inside.flow import average, roll_out


def rows(layers: int, heads: int, length: int) -> np.ndarray:
    weights = np.random.default_rng(5).random((layers, heads, length, length)).astype(np.float32) * np.tri(length)
    return (weights / weights.sum(axis=-1, keepdims=True)).astype(np.float32)


def test_rows_go_on_to_sum_to_one_and_the_future_stays_hidden():
    weights = rows(4, 3, 9)
    for together in (average(weights), roll_out(weights)):
        assert together.shape == (4, 9, 9)
        np.testing.assert_allclose(together.sum(axis=-1), 1.0, atol=1e-5)
        assert np.triu(together, 1).max() == 0.0


def test_what_came_two_places_in_two_layers_is_found_by_the_roll_out():
    back = np.diag(np.ones(4), -1)[None, None] + 0.0
    back[..., 0, 0] = 1.0
    weights = np.repeat(back, 2, axis=0).astype(np.float32)  # two layers that look one place back
    flow = roll_out(weights)
    np.testing.assert_allclose(flow[0, 4], [0, 0, 0, 0.5, 0.5])
    np.testing.assert_allclose(flow[1, 4], [0, 0, 0.25, 0.5, 0.25])
