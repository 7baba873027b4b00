"""Exercise 2, worked out: several attention heads side by side."""

import math

import torch
from torch import Tensor


def several_heads(x: Tensor, w_qkv: Tensor, w_out: Tensor, n_head: int) -> Tensor:
    """What each position gathers through all heads, (B, T, C)."""
    b, t, c = x.shape
    query, key, value = (
        part.view(b, t, n_head, c // n_head).transpose(1, 2)  # (B, n_head, T, D)
        for part in (x @ w_qkv).split(c, dim=2)
    )
    scores = query @ key.transpose(2, 3) / math.sqrt(c // n_head)  # (B, n_head, T, T)
    future = torch.ones(t, t).triu(1).bool()
    weights = scores.masked_fill(future, -math.inf).softmax(dim=-1)
    found = (weights @ value).transpose(1, 2).reshape(b, t, c)  # the heads side by side
    return found @ w_out
