"""A run that was promised to take so many minutes: how many steps it can make, by the speed that it really has."""

import statistics
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from gpt_studio.engine import clock
from gpt_studio.engine.course.pace import Pace

AIM = 0.98  # of the time: rather a little before the bell than after it
REVIEWS = 60  # how often in a run the number of steps is thought over
RECENT_S = 4.0  # what is usual now is the median of the steps of so many seconds, and of at least so many readings
LEAST = 5
IMPATIENT = 0.1  # share of the time after which fewer readings must do
WORTH_IT = 0.02  # share of the steps left by which a new number must differ to be taken


class _Cost(NamedTuple):
    """What a check, a sample or a saving took the last time, and how long steps took then."""

    seconds: float
    step_s: float | None


class Deadline:
    """Watches the clock for a run, and says how many steps fit into what is left of its time.

    The time is the clock's, from `start` to the end of the last saving. Left out are pauses, and gaps in which the
    computer slept or the program was held (pace.py). The last check, sample and saving are kept free for; the samples
    before them are few and not foreseen: what they take is seen at the next review.

    Args:
        seconds: What was promised.
        eval_every: Steps between two checks.
        save_every_s: Seconds between two savings.
    """

    def __init__(self, seconds: float, eval_every: int, save_every_s: float) -> None:
        self._seconds, self.eval_every, self._save_every_s = seconds, eval_every, save_every_s
        self._began = clock.now()
        self._left_out = 0.0
        self._paused_at: float | None = None
        self._mark = self._reviewed_at = 0.0
        self._pace, self._steps = Pace(), deque[tuple[float, float]](maxlen=1000)  # when, and seconds of a step
        self._costs: dict[str, _Cost] = {}

    def start(self) -> None:
        """The time begins."""
        self._began, self._left_out, self._mark = clock.now(), 0.0, 0.0

    def pause(self) -> None:
        """What comes does not count, until the training job is heard of again."""
        self._paused_at = clock.now()

    def elapsed(self) -> float:
        """Seconds since the start that count; asked by the training job alone, for it ends a pause."""
        now = clock.now()
        if self._paused_at is not None:
            self._left_out += now - self._paused_at
            self._paused_at = None
        return now - self._began - self._left_out

    def note_steps(self, count: int) -> None:
        """So many steps were made since the last ones, or since the last duty."""
        each = (self.elapsed() - self._mark) / count
        believed = self._pace.believed(each)
        self._left_out += (each - believed) * count
        self._mark = self.elapsed()
        self._steps.append((self._mark, believed))

    @contextmanager
    def timing(self, duty: str) -> Iterator[None]:
        """Learn what a duty costs: "check", "sample", "saving" or "last saving"."""
        began = self.elapsed()
        yield
        self._mark = self.elapsed()
        self._costs[duty] = _Cost(self._mark - began, self._step_s())

    def revised(self, step: int, max_steps: int) -> int | None:
        """Another number of steps than `max_steps`, where the time asks for one; else None."""
        now = self.elapsed()
        enough = len(self._steps) >= (LEAST if now < IMPATIENT * self._seconds else 1)
        if not enough or now - self._reviewed_at < self._seconds / REVIEWS or step >= max_steps:
            return None
        self._reviewed_at = now
        fitting = step + max(1, self._steps_left(now))
        return fitting if abs(fitting - max_steps) > max(1.0, WORTH_IT * (max_steps - step)) else None

    def _steps_left(self, now: float) -> int:
        step_s = self._step_s() or 1e-9
        saved = 1.0 + self._cost("saving") / self._save_every_s
        each = saved * (step_s + self._cost("check") / self.eval_every)
        left = AIM * self._seconds - now - self._cost("check") - self._cost("sample") - self._cost("last saving")
        return int(left / each)

    def _step_s(self) -> float | None:
        """What a step takes now; None before one was made."""
        if not self._steps:
            return None
        newest = self._steps[-1][0]
        recent = [seconds for at, seconds in self._steps if newest - at <= RECENT_S]
        if len(recent) < LEAST:
            recent = [seconds for _, seconds in self._steps][-LEAST:]
        return max(statistics.median(recent), 1e-9)

    def _cost(self, duty: str) -> float:
        """What a duty would take now: as much slower or faster as the steps have become."""
        cost = self._costs.get(duty, _Cost(0.0, None))
        now = self._step_s()
        return cost.seconds * now / cost.step_s if now and cost.step_s else cost.seconds
