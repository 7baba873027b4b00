"""A law through losses at growing sizes, and how sure it is: what the next size should come to.

    loss = a · x^-b            a straight line on logarithmic axes (Kaplan et al. 2020, equation 1.1)
    loss = e + a · x^-b        with a floor that no size goes below (Hoffmann et al. 2022, equation 2, at one number of
                               tokens); a line that bends

x is parameters or operations. Both are fitted by least squares to the logarithm of the loss, so that deviations count
as shares. The floor is taken only where it explains clearly more: by the extra-sum-of-squares F test at 5 %, for which
F(1, n - 3) at 95 % is the square of Student's t (Bates and Watts 1988, section 3.10).

The interval of a new point at x is  log loss ± t · s · sqrt(1 + g' (J'J)^-1 g), with J the derivatives of the law at
the n points, g those at x, s² the squares of the residuals over the n - k degrees of freedom of k figures, and t that
of Student at 95 %: exact for the straight line, for the other by linearisation (Bates and Watts, section 2.3.2). It
holds if the law goes on beyond the largest point; where a floor is too weak to be seen among the deviations, simulated
new points lay inside in 85 to 90 of 100 cases instead of 95. It tells nothing for fewer points than
`LEAST_SURE`: with one degree of freedom t is 12.7, and s is one number drawn by chance.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gpt_studio.engine.experiments.effects import t_quantile

LEAST = 3  # points for a line
LEAST_SURE = 4  # points for an interval
LEAST_FLOOR = 5  # points for a floor
GRID, ROUNDS = 20, 26  # of the search for the floor: places in each direction, and how often it looks closer
POWERS, FLOORS = (0.01, 4.0), (1e-4, 1e4)  # what is searched: b, and the floor over the rest at the middle point
Numbers = NDArray[np.float64]


class Interval(NamedTuple):
    """A value with its 95 % interval, where there is one."""

    value: float
    low: float | None = None
    high: float | None = None

    def has(self, value: float) -> bool | None:
        """Whether a value lies inside; None without an interval."""
        return None if self.low is None or self.high is None else self.low <= value <= self.high


class Law:
    """A fitted law. Made by `fit`.

    Args:
        x: Sizes that it was fitted to.
        y: The losses there.
        has_floor: Its kind.
    """

    def __init__(self, x: Sequence[float], y: Sequence[float], has_floor: bool) -> None:
        logs = np.log(np.asarray(x, np.float64))
        self._logs, self._height = logs, np.log(np.asarray(y, np.float64))
        self._middle = float(logs.mean())
        self.points, self.has_floor = len(logs), has_floor
        places = logs - self._middle
        self._power, self._floor = _bent(places, self._height) if has_floor else (_slope(places, self._height), 0.0)
        self._scale = float((self._height - self._shape(places)).mean())
        residuals = self._height - self._shape(places) - self._scale
        self.squares = float(residuals @ residuals)
        self.freedom = self.points - (3 if has_floor else 2)
        jacobian = self._derivatives(places)
        self._cover = np.linalg.pinv(jacobian.T @ jacobian)

    @property
    def exponent(self) -> float:
        """B."""
        return self._power

    @property
    def factor(self) -> float:
        """A."""
        return math.exp(self._scale + self._power * self._middle)

    @property
    def floor(self) -> float:
        """e; 0 for the straight line."""
        return self._floor * math.exp(self._scale)

    @property
    def scatter(self) -> float:
        """By what share points lie beside the law: the standard deviation of their logarithms."""
        return math.sqrt(self.squares / self.freedom) if self.freedom else 0.0

    @property
    def is_sure(self) -> bool:
        """Whether there are enough points for an interval."""
        return self.points >= LEAST_SURE and self.freedom >= 2

    def at(self, x: float) -> float:
        place = np.array([math.log(x) - self._middle])
        return math.exp(self._scale + float(self._shape(place)[0]))

    def predict(self, x: float) -> Interval:
        """What one new run of this size should come to."""
        value = self.at(x)
        if not self.is_sure:
            return Interval(value)
        towards = self._derivatives(np.array([math.log(x) - self._middle]))[0]
        reach = self._reach(1.0 + float(towards @ self._cover @ towards))
        return Interval(value, value * math.exp(-reach), value * math.exp(reach))

    def saving(self, x: float, times: float = 10.0) -> Interval:
        """The share that a size `times` as large takes off the loss at x, with the interval of the law itself."""
        places = np.log([x, x * times]) - self._middle
        before, after = self._derivatives(places)
        change = float(self._shape(places)[1] - self._shape(places)[0])
        share = 1 - math.exp(change)
        if not self.is_sure:
            return Interval(share)
        reach = self._reach(float((after - before) @ self._cover @ (after - before)))
        return Interval(share, 1 - math.exp(change + reach), 1 - math.exp(change - reach))

    def _reach(self, variance: float) -> float:
        return t_quantile(self.freedom) * self.scatter * math.sqrt(max(0.0, variance))

    def _shape(self, places: Numbers) -> Numbers:
        """The logarithm of the law without its height, at logarithms of sizes less their mean."""
        if self.has_floor:
            return np.log(self._floor + np.exp(-self._power * places))
        return -self._power * places

    def _derivatives(self, places: Numbers) -> Numbers:
        """(n, k) by height, power and, if there is one, floor."""
        ones = np.ones_like(places)
        if not self.has_floor:
            return np.stack([ones, -places], axis=1)
        falling = np.exp(-self._power * places)
        whole = self._floor + falling
        return np.stack([ones, -places * falling / whole, 1 / whole], axis=1)


def fit(x: Sequence[float], y: Sequence[float]) -> Law | None:
    """The law of these losses; None for fewer than `LEAST` sizes.

    Args:
        x: Sizes, at least three of them different ones.
        y: The loss at each.
    """
    if len(x) < LEAST or len(set(x)) < LEAST:
        return None
    straight = Law(x, y, has_floor=False)
    if len(x) < LEAST_FLOOR or straight.exponent <= 0:
        return straight
    bent = Law(x, y, has_floor=True)
    gained = straight.squares - bent.squares
    is_clear = gained > t_quantile(bent.freedom) ** 2 * bent.squares / bent.freedom
    return bent if is_clear and gained > 1e-12 else straight  # rounding explains nothing


def _slope(places: Numbers, heights: Numbers) -> float:
    """Minus the slope of the straight line through points whose places have the mean 0."""
    return -float(places @ heights) / float(places @ places)


def _bent(places: Numbers, heights: Numbers) -> tuple[float, float]:
    """Power and floor with the least squares: a grid that closes in on its best place, round after round."""
    powers, floors = (math.log(POWERS[0]), math.log(POWERS[1])), (math.log(FLOORS[0]), math.log(FLOORS[1]))
    best = (0.0, 0.0)
    for _ in range(ROUNDS):
        power, floor = np.linspace(*powers, GRID), np.linspace(*floors, GRID)
        falling = np.exp(-np.exp(power)[:, None, None] * places)
        beside = heights - np.log(np.exp(floor)[None, :, None] + falling)
        squares = ((beside - beside.mean(axis=2, keepdims=True)) ** 2).sum(axis=2)
        row, column = np.unravel_index(int(squares.argmin()), squares.shape)
        best = float(power[row]), float(floor[column])
        powers, floors = _closer(powers, best[0]), _closer(floors, best[1])
    return math.exp(best[0]), math.exp(best[1])


def _closer(span: tuple[float, float], middle: float) -> tuple[float, float]:
    """Half as wide, about the middle: the valley is long and slanting, so slowly."""
    half = (span[1] - span[0]) / 4
    return middle - half, middle + half
