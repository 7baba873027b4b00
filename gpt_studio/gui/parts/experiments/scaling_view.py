"""Scaling: one text, models of growing size, the line through their losses, and what the next one should come to."""

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments import scaling_record
from gpt_studio.engine.experiments.scaling import Plan
from gpt_studio.engine.experiments.scaling_record import Axis, Notes
from gpt_studio.engine.experiments.series import Series
from gpt_studio.gui import messages, moments, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments import scaling_told
from gpt_studio.gui.parts.experiments.scaling_charts import Charts, Laws, RunsCard
from gpt_studio.gui.parts.experiments.scaling_keeper import ScalingKeeper
from gpt_studio.gui.parts.experiments.scaling_plan import PlanCard
from gpt_studio.gui.parts.experiments.scaling_result import ResultCard
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import MessageBar, button, icon_button, text

NAME = "experiments.scaling"
FOLLOW_MS = 500
NARROW = 860  # under which the charts stand one over the other


class ScalingView(QWidget):
    """A plan that could be trained, or a scaling that was begun.

    Signals:
        order_asked(Series, list[Order]): A series is to be kept, and its runs to be trained.
        series_asked(Series): A changed series is to be kept.
        forget_asked(str): A series is to be forgotten.
        open_asked(Path): A run is to be shown on Train.
        go_asked(str): Another page is wanted.
        again_asked(str), move_asked(str, int), hold_asked(bool): Of the queue's entries, and of the queue.
        stop_asked: The run in training is to stop.
    """

    order_asked = Signal(object, list)
    series_asked = Signal(object)
    forget_asked = Signal(str)
    open_asked = Signal(object)
    go_asked = Signal(str)
    again_asked = Signal(str)
    move_asked = Signal(str, int)
    hold_asked = Signal(bool)
    stop_asked = Signal()

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._id = ""  # of the scaling that is shown; "": a plan
        self._laws: tuple[Notes, Laws] | None = None  # with the notes that they were fitted to
        self.keeper = ScalingKeeper(state, self)
        self.message = MessageBar(f"{NAME}.message")
        self.shown = QComboBox()
        self.new = button(tr("New plan"), "plain", "plus", f"{NAME}.new")
        self.again = button(tr("Begin again"), "plain", "refresh", f"{NAME}.again")
        self.forget = icon_button("trash", tr("Forget this scaling; its runs stay"), f"{NAME}.forget")
        self.plan, self.result, self.charts, self.runs = PlanCard(state), ResultCard(), Charts(), RunsCard()
        self._lay_out()
        self._connect()
        newest = self.keeper.all[:1]
        self.show_scaling(newest[0][0].id if newest else "")

    def _lay_out(self) -> None:
        self.shown.setObjectName(f"{NAME}.shown")
        self.shown.setAccessibleName(tr("Scaling that is shown"))
        self.shown.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.shown.setMinimumWidth(theme.px(150))
        self._label = text(tr("Shown"), "body", "text2")
        self._label.setBuddy(self.shown)
        row = QHBoxLayout()
        row.setSpacing(8)
        for each in (self._label, self.shown, self.new, self.again, self.forget):
            row.addWidget(each)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.message)
        column.addLayout(row)
        for card in (self.plan, self.result):
            column.addWidget(card)
        column.addWidget(self.charts, 1)
        column.addWidget(self.runs)
        column.addStretch(0)
        order: list[QWidget] = [self.shown, self.new, self.again, self.forget, *self.plan.tab_order()]
        order += [*self.result.tab_order(), self.runs.show_run, self.runs.table]
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        keeper, plan = self.keeper, self.plan
        for wish in ("order_asked", "series_asked", "again_asked", "move_asked", "hold_asked", "stop_asked"):
            getattr(keeper, wish).connect(getattr(self, wish))
        keeper.failed.connect(self._tell)
        keeper.begun.connect(self.show_scaling)
        keeper.planned.connect(plan.show_plan)
        plan.plan_asked.connect(keeper.plan)
        plan.begin_asked.connect(self._begin)
        plan.measure_asked.connect(lambda: self.go_asked.emit("hardware"))
        self.result.next_asked.connect(self._train_next)
        self.result.stop_asked.connect(lambda: keeper.stop(self._id))
        self.result.go_on_asked.connect(lambda: keeper.go_on(self._id))
        self.charts.chosen.connect(self.runs.table.choose)
        self.runs.chosen.connect(self._choose)
        self.runs.open_asked.connect(self._open)
        self.shown.currentIndexChanged.connect(lambda _place: self.show_scaling(self.shown.currentData() or ""))
        self.new.clicked.connect(lambda: self.show_scaling(""))
        self.again.clicked.connect(self._begin_again)
        self.forget.clicked.connect(self._forget)
        for changed in (self._state.series_changed, self._state.queue_changed, keeper.settled):
            changed.connect(self._renew)
        self._each = QTimer(self, objectName="follow a scaling", interval=FOLLOW_MS)
        self._each.timeout.connect(self._follow)

    # What the student does

    def _begin(self, plan: Plan, name: str) -> None:
        self.message.clear()
        self.keeper.begin(plan, name)

    def show_scaling(self, id: str) -> None:
        """Show a scaling that was begun; "": a plan for a new one."""
        self._id = id if self.keeper.find(id) else ""
        if not self._id and self.isVisible():
            self.plan.refresh()
        self._renew()

    def _begin_again(self) -> None:
        """A plan with the same text and minutes, which may be trained anew."""
        if found := self.keeper.find(self._id):
            notes: Notes = found[1]
            self.show_scaling("")
            self.plan.choose(notes.corpus, notes.minutes)

    def _train_next(self) -> None:
        self.message.clear()
        self.result.next.setVisible(False)  # until it is ordered
        self.keeper.train_next(self._id)

    def _forget(self) -> None:
        if found := self.keeper.find(self._id):
            series: Series = found[0]
            self.forget_asked.emit(series.id)
            told = tr("“{title}” is forgotten; its runs stay.").format(title=series.title)
            self.message.tell("accent", told, tr("Undo"), partial(self._take_back, series))

    def _take_back(self, series: Series) -> None:
        self.series_asked.emit(series)
        self.show_scaling(series.id)

    def _choose(self, place: int) -> None:
        self.charts.mark(place if place >= 0 else None)
        self._allow()

    def _open(self) -> None:
        found, place = self.keeper.find(self._id), self.runs.table.row
        if found and self.runs.show_run.isEnabled() and place >= 0:
            self.open_asked.emit(found[0].run(scaling_record.role_of(place)))

    # Showing

    def _renew(self) -> None:
        """The queue or the scalings have changed."""
        if self._id and self.keeper.find(self._id) is None:  # it was forgotten
            newest = self.keeper.all[:1]
            self._id = newest[0][0].id if newest else ""
            if not self._id:
                self.plan.refresh()
        self._show_choice()
        is_shown = bool(self._id)
        self.plan.setVisible(not is_shown)
        for each in (self.result, self.charts, self.runs):
            each.setVisible(is_shown)
        self._follow()

    def _show_choice(self) -> None:
        known = self.keeper.all
        with QSignalBlocker(self.shown):
            self.shown.clear()
            for series, notes in known:
                words = tr("{text}, {when}, {n} models").format(
                    text=series.corpus_title,
                    when=moments.day(moments.moment(series.created)) or "?",
                    n=len(notes.sizes),
                )
                self.shown.addItem(words, series.id)
            if not self._id and known:
                self.shown.addItem(tr("New plan"), "")
            self.shown.setCurrentIndex(self.shown.findData(self._id))
        for each in (self._label, self.shown):
            each.setVisible(bool(known))
        for action in (self.new, self.again, self.forget):
            action.setVisible(bool(self._id))

    def _follow(self) -> None:
        """Show what there is now, the run in training too."""
        found = self.keeper.find(self._id) if self._id else None
        if found is None:
            return
        series, notes = found
        entries, live = self.keeper.entries(series.id), self.keeper.live(series.id)
        laws = self._laws_of(notes)
        law = laws["parameters"]
        told = scaling_told.told(series, notes, law, entries, live, self._state)
        if self.keeper.is_busy(series.id):
            told = told._replace(has_next=False, is_missing=False)
        self.result.set_title(series.title)
        self.result.show_told(told)
        following = scaling_record.next_of(notes) if told.has_next else None
        self.charts.show_notes(notes, following, laws, live)
        self.runs.show_notes(notes, law, entries, live)
        self._allow()

    def _laws_of(self, notes: Notes) -> Laws:
        """Fitted once for the same notes."""
        if self._laws is None or self._laws[0] is not notes:
            axes: tuple[Axis, ...] = ("parameters", "flops")
            self._laws = (notes, {axis: scaling_record.law(notes, axis) for axis in axes})
        return self._laws[1]

    def _allow(self) -> None:
        found, place = self.keeper.find(self._id), self.runs.table.row
        self.runs.allow(
            place >= 0 and found is not None and scaling_told.has_run(found[0], scaling_record.role_of(place))
        )

    def _tell(self, error: StudioError) -> None:
        sentence = messages.sentence(error.code, error.values)
        if self._id:
            self.message.tell("bad", sentence)
        else:
            self.plan.refuse(sentence)
        self._renew()

    # Qt's own

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._id:
            self.plan.refresh()
        self._each.start()
        self._renew()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._each.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.charts.stack(self.width() < theme.px(NARROW))
