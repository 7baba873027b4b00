"""Where the ticks of an axis stand."""

import math


def round_steps(low: float, high: float, most: int) -> list[float]:
    """At most `most` round numbers (1, 2, 2.5 or 5 times a power of ten apart) between `low` and `high`."""
    if not high > low:
        return []
    raw = (high - low) / max(1, most)
    power = 10.0 ** math.floor(math.log10(raw))
    spacing = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= raw * (1 - 1e-9))
    first = math.ceil(low / spacing - 1e-9)
    last = math.floor(high / spacing + 1e-9)
    return [place * spacing for place in range(first, last + 1)]
