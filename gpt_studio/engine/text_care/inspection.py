"""Everything that can be found in a text, one finding after the other."""

from collections.abc import Generator

from gpt_studio.engine.text_care import leaks, odd_characters, repeats
from gpt_studio.engine.text_care.edits import Finding
from gpt_studio.engine.text_care.similar import similar

KINDS = (
    *odd_characters.KINDS,
    "repeated_lines",
    "repeated_passages",
    "near_repeats",
    "leaks",
    "near_leaks",
)


def inspect(text: str, seldom: int = odd_characters.SELDOM) -> Generator[Finding | None, None, None]:
    """A finding for every one of KINDS, the quick ones first; None where the work may be left.

    About 6 s for 1 MB on one core, most of it for what is nearly the same.
    """
    for finding in odd_characters.odd_characters(text, seldom):
        yield finding
        yield None
    yield repeats.repeated_lines(text)
    yield from repeats.repeated_passages(text)
    yield from leaks.leaks(text)
    found = yield from similar(text)
    yield repeats.near_repeats(text, found)
    yield leaks.near_leaks(text, found)
