"""Layer by layer: the last stage is the model itself, and what blocks add is what changes the stream."""

import numpy as np
import pytest
import torch

from gpt_studio.engine.inside.lens import look_through_layers
from gpt_studio.engine.inside.trace import trace
from gpt_studio.engine.requests import LayersRequest, Subject
from gpt_studio.engine.workshop import Workshop

from ..conftest import run_job


@pytest.fixture
def seen(trained):
    return run_job(look_through_layers(Workshop(), LayersRequest(subject=Subject(run=trained), text="Ann has 2")))[0]


def chances_of(run, text: str) -> torch.Tensor:
    exhibit = Workshop().copy_of(Subject(run=run))
    ids = torch.as_tensor(exhibit.tokenizer.encode(text))[None]
    return exhibit.model(ids)[0].softmax(dim=-1)


def test_the_lens_of_the_last_layer_is_what_the_model_says(trained, seen):
    chances = chances_of(trained, "Ann has 2")
    np.testing.assert_allclose(seen.chances[-1], chances.topk(5).values, atol=1e-6)
    np.testing.assert_array_equal(seen.candidates[-1], chances.topk(5).indices)
    np.testing.assert_array_equal(seen.forming[-1], seen.chances[-1])


def test_every_stage_tells_the_chance_of_what_really_follows(trained, seen):
    tokens = Workshop().copy_of(Subject(run=trained)).tokenizer.encode("Ann has 2")
    expected = chances_of(trained, "Ann has 2")[torch.arange(8), torch.as_tensor(tokens[1:])]
    np.testing.assert_allclose(seen.truth[-1, :8], expected, atol=1e-6)
    assert np.isnan(seen.truth[:, 8]).all()
    assert seen.truth.shape == (3, 9)


def test_a_stage_is_the_one_before_and_what_its_block_adds(tiny_gpt):
    kept = trace(tiny_gpt, torch.tensor([[1, 2, 3, 4], [5, 6, 7, 8]]))
    assert kept.stream.shape == (3, 2, 4, 16)
    torch.testing.assert_close(kept.stream[1:], kept.stream[:-1] + kept.attention + kept.mlp)


def test_the_model_is_left_as_it_was(tiny_gpt):
    ids = torch.tensor([[1, 2, 3]])
    before = tiny_gpt(ids)
    trace(tiny_gpt, ids)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in tiny_gpt.modules())
    torch.testing.assert_close(tiny_gpt(ids), before)


def test_the_sizes_are_those_of_the_vectors(trained, seen):
    exhibit = Workshop().copy_of(Subject(run=trained))
    kept = trace(exhibit.model, torch.as_tensor(exhibit.tokenizer.encode("Ann has 2"))[None])
    np.testing.assert_allclose(seen.attention_adds[1, 4], kept.attention[1, 0, 4].norm(), rtol=1e-5)
    np.testing.assert_allclose(seen.stream[2, 4], kept.stream[2, 0, 4].norm(), rtol=1e-5)


def test_the_neurons_told_are_those_that_fire_most(trained, seen):
    exhibit = Workshop().copy_of(Subject(run=trained))
    fired = trace(exhibit.model, torch.as_tensor(exhibit.tokenizer.encode("Ann has 2"))[None]).neurons[:, 0, 3]
    layer, neuron = seen.neurons[3, 0]
    assert float(fired[layer, neuron]) == pytest.approx(float(fired.max()), abs=1e-6)
    assert seen.fired[3, 0] == pytest.approx(float(fired.max()), abs=1e-6)
