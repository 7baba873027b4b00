"""How long steps take, without the gaps in which the computer slept or the program was held."""

import statistics
from collections import deque
from collections.abc import Sequence
from itertools import pairwise

FIRST_STEPS = 20  # before that the machine is still warming up, and a guess would jump about
LAST_STEPS = 100  # how many of the newest steps a guess rests on
NEW_STEPS = 5  # after a resume so many tell more than all of those before: it may be another day, or another machine


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


def seconds_left(newest: Sequence[tuple[float, float]], max_steps: int, since: int = 0) -> float | None:
    """Seconds of training up to `max_steps`, from the median time of the last steps; None before there are enough.

    The median does not mind the few steps that a sample, a check or a visitor made slow. Pauses are not in it, for
    the seconds count training alone.

    Args:
        newest: The last steps, each with the seconds of training up to it; after a resume some may be told twice.
        max_steps: How many there are to be.
        since: The step at which the run was taken up last.
    """
    known = newest[-LAST_STEPS - 1 :]
    if len(known) < FIRST_STEPS:
        return None
    fresh = [each for each in known if each[0] >= since]
    known = fresh if len(fresh) > NEW_STEPS else known
    times = [(s - before_s) / (step - before) for (before, before_s), (step, s) in pairwise(known) if step > before]
    if not times:
        return None
    return max(0.0, statistics.median(times)) * max(0.0, max_steps - newest[-1][0])
