"""What stands in a text more than once. A model learns it by heart, and spends on it what it could learn elsewhere."""

from collections.abc import Callable, Generator, Sequence

import numpy as np
from numpy.typing import NDArray

from gpt_studio.engine.judging.repetition import WINDOW, window_hashes
from gpt_studio.engine.text_care.edits import Edit, Finding, apply_edits
from gpt_studio.engine.text_care.similar import Similar, without

LEAST_LINE = 24  # characters; shorter lines repeat on purpose, as names of speakers and closing brackets do
SHOWN = 100  # edits of which it is told where the other copy stands
_MOST_ROUNDS = 20


def repeated_lines(text: str) -> Finding:
    """Whole lines that stood in the text before; of each the first one stays."""
    seen: dict[str, int] = {}
    edits, twins, start = [], [], 0
    for line in text.split("\n"):
        end = min(start + len(line) + 1, len(text))
        if len(line.strip()) >= LEAST_LINE:
            if line in seen:
                edits.append(Edit(start, end))
                twins.append(seen[line])
            else:
                seen[line] = start
        start = end
    return Finding(kind="repeated_lines", edits=tuple(edits), twins=tuple(twins[:SHOWN]))


def repeated_passages(text: str) -> Generator[Finding | None, None, None]:
    """Passages of WINDOW characters and more that stood in the text before, word for word; the first one stays.

    What is removed are whole lines where the passage has any, else whole words; so a few characters of it may stay.
    """
    edits = yield from until_none_is_left(text, _stood_before)
    twins = tuple(text.find(text[edit.start : edit.end][:WINDOW]) for edit in edits[:SHOWN])
    yield Finding(kind="repeated_passages", edits=edits, twins=twins)


def near_repeats(text: str, similar: Similar) -> Finding:
    """Paragraphs and lines that nearly stood in the text before; equal ones are left to the other findings."""
    found: dict[int, int] = {}
    for first, second in similar.pairs:
        if not similar.are_equal(text, first, second):
            found.setdefault(second, first)
    return without(text, "near_repeats", similar, found)


def until_none_is_left(text: str, find: Callable[[str], Sequence[Edit]]) -> Generator[None, None, tuple[Edit, ...]]:
    """Removals found again and again, since each may bring another one about; at last all, by places of `text`.

    Yields between two rounds, where the work may be left.
    """
    kept = np.arange(len(text))
    now = text
    for _ in range(_MOST_ROUNDS):
        yield
        edits = find(now)
        if not edits:
            break
        stays = np.ones(len(now), dtype=np.bool_)
        for edit in edits:
            stays[edit.start : edit.end] = False
        now, kept = apply_edits(now, edits), kept[stays]
    gone = np.ones(len(text), dtype=np.bool_)
    gone[kept] = False
    return tuple(Edit(start, end) for start, end in runs(gone))


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where a mask is True: the first place of each run, and the one behind its last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def passages(text: str, begins: NDArray[np.bool_]) -> list[Edit]:
    """What windows that begin at these places cover, in whole lines or words."""
    edits: list[Edit] = []
    for first, last in runs(begins):
        start, end = _in_whole_lines(text, first, last - 1 + WINDOW)
        start = max(start, edits[-1].end if edits else 0)  # passages may overlap
        if start < end:
            edits.append(Edit(start, end))
    return edits


def _stood_before(text: str) -> list[Edit]:
    hashes = window_hashes(text)
    order = np.argsort(hashes, kind="stable")
    is_new = np.ones(len(hashes), dtype=np.bool_)
    is_new[1:] = hashes[order[1:]] != hashes[order[:-1]]
    first = order[is_new][np.cumsum(is_new) - 1]
    begins = np.zeros(len(hashes), dtype=np.bool_)
    begins[order] = order - first >= WINDOW  # a row of dashes repeats itself; its beginning stays
    return passages(text, begins)


def _in_whole_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The lines that lie in a passage; where they are the smaller part of it, its words; else all of it."""
    for is_edge in (lambda char: char == "\n", str.isspace):
        first, last = start, end
        while 0 < first < end and not is_edge(text[first - 1]):
            first += 1
        while start < last < len(text) and not is_edge(text[last - 1]):
            last -= 1
        if 2 * (last - first) >= end - start:
            return first, last
    return start, end
