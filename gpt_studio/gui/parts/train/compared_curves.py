"""The held-back losses of other runs, read beside the window and kept."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from gpt_studio.engine import runs
from gpt_studio.engine.events import Evaluated
from gpt_studio.gui.background import Background
from gpt_studio.gui.parts.train.curves import Numbers

Losses = tuple[Numbers, Numbers, Numbers]


def read_losses(path: Path) -> Losses:
    """Steps and losses, in nats per token and in bits per character, of a run's checks on held-back text."""
    checks = [event for event in runs.read_metrics(path) if isinstance(event, Evaluated)]
    columns = ([check.step, check.val_loss, check.bits_per_char] for check in checks)
    steps, losses, bits = np.array([*columns], dtype=float).reshape(-1, 3).T
    return steps, losses, bits


class ComparedCurves(QObject):
    """Reads each run's curve once, in the background, and again when its file has grown.

    Signals:
        arrived: A curve that was wanted is there.
    """

    arrived = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._known: dict[Path, tuple[object, Losses]] = {}
        self._asked: set[tuple[Path, object]] = set()

    def get(self, path: Path) -> Losses | None:
        """The curve, or None while it is being read."""
        state = _state(path)
        known = self._known.get(path)
        if (known is None or known[0] != state) and (path, state) not in self._asked:
            self._asked.add((path, state))
            self._background.run(
                "read curve",
                lambda: read_losses(path),
                done=lambda losses: self._keep(path, state, losses),
                failed=lambda _error: self._keep(path, state, (np.empty(0), np.empty(0), np.empty(0))),
            )
        return known[1] if known else None

    def _keep(self, path: Path, state: object, losses: Losses) -> None:
        self._asked.discard((path, state))
        self._known[path] = (state, losses)
        self.arrived.emit()


def _state(path: Path) -> object:
    try:
        facts = (path / "metrics.jsonl").stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns
