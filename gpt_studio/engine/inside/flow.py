"""Attention of several heads or layers taken together. Needs no torch."""

import numpy as np

from gpt_studio.engine.arrays import Floats


def average(weights: Floats) -> Floats:
    """The mean over the heads of each layer: (L, H, T, T) becomes (L, T, T)."""
    mean: Floats = weights.mean(axis=1)
    return mean


def roll_out(weights: Floats) -> Floats:
    """How much of each position has reached each other one through all layers up to each, (L, T, T).

    In every layer, half of what a position holds is its own (the residual connection) and half is gathered, evenly by
    all heads; layers are chained by multiplying. Rows sum to 1.

    Source: Abnar and Zuidema 2020, "Quantifying Attention Flow in Transformers", section 3.
    """
    mixed = 0.5 * average(weights) + 0.5 * np.eye(weights.shape[-1], dtype=np.float32)
    flows = [mixed[0]]
    for layer in mixed[1:]:
        flows.append(layer @ flows[-1])
    return np.stack(flows)
