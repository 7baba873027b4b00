"""A change of a text as a list of edits, so that it can be shown before it is made, and counted."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct


class Edit(NamedTuple):
    """One place of a text, and what is to stand there."""

    start: int
    end: int  # behind the last character that goes; equal to start where something is only put in
    new: str = ""


class Finding(Struct, frozen=True, kw_only=True):
    """What was found of one kind, and the edits that mend it, in order of places and without overlap."""

    kind: str
    edits: tuple[Edit, ...]
    characters: tuple[tuple[str, int], ...] = ()  # which characters, and how often each; the most frequent first
    twins: tuple[int, ...] = ()  # for the first edits: where the other copy of what goes stands

    @property
    def removed(self) -> int:
        """Characters that go."""
        return sum(edit.end - edit.start for edit in self.edits)

    @property
    def added(self) -> int:
        """Characters that come."""
        return sum(len(edit.new) for edit in self.edits)


class Excerpt(NamedTuple):
    """An edit with its surroundings, cut at the ends of lines where they are near."""

    line: int  # counted from 1
    before: str
    old: str
    new: str
    after: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; they are in order of places and do not overlap."""
    parts, place = [], 0
    for edit in edits:
        parts += [text[place : edit.start], edit.new]
        place = edit.end
    return "".join([*parts, text[place:]])


def excerpts(text: str, edits: Sequence[Edit], around: int = 60) -> Iterator[Excerpt]:
    """Each edit with up to `around` characters of its lines on either side; on these, the other edits are not made."""
    line, counted = 1, 0
    for edit in edits:
        line += text.count("\n", counted, edit.start)
        counted = edit.start
        begin = max(text.rfind("\n", 0, edit.start) + 1, edit.start - around)
        end = text.find("\n", edit.end, edit.end + around)
        end = end if end >= 0 else min(len(text), edit.end + around)
        yield Excerpt(line, text[begin : edit.start], text[edit.start : edit.end], edit.new, text[edit.end : end])


def joined(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Removals in order of places; those that overlap or touch become one."""
    found: list[Edit] = []
    for edit in sorted(edits):
        if found and edit.start <= found[-1].end:
            found[-1] = Edit(found[-1].start, max(edit.end, found[-1].end))
        else:
            found.append(Edit(edit.start, edit.end))
    return tuple(found)
