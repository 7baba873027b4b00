"""How long steps take, without the gaps in which the computer slept or the program was held."""

import statistics
from collections import deque


class Pace:
    """Takes in the seconds of each step, and passes on those that can be believed."""

    LENGTH = 50  # of the newest steps; what is usual is their median
    LEAST = 5  # before that nothing is known to be unusual
    FACTOR = 10.0
    SLACK_S = 1.0  # a short step may well take ten times as long once

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=self.LENGTH)

    def believed(self, seconds: float) -> float:
        """`seconds`, or what is usual where they hold a gap or a clock was put back."""
        known = len(self._seconds) >= self.LEAST
        usual = statistics.median(self._seconds) if known else max(seconds, 0.0)
        if not 0.0 <= seconds <= self.FACTOR * usual + self.SLACK_S:
            return usual
        self._seconds.append(seconds)
        return seconds
