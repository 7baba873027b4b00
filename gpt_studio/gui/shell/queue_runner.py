"""The queue at work: the next run begins when nothing trains, and what became of it is noted."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from gpt_studio.engine.config import TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ending
from gpt_studio.engine.experiments.run_queue import Entry, Order, RunQueue, Status
from gpt_studio.engine.experiments.series import Series
from gpt_studio.gui import messages, queue_words
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.shell.run_shelf import RunShelf
from gpt_studio.gui.shell.series_shelf import SeriesShelf
from gpt_studio.gui.shell.training_slot import TrainingSlot
from gpt_studio.gui.state import Phase, StudioState

log = logging.getLogger(__name__)
_Done = TypeVar("_Done")
LOOK_EVERY_MS = 3000  # while another window has the queue: it may have changed it, or be gone


class QueueRunner(QObject):
    """Answers what a student wishes of the queue, and trains what waits in it.

    A run of the queue is shown when none is open, or the one before it was. Stop, and a pause that lasts until the
    program is closed, hold the queue.

    Args:
        state: Its queue is kept true here.
        slot: Trains the runs.
        shelf: Puts away a beginning that cannot be gone on with.
        series: Is told where the runs of a series lie, and when they have ended.
        page: Gives a page by its name.

    Signals:
        told: tone, words, button or "", what the button does or None.
        page_asked: A page is to be shown; carries its name.
        finished: Nothing is left to be trained; carries the words.
    """

    told = Signal(str, str, str, object)
    page_asked = Signal(str)
    finished = Signal(str)

    def __init__(
        self,
        state: StudioState,
        slot: TrainingSlot,
        shelf: RunShelf,
        series: SeriesShelf,
        page: Callable[[str], Any],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._slot, self._shelf, self._series, self._page = state, slot, shelf, series, page
        self._queue = RunQueue()
        self._training: str | None = None  # the entry that is in the slot
        self._last: Path | None = None  # the run that the queue has trained last
        self._puts_back = False  # the run in the slot is to wait again when it has stopped
        self._rests = False  # the program closes, or its device is gone: what runs is gone on with at the next start
        self._tally = Counter[str]()  # of what has ended since the queue was empty
        self._elsewhere = QTimer(self, interval=LOOK_EVERY_MS, objectName="queue elsewhere")
        self._elsewhere.timeout.connect(self.refresh)
        slot.stop_asked.connect(self._hold_what_waits)
        slot.changed.connect(self._follow_folder)
        slot.ended.connect(self._take_end)

    # Beginning and end of the program

    def greet(self, interrupted: Path | None) -> bool:
        """See what waits, and tell of it; tells whether there was anything to tell.

        Args:
            interrupted: A run that was cut off. Is it none of the queue's, the student is asked about it first.
        """
        self._queue.refresh()
        running, ahead = self._queue.running, self._ahead
        ended = [entry.run for entry in self._queue.entries if not entry.is_ahead]
        self._last = ended[-1] if ended else None
        if not ahead or not self._queue.is_ours:
            self._show()
            return False
        if interrupted and not (running and running.run == interrupted):
            self._try(self._queue.hold)
            return False
        self._take_over()
        return True

    def _take_over(self) -> None:
        """The queue has become this window's: what was cut off waits, or goes on."""
        running, ahead = self._queue.running, self._ahead
        self._show()
        if self._queue.held:
            if running:
                self._try(lambda: self._queue.wait_again(running.id))
            self.told.emit("warn", queue_words.held(len(ahead)), tr("Go on"), lambda: self.hold(False))
        else:
            self.told.emit("warn", queue_words.goes_on(ahead[0], len(ahead) - 1), tr("Not now"), self._not_now)

    def refresh(self) -> None:
        """Another window may have changed the queue, or let go of it."""
        was_ours = self._queue.is_ours
        self._queue.refresh()
        if self._queue.is_ours and not was_ours:
            self._take_over()
        else:
            self._show()
        self.go_on()

    def leave(self) -> None:
        """The program is about to end."""
        self._rests = True
        self._elsewhere.stop()
        if self._training and self._state.phase is Phase.PAUSED:
            self._try(self._queue.hold)

    def close(self) -> None:
        """All is saved; another window may have the queue."""
        self._queue.close()

    # Wishes

    def add(self, orders: Iterable[Order]) -> list[Entry]:
        """Put runs at the end of the queue; an empty list when that could not be done."""
        return self._try(lambda: self._queue.add(orders)) or []

    def add_next_run(self, train: TrainConfig) -> None:
        """Put a run with the chosen text and model into the queue."""
        try:
            order = Order(request=self._slot.next_run(train))
        except StudioError as error:
            self._slot.problem.emit(error)
            return
        self._welcome(self.add([order]))

    def order(self, series: Series, orders: list[Order]) -> None:
        """Put the runs of a series into the queue, and keep the series with their folders."""
        is_new = all(known.id != series.id for known in self._state.series)
        if not self._series.write(series):
            return
        entries = self.add(replace(order, series=series.id) for order in orders)
        if not entries and is_new:
            self._series.forget(series.id)
        self._series.settle(entries)
        self._welcome(entries)

    def _welcome(self, entries: list[Entry]) -> None:
        if not entries:
            return
        self.go_on()
        held = self._queue.held
        before = len(self._ahead) - len(entries)
        words = queue_words.added(entries, before, self._training == entries[0].id, held)
        if held:
            self.told.emit("accent", words, tr("Go on"), lambda: self.hold(False))
        else:
            self.told.emit("accent", words, tr("Show the queue"), self._show_page)

    def move(self, id: str, place: int) -> None:
        self._try(lambda: self._queue.move(id, place))

    def remove(self, id: str) -> None:
        """Take a run out of the queue; it can be put back."""
        if gone := self._try(lambda: self._queue.remove(id)):
            words = tr("{name} is out of the queue.").format(name=gone[0].name)
            self.told.emit("accent", words, tr("Undo"), lambda: self._put_back(*gone))

    def _put_back(self, entry: Entry, place: int) -> None:
        self._try(lambda: self._queue.put_back(entry, place))
        self.go_on()

    def try_again(self, id: str) -> None:
        """Let one that was stopped or has failed wait again."""
        self._try(lambda: self._queue.wait_again(id))
        self.go_on()

    def hold(self, held: bool) -> None:
        """Let no run begin by itself after the one that trains; or let them again."""
        self._try(lambda: self._queue.hold(held))
        self.go_on()

    def clear(self) -> None:
        self._try(self._queue.clear_ended)

    def _not_now(self) -> None:
        """The computer is wanted for something else: the run in the slot, too, waits."""
        self._try(self._queue.hold)
        if self._training:
            self._puts_back = True
            self._slot.stop()

    # Training

    def go_on(self) -> None:
        """Begin the next run, if there is one and nothing is in its way."""
        state, queue = self._state, self._queue
        if self._rests or state.phase is not Phase.IDLE or state.ready is None or queue.held or not queue.is_ours:
            return
        while self._training is None and (ahead := self._ahead):
            if not self._begin(ahead[0]):
                return

    @property
    def _ahead(self) -> list[Entry]:
        """The one that was cut off, then those that wait."""
        running = self._queue.running
        return [*([running] if running else []), *self._queue.waiting]

    def _begin(self, waiting: Entry) -> bool:
        """Train a run; tells whether the next one may be tried, where this one cannot."""
        entry = self._try(lambda: self._queue.begin(waiting.id))
        if entry is None:
            return False
        if entry.run != waiting.run:
            self._series.settle([entry])
        shown = self._state.run is None or self._state.run.path in (self._last, entry.run)
        self._training, self._last = entry.id, entry.run
        try:
            if waiting.begun and self._shelf.can_go_on(entry.run):
                self._slot.take_up(entry.run, shown=shown)
            else:
                budget = self._slot.snapshot_budget()
                self._slot.begin(replace(entry.order.request, snapshot_budget=budget), shown)
        except StudioError as error:
            self._training = None
            self._note_end(entry.id, "failed", messages.sentence(error.code, error.values))
        return True

    def _hold_what_waits(self) -> None:
        if self._queue.waiting and self._queue.is_ours and not self._rests:
            self._try(self._queue.hold)

    def _follow_folder(self, run: OpenRun | None) -> None:
        """The disk refused the run, and it goes on in another folder."""
        id = self._training
        if run is None or id is None or self._queue.entry(id).run == run.path:
            return
        if entry := self._try(lambda: self._queue.settle(id, run.path)):
            self._last = entry.run
            self._series.settle([entry])

    def _take_end(self, run: OpenRun, ending: Ending) -> None:
        id, self._training = self._training, None
        self._rests = self._rests or ending.code == "device.lost"
        if self._rests:
            return
        if id is not None and self._puts_back and ending.kind == "stopped":
            self._try(lambda: self._queue.wait_again(id))
        elif id is not None:
            is_done = ending.kind == "done" or ending.code == "run.already_done"  # cut off after its last step
            why = "" if is_done or not ending.code else messages.sentence(ending.code, ending.values or {})
            self._note_end(id, "done" if is_done else ending.kind, why)
        self._puts_back = False
        if (waiting := len(self._ahead)) and self._queue.held:
            stopped = ending.kind == "stopped"
            words = queue_words.stopped(run.name, waiting) if stopped else queue_words.held(waiting)
            self.told.emit("warn" if stopped else "accent", words, tr("Go on"), lambda: self.hold(False))
        self.go_on()

    def _note_end(self, id: str, status: Status, why: str) -> None:
        entry = self._try(lambda: self._queue.end(id, status, why))
        self._tally[status] += 1
        if entry is None:
            return
        self._series.settle([entry])
        waiting = bool(self._ahead)
        if status == "failed" and waiting:
            self.told.emit("warn", queue_words.failed(entry.name, why, not self._queue.held), "", None)
        if status == "done":
            self._state.tick("experiments")
        if not waiting:
            self._finish(status)

    def _finish(self, last: Status) -> None:
        tally, self._tally = self._tally, Counter()
        if last == "stopped" and not tally["done"]:
            return  # the student has just done that herself
        words = queue_words.finished(tally)
        all_done = tally["done"] == tally.total()
        self.told.emit("good" if all_done else "warn", words, tr("Show the queue"), self._show_page)
        self.finished.emit(words)

    # Showing

    def _show_page(self) -> None:
        self.page_asked.emit("experiments")
        self._page("experiments").turn_to("queue")

    def _try(self, change: Callable[[], _Done]) -> _Done | None:
        try:
            done = change()
        except StudioError as error:
            self.told.emit("bad", messages.sentence(error.code, error.values), "", None)
            done = None
        except KeyError:  # it is gone already
            done = None
        self._show()
        return done

    def _show(self) -> None:
        is_elsewhere = bool(self._ahead) and not self._queue.is_ours
        if is_elsewhere and not self._rests:
            self._elsewhere.start()
        else:
            self._elsewhere.stop()
        self._state.set_queue(self._queue.entries, self._queue.held, not is_elsewhere)
