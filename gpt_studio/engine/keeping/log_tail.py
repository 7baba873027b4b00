"""What a run's log gains while somebody else writes it."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from gpt_studio.engine.events import Evaluated, Sample, StepDone
from gpt_studio.engine.runs import decoded


class Tail:
    """The new lines of a run's log, as often as one asks; reads only what came since.

    Args:
        path: The run.
        log: "metrics.jsonl" or "samples.jsonl". What is in it now counts as known.
    """

    def __init__(self, path: Path, log: str) -> None:
        self._log, self._type = path / log, Sample if log == "samples.jsonl" else StepDone | Evaluated
        self._place = self._size()

    def news(self) -> list[Any]:
        """Events, oldest first. A line that is not whole yet is left for the next time."""
        size = self._size()
        if size < self._place:  # a resume has cut the log: what it writes now is told again
            self._place = 0
        if size == self._place:
            return []
        with suppress(OSError), self._log.open("rb") as log:
            log.seek(self._place)
            data = log.read(size - self._place)
            whole = data.rfind(b"\n") + 1
            self._place += whole
            lines = data[:whole].decode("utf-8", errors="replace").split("\n")
            return [event for event in decoded(lines[:-1], self._type) if event is not None]
        return []

    def _size(self) -> int:
        try:
            return self._log.stat().st_size
        except OSError:
            return 0
