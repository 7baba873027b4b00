"""Looks after experiments while their runs train: notes what each came to, and orders more seeds where they are wanted.

It does so for all of them, whichever is in view.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments import record
from gpt_studio.engine.experiments.effects import Outcome, outcome
from gpt_studio.engine.experiments.experiment import PER_SIDE, SEED, Experiment, Run, run_of, runs_of
from gpt_studio.engine.experiments.record import Forecast, Notes
from gpt_studio.engine.experiments.run_queue import Entry, Order
from gpt_studio.engine.experiments.series import Series
from gpt_studio.gui.background import Background
from gpt_studio.gui.state import StudioState

QUICK_S = 180.0  # of training for the first pair; more seeds of longer runs are ordered by the student alone


class PredictKeeper(QObject):
    """Follows the queue and the series of the state.

    Signals:
        order_asked(Series, list[Order]): Runs are to be trained.
        series_asked(Series): A series has more to tell, and is to be kept.
        failed(StudioError): A text or a run could not be read.
        begun(str): The series of that id is new.
        settled: Nothing is being read or prepared any more for some series.
    """

    order_asked = Signal(object, list)
    series_asked = Signal(object)
    failed = Signal(object)
    begun = Signal(str)
    settled = Signal()

    def __init__(self, state: StudioState, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self.background = state, Background(self)
        self._known: dict[str, tuple[Series, Notes | None]] = {}
        self._busy: set[str] = set()  # ids of series whose runs are being read, or whose runs are being ordered
        self._missed: set[str] = set()  # of those, where something has changed meanwhile
        for changed in (state.queue_changed, state.series_changed, state.runs_changed):
            changed.connect(self.look)

    # What is known

    @property
    def experiments(self) -> list[tuple[Series, Notes]]:
        """All experiments that were begun, newest first."""
        told = [(series, self.notes(series)) for series in self._state.series if series.kind == "experiment"]
        return [(series, notes) for series, notes in told if notes is not None]

    def notes(self, series: Series) -> Notes | None:
        known = self._known.get(series.id)
        if known is None or known[0] is not series:
            known = self._known[series.id] = (series, record.notes_of(series))
        return known[1]

    def series(self, id: str) -> Series | None:
        return next((series for series in self._state.series if series.id == id), None)

    def entries(self, id: str) -> list[Entry]:
        """What the queue has of a series."""
        return [entry for entry in self._state.queue if entry.order.series == id]

    def is_over(self, id: str) -> bool:
        """No run of the series is ahead, and none is about to be ordered."""
        return id not in self._busy and not any(entry.is_ahead for entry in self.entries(id))

    # What the student does

    def begin(self, experiment: Experiment, forecast: Forecast) -> None:
        """Make a record with the forecast, and order the first pair."""

        def prepare() -> tuple[Series, list[Order]]:
            series = record.begun(experiment, forecast, record.text_of(experiment.a.corpus))
            return series, record.orders(experiment, record.first_pair(experiment), series.id)

        self.background.run("experiment", prepare, done=self._order, failed=self._fail)

    def more_seeds(self, id: str) -> None:
        """Order two more runs of each side, with seeds that it has not had."""
        series = self.series(id)
        notes = self.notes(series) if series else None
        if series is None or notes is None:
            return
        pairs = len({run.seed for role in series.runs if (run := run_of(role)) and run.side == "a"})
        wanted = runs_of(notes.experiment, SEED, pairs + PER_SIDE - 1)[2 * pairs :]
        self._order_more(series, notes, wanted)

    # What comes by itself

    def look(self) -> None:
        """See what has ended, and what is wanted now."""
        for series, notes in self.experiments:
            if series.id in self._busy:
                self._missed.add(series.id)
                continue
            ended = self._ended(series, notes)
            if ended:
                self._read(series.id, ended)
            elif self._wants_seeds(series, notes):
                self._order_more(series, notes, record.further_pairs(notes.experiment))

    def _ended(self, series: Series, notes: Notes) -> dict[str, Path]:
        """Runs that may be over, and of which nothing is noted yet; one that was stopped may have been gone on with."""
        ahead = {entry.order.role for entry in self.entries(series.id) if entry.is_ahead}
        moved = {run.path: run.record.progress.step for run in self._state.runs if run.record}
        found = dict[str, Path]()
        for role in series.runs:
            path, noted = Path(series.runs[role]), notes.outcomes.get(role)
            is_new = noted is None or (noted.final is None and moved.get(path, noted.step) != noted.step)
            if run_of(role) and role not in ahead and is_new and (path / "run.json").is_file():
                found[role] = path
        return found

    def _wants_seeds(self, series: Series, notes: Notes) -> bool:
        if notes.has_more_seeds or not self.is_over(series.id):
            return False
        effect, took_s = notes.effect, sum(each.seconds for each in notes.outcomes.values())
        return effect is not None and effect.wants_seeds and took_s <= QUICK_S

    def _read(self, id: str, ended: dict[str, Path]) -> None:
        self._busy.add(id)

        def read() -> dict[str, Outcome | None]:
            return {role: outcome(role, path) for role, path in ended.items()}

        self.background.run(
            "runs of an experiment", read, done=partial(self._note, id), failed=partial(self._let_go, id)
        )

    def _note(self, id: str, found: dict[str, Outcome | None]) -> None:
        self._settle(id)
        series = self.series(id)  # as it is now: a conclusion may have been written meanwhile
        notes = self.notes(series) if series else None
        new = {role: each for role, each in found.items() if each is not None}
        if series is not None and notes is not None and any(notes.outcomes.get(role) != new[role] for role in new):
            self.series_asked.emit(record.with_notes(series, replace(notes, outcomes=notes.outcomes | new)))

    def _order_more(self, series: Series, notes: Notes, wanted: Sequence[Run]) -> None:
        self._busy.add(series.id)

        def prepare() -> list[Order]:
            return record.orders(notes.experiment, wanted, series.id)

        def order(orders: list[Order]) -> None:
            now = self.series(series.id) or series
            noted = self.notes(now) or notes
            self.order_asked.emit(record.with_notes(now, replace(noted, has_more_seeds=True)), orders)
            self._settle(series.id)

        def fail(error: Exception) -> None:
            self.series_asked.emit(
                record.with_notes(series, replace(notes, has_more_seeds=True))
            )  # not again and again
            self._let_go(series.id, error)

        self.background.run("more seeds", prepare, done=order, failed=fail)

    def _order(self, prepared: tuple[Series, list[Order]]) -> None:
        series, orders = prepared
        self.order_asked.emit(series, orders)
        self.begun.emit(series.id)

    def _settle(self, id: str) -> None:
        self._busy.discard(id)
        self.settled.emit()
        if id in self._missed:
            self._missed.discard(id)
            QTimer.singleShot(0, self, self.look)

    def _let_go(self, id: str, error: Exception) -> None:
        self._settle(id)
        self._fail(error)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            raise error
        self.failed.emit(error)
