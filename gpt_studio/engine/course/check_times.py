"""When a run is checked on held-back text: at even steps, chosen so that the checks cost little of the time."""

import math
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from gpt_studio.engine import clock

SHARE = 0.05  # of the time of training, which checks may cost
AIM = 0.045  # what is chosen for, so that a slower check now and then breaks no promise
FIRST = 20  # steps that are made before an interval is chosen
TRUSTED = 1.5  # times what a check should take by arithmetic
MOST_CHECKS = 100  # in a run: more would be no better curve


class Choice(NamedTuple):
    """An interval that holds for the steps after `step`."""

    step: int
    interval: int


class CheckTimes:
    """Says at which steps a check is due.

    Settings of 0 mean that it is chosen while the run is under way: first from what the check of step 0 and the first
    steps took, and again after a check that has cost more than `SHARE` of the steps before it, or far less. Choices are
    actions of the run, so that a resume checks at the same steps.

    Args:
        eval_every: Steps between two checks, or 0.
        planned: How many steps the run was to make at first: a number that a resume knows as well.
        chosen: What was chosen when the run was first made.
    """

    def __init__(self, eval_every: int, planned: int, chosen: Sequence[Choice] = ()) -> None:
        self._fixed, self._planned = eval_every, planned
        self._chosen = [*chosen]
        self._check_s: float | None = None  # of the newest check
        self._since: tuple[int, float] | None = None  # the step of the newest check, and the training before it

    def interval(self, step: int) -> int:
        """Steps between two checks, for the step `step`; 0 while it is not chosen yet."""
        if self._fixed:
            return self._fixed
        return next((choice.interval for choice in reversed(self._chosen) if choice.step < step), 0)

    def is_due(self, step: int) -> bool:
        if interval := self.interval(step):
            return step % interval == 0
        never_timed = self._check_s is None and step >= FIRST and not self._chosen  # it was stopped before a choice
        return step == 0 or never_timed

    def begin_check(self) -> None:
        self._check_s = 0.0

    @contextmanager
    def timing(self) -> Iterator[None]:
        """A turn of a check; what others do between two turns does not count."""
        began = clock.now()
        yield
        self._check_s = (self._check_s or 0.0) + clock.now() - began

    def timed(self, measuring: Generator[None, None, float]) -> Generator[None, None, float]:
        """Do a check turn by turn, and learn what it costs."""
        self.begin_check()
        while True:
            with self.timing():
                try:
                    next(measuring)
                except StopIteration as done:
                    return float(done.value)
            yield

    def after_steps(self, step: int, training_s: float, check_steps: float) -> Choice | None:
        """The first interval, when enough is known.

        Args:
            step: How many steps are made.
            training_s: Seconds of training so far.
            check_steps: How many steps a check takes as long as, by arithmetic: the very first one may have met a
                machine that was busy with something else.
        """
        if self._fixed or self._chosen or self._since is None or step - self._since[0] < FIRST:
            return None
        step_s = self._step_s(step, training_s)
        self._check_s = min(self._check_s or 0.0, TRUSTED * check_steps * step_s)
        return self._choose(step, step_s, 1)

    def after_check(self, step: int, training_s: float) -> Choice | None:
        """Another interval, where checks cost too much or need not be so rare.

        Args:
            step: How many steps are made.
            training_s: Seconds of training so far.
        """
        since, now = self._since, self.interval(step + 1)
        step_s = self._step_s(step, training_s)
        self._since = step, training_s
        repeats = any(choice.step >= step for choice in self._chosen)  # what was chosen then is chosen again, no more
        if self._fixed or repeats or since is None or not now or step - since[0] < now:
            return None
        assert self._check_s is not None
        cost = self._check_s / (now * step_s)
        if cost > SHARE:
            return self._choose(step, step_s, now + 1)
        rare = len(self._chosen) == 1 and cost < SHARE / 3 and self._wanted(step_s) < now / 2  # once: calm before exact
        return self._choose(step, step_s, 1) if rare else None

    def _step_s(self, step: int, training_s: float) -> float:
        before, seconds = self._since or (step, training_s)
        return max((training_s - seconds) / max(1, step - before), 1e-9)

    def _choose(self, step: int, step_s: float, least: int) -> Choice:
        self._chosen.append(Choice(step, even(max(self._wanted(step_s), least))))
        return self._chosen[-1]

    def _wanted(self, step_s: float) -> float:
        return max((self._check_s or 0.0) / (AIM * step_s), self._planned / MOST_CHECKS)


def even(number: float) -> int:
    """The next number that is not smaller and is easily counted in: 1 to 10, 12, 15, 20, 25, 30, 40, … 100, 120, …"""
    if number <= 10:
        return max(1, math.ceil(number - 1e-9))
    power = 1
    while 100 * power < number:
        power *= 10
    places = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
    return next(place * power for place in places if place * power >= number * (1 - 1e-9))
