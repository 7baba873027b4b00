"""The law through the points of a scaling: it finds what made them, and its interval is as sure as it says."""

import numpy as np
import pytest

from gpt_studio.engine.experiments.scaling_fit import Law, fit

SIZES = np.geomspace(1e4, 1e6, 6)
LAWS = {
    "straight": lambda x: 5 * x**-0.08,
    "bent": lambda x: 1.5 + 20 * x**-0.3,
}


def test_a_power_law_is_found_exactly_and_without_a_floor():
    law = fit(SIZES, LAWS["straight"](SIZES))
    assert not law.has_floor
    assert law.exponent == pytest.approx(0.08)
    assert law.factor == pytest.approx(5)
    assert law.floor == 0
    assert law.predict(1e7).value == pytest.approx(LAWS["straight"](1e7))


def test_a_law_with_a_floor_is_found_exactly():
    law = fit(SIZES, LAWS["bent"](SIZES))
    assert law.has_floor
    assert law.exponent == pytest.approx(0.3, rel=1e-4)
    assert law.factor == pytest.approx(20, rel=1e-4)
    assert law.floor == pytest.approx(1.5, rel=1e-4)
    assert law.predict(1e7).value == pytest.approx(LAWS["bent"](1e7), rel=1e-6)


def test_the_interval_of_a_straight_line_is_the_textbooks():
    """Against the closed form of simple regression: s sqrt(1 + 1/n + (x - mean)² / Sxx) times t."""
    heights = LAWS["straight"](SIZES) * np.exp([0.01, -0.02, 0.015, 0.0, -0.01, 0.005])
    law, x, y = Law(SIZES, heights, has_floor=False), np.log(SIZES), np.log(heights)
    slope, height = np.polyfit(x, y, 1)
    s = np.sqrt(((y - height - slope * x) ** 2).sum() / 4)
    spread = ((x - x.mean()) ** 2).sum()
    new = np.log(3e6)
    reach = 2.776 * s * np.sqrt(1 + 1 / 6 + (new - x.mean()) ** 2 / spread)
    told = law.predict(3e6)
    assert np.log([told.low, told.high]) == pytest.approx(height + slope * new + reach * np.array([-1, 1]))
    assert law.scatter == pytest.approx(s)
    saved = law.saving(1e6)
    sides = slope + 2.776 * s / np.sqrt(spread) * np.array([1, -1])
    assert [saved.low, saved.value, saved.high] == pytest.approx(
        [*(1 - 10 ** sides[:1]), 1 - 10**slope, 1 - 10 ** sides[1]]
    )


@pytest.mark.parametrize("name", LAWS)
def test_nineteen_of_twenty_new_points_lie_in_the_interval(name):
    """300 simulated series with deviations of 0.5 %: between 92 and 98 of a hundred."""
    chance, new, inside = np.random.default_rng(5), 2.5e6, 0
    for _ in range(300):
        law = fit(SIZES, LAWS[name](SIZES) * np.exp(0.005 * chance.standard_normal(6)))
        inside += bool(law.predict(new).has(LAWS[name](new) * np.exp(0.005 * chance.standard_normal())))
    assert 0.92 < inside / 300 < 0.98


def test_chance_alone_rarely_makes_a_floor():
    chance = np.random.default_rng(6)
    found = [fit(SIZES, LAWS["straight"](SIZES) * np.exp(0.01 * chance.standard_normal(6))) for _ in range(150)]
    assert sum(law.has_floor for law in found) < 0.06 * 150


def test_three_points_give_a_line_and_no_interval():
    law = fit(SIZES[:3], [2.0, 1.8, 1.7])
    assert law.predict(1e6).value < 1.7
    assert law.predict(1e6)[1:] == (None, None)
    assert law.saving(1e6)[1:] == (None, None)
    assert law.predict(1e6).has(1.5) is None


def test_two_points_or_one_size_over_and_over_give_nothing():
    assert fit(SIZES[:2], [2.0, 1.8]) is None
    assert fit([1e4, 1e4, 1e4], [2.0, 1.9, 2.1]) is None


def test_losses_that_rise_have_no_floor_and_save_nothing():
    law = fit(SIZES, 1 / LAWS["straight"](SIZES))
    assert not law.has_floor
    assert law.exponent < 0
    assert law.saving(1e6).value < 0


def test_equal_losses_give_a_level_line():
    law = fit(SIZES, [2.0] * 6)
    assert law.exponent == pytest.approx(0)
    assert law.predict(1e7).value == pytest.approx(2)
