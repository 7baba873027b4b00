"""What the tab has to say about a text: is it long enough, does it repeat itself, does it hold odd characters?"""

import html
import re
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from gpt_studio.engine import corpus
from gpt_studio.engine.judging.repetition import WINDOW, Repetition
from gpt_studio.engine.text_care.odd_characters import mended
from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets import basics

CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # all but the newline
REPEATED_FROM = 0.005  # of a text; less than that is a line that two scenes share


@dataclass(frozen=True)
class Check:
    """One line: whether all is well, what to say, and where a link leads ("show", "remove", "repeated")."""

    name: str
    tone: str  # good, warn or bad
    words: str  # rich text; what comes from a text is escaped


def length_check(text: str, block_size: int, model: str) -> Check:
    """Whether the chosen model can learn from a text of this length."""
    needed = corpus.minimum_characters(block_size)
    if len(text) < needed:
        words = messages.tr(
            "Too short for the model <b>{model}</b>: {minimum} characters are needed, this text has {characters}"
        ).format(model=html.escape(model), minimum=messages.count(needed), characters=messages.count(len(text)))
        return Check("length", "bad", words)
    if text[:1_000] == text[0] * len(text[:1_000]) and text == text[0] * len(text):
        return Check("length", "bad", messages.tr("One single character, repeated: there is nothing to learn"))
    words = messages.tr("Long enough for the model <b>{model}</b>").format(model=html.escape(model))
    return Check("length", "good", words)


def repetition_check(found: Repetition) -> Check:
    """Whether passages stand in the text more than once."""
    if found.share < REPEATED_FROM or found.first is None:
        return Check("repeated", "good", messages.tr("Nothing repeated word for word"))
    links = messages.tr('<a href="repeated">Show</a> or <a href="workshop">remove</a>')
    words = messages.tr("{share} is repeated word for word.")
    return Check("repeated", "warn", f"{words.format(share=messages.share(found.share))} {links}")


def control_check(text: str, count: int) -> Check | None:
    """Whether there are characters that no one can see."""
    if not count:
        return None
    kinds = sorted(set(CONTROLS.findall(text)))
    names = ", ".join(map(control_name, kinds[:3])) + (", …" if len(kinds) > 3 else "")
    words = (
        messages.tr("{count} control characters ({names}).")
        if count > 1
        else messages.tr("1 control character ({names}).")
    )
    links = messages.tr('<a href="show">Show</a> or <a href="remove">remove</a>')
    return Check("control", "warn", f"{words.format(count=messages.count(count), names=html.escape(names))} {links}")


def control_name(char: str) -> str:
    """What people call a control character."""
    known = {"\t": "tab", "\r": "carriage return", "\f": "page break", "\v": "vertical tab", "\x1b": "escape"}
    return messages.tr(known[char]) if char in known else f"U+{ord(char):04X}"


def without_controls(text: str) -> str:
    """The text with its tabs as spaces and without the other control characters."""
    return mended(text, ("line_ends", "tabs", "controls"))


class CorpusChecks(QWidget):
    """The checks, one below the other or, where the window is narrow, in a row.

    Signals:
        show_control_asked, remove_controls_asked, show_repeated_asked, remove_repeated_asked: The links of the same
            meaning.
    """

    show_control_asked = Signal()
    remove_controls_asked = Signal()
    show_repeated_asked = Signal()
    remove_repeated_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("corpus.checks")
        self.setAccessibleName(self.tr("Checks of this text"))
        self._lines: dict[str, _Line] = {}
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(10)
        for name in ("length", "repeated", "control"):
            line = _Line(name)
            line.words.linkActivated.connect(self._follow)
            self._lines[name] = line
            self._box.addWidget(line)
            line.hide()

    def show_check(self, name: str, check: Check | None) -> None:
        """Renew one line; None takes it away."""
        self._lines[name].setVisible(check is not None)
        if check:
            self._lines[name].show_check(check)

    def words(self, name: str) -> str:
        """What a line says, without its markup; empty when it is not there."""
        line = self._lines[name]
        return re.sub(r"<[^>]+>", "", line.words.text()) if not line.isHidden() else ""

    def set_wide(self, is_row: bool) -> None:
        """Stand in a row (narrow window, below the split bar) or in a column."""
        self._box.setDirection(QBoxLayout.Direction.LeftToRight if is_row else QBoxLayout.Direction.TopToBottom)
        self._box.setSpacing(16 if is_row else 10)

    def _follow(self, link: str) -> None:
        asked = {
            "show": self.show_control_asked,
            "remove": self.remove_controls_asked,
            "repeated": self.show_repeated_asked,
            "workshop": self.remove_repeated_asked,
        }
        asked[link].emit()


class _Line(QWidget):
    """An icon and a sentence with links."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._icon = basics.Icon("tick", "good", 17)
        self.words = QLabel()
        self.words.setObjectName(f"corpus.check.{name}")
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setWordWrap(True)
        self.words.setProperty("ink", "text")
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.set_role(self.words, "body")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        theme.notifier().changed.connect(self._renew_links)

    def _renew_links(self) -> None:
        """A label keeps the colour that links had when it was given its words."""
        words = self.words.text()
        self.words.clear()
        self.words.setText(words)

    def show_check(self, check: Check) -> None:
        icon = {"good": "tick", "warn": "triangle", "bad": "cross"}[check.tone]
        self._icon.set(icon, check.tone)
        self.words.setText(check.words)
        self.words.setAccessibleName(re.sub(r"<[^>]+>", "", check.words))
        self.words.setToolTip(
            messages.tr("Passages of {n} characters that stood in the text before").format(n=WINDOW)
            if check.name == "repeated"
            else ""
        )
