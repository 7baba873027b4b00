"""Tells when training has come apart without the loss leaving the numbers."""

import math
from collections import deque
from collections.abc import Iterable


class LossWatch:
    """Watches the losses of the batches, as means over a few of them.

    Far worse than it was at best, and worse than pure guessing: no single hard batch and no overfitting looks so.

    Args:
        vocab_size: Pure guessing costs its logarithm.
        losses: Those of the steps before, oldest first.
    """

    LENGTH = 20  # batches of a mean
    FACTOR = 3.0

    def __init__(self, vocab_size: int, losses: Iterable[float] = ()) -> None:
        self._guess = math.log(vocab_size)
        self._last: deque[float] = deque(maxlen=self.LENGTH)
        self.best = math.inf  # lowest mean
        for loss in losses:
            self.add(loss)

    def add(self, loss: float) -> None:
        self._last.append(loss)
        if len(self._last) == self.LENGTH:
            self.best = min(self.best, self.mean)

    @property
    def mean(self) -> float:
        return math.fsum(self._last) / max(1, len(self._last))

    @property
    def suspicious(self) -> bool:
        """Whether the newest batch looks so: not a state to be kept."""
        return bool(self._last) and self._is_beyond(self._last[-1])

    @property
    def exploded(self) -> bool:
        """Whether all of the last batches together do."""
        return self._is_beyond(self.mean)

    def _is_beyond(self, loss: float) -> bool:
        return loss > max(self.FACTOR * self.best, self._guess)
