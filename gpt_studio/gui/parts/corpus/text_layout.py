"""The layout of the editor's text: airy lines, and room for the band at the boundary of the held-back part."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QTimer
from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument, QTextLayout
from PySide6.QtWidgets import QPlainTextDocumentLayout


class BandLayout(QPlainTextDocumentLayout):
    """A plain text layout with a line height of its own and a free band before one character.

    Only paragraphs that come into view are laid out, so a large text costs nothing here. Where that changes the number
    of lines, the scroll bar hears of it in the next turn of the event loop: Qt's own layout tells it at once, in the
    middle of questions that are then answered for lines that are gone, and crashes.

    Args:
        document: Takes ownership of the layout, with `setDocumentLayout`.
        width: Gives the pixels that a line may take.
    """

    def __init__(self, document: QTextDocument, width: Callable[[], int]) -> None:
        super().__init__(document)
        self._width = width
        self._news = QTimer(self, objectName="lines counted", interval=0, singleShot=True)
        self._news.timeout.connect(self._tell_size)
        self._gap = 0.0  # between two lines, half of it above the first
        self._band = 0.0
        self._boundary: QTextCursor | None = None  # moves with the text while it is edited

    def set_measures(self, gap: float, band: float) -> None:
        """Pixels between lines, and the height of the band."""
        if (gap, band) != (self._gap, self._band):
            self._gap, self._band = gap, band
            self._lay_out_again(self._boundary)

    def set_boundary(self, position: int | None) -> None:
        """Leave room for the band before the character at `position`; None: no band."""
        before = self._boundary
        document = self.document()
        if position is None or position >= document.characterCount() - 1:
            self._boundary = None
        else:
            self._boundary = QTextCursor(document)
            self._boundary.setPosition(position)
        self._lay_out_again(before)
        self._lay_out_again(self._boundary)

    @property
    def gap(self) -> float:
        return self._gap

    @property
    def boundary(self) -> int | None:
        """The position that the band stands before."""
        if self._boundary is None:
            return None
        block, position = self._boundary.block(), self._boundary.position()
        is_line_end = position == block.position() + block.length() - 1 and position > block.position()
        return position + 1 if is_line_end else position  # a line break belongs to the next line, to the eye

    def band_in(self, block: QTextBlock) -> float | None:
        """Where the band begins, in pixels below the top of a paragraph; None when it stands elsewhere."""
        cut = self._cut(block)
        if cut is None:
            return None
        layout = block.layout()
        line = layout.lineForTextPosition(cut)
        return line.y() - self._gap / 2 - self._band if line.isValid() else None

    def _cut(self, block: QTextBlock) -> int | None:
        """The boundary as an index into a paragraph."""
        boundary = self.boundary
        offset = -1 if boundary is None else boundary - block.position()
        return offset if 0 <= offset < block.length() else None

    def _lay_out_again(self, cursor: QTextCursor | None) -> None:
        if cursor is None:
            return
        for block in (cursor.block(), cursor.block().next()):  # a boundary at a line's end shows in the next line
            if block.isValid():
                block.clearLayout()
                self.document().markContentsDirty(block.position(), block.length())

    def _is_spaced(self, layout: QTextLayout, cut: int | None) -> bool:
        top = self._gap / 2 + (self._band if cut == 0 else 0)
        if layout.lineAt(0).y() != top:
            return False
        line = layout.lineForTextPosition(cut) if cut else None
        return line is None or (line.isValid() and line.textStart() == cut)  # not valid: the text has changed since

    def _lay_out(self, block: QTextBlock, layout: QTextLayout, cut: int | None) -> None:
        """Place the lines of a paragraph, a new one at the boundary."""
        width, y = float(self._width()), self._gap / 2
        layout.setTextOption(self.document().defaultTextOption())
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLeadingIncluded(True)
            line.setLineWidth(width)
            if cut is not None and line.textStart() < cut < line.textStart() + line.textLength():
                line.setNumColumns(cut - line.textStart(), width)
            if line.textStart() == cut:
                y += self._band
            line.setPosition(QPointF(0, y))
            y += line.height() + self._gap
        layout.endLayout()
        if block.lineCount() != layout.lineCount():
            block.setLineCount(layout.lineCount())
            self._news.start()

    def _tell_size(self) -> None:
        self.documentSizeChanged.emit(self.documentSize())

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        if not block.isValid() or not block.isVisible():
            return super().blockBoundingRect(block)
        layout, cut = block.layout(), self._cut(block)
        if not layout.lineCount() or not self._is_spaced(layout, cut):
            self._lay_out(block, layout, cut)
        return super().blockBoundingRect(block).adjusted(0, 0, 0, self._gap / 2)
