"""The list of earlier writings: how each begins, and when and how it was written."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gpt_studio.engine.keeping.writings import Writing
from gpt_studio.gui import messages, moments, theme
from gpt_studio.gui.messages import tr

EXCERPT = 80  # characters
ROW = 52
Index = QModelIndex | QPersistentModelIndex


def beginning(writing: Writing) -> str:
    """Prompt and first words in one line."""
    return (writing.shown_prompt + writing.texts[0].text[:EXCERPT])[:EXCERPT].replace("\n", "\u21b5")


def circumstances(writing: Writing) -> str:
    """As "27 Nov 2026, 20:55 · step 300 · seed 1337 · 3 texts"."""
    told = [moments.day(moments.moment(writing.when))]
    if writing.step is not None:
        told.append(tr("step {step}").format(step=messages.count(writing.step)))
    told.append(tr("seed {seed}").format(seed=writing.seed))
    if len(writing.texts) > 1:
        told.append(tr("{count} texts").format(count=len(writing.texts)))
    if writing.begun:
        told.append(tr("a branch"))
    if not writing.is_whole:
        told.append(tr("stopped"))
    return " · ".join(part for part in told if part)


class _Model(QAbstractListModel):
    def __init__(self, parent: QListView) -> None:
        super().__init__(parent)
        self.writings: list[Writing] = []

    def show_writings(self, writings: list[Writing]) -> None:
        self.beginResetModel()
        self.writings = writings
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.writings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        writing = self.writings[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return beginning(writing)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{beginning(writing)}, {circumstances(writing)}"
        return None


class _Painter(QStyledItemDelegate):
    """Two lines: the beginning, and how it came about."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.px(120), theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, _Model)
        writing, box = model.writings[index.row()], QRectF(option.rect).adjusted(0, 1, 0, -1)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sel"))
            painter.drawRoundedRect(box, 5, 5)
        room = box.adjusted(theme.px(10), theme.px(5), -theme.px(10), -theme.px(5))
        for words, font, ink, side in (
            (beginning(writing), theme.role_font("caption", is_mono=True), "text", Qt.AlignmentFlag.AlignTop),
            (
                circumstances(writing),
                theme.role_font("caption"),
                "text2" if chosen else "text3",
                Qt.AlignmentFlag.AlignBottom,
            ),
        ):
            painter.setFont(font)
            painter.setPen(theme.color(ink))
            fitting = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | side, fitting)
        painter.restore()


class EarlierList(QListView):
    """Signals:
    chosen: Another one is looked at; carries its Writing, or None.
    delete_asked: Delete was pressed.
    """

    chosen = Signal(object)
    delete_asked = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(tr("Earlier texts"))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self))
        self.selectionModel().currentChanged.connect(lambda *_: self.chosen.emit(self.writing))

    @property
    def writings(self) -> list[Writing]:
        return self._model.writings

    @property
    def writing(self) -> Writing | None:
        """The chosen one."""
        index = self.currentIndex()
        return self.writings[index.row()] if index.isValid() else None

    def show_writings(self, writings: list[Writing]) -> None:
        """Show these; the chosen one stays chosen, or the next one in its place is."""
        row, before = max(0, self.currentIndex().row()), self.writing
        self._model.show_writings(writings)
        ids = [writing.id for writing in writings]
        if before and before.id in ids:
            row = ids.index(before.id)
        if writings:
            self.setCurrentIndex(self._model.index(min(row, len(writings) - 1)))
        self.chosen.emit(self.writing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete_asked.emit()
        else:
            super().keyPressEvent(event)
