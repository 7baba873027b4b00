"""Exercise 1, worked out: one attention head."""

import math

import torch
from torch import Tensor


def one_head(x: Tensor, w_query: Tensor, w_key: Tensor, w_value: Tensor) -> Tensor:
    """What each position gathers, (B, T, D)."""
    query, key, value = x @ w_query, x @ w_key, x @ w_value  # (B, T, D) each
    scores = query @ key.transpose(1, 2) / math.sqrt(query.size(-1))  # (B, T, T)
    future = torch.ones(x.size(1), x.size(1)).triu(1).bool()  # (T, T)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=-1)  # rows sum to 1
    return weights @ value
