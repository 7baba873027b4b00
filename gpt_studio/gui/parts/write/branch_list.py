"""The texts of one card as a small tree: which token was picked where, and how the text goes on from there."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem

from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.write.writing_tree import Branch, WritingTree

ROW, INDENT, LEFT = 28, 16, 12
DEEP = 8  # from here on the steps get smaller
EXCERPT = 60  # characters of its own text that a row may show
Index = QModelIndex | QPersistentModelIndex


def excerpt(branch: Branch) -> str:
    """How a text goes on behind the picked token, in one line."""
    first = branch.place + 1 if branch.parent else 0
    return "".join(branch.written.texts[first : first + EXCERPT]).replace("\n", "\u21b5")[:EXCERPT]


def picked(branch: Branch) -> str:
    """The token that was picked: "w"; nothing yet while it is waited for."""
    return messages.visible(branch.written[branch.place].label) if branch.has_own else "\u2026"


def spoken(branch: Branch) -> str:
    """A row for a screen reader: "level 2, w picked at token 35, seed 1337, goes on: ill you"."""
    if branch.parent is None:
        return tr("first text, seed {seed}").format(seed=branch.request.seed)
    told = tr("level {n}, {token} picked at token {place}, seed {seed}, goes on: {text}")
    seed, place = branch.request.seed, messages.count(branch.place + 1)
    return told.format(n=branch.depth + 1, token=picked(branch), place=place, seed=seed, text=excerpt(branch))


class BranchModel(QAbstractListModel):
    """One row for each text, in the order of the tree."""

    def __init__(self, parent: QListView) -> None:
        super().__init__(parent)
        self.branches: list[Branch] = []
        self.line: list[Branch] = []  # from the first text to the one that is shown
        self.indent = float(INDENT)

    def show_tree(self, tree: WritingTree | None) -> None:
        branches, self.line = (tree.branches, tree.shown.line) if tree else ([], [])
        if branches != self.branches:
            self.beginResetModel()
            self.branches = branches
            self.indent = INDENT * min(1, DEEP / max([1, *(branch.depth for branch in branches)]))
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.branches)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        branch = self.branches[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return picked(branch) if branch.parent else tr("first text")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(branch)
        return None


class _Painter(QStyledItemDelegate):
    """Paints a text's row, with the lines that lead to it; those of the shown text in the accent."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.px(120), theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, BranchModel)
        branch, box = model.branches[index.row()], QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_shown = branch is model.line[-1]
        if is_shown:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sel"))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 5, 5)
        self._paint_lines(painter, model, index.row(), box)
        self._paint_node(
            painter, QPointF(_x(box, branch.depth, model.indent), box.center().y()), branch in model.line, is_shown
        )
        left = _x(box, branch.depth, model.indent) + theme.px(12)
        self._paint_words(painter, branch, box.adjusted(left - box.x(), 0, -theme.px(8), 0), is_shown)
        painter.restore()

    def _paint_lines(self, painter: QPainter, model: BranchModel, row: int, box: QRectF) -> None:
        """The line from its parent to a row, and those that pass it on their way to later rows."""
        branch = model.branches[row]
        middle, top, bottom = box.center().y(), box.top(), box.bottom()
        for ancestor in branch.line:
            later = [other for other in model.branches[row + 1 :] if other.parent is ancestor]
            if later:
                x = _x(box, ancestor.depth, model.indent)
                painter.setPen(_pen(any(other in model.line for other in later)))
                painter.drawLine(QPointF(x, middle if ancestor is branch else top), QPointF(x, bottom + 1))
        if branch.parent:
            x, bend = _x(box, branch.depth - 1, model.indent), theme.px(0.45 * model.indent)
            path = QPainterPath(QPointF(x, top))
            path.lineTo(x, middle - bend)
            path.quadTo(x, middle, x + bend, middle)
            path.lineTo(_x(box, branch.depth, model.indent), middle)
            painter.setPen(_pen(branch in model.line))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)

    def _paint_node(self, painter: QPainter, center: QPointF, on_the_line: bool, is_shown: bool) -> None:
        painter.setPen(QPen(theme.color("accent" if on_the_line else "edge"), 2))
        painter.setBrush(theme.color("accent" if is_shown else "surface"))
        painter.drawEllipse(center, theme.px(4.5), theme.px(4.5))

    def _paint_words(self, painter: QPainter, branch: Branch, room: QRectF, is_shown: bool) -> None:
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        faint = theme.color("text2" if is_shown else "text3")
        painter.setFont(theme.role_font("caption_strong", is_mono=branch.parent is not None))
        painter.setPen(theme.color("text"))
        name = picked(branch) if branch.parent else tr("first text")
        painter.drawText(room, middle, name)
        room.setLeft(room.left() + QFontMetricsF(painter.font()).horizontalAdvance(name) + theme.px(8))
        painter.setPen(faint)
        if branch.parent:
            painter.setFont(theme.role_font("caption"))
            place = tr("at {place}").format(place=messages.count(branch.place + 1))
            painter.drawText(room, middle, place)
            room.setLeft(room.left() + QFontMetricsF(painter.font()).horizontalAdvance(place) + theme.px(10))
        painter.setFont(theme.role_font("caption", is_mono=True))
        metrics = QFontMetricsF(painter.font())
        painter.drawText(room, middle, metrics.elidedText(excerpt(branch), Qt.TextElideMode.ElideRight, room.width()))


def _x(box: QRectF, depth: int, indent: float) -> float:
    return box.x() + theme.px(LEFT + indent * depth)


def _pen(on_the_line: bool) -> QPen:
    return QPen(theme.color("accent" if on_the_line else "edge"), 2 if on_the_line else 1.5)


class BranchList(QListView):
    """Up and Down go from text to text, Left to the one that it branches off from, Right to its first branch.

    Signals:
        chosen: A text is to be shown; carries its Branch.
    """

    chosen = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(tr("Branches of this text"))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._model = BranchModel(self)
        self._rows = 4  # that are seen at once
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self))
        self.selectionModel().currentChanged.connect(self._tell)
        theme.notifier().changed.connect(self._fit)
        self.show_tree(None)

    @property
    def branches(self) -> list[Branch]:
        return self._model.branches

    def show_tree(self, tree: WritingTree | None) -> None:
        """Draw a tree as it is now; a first text alone needs none."""
        told = self.blockSignals(True)
        self._model.show_tree(tree)
        if tree:
            self.setCurrentIndex(self._model.index(self.branches.index(tree.shown)))
        self.blockSignals(told)
        self.viewport().update()
        self.setVisible(len(self.branches) > 1)
        self._fit()

    def renew(self) -> None:
        """The texts have grown."""
        self.viewport().update()

    def set_most_rows(self, rows: int) -> None:
        """How many rows are seen at once; more can be scrolled to."""
        self._rows = rows
        self._fit()

    def _fit(self) -> None:
        self.scheduleDelayedItemsLayout()
        seen = min(len(self.branches), self._rows + 0.5) if len(self.branches) > self._rows else len(self.branches)
        self.setFixedHeight(round(seen * theme.px(ROW)) + 2)

    def _tell(self, current: QModelIndex) -> None:
        if current.isValid() and not self.signalsBlocked():
            self.chosen.emit(self.branches[current.row()])

    # Qt's own names

    def keyPressEvent(self, event: QKeyEvent) -> None:
        branch = self.branches[self.currentIndex().row()] if self.currentIndex().isValid() else None
        aims = (
            {
                Qt.Key.Key_Left: branch.parent,
                Qt.Key.Key_Right: min(branch.children, key=lambda child: child.place, default=None),
            }
            if branch
            else {}
        )
        if aim := aims.get(Qt.Key(event.key())):
            self.setCurrentIndex(self._model.index(self.branches.index(aim)))
        else:
            super().keyPressEvent(event)
