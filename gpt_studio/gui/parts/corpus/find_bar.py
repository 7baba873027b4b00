"""Find a word in the text: every match is marked, counted, and one key away."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gpt_studio.gui import messages
from gpt_studio.gui.parts.corpus.text_search import MOST
from gpt_studio.gui.widgets import basics
from gpt_studio.gui.widgets.search_field import SearchField


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
        self.field = SearchField(self.tr("Find"))
        self.field.setObjectName("corpus.find")
        self.field.setAccessibleName(self.tr("Find in the text"))
        self.field.setToolTip(self.tr("Find a word in the text (Ctrl+F); F3 goes to the next."))
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
        """Go to the next match; right after typing, to the first."""
        if not self._look_now() and self.word:
            self.next_asked.emit()

    def find_previous(self) -> None:
        if not self._look_now() and self.word:
            self.previous_asked.emit()

    def leave(self) -> None:
        """End the search."""
        self.field.clear()
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
        self.field.show_outcome(words, "bad" if active and not total else "text3")

    def _wait_for_more(self) -> None:
        self._typing.start()
        if not self.word:
            self._look_now()

    def _look_now(self) -> bool:
        """Look for what was typed just now, without waiting for more letters; False when all is known already."""
        if not self._typing.isActive():
            return False
        self._typing.stop()
        self.changed.emit(self.word)
        return True
