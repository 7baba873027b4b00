"""The row below the corpus editor's text: where the cursor is or which page is shown, and the size of the letters."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gpt_studio.gui import messages
from gpt_studio.gui.parts.corpus.text_pages import LONG_LINE
from gpt_studio.gui.widgets import basics


class EditorFoot(QWidget):
    """Words on the left; on the right pages to turn, where there are several, and the zoom of the text.

    Signals:
        turned: Another page is wanted; carries -1 or 1.
        zoomed: Larger (1) or smaller letters (-1) are wanted, or those of the beginning (0).
    """

    turned = Signal(int)
    zoomed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._paged = False
        self._words = basics.text("", "caption", "text2")
        self._words.setWordWrap(True)
        self.previous = basics.icon_button("back", self.tr("Previous page"), "corpus.page.previous", bare=True)
        self.next = basics.icon_button("next", self.tr("Next page"), "corpus.page.next", bare=True)
        self.smaller = basics.icon_button("minus", self.tr("Smaller letters (Ctrl+wheel)"), "corpus.smaller", bare=True)
        self.percent = basics.text("100 %", "caption", "text2")
        self.larger = basics.icon_button("plus", self.tr("Larger letters (Ctrl+wheel)"), "corpus.larger", bare=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 8, 0)
        row.setSpacing(4)
        row.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        for each in (self.previous, self.next, self.smaller, self.percent, self.larger):
            row.addWidget(each)
        self.previous.clicked.connect(lambda: self.turned.emit(-1))
        self.next.clicked.connect(lambda: self.turned.emit(1))
        self.smaller.clicked.connect(lambda: self.zoomed.emit(-1))
        self.larger.clicked.connect(lambda: self.zoomed.emit(1))

    @property
    def focus_parts(self) -> list[QWidget]:
        """From left to right."""
        return [self.previous, self.next, self.smaller, self.larger]

    @property
    def words(self) -> str:
        return self._words.text()

    def show_page(self, number: int, total: int, too_large: bool) -> None:
        """Say which page is shown (from 0 on), and why there are pages; a `total` of 0: the text is in one piece."""
        self._paged = total > 0
        for each in (self.previous, self.next):
            each.setVisible(self._paged)
        self.previous.setEnabled(number > 0)
        self.next.setEnabled(number < total - 1)
        if not self._paged:
            return
        if too_large:
            words = self.tr("Page {n} of {total}. So large a text is shown in pages and cannot be edited here.")
        else:
            words = self.tr("Page {n} of {total}. A line is longer than {most} characters; it cannot be edited here.")
        numbers = {"n": number + 1, "total": total, "most": LONG_LINE}
        self._words.setText(words.format(**{name: messages.count(value) for name, value in numbers.items()}))

    def show_cursor(self, line: int | None, column: int, chosen: int) -> None:
        """Say where the cursor is (from 1 on), and how many characters are selected."""
        if self._paged or line is None:
            return
        words = self.tr("Line {line}, column {column}")
        if chosen:
            words = self.tr("Line {line}, column {column}; {chosen} selected")
        numbers = {"line": line, "column": column, "chosen": chosen}
        self._words.setText(words.format(**{name: messages.count(value) for name, value in numbers.items()}))

    def show_size(self, share: float) -> None:
        """Say how large the letters are beside those of the beginning."""
        self.percent.setText(messages.share(share))
