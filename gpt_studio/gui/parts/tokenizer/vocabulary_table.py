"""The vocabulary: every token with its id, its name where it leaves no ink, and how often it occurs."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.tokenizer import character_names

ROW = 33
ID, TOKEN, COUNT = range(3)
_BY_ID = (ID, Qt.SortOrder.AscendingOrder)
Index = QModelIndex | QPersistentModelIndex


class VocabularyModel(QAbstractTableModel):
    """All tokens, or those that a search has found."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._tokens: tuple[str, ...] = ()
        self._counts: Sequence[int] | None = None  # by id
        self._sorted = _BY_ID
        self._rows: list[int] = []  # ids that are shown

    def set_tokens(self, tokens: tuple[str, ...], counts: Sequence[int] | None) -> None:
        self.beginResetModel()
        self._tokens, self._counts = tokens, counts
        self._rows = self._in_order(range(len(tokens)))
        self.endResetModel()

    def find(self, words: str) -> None:
        """Keep the rows that fit; no words bring all of them back."""
        self.beginResetModel()
        found = matching(self._tokens, words)
        self._rows = found if words and self._sorted[0] == ID else self._in_order(found)  # the best match first
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        self._sorted = (column, order)
        self._rows = self._in_order(self._rows)
        self.endResetModel()

    def _in_order(self, rows: Iterable[int]) -> list[int]:
        column, order = self._sorted
        counts, tokens = self._counts, self._tokens
        keys: dict[int, Callable[[int], object]] = {
            ID: lambda id: id,
            TOKEN: lambda id: (tokens[id].strip().casefold(), tokens[id]),
            COUNT: lambda id: counts[id] if counts is not None else id,
        }
        return sorted(rows, key=keys[column], reverse=order is Qt.SortOrder.DescendingOrder)  # type: ignore[arg-type]

    def row_of(self, id: int) -> int | None:
        return self._rows.index(id) if id in self._rows else None

    def id_at(self, row: int) -> int:
        return self._rows[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            column, order = self._sorted
            arrow = "" if column != section or self._sorted == _BY_ID else " ↑" if order == _BY_ID[1] else " ↓"
            return (self.tr("id"), self.tr("token"), self.tr("count"))[section] + arrow
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == TOKEN else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        id = self._rows[index.row()]
        token = self._tokens[id]
        if role == Qt.ItemDataRole.DisplayRole:
            count = messages.count(self._counts[id]) if self._counts is not None else "…"
            return (str(id), character_names.shown(token), count)[index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return character_names.name(token)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            words = self.tr("{token}, id {id}, {count} times in the text")
            times = messages.count(self._counts[id]) if self._counts is not None else "…"
            return words.format(token=character_names.spoken(token), id=id, count=times)
        return None


def matching(tokens: tuple[str, ...], words: str) -> list[int]:
    """Ids of the tokens that words may mean: a character, an id, a name, a part of a token, or several characters."""
    if not words:
        return list(range(len(tokens)))
    if len(words) == 1:
        alike = words.casefold()
        found = [id for id, token in enumerate(tokens) if token.casefold() == alike]
        return found + (
            [int(words)] if words.isdecimal() and int(words) < len(tokens) and int(words) not in found else []
        )
    if words.isdecimal() and int(words) < len(tokens):
        return [int(words)]
    named = [id for id, token in enumerate(tokens) if words.strip().casefold() in character_names.name(token)]
    holding = [id for id, token in enumerate(tokens) if words.casefold() in token.casefold()]
    return named or holding or [id for id, token in enumerate(tokens) if token in words]


class VocabularyTable(QTableView):
    """A table of tokens."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = VocabularyModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_VocabularyDelegate(self))
        self.setObjectName("tokenizer.vocabulary")
        self.setAccessibleName(self.tr("Vocabulary"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("frameless", "true")
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setToolTip(self.tr("Click to sort"))
        header.setHighlightSections(False)
        header.setSectionResizeMode(TOKEN, QHeaderView.ResizeMode.Stretch)
        self.setSortingEnabled(True)
        self.sortByColumn(*_BY_ID)
        header.setSortIndicatorShown(False)  # the column's own words say it: an arrow of the style would cover them
        theme.notifier().changed.connect(self._fit)
        self._fit()

    def set_tokens(self, tokens: tuple[str, ...], counts: Sequence[int] | None) -> None:
        """Show a vocabulary; no counts while they are being made."""
        self._model.set_tokens(tokens, counts)
        self._fit()

    def search(self, words: str) -> int:
        """Show the tokens that words may mean; tells how many there are."""
        self._model.find(words)
        return self._model.rowCount()

    def show_token(self, id: int) -> None:
        """Choose a token's row and scroll to it."""
        row = self._model.row_of(id)
        if row is not None:
            self.selectRow(row)
            self.scrollTo(self._model.index(row, TOKEN))

    @property
    def chosen_id(self) -> int | None:
        """The token whose row is chosen."""
        rows = self.selectionModel().selectedRows()
        return self._model.id_at(rows[0].row()) if rows else None

    def _fit(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        self.horizontalHeader().setFont(theme.role_font("caption"))
        digits = QFontMetrics(theme.role_font("table_strong"))
        last = digits.horizontalAdvance("0" * max(2, len(str(self._model.rowCount()))))
        self.horizontalHeader().setSectionResizeMode(ID, QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(COUNT, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(ID, last + theme.px(18))
        self.setColumnWidth(COUNT, digits.horizontalAdvance("000,000") + theme.px(14))
        self.viewport().update()


class _VocabularyDelegate(QStyledItemDelegate):
    """Paints one cell: numbers to the right, the token in the mono font with its name."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.px(40), theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        rect: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(rect, theme.color("sel"))
        painter.setPen(theme.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(theme.px(8), 0, -theme.px(8), 0)
        if index.column() == TOKEN:
            self._paint_token(painter, inner, index, chosen)
        else:
            painter.setFont(theme.role_font("table_strong" if chosen else "table"))
            painter.setPen(theme.color("text"))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(inner, right, str(index.data()))
        painter.restore()

    def _paint_token(self, painter: QPainter, rect: QRect, index: Index, chosen: bool) -> None:
        sign, name = str(index.data()), str(index.data(Qt.ItemDataRole.UserRole))
        font = theme.mono(12 if sign.startswith(("U+", "<0x")) else 16)
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect, left, painter.fontMetrics().elidedText(sign, Qt.TextElideMode.ElideRight, rect.width()))
        if name:
            painter.setFont(theme.role_font("caption"))
            painter.setPen(theme.color("text2" if chosen else "text3"))
            room = rect.adjusted(QFontMetrics(font).horizontalAdvance(sign) + theme.px(10), 0, theme.px(6), 0)
            shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
