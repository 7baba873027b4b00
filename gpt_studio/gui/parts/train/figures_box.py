"""A table in a box of its own: what a chart draws as figures, for screen readers and for whoever likes figures."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.basics import button, paragraph, text

Role = Qt.ItemDataRole
Rows = Sequence[Sequence[str]]


class FiguresModel(QAbstractTableModel):
    """Words in rows and columns. Each cell says to what it belongs."""

    def __init__(self, columns: Sequence[str], rows: Rows) -> None:
        super().__init__()
        self.columns, self.rows = columns, rows

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


class FiguresBox(QDialog):
    """A heading, a sentence and the table. It stands beside the window's work and blocks nothing; Esc closes it."""

    def __init__(
        self, parent: QWidget, name: str, title: str, sentence: str, columns: Sequence[str], rows: Rows
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view = FiguresView(FiguresModel(columns, rows), f"{name}.table")
        self.view.setAccessibleName(title)
        self.view.setAccessibleDescription(sentence)
        self.sentence = paragraph(sentence)
        copy, close = button(tr("Copy"), name=f"{name}.copy"), button(tr("Close"), "primary", name=f"{name}.close")
        copy.clicked.connect(self.view.copy)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(copy)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.px(20),) * 4)
        column.setSpacing(theme.px(12))
        column.addWidget(text(title, "card_title"))
        column.addWidget(self.sentence)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
        self.resize(theme.px(160 + 120 * len(columns)), theme.px(250 + 28 * min(12, len(rows))))
        self.view.setFocus()
