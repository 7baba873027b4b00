"""Use a part of a text: what a model learns from 10 % of it tells how much the rest is worth."""

import re

from gpt_studio.engine.text_care.edits import Edit, Finding, joined

_PARAGRAPHS = re.compile(r"\n{2,}")
_LINES = re.compile(r"\n")
_WIDEST = 2000  # characters; a text whose paragraphs are longer on average is cut at the ends of its lines
STRETCHES = 20


def bounds(text: str) -> list[int]:
    """Where a text can be cut: its beginning, where paragraphs begin (lines where those are rare), and its end."""
    found: list[int] = []
    for pattern in (_PARAGRAPHS, _LINES):
        found = [each.end() for each in pattern.finditer(text) if each.end() < len(text)]
        if len(text) <= _WIDEST * (len(found) + 1):
            break
    return [0, *found, len(text)]


def first_part(text: str, share: float) -> Finding:
    """Keep the beginning, up to the paragraph that ends nearest to `share` of the text; at least one paragraph."""
    end = min(bounds(text)[1:], key=lambda place: abs(place - share * len(text)))
    return Finding(kind="first_part", edits=(Edit(end, len(text)),) if end < len(text) else ())


def even_parts(text: str, share: float) -> Finding:
    """Keep the first `share` of each of STRETCHES equal stretches, cut at paragraphs: something of all the text."""
    places = bounds(text)
    removed = []
    for stretch in range(STRETCHES):
        begin = _nearest(places, stretch / STRETCHES * len(text))
        middle = _nearest(places, (stretch + share) / STRETCHES * len(text))
        end = _nearest(places, (stretch + 1) / STRETCHES * len(text))
        if max(begin, middle) < end:
            removed.append(Edit(max(begin, middle), end))
    if removed and removed[0] == Edit(0, len(text)):
        return first_part(text, share)
    edits = joined(removed)
    return Finding(kind="even_parts", edits=edits if sum(e.end - e.start for e in edits) < len(text) else ())


def _nearest(places: list[int], wanted: float) -> int:
    return min(places, key=lambda place: abs(place - wanted))
