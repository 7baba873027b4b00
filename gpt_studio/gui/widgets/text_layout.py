"""The layout of the editor's text: airy lines, and room for the band at the boundary of the held-back part."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument, QTextLayout
from PySide6.QtWidgets import QPlainTextDocumentLayout


class BandLayout(QPlainTextDocumentLayout):
    """A plain text layout with a line height of its own and a free band before one character.

    Qt lays a paragraph out first; then its lines are placed again with the gaps. Only paragraphs that come into
    view are laid out, so a large text costs nothing here.
    """

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
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
            block = document.findBlock(position)
            if position == block.position() + block.length() - 1:  # a line break belongs to the next line, to the eye
                position += 1
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
        return self._boundary.position() if self._boundary else None

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
        if self._boundary is None:
            return None
        offset = self._boundary.position() - block.position()
        return offset if 0 <= offset < block.length() else None

    def _lay_out_again(self, cursor: QTextCursor | None) -> None:
        if cursor:
            block = cursor.block()
            block.clearLayout()
            self.document().markContentsDirty(block.position(), block.length())

    def _is_spaced(self, layout: QTextLayout, cut: int | None) -> bool:
        top = self._gap / 2 + (self._band if cut == 0 else 0)
        if layout.lineAt(0).y() != top:
            return False
        return not cut or layout.lineForTextPosition(cut).textStart() == cut

    def _space(self, block: QTextBlock, layout: QTextLayout, cut: int | None) -> None:
        """Place the lines of a paragraph again, a new one at the boundary."""
        first = layout.lineAt(0)
        x, width, y = first.x(), first.width(), self._gap / 2
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLeadingIncluded(True)
            line.setLineWidth(width)
            if cut is not None and line.textStart() < cut < line.textStart() + line.textLength():
                line.setNumColumns(cut - line.textStart(), width)
            if line.textStart() == cut:
                y += self._band
            line.setPosition(QPointF(x, y))
            y += line.height() + self._gap
        layout.endLayout()
        block.setLineCount(layout.lineCount())

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        rect = super().blockBoundingRect(block)
        layout = block.layout() if block.isValid() else None
        if layout is None or not layout.lineCount() or not block.isVisible():
            return rect
        cut = self._cut(block)
        if not self._is_spaced(layout, cut):
            self._space(block, layout, cut)
            rect = super().blockBoundingRect(block)
        return rect.adjusted(0, 0, 0, self._gap / 2)
