"""Exercise 4: from scores to the next character.

The model gives every character a score. Temperature divides the scores: below 1 the favourites gain, above 1 the
outsiders do. Top-k strikes out all but the k best. Softmax makes probabilities of what is left, and a number drawn
evenly between 0 and 1 decides.

Fill the two gaps, then run:  gpt-studio exercise check 4_sampling.py
"""

import torch
from torch import Tensor


def probabilities(scores: Tensor, temperature: float, top_k: int) -> Tensor:
    """How likely each character is to be written.

    Args:
        scores: (V).
        temperature: Above 0.
        top_k: How many characters may be written at all; 0 means all.

    Returns:
        (V), with sum 1; 0 for what is struck out.
    """
    raise NotImplementedError("the gap is yours to fill")


def draw(chances: Tensor, luck: float) -> int:
    """The place of the character that is written.

    Lay the probabilities end to end on a line from 0 to 1: character 0 owns the first stretch, character 1 the next,
    and so on. Give the one on whose stretch `luck` lies.

    Args:
        chances: (V), with sum 1.
        luck: At least 0 and less than 1.
    """
    raise NotImplementedError("the gap is yours to fill")
