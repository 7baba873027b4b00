"""The learning rate's course over a run, also where the number of steps is revised on the way."""

from collections.abc import Sequence
from typing import NamedTuple

from gpt_studio.engine.config import TrainConfig


class Revision(NamedTuple):
    """Another number of steps than was planned, because the run keeps to a time."""

    step: int  # the first step that it concerns is the one after it
    max_steps: int


class _Course(NamedTuple):
    """From 1 at first to 0 at the end: flat at `height`, then straight down over the last `span` steps."""

    height: float
    span: float
    end: int

    def at(self, step: int) -> float:
        return self.height * min(1.0, max(0.0, self.end - step) / self.span)


def learning_rate_at(step: int, config: TrainConfig, planned: int, revisions: Sequence[Revision] = ()) -> float:
    """The rate for the step after `step` done: a straight warm-up, flat, then straight down to `final_rate` of the
    height over the last `decay_share` of the steps.

    A revision before the fall moves its beginning, to where the new number puts it, or to here if that is past. One
    within the fall bends it: from where it is, straight to the new end. So the rate never jumps, never rises again, and
    is at its end when the run is.

    Source: the trapezoid of Zhai et al. 2022 and Hägele et al. 2024, with a linear end.

    Args:
        step: How many steps are done.
        config: Height, warm-up and fall.
        planned: How many steps the run was to make at first.
        revisions: In the order in which they were made; those that concern later steps are passed over.
    """
    warmup = min(config.warmup_steps, planned // 10)
    if step < warmup:
        return config.learning_rate * (step + 1) / warmup
    course = _Course(1.0, max(1.0, config.decay_share * planned), planned)
    for revision in revisions:
        if revision.step > step:
            break
        course = _revised(course, revision, config.decay_share)
    return config.learning_rate * (config.final_rate + (1.0 - config.final_rate) * course.at(step))


def _revised(course: _Course, revision: Revision, decay_share: float) -> _Course:
    height, left = course.at(revision.step), revision.max_steps - revision.step
    span = float(left) if height < 1.0 else min(left, decay_share * revision.max_steps)
    return _Course(height, max(1.0, span), revision.max_steps)
