"""Exercise 3, worked out: a transformer block."""

from collections.abc import Callable

from torch import Tensor

Part = Callable[[Tensor], Tensor]


def block(x: Tensor, norm_1: Part, attention: Part, norm_2: Part, feed_forward: Part) -> Tensor:
    """The stream after the block, (B, T, C)."""
    x = x + attention(norm_1(x))
    return x + feed_forward(norm_2(x))
