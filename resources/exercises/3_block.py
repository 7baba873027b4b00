"""Exercise 3: a transformer block.

A block reads the residual stream twice and adds to it twice: first what attention gathers, then what the feed-forward
part makes of it. Each reads the stream through a LayerNorm of its own (pre-norm, as in GPT-2).

Fill the gap, then run:  gpt-studio exercise check 3_block.py
"""

from collections.abc import Callable

from torch import Tensor

Part = Callable[[Tensor], Tensor]


def block(x: Tensor, norm_1: Part, attention: Part, norm_2: Part, feed_forward: Part) -> Tensor:
    """The stream after the block, (B, T, C).

    Args:
        x: The stream before it, (B, T, C).
        norm_1, attention, norm_2, feed_forward: Each takes (B, T, C) and gives (B, T, C).
    """
    raise NotImplementedError("the gap is yours to fill")
