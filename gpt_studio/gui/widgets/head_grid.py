"""All heads of a model at a glance: one small picture per head, layers downwards, heads across."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gpt_studio.gui import theme
from gpt_studio.gui.widgets.attention_image import attention_image

SMALLEST, LARGEST = 46, 96  # pixels of a head with its gap, at 100 %
THUMBNAIL_LIMIT = 256  # pixels a side; a context of 1,024 is shrunk to this
NO_CORNER = "QTableCornerButton::section { background: transparent; border: none; }"  # the button that chooses all
_GAP = 4

Place = QModelIndex


class _Heads(QAbstractTableModel):
    """Row: layer, column: head. What a screen reader says of each stands here."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.shape = (0, 0)
        self.images: dict[tuple[int, int], QImage] = {}

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
            return self.tr("Layer {layer}, head {head}").format(layer=index.row() + 1, head=index.column() + 1)
        return None

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
        gap = theme.px(_GAP)
        cell = QRectF(option.rect).adjusted(gap, gap, -gap, -gap)
        side = min(cell.width(), cell.height())
        cell = QRectF(cell.center().x() - side / 2, cell.center().y() - side / 2, side, side)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(cell, 4, 4)
        painter.setClipPath(shape)
        image = grid.image(index.row(), index.column())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > side)
        painter.drawImage(cell, image)
        painter.setClipping(False)
        chosen = index == grid.currentIndex()
        width = (3 if grid.hasFocus() else 2.5) if chosen else 1
        out = 1.5 if chosen else 0
        painter.setPen(QPen(theme.color("accent" if chosen else "line"), width))
        painter.drawRoundedRect(cell.adjusted(-out, -out, out, out), 4 + out, 4 + out)
        painter.restore()


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
        self._heads = _Heads(self)
        self.setModel(self._heads)
        self.setItemDelegate(_Thumbnail(self))
        self.setHorizontalHeader(_Names(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_Names(Qt.Orientation.Vertical, self))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setMinimumSectionSize(8)
            header.setSectionsClickable(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerWidget(QWidget(self))
        self.setStyleSheet(NO_CORNER)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)  # the current head is framed, not filled
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
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
        across, down = (self.width() - names) // heads, (self.height() - top) // layers
        side = max(theme.px(SMALLEST), min(theme.px(LARGEST), across, down))
        self.horizontalHeader().setDefaultSectionSize(max(side, min(across, round(side * 1.25))))
        self.verticalHeader().setDefaultSectionSize(max(side, min(down, round(side * 1.25))))
        self.setMinimumHeight(top + min(4, layers) * theme.px(SMALLEST))

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
