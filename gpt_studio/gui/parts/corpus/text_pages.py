"""Large texts are shown in pages, so that the window never waits for the layout of millions of lines."""

from typing import NamedTuple

from gpt_studio.gui.parts.corpus.editor_places import longest_line

PAGE = 200_000  # characters of a page
WHOLE = 12_000_000  # characters that the editor takes in one piece: about 1 s
LONG_LINE = 50_000  # characters of a line from which typing in it begins to lag


class TextPage(NamedTuple):
    """A part of a text that is shown at once."""

    start: int  # place of its first character
    end: int
    first_line: int  # number of its first line, from 1 on


def fits_whole(text: str) -> bool:
    """Whether the editor can show a text in one piece, and let it be edited."""
    return len(text) <= WHOLE and (len(text) <= LONG_LINE or longest_line(text) <= LONG_LINE)


def pages_of(text: str) -> list[TextPage]:
    """The pages of a text; one ends at a line's end where there is one. A text that fits is one page."""
    if fits_whole(text):
        return [TextPage(0, len(text), 1)]
    pages, start, line = [], 0, 1
    while start < len(text):
        end = min(start + PAGE, len(text))
        if end < len(text):
            end = text.rfind("\n", start + PAGE // 2, end) + 1 or end
        pages.append(TextPage(start, end, line))
        line += text.count("\n", start, end)
        start = end
    return pages


def page_at(pages: list[TextPage], place: int) -> int:
    """Which page a character stands on."""
    return next((n for n, page in enumerate(pages) if place < page.end), len(pages) - 1)
