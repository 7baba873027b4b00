"""Looks after series of one kind while their runs train: notes what each came to, and takes up what did not end.

It does so for all of them, whichever is in view.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments.effects import Outcome, outcome
from gpt_studio.engine.experiments.run_queue import Entry, Order
from gpt_studio.engine.experiments.series import Kind, Series
from gpt_studio.gui.background import Background
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import StudioState


class Manner(NamedTuple):
    """What a kind of series does in its own way. Notes are the kind's own."""

    kind: Kind
    notes_of: Callable[[Series], Any]  # None where they make no sense here
    with_outcomes: Callable[[Series, dict[str, Outcome]], Series | None]
    missing: Callable[[Any], Sequence[int]]  # places of the runs that have not got to their end
    role_of: Callable[[int], str]
    order: Callable[[Series, Any, Sequence[int]], list[Order]]  # reads the text, so not for the window's own thread


class SeriesKeeper(QObject):
    """Follows the queue and the series of the state. The notes of the kind have `outcomes`, by role.

    Signals:
        order_asked(Series, list[Order]), series_asked(Series): Runs are to be trained; a series has more to tell.
        again_asked(str), move_asked(str, int), hold_asked(bool): Of the queue's entries, and of the queue.
        stop_asked: The run in training is to stop.
        failed(StudioError): A text or a run could not be read.
        begun(str): The series of that id is new.
        settled: Nothing is being read or prepared any more for some series.
    """

    order_asked = Signal(object, list)
    series_asked = Signal(object)
    again_asked = Signal(str)
    move_asked = Signal(str, int)
    hold_asked = Signal(bool)
    stop_asked = Signal()
    failed = Signal(object)
    begun = Signal(str)
    settled = Signal()

    def __init__(self, state: StudioState, manner: Manner, parent: QObject) -> None:
        super().__init__(parent)
        self.state, self._manner, self.background = state, manner, Background(self)
        self._known: dict[str, tuple[Series, Any]] = {}
        self._busy: set[str] = set()  # ids of series whose runs are being read, or are being ordered
        self._missed: set[str] = set()  # of those, where something has changed meanwhile
        for changed in (state.queue_changed, state.series_changed, state.runs_changed):
            changed.connect(self.look)

    # What is known

    @property
    def all(self) -> list[tuple[Series, Any]]:
        """All series of the kind with their notes, newest first."""
        told = [(series, self._notes(series)) for series in self.state.series if series.kind == self._manner.kind]
        return [(series, notes) for series, notes in told if notes is not None]

    def _notes(self, series: Series) -> Any:
        known = self._known.get(series.id)
        if known is None or known[0] is not series:
            known = self._known[series.id] = (series, self._manner.notes_of(series))
        return known[1]

    def find(self, id: str) -> tuple[Series, Any] | None:
        return next((each for each in self.all if each[0].id == id), None)

    def entries(self, id: str) -> dict[str, Entry]:
        """What the queue has of a series, by role; the latest try of each."""
        return {entry.order.role: entry for entry in self.state.queue if entry.order.series == id}

    def is_busy(self, id: str) -> bool:
        """Whether a run of it is ahead, or something of it is being read or prepared."""
        return id in self._busy or any(entry.is_ahead for entry in self.entries(id).values())

    def live(self, id: str) -> tuple[str, OpenRun] | None:
        """The role and the run of the series that is in training."""
        run = self.state.training
        for role, entry in self.entries(id).items():
            if run is not None and entry.status == "running" and entry.run == run.path:
                return role, run
        return None

    # What the student does

    def stop(self, id: str) -> None:
        """The run in training stops and is saved; the others wait."""
        if any(entry.status == "running" for entry in self.entries(id).values()):
            self.stop_asked.emit()
        else:
            self.hold_asked.emit(True)

    def go_on(self, id: str) -> None:
        """Take up again what was stopped, has failed or has left the queue."""
        if (found := self.find(id)) is None:
            return
        series, notes = found
        entries = self.entries(id)
        missing = {place: entries.get(self._manner.role_of(place)) for place in self._manner.missing(notes)}
        for entry in reversed([each for each in missing.values() if each and each.status in ("stopped", "failed")]):
            waiting = [each for each in self.state.queue if each.status == "waiting"]
            first = next((place for place, each in enumerate(waiting) if each.order.series == id), None)
            self.again_asked.emit(entry.id)
            if first is not None:
                self.move_asked.emit(entry.id, first)
        if gone := [place for place, entry in missing.items() if entry is None or entry.status == "done"]:
            self.order(series, notes, gone)
        if self.state.queue_held:
            self.hold_asked.emit(False)

    def order(self, series: Series, notes: Any, places: Sequence[int], changed: Series | None = None) -> None:
        """Order runs of a series; it is kept as `changed`, if that is given."""
        self._busy.add(series.id)

        def prepare() -> list[Order]:
            return self._manner.order(series, notes, places)

        def order(orders: list[Order]) -> None:
            now = self.find(series.id)
            self.order_asked.emit(changed or (now[0] if now else series), orders)
            self._settle(series.id)

        self.background.run("runs of a series", prepare, done=order, failed=partial(self._let_go, series.id))

    # What comes by itself

    def look(self) -> None:
        """See what has ended."""
        for series, notes in self.all:
            if series.id in self._busy:
                self._missed.add(series.id)
            elif ended := self._ended(series, notes):
                self._read(series.id, ended)

    def _ended(self, series: Series, notes: Any) -> dict[str, Path]:
        """Runs that may be over, and of which nothing is noted yet; one that was stopped may have been gone on with."""
        ahead = {role for role, entry in self.entries(series.id).items() if entry.is_ahead}
        moved = {run.path: run.record.progress.step for run in self.state.runs if run.record}
        found = dict[str, Path]()
        for role, path in ((role, Path(folder)) for role, folder in series.runs.items()):
            noted = notes.outcomes.get(role)
            is_new = noted is None or (noted.final is None and moved.get(path, noted.step) != noted.step)
            if role not in ahead and is_new and (path / "run.json").is_file():
                found[role] = path
        return found

    def _read(self, id: str, ended: dict[str, Path]) -> None:
        self._busy.add(id)

        def read() -> dict[str, Outcome]:
            found = {role: outcome(role, path) for role, path in ended.items()}
            return {role: each for role, each in found.items() if each is not None}

        def note(outcomes: dict[str, Outcome]) -> None:
            if (found := self.find(id)) and (noted := self._manner.with_outcomes(found[0], outcomes)):
                self.series_asked.emit(noted)
            self._settle(id)

        self.background.run("runs of a series", read, done=note, failed=partial(self._let_go, id))

    def _settle(self, id: str) -> None:
        self._busy.discard(id)
        self.settled.emit()
        if id in self._missed:
            self._missed.discard(id)
            QTimer.singleShot(0, self, self.look)

    def _let_go(self, id: str, error: Exception) -> None:
        self._settle(id)
        self.fail(error)

    def fail(self, error: Exception) -> None:
        """Tell of what could not be read; anything else is a fault."""
        if not isinstance(error, StudioError):
            raise error
        self.failed.emit(error)
