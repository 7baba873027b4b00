"""The map of the tokens: one plane for all steps, neighbours from all dimensions."""

import numpy as np
import pytest

from gpt_studio.engine.inside.embeddings import Plane, map_tokens, nearest
from gpt_studio.engine.keeping import snapshot_room
from gpt_studio.engine.requests import EmbeddingsRequest, Subject
from gpt_studio.engine.workshop import Workshop

from ..conftest import run_job

CLOUD = np.random.default_rng(3).normal(size=(40, 6)).astype(np.float32) * np.array([5, 3, 1, 1, 1, 1], np.float32)


def test_the_plane_shows_the_two_directions_of_most_spread():
    plane = Plane(CLOUD)
    variances = np.linalg.eigvalsh(np.cov(CLOUD.T))
    assert plane.share(CLOUD) == pytest.approx(variances[-2:].sum() / variances.sum(), abs=1e-4)
    np.testing.assert_allclose(plane.points(CLOUD).mean(axis=0), 0.0, atol=1e-5)


def test_one_token_alone_has_a_place_too():
    assert Plane(np.ones((1, 4), np.float32)).points(np.ones((1, 4), np.float32)).tolist() == [[0.0, 0.0]]


def test_neighbours_are_those_of_the_same_direction_however_long():
    table = np.array([[1, 0, 0], [9, 1, 0], [0, 1, 0], [-1, 0, 0]], np.float32)
    places, cosines = nearest(table, 2)
    assert places[0].tolist() == [1, 2]
    assert cosines[0] == pytest.approx([9 / 82**0.5, 0.0], abs=1e-6)
    assert 0 not in places[0]


def test_the_plane_stays_the_same_from_step_to_step(trained):
    request = EmbeddingsRequest(run=trained, steps=(0, 30, None), plane_step=30)
    first, last, now = run_job(map_tokens(Workshop(), request))
    assert (first.asked, last.asked, now.asked) == (0, 30, None)
    table = Workshop().copy_of(Subject(run=trained, step=0)).model.wte.weight.numpy()
    plane = Plane(Workshop().copy_of(Subject(run=trained, step=30)).model.wte.weight.numpy())
    np.testing.assert_allclose(first.points, plane.points(table), atol=1e-6)
    np.testing.assert_allclose(now.points, last.points, atol=1e-6)
    assert first.share < last.share
    assert last.positions.shape == (16, 16)


def test_a_step_that_was_thinned_meanwhile_is_passed_over(trained):
    asked = map_tokens(Workshop(), EmbeddingsRequest(run=trained, steps=(0, 10, 30), plane_step=30))
    next(asked)
    snapshot_room.thin(trained, [10])
    assert [seen.step for seen in run_job(asked)] == [0, 30]
