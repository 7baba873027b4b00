"""The rows of the list of runs: what is said about each, and how it is painted."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gpt_studio.engine.keeping.library import RunSummary
from gpt_studio.gui import icons, messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import Phase
from gpt_studio.gui.widgets.loss_words import comparable
from gpt_studio.gui.widgets.row_ground import paint_ground

Role = Qt.ItemDataRole


@dataclass(frozen=True)
class Row:
    """One run as the list shows it."""

    path: Path
    name: str
    status: str
    best: str = ""
    is_open: bool = False
    in_training: bool = False
    damaged: bool = False
    other_text: bool = False
    hint: str = ""  # what is wrong with it, or why it does not compare

    @property
    def spoken(self) -> str:
        best = tr("best held back {loss}").format(loss=self.best) if self.best else ""
        return ", ".join(part for part in (self.name, self.status, best, self.hint) if part)


def row_for(
    summary: RunSummary, run: OpenRun | None, training: OpenRun | None, phase: Phase, bits: bool = False
) -> Row:
    """What the list says about a run; those in memory are newer than their files."""
    record = summary.record
    if record is None:
        problem = summary.problem
        words = messages.sentence(problem.code, problem.values) if problem else tr("This folder cannot be read.")
        return Row(summary.path, summary.name, tr("damaged"), damaged=True, hint=words)
    is_open = run is not None and run.path == summary.path
    in_training = training is not None and training.path == summary.path
    step, best = record.progress.step, record.progress.best_val_loss
    known = training if in_training else run if is_open else None
    if known is not None:
        step = max(step, known.curve.step)
        best = known.curve.best[1] if known.curve.best else best
    other_text = run is not None and run.record.corpus.sha256 != record.corpus.sha256
    status = _status(record.status, step, record.train.max_steps, phase if in_training else Phase.IDLE)
    hint = ""
    if other_text:
        hint = tr("Trained on another text, {title}: the figures do not compare.").format(title=record.corpus.title)
        status = f"{tr('other text')} · {messages.count(step)}"
    figure = f"{comparable(record, best, bits):.2f}" if best is not None else ""
    return Row(summary.path, record.name, status, figure, is_open, in_training, other_text=other_text, hint=hint)


def _status(status: str, step: int, max_steps: int, phase: Phase) -> str:
    if phase is not Phase.IDLE:
        return tr("training now") if phase is Phase.TRAINING else tr("paused")
    if status == "done" or step >= max_steps:
        return tr("{steps} steps").format(steps=messages.count(step))
    words = tr("{step} of {steps}").format(step=messages.count(step), steps=messages.count(max_steps))
    return tr("failed at {steps}").format(steps=words) if status == "failed" else words


class RunModel(QAbstractListModel):
    """The rows, with ticks for comparison. The open run is always in the chart, so its tick stays.

    Signals:
        ticked: Other runs are ticked.
        renamed: A row was given another name: path and name.
    """

    ticked = Signal()
    renamed = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._ticks: set[Path] = set()

    def show_rows(self, rows: list[Row]) -> None:
        """Rows that only changed their words keep the selection."""
        if [row.path for row in rows] == [row.path for row in self.rows]:
            changed = [place for place, (old, new) in enumerate(zip(self.rows, rows, strict=True)) if old != new]
            self.rows = rows
            for place in changed:
                self.dataChanged.emit(self.index(place), self.index(place))
            return
        self.beginResetModel()
        self.rows = rows
        self._ticks &= {row.path for row in rows}
        self.endResetModel()

    @property
    def compared(self) -> list[Row]:
        """Ticked runs other than the open one."""
        return [row for row in self.rows if row.path in self._ticks and not row.is_open and not row.damaged]

    def is_ticked(self, row: Row) -> bool:
        return row.is_open or row.path in self._ticks

    def tick(self, index: QModelIndex) -> None:
        """Tick or untick for comparison."""
        row = self.rows[index.row()]
        if not row.is_open and not row.damaged:
            self._ticks ^= {row.path}
            self.dataChanged.emit(index, index, [Role.CheckStateRole])
            self.ticked.emit()

    # Qt's own

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return len(self.rows)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.isValid() and not self.rows[index.row()].damaged:
            flags |= Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role in (Role.DisplayRole, Role.EditRole):
            return row.name
        if role == Role.ToolTipRole:
            return row.hint or (tr("This run is open, so it is always in the chart.") if row.is_open else row.name)
        if role == Role.AccessibleTextRole:
            return row.spoken
        if role == Role.CheckStateRole and not row.damaged:
            return Qt.CheckState.Checked if self.is_ticked(row) else Qt.CheckState.Unchecked
        return None

    def setData(self, index: QModelIndex, value: object, role: int = Role.EditRole) -> bool:
        row, name = self.rows[index.row()], str(value).strip()
        if role == Role.CheckStateRole:
            self.tick(index)
            return True
        if role != Role.EditRole or not name or name == row.name:
            return False
        self.renamed.emit(row.path, name)
        return True


class RunDelegate(QStyledItemDelegate):
    """Paints tick, name, status and best loss."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        model = index.model()
        assert isinstance(model, RunModel)
        row = model.rows[index.row()]
        painter.save()
        box, selected = paint_ground(painter, option)
        self._paint_tick(painter, tick_box(option.rect), row, model.is_ticked(row), option.widget)
        self._paint_words(painter, box, row, selected)
        painter.restore()

    def _paint_tick(self, painter: QPainter, box: QRect, row: Row, ticked: bool, widget: QWidget) -> None:
        if row.damaged:
            painter.drawPixmap(box, icons.pixmap("triangle", "warn", box.width(), widget.devicePixelRatioF()))
            return
        fill = "edge" if row.is_open else "accent"  # the open run's tick cannot be taken away
        painter.setPen(QPen(theme.color(fill if ticked else "edge"), 1))
        painter.setBrush(theme.color(fill if ticked else "surface"))
        painter.drawRoundedRect(box, 4, 4)
        if ticked:
            inside = box.adjusted(3, 3, -2, -2)
            painter.drawPixmap(inside, icons.pixmap("tick", "on_accent", inside.width(), widget.devicePixelRatioF()))

    def _paint_words(self, painter: QPainter, box: QRect, row: Row, selected: bool) -> None:
        left, right = box.left() + theme.px(36), box.right() - theme.px(10)
        upper = QRect(left, box.top() + theme.px(5), right - left, theme.px(21))
        lower = QRect(left, upper.bottom() - 1, right - left, theme.px(19))
        strong = theme.role_font("strong")
        vertical = Qt.AlignmentFlag.AlignVCenter
        figure_width = QFontMetrics(strong).horizontalAdvance(row.best) + theme.px(8) if row.best else 0
        painter.setFont(strong)
        painter.setPen(theme.color("text"))
        middle = QRect(left, box.top(), right - left, box.height())
        painter.drawText(middle, Qt.AlignmentFlag.AlignRight | vertical, row.best)
        painter.setFont(strong if row.is_open else theme.role_font("button"))
        name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideMiddle, upper.width() - figure_width)
        painter.drawText(upper, Qt.AlignmentFlag.AlignLeft | vertical, name)
        painter.setFont(theme.role_font("caption"))
        painter.setPen(theme.color("text2" if selected else "text3"))
        room = lower.width() - figure_width
        status = painter.fontMetrics().elidedText(row.status, Qt.TextElideMode.ElideRight, room)
        painter.drawText(lower, Qt.AlignmentFlag.AlignLeft | vertical, status)

    # Qt's own

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(theme.px(160), theme.px(54))

    def editorEvent(self, event: QEvent, model: RunModel, option: QStyleOptionViewItem, index: QModelIndex) -> bool:
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            target = tick_box(option.rect).adjusted(-8, -14, 6, 14)
            if target.contains(event.position().toPoint()):
                model.tick(index)
                return True
        return False

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex) -> QWidget:
        editor = QLineEdit(parent, maxLength=80)
        editor.setAccessibleName(tr("New name"))
        theme.set_role(editor, "button")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        editor.setGeometry(option.rect.adjusted(theme.px(28), theme.px(8), -theme.px(6), -theme.px(8)))


def tick_box(row: QRect) -> QRect:
    side = theme.px(18)
    return QRect(row.left() + theme.px(10), row.center().y() - side // 2, side, side)
