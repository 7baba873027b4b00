"""A line to search with: a glass on the left, what was found on the right."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.widgets import basics


class SearchField(QLineEdit):
    """A field for a word.

    Signals:
        entered: Enter.
        left: Escape, when there was something to clear.
    """

    entered = Signal()
    left = Signal()

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(words)
        theme.set_role(self, "body")
        self._glass = basics.Icon("find", "text3", 16)
        self._glass.setParent(self)
        self._outcome = basics.text("", "caption", "text3")
        self._outcome.setParent(self)
        theme.notifier().changed.connect(self._place)

    @property
    def outcome(self) -> str:
        """What the field says about the search."""
        return self._outcome.text()

    def show_outcome(self, words: str, token: str = "text3") -> None:
        """Say what was found, at the end of the field."""
        self._outcome.setText(words)
        basics.set_ink(self._outcome, token)
        self.setAccessibleDescription(words)
        self._place()

    def _place(self) -> None:
        self._outcome.adjustSize()
        width = self._outcome.width() + theme.px(6) if self._outcome.text() else 0
        self.setTextMargins(theme.px(22), 0, width, 0)
        size = self._glass.sizeHint()
        self._glass.setGeometry(theme.px(10), (self.height() - size.height()) // 2, size.width(), size.height())
        self.setMinimumWidth(theme.px(100))  # Qt's own would grow with the outcome, and push the page wider
        left = self.width() - self._outcome.width() - theme.px(10)
        self._outcome.move(left, (self.height() - self._outcome.height()) // 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
