"""The calculation of one row of attention as a table: a line per position that may be looked at."""

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gpt_studio.engine.inside.calculation import Calculation
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.look.attention_words import shown
from gpt_studio.gui.parts.look.number_strip import paint_strip

TOKEN, KEY, PRODUCT, SCORE, MASK, EXPONENTIAL, WEIGHT, VALUE = range(8)
_ROW = 30
Place = QModelIndex


def number(value: float) -> str:
    """Three digits that tell: "12.3", "0.0214", "−∞"."""
    if math.isinf(value):
        return "−∞"
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 or size == 0 else 4
    return f"{value:.{digits}f}".replace("-", "−")


class _Rows(QAbstractTableModel):
    """One Calculation, read position by position."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tokens: tuple[str, ...] = ()
        self.row: Calculation | None = None

    def show(self, tokens: tuple[str, ...], row: Calculation | None) -> None:
        if row is not None and self.row is not None and len(tokens) == len(self.tokens):
            self.tokens, self.row = tokens, row
            self.dataChanged.emit(self.index(0, 0), self.index(len(tokens) - 1, VALUE))
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, VALUE)
        else:
            self.beginResetModel()
            self.tokens, self.row = tokens, row
            self.endResetModel()

    def rowCount(self, parent: Place | None = None) -> int:
        return 0 if self.row is None or (parent is not None and parent.isValid()) else len(self.tokens)

    def columnCount(self, parent: Place | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else VALUE + 1

    def data(self, index: Place, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.row is None:
            return None
        at, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if column == TOKEN:
                return shown(self.tokens[at])
            if column == WEIGHT:
                return messages.share(float(self.row.weights[at]))
            figures = {
                PRODUCT: self.row.products,
                SCORE: self.row.scores,
                MASK: self.row.masked,
                EXPONENTIAL: self.row.exponentials,
            }.get(column)
            return number(float(figures[at])) if figures is not None else None
        if role == Qt.ItemDataRole.UserRole:
            return {KEY: self.row.keys, VALUE: self.row.values}.get(column, self.row.weights)[at]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignHCenter if column in (TOKEN, WEIGHT) else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.headerData(column, Qt.Orientation.Horizontal)}: {self._spoken(index)}"
        return self._spoken(index) if role == Qt.ItemDataRole.ToolTipRole and column in (KEY, VALUE) else None

    def _spoken(self, index: Place) -> str:
        if index.column() not in (KEY, VALUE):
            return str(self.data(index))
        numbers = self.data(index, Qt.ItemDataRole.UserRole).tolist()
        return ", ".join(number(each) for each in numbers[:8]) + (", …" if len(numbers) > 8 else "")

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way is Qt.Orientation.Vertical or not 0 <= section <= VALUE:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            length = 0 if self.row is None else len(self.row.query)  # 0 also where there are no queries
            root = f" = {number(math.sqrt(length))}" if length else ""
            return (
                self.tr("token"),
                self.tr("key"),
                self.tr("query · key"),
                self.tr("÷ √d{root}").format(root=root),
                self.tr("mask"),
                self.tr("e^(x − max)"),
                self.tr("weight"),
                self.tr("value"),
            )[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                self.tr("Who may be looked at."),
                self.tr("What this position offers to be found by."),
                self.tr("Query and key multiplied number by number, and summed."),
                self.tr("Long vectors give large products; the root of their length evens that out."),
                self.tr("The future is hidden: its scores become minus infinity."),
                self.tr("Makes all scores positive. The largest is subtracted first, which changes no share."),
                self.tr("Each one's share of the sum of all: they add up to 100 %."),
                self.tr("What this position gives when it is looked at."),
            )[section]
        return None


class _Cell(QStyledItemDelegate):
    """Keys and values as small bars, the weight as a bar behind its share; what is hidden in grey."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Place) -> None:
        table = self.parent()
        assert isinstance(table, CalculationTable)
        row = table.rows.row
        assert row is not None
        at, column = index.row(), index.column()
        hidden = bool(np.isinf(row.masked[at]))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, column == WEIGHT)
        cell = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(cell, theme.color("sel"))
        inside = cell.adjusted(theme.px(6), 2, -theme.px(6), -2)
        if column in (KEY, VALUE):
            part = "other" if hidden else "part_attention" if column == KEY else "part_feed_forward"
            numbers = row.keys[at] if column == KEY else row.values[at]
            paint_strip(painter, inside, numbers, table.largest[column == VALUE], part)
        else:
            if column == WEIGHT:
                level = float(row.weights[at])
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accent_soft"))
                painter.drawRoundedRect(inside.adjusted(0, 3, -inside.width() * (1 - level), -3), 3, 3)
            strong = column == TOKEN or (column == WEIGHT and not hidden)
            painter.setFont(theme.mono(14, QFont.Weight.Bold if strong else QFont.Weight.Normal))
            painter.setPen(theme.color("text3" if hidden else "text"))
            where = index.data(Qt.ItemDataRole.TextAlignmentRole)
            painter.drawText(inside, where, str(index.data()))
        painter.restore()


class CalculationTable(QTableView):
    """From left to right as the numbers come about; the arrow keys read it cell by cell."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("frameless", "true")
        self.setAccessibleName(self.tr("From scores to weights"))
        self.rows = _Rows(self)
        self.largest = [1.0, 1.0]  # of all keys, of all values
        self.setModel(self.rows)
        self.setItemDelegate(_Cell(self))
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(theme.px(52))
        theme.set_role(header, "caption")
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in (TOKEN, PRODUCT, SCORE, MASK, EXPONENTIAL):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self._fit)
        self._fit()

    def show_row(self, tokens: tuple[str, ...], row: Calculation | None) -> None:
        """Show one row of one head; None clears."""
        if row is not None:
            self.largest = [float(np.abs(each).max(initial=0.0)) for each in (row.keys, row.values)]
        self.rows.show(tokens, row)
        self.viewport().update()

    def bring(self, place: int) -> None:
        """Bring a position into view, with those before it."""
        self.scrollTo(self.rows.index(place, TOKEN), QAbstractItemView.ScrollHint.PositionAtBottom)

    def _fit(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.px(_ROW))
        self.setMinimumHeight(theme.px(5 * _ROW))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(600), theme.px(7 * _ROW))
