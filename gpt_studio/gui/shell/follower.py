"""Looks on while another GPT Studio trains a run: reads what its logs gain, and writes nothing."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from gpt_studio.engine import files, runs
from gpt_studio.engine.events import Event
from gpt_studio.engine.keeping.log_tail import Tail
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.shell.run_shelf import RunShelf
from gpt_studio.gui.state import StudioState

LOOK_EVERY_MS = 500


class Follower(QObject):
    """Follows the open run, where another program trains it.

    Signals:
        told: tone, words, button or "", what the button does or None.
    """

    told = Signal(str, str, str, object)

    def __init__(self, state: StudioState, shelf: RunShelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._shelf = state, shelf
        self._tails: list[Tail] = []
        self._path: Path | None = None
        self._timer = QTimer(self)
        self._timer.setObjectName("follow")
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def follow_if_in_use(self, path: Path) -> None:
        """Follow the run that has just been opened, if somebody writes it."""
        if not files.is_locked(path):
            return
        self._path = path
        self._tails = [Tail(path, log) for log in ("metrics.jsonl", "samples.jsonl")]
        self._timer.start()
        holder = files.holder(path)
        who = tr(" (process {pid} on {host})").format(**holder) if holder else ""
        words = tr("Another GPT Studio{who} is training {run}. You are looking on; pause or stop it there.")
        self.told.emit("accent", words.format(who=who, run=path.name), "", None)

    def stop(self) -> None:
        self._timer.stop()
        self._path = None

    def _take_up_revisions(self, run: OpenRun) -> None:
        """A run that keeps to a time may be given another number of steps."""
        before = run.max_steps
        self._shelf.renew(run)
        if run.max_steps != before:
            self._state.steps_revised.emit()

    def look(self) -> None:
        """Read what is new; tell when nobody writes the run any more."""
        path, run = self._path, self._state.run
        if path is None or run is None or run.path != path:
            self.stop()
            return
        free = not files.is_locked(path)  # asked first: what was written before it became free is read below
        events: list[Event] = [event for tail in self._tails for event in tail.news()]
        if events:
            self._state.add_events(events)
            self._take_up_revisions(run)
        self._state.set_kept(runs.snapshot_steps(path))
        if free:
            self.stop()
            self._shelf.renew(run)
            self._state.open_run(run)
            self._shelf.refresh()
            self.told.emit(
                "good", tr("{run} is free now: its training there has ended.").format(run=run.name), "", None
            )
