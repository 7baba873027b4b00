"""Characters that a reader cannot see or tell apart, but that each take a place in the model's vocabulary.

Every kind gives the edits that mend it. Nothing is mended unasked: a no-break space is right in French, and a tab is
part of a program.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from gpt_studio.engine.corpus import count_characters
from gpt_studio.engine.text_care.edits import Edit, Finding, apply_edits
from gpt_studio.engine.text_care.look_alikes import look_alikes

SELDOM = 5  # a character that occurs less often than this cannot be learnt

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]+")
_TABS = re.compile("(?m)(?P<indent>^\t+)|\t")
_MARKS = re.compile("\ufeff+")
# Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt) without variation selectors and tags, which belong
# to emoji. The two joiners shape Arabic and Indic writing; between other letters they do nothing.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a]|(?<=[\x00-\u058f])[\u200c\u200d](?![\u0590-\uffff\U00010000-\U0010ffff])"
)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]")  # Zs but the space and the wide one of East Asia
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_DAMAGED = re.compile("[\ufffd\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]+")
_LINE_TAILS = re.compile(r"(?m)[ \t]+$")
_BLANK_LINES = re.compile(r"(?<=\n\n)\n+")
_CLUSTER = re.compile("[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+", re.DOTALL)


def _with_four_spaces(found: re.Match[str]) -> str:
    """A tab at the beginning of a line is an indent; elsewhere it stands for a space."""
    return "    " * len(found[0]) if found["indent"] else " "


_RULES: dict[str, tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = {
    "byte_order_marks": (_MARKS, ""),
    "line_ends": (_LINE_ENDS, "\n"),
    "controls": (_CONTROLS, ""),
    "tabs": (_TABS, _with_four_spaces),
    "invisible": (_INVISIBLE, ""),
    "spaces": (_SPACES, " "),
    "ligatures": (_LIGATURES, lambda found: unicodedata.normalize("NFKC", found[0])),
    "damaged": (_DAMAGED, ""),
    "line_tails": (_LINE_TAILS, ""),
    "blank_lines": (_BLANK_LINES, ""),
}
KINDS = (*_RULES, "composed", "look_alikes", "seldom")


def odd_characters(text: str, seldom: int = SELDOM) -> Iterator[Finding]:
    """A finding for every one of KINDS, also where there is nothing to mend.

    Args:
        text: Any text.
        seldom: Characters that occur less often than this are a finding, too.
    """
    for kind, (pattern, new) in _RULES.items():
        yield _finding(text, kind, _found(text, pattern, new))
    yield _finding(text, "composed", _not_composed(text))
    yield _finding(text, "look_alikes", look_alikes(text))
    yield seldom_finding(text, seldom)


def mended(text: str, kinds: Iterable[str]) -> str:
    """The text with these kinds mended, one after the other; the last three of KINDS are none of them."""
    for kind in kinds:
        text = apply_edits(text, _found(text, *_RULES[kind]))
    return text


def seldom_finding(text: str, least: int = SELDOM) -> Finding:
    """Characters that occur fewer than `least` times: their plain letter where the text has it, else nothing."""
    return _finding(text, "seldom", _seldom(text, least))


def _seldom(text: str, least: int) -> Iterator[Edit]:
    counts = count_characters(text)
    rare = [char for char, count in counts.items() if count < least and char != "\n"]
    new = {char: _plain(char, counts, least) for char in rare}
    if rare:
        yield from _found(text, re.compile(f"[{re.escape(''.join(rare))}]"), lambda found: new[found[0]])


def _plain(char: str, counts: Mapping[str, int], least: int) -> str:
    """The plain form of a character ("e" of "é"), if the text has enough of these."""
    base = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return base if base and all(counts.get(part, 0) >= least for part in base) else ""


def _found(text: str, pattern: re.Pattern[str], new: str | Callable[[re.Match[str]], str]) -> Iterator[Edit]:
    for found in pattern.finditer(text):
        yield Edit(found.start(), found.end(), new if isinstance(new, str) else new(found))


def _not_composed(text: str) -> Iterator[Edit]:
    """Places that are not in Unicode's normal form C: "e" and an accent where one character stands for both."""
    if unicodedata.is_normalized("NFC", text):
        return
    start = 0
    for line in text.splitlines(keepends=True):
        if not unicodedata.is_normalized("NFC", line):
            edits = list(_clusters_to_compose(line))
            whole = unicodedata.normalize("NFC", line)
            if apply_edits(line, edits) != whole:  # letters that grow together without an accent, as in Korean
                edits = [Edit(0, len(line), whole)]
            yield from (Edit(start + edit.start, start + edit.end, edit.new) for edit in edits)
        start += len(line)


def _clusters_to_compose(line: str) -> Iterator[Edit]:
    for found in _CLUSTER.finditer(line):
        composed = unicodedata.normalize("NFC", found[0])
        if composed != found[0]:
            yield Edit(found.start(), found.end(), composed)


def _finding(text: str, kind: str, edits: Iterator[Edit]) -> Finding:
    made = tuple(edits)
    counts = Counter(char for edit in made for char in text[edit.start : edit.end])
    return Finding(kind=kind, edits=made, characters=tuple(counts.most_common(12)))
