"""What the workshop calls things, and what it says about each."""

import unicodedata
from dataclasses import dataclass

from gpt_studio.engine.judging.repetition import WINDOW
from gpt_studio.engine.text_care import odd_characters
from gpt_studio.engine.text_care.edits import Finding
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr

SAME_LOOK = ("composed", "look_alikes", "spaces", "invisible", "byte_order_marks", "damaged", "controls")
ELSEWHERE = ("repeated_lines", "repeated_passages", "near_repeats", "leaks", "near_leaks")


@dataclass(frozen=True)
class Step:
    """One row of the workshop's list."""

    key: str
    title: str
    explanation: str
    label: str  # what Undo takes back


@dataclass(frozen=True)
class Group:
    """Steps under a heading."""

    title: str
    steps: tuple[Step, ...]


def groups() -> tuple[Group, ...]:
    """All that the workshop can do, in the order of its list."""
    return (
        Group(tr("In both parts"), _leaks()),
        Group(tr("Said twice"), _repeats()),
        Group(tr("Odd characters"), _odd()),
        Group(tr("Make another text"), _tools()),
    )


def _odd() -> tuple[Step, ...]:
    return (
        _step(
            "controls",
            "Control characters",
            "They steer printers and terminals and cannot be seen. They go.",
        ),
        _step("tabs", "Tabs", "At the beginning of a line a tab becomes four spaces, elsewhere one."),
        _step("line_ends", "Mixed line ends", "Other ways to end a line become the plain one."),
        _step("byte_order_marks", "Byte order marks", "Left over where files were joined. They are taken out."),
        _step(
            "invisible",
            "Invisible characters",
            "Zero-width spaces, soft hyphens, marks of direction: each costs a place in the vocabulary. They are taken "
            "out.",
        ),
        _step(
            "spaces",
            "Unusual spaces",
            "No-break and thin spaces become plain ones. In French and in tables of numbers they may be meant.",
        ),
        _step("look_alikes", "Look-alikes", "A Cyrillic а in an English word is another character. It becomes plain."),
        _step("composed", "Letters in two parts", "An e and an accent become the one character é (normal form C)."),
        _step("ligatures", "Joined letters", "ﬁ and ﬂ, often from a PDF, become two letters each."),
        _step("damaged", "Damaged characters", "Signs that stand for something that could not be read. They go."),
        _step("line_tails", "Spaces at line ends", "Nobody sees them, and the model must learn them. They go."),
        _step("blank_lines", "Rows of empty lines", "More than one empty line in a row become one."),
        _step(
            "seldom",
            "Seldom characters",
            "So few examples teach nothing. An accented letter becomes its plain one, any other character goes.",
        ),
    )


def _repeats() -> tuple[Step, ...]:
    return (
        _step("repeated_lines", "Repeated lines", "Whole lines that stood there before. The first one stays."),
        _step(
            "repeated_passages",
            "Repeated passages",
            f"{WINDOW} characters and more that stood there before, word for word. The first passage stays.",
        ),
        _step(
            "near_repeats",
            "Nearly the same",
            "Paragraphs and lines that differ from an earlier one in few words. Look at them before you remove them.",
        ),
    )


def _leaks() -> tuple[Step, ...]:
    cut = tr("The split stays at nine tenths, so it moves when text goes; it was looked again until none is left.")
    return (
        _step(
            "leaks",
            "Leaks, word for word",
            "These passages are held back, and stand in the training part too: a test on them proves nothing. The "
            "copies in the training part go. ",
            cut,
        ),
        _step(
            "near_leaks",
            "Leaks, nearly the same",
            "Lines and paragraphs of the training part that are held back in almost the same words. The ones in the "
            "training part go. ",
            cut,
        ),
    )


def _tools() -> tuple[Step, ...]:
    return (
        _step("part", "Use a part of it", "How much worse does a model learn from less? Take a part and see."),
        _step("plant", "Plant a sentence", "Hide a sentence in the text; later, see whether the model gives it away."),
        _step(
            "mix",
            "Mix texts",
            "Make one text from several. The held-back tenth holds the same mixture as the rest.",
        ),
    )


def _step(key: str, title: str, explanation: str, more: str = "") -> Step:
    return Step(key, tr(title), tr(explanation) + more, tr(title))


def is_hidden_without(key: str) -> bool:
    """Whether a step is of no use where nothing was found; how seldom is seldom can be set."""
    return key in odd_characters.KINDS and key != "seldom"


def count_words(count: int) -> str:
    """How many places were found."""
    if count == 1:
        return tr("1 place")
    return tr("{count} places").format(count=messages.count(count)) if count else tr("none")


def code_of(text: str) -> str:
    """The numbers of characters that look like others: "U+0430"."""
    return " ".join(f"U+{ord(char):04X}" for char in text)


def name_of(char: str) -> str:
    """A character as people may know it: 'é', "no-break space", "U+0007"."""
    name = unicodedata.name(char, "").lower()
    if char.isprintable() and not char.isspace():
        return f"{char} ({name})" if name and not char.isascii() else char
    known = {"\t": "tab", "\n": "new line", "\r": "carriage return", " ": "space"}
    return tr(known.get(char, "")) or name or f"U+{ord(char):04X}"


def which_characters(finding: Finding) -> str:
    """What was found and how often ("no-break space 12, thin space 3") for kinds of single characters; else nothing."""
    if finding.kind in ELSEWHERE or finding.kind in ("line_tails", "blank_lines", "line_ends"):
        return ""
    told = [f"{name_of(char)} {messages.count(count)}" for char, count in finding.characters[:4]]
    return ", ".join(told) + (", …" if len(finding.characters) > 4 else "")
