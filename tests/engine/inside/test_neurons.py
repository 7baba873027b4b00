"""Neurons: the passages that are told are those where a neuron really fires most."""

import numpy as np
import torch

from gpt_studio.engine.inside.neurons import KEPT, find_passages
from gpt_studio.engine.inside.trace import trace
from gpt_studio.engine.requests import NeuronsRequest, Subject
from gpt_studio.engine.workshop import Workshop

from ..conftest import TEXT, run_job


def test_the_strongest_places_of_every_neuron_are_found(trained):
    told = run_job(find_passages(Workshop(), NeuronsRequest(subject=Subject(run=trained))))
    last = told[-1]
    exhibit = Workshop().copy_of(Subject(run=trained))
    ids = torch.as_tensor(exhibit.tokenizer.encode(TEXT[int(0.9 * len(TEXT)) :]))
    whole = ids[: len(ids) // 16 * 16].view(-1, 16)
    fired = trace(exhibit.model, whole).neurons.flatten(1, 2)  # (L, N, 4 C)
    best = fired.topk(KEPT, dim=1).values.transpose(1, 2)
    np.testing.assert_allclose(last.fired, best, atol=1e-5)
    assert last.read == len(last.tokens) == whole.numel()
    for layer, neuron in ((0, 3), (1, 60)):
        at = int(last.places[layer, neuron, 0])
        assert float(fired[layer, at, neuron]) == np.float32(last.fired[layer, neuron, 0])
        assert last.tokens[at] == exhibit.tokenizer.tokens[int(whole.flatten()[at])]
