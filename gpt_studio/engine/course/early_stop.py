"""When a run ends by itself: checks in a row have brought nothing better."""

import math
from collections.abc import Iterable


class Patience:
    """Counts the checks since the best one.

    A run that is taken up again after it had ended so is not ended at once: first there must be a new best.

    Args:
        checks: So many in a row without a better one are enough; 0 for never.
        before: The losses of the checks so far, oldest first.
    """

    def __init__(self, checks: int, before: Iterable[float] = ()) -> None:
        self._checks, self._best, self._since = checks, math.inf, 0
        self._counts = True
        for loss in before:
            self.note(loss)
        self._counts = not self.is_spent

    def note(self, loss: float) -> None:
        if loss < self._best:
            self._best, self._since, self._counts = loss, 0, True
        else:
            self._since += 1

    @property
    def is_spent(self) -> bool:
        return self._counts and 0 < self._checks <= self._since
