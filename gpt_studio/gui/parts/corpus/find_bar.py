"""Find a word in the text: every match is marked, counted, and one key away."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gpt_studio.gui import messages
from gpt_studio.gui.parts.corpus.replace_row import ReplaceRow
from gpt_studio.gui.parts.corpus.text_search import MOST, Search
from gpt_studio.gui.widgets import basics
from gpt_studio.gui.widgets.search_field import SearchField


class FindBar(QWidget):
    """A field with the number of matches in it, buttons for the next and the previous one, and one for `row`.

    `row`, with the ways to look and the replacement, is laid out by whoever has room for it.

    Signals:
        changed: Something else is looked for; carries a Search, an empty one when the search is over.
        next_asked, previous_asked: Enter or F3; Shift+F3.
        left: The search is over, by Escape.
    """

    changed = Signal(object)
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
        self.more = basics.icon_button(
            "more", self.tr("Replace, and ways to look (Ctrl+H)"), "corpus.find.more", bare=True
        )
        self.more.setCheckable(True)
        self.row = ReplaceRow()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.previous)
        row.addWidget(self.next)
        row.addWidget(self.more)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._typing = QTimer(self, objectName="find", interval=150, singleShot=True)
        self._typing.timeout.connect(lambda: self.changed.emit(self.search))
        self.field.textChanged.connect(self._wait_for_more)
        self.field.entered.connect(self.find_next)
        self.field.left.connect(self.leave)
        self.previous.clicked.connect(self.find_previous)
        self.next.clicked.connect(self.find_next)
        self.more.toggled.connect(self._open_row)
        self.row.changed.connect(self._wait_for_more)
        self.row.left.connect(lambda: self.more.setChecked(False))
        self.show_count(None, 0)

    @property
    def word(self) -> str:
        return self.field.text()

    @property
    def search(self) -> Search:
        """What is looked for, and how."""
        case, whole, is_pattern = (each.isChecked() for each in self.row.switches)
        return Search(self.word, case=case, whole=whole, is_pattern=is_pattern)

    def begin_replacing(self) -> None:
        """Open the row of the replacement, with the cursor where something is to be typed."""
        self.more.setChecked(True)
        (self.row.field if self.word and self.row.field.isEnabled() else self.field).setFocus()

    def begin(self, word: str = "") -> None:
        """Put the cursor into the field, with a word to begin with."""
        if word:
            self.field.setText(word)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def find_next(self) -> None:
        """Go to the next match; right after typing, to the first."""
        if not self.settle() and self.word:
            self.next_asked.emit()

    def find_previous(self) -> None:
        if not self.settle() and self.word:
            self.previous_asked.emit()

    def leave(self) -> None:
        """End the search."""
        self.field.clear()
        self.left.emit()

    def settle(self) -> bool:
        """Look for what was typed just now, without waiting for more letters; False when all is known already."""
        if not self._typing.isActive():
            return False
        self._typing.stop()
        self.changed.emit(self.search)
        return True

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
            self.settle()

    def _open_row(self, is_open: bool) -> None:
        self.row.setVisible(is_open)
        if not is_open:
            self.row.tell("")
            for each in self.row.switches:  # what cannot be seen must not change what is found
                each.setChecked(False)
            self.field.setFocus()
