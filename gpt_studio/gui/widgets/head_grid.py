"""All heads of a model at a glance: one small picture per head, layers downwards, heads across."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QImage, QPainter, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gpt_studio.gui import theme
from gpt_studio.gui.widgets.attention_image import attention_image
from gpt_studio.gui.widgets.picture_table import make_plain

SMALLEST, LARGEST = 46, 96  # pixels of a head with its gap, at 100 %
THUMBNAIL_LIMIT = 256  # pixels a side; a context of 1,024 is shrunk to this
_GAP, _CAPTION = 4, 18

Place = QModelIndex


@dataclass(frozen=True)
class Figure:
    """A number in place of a head's picture."""

    words: str
    noise: str  # in small letters below
    level: float  # 0 to 1: how strongly the cell is tinted
    sentence: str  # the same for screen readers


class _Heads(QAbstractTableModel):
    """Row: layer, column: head. What a screen reader says of each stands here."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.shape = (0, 0)
        self.images: dict[tuple[int, int], QImage] = {}
        self.captions: dict[tuple[int, int], str] = {}
        self.figures: dict[tuple[int, int], Figure] = {}  # in place of the pictures, where there are any
        self.off: frozenset[tuple[int, int]] = frozenset()

    def reset(self, shape: tuple[int, int]) -> None:
        self.beginResetModel()
        self.shape = shape
        self.images.clear()
        self.endResetModel()

    def rowCount(self, parent: Place | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self.shape[0]

    def columnCount(self, parent: Place | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self.shape[1]

    def data(self, index: Place, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._sentence((index.row(), index.column()))
        return None

    def _sentence(self, place: tuple[int, int]) -> str:
        told = [self.tr("Layer {layer}, head {head}").format(layer=place[0] + 1, head=place[1] + 1)]
        if place in self.captions:
            told.append(self.captions[place])
        if place in self.figures:
            told.append(self.figures[place].sentence)
        if place in self.off:
            told.append(self.tr("switched off"))
        return ", ".join(told)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        words = self.tr("Layer {n}") if way is Qt.Orientation.Vertical else self.tr("Head {n}")
        return words.format(n=section + 1)


class _Names(QHeaderView):
    """“Layer 1”, “Head 1” in plain letters; the number alone where the word has no room."""

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        words = self.model().headerData(section, self.orientation())
        painter.save()
        painter.setFont(theme.role_font("caption"))
        if painter.fontMetrics().horizontalAdvance(words) > rect.width() - theme.px(4):
            words = str(section + 1)
        painter.setPen(theme.color("text2"))
        across = self.orientation() is Qt.Orientation.Horizontal
        where = Qt.AlignmentFlag.AlignHCenter if across else Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(rect), where | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()


class _Thumbnail(QStyledItemDelegate):
    """Paints one head; the chosen one has a frame."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Place) -> None:
        grid = self.parent()
        assert isinstance(grid, HeadGrid)
        place = (index.row(), index.column())
        figure = grid.figure(place)
        cell = grid.room(QRectF(option.rect)) if figure else grid.square(QRectF(option.rect))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(cell, 4, 4)
        painter.setClipPath(shape)
        if figure is not None:
            _paint_figure(painter, cell, figure)
        else:
            image = grid.image(*place)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > cell.width())
            painter.drawImage(cell, image)
        if grid.is_off(place):
            painter.fillRect(cell, QBrush(theme.color("text3"), Qt.BrushStyle.BDiagPattern))
        painter.setClipping(False)
        chosen = index == grid.currentIndex()
        width = (3 if grid.hasFocus() else 2.5) if chosen else 1
        out = 1.5 if chosen else 0
        painter.setPen(QPen(theme.color("accent" if chosen else "line"), width))
        painter.drawRoundedRect(cell.adjusted(-out, -out, out, out), 4 + out, 4 + out)
        if caption := grid.caption(place):
            painter.setFont(theme.role_font("caption_strong" if chosen else "caption"))
            named = caption != grid.nameless
            painter.setPen(theme.color("accent" if chosen else "text" if named else "text3"))
            below = QRectF(option.rect.x(), cell.bottom() + 2, option.rect.width(), theme.px(_CAPTION))
            words = painter.fontMetrics().elidedText(caption, Qt.TextElideMode.ElideRight, round(below.width()) - 2)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, words)
        painter.restore()


def _paint_figure(painter: QPainter, cell: QRectF, figure: Figure) -> None:
    """A number with its noise below, on a tint of the held-back text's colour."""
    tint = theme.color("val")
    tint.setAlphaF(0.75 * figure.level)
    painter.fillRect(cell, theme.color("surface"))
    painter.fillRect(cell, tint)
    painter.setPen(theme.color("text"))
    painter.setFont(theme.role_font("caption_strong"))
    half = cell.height() / 2
    upper = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
    painter.drawText(cell.adjusted(0, 0, 0, -half), upper, figure.words)
    painter.setFont(theme.ui(12))
    lower = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
    painter.drawText(cell.adjusted(0, half, 0, 0), lower, figure.noise)


class HeadGrid(QTableView):
    """Small pictures of all heads; scrolls when there are many.

    Signals:
        chosen: The student took a head; carries layer and head, from 0.
    """

    chosen = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("frameless", "true")
        self._weights: NDArray[np.float32] | None = None
        self._linear = False
        self._telling = True
        self.nameless = ""
        self._heads = _Heads(self)
        self.setModel(self._heads)
        self.setItemDelegate(_Thumbnail(self))
        self.setHorizontalHeader(_Names(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_Names(Qt.Orientation.Vertical, self))
        make_plain(self)
        self.setAccessibleName(self.tr("All heads"))
        self.selectionModel().currentChanged.connect(self._tell)
        theme.notifier().changed.connect(self._repaint_all)

    def set_heads(self, weights: NDArray[np.float32] | None) -> None:
        """Show these weights, (n_layer, n_head, T, T); None clears."""
        shape = (weights.shape[0], weights.shape[1]) if weights is not None else (0, 0)
        self._weights = weights
        if shape == self._heads.shape:
            self._repaint_all()
        else:
            with _Quiet(self):
                self._heads.reset(shape)
            self._fit()
        self.updateGeometry()

    def set_linear(self, linear: bool) -> None:
        self._linear = linear
        self._repaint_all()

    def set_captions(self, captions: dict[tuple[int, int], str], nameless: str = "") -> None:
        """Words below the heads; those that say `nameless` are faint."""
        self._heads.captions, self.nameless = captions, nameless
        self._fit()
        self.viewport().update()

    def set_figures(self, figures: dict[tuple[int, int], Figure]) -> None:
        """Numbers in place of the pictures; none bring the pictures back."""
        self._heads.figures = figures
        self.viewport().update()

    def set_off(self, off: Iterable[tuple[int, int]]) -> None:
        """Which heads are switched off: they are hatched."""
        self._heads.off = frozenset(off)
        self.viewport().update()

    def caption(self, place: tuple[int, int]) -> str:
        return self._heads.captions.get(place, "")

    def figure(self, place: tuple[int, int]) -> Figure | None:
        return self._heads.figures.get(place)

    def is_off(self, place: tuple[int, int]) -> bool:
        return place in self._heads.off

    def room(self, cell: QRectF) -> QRectF:
        """What a head may fill of its cell: all above its caption."""
        gap = theme.px(_GAP)
        return cell.adjusted(gap, gap, -gap, -gap - self._caption_height())

    def square(self, cell: QRectF) -> QRectF:
        """Where the picture of a head lies within its cell."""
        room = self.room(cell)
        side = min(room.width(), room.height())
        return QRectF(room.center().x() - side / 2, room.center().y() - side / 2, side, side)

    def _caption_height(self) -> int:
        return theme.px(_CAPTION) if self._heads.captions else 0

    def select(self, layer: int, head: int) -> None:
        """Frame a head, and bring it into view, without telling."""
        with _Quiet(self):
            self.setCurrentIndex(self._heads.index(layer, head))

    @property
    def selected(self) -> tuple[int, int] | None:
        index = self.currentIndex()
        return (index.row(), index.column()) if index.isValid() else None

    def image(self, layer: int, head: int) -> QImage:
        """The picture of one head; made when it first comes into view."""
        key = (layer, head)
        if key not in self._heads.images and self._weights is not None:
            made = attention_image(self._weights[layer, head], self._linear, THUMBNAIL_LIMIT)
            self._heads.images[key] = made
        return self._heads.images.get(key, QImage())

    def _tell(self, now: Place, _before: Place) -> None:
        self.viewport().update()
        if self._telling and now.isValid():
            self.chosen.emit(now.row(), now.column())

    def _repaint_all(self) -> None:
        self._heads.images.clear()
        self._fit()
        self.viewport().update()

    def _fit(self) -> None:
        """Share the room among the heads, which are squares; a row may have some air."""
        names, top = theme.px(58), theme.px(24)
        self.verticalHeader().setFixedWidth(names)
        self.horizontalHeader().setFixedHeight(top)
        layers, heads = (max(1, number) for number in self._heads.shape)
        words = self._caption_height()
        across, down = (self.width() - names) // heads, (self.height() - top) // layers - words
        side = max(theme.px(SMALLEST), min(theme.px(LARGEST), across, down))
        widest = across if words else round(side * 1.25)  # names below want all the room there is
        self.horizontalHeader().setDefaultSectionSize(max(side, min(across, widest)))
        self.verticalHeader().setDefaultSectionSize(words + max(side, min(down, round(side * 1.25))))
        self.setMinimumHeight(top + min(4, layers) * (theme.px(SMALLEST) + words))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(366), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()


class _Quiet:
    """While it lasts, the grid tells nobody of its chosen head."""

    def __init__(self, grid: HeadGrid) -> None:
        self._grid = grid

    def __enter__(self) -> None:
        self._grid._telling = False

    def __exit__(self, *_: object) -> None:
        self._grid._telling = True
