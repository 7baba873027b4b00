"""What votes in a blind comparison are worth beside tossing a coin."""

from math import comb


def by_chance(right: int, of: int) -> float:
    """How likely a tossed coin gets at least `right` of `of` votes right: the upper tail of the binomial distribution.

    Source: the sign test, as in Gibbons and Chakraborti, "Nonparametric Statistical Inference", section 5.4.
    """
    if not 0 <= right <= of:
        raise ValueError(f"{right} of {of} votes")
    return float(sum(comb(of, number) for number in range(right, of + 1)) / 2**of)
