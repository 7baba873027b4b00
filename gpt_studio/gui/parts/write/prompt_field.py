"""The field for the words with which a text begins; a line break is drawn as ↵ and kept."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.widgets.basics import text

BREAK = "\u21b5"
MOST_EARLIER = 50  # prompts
SUGGESTED = 32  # characters of a suggested beginning, at most


def with_breaks(words: str) -> str:
    """Every kind of line break as ↵."""
    return BREAK.join(words.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n").split("\n"))


def beginning_of(words: str) -> str:
    """The first line of a text, or its first words where that is long."""
    line = next((line for line in words.splitlines() if line.strip()), "")
    if not line:
        return ""
    return f"{line}\n" if len(line) <= SUGGESTED else line[: line.rfind(" ", 0, SUGGESTED) + 1]


class _Line(QLineEdit):
    """One line in which ↵ stands for a line break, however it came in."""

    write_asked = Signal()
    moved = Signal(int)  # Up: -1, Down: 1

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("frameless", "true")
        theme.set_role(self, "write", mono=True)
        self.textChanged.connect(self._show_breaks)

    def _show_breaks(self, words: str) -> None:
        if with_breaks(words) != words:
            place = self.cursorPosition()
            with QSignalBlocker(self):
                self.setText(with_breaks(words))
            self.setCursorPosition(place)

    # Qt's own names

    def keyPressEvent(self, event: QKeyEvent) -> None:
        clipboard = QGuiApplication.clipboard()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.insert(BREAK)
            else:
                self.write_asked.emit()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            clipboard.setText(self.selectedText().replace(BREAK, "\n"))
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.insert(with_breaks(clipboard.text()))  # as one step of undo
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.parentWidget().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.parentWidget().update()


class PromptField(QWidget):
    """A label and the words, in one frame. Enter writes, Shift+Enter begins a new line, Up brings back earlier words.

    Signals:
        write_asked: Enter was pressed.
    """

    write_asked = Signal()

    def __init__(self, label: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = _Line(name)
        self.line.setAccessibleName(label)
        self.line.setPlaceholderText(self.tr("anything, or nothing"))
        tip = self.tr("Enter writes, Shift+Enter begins a new line, Up brings back an earlier beginning.")
        self.line.setToolTip(tip)
        self.line.setAccessibleDescription(tip)
        caption = text(label, token="text2")
        caption.setBuddy(self.line)
        self._row = QHBoxLayout(self)
        self._row.addWidget(caption)
        self._row.addWidget(self.line, 1)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._earlier: list[str] = []  # latest last
        self._place = 0  # in them; behind the last: what the student is typing
        self._typed = ""
        self.line.write_asked.connect(self.write_asked)
        self.line.moved.connect(self._move)
        self.line.textEdited.connect(self._leave_history)
        self._fit()
        theme.notifier().changed.connect(self._fit)

    @property
    def words(self) -> str:
        """With real line breaks."""
        return with_breaks(self.line.text()).replace(BREAK, "\n")

    def set_words(self, words: str) -> None:
        self.line.setText(with_breaks(words))

    def add(self, widget: QWidget) -> None:
        """Something at the end of the frame."""
        self._row.addWidget(widget)

    # Earlier words

    def remember(self, words: str) -> None:
        """Something has been written with these words."""
        self.set_earlier([*self._earlier, words])

    def set_earlier(self, prompts: Iterable[str]) -> None:
        """The words of earlier texts, latest last."""
        latest_first = dict.fromkeys(words for words in reversed([*prompts]) if words)
        self._earlier = list(latest_first)[:MOST_EARLIER][::-1]
        self._leave_history()

    def _leave_history(self) -> None:
        self._place = len(self._earlier)

    def _move(self, by: int) -> None:
        """To older words, or back to newer ones and at last to those that were being typed."""
        if self._place == len(self._earlier):
            self._typed = self.words
        words = [*self._earlier, self._typed]
        place = self._place + by
        while 0 <= place < len(words) - 1 and words[place] == self.words:  # they stand there already
            place += by
        if 0 <= place < len(words):
            self._place = place
            self.set_words(words[place])

    def _fit(self) -> None:
        self._row.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
        self._row.setSpacing(theme.px(10))
        self.setFixedHeight(theme.px(42))

    # Qt's own names

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.line.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        focused = self.line.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent" if focused else "edge"), 2 if focused else 1))
        painter.setBrush(theme.color("surface"))
        inset = 1.0 if focused else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 7, 7)
