"""What counting and packing reach on the text of the open run: measured beside the window, once for each text."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.keeping import references
from gpt_studio.engine.keeping.library import RunSummary
from gpt_studio.engine.keeping.references import References
from gpt_studio.gui.background import Background
from gpt_studio.gui.open_run import OpenRun


class RunReferences(QObject):
    """Reads what is kept with a run, or has it measured and kept.

    Signals:
        arrived: What was wanted is there.
    """

    arrived = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._known: dict[str, References | None] = {}  # by the digest of the text; None: cannot be read
        self._asked: set[Path] = set()

    def get(self, run: OpenRun) -> References | None:
        """None while it is being measured, and for a run that does not lie on the disk yet."""
        digest = run.record.corpus.sha256
        if digest not in self._known and run.path not in self._asked and (run.path / "run.json").is_file():
            self._asked.add(run.path)
            self._background.run(
                "measure text",
                lambda: references.of_run(run.path),
                done=lambda found: self._keep(digest, run.path, found),
                failed=lambda _error: self._keep(digest, run.path, None),
            )
        return self._known.get(digest)

    def _keep(self, digest: str, path: Path, found: References | None) -> None:
        self._asked.discard(path)
        self._known[digest] = found
        self.arrived.emit()


def best_earlier(run: OpenRun, others: list[RunSummary]) -> float | None:
    """The lowest held-back loss of the runs that were begun before on the same text, with tokens of the same kind."""
    losses = [
        record.progress.best_val_loss
        for record in (other.record for other in others if other.path != run.path)
        if record is not None
        and record.progress.best_val_loss is not None
        and record.created < run.record.created
        and record.corpus.sha256 == run.record.corpus.sha256
        and record.model.vocab_size == run.record.model.vocab_size
    ]
    return min(losses, default=None)
