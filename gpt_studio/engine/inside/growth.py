"""How fast something grows, by a line through the logarithms."""

import math


def exponent(lengths: list[int], seconds: list[float]) -> float | None:
    """As which power of the length the time grows: the slope of a straight line through the logarithms of the longer
    half, where fixed costs count little; None for fewer than two of them.
    """
    points = [(math.log(length), math.log(each)) for length, each in zip(lengths, seconds, strict=True)]
    points = points[len(points) // 2 :]
    if len(points) < 2:
        return None
    middle = [sum(values) / len(points) for values in zip(*points, strict=True)]
    across: float = sum((x - middle[0]) ** 2 for x, _ in points)
    slope: float = sum((x - middle[0]) * (y - middle[1]) for x, y in points) / across
    return slope
