"""The rows of the queue: what is said of each run, how it is painted, and how one is dragged to another place."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.gui import icons, messages, queue_words, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.state import Phase, StudioState
from gpt_studio.gui.status_words import time_words
from gpt_studio.gui.widgets.row_ground import paint_ground

Role = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex
DRAGGED = "application/x-gpt-studio-queue-entry"
ICONS = {  # icon, colour
    "running": ("play", "good"),
    "waiting": ("idle", "text3"),
    "done": ("tick", "good"),
    "stopped": ("stop", "text2"),
    "failed": ("cross", "bad"),
}


@dataclass(frozen=True)
class Row:
    """One run of the queue as the list shows it."""

    id: str
    run: Path
    name: str
    status: str  # of the entry
    detail: str
    figure: str = ""
    share: float | None = None  # of its steps that are made, while it trains

    @property
    def spoken(self) -> str:
        return ", ".join(part for part in (self.name, self.figure, self.detail) if part)


def rows_of(state: StudioState) -> list[Row]:
    """What trains, what waits in its order, and what has ended, the newest first."""
    running = [_running(entry, state) for entry in state.queue if entry.status == "running"]
    waiting = [entry for entry in state.queue if entry.status == "waiting"]
    ended = [_ended(entry, state) for entry in reversed(state.queue) if not entry.is_ahead]
    return [*running, *(_waiting(entry, place, state) for place, entry in enumerate(waiting)), *ended]


def _row(entry: Entry, detail: str, figure: str, share: float | None = None, name: str = "") -> Row:
    return Row(entry.id, entry.run, name or entry.name, entry.status, detail, figure, share)


def _running(entry: Entry, state: StudioState) -> Row:
    run = state.training
    if run is None or run.path != entry.run:
        return _row(entry, tr("cut off; it goes on from where it was saved"), tr("waits"), 0.0)
    steps = tr("{step} of {steps} steps").format(
        step=messages.count(run.curve.step), steps=messages.count(run.max_steps)
    )
    detail = " · ".join(part for part in (steps, time_words(run, state.phase)) if part)
    figure = tr("paused") if state.phase is Phase.PAUSED else tr("trains")
    return _row(entry, detail, figure, run.curve.step / max(1, run.max_steps), run.name)


def _waiting(entry: Entry, place: int, state: StudioState) -> Row:
    request = entry.order.request
    parts = [_series(entry, state), request.corpus.title, queue_words.settings(request.train)]
    return _row(entry, " · ".join(part for part in parts if part), tr("next") if not place else f"{place + 1}")


def _ended(entry: Entry, state: StudioState) -> Row:
    words = {"done": tr("done"), "stopped": tr("stopped"), "failed": tr("failed")}[entry.status]
    if entry.status == "failed":
        return _row(entry, entry.message, words)
    record = next((run.record for run in state.runs if run.path == entry.run and run.record), None)
    if record is None:
        return _row(entry, tr("not in the library any more"), words)
    step, best = record.progress.step, record.progress.best_val_loss
    parts = [_series(entry, state), tr("{steps} steps").format(steps=messages.count(step))]
    if best is not None:
        parts.append(tr("best held back {loss}").format(loss=f"{best:.2f}"))
    return _row(entry, " · ".join(part for part in parts if part), words, name=record.name)  # it may have been renamed


def _series(entry: Entry, state: StudioState) -> str:
    """What it is trained for, where that is more than itself."""
    return next((series.title for series in state.series if series.id == entry.order.series), "")


class QueueModel(QAbstractListModel):
    """The rows. Those that wait can be dragged among themselves.

    Signals:
        moved(str, int): An entry was dropped at a place among those that wait.
    """

    moved = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def show_rows(self, rows: list[Row]) -> None:
        """Rows that only changed their words keep the selection."""
        if [row.id for row in rows] == [row.id for row in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def place_of(self, id: str) -> int:
        """Among those that wait; -1 for another one."""
        return next((place for place, row in enumerate(self.waiting) if row.id == id), -1)

    @property
    def waiting(self) -> list[Row]:
        return [row for row in self.rows if row.status == "waiting"]

    # Qt's own

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsDragEnabled if self.rows[index.row()].status == "waiting" else flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == Role.DisplayRole:
            return row.name
        if role in (Role.AccessibleTextRole, Role.ToolTipRole):
            return row.spoken
        return None

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [DRAGGED]

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:  # type: ignore[override]
        carried = QMimeData()
        carried.setData(DRAGGED, self.rows[indexes[0].row()].id.encode())
        return carried

    def dropMimeData(
        self,
        data: QMimeData,
        action: Qt.DropAction,
        row: int,
        column: int,
        parent: Index,
    ) -> bool:
        """Never moves anything itself: the queue does, and is shown anew."""
        id = bytes(data.data(DRAGGED).data()).decode()
        target = row if row >= 0 else parent.row() if parent.isValid() else len(self.rows)
        before = [each.id for each in self.rows[:target] if each.status == "waiting" and each.id != id]
        if self.place_of(id) not in (-1, len(before)):
            self.moved.emit(id, len(before))
        return False


class QueueDelegate(QStyledItemDelegate):
    """Paints sign, name, detail and figure, and how far the run in training is."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, QueueModel)
        row = model.rows[index.row()]
        painter.save()
        box, chosen = paint_ground(painter, option)
        name, token = ICONS[row.status]
        side = theme.px(16)
        sign = icons.pixmap(name, token, side, option.widget.devicePixelRatioF())
        painter.drawPixmap(box.left() + theme.px(10), box.center().y() - side // 2, sign)
        self._paint_words(painter, box, row, chosen)
        if row.share is not None:
            self._paint_share(painter, box, row.share)
        painter.restore()

    def _paint_words(self, painter: QPainter, box: QRect, row: Row, chosen: bool) -> None:
        left, right = box.left() + theme.px(38), box.right() - theme.px(12)
        strong, caption = theme.role_font("strong"), theme.role_font("caption")
        figure_width = QFontMetrics(strong).horizontalAdvance(row.figure)
        width = right - left - figure_width - theme.px(12)
        vertical = Qt.AlignmentFlag.AlignVCenter
        is_ahead = row.status in ("running", "waiting")
        painter.setFont(strong if is_ahead else theme.role_font("button"))
        painter.setPen(theme.color("text" if is_ahead or chosen else "text2"))
        painter.drawText(
            QRect(left, box.top(), right - left, box.height()), Qt.AlignmentFlag.AlignRight | vertical, row.figure
        )
        upper = QRect(left, box.top() + theme.px(5), width, theme.px(21))
        name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideMiddle, width)
        painter.drawText(upper, Qt.AlignmentFlag.AlignLeft | vertical, name)
        painter.setFont(caption)
        painter.setPen(theme.color("bad" if row.status == "failed" else "text2" if chosen else "text3"))
        lower = QRect(left, upper.bottom() - 1, width, theme.px(19))
        detail = painter.fontMetrics().elidedText(row.detail, Qt.TextElideMode.ElideRight, width)
        painter.drawText(lower, Qt.AlignmentFlag.AlignLeft | vertical, detail)

    def _paint_share(self, painter: QPainter, box: QRect, share: float) -> None:
        whole = QRect(box.left() + theme.px(38), box.bottom() - theme.px(8), box.width() - theme.px(50), theme.px(4))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("groove"))
        painter.drawRoundedRect(whole, 2, 2)
        whole.setWidth(round(whole.width() * min(1.0, share)))
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(whole, 2, 2)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.px(240), theme.px(60))
