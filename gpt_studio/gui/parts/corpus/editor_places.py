"""Translates between the characters of a text and the positions of an editor that shows a part of it."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

FOLD = 2_000  # characters after which a line is folded where lines are longer than an editor likes

# Qt's document takes these for ends of paragraphs or frames, and they would not come back as they were. In the editor
# code points stand for them that Unicode keeps for a program's own use and that texts do not hold.
_STAND_INS = {"\r": "\ufdd2", "\u2029": "\ufdd3", "\ufdd0": "\ufdd4", "\ufdd1": "\ufdd5"}


class Places:
    """Where the characters of a text stand in an editor.

    Qt counts in UTF-16 units, so a character beyond U+FFFF (an emoji) takes two; and overlong lines may be folded
    for display. A *place* is an index into the whole text, a *position* one into the editor's document.

    Args:
        text: The part that is shown.
        start: Place of its first character in the whole text.
        fold: Break lines longer than `FOLD`, for display only.
    """

    def __init__(self, text: str, start: int = 0, fold: bool = False) -> None:
        self.start = start
        self.length = len(text)
        self.folds = _folds(text) if fold else np.empty(0, np.int64)
        self._set_extras(np.sort(np.concatenate([_wide(text), self.folds])))
        self.shown = to_document(_folded(text, self.folds))

    def _set_extras(self, extras: NDArray[np.int64]) -> None:
        """Say which characters take one position more."""
        self._extras = extras
        self._extra_positions = extras + np.arange(1, len(extras) + 1)

    @property
    def positions(self) -> int:
        """How many positions the part that is shown takes."""
        return self.length + len(self._extras)

    def replace(self, start: int, end: int, new: str) -> None:
        """Count with `new` from `start` to `end`, where something else stood; for a whole text without folds."""
        extras, moved = self._extras, len(new) - (end - start)
        before, after = extras[extras < start], extras[extras >= end]
        self.length += moved
        self._set_extras(np.concatenate([before, start + _wide(new), after + moved]))

    def position(self, place: int) -> int:
        """The position of a place; what lies outside the part shown is moved to its nearer end."""
        index = min(max(place - self.start, 0), self.length)
        return index + int(np.searchsorted(self._extras, index, "left"))

    def place(self, position: int) -> int:
        """The place at a position."""
        index = position - int(np.searchsorted(self._extra_positions, position, "right"))
        return self.start + min(max(index, 0), self.length)

    def folds_before(self, position: int) -> int:
        """How many of the line breaks before a position are folds, and not the text's own."""
        index = self.place(position) - self.start
        return int(np.searchsorted(self.folds, index, "left"))

    def is_fold(self, position: int) -> bool:
        """Whether a line that begins at a position goes on an overlong one."""
        index = self.place(position) - self.start - 1
        where = int(np.searchsorted(self.folds, index, "left"))
        return where < len(self.folds) and int(self.folds[where]) == index


def to_document(text: str) -> str:
    """A text as Qt's document keeps it unchanged; of the same length."""
    for char, stand_in in _STAND_INS.items():
        text = text.replace(char, stand_in)
    return text


def from_document(raw: str) -> str:
    """The text that a document's raw characters stand for."""
    text = raw.replace("\u2029", "\n")
    for char, stand_in in _STAND_INS.items():
        text = text.replace(stand_in, char)
    return text


def changed_part(before: str, after: str) -> tuple[int, int, str]:
    """What has to be done to `before`: from and to which place it is to be replaced, and by what."""
    start = _shared(before, after)
    rest, new = before[start:], after[start:]
    kept = _shared(rest[::-1], new[::-1])
    return start, len(before) - kept, new[: len(new) - kept]


def longest_line(text: str) -> int:
    """Characters in the longest line."""
    return max(map(len, text.split("\n")))


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _wide(text: str) -> NDArray[np.int64]:
    """Indices of the characters that take two UTF-16 units."""
    if len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text):
        return np.empty(0, np.int64)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    return np.flatnonzero(codes > 0xFFFF).astype(np.int64)


def _folds(text: str) -> NDArray[np.int64]:
    """Indices of the characters after which a line is folded."""
    folds: list[int] = []
    begin = 0
    for line in text.split("\n"):
        folds.extend(range(begin + FOLD - 1, begin + len(line) - 1, FOLD))
        begin += len(line) + 1
    return np.array(folds, np.int64)


def _folded(text: str, folds: NDArray[np.int64]) -> str:
    if not len(folds):
        return text
    cuts = [0, *(folds + 1).tolist(), len(text)]
    return "\n".join(text[a:b] for a, b in pairwise(cuts))
