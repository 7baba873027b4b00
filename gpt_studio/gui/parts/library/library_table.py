"""The table of the library: a row for each run, renamed in place."""

from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gpt_studio.gui import icons, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.library.library_rows import LibraryRow

ROW = 38
NAME, TEXT, MODEL, STEPS, BEST, DATE, SIZE = range(7)
COLUMNS = ("name", "text", "model", "steps", "best", "date", "size")
TITLES = ("Name", "Text", "Model", "Steps", "Best held back", "Date", "Size")
WIDEST = {  # what each column has room for; the name takes the rest
    TEXT: "Startup pitches 2",
    MODEL: "12 × 12 × 768, 85.8 M",
    STEPS: "2,400 of 5,000",
    BEST: "Best held back",
    DATE: "28 Nov 2026, 08:48",
    SIZE: "10.8 GB",
}
NARROWEST_NAME = 190
GIVES_WAY = (DATE, MODEL, TEXT)  # in a narrow window, in this order; the line below the table says them all
NUMBERS = (STEPS, BEST, SIZE)
Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class LibraryModel(QAbstractTableModel):
    """The rows.

    Signals:
        renamed: A row was given another name: path and name.
    """

    renamed = Signal(object, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[LibraryRow] = []

    def show_rows(self, rows: list[LibraryRow]) -> None:
        """Rows that only changed their words keep the selection."""
        if [row.path for row in rows] == [row.path for row in self.rows]:
            self.rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(max(0, len(rows) - 1), SIZE))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    # Qt's own

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.isValid() and index.column() == NAME and not self.rows[index.row()].damaged:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return tr(TITLES[section])
        if orientation is Qt.Orientation.Horizontal and role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in NUMBERS else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role in (Role.DisplayRole, Role.EditRole):
            return getattr(row, COLUMNS[index.column()])
        if role == Role.AccessibleTextRole:
            return row.spoken if index.column() == NAME else str(getattr(row, COLUMNS[index.column()]))
        if role == Role.ToolTipRole:
            return row.hint or row.name
        return None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        row, name = self.rows[index.row()], str(value).strip()
        if role != Role.EditRole or not name or name == row.name:
            return False
        self.renamed.emit(row.path, name)
        return True


class LibraryTable(QTableView):
    """The table. Enter or a double click opens, F2 renames, Del deletes.

    Signals:
        open_asked, delete_asked: About the chosen run.
        chosen_changed: Another run is chosen, or none.
        order_asked: A heading was clicked; carries the column's name.
    """

    open_asked = Signal()
    delete_asked = Signal()
    chosen_changed = Signal()
    order_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.rows = LibraryModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_LibraryDelegate(self))
        self.setObjectName("library.table")
        self.setAccessibleName(tr("Runs"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("frameless", "true")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.sectionClicked.connect(lambda section: self.order_asked.emit(COLUMNS[section]))
        self.doubleClicked.connect(lambda _index: self.open_asked.emit())
        self.selectionModel().currentChanged.connect(lambda *_: self.chosen_changed.emit())
        self.rows.modelReset.connect(self.chosen_changed)
        theme.notifier().changed.connect(self._fit)
        self._fit()

    @property
    def is_editing(self) -> bool:
        return self.state() == QAbstractItemView.State.EditingState

    @property
    def chosen(self) -> LibraryRow | None:
        index = self.currentIndex()
        return self.rows.rows[index.row()] if index.isValid() else None

    def choose(self, path: Path) -> bool:
        """Put the selection on a run, if it is shown."""
        for place, row in enumerate(self.rows.rows):
            if row.path == path:
                self.choose_place(place)
                return True
        return False

    def choose_place(self, place: int) -> None:
        """Put the selection on a row; beyond the end it is the last one."""
        if count := len(self.rows.rows):
            index = self.rows.index(min(place, count - 1), NAME)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def rename_chosen(self) -> None:
        if self.chosen and not self.chosen.damaged:
            self.edit(self.rows.index(self.currentIndex().row(), NAME))

    def _fit(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        self.horizontalHeader().setFont(theme.role_font("caption"))
        self._give_way()
        self.viewport().update()

    def _give_way(self) -> None:
        cells = QFontMetrics(theme.role_font("body"))
        widths = {column: cells.horizontalAdvance(words) + theme.px(20) for column, words in WIDEST.items()}
        left = self.width() - theme.px(NARROWEST_NAME) - sum(widths.values())
        for column, width in widths.items():
            self.setColumnWidth(column, width)
        for column in GIVES_WAY:
            self.setColumnHidden(column, left < 0)
            left += widths[column] if left < 0 else 0

    # Qt's own

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self.is_editing or self.chosen is None:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_asked.emit()
        elif key == Qt.Key.Key_Delete:
            self.delete_asked.emit()
        elif key == Qt.Key.Key_F2:
            self.rename_chosen()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()


class _LibraryDelegate(QStyledItemDelegate):
    """Paints one cell: the name with what is going on beside it, figures to the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.px(40), theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, LibraryModel)
        row, rect = model.rows[index.row()], option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(rect, theme.color("sel"))
        painter.setPen(theme.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if chosen and option.widget.hasFocus():
            self._paint_focus(painter, rect, option.widget, index.column())
        inner = rect.adjusted(theme.px(8), 0, -theme.px(8), 0)
        if index.column() == NAME:
            self._paint_name(painter, inner, row, chosen, option.widget)
        else:
            strong = index.column() == BEST
            painter.setFont(theme.role_font("strong" if strong else "body"))
            painter.setPen(theme.color("text" if strong or chosen else "text2"))
            side = Qt.AlignmentFlag.AlignRight if index.column() in NUMBERS else Qt.AlignmentFlag.AlignLeft
            words = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _paint_focus(self, painter: QPainter, rect: QRect, table: QWidget, column: int) -> None:
        assert isinstance(table, QTableView)
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawLine(rect.left(), rect.top() + 1, rect.right() + 1, rect.top() + 1)
        painter.drawLine(rect.left(), rect.bottom(), rect.right() + 1, rect.bottom())
        shown = [each for each in range(len(COLUMNS)) if not table.isColumnHidden(each)]
        if column == shown[0]:
            painter.drawLine(rect.left() + 1, rect.top(), rect.left() + 1, rect.bottom())
        if column == shown[-1]:
            painter.drawLine(rect.right(), rect.top(), rect.right(), rect.bottom())

    def _paint_name(self, painter: QPainter, rect: QRect, row: LibraryRow, chosen: bool, widget: QWidget) -> None:
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if row.damaged:
            side = theme.px(16)
            icon = icons.pixmap("triangle", "warn", side, widget.devicePixelRatioF())
            painter.drawPixmap(QRect(rect.left(), rect.center().y() - side // 2, side, side), icon)
            rect = rect.adjusted(side + theme.px(6), 0, 0, 0)
        caption = theme.role_font("caption")
        status_width = QFontMetrics(caption).horizontalAdvance(row.status) + theme.px(10) if row.status else 0
        font = theme.role_font("strong" if row.is_open or row.in_training else "button")
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        room = rect.width() - status_width
        name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(rect, left, name)
        painter.setFont(caption)
        painter.setPen(theme.color("text2" if chosen else "text3"))
        after = rect.adjusted(QFontMetrics(font).horizontalAdvance(name) + theme.px(10), 0, 0, 0)
        painter.drawText(after, left, row.status)

    # Qt's own

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent, maxLength=80)
        editor.setAccessibleName(tr("New name"))
        theme.set_role(editor, "button")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect.adjusted(0, 1, 0, -1))
