"""How the matrix looks: its cells, and the names of models and texts."""

from PySide6.QtCore import QModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from gpt_studio.gui import icons, theme
from gpt_studio.gui.parts.generalize.matrix_data import Entry, cell_color
from gpt_studio.gui.widgets.contrast import DARK_INK, ink_on

_GAP, _RADIUS = 2, 5


class CellPainter(QStyledItemDelegate):
    """A coloured field with a number; a star where the model was trained on the text, a sign for unknown characters."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        matrix = self.parent()
        assert isinstance(matrix, QTableView)
        entry, vocab_size = index.data(Qt.ItemDataRole.UserRole)
        cell = QRectF(option.rect).adjusted(_GAP, _GAP, -_GAP, -_GAP)
        fill = theme.color("inset")
        if entry.perplexity is not None:
            fill = cell_color(entry.perplexity, vocab_size)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(fill)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        self._paint_words(painter, cell, entry, fill)
        if index == matrix.currentIndex():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("surface"), 2))  # keeps the frame apart from a dark cell
            painter.drawRoundedRect(cell.adjusted(2.5, 2.5, -2.5, -2.5), _RADIUS - 2, _RADIUS - 2)
            painter.setPen(QPen(theme.color("accent"), 3 if matrix.hasFocus() else 2.4))
            painter.drawRoundedRect(cell, _RADIUS, _RADIUS)
        painter.restore()

    def _paint_words(self, painter: QPainter, cell: QRectF, entry: Entry, fill: QColor) -> None:
        ink = ink_on(fill) if entry.perplexity is not None else theme.color("text3")
        painter.setFont(theme.ui(20, QFont.Weight.DemiBold))
        painter.setPen(ink)
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, entry.words)
        wide, size = painter.fontMetrics().horizontalAdvance(entry.words), theme.px(15)
        token = _icon_token(ink == DARK_INK)
        ratio = painter.device().devicePixelRatio()
        if entry.is_home and entry.words:
            left, drawn = cell.center().x() + wide / 2 + theme.px(7), icons.pixmap("star", token, size, ratio)
            painter.drawPixmap(round(left), round(cell.center().y() - size / 2), drawn)
        if entry.has_unknown:
            size = theme.px(13)
            place = cell.topRight()
            drawn = icons.pixmap("info", token, size, ratio)
            painter.drawPixmap(round(place.x() - size - theme.px(7)), round(place.y() + theme.px(7)), drawn)


def _icon_token(dark: bool) -> str:
    """Icons come in the theme's colours; one of these two is near black, the other near white."""
    return "surface" if dark is theme.current().is_dark else "text"


class _Names(QHeaderView):
    """A name in two lines."""

    where = Qt.AlignmentFlag.AlignLeft
    elided = Qt.TextElideMode.ElideMiddle  # names of runs differ at their ends

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        heading = self.model().headerData(section, self.orientation(), Qt.ItemDataRole.UserRole)
        if heading is None:
            return
        painter.save()
        room = (
            QRectF(rect).adjusted(_GAP, 0, -_GAP, 0) if self._is_top else QRectF(rect).adjusted(0, 0, -theme.px(8), 0)
        )
        title, caption = theme.ui(14, QFont.Weight.DemiBold if heading.is_strong else QFont.Weight.Medium), theme.ui(13)
        lines = [(title, "text", heading.title)]
        if heading.caption:
            lines.append((caption, "text3", heading.caption))
        high = theme.px(20)
        top = room.y() if self._is_top else room.center().y() - high * len(lines) / 2
        for font, token, words in lines:
            painter.setFont(font)
            painter.setPen(theme.color(token))
            shown = painter.fontMetrics().elidedText(words, self.elided, int(room.width()))
            line = QRectF(room.x(), top, room.width(), high)
            painter.drawText(line, self.where | Qt.AlignmentFlag.AlignVCenter, shown)
            top += high
        painter.restore()

    @property
    def _is_top(self) -> bool:
        return self.orientation() is Qt.Orientation.Horizontal


class ColumnNames(_Names):
    """The texts."""

    where = Qt.AlignmentFlag.AlignHCenter
    elided = Qt.TextElideMode.ElideRight

    def __init__(self, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)


class RowNames(_Names):
    """The models."""

    def __init__(self, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
