"""A table of figures: words in rows and columns, read by keys and by screen readers."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QTableView

from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr

Role = Qt.ItemDataRole
Rows = Sequence[Sequence[str]]


class FiguresModel(QAbstractTableModel):
    """Words in rows and columns. Each cell says to what it belongs."""

    def __init__(self, columns: Sequence[str], rows: Rows) -> None:
        super().__init__()
        self.columns, self.rows = columns, rows

    def show_rows(self, rows: Rows) -> None:
        """Other rows; as many as before keep what is chosen."""
        if len(rows) == len(self.rows):
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return len(self.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return len(self.columns)

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> object:
        words = self.rows[index.row()][index.column()]
        if role == Role.DisplayRole:
            return words
        if role == Role.AccessibleTextRole:
            first = f"{self.columns[0]} {self.rows[index.row()][0]}".strip()
            said = f"{self.columns[index.column()]} {words or tr('none')}"
            return said if index.column() == 0 else f"{first}: {said}"
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if index.column() == 0 else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal:
            if role == Role.DisplayRole:
                return self.columns[section]
            if role == Role.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignLeft if section == 0 else Qt.AlignmentFlag.AlignRight
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def as_text(self) -> str:
        """Lines with tabs between the columns, as spreadsheets take them."""
        return "".join("\t".join(row) + "\n" for row in (self.columns, *self.rows))


class FiguresView(QTableView):
    """The table itself: arrow keys go from cell to cell, Tab leaves it, Ctrl+C copies all of it."""

    def __init__(self, model: FiguresModel, name: str) -> None:
        super().__init__()
        self._model = model
        self.setObjectName(name)
        self.setModel(model)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        theme.set_role(self, "body")
        theme.set_role(self.horizontalHeader(), "caption_strong")
        self.verticalHeader().setDefaultSectionSize(theme.px(28))
        if model.rows:
            self.setCurrentIndex(model.index(len(model.rows) - 1, 0))

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self._model.as_text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)
