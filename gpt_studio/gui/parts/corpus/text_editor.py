"""The editor of the corpus: line numbers, the split stripe, and the line where the held-back part begins."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.parts.corpus.document_text import DocumentText
from gpt_studio.gui.parts.corpus.editor_places import Places
from gpt_studio.gui.parts.corpus.text_gutter import TextGutter, blend, paint_band
from gpt_studio.gui.parts.corpus.text_layout import BandLayout

_KEY = QKeySequence.StandardKey
_TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
LINE_HEIGHT = 1.45
PIXELS, LEAST, MOST = 15, 9, 40  # height of the letters at 100 %, and how far they can be zoomed
BAND = 34  # pixels at 100 %


class TextEditor(QPlainTextEdit):
    """Shows a text, or a page of it, and lets the student edit her own.

    Signals:
        edited: The student changed the text.
        view_moved: Another part of the text is visible.
        refused: A letter was typed, or something pasted, into a text that is only for reading.
        zoom_asked: Larger letters (1) or smaller ones (-1), by Ctrl and the wheel.
        undo_asked, redo_asked: Keys and menu; whoever keeps the history answers.
    """

    edited = Signal()
    refused = Signal()
    zoom_asked = Signal(int)
    undo_asked = Signal()
    redo_asked = Signal()
    view_moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = DocumentText(self.document())
        self.first_line = 1
        self._layout = BandLayout(self.document(), lambda: self.viewport().width())
        self.document().setDocumentLayout(self._layout)
        self._boundary: int | None = None
        self._pixels = PIXELS
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(False)
        self.setAcceptDrops(False)  # files are dropped on the whole tab
        self.document().setDocumentMargin(0)
        self.gutter = TextGutter(self)
        self.content.edited.connect(self.edited)
        self.updateRequest.connect(self._scroll_gutter)
        self.blockCountChanged.connect(self._make_room)
        self.verticalScrollBar().valueChanged.connect(self._tell_view)
        theme.notifier().changed.connect(self._restyle)
        self._restyle()

    def show_text(self, places: Places, read_only: bool, first_line: int = 1) -> None:
        """Show a text or a page of it; the undo history begins anew."""
        self.content.begin(places)
        self.first_line = first_line
        self._layout.set_boundary(None)
        self.setPlainText(places.shown)
        self.setReadOnly(read_only)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            if read_only
            else Qt.TextInteractionFlag.TextEditorInteraction
        )
        self.content.watch()
        self._make_room()
        self._tell_view()

    @property
    def places(self) -> Places:
        """Where the characters of the text stand."""
        return self.content.places

    def text(self) -> str:
        """The whole text as it stands in the editor."""
        return self.content.text()

    def set_boundary(self, place: int | None) -> None:
        """Say where the held-back part begins: a place, also one on another page; None: nowhere."""
        self._boundary = place
        inside = place is not None and self.places.start < place < self.places.start + self.places.length
        self._layout.set_boundary(self.places.position(place) if inside and place is not None else None)
        self.gutter.update()
        self.viewport().update()

    def go_to(self, place: int, length: int = 0) -> None:
        """Scroll to a place; with a length, select what stands there and put it at a third of the height."""
        last = self.document().characterCount() - 1  # after an edit the places may be those of a moment ago
        start, end = (min(self.places.position(each), last) for each in (place, place + length))
        cursor = self.textCursor()
        cursor.setPosition(start)
        if length:
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        block = self.document().findBlock(start)
        line = block.layout().lineForTextPosition(start - block.position())
        row = block.firstLineNumber() + (line.lineNumber() if line.isValid() else 0)
        shown = int(self.viewport().height() / max(1.0, self.line_pitch))
        self.verticalScrollBar().setValue(max(0, row - shown // 3) if length else row)

    def visible_places(self) -> tuple[int, int]:
        """Places of the first and of the last character that can be seen."""
        bottom = self.viewport().rect().bottomRight()
        first = self.cursorForPosition(QPoint(0, 0)).position()
        last = self.cursorForPosition(bottom).position()
        return self.places.place(first), self.places.place(last)

    def set_found(self, found: Sequence[tuple[int, int]]) -> None:
        """Mark these passages (place, length) where they are in view."""
        selections = []
        marking = QTextCharFormat()
        marking.setBackground(theme.color("sel"))
        last = self.document().characterCount() - 1
        for place, length in found:
            cursor = QTextCursor(self.document())
            cursor.setPosition(min(self.places.position(place), last))
            cursor.setPosition(min(self.places.position(place + length), last), QTextCursor.MoveMode.KeepAnchor)
            selection = QTextEdit.ExtraSelection()
            selection.cursor, selection.format = cursor, marking  # type: ignore[attr-defined]
            selections.append(selection)
        self.setExtraSelections(selections)

    @property
    def line_pitch(self) -> float:
        """Pixels from one line to the next."""
        return QFontMetricsF(self.font()).lineSpacing() + self._layout.gap

    def line_number(self, block: QTextBlock) -> int | None:
        """The line's number in the whole text; None for the rest of a folded line."""
        if self.places.is_fold(block.position()):
            return None
        return self.first_line + block.blockNumber() - self.places.folds_before(block.position())

    def held_back_from(self) -> float | None:
        """The top of the held-back part in pixels of the view: 0 or less when it began above, None when it is below."""
        if self._boundary is None or self._boundary >= self.places.start + self.places.length:
            return None
        position = self._layout.boundary
        if position is None:
            return 0.0
        block = self.document().findBlock(position)
        if block.blockNumber() < self.firstVisibleBlock().blockNumber():
            return -float(self.band_height)
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        return top + (self._layout.band_in(block) or 0.0)

    @property
    def has_band(self) -> bool:
        """Whether the boundary lies on the page that is shown."""
        return self._layout.boundary is not None

    @property
    def band_height(self) -> int:
        return theme.px(BAND)

    def tint(self) -> QColor:
        """The colour behind held-back text."""
        return blend(theme.color("val_soft"), theme.color("surface"), 0.55)

    def lines_in_view(self) -> list[tuple[QTextBlock, float, float]]:
        """Paragraphs in view, each with the top of its first line and its bottom in pixels."""
        found = []
        block, offset = self.firstVisibleBlock(), self.contentOffset()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(offset)
            if box.top() > self.viewport().height():
                break
            layout = block.layout()
            first = layout.lineAt(0).y() if layout.lineCount() else 0.0
            found.append((block, box.top() + first, box.bottom()))
            block = block.next()
        return found

    def _tell_view(self) -> None:
        self.gutter.update()
        self.view_moved.emit()

    def _make_room(self) -> None:
        self.setViewportMargins(self.gutter.wanted_width(), 0, 0, 0)
        self._place_gutter()

    def _place_gutter(self) -> None:
        inner = self.contentsRect()
        self.gutter.setGeometry(QRect(inner.left(), inner.top(), self.gutter.wanted_width(), inner.height()))

    def _scroll_gutter(self, rect: QRect, dy: int) -> None:
        if dy:
            self.gutter.scroll(0, dy)
            self.gutter.update()
        else:
            self.gutter.update(0, rect.y(), self.gutter.width(), rect.height())

    def zoom(self, by: int) -> float:
        """Make the letters larger (1) or smaller (-1), or as they were at first (0); gives their size beside that."""
        self._pixels = min(max(self._pixels + by, LEAST), MOST) if by else PIXELS
        self._restyle()
        return self._pixels / PIXELS

    @property
    def small_font(self) -> QFont:
        """For the numbers of the lines."""
        return theme.mono(self._pixels - 2)

    def _restyle(self) -> None:
        self.setFont(theme.mono(self._pixels))
        metrics = QFontMetricsF(self.font())
        wanted = LINE_HEIGHT * max(1, self.font().pixelSize())
        self._layout.set_measures(max(0.0, 2 * round((wanted - metrics.lineSpacing()) / 2)), float(self.band_height))
        self.setTabStopDistance(4 * metrics.horizontalAdvance(" "))
        self._make_room()
        self.gutter.update()
        self.viewport().update()

    def _paint_held_back(self) -> None:
        top = self.held_back_from()
        if top is None or top > self.viewport().height():
            return
        painter = QPainter(self.viewport())
        area = QRectF(self.viewport().rect())
        area.setTop(max(0.0, top))
        painter.fillRect(area, self.tint())
        if self.has_band and top > -self.band_height:
            band = QRectF(0, top, area.width(), self.band_height)
            paint_band(painter, band)
            painter.setFont(theme.role_font("strong"))
            painter.setPen(theme.color("val"))
            words = self.tr("Held back from here: 10 % that the model never trains on")
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(band.width()))
            painter.drawText(band.adjusted(0, 2, 0, 0), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def _snapped(self, event: QMouseEvent) -> QMouseEvent:
        """The event moved off the gaps between lines, where Qt would take a click for one at a line's end."""
        y = event.position().y()
        block = self.cursorForPosition(QPoint(0, int(y))).block()
        layout, top = block.layout(), self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            above, below = top + line.y(), top + line.y() + line.height()
            if above - self._layout.gap / 2 <= y <= below + self._layout.gap / 2:
                y = min(max(y, above + 1), below - 1)
                break
        point = QPointF(event.position().x(), y)
        return QMouseEvent(
            event.type(), point, event.globalPosition(), event.button(), event.buttons(), event.modifiers()
        )

    def undo_step(self) -> None:
        """Take back the last step of the document."""
        super().undo()

    def redo_step(self) -> None:
        """Do the step again that was taken back last."""
        super().redo()

    # Qt

    def undo(self) -> None:
        self.undo_asked.emit()

    def redo(self) -> None:
        self.redo_asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(_KEY.Undo):
            self.undo_asked.emit()
        elif event.matches(_KEY.Redo):
            self.redo_asked.emit()
        elif event.key() in _TABS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            QWidget.focusNextPrevChild(self, event.key() == Qt.Key.Key_Tab)  # Tab alone belongs to the text
        else:
            super().keyPressEvent(event)
            if self.isReadOnly() and ((event.text().isprintable() and event.text()) or event.matches(_KEY.Paste)):
                self.refused.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self.zoom_asked.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._paint_held_back()
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_gutter()
        self._tell_view()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(self._snapped(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(self._snapped(event))
