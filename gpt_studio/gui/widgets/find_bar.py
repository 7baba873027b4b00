"""Find a word in the text: every match is marked, counted, and one key away."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets import basics
from gpt_studio.gui.widgets.text_search import MOST


class FindBar(QWidget):
    """A field with the number of matches in it, and buttons for the next and the previous one.

    Signals:
        changed: Another word is looked for; carries it, empty when the search is over.
        next_asked, previous_asked: Enter or F3; Shift+F3.
        left: The search is over, by Escape.
    """

    changed = Signal(str)
    next_asked = Signal()
    previous_asked = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = _Field()
        self.field.setObjectName("corpus.find")
        self.field.setPlaceholderText(self.tr("Find"))
        self.field.setAccessibleName(self.tr("Find in the text"))
        self.field.setToolTip(self.tr("Find a word in the text (Ctrl+F); F3 goes to the next."))
        theme.set_role(self.field, "body")
        self._glass = basics.Icon("find", "text3", 16)
        self._glass.setParent(self.field)
        self._count = basics.text("", "caption", "text3")
        self._count.setParent(self.field)
        self.previous = basics.icon_button(
            "up", self.tr("Previous match (Shift+F3)"), "corpus.find.previous", bare=True
        )
        self.next = basics.icon_button("down", self.tr("Next match (F3)"), "corpus.find.next", bare=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.previous)
        row.addWidget(self.next)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._typing = QTimer(self, objectName="find", interval=150, singleShot=True)
        self._typing.timeout.connect(lambda: self.changed.emit(self.field.text()))
        self.field.textChanged.connect(self._wait_for_more)
        self.field.entered.connect(self.find_next)
        self.field.left.connect(self.leave)
        self.field.resized.connect(self._place_count)
        self.previous.clicked.connect(self.find_previous)
        self.next.clicked.connect(self.find_next)
        self.show_count(None, 0)

    @property
    def word(self) -> str:
        return self.field.text()

    def begin(self, word: str = "") -> None:
        """Put the cursor into the field, with a word to begin with."""
        if word:
            self.field.setText(word)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def find_next(self) -> None:
        self._settle()
        self.next_asked.emit()

    def find_previous(self) -> None:
        self._settle()
        self.previous_asked.emit()

    def leave(self) -> None:
        """End the search."""
        self.field.clear()
        self._settle()
        self.left.emit()

    def show_count(self, current: int | None, total: int) -> None:
        """Say which match is chosen (from 1 on; None: none) and how many there are."""
        active = bool(self.word)
        self.previous.setVisible(active)
        self.next.setVisible(active)
        self.previous.setEnabled(total > 0)
        self.next.setEnabled(total > 0)
        if not active:
            words = ""
        elif not total:
            words = self.tr("not found")
        else:
            told = messages.count(MOST) + "+" if total > MOST else messages.count(total)
            words = self.tr("{n} of {total}").format(n=messages.count(current), total=told) if current else told
        self._count.setText(words)
        basics.set_ink(self._count, "bad" if active and not total else "text3")
        self.field.setAccessibleDescription(words)
        self._place_count()

    @property
    def count_words(self) -> str:
        """What the field says about the matches."""
        return self._count.text()

    def _place_count(self) -> None:
        self._count.adjustSize()
        width = self._count.width() + theme.px(6) if self._count.text() else 0
        self.field.setTextMargins(theme.px(22), 0, width, 0)
        size = self._glass.sizeHint()
        self._glass.setGeometry(theme.px(10), (self.field.height() - size.height()) // 2, size.width(), size.height())
        left = self.field.width() - self._count.width() - theme.px(10)
        self._count.move(left, (self.field.height() - self._count.height()) // 2)

    def _wait_for_more(self) -> None:
        if self.word:
            self._typing.start()
        else:
            self._settle()

    def _settle(self) -> None:
        """Look for what stands in the field now, without waiting for more letters."""
        if self._typing.isActive() or not self.word:
            self._typing.stop()
            self.changed.emit(self.word)


class _Field(QLineEdit):
    """A line that tells of Enter and Escape.

    Signals:
        entered: Enter.
        left: Escape.
        resized: It has another width.
    """

    entered = Signal()
    left = Signal()
    resized = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
