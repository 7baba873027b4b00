"""Models downwards, texts across, in each cell how many characters the model hesitates among."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QSizePolicy, QTableView, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.parts.generalize.matrix_data import Entry, Shown
from gpt_studio.gui.parts.generalize.matrix_paint import CellPainter, ColumnNames, RowNames
from gpt_studio.gui.widgets.picture_table import NO_CORNER

NARROWEST = 96  # pixels of a column, at 100 %
_NAMES, _TOP, _ROW = 162, 46, 62  # width of the model column, heights of the text row and of a row


class _Cells(QAbstractTableModel):
    """What Qt's table asks for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.shown = Shown()

    def show(self, shown: Shown) -> None:
        if (len(shown.rows), len(shown.columns)) == (len(self.shown.rows), len(self.shown.columns)):
            self.shown = shown
            self.dataChanged.emit(self.index(0, 0), self.index(len(shown.rows) - 1, len(shown.columns) - 1))
        else:
            self.beginResetModel()
            self.shown = shown
            self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.shown.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.shown.columns)

    def entry(self, index: QModelIndex) -> Entry:
        return self.shown.entries.get((index.row(), index.column()), Entry())

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.words
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return entry.sentence
        return (entry, self.shown.vocab_size) if role == Qt.ItemDataRole.UserRole else None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        headings = self.shown.columns if way is Qt.Orientation.Horizontal else self.shown.rows
        if not 0 <= section < len(headings):
            return None
        heading = headings[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return heading.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return heading.tooltip
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{heading.title}, {heading.caption}".rstrip(", ")
        return heading if role == Qt.ItemDataRole.UserRole else None


class Matrix(QTableView):
    """The painted matrix; arrow keys move from cell to cell. Columns share the width; many of them scroll.

    Signals:
        chosen: A cell was clicked or reached with the arrow keys; carries row and column.
    """

    chosen = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._telling = True
        self._told_at_press = False  # the click that follows has been told already
        self._cells = _Cells(self)
        self.setModel(self._cells)
        self.setItemDelegate(CellPainter(self))
        self.setHorizontalHeader(ColumnNames(self))
        self.setVerticalHeader(RowNames(self))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setSectionsClickable(False)
        self.setStyleSheet(NO_CORNER)
        self.setCornerWidget(QWidget(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)  # the current cell is framed, not filled
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Perplexity of each model on each text"))
        self.selectionModel().currentChanged.connect(self._tell)
        self.clicked.connect(self._tell_again)
        theme.notifier().changed.connect(self._fit)
        self._fit()

    def show_table(self, shown: Shown) -> None:
        """Show this; the chosen cell stays chosen where it can."""
        chosen = self.selected
        self._telling = False
        self._cells.show(shown)
        if chosen and chosen[0] < len(shown.rows) and chosen[1] < len(shown.columns):
            self.setCurrentIndex(self._cells.index(*chosen))
        self._telling = True
        self._fit()

    @property
    def shown(self) -> Shown:
        return self._cells.shown

    def entry(self, row: int, column: int) -> Entry:
        return self.shown.entries.get((row, column), Entry())

    @property
    def selected(self) -> tuple[int, int] | None:
        index = self.currentIndex()
        return (index.row(), index.column()) if index.isValid() else None

    def select(self, row: int | None, column: int = 0) -> None:
        """Frame a cell without telling; None takes the frame away."""
        self._telling = False
        self.setCurrentIndex(QModelIndex() if row is None else self._cells.index(row, column))
        self._telling = True
        self.viewport().update()

    def _tell(self, now: QModelIndex, _before: QModelIndex) -> None:
        self.viewport().update()
        if self._telling and now.isValid():
            self._told_at_press = True
            self.chosen.emit(now.row(), now.column())

    def _tell_again(self, index: QModelIndex) -> None:
        """A click on the cell that was chosen already."""
        if not self._told_at_press:
            self.chosen.emit(index.row(), index.column())

    def _fit(self) -> None:
        """Share the width among the columns, and be as high as all rows."""
        names = theme.px(_NAMES)
        self.verticalHeader().setFixedWidth(names)
        self.horizontalHeader().setFixedHeight(theme.px(_TOP))
        self.verticalHeader().setDefaultSectionSize(theme.px(_ROW))
        columns = max(1, len(self.shown.columns))
        room = self.width() - names
        wide = max(theme.px(NARROWEST), room // columns)
        self.horizontalHeader().setMinimumSectionSize(8)
        self.horizontalHeader().setDefaultSectionSize(wide)
        scrolls = wide * columns > room
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(policy)
        bar = self.horizontalScrollBar().sizeHint().height() if scrolls else 0
        self.setFixedHeight(theme.px(_TOP) + len(self.shown.rows) * theme.px(_ROW) + bar + 2)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._told_at_press = False
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._telling = False  # reached with the Tab key, the first cell is framed, but not opened
        super().focusInEvent(event)
        self._telling = True
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
