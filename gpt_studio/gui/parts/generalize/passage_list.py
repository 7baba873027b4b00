"""The passages of a text that were expected worst and best, to jump to."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.engine.events import TextRead
from gpt_studio.engine.judging import passages
from gpt_studio.engine.judging.passages import Passage
from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets.basics import paragraph
from gpt_studio.gui.widgets.tints import tint_color, tint_level

_OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class _List(QListWidget):
    """Tells of a row that is clicked, or reached with the arrow keys."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPENS and self.currentItem() is not None:
            self.itemClicked.emit(self.currentItem())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(300), theme.px(150))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(150), theme.px(90))


class PassageList(QWidget):
    """The worst ones first, then the best.

    Signals:
        chosen: One was clicked or reached with a key; carries the first token, and the one behind the last.
    """

    chosen = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.told = paragraph("", "caption", "text3")
        self.list = _List()
        self.list.setObjectName("generalize.passages")
        self.list.setAccessibleName(self.tr("The passages that were expected worst and best"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setProperty("frameless", "true")
        theme.set_role(self.list, "caption")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.told)
        column.addWidget(self.list, 1)
        self.list.itemClicked.connect(self._tell)
        self.list.currentItemChanged.connect(lambda now, _before: self._tell(now))
        theme.notifier().changed.connect(self._dress)

    def wait(self) -> None:
        """They are being looked for."""
        self.list.clear()
        self.told.setText(self.tr("Looking for the best and the worst passages…"))

    def show_read(self, read: TextRead) -> None:
        """Find them in what was read."""
        worst, best = passages.worst_and_best(read.tokens, read.losses)
        self.list.blockSignals(True)
        self.list.clear()
        for words, kind in ((self.tr("worst"), worst), (self.tr("best"), best)):
            for each in kind:
                self._add(words, each, read.tokens)
        self.list.blockSignals(False)
        told = self.tr("Passages of about {n} characters in the first {all}, and their bits per character")
        if not self.list.count():
            told = self.tr("The text is too short to have passages.")
        characters = sum(map(len, read.tokens))
        self.told.setText(told.format(n=passages.WIDE, all=messages.count(characters)))
        self._dress()

    def _add(self, words: str, passage: Passage, tokens: Sequence[str]) -> None:
        quote = " ".join("".join(tokens[passage.first : passage.end]).split())
        item = QListWidgetItem(f"{words}, {passage.bits:.1f}:  {quote}")
        item.setData(Qt.ItemDataRole.UserRole, passage)
        item.setToolTip(quote)
        said = self.tr("{kind} expected, {bits} bits per character: {quote}")
        item.setData(
            Qt.ItemDataRole.AccessibleTextRole, said.format(kind=words, bits=f"{passage.bits:.1f}", quote=quote)
        )
        self.list.addItem(item)

    def _dress(self) -> None:
        for item in map(self.list.item, range(self.list.count())):
            level = tint_level(item.data(Qt.ItemDataRole.UserRole)[2] * math.log(2))
            item.setBackground(tint_color(level))
            item.setForeground(theme.color("text"))
            item.setSizeHint(QSize(0, theme.px(28)))

    def _tell(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            first, end, _ = item.data(Qt.ItemDataRole.UserRole)
            self.chosen.emit(first, end)
