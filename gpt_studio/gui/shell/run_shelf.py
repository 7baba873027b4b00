"""The library of runs as the window keeps it: listed, opened, renamed, thrown away and had back."""

import logging
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QFile, QObject

from gpt_studio import paths
from gpt_studio.engine import clock, files, run_record, runs
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.keeping import library
from gpt_studio.engine.requests import CorpusText
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import StudioState

log = logging.getLogger(__name__)


class RunShelf(QObject):
    """Reads and changes run folders, and renews what the state says of them. No tensors are touched."""

    def __init__(self, state: StudioState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state

    def refresh(self) -> None:
        """List the library anew; reads each run's run.json only."""
        self._state.set_runs(library.all_runs())

    def read(self, path: Path) -> OpenRun:
        """A run with its whole curve and samples.

        Raises:
            RunError: The folder cannot be read as a run.
        """
        record = runs.read_record(path)
        run = OpenRun(path, replace(record, train=replace(record.train, max_steps=runs.max_steps(path, record))))
        for event in (*runs.read_metrics(path), *runs.read_samples(path)):
            run.add(event)
        run.kept = runs.kept_steps(path)
        return run

    def free_name(self, wanted: str) -> str:
        """`wanted`, or with a number behind it when another run, or one that waits, has that name."""
        waiting = {entry.name for entry in self._state.queue if entry.is_ahead}
        return library.numbered(wanted, {run.name for run in self._state.runs} | waiting)

    @property
    def promised(self) -> set[Path]:
        """Folders that waiting runs are to have."""
        return {entry.run for entry in self._state.queue if entry.is_ahead}

    def rename(self, path: Path, name: str) -> str:
        """Give a run another name; gives the one that it had."""
        old = runs.read_record(path).name
        record = runs.rename(path, name)
        self._take_over(path, record)
        self.refresh()
        return old

    def renew(self, run: OpenRun, at_rest: bool = True) -> None:
        """Read run.json again, after the worker has written it; in training the best weights may change any moment."""
        with suppress(StudioError):
            record = runs.read_record(run.path)
            run.record = replace(record, train=replace(record.train, max_steps=runs.max_steps(run.path, record)))
        steps = runs.kept_steps(run.path) if at_rest else runs.snapshot_steps(run.path)
        if self._state.run is run:
            self._state.set_kept(steps)
        else:
            run.kept = steps

    def _take_over(self, path: Path, record: run_record.RunRecord) -> None:
        run = self._state.run
        if run and run.path == path:
            run.record = replace(run.record, name=record.name)
            self._state.open_run(run)

    def throw_away(self, path: Path) -> Path | None:
        """Move a run to the system's trash, or where there is none into the hidden folder `.trash` beside the runs.

        Returns:
            Where it lies now; None when the system does not tell.

        Raises:
            RunError: `trash.failed`; the run is still there.
        """
        where = _to_trash(path)
        if self._state.run and self._state.run.path == path:
            self._state.open_run(None)
        self.refresh()
        return where

    def have_back(self, where: Path, path: Path) -> None:
        """Undo `throw_away`."""
        try:
            shutil.move(where, path)
        except OSError as error:
            raise RunError("trash.restore", run=path.name, reason=error.strerror or str(error)) from error
        with suppress(OSError):  # the desktop's note about where it came from
            (where.parent.parent / "info" / f"{where.name}.trashinfo").unlink()
        self.refresh()

    def can_go_on(self, path: Path) -> bool:
        """Whether a run has kept a checkpoint; a beginning without one goes into the trash.

        Raises:
            RunError: `trash.failed`.
        """
        if not (path / "run.json").is_file():
            return False
        if runs.step_folders(path / "checkpoints"):
            return True
        self.throw_away(path)
        return False

    def interrupted(self) -> tuple[OpenRun, int] | None:
        """The newest run that a crash or a power cut ended, and the step from which it can go on."""
        for summary in self._state.runs:
            if summary.record and summary.record.status == "training":
                steps = runs.step_folders(summary.path / "checkpoints")
                if steps and not files.is_locked(summary.path):
                    return OpenRun(summary.path, summary.record), max(steps)
        return None


def first_record(
    name: str, corpus: CorpusText, model: ModelConfig, train: TrainConfig, preset: str | None
) -> run_record.RunRecord:
    """What is known of a run before the worker has written its run.json."""
    facts = run_record.CorpusRecord(
        id=corpus.id, title=corpus.title, sha256=files.sha256(corpus.text.encode()), characters=len(corpus.text)
    )
    created = clock.today().isoformat(timespec="milliseconds")
    return run_record.RunRecord(name=name, created=created, model=model, train=train, corpus=facts, preset=preset)


def _to_trash(path: Path) -> Path | None:
    if not path.is_dir():
        raise RunError("run.not_found", run=str(path))
    file = QFile(str(path))
    if file.moveToTrash():
        told = Path(file.fileName())
        return told if told != path and told.exists() else None
    own = paths.runs_home() / ".trash" / f"{path.name}-{uuid.uuid4().hex[:8]}"
    try:
        own.parent.mkdir(parents=True, exist_ok=True)
        path.rename(own)
    except OSError as error:
        raise RunError("trash.failed", run=path.name, reason=error.strerror or str(error)) from error
    log.info("the system has no trash for %s; it lies in %s", path, own)
    return own
