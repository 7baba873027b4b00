"""Work that would make the window wait: reading files, counting large texts, the one download.

Plain Python threads run it, and the result comes back as a signal in the thread that asked. Nothing here touches
torch; that is the worker's alone.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal

log = logging.getLogger(__name__)
CLOSING_LIMIT_S = 3.0  # how long a closing window waits for an errand that hangs in the operating system


class Errand(QObject):
    """One function or generator at work in a thread of its own. Made by `Background.run`.

    Signals (all arrive in the thread of the window, `ended` once and last):
        told: What a generator yielded.
        done: What the function returned (None for a generator).
        failed: The exception that was raised.
        ended: Nothing more will come; also after `cancel`.
    """

    told = Signal(object)
    done = Signal(object)
    failed = Signal(object)
    ended = Signal()
    _posted = Signal(str, object)

    def __init__(self, work: Callable[[], Any], name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._unwanted = threading.Event()
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name=f"gpt-studio {name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        """Want nothing more of it: a generator is closed at its next yield, a function's result is dropped."""
        self._unwanted.set()

    def wait(self, seconds: float) -> bool:
        """Wait until the thread is gone; False when it still hangs."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        """In the thread: work, and post what comes of it."""
        try:
            result = self._work()
            if isinstance(result, Iterator):
                self._follow(result)
                result = None
            self._post("done", result)
        except Exception as error:  # every fault is the asker's to show
            self._post("failed", error)
        self._post("ended", None)

    def _follow(self, steps: Iterator[Any]) -> None:
        try:
            for step in steps:
                if self._unwanted.is_set():
                    return
                self._post("told", step)
        finally:
            close = getattr(steps, "close", None)
            if close:
                close()  # its clean-up belongs to this thread

    def _post(self, kind: str, value: object) -> None:
        try:
            self._posted.emit(kind, value)
        except RuntimeError:  # the window is gone already
            log.debug("nobody waits for %s any more", self._thread.name)

    def _deliver(self, kind: str, value: object) -> None:
        if kind == "ended":
            self._thread.join()  # it has nothing left to do; so its last reference to this object ends here
            self.ended.emit()
            self.deleteLater()
        elif not self._unwanted.is_set():
            {"told": self.told, "done": self.done, "failed": self.failed}[kind].emit(value)


class Background(QObject):
    """Starts errands and sees to it that none outlives the window."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._errands: list[Errand] = []
        self._closed = False
        if application := QCoreApplication.instance():
            application.aboutToQuit.connect(self.shut_down)

    def run(
        self,
        name: str,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        told: Callable[[Any], None] | None = None,
    ) -> Errand:
        """Have `work` done in a thread; the three answers are called in the thread of the window. After `shut_down`
        nothing is begun any more.
        """
        errand = Errand(work, name, self)
        if done:
            errand.done.connect(done)
        if told:
            errand.told.connect(told)
        errand.failed.connect(failed or self._log_failure)
        errand.ended.connect(lambda: self._forget(errand))  # emitted in the window's own thread, so it runs there
        if not self._closed:
            self._errands.append(errand)
            errand.start()
        return errand

    @property
    def busy(self) -> bool:
        return bool(self._errands)

    def shut_down(self) -> None:
        """Cancel what runs and wait for it, for a short while at most."""
        self._closed = True
        for errand in self._errands:
            errand.cancel()
        for errand in self._errands:
            if not errand.wait(CLOSING_LIMIT_S):
                log.warning("an errand hangs at closing time")
        for errand in [*self._errands]:
            QCoreApplication.sendPostedEvents(errand)  # that it has ended; delivered after its deletion, Qt would crash
        self._errands.clear()

    def _forget(self, errand: Errand) -> None:
        if errand in self._errands:
            self._errands.remove(errand)

    def _log_failure(self, error: Exception) -> None:
        log.error("background work failed", exc_info=error)
