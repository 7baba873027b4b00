"""Writing while training goes on: a thread that is handed copies, one at a time.

It never runs an operation of torch: one in a second thread makes every training step slower from then on.
"""

import threading
from collections.abc import Callable


class Autosaver:
    """Does one piece of writing at a time, each in a thread that ends with it."""

    def __init__(self) -> None:
        self._work: Callable[[], None] = lambda: None
        self._thread: threading.Thread | None = None
        self._failure: Exception | None = None

    def begin(self, work: Callable[[], None]) -> None:
        """Begin a piece of writing; the one before must be done (`busy`)."""
        self._work = work
        self._start()

    def _start(self) -> None:
        self._failure = None
        self._thread = threading.Thread(target=self._run, name="autosave")
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:  # told by `finish`, in the thread that asked
            self._failure = error

    @property
    def busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def failed(self) -> bool:
        return not self.busy and self._failure is not None

    def wait(self, limit_s: float | None = None) -> bool:
        """Until it is done, at most so long; tells whether it is."""
        if self._thread is not None:
            self._thread.join(limit_s)
        return not self.busy

    def finish(self) -> None:
        """Wait until the newest piece is done; one that failed is tried again, here and now.

        Raises:
            Exception: What it failed with this time.
        """
        self.wait()
        if self._failure is not None:
            self._work()
            self._failure = None
