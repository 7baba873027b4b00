"""Exercise 4, worked out: from scores to the next character."""

import math

import torch
from torch import Tensor


def probabilities(scores: Tensor, temperature: float, top_k: int) -> Tensor:
    """How likely each character is to be written, (V)."""
    scores = scores / temperature
    if 0 < top_k < len(scores):
        kept = scores.topk(top_k).indices
        struck_out = torch.full_like(scores, -math.inf)
        struck_out[kept] = scores[kept]
        scores = struck_out
    return scores.softmax(dim=0)


def draw(chances: Tensor, luck: float) -> int:
    """The place of the character that is written."""
    ends = chances.cumsum(dim=0)
    return min(int((ends <= luck).sum()), len(chances) - 1)  # rounding may leave the last end just below 1
