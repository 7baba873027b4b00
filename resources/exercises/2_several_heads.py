"""Exercise 2: several attention heads side by side.

The width C is shared out among the heads: each works with D = C / n_head numbers. One matrix makes the queries, keys
and values of all heads at once, as in GPT-2: its C first columns are the queries, the next C the keys, the last C the
values; of each, head 0 owns the first D, head 1 the next D, and so on.

Fill the gap, then run:  gpt-studio exercise check 2_several_heads.py
"""

import torch
from torch import Tensor


def several_heads(x: Tensor, w_qkv: Tensor, w_out: Tensor, n_head: int) -> Tensor:
    """What each position gathers through all heads.

    Args:
        x: (B, T, C).
        w_qkv: Makes queries, keys and values, (C, 3 C).
        w_out: Mixes what the heads found, (C, C).
        n_head: How many heads.

    Returns:
        (B, T, C).
    """
    # 1. queries, keys and values, (B, T, C) each; then one slice per head, (B, n_head, T, D)
    # 2. attention in each head, as in exercise 1
    # 3. the heads' results side by side again, (B, T, C), and times w_out
    raise NotImplementedError("the gap is yours to fill")
