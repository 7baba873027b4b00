"""The front desk: it lives in the window's thread and forwards, signal to signal. Nobody else speaks to the worker."""

from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from gpt_studio.worker.model_worker import ModelWorker


class FrontDesk(QObject):
    """Takes requests, gives tickets, and tells what became of them. It never waits.

    Signals:
        ready: The worker has loaded torch; carries a Ready.
        broken: The worker could not load it; carries the details. From then on each request ends as `worker.broken`.
        reported: ticket, events (oldest first).
        ended: ticket, Ending; once per ticket, last.
        closed: The worker's thread is gone.
    """

    ready = Signal(object)
    broken = Signal(str)
    reported = Signal(int, list)
    ended = Signal(int, object)
    closed = Signal()

    _prepare = Signal()
    _begin = Signal(int, object)
    _stop = Signal(int)
    _pause = Signal(int)
    _go_on = Signal(int)
    _step = Signal(int)
    _save_elsewhere = Signal(int, object)
    _shut_down = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tickets = count(1)
        self._thread = QThread(self)
        self._thread.setObjectName("model worker")
        self._worker = ModelWorker()
        self._worker.moveToThread(self._thread)
        self._prepare.connect(self._worker.prepare)  # methods in …
        self._begin.connect(self._worker.begin)
        self._stop.connect(self._worker.stop)
        self._pause.connect(self._worker.pause)
        self._go_on.connect(self._worker.go_on)
        self._step.connect(self._worker.step)
        self._save_elsewhere.connect(self._worker.save_elsewhere)
        self._shut_down.connect(self._worker.shut_down)
        self._worker.ready.connect(self.ready)  # … signals out
        self._worker.broken.connect(self.broken)
        self._worker.reported.connect(self.reported)
        self._worker.ended.connect(self.ended)
        self._thread.finished.connect(self._worker.deleteLater)
        self._thread.finished.connect(self.closed)

    def start(self) -> None:
        """Begin the worker's thread, in which torch is then loaded."""
        self._thread.start()
        self._prepare.emit()

    def begin(self, request: object) -> int:
        """Ask for a job; gives the ticket that names it in everything that comes back."""
        ticket = next(self._tickets)
        self._begin.emit(ticket, request)
        return ticket

    def stop(self, ticket: int) -> None:
        self._stop.emit(ticket)

    def pause(self, ticket: int) -> None:
        self._pause.emit(ticket)

    def go_on(self, ticket: int) -> None:
        self._go_on.emit(ticket)

    def step(self, ticket: int) -> None:
        """Let a paused run make one step, and tell of it closely."""
        self._step.emit(ticket)

    def save_elsewhere(self, ticket: int, folder: Path) -> None:
        """Let a run whose folder cannot be written go on within another one."""
        self._save_elsewhere.emit(ticket, folder)

    def shut_down(self) -> None:
        """Stop all jobs and end the thread; `closed` tells when it is gone."""
        if self._thread.isRunning():
            self._shut_down.emit()
        else:
            self.closed.emit()

    def wait(self, limit_ms: int = 10_000) -> bool:
        """For the very end of the program, when no event loop runs any more: until the thread is gone."""
        return self._thread.wait(limit_ms)
