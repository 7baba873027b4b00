"""Where a word stands in a text."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice

MOST = 100_000  # matches; beyond it the count says "more than"


def find_all(text: str, word: str) -> list[int]:
    """Where `word` begins in `text`, whatever its case; at most MOST + 1 places."""
    if not word:
        return []
    matches = re.finditer(re.escape(word), text, re.IGNORECASE)
    return [match.start() for match in islice(matches, MOST + 1)]


def nearest(places: Sequence[int], place: int, forward: bool) -> int | None:
    """Index of the first match at or after a place, or of the last one before it; goes round at the ends."""
    if not places:
        return None
    index = bisect_left(places, place)
    if forward:
        return index % len(places)
    return (index - 1) % len(places)
