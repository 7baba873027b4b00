"""Lessons as they are written: a few headings, paragraphs, *slanted* and **strong** words."""

import logging
import re
from dataclasses import dataclass
from html import escape

from gpt_studio import paths

log = logging.getLogger(__name__)

_HEADING = re.compile(r"^##\s+(.+?)\s*$", re.MULTILINE)
_ALLOWED = re.compile(r"&lt;(/?(?:sub|sup|b|i))&gt;")
_KEYS = {
    "what is happening": "happening",
    "why": "why",
    "try this": "try",
    "what you learned": "learned",
    "questions": "questions",
    "formula": "formula",
}


@dataclass(frozen=True)
class Lesson:
    """The sections of one lesson as paragraphs of simple HTML; a section that is not written is empty."""

    happening: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    try_this: tuple[str, ...] = ()
    learned: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()  # and their answers; folded until asked for
    formula: tuple[str, ...] = ()


def read(page: str) -> Lesson:
    """The lesson of a page. One that cannot be read leaves the panel empty and a line in the log."""
    try:
        return parse((paths.resources() / "lessons" / f"{page}.md").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        log.warning("the lesson of %s cannot be read", page)
        return Lesson()


def parse(written: str) -> Lesson:
    """Split a lesson at its headings; unknown sections are left out."""
    pieces = _HEADING.split(written)[1:]
    found = {_KEYS.get(title.lower()): body for title, body in zip(pieces[::2], pieces[1::2], strict=True)}
    return Lesson(
        happening=_paragraphs(found.get("happening", "")),
        why=_paragraphs(found.get("why", "")),
        try_this=_paragraphs(found.get("try", "")),
        learned=_paragraphs(found.get("learned", "")),
        questions=_paragraphs(found.get("questions", "")),
        formula=_paragraphs(found.get("formula", "")),
    )


def _paragraphs(body: str) -> tuple[str, ...]:
    return tuple(html(part) for part in re.split(r"\n\s*\n", body.strip()) if part.strip())


def html(part: str) -> str:
    """One paragraph; lines that begin with a dash become points of a list."""
    lines = [line.strip() for line in part.strip().splitlines()]
    if all(line.startswith("- ") for line in lines):
        return "<br>".join("\u2022 " + _marked(line[2:]) for line in lines)
    return _marked(" ".join(lines))


def _marked(words: str) -> str:
    safe = _ALLOWED.sub(r"<\1>", escape(words, quote=False))
    safe = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", safe)
    safe = re.sub(r"\*(.+?)\*", r"<i>\1</i>", safe)
    return re.sub(r"`(.+?)`", r"<tt>\1</tt>", safe)
