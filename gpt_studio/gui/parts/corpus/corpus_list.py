"""The list of texts: the ready-made ones, then the student's own."""

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gpt_studio.engine import corpus
from gpt_studio.gui import icons, messages, theme
from gpt_studio.gui.parts.corpus.entry_field import paint_field
from gpt_studio.gui.parts.corpus.texts import Entry

ENTRY = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex


class CorpusModel(QAbstractListModel):
    """Rows are headings (words) and entries, in the order in which they are shown.

    Signals:
        renamed: An own text was given another title; carries its id and the title.
    """

    renamed = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[str | Entry] = []

    def set_entries(self, entries: list[Entry]) -> None:
        ready = [entry for entry in entries if not entry.own]
        own = [entry for entry in entries if entry.own]
        rows: list[str | Entry] = [self.tr("Ready-made"), *ready]
        rows += [self.tr("My texts"), *own] if own else []
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def row_of(self, id: str) -> int | None:
        return next((n for n, row in enumerate(self._rows) if isinstance(row, Entry) and row.id == id), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == ENTRY:
            return row if isinstance(row, Entry) else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.title if isinstance(row, Entry) else row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title}, {describe(row)}" if isinstance(row, Entry) else row
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return about(row.id) if isinstance(row, Entry) else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self._rows[index.row()]
        if not isinstance(row, Entry):
            return Qt.ItemFlag.NoItemFlags
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return plain | Qt.ItemFlag.ItemIsEditable if row.own else plain

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row, title = self._rows[index.row()], str(value).strip()
        if isinstance(row, Entry) and row.own and title and title != row.title:
            self.renamed.emit(row.id, title)
        return True


class CorpusList(QListView):
    """Ready-made texts and the student's own.

    Signals:
        chosen: Another text was chosen; carries its id.
        renamed: An own text was given another title (F2 or the menu); carries its id and the title.
        duplicate_asked, delete_asked: The menu on an own text, or Del; carries its id.
    """

    chosen = Signal(str)
    renamed = Signal(str, str)
    duplicate_asked = Signal(str)
    delete_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = CorpusModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_CorpusDelegate(self))
        self.setObjectName("corpus.list")
        self.setAccessibleName(self.tr("Texts"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("frameless", "true")
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.selectionModel().currentChanged.connect(self._tell_choice)
        self._model.renamed.connect(self.renamed)
        self._quiet = False
        theme.notifier().changed.connect(self._model.layoutChanged)

    def set_entries(self, entries: list[Entry]) -> None:
        """Show these texts; the choice stays where it was."""
        before = self.chosen_id
        self._quiet = True
        self._model.set_entries(entries)
        self._quiet = False
        if before:
            self.choose(before)

    def choose(self, id: str | None) -> None:
        """Mark a text as chosen without telling anyone; None: no text."""
        row = self._model.row_of(id) if id else None
        self._quiet = True
        if row is None:
            self.selectionModel().clear()
        else:
            self.setCurrentIndex(self._model.index(row))
        self._quiet = False

    @property
    def chosen_id(self) -> str | None:
        entry = self._entry(self.currentIndex())
        return entry.id if entry else None

    def ids(self) -> list[str]:
        """All texts from top to bottom."""
        rows = (self._entry(self._model.index(row)) for row in range(self._model.rowCount()))
        return [entry.id for entry in rows if entry]

    def edit_title(self, id: str) -> None:
        """Let the title of an own text be typed in place."""
        row = self._model.row_of(id)
        if row is not None:
            self.edit(self._model.index(row))

    def _entry(self, index: Index) -> Entry | None:
        return index.data(ENTRY) if index.isValid() else None

    def _tell_choice(self, index: QModelIndex) -> None:
        entry = self._entry(index)
        if entry and not self._quiet:
            self.chosen.emit(entry.id)

    def _show_menu(self, point: QPoint) -> None:
        entry = self._entry(self.indexAt(point))
        if entry is None or not entry.own:
            return
        menu = QMenu(self)
        menu.addAction(self.tr("Rename…\tF2"), lambda: self.edit_title(entry.id))
        menu.addAction(self.tr("Duplicate\tCtrl+D"), lambda: self.duplicate_asked.emit(entry.id))
        menu.addAction(self.tr("Delete\tDel"), lambda: self.delete_asked.emit(entry.id))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(point))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        entry = self._entry(self.currentIndex())
        if entry and entry.own and event.key() == Qt.Key.Key_F2:
            self.edit_title(entry.id)
        elif entry and entry.own and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_asked.emit(entry.id)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()


def about(id: str) -> str:
    """A line about a text: what it is, and under which terms a ready-made one may be used."""
    ready = corpus.BUILT_IN.get(id)
    if ready is None:
        return messages.tr("A text of your own. It is saved by itself.")
    return messages.tr("{description} Licence: {licence}.").format(description=ready.description, licence=ready.licence)


def describe(entry: Entry) -> str:
    """The line below a title."""
    if not entry.available:
        return messages.tr("not downloaded yet")
    if entry.characters is None:
        return messages.tr("counting…")
    is_long = entry.characters >= 10_000_000  # the whole number would not fit
    number = messages.short_count(entry.characters) if is_long else messages.count(entry.characters)
    return messages.tr("{count} characters").format(count=number)


class _CorpusDelegate(QStyledItemDelegate):
    """Paints an icon, the title, and how long the text is."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if index.data(ENTRY) is None:
            return QSize(theme.px(120), theme.px(34 if index.row() == 0 else 44))
        return QSize(theme.px(120), theme.px(58))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setObjectName("corpus.title")
        field.setAccessibleName(messages.tr("Title of the text"))
        theme.set_role(field, "table")
        return field

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        height = editor.sizeHint().height()
        rect = option.rect.adjusted(theme.px(4), 0, -theme.px(4), 0)
        editor.setGeometry(rect.left(), rect.center().y() - height // 2, rect.width(), height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        entry = index.data(ENTRY)
        if entry is None:
            self._paint_heading(painter, option.rect, index)
        else:
            self._paint_entry(painter, option, entry)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRect, index: Index) -> None:
        painter.setFont(theme.role_font("caption_strong"))
        painter.setPen(theme.color("text2"))
        line = rect.adjusted(theme.px(10), 0, 0, -theme.px(6))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, str(index.data()))

    def _paint_entry(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry) -> None:
        rect = option.rect
        chosen = paint_field(painter, option, self.parent())
        size = theme.px(18)
        name = "pencil" if entry.own else "book" if entry.available else "download"
        drawn = icons.pixmap(name, "accent" if chosen else "text2", size, painter.device().devicePixelRatio())
        painter.drawPixmap(rect.left() + theme.px(12), rect.center().y() - size // 2, drawn)
        words = rect.adjusted(theme.px(40), theme.px(8), -theme.px(8), -theme.px(8))
        self._line(
            painter, words, entry.title, "table_strong" if chosen else "table", "text", Qt.AlignmentFlag.AlignTop
        )
        caption = "text2" if chosen else "text3"
        self._line(painter, words, describe(entry), "caption", caption, Qt.AlignmentFlag.AlignBottom)

    def _line(self, painter: QPainter, rect: QRect, words: str, role: str, token: str, edge: Qt.AlignmentFlag) -> None:
        font = theme.role_font(role)
        painter.setFont(font)
        painter.setPen(theme.color(token))
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, edge | Qt.AlignmentFlag.AlignLeft, shown)
