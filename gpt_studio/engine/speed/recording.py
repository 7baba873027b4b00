"""A piece of work, recorded on the GPU once and replayed from then on: of a training step, or of writing.

A small model's step is hundreds of short operations, and starting each of them from Python takes longer than the GPU
needs to do it. A CUDA graph starts them all at once. The piece must always work on the same places in memory, so what
changes from step to step (which rows, which rate) is copied into tensors that stay.
"""

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

from gpt_studio.engine import device as devices

log = logging.getLogger(__name__)

T = TypeVar("T")
PLAIN_RUNS = 3  # before it is recorded: libraries choose their algorithms and take their memory


class Recording(Generic[T]):
    """Runs a function; on a GPU, after a few runs, by replaying what it did.

    Args:
        function: Reads and writes tensors that stay where they are, and never waits for the GPU. What a replay gives is
            what the recorded run gave, filled anew.
        device: "cuda" to record; on any other it is always run plainly.

    Attributes:
        failure: What torch said when recording failed; from then on the function is run plainly.
    """

    def __init__(self, function: Callable[[], T], device: str) -> None:
        self._function, self._records = function, devices.replays(device)
        self._runs = 0
        self._replay: Callable[[], T] | None = None
        self._stream: devices.SideStream | None = None
        self.failure = ""

    def run(self) -> T:
        if self._records and self._replay is None and self._runs >= PLAIN_RUNS:
            self._record()
        if self._replay is not None:
            return self._replay()
        return self._run_aside() if self._records else self._function()

    def _run_aside(self) -> T:
        """On a stream of its own, as recording will be: memory and workspaces belong to a stream."""
        self._runs += 1
        self._stream = self._stream or devices.SideStream()
        return self._stream.run(self._function)

    def _record(self) -> None:
        """Recording runs nothing; the run that is due comes after it."""
        assert self._stream is not None
        try:
            self._replay = self._stream.record(self._function)
        except RuntimeError as error:  # an operation that cannot be recorded, or no memory for the graph's own
            self._records, self.failure = False, str(error)
            log.warning("recording failed, going on without: %s", error)
