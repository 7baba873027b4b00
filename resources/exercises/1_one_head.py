"""Exercise 1: one attention head.

Every position asks a question (its query), every position offers a key and a value. A position gathers the values of
itself and of all positions before it, each weighted by how well its key answers the question.

Fill the gap, then run:  gpt-studio exercise check 1_one_head.py
"""

import torch
from torch import Tensor


def one_head(x: Tensor, w_query: Tensor, w_key: Tensor, w_value: Tensor) -> Tensor:
    """What each position gathers.

    Args:
        x: One vector for each position, (B, T, C).
        w_query, w_key, w_value: What makes queries, keys and values of them, (C, D) each.

    Returns:
        (B, T, D).
    """
    # 1. queries, keys and values: x times each of the three matrices
    # 2. scores: every query times every key, divided by the square root of D, (B, T, T)
    # 3. the mask: what lies in a position's future gets the score minus infinity
    # 4. weights: softmax over the keys, so that each row sums to 1
    # 5. the weighted sum of the values
    raise NotImplementedError("the gap is yours to fill")
