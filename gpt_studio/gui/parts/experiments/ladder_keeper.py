"""Looks after ladders: counts what is counted beside the window, orders what is trained, and notes what each came to.

It does so for all of them, whichever is in view.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments import ladder_record, record
from gpt_studio.engine.experiments.ladder import RUNGS, Rung
from gpt_studio.engine.experiments.ladder_counts import counted
from gpt_studio.engine.experiments.ladder_record import Notes, Result
from gpt_studio.engine.experiments.run_queue import Entry, Order
from gpt_studio.engine.experiments.series import Series
from gpt_studio.engine.requests import CorpusText
from gpt_studio.gui.background import Background
from gpt_studio.gui.state import StudioState

Ladder = tuple[Series, Notes]


class LadderKeeper(QObject):
    """Follows the queue and the series of the state.

    Signals:
        order_asked(Series, list[Order]), series_asked(Series): Runs are to be trained; a series has more to tell.
        again_asked(str), move_asked(str, int), hold_asked(bool): Of the queue's entries, and of the queue.
        stop_asked: The run in training is to stop.
        failed(StudioError): A text or a run could not be read.
        begun(str): The series of that id is new.
        settled: Nothing is being read or counted any more for some ladder.
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

    def __init__(self, state: StudioState, parent: QObject, rungs: tuple[Rung, ...] = RUNGS) -> None:
        super().__init__(parent)
        self._state, self._rungs, self.background = state, rungs, Background(self)
        self._known: dict[str, tuple[Series, Notes | None]] = {}
        self._reading: set[str] = set()  # ids of ladders whose runs are being read
        self._missed: set[str] = set()  # of those, where something has changed meanwhile
        self._counting: set[str] = set()
        self._uncounted: set[str] = set()  # whose text is gone, or another one now
        for changed in (state.queue_changed, state.series_changed, state.runs_changed):
            changed.connect(self.look)

    # What is known

    @property
    def ladders(self) -> list[Ladder]:
        """All that were begun, newest first."""
        told = [(series, self.notes(series)) for series in self._state.series if series.kind == "ladder"]
        return [(series, notes) for series, notes in told if notes is not None]

    def notes(self, series: Series) -> Notes | None:
        known = self._known.get(series.id)
        if known is None or known[0] is not series:
            known = self._known[series.id] = (series, ladder_record.notes_of(series))
        return known[1]

    def ladder(self, id: str) -> Ladder | None:
        return next((each for each in self.ladders if each[0].id == id), None)

    def entries(self, id: str) -> dict[str, Entry]:
        """What the queue has of a ladder, by rung; the latest try of each."""
        return {entry.order.role: entry for entry in self._state.queue if entry.order.series == id}

    def is_counting(self, id: str) -> bool:
        return id in self._counting

    def goes_on(self, id: str) -> bool:
        """Whether something of it trains, or will without a word."""
        statuses = {entry.status for entry in self.entries(id).values()}
        held = self._state.queue_held or not self._state.queue_is_ours
        return "running" in statuses or ("waiting" in statuses and not held)

    def is_settled(self, id: str) -> bool:
        """Whether nothing of it is being read or counted."""
        return id not in self._reading and id not in self._counting

    # What the student does

    def begin(self, corpus: str) -> None:
        """Make a ladder of a text: order what is trained, and count the rest meanwhile."""

        def prepare() -> tuple[Series, list[Order], CorpusText]:
            text = record.text_of(corpus)
            series = ladder_record.begun(text, corpus, self._rungs)
            return series, ladder_record.orders(self._rungs, text, series.id), text

        def order(prepared: tuple[Series, list[Order], CorpusText]) -> None:
            series, orders, text = prepared
            self._counting.add(series.id)  # so that nobody else does
            self.order_asked.emit(series, orders)
            self._count(series.id, self._rungs, text)
            self.begun.emit(series.id)

        self.background.run("ladder", prepare, done=order, failed=self._fail)

    def stop(self, id: str) -> None:
        """The run in training stops and is saved; the others wait."""
        if any(entry.status == "running" for entry in self.entries(id).values()):
            self.stop_asked.emit()
        else:
            self.hold_asked.emit(True)

    def go_on(self, id: str) -> None:
        """Take up again what was stopped, has failed or is gone."""
        if (found := self.ladder(id)) is None:
            return
        series, notes = found
        self._uncounted.discard(id)
        entries = self.entries(id)
        missing = [rung for rung in notes.missing if not rung.is_counted]
        tries = [entries[rung.id] for rung in missing if rung.id in entries]
        first = self._first_place(id)
        for n, entry in enumerate([each for each in tries if each.status in ("stopped", "failed")]):
            self.again_asked.emit(entry.id)
            if first is not None:
                self.move_asked.emit(entry.id, first + n)
        gone = [rung for rung in missing if rung.id not in entries or entries[rung.id].status == "done"]
        if gone:
            self._order_again(series, notes, gone)
        if self._state.queue_held:
            self.hold_asked.emit(False)
        self.look()

    def _first_place(self, id: str) -> int | None:
        """Where the first run of a ladder waits, among all that wait."""
        waiting = [entry for entry in self._state.queue if entry.status == "waiting"]
        return next((place for place, entry in enumerate(waiting) if entry.order.series == id), None)

    def _order_again(self, series: Series, notes: Notes, rungs: list[Rung]) -> None:
        self._reading.add(series.id)

        def prepare() -> list[Order]:
            return ladder_record.orders(rungs, ladder_record.text_again(series, notes), series.id)

        def order(orders: list[Order]) -> None:
            self._reading.discard(series.id)
            now = self.ladder(series.id)
            self.order_asked.emit(now[0] if now else series, orders)
            self.settled.emit()

        self.background.run("rungs", prepare, done=order, failed=partial(self._let_go, self._reading, series.id))

    # What comes by itself

    def look(self) -> None:
        """See what has ended, and what is still to be counted."""
        for series, notes in self.ladders:
            if series.id in self._reading:
                self._missed.add(series.id)
            elif ended := self._ended(series, notes):
                self._read(series.id, ended)
            is_left = any(rung.is_counted for rung in notes.missing)
            if is_left and series.id not in self._counting | self._uncounted:
                self._counting.add(series.id)
                self._count(series.id, notes.missing, None)

    def _ended(self, series: Series, notes: Notes) -> dict[str, Path]:
        """Runs that may be over, and of which nothing is noted yet; one that was stopped may have been gone on with."""
        ahead = {role for role, entry in self.entries(series.id).items() if entry.is_ahead}
        moved = {run.path: run.record.progress.step for run in self._state.runs if run.record}
        found = dict[str, Path]()
        for role in series.runs:
            path, noted = Path(series.runs[role]), notes.results.get(role)
            is_new = noted is None or (noted.final is None and moved.get(path, noted.step) != noted.step)
            if notes.rung(role) and role not in ahead and is_new and (path / "run.json").is_file():
                found[role] = path
        return found

    def _read(self, id: str, ended: dict[str, Path]) -> None:
        self._reading.add(id)

        def read() -> dict[str, Result]:
            found = {role: ladder_record.result(role, path) for role, path in ended.items()}
            return {role: result for role, result in found.items() if result is not None}

        def note(found: dict[str, Result]) -> None:
            self._reading.discard(id)
            self._note(id, found)
            self.settled.emit()
            if id in self._missed:
                self._missed.discard(id)
                QTimer.singleShot(0, self, self.look)

        self.background.run("runs of a ladder", read, done=note, failed=partial(self._let_go, self._reading, id))

    def _count(self, id: str, rungs: tuple[Rung, ...], text: CorpusText | None) -> None:
        """Count rung after rung in a thread of its own; without a text, that of the ladder is read again."""
        found = self.ladder(id)
        if found is None:  # it could not be kept, and the window has said why
            self._counting.discard(id)
            return

        def count() -> Iterator[dict[str, Result]]:
            known = text or ladder_record.text_again(*found)
            for rung in rungs:
                if rung.is_counted:
                    yield {rung.id: counted(rung, known.text)}

        def fail(error: Exception) -> None:
            self._uncounted.add(id)
            self._fail(error)

        errand = self.background.run("counting", count, told=partial(self._note, id), failed=fail)
        errand.ended.connect(partial(self._let_go, self._counting, id, None))

    def _note(self, id: str, results: dict[str, Result]) -> None:
        if (found := self.ladder(id)) and (noted := ladder_record.with_results(found[0], results)):
            self.series_asked.emit(noted)

    def _let_go(self, of: set[str], id: str, error: Exception | None) -> None:
        of.discard(id)
        self.settled.emit()
        if error is not None:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            raise error
        self.failed.emit(error)
