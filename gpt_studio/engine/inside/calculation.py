"""From scores to weights: what one head calculates for one position, number by number. Needs no torch."""

import math
from dataclasses import dataclass

import numpy as np

from gpt_studio.engine.arrays import Floats


@dataclass(frozen=True)
class Calculation:
    """One row of attention, in the order in which it comes about (Vaswani et al. 2017, equation 1)."""

    query: Floats  # (D)
    keys: Floats  # (T, D)
    products: Floats  # (T) query times each key
    scores: Floats  # (T) products / sqrt(D)
    masked: Floats  # (T) scores; -inf where the future is hidden
    exponentials: Floats  # (T) e ** (masked - their maximum), which no number is too large for
    weights: Floats  # (T) each exponential's share of their sum: the softmax
    values: Floats  # (T, D)
    result: Floats  # (D) the weighted sum of the values


def calculate(queries: Floats, keys: Floats, values: Floats, place: int, sees_future: bool = False) -> Calculation:
    """Work out one row of one head.

    Args:
        queries: (T, D), or (T, 0) where there are none: then all scores are 0, and all that is seen counts alike.
        keys: As the queries.
        values: (T, D).
        place: The position that looks, from 0.
        sees_future: The model was built without the mask.
    """
    products = keys @ queries[place]
    scores = products / np.float32(math.sqrt(max(1, queries.shape[1])))
    masked = scores.copy()
    if not sees_future:
        masked[place + 1 :] = -np.inf
    exponentials = np.exp(masked - masked.max())
    weights = exponentials / exponentials.sum()
    return Calculation(
        queries[place], keys, products, scores, masked, exponentials, weights, values, result=weights @ values
    )
