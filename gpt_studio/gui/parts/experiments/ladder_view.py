"""The ladder: one text, and the ways to guess its next character side by side, from counting letters to a GPT."""

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments.ladder import RUNGS, Rung
from gpt_studio.engine.experiments.ladder_record import Notes
from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.engine.experiments.series import Series
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.experiments import ladder_words as words
from gpt_studio.gui.parts.experiments.ladder_chart import ChartCard
from gpt_studio.gui.parts.experiments.ladder_head import LadderHead
from gpt_studio.gui.parts.experiments.ladder_keeper import Ladder, LadderKeeper
from gpt_studio.gui.parts.experiments.ladder_progress import Progress, progress_of
from gpt_studio.gui.parts.experiments.ladder_rung import RungCard
from gpt_studio.gui.parts.experiments.ladder_words import Row
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import MessageBar

FOLLOW_MS = 1000  # figures in text change once a second
NAME = "experiments.ladder"
NARROW = 1000  # under which the chosen rung stands below the others


class LadderView(QWidget):
    """What can be begun and what was, then the rungs, then the chosen rung.

    Signals:
        order_asked(Series, list[Order]): A series is to be kept, and its runs to be trained.
        series_asked(Series): A changed series is to be kept.
        forget_asked(str): A series is to be forgotten.
        open_asked(Path): A run is to be shown on Train.
        again_asked(str), move_asked(str, int), hold_asked(bool): Of the queue's entries, and of the queue.
        stop_asked: The run in training is to stop.
    """

    order_asked = Signal(object, list)
    series_asked = Signal(object)
    forget_asked = Signal(str)
    open_asked = Signal(object)
    again_asked = Signal(str)
    move_asked = Signal(str, int)
    hold_asked = Signal(bool)
    stop_asked = Signal()

    def __init__(self, state: StudioState, parent: QWidget | None = None, rungs: tuple[Rung, ...] = RUNGS) -> None:
        super().__init__(parent)
        self._state, self._rungs = state, rungs
        self._id = ""  # of the ladder that is shown; "": a new one
        self.keeper = LadderKeeper(state, self, rungs)
        self.head, self.chart, self.rung = LadderHead(state), ChartCard(), RungCard()
        self.list = self.chart.list
        self.message = MessageBar(f"{NAME}.message")
        self._lay_out()
        self._connect()
        newest = self.keeper.ladders[:1]
        self.show_ladder(newest[0][0].id if newest else "")

    def _lay_out(self) -> None:
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(12)
        self._columns.addWidget(self.chart, 5)
        self._columns.addWidget(self.rung, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.message)
        column.addWidget(self.head)
        column.addLayout(self._columns, 1)
        order: list[QWidget] = [*self.head.tab_order(), *self.chart.tab_order(), self.rung.show_run, self.rung.written]
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        keeper, head = self.keeper, self.head
        for wish in ("order_asked", "series_asked", "again_asked", "move_asked", "hold_asked", "stop_asked"):
            getattr(keeper, wish).connect(getattr(self, wish))
        keeper.failed.connect(self._tell)
        keeper.begun.connect(self.show_ladder)
        head.begin_asked.connect(self._begin)
        head.stop_asked.connect(lambda: keeper.stop(self._id))
        head.go_on_asked.connect(lambda: keeper.go_on(self._id))
        self.chart.forget_asked.connect(self._forget)
        self.chart.chosen.connect(self.show_ladder)
        self.list.chosen.connect(lambda _id: self._show_rung())
        self.list.open_asked.connect(self.rung.open)
        self.rung.open_asked.connect(self.open_asked)
        for changed in (self._state.series_changed, self._state.queue_changed, keeper.settled):
            changed.connect(self._renew)
        self._state.runs_changed.connect(self._show_rung)
        self._state.corpus_changed.connect(self._refresh_texts)
        self._each_second = QTimer(self, objectName="follow a ladder", interval=FOLLOW_MS)
        self._each_second.timeout.connect(self._follow)

    def _refresh_texts(self) -> None:
        if self.isVisible():  # else it is done when it is shown
            self.head.refresh_texts()

    # What the student does

    def _begin(self, corpus: str) -> None:
        self.message.clear()
        self.head.set_waiting(True)
        self.keeper.begin(corpus)

    def show_ladder(self, id: str) -> None:
        """Show a ladder that was begun; "": one that could be."""
        self.head.set_waiting(False)
        self._id = id if self.keeper.ladder(id) else ""
        self._renew()

    def _forget(self) -> None:
        if found := self.keeper.ladder(self._id):
            series = found[0]
            self.forget_asked.emit(series.id)
            told = tr("“{title}” is forgotten; its runs stay.").format(title=series.title)
            self.message.tell("accent", told, tr("Undo"), partial(self._take_back, series))

    def _take_back(self, series: Series) -> None:
        self.series_asked.emit(series)
        self.show_ladder(series.id)

    # Showing

    def _renew(self) -> None:
        """The queue or the ladders have changed."""
        if self.keeper.ladder(self._id) is None:  # it was forgotten, or none was known yet
            newest = self.keeper.ladders[:1]
            self._id = newest[0][0].id if newest else ""
        self.chart.show_ladders([series for series, _ in self.keeper.ladders], self._id)
        self._follow()

    def _follow(self) -> None:
        """Show how far it is, the run in training too."""
        found = self.keeper.ladder(self._id)
        notes = found[1] if found else None
        self.chart.show_rows(self._rows(notes), notes)
        goes_on, is_settled = self.keeper.goes_on(self._id), self.keeper.is_settled(self._id)
        is_left = notes is not None and bool(notes.missing) and is_settled and self._state.queue_is_ours
        self.head.show_progress(self._progress(found), goes_on, is_left and not goes_on)
        self._show_rung()

    def _progress(self, found: Ladder | None) -> Progress | None:
        if found is None:
            return None
        series, notes = found
        return progress_of(notes, self.keeper.entries(series.id), self._state, self.keeper.is_counting(series.id))

    def _rows(self, notes: Notes | None) -> list[Row]:
        entries = self.keeper.entries(self._id) if notes else {}
        is_counting, results = self.keeper.is_counting(self._id), notes.results if notes else {}
        return [
            words.row(rung, results.get(rung.id), entries.get(rung.id), self._live(entries.get(rung.id)), is_counting)
            for rung in (notes.rungs if notes else self._rungs)
        ]

    def _live(self, entry: Entry | None) -> OpenRun | None:
        run = self._state.training
        return run if entry and run and entry.status == "running" and run.path == entry.run else None

    def _show_rung(self) -> None:
        found = self.keeper.ladder(self._id)
        notes = found[1] if found else None
        id = self.list.current
        rung = next((each for each in (notes.rungs if notes else self._rungs) if each.id == id), None)
        row = next((each for each in self.list.rows.rows if each.id == id), None)
        if rung is None or row is None:
            return
        entry = self.keeper.entries(self._id).get(id) if found else None
        why = entry.message if entry and entry.status == "failed" else ""
        run = found[0].run(id) if found else None
        self.rung.show_rung(rung, row, notes, run, why)

    def _tell(self, error: StudioError) -> None:
        self.head.set_waiting(False)
        self.message.tell("bad", messages.sentence(error.code, error.values))
        self._renew()

    # Qt's own

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.head.refresh_texts()
        self._each_second.start()
        self._renew()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._each_second.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < theme.px(NARROW)
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight)
