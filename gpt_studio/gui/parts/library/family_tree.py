"""The family of runs, drawn as a tree: who came from whom, and on each edge what was done otherwise."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gpt_studio.engine.keeping import lineage
from gpt_studio.engine.keeping.library import RunSummary
from gpt_studio.engine.keeping.lineage import Relative
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.change_words import origin

ROW, INDENT, LEFT = 52, 30, 14
Index = QModelIndex | QPersistentModelIndex


class FamilyModel(QAbstractListModel):
    """One row for each run, in the order of the tree."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.relatives: list[Relative] = []

    def show(self, relatives: list[Relative]) -> None:
        self.beginResetModel()
        self.relatives = relatives
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.relatives)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        relative = self.relatives[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return relative.run.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(relative)
        return None


def edge(relative: Relative) -> str:
    """What stands on the edge above a run; "" for one that came from none."""
    return origin(relative.parent, relative.orphan) if relative.parent else ""


def figures(relative: Relative) -> str:
    """How far a run came, and how well it does."""
    record = relative.run.record
    assert record is not None
    words = tr("{steps} steps").format(steps=messages.count(record.progress.step))
    if record.progress.best_val_loss is not None:
        words += ", " + tr("best held back {loss}").format(loss=f"{record.progress.best_val_loss:.2f}")
    return words


def spoken(relative: Relative) -> str:
    """A row for a screen reader: "level 2, verse@500, from step 500: rate 0.04 → 0.01, 1,500 steps"."""
    level = tr("level {n}").format(n=relative.depth + 1)
    return ", ".join(part for part in (level, relative.run.name, edge(relative), figures(relative)) if part)


class _Painter(QStyledItemDelegate):
    """Paints a run with the lines that lead to it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.px(300), theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, FamilyModel)
        relative, box = model.relatives[index.row()], QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(box, theme.color("sel"))
        self._paint_lines(painter, model.relatives, index.row(), box)
        x = box.x() + theme.px(LEFT + INDENT * relative.depth)
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.setBrush(theme.color("accent" if relative.depth == 0 else "surface"))
        painter.drawEllipse(QPointF(x, box.center().y()), theme.px(5), theme.px(5))
        self._paint_words(painter, relative, box.adjusted(x - box.x() + theme.px(16), 0, -theme.px(12), 0), chosen)
        painter.restore()

    def _paint_lines(self, painter: QPainter, relatives: list[Relative], row: int, box: QRectF) -> None:
        """The lines from a run's parent to it, and past it to those that follow further down."""
        painter.setPen(QPen(theme.color("edge"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for depth in range(relatives[row].depth + 1):
            x = box.x() + theme.px(LEFT + INDENT * depth)
            if _goes_on(relatives, row, depth):
                top = box.center().y() if depth == relatives[row].depth else box.top()
                painter.drawLine(QPointF(x, top), QPointF(x, box.bottom()))
        if relatives[row].depth:
            x = box.x() + theme.px(LEFT + INDENT * (relatives[row].depth - 1))
            bend = QPainterPath(QPointF(x, box.top()))
            bend.lineTo(x, box.center().y() - theme.px(8))
            bend.quadTo(x, box.center().y(), x + theme.px(8), box.center().y())
            bend.lineTo(x + theme.px(INDENT), box.center().y())
            painter.drawPath(bend)

    def _paint_words(self, painter: QPainter, relative: Relative, room: QRectF, chosen: bool) -> None:
        told, right = figures(relative), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        words = edge(relative)
        upper = QRectF(room.x(), room.y() + theme.px(6), room.width(), room.height() / 2 - theme.px(6))
        lower = QRectF(room.x(), room.center().y(), room.width(), room.height() / 2 - theme.px(6))
        faint = theme.color("text2" if chosen else "text3")
        painter.setFont(theme.role_font("caption"))
        painter.setPen(faint)
        taken = QFontMetricsF(painter.font()).horizontalAdvance(told)
        painter.drawText(upper if words else room, right, told)
        if words:
            metrics = QFontMetricsF(painter.font())
            painter.setPen(theme.color("accent"))
            painter.drawText(lower, left, metrics.elidedText(words, Qt.TextElideMode.ElideRight, lower.width()))
        painter.setFont(theme.role_font("strong"))
        painter.setPen(theme.color("text"))
        space = room.width() - taken - theme.px(16)
        name = QFontMetricsF(painter.font()).elidedText(relative.run.name, Qt.TextElideMode.ElideMiddle, space)
        painter.drawText(upper if words else room, left, name)


def _goes_on(relatives: Sequence[Relative], row: int, depth: int) -> bool:
    """Whether a line at this depth leads from a row down to a later child of the same parent."""
    for later in relatives[row + 1 :]:
        if later.depth == depth + 1:
            return True
        if later.depth <= depth:
            return False
    return False


class FamilyTree(QListView):
    """All runs as a tree. Arrow keys move, Enter opens.

    Signals:
        chosen_changed: Another run is chosen; carries its path.
        open_asked: The chosen run is to be shown.
    """

    chosen_changed = Signal(object)
    open_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("library.family")
        self.setAccessibleName(tr("Family of runs"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._model = FamilyModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self))
        self.activated.connect(self.open_asked)
        self.selectionModel().currentChanged.connect(self._tell)
        theme.notifier().changed.connect(self.scheduleDelayedItemsLayout)

    @property
    def relatives(self) -> list[Relative]:
        return self._model.relatives

    def show_runs(self, found: Sequence[RunSummary]) -> None:
        """Draw these runs; who was chosen stays chosen."""
        relatives = lineage.families(found)
        if relatives != self._model.relatives:
            chosen = self.chosen
            self._model.show(relatives)
            self.choose(chosen)

    @property
    def chosen(self) -> Path | None:
        row = self.currentIndex().row()
        return self.relatives[row].run.path if 0 <= row < len(self.relatives) else None

    def choose(self, path: Path | None) -> None:
        for row, relative in enumerate(self.relatives):
            if relative.run.path == path:
                self.setCurrentIndex(self._model.index(row))

    def _tell(self) -> None:
        if self.chosen is not None:
            self.chosen_changed.emit(self.chosen)
