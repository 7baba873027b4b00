"""Where something stands in a text, and what stands there after a replacement."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QRegularExpression, QRegularExpressionMatch

from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.corpus.editor_places import Places

MOST = 100_000  # matches; beyond it the count says "more than"
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}
_Option = QRegularExpression.PatternOption
_FAULTS = {  # what the library says of a pattern, and what it means
    "missing closing parenthesis": "A bracket ( is not closed.",
    "unmatched closing parenthesis": "A bracket ) was never opened.",
    "missing terminating ] for character class": "A bracket [ is not closed.",
    "quantifier does not follow a repeatable item": "There is nothing that *, + or ? could repeat.",
    "\\ at end of pattern": "It ends with a single \\.",
}


class Match(NamedTuple):
    """A passage that was found."""

    start: int  # place of its first character
    length: int


class PatternError(Exception):
    """A pattern that cannot be looked for; says why, and what to do."""


@dataclass(frozen=True)
class Search:
    """What is looked for.

    Args:
        words: As typed.
        case: Capital and small letters are different.
        whole: Only where no letter stands right before or behind.
        is_pattern: `words` is a regular expression, in the dialect of Perl; ^ and $ stand at the ends of lines.
    """

    words: str = ""
    case: bool = False
    whole: bool = False
    is_pattern: bool = False

    def find(self, text: str, most: int = MOST + 1) -> list[Match]:
        """All matches, at most so many. What is empty does not count as one.

        Raises:
            PatternError: The pattern is none, or takes too long.
        """
        if not self.words:
            return []
        if not self.whole and not self.is_pattern:
            plain = self._find_plain(text, most)
            if plain is not None:
                return plain
        places = Places(text)  # Qt counts in UTF-16 units
        found = []
        for match in self._matches(text, most):
            start, end = (places.place(position) for position in (match.capturedStart(), match.capturedEnd()))
            found.append(Match(start, end - start))
        return found

    def replaced(self, text: str, by: str) -> tuple[str, int]:
        r"""The text with every match replaced, and how many there were.

        With a pattern, \1 or $1 in `by` is what its first bracket has matched, \n a new line and \t a tab.
        """
        if not self.is_pattern:
            matches = self.find(text, len(text))
            pieces, end = [], 0
            for match in matches:
                pieces += [text[end : match.start], by]
                end = match.start + match.length
            return "".join([*pieces, text[end:]]), len(matches)
        places, pieces, end, count = Places(text), [], 0, 0
        for found in self._matches(text, len(text)):
            pieces += [text[end : places.place(found.capturedStart())], _filled(by, found)]
            end, count = places.place(found.capturedEnd()), count + 1
        return "".join([*pieces, text[end:]]), count

    def replacement(self, text: str, match: Match, by: str) -> str:
        """What stands in the place of one match after it was replaced."""
        if not self.is_pattern:
            return by
        kind, option = (
            QRegularExpression.MatchType.NormalMatch,
            QRegularExpression.MatchOption.AnchorAtOffsetMatchOption,
        )
        found = self._expression().match(text, Places(text).position(match.start), kind, option)
        return _filled(by, found) if found.hasMatch() else by

    def _find_plain(self, text: str, most: int) -> list[Match] | None:
        """As `find`, several times quicker; None where small letters are not as many as capital ones (İ)."""
        where, what = (text, self.words) if self.case else (text.lower(), self.words.lower())
        if len(where) != len(text):
            return None
        found, place = [], where.find(what)
        while place >= 0 and len(found) < most:
            found.append(Match(place, len(what)))
            place = where.find(what, place + len(what))
        return found

    def _expression(self) -> QRegularExpression:
        words = self.words if self.is_pattern else QRegularExpression.escape(self.words)
        options = _Option.MultilineOption | _Option.UseUnicodePropertiesOption
        if not self.case:
            options |= _Option.CaseInsensitiveOption
        expression = QRegularExpression(rf"(?<!\w)(?:{words})(?!\w)" if self.whole else words, options)
        if not expression.isValid():
            own = QRegularExpression(words, options).errorString()
            reason = tr(_FAULTS[own]) if own in _FAULTS else f"{own[:1].upper()}{own[1:]}."
            raise PatternError(tr("This is no pattern. {reason}").format(reason=reason))
        return expression

    def _matches(self, text: str, most: int) -> list[QRegularExpressionMatch]:
        """Where an expression fits; the library gives up by itself where that would take for ever."""
        expression = self._expression()
        found, end = [], 0
        matches = expression.globalMatch(text)
        while len(found) < most and matches.hasNext():
            match = matches.next()
            end = match.capturedEnd()
            if match.capturedLength():
                found.append(match)
        if len(found) < most and not expression.match(text, end).isValid():
            raise PatternError(tr("This pattern takes too long on this text. Make it simpler."))
        return found


def nearest(matches: Sequence[Match], place: int, forward: bool) -> int | None:
    """Index of the first match at or after a place, or of the last one before it; goes round at the ends."""
    if not matches:
        return None
    index = bisect_left(matches, (place,))
    if forward:
        return index % len(matches)
    return (index - 1) % len(matches)


def _filled(by: str, match: QRegularExpressionMatch) -> str:
    """A replacement with what the brackets of a pattern have matched."""
    return re.sub(
        r"[\\$](\d+)|\\([nt\\])",
        lambda found: match.captured(int(found[1])) if found[1] else _ESCAPES[found[2]],
        by,
    )
