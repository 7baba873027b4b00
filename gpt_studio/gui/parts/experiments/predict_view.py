"""Predict: a forecast first, then two runs that differ in one thing, then what the difference really was."""

from itertools import pairwise
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments import record
from gpt_studio.engine.experiments.catalogue import EXPERIMENTS
from gpt_studio.engine.experiments.experiment import Experiment, Side, run_of
from gpt_studio.engine.experiments.record import Forecast, Notes
from gpt_studio.engine.experiments.series import Series
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments import predict_export
from gpt_studio.gui.parts.experiments.predict_conclusion import ConclusionCard
from gpt_studio.gui.parts.experiments.predict_curves import CurvesCard
from gpt_studio.gui.parts.experiments.predict_forecast import Draft, ForecastCard
from gpt_studio.gui.parts.experiments.predict_keeper import PredictKeeper
from gpt_studio.gui.parts.experiments.predict_list import OWN, PredictList
from gpt_studio.gui.parts.experiments.predict_own import OwnCard
from gpt_studio.gui.parts.experiments.predict_progress import progress_of
from gpt_studio.gui.parts.experiments.predict_question import QuestionCard
from gpt_studio.gui.parts.experiments.predict_result import ResultCard, SamplesCard
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import MessageBar

FOLLOW_MS = 500
NARROW = 760  # of the right side, under which forecast and chart stand one over the other


class PredictView(QWidget):
    """The list on the left; on the right an experiment that is to be forecast, or the record of one that was run.

    Signals:
        order_asked(Series, list[Order]): A series is to be kept, and its runs to be trained.
        series_asked(Series): A changed series is to be kept.
        forget_asked(str): A series is to be forgotten.
        open_asked(Path): A run is to be shown on Train.
    """

    order_asked = Signal(object, list)
    series_asked = Signal(object)
    forget_asked = Signal(str)
    open_asked = Signal(object)

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._experiment: Experiment | None = None  # that is forecast, or of the record that is shown
        self._id = ""  # of the record that is shown
        self._chosen = ""  # in the list; "" while a record is shown
        self._drafts: dict[str, Draft] = {}  # forecasts that were begun, by experiment
        self.keeper = PredictKeeper(state, self)
        self.list, self.question, self.own = PredictList(), QuestionCard(), OwnCard(state)
        self.curves = CurvesCard(self.keeper.background)
        self.forecast = ForecastCard(self.curves.chart)
        self.result, self.samples, self.conclusion = ResultCard(), SamplesCard(), ConclusionCard()
        self.message = MessageBar("experiments.predict.message")
        self._lay_out()
        self._order_tabs()
        self._connect()
        self.show_new(next(iter(EXPERIMENTS)))
        self._renew()

    def _lay_out(self) -> None:
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle.setSpacing(12)
        self._middle.addWidget(self.forecast)
        self._middle.addWidget(self.curves, 1)
        right = QVBoxLayout()
        right.setSpacing(12)
        for above in (self.message, self.own, self.question, self.result):
            right.addWidget(above)
        right.addLayout(self._middle, 1)
        right.addWidget(self.samples)
        right.addWidget(self.conclusion)
        right.addStretch(0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.list)
        row.addLayout(right, 1)

    def _order_tabs(self) -> None:
        """From the top left to the bottom right."""
        question, curves, conclusion = self.question, self.curves, self.conclusion
        order = [self.list.ready, self.list.done, *self.own.tab_order(), question.show_a, question.show_b]
        order += [question.repeat, question.delete, self.result.more, *self.forecast.tab_order(), curves.chart]
        order += [conclusion.as_text, conclusion.as_picture, conclusion.field]
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        keeper = self.keeper
        keeper.order_asked.connect(self.order_asked)
        keeper.series_asked.connect(self.series_asked)
        keeper.failed.connect(self._tell)
        keeper.begun.connect(self.show_record)
        self.list.chosen.connect(self.choose)
        self.list.reopened.connect(self.show_record)
        self.own.made.connect(self._take_own)
        self.forecast.run_asked.connect(self._run)
        self.result.seeds_asked.connect(lambda: keeper.more_seeds(self._id))
        self.conclusion.written.connect(self._conclude)
        self.conclusion.export_asked.connect(self._export)
        self.question.repeat_asked.connect(self._repeat)
        self.question.delete_asked.connect(self._delete)
        self.question.show_asked.connect(self._show_run)
        for changed in (self._state.series_changed, self._state.queue_changed, keeper.settled):
            changed.connect(self._renew)
        self._soon = QTimer(self, objectName="follow an experiment", singleShot=True, interval=FOLLOW_MS)
        self._soon.timeout.connect(self._follow)
        self._state.curve_grown.connect(self._follow_soon)

    # A new experiment

    def choose(self, id: str) -> None:
        """Show an experiment of the list; a forecast that is being made for it stays as it is."""
        if id != self._chosen:
            self.show_new(id)

    def show_new(self, id: str, experiment: Experiment | None = None) -> None:
        """Show an experiment of the catalogue, or one of the student's own, to be forecast."""
        self._put_away()
        self._chosen, self._id = id, ""
        self.list.mark(id)
        self._show_parts(is_record=False)
        self.own.setVisible(id == OWN and experiment is None)
        if id == OWN and experiment is None:
            self.own.refresh()
        else:
            self._begin(experiment or EXPERIMENTS[id])

    def _put_away(self) -> None:
        """Something else is to be shown: what was typed last is kept."""
        self.conclusion.save()
        if self._chosen in EXPERIMENTS:
            self._drafts[self._chosen] = self.forecast.draft

    def _take_own(self, experiment: Experiment | None) -> None:
        """The form has another experiment, or none that can be run."""
        if self._chosen != OWN or not self.own.isVisibleTo(self):
            return
        for each in (self.question, self.forecast, self.curves):
            each.setVisible(experiment is not None)
        if experiment is not None and experiment != self._experiment:
            self._begin(experiment)

    def _begin(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self.question.show_experiment(experiment, is_record=False)
        self.question.tell(None)
        self.curves.begin(experiment)
        self.forecast.begin(experiment, self._drafts.pop(self._chosen, None))

    def _run(self, forecast: Forecast) -> None:
        if self._experiment is not None:
            self._chosen = ""  # it is no draft any more
            self.forecast.run.setEnabled(False)  # until the record is there
            self.message.clear()
            self.keeper.begin(self._experiment, forecast)

    # A record

    def show_record(self, id: str) -> None:
        """Show what was forecast, what came of it, and the conclusion."""
        series = self.keeper.series(id)
        if series is None or (notes := self.keeper.notes(series)) is None:
            self.forecast.run.setEnabled(not self._id)  # it could not be kept, and the window has said why
            return
        self._put_away()
        self._chosen, self._id, self._experiment = "", id, notes.experiment
        self.list.mark("", id)
        self._show_parts(is_record=True)
        self.question.show_experiment(notes.experiment, is_record=True)
        self.curves.begin(notes.experiment, notes.forecast)
        self._renew()

    def _show_parts(self, is_record: bool) -> None:
        self.own.hide()
        self.question.show()
        self.curves.show()
        self.forecast.setVisible(not is_record)
        for each in (self.result, self.samples, self.conclusion):
            each.setVisible(is_record)

    def _record(self) -> tuple[Series, Notes] | None:
        series = self.keeper.series(self._id) if self._id else None
        notes = self.keeper.notes(series) if series else None
        return (series, notes) if series and notes else None

    def _renew(self) -> None:
        """The queue or the records have changed."""
        self.list.show_done(self.keeper.experiments)
        shown = self._record()
        if shown is None:
            if self._id:  # it was forgotten
                self.show_new(next(iter(EXPERIMENTS)))
            return
        series, notes = shown
        is_over, effect = self.keeper.is_over(series.id), notes.effect
        self.result.setVisible(effect is not None)
        if effect is not None:
            self.result.show_notes(notes, effect, is_over)
        paths = {side: self._path(series, notes, side) for side in ("a", "b")}
        self.samples.setVisible(effect is not None)
        if effect is not None:
            labels: dict[Side, str] = {"a": tr(notes.experiment.a.label), "b": tr(notes.experiment.b.label)}
            self.samples.show_runs(labels, {"a": paths["a"], "b": paths["b"]})
        self.question.show_a.setEnabled(paths["a"] is not None)
        self.question.show_b.setEnabled(paths["b"] is not None)
        self.conclusion.show_series(series.id, notes.conclusion)
        self._follow()

    def _follow(self) -> None:
        """Draw what there is, the run in training too, and tell how far the runs are."""
        shown = self._record()
        if shown is None or not self.isVisible():
            return
        series, notes = shown
        now = progress_of(self.keeper.entries(series.id), series, notes, self._state)
        self.curves.show_notes(notes, now.live)
        is_busy = not self.keeper.is_over(series.id) and now.live is None
        self.question.tell(now.words or (tr("One moment …") if is_busy else None), now.share)

    def _follow_soon(self) -> None:
        """The run in training has gone on: figures that people read change twice a second at most."""
        if self._id and not self._soon.isActive():
            self._soon.start()

    def _path(self, series: Series, notes: Notes, side: str) -> Path | None:
        """The first run of a side that is still there."""
        for role, folder in series.runs.items():
            run = run_of(role)
            if run and run.side == side and role in notes.outcomes and (Path(folder) / "run.json").is_file():
                return Path(folder)
        return None

    # What is done with a record

    def _show_run(self, side: str) -> None:
        if (shown := self._record()) and (path := self._path(*shown, side)):
            self.open_asked.emit(path)

    def _repeat(self) -> None:
        if shown := self._record():
            self.show_new(shown[1].experiment.id, shown[1].experiment)

    def _delete(self) -> None:
        if shown := self._record():
            series = shown[0]
            self._id = ""
            self.forget_asked.emit(series.id)
            self.show_new(next(iter(EXPERIMENTS)))
            told = tr("The record “{title}” is gone; its runs stay.").format(title=tr(series.title))
            self.message.tell("accent", told, tr("Undo"), lambda: self.series_asked.emit(series))

    def _conclude(self, id: str, conclusion: str) -> None:
        series = self.keeper.series(id)
        notes = self.keeper.notes(series) if series else None
        if series and notes:
            self.series_asked.emit(record.with_notes(series, replace(notes, conclusion=conclusion)))

    def _export(self, kind: str) -> None:
        self.conclusion.save()
        if not (shown := self._record()):
            return
        ending, kinds = predict_export.KINDS[kind]
        proposed = str(Path.home() / f"{shown[0].about}.{ending}")
        chosen, _ = QFileDialog.getSaveFileName(self, tr("Save the experiment"), proposed, tr(kinds))
        if chosen:
            self.save_as(Path(chosen), kind)

    def save_as(self, path: Path, kind: str) -> None:
        """Write the record that is shown to a file."""
        if not (shown := self._record()):
            return
        title = tr(shown[1].experiment.title)
        data = (
            predict_export.as_text(*shown).encode("utf-8")
            if kind == "text"
            else predict_export.picture(self.curves.chart, title)
        )
        try:
            predict_export.save(path, kind, data)
        except StudioError as error:
            self._tell(error)

    def _tell(self, error: StudioError) -> None:
        self.message.tell("bad", messages.sentence(error.code, error.values))
        if self._experiment is not None and not self._id:
            self.forecast.run.setEnabled(True)

    # Qt's own

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._follow()

    def hideEvent(self, event) -> None:
        self.conclusion.save()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() - self.list.width() < theme.px(NARROW)
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._middle.direction() != direction:
            self._middle.setDirection(direction)
