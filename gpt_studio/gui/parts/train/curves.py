"""Arithmetic for curves that grow: smoothing, and thinning to what a screen can show. NumPy only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import Series

Numbers = NDArray[np.float64]
LOWEST = 0.01  # nats; below it a logarithmic scale has nothing to show
FEW = 300  # points of a line that is two pixels wide: more of them cost time and show nothing more


@dataclass(frozen=True)
class OtherCurve:
    """The held-back loss of a run that is compared with the open one."""

    name: str
    steps: Numbers
    losses: Numbers  # nats per token
    bits: Numbers | None = None  # bits per character; None: its tokens are characters
    other_text: bool = False

    @property
    def label(self) -> str:
        return tr("{name} (other text)").format(name=self.name) if self.other_text else self.name

    def in_unit(self, bits: bool) -> Numbers:
        if not bits:
            return self.losses
        return self.losses / np.log(2) if self.bits is None else self.bits


class Smoother:
    """A moving average that is fed the new points only, and never changes its mind about old ones.

    It looks back over a sixth of the steps so far, at most `reach` of them: short where the loss falls steeply, long
    where it only trembles. It begins from nothing and is divided by the weight that it has gathered so far (as Adam
    corrects its averages, Kingma and Ba 2015, section 3), so the first batch does not count for more than its share.
    An average of the past lies above a curve that falls; the average of the average lies above it as far again, so the
    difference is taken off.
    """

    def __init__(self, reach: int = 60) -> None:
        self.reach = max(1, reach)
        self.clear()

    def clear(self) -> None:
        self.steps, self.smoothed = Series(), Series()
        self._once = self._twice = 0.0
        self._gathered = 0.0  # the weight of all that both have seen; near 1 after a while
        self._taken = 0

    @property
    def last(self) -> float | None:
        return float(self.smoothed.values[-1]) if len(self.smoothed) else None

    def follow(self, steps: Numbers, values: Numbers) -> None:
        """Take what is new in `steps` and `values`, which are the whole curve so far."""
        if len(steps) < self._taken:
            self.clear()  # another curve
        for step, value in zip(steps[self._taken :].tolist(), values[self._taken :].tolist(), strict=True):
            if value != value:  # not a number: the step is left out, the average lives on
                continue
            weight = 1 / (1 + min(self.reach, step / 6))
            self._gathered += weight * (1 - self._gathered)
            self._once += weight * (value - self._once)
            once = self._once / self._gathered
            self._twice += weight * (once - self._twice)
            self.steps.append(step)
            self.smoothed.append(2 * once - self._twice / self._gathered)
        self._taken = len(steps)


def few(steps: Numbers, values: Numbers, most: int = FEW) -> tuple[Numbers, Numbers]:
    """At most `most` of the points, evenly chosen; the first and the newest are always among them."""
    stride = -(-len(steps) // (most - 1))
    if stride <= 1:
        return steps, values
    places = np.append(np.arange(0, len(steps) - 1, stride), len(steps) - 1)
    return steps[places], values[places]


def envelope(steps: Numbers, values: Numbers, span: float, columns: int = 600) -> tuple[Numbers, Numbers]:
    """The lowest and the highest value of every column of the chart, in order: looks like all the points.

    The columns are fixed multiples of steps, so the picture of the past stays still while the curve grows.

    Args:
        steps: Ascending.
        values: One per step.
        span: How many steps the chart is wide.
        columns: How many columns it has.
    """
    width = max(1.0, span / columns)
    if len(steps) < 3 or width <= 2:
        return steps, values
    column = np.floor(steps / width)
    begins = np.flatnonzero(np.diff(column, prepend=column[0] - 1))
    thinned = np.empty(2 * len(begins))
    thinned[0::2] = np.fmin.reduceat(values, begins)
    thinned[1::2] = np.fmax.reduceat(values, begins)
    places = np.repeat(steps[begins], 2)
    places[1::2] += width / 2
    return np.append(places, steps[-1]), np.append(thinned, values[-1])


def loss_range(lines: list[Numbers], guessing: float, log: bool) -> tuple[float, float]:
    """The losses at the bottom and at the top of a chart that shows all `lines` and the line of pure guessing.

    All in the unit that is drawn.

    The bottom moves in steps of a half, so it seldom does. A loss that runs away leaves at the top, so that the rest
    can still be told apart.
    """
    if not any(len(line) for line in lines):
        return (LOWEST * 10 if log else 0.0), guessing * 1.05
    known = np.concatenate([np.empty(0), *(line[np.isfinite(line)] for line in lines)])
    lowest, highest = (float(known.min()), float(known.max())) if len(known) else (guessing, guessing)
    top = max(guessing, min(highest, 2.5 * guessing)) * 1.05
    if log:
        return max(min(lowest, guessing) * 0.85, LOWEST), top
    return max(0.0, min(np.floor((lowest - 0.15) * 2) / 2, np.floor(top) - 1)), top
