"""Memorised or invented: how much of a text stands word for word in another one."""

import random
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpt_studio.engine.tokenizer import code_points

TELLING = 25  # characters: of held-back prose 0 to 0.3 % lies in shared passages as long as that, of code 18 %;
# with 20 it is 2 to 5 % of prose, for stock phrases are repeated by everyone
LONGEST = 1_000  # characters; a passage that is longer in both texts counts as that long from each of its places


@dataclass(frozen=True)
class Match:
    """A passage that stands in the source, too."""

    start: int  # in the text that was looked through
    length: int  # characters
    source: int  # where it stands in the source; one place of perhaps several


@dataclass(frozen=True)
class Endings:
    """All places of a text where the same characters stand, and what follows them there."""

    ending: str
    places: NDArray[np.int32]  # (n) where it ends, ascending
    followers: tuple[tuple[str, int], ...]  # character and how often it follows, most often first

    @property
    def count(self) -> int:
        return len(self.places)


class Source:
    """A text in which passages can be found at once: all its endings, in alphabetical order (a suffix array).

    One second for 1 MB; what is looked up then takes some microseconds a character.

    Source: Manber and Myers, "Suffix Arrays: A New Method for On-Line String Searches", 1993: sorting by doubled
    lengths, and search by halves.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._order = _sorted_endings(code_points(text))

    def longest(self, text: str, start: int) -> Match:
        """The longest passage from a place of `text` on that stands in the source; its length is 0 where none does."""
        wanted = text[start : start + LONGEST]
        place = bisect_left(_Endings(self.text, self._order, len(wanted)), wanted)
        best = Match(start, 0, 0)
        for near in (place - 1, place):
            if 0 <= near < len(self._order):
                there = int(self._order[near])
                length = _common(wanted, self.text[there : there + len(wanted)])
                if length > best.length:
                    best = Match(start, length, there)
        return best

    def endings(self, ending: str) -> Endings:
        """Where a passage occurs, overlapping or not, and how often each character follows it."""
        beginnings = _Endings(self.text, self._order, len(ending))
        first, after = bisect_left(beginnings, ending), bisect_right(beginnings, ending)
        places = np.sort(self._order[first:after]) + len(ending)
        following = Counter(self.text[place] for place in places.tolist() if place < len(self.text))
        ordered = sorted(following.items(), key=lambda one: (-one[1], one[0]))
        return Endings(ending, places.astype(np.int32), tuple(ordered))

    def longest_ending(self, before: str, at_least: int, longest: int = 200) -> int:
        """How many of the last characters of a text occur together at least so many times."""
        least, most = 0, min(len(before), longest)
        while least < most:  # a shorter ending occurs at least as often
            middle = (least + most + 1) // 2
            if self._occurs(before[len(before) - middle :]) >= at_least:
                least = middle
            else:
                most = middle - 1
        return least

    def _occurs(self, passage: str) -> int:
        beginnings = _Endings(self.text, self._order, len(passage))
        return bisect_right(beginnings, passage) - bisect_left(beginnings, passage)

    def matches(self, text: str, at_least: int) -> list[Match]:
        """All passages of at least so many characters that stand in the source and in no longer such passage.

        They come in the order of the text and may overlap.
        """
        found: list[Match] = []
        end = 0
        for start in range(len(text) - at_least + 1):
            match = self.longest(text, start)
            if match.length >= at_least and start + match.length > end:
                found.append(match)
                end = start + match.length
        return found


def share(matches: list[Match], characters: int) -> float:
    """Which part of a text of so many characters lies in one of these passages, 0 to 1."""
    covered = end = 0
    for match in matches:
        covered += max(0, match.start + match.length - max(end, match.start))
        end = max(end, match.start + match.length)
    return covered / characters if characters else 0.0


def scrambled(sentence: str) -> str:
    """The same words in another order, the same each time; of a single word, the same characters. Whoever knows the
    style and not the sentence finds it about as likely.
    """
    parts = sentence.split(" ") if " " in sentence.strip() else list(sentence)
    random.Random(0).shuffle(parts)
    return (" " if " " in sentence.strip() else "").join(parts)


class _Endings:
    """The beginnings of all endings, in their order, as a sequence that `bisect` can search."""

    def __init__(self, text: str, order: NDArray[np.int32], length: int) -> None:
        self._text, self._order, self._length = text, order, length

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, place: int) -> str:
        start = int(self._order[place])
        return self._text[start : start + self._length]


def _common(one: str, other: str) -> int:
    """How many characters both begin with alike."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[:middle] == other[:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def _sorted_endings(points: NDArray[np.uint32]) -> NDArray[np.int32]:
    """The places of a text, (N), in the order of what follows from there, as far as `LONGEST` characters tell."""
    _, rank = np.unique(points, return_inverse=True)  # (N) by the first character
    rank = rank.astype(np.int64)
    order, length = np.argsort(rank, kind="stable"), 1
    while length < LONGEST and len(points):
        after = np.zeros_like(rank)  # 0: the text has ended
        after[: max(0, len(rank) - length)] = rank[length:] + 1
        keys = rank * (int(rank.max()) + 2) + after  # orders by twice the length
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        rank[order] = np.cumsum(np.concatenate([[0], ordered[1:] != ordered[:-1]]))
        if rank[order[-1]] == len(rank) - 1:
            break  # no two are alike any more
        length *= 2
    return order.astype(np.int32)
