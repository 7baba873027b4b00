"""The second row of the search: how to look, and what to put in the place of what is found."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.widgets import basics


class ReplaceRow(QWidget):
    """Three switches, a field, and two buttons; below them a line that tells what went wrong or how much was done.

    Signals:
        changed: Another way to look.
        replace_asked, all_asked: Replace the match that is chosen, or all of them.
        left: Escape.
    """

    changed = Signal()
    replace_asked = Signal()
    all_asked = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.case = _switch("Aa", self.tr("Match capital and small letters"), "corpus.find.case", "first")
        self.whole = _switch(self.tr("Word"), self.tr("Whole words only"), "corpus.find.word", "middle")
        self.pattern = _switch(".*", self.tr("Regular expression"), "corpus.find.pattern", "last")
        self.field = QLineEdit()
        self.field.setObjectName("corpus.replace")
        self.field.setAccessibleName(self.tr("Replace by"))
        self.field.setPlaceholderText(self.tr("Replace by"))
        theme.set_role(self.field, "body")
        self.one = basics.button(self.tr("Replace"), name="corpus.replace.one")
        self.all = basics.button(self.tr("Replace all"), name="corpus.replace.all")
        self._words = basics.text("", "caption", "text2")
        self._words.setObjectName("corpus.replace.told")
        self._words.setWordWrap(True)
        self._words.hide()
        row = QHBoxLayout()
        row.setSpacing(0)
        for each in self.switches:
            row.addWidget(each)
        row.addSpacing(8)
        row.addWidget(self.field, 1)
        for button in (self.one, self.all):
            row.addSpacing(8)
            row.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 0, 12, 9)
        box.setSpacing(6)
        box.addLayout(row)
        box.addWidget(self._words)
        for each in self.switches:
            each.toggled.connect(self.changed)
        self.field.returnPressed.connect(self.one.click)
        self.one.clicked.connect(self.replace_asked)
        self.all.clicked.connect(self.all_asked)
        self.hide()

    @property
    def switches(self) -> tuple[QToolButton, ...]:
        """From left to right."""
        return self.case, self.whole, self.pattern

    @property
    def words(self) -> str:
        """What is told below the row."""
        return self._words.text()

    def set_usable(self, usable: bool, why_not: str) -> None:
        """Whether anything can be replaced, and if not, why."""
        for each in (self.field, self.one, self.all):
            each.setEnabled(usable)
            each.setToolTip("" if usable else why_not)

    def tell(self, words: str, token: str = "text2") -> None:
        """Tell what went wrong ("bad") or what was done; nothing takes the line away."""
        self._words.setText(words)
        basics.set_ink(self._words, token)
        self._words.setVisible(bool(words))
        if words:
            basics.announce(self, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _switch(words: str, name: str, object_name: str, segment: str) -> QToolButton:
    made = QToolButton()
    made.setText(words)
    made.setToolTip(name)
    made.setAccessibleName(name)
    made.setObjectName(object_name)
    made.setCheckable(True)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setProperty("segment", segment)
    theme.set_role(made, "button")
    return made
