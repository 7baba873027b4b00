"""The passages of a text that a model expects best, and worst."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDE = 80  # characters of a passage, or a few more where its last token is longer
MOST = 3  # of each kind


class Passage(NamedTuple):
    """A stretch of tokens, and how surprising it is."""

    first: int  # token
    end: int  # the token behind it
    bits: float  # per character


def worst_and_best(
    tokens: Sequence[str], nats: "NDArray[np.float32]", wide: int = WIDE, most: int = MOST
) -> tuple[list[Passage], list[Passage]]:
    """The passages with the highest mean surprise per character, worst first, and with the lowest, best first.

    A passage begins where a word does, and is the shortest run of whole tokens that has `wide` characters; a token
    without a surprise is part of none. Of passages that overlap only the first in this order counts: the worst, the
    second worst, …, then the best, and so on; of equals the earlier one.
    """
    found = _candidates(tokens, nats, wide)
    worst = _apart(sorted(found, key=lambda each: (-each.bits, each.first)), most, [])
    best = _apart(sorted(found, key=lambda each: (each.bits, each.first)), most, worst)
    return worst, best


def _candidates(tokens: Sequence[str], nats: "NDArray[np.float32]", wide: int) -> list[Passage]:
    lengths = np.concatenate([[0], np.cumsum([len(token) for token in tokens])])
    sums = np.concatenate([[0.0], np.cumsum(np.nan_to_num(nats.astype(np.float64)))])
    gaps = np.concatenate([[0], np.cumsum(np.isnan(nats))])
    ends = np.searchsorted(lengths, lengths[:-1] + wide)
    starts = [place for place in range(len(tokens)) if ends[place] < len(lengths) and _begins_word(tokens, place)]
    return [
        Passage(first, end, float((sums[end] - sums[first]) / (lengths[end] - lengths[first]) / math.log(2)))
        for first, end in zip(starts, ends[starts].tolist(), strict=True)
        if gaps[end] == gaps[first]
    ]


def _begins_word(tokens: Sequence[str], place: int) -> bool:
    if tokens[place][:1].isspace():
        return len(tokens[place].strip()) > 0  # "·the", as byte pairs have it
    return place == 0 or tokens[place - 1][-1:].isspace()


def _apart(ranked: list[Passage], most: int, taken: list[Passage]) -> list[Passage]:
    """The first ones that overlap neither each other nor those that are taken."""
    found: list[Passage] = []
    for each in ranked:
        if len(found) == most:
            break
        if all(each.end <= other.first or other.end <= each.first for other in [*taken, *found]):
            found.append(each)
    return found
