"""Paragraphs and lines of a text that are nearly the same.

Two of them are compared by their shingles, all runs of 5 characters, without regard to case, marks and spaces: their
resemblance is the share of all their shingles that they have in common. MinHash finds the candidates without comparing
all with all: 96 hash functions in 32 bands of 3 meet, for two that resemble each other by r, in at least one band with
a chance of 1 - (1 - r^3)^32, which is 0.9996 at r = 0.6. Each candidate is then measured, so none is told by mistake.

Source: Broder 1997, "On the resemblance and containment of documents"; the bands as in Leskovec, Rajaraman and Ullman,
"Mining of Massive Datasets", section 3.4.
"""

import re
from collections.abc import Generator, Iterator
from itertools import pairwise

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from gpt_studio.engine.text_care.edits import Edit, Finding, joined
from gpt_studio.engine.tokenizer import code_points

LEAST_RESEMBLANCE = 0.6  # one word in ten may be another one
SHINGLE = 5  # characters
LEAST_CHARACTERS = 40  # of a line or paragraph; shorter ones resemble each other by chance
_BANDS, _ROWS = 32, 3
_MOST_PAIRS = 200_000  # compared in about 10 s; only a text of lines that are all alike, as of a log, has more
_ALL_PAIRS = 30  # members of a band's group that are compared each with each
_PARAGRAPHS = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_LINES = re.compile(r"[^\n]+")
_NO_LETTERS = re.compile(r"[\W_]+")


class Similar(Struct, frozen=True, kw_only=True):
    """Units of a text (paragraphs, and the lines of those that have several) and which resemble each other."""

    spans: list[tuple[int, int]]  # where each unit begins, and the place behind it; in order
    pairs: list[tuple[int, int]]  # units, the earlier one first; in order

    def are_equal(self, text: str, first: int, second: int) -> bool:
        return text[slice(*self.spans[first])] == text[slice(*self.spans[second])]


def similar(text: str) -> Generator[None, None, Similar]:
    """Find all units that resemble each other by LEAST_RESEMBLANCE. It yields where the work may be left."""
    words = {span: _NO_LETTERS.sub(" ", text[slice(*span)]).casefold() for span in _units(text)}
    spans = [span for span, plain in words.items() if len(plain) >= LEAST_CHARACTERS // 2]  # no rows of dashes
    shingles, firsts = _shingles([words[span] for span in spans])
    yield
    candidates: set[tuple[int, int]] = set()
    for band in range(_BANDS if len(spans) > 1 else 0):
        candidates |= _meeting(_band(shingles, firsts, band))
        yield
        if len(candidates) > _MOST_PAIRS:
            break
    ends = [*firsts[1:].tolist(), len(shingles)]
    pairs = []
    for count, (first, second) in enumerate(sorted(candidates)):
        if count % 1000 == 0:
            yield
        apart = spans[first][1] <= spans[second][0]  # no paragraph is compared with its own line
        if apart and _resemblance(*(shingles[firsts[n] : ends[n]] for n in (first, second))) >= LEAST_RESEMBLANCE:
            pairs.append((first, second))
    return Similar(spans=spans, pairs=pairs)


def without(text: str, kind: str, similar: Similar, found: dict[int, int]) -> Finding:
    """A finding that removes these units with the newlines behind them; each with the unit that it resembles."""
    edits = []
    for unit in sorted(found):
        start, end = similar.spans[unit]
        has_more = end < len(text)
        while end < len(text) and text[end] == "\n":
            end += 1
            if text[start - 1 : start] == "\n" and text[start - 2 : start - 1] not in ("\n", ""):
                break  # a line within a paragraph
        edits.append(Edit(start, end if has_more else len(text)))
    whole = joined(edits)
    places = {similar.spans[unit][0]: similar.spans[twin][0] for unit, twin in found.items()}
    return Finding(kind=kind, edits=whole, twins=tuple(places.get(edit.start, -1) for edit in whole))


def _units(text: str) -> Iterator[tuple[int, int]]:
    for found in _PARAGRAPHS.finditer(text):
        start, end = found.span()
        if end - start >= LEAST_CHARACTERS:
            yield start, end
        if "\n" in found[0]:
            for line in _LINES.finditer(text, start, end):
                if line.end() - line.start() >= LEAST_CHARACTERS:
                    yield line.span()


def _shingles(words: list[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The distinct shingles of all units, unit by unit and sorted within each, (S); and where each begins, (N)."""
    points = code_points("".join(words)).astype(np.uint64)
    lengths = np.array([len(each) for each in words], dtype=np.int64)
    unit = np.repeat(np.arange(len(words), dtype=np.int64), lengths)
    hashes = np.zeros(max(0, len(points) - SHINGLE + 1), dtype=np.uint64)
    for place in range(SHINGLE):
        hashes = _mixed(hashes + points[place : len(points) - SHINGLE + 1 + place])
    owner = unit[: len(hashes)]
    is_whole = owner == unit[SHINGLE - 1 :] if len(hashes) else np.zeros(0, dtype=np.bool_)
    hashes, owner = hashes[is_whole], owner[is_whole]
    order = np.lexsort((hashes, owner))
    hashes, owner = hashes[order], owner[order]
    is_new = np.ones(len(hashes), dtype=np.bool_)
    is_new[1:] = (hashes[1:] != hashes[:-1]) | (owner[1:] != owner[:-1])
    hashes, owner = hashes[is_new], owner[is_new]
    return hashes, np.searchsorted(owner, np.arange(len(words)))


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Other numbers, each from one alone, with every bit depending on all; the step of SplitMix64 (Steele 2014)."""
    numbers = numbers + np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def _band(shingles: NDArray[np.uint64], firsts: NDArray[np.int64], band: int) -> NDArray[np.uint64]:
    """A number for every unit, (N); two with the same have the same least shingle under all functions of the band."""
    key = np.zeros(len(firsts), dtype=np.uint64)
    for row in range(_ROWS):
        salt = np.uint64((band * _ROWS + row + 1) * 0xD6E8FEB86659FD93 % 2**64)
        key = _mixed(key ^ np.minimum.reduceat(_mixed(shingles ^ salt), firsts))
    return key


def _meeting(keys: NDArray[np.uint64]) -> set[tuple[int, int]]:
    """Pairs of units with equal keys; of a large group each with its neighbour, the first and the last."""
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.concatenate(([True], keys[order[1:]] != keys[order[:-1]])))
    ends = np.append(starts[1:], len(order))
    pairs: set[tuple[int, int]] = set()
    for place in np.flatnonzero(ends - starts > 1).tolist():
        group = order[starts[place] : ends[place]].tolist()
        if len(group) <= _ALL_PAIRS:
            pairs |= {(one, other) for n, one in enumerate(group) for other in group[n + 1 :]}
        else:
            pairs |= set(pairwise(group))
            pairs |= {(group[0], other) for other in group[1:]} | {(one, group[-1]) for one in group[:-1]}
    return pairs


def _resemblance(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / max(1, len(one) + len(other) - shared)
