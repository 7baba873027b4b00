"""A piece of a training step, recorded on the GPU once and replayed from then on.

A small model's step is hundreds of short operations, and starting each of them from Python takes longer than the GPU
needs to do it. A CUDA graph starts them all at once. The piece must always work on the same places in memory, so what
changes from step to step (which rows, which rate) is copied into tensors that stay.
"""

import logging
from collections.abc import Callable

import torch

log = logging.getLogger(__name__)

PLAIN_RUNS = 3  # before it is recorded: libraries choose their algorithms and take their memory


class Recording:
    """Runs a function; on a GPU, after a few runs, by replaying what it did.

    Args:
        function: Takes and gives nothing: it reads and writes tensors that stay where they are, and never waits for the
            GPU.
        device: "cuda" to record; on any other it is always run plainly.

    Attributes:
        failure: What torch said when recording failed; from then on the function is run plainly.
    """

    def __init__(self, function: Callable[[], None], device: str) -> None:
        self._function, self._records = function, device == "cuda"
        self._runs = 0
        self._graph: torch.cuda.CUDAGraph | None = None
        self._stream: torch.cuda.Stream | None = None
        self.failure = ""

    def run(self) -> None:
        if self._graph is not None:
            self._graph.replay()
        elif not self._records:
            self._function()
        elif self._runs < PLAIN_RUNS:
            self._runs += 1
            self._run_aside()
        else:
            self._record()
            self.run()

    def _run_aside(self) -> None:
        """On a stream of its own, as recording will be: memory and workspaces belong to a stream."""
        self._stream = self._stream or torch.cuda.Stream()  # type: ignore[no-untyped-call]
        self._stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self._stream):
            self._function()
        torch.cuda.current_stream().wait_stream(self._stream)

    def _record(self) -> None:
        """Recording runs nothing; the run that is due comes after it."""
        graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(graph, stream=self._stream):
                self._function()
        except RuntimeError as error:  # an operation that cannot be recorded, or no memory for the graph's own
            self._records, self.failure = False, str(error)
            log.warning("recording failed, going on without: %s", error)
        else:
            self._graph = graph
