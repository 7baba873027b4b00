"""The page "Same endings" of "Why this character?": where the training text has what stands before it, and what follows
there.
"""

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QTextBrowser, QVBoxLayout, QWidget

from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.write.memory_check import SameEnding
from gpt_studio.gui.widgets.basics import button, paragraph

FOLLOWERS = 8  # characters that are named


class EndingsPage(QWidget):
    """The longest ending that the training text has several times, what followed it there, and some of the places.

    Signals:
        asked: Look up the ending of a text; carries the text and how many characters of it, 0 for the longest.
    """

    asked = Signal(str, int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._before: str | None = None  # what stands before the chosen character
        self._own, self._length = "", 0
        self._known: tuple[str, int] | None = None  # what was asked last
        self.told = paragraph("", "caption", "text2", markup=True)
        self.told.setObjectName(f"{name}.told")
        self.shorter = button(self.tr("Shorter"), icon="minus", name=f"{name}.shorter")
        self.longer = button(self.tr("Longer"), icon="plus", name=f"{name}.longer")
        self.places = QTextBrowser()
        self.places.setOpenLinks(False)
        self.places.setFrameShape(QFrame.Shape.NoFrame)
        self.places.setProperty("frameless", "true")
        self.places.setObjectName(f"{name}.places")
        self.places.setAccessibleName(self.tr("Places in the training text with the same ending"))
        theme.set_role(self.places, "caption", mono=True)
        self.places.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._fit()
        theme.notifier().changed.connect(self._fit)
        row = QHBoxLayout()
        row.addWidget(self.told, 1)
        for each, step in ((self.shorter, -1), (self.longer, 1)):
            row.addWidget(each, 0, Qt.AlignmentFlag.AlignTop)
            each.clicked.connect(lambda _=False, step=step: self._ask(self._length + step))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.places, 1)
        self.follow(None, "")

    def _fit(self) -> None:
        self.places.setMinimumHeight(theme.px(96))  # else it would ask for more than the texts above can spare

    def follow(self, before: str | None, own: str) -> None:
        """Look at what stands before a character from now on; None: at nothing.

        Args:
            before: The text up to the character.
            own: What was written there.
        """
        if before is not None and (before, own) == (self._before, self._own):
            return
        self._before, self._own, self._known = before, own, None
        for each in (self.shorter, self.longer):
            each.setEnabled(False)
        self.places.clear()
        if before is None:
            self.told.setText(self.tr("Click a piece of a written text: here you see where the same letters stand."))
        elif not before:
            self.told.setText(self.tr("Nothing stands before the first character."))
        else:
            self.told.setText(self.tr("Looking it up…"))
            if self.isVisible():
                self._ask(0)

    def _ask(self, length: int) -> None:
        if self._before:
            self._known = self._before, length
            self.asked.emit(self._before, length)

    def show_found(self, before: str, found: SameEnding) -> None:
        """What was found of a text; of another one than is looked at now, nothing is shown."""
        if before != self._before:
            return
        self._length = len(found.ending)
        self.shorter.setEnabled(self._length > 1)
        self.longer.setEnabled(0 < self._length < min(len(before), found.longest))
        if not found.ending:
            self.told.setText(self.tr("The training text has nothing that ends so."))
            self.places.clear()
            return
        ending = f"<b>{_html(found.ending)}</b>"
        words = self.tr("Before it stands {ending}, as {count} times in the training text. There follows: {what}.")
        named = [self._follower(*one, found.count) for one in found.followers[:FOLLOWERS]]
        if len(found.followers) > FOLLOWERS:
            named.append(self.tr("…"))
        told = words.format(ending=ending, count=messages.count(found.count), what=", ".join(named))
        if self._own[:1] not in dict(found.followers):
            told += " " + self.tr("Never {own}.").format(own=_html(self._own[:1]))
        self.told.setText(told)
        lines = (f"{_html(left)}<b>{_html(found.ending)}</b>{_html(right)}" for left, right in found.examples)
        self.places.setHtml("<br>".join(lines))

    def _follower(self, character: str, count: int, of: int) -> str:
        told = f"{_html(character)} {messages.share(count / of)}"
        return f"<b>{told}</b>" if character == self._own[:1] else told

    # Qt's own names

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._known is None:
            self._ask(0)


def _html(words: str) -> str:
    return escape(messages.visible(words) if len(words) == 1 else words.replace("\n", "↵"))
