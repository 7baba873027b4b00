"""Keeps what was tested with its run, off the window's thread."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.keeping import matrix_file
from gpt_studio.engine.keeping.matrix_file import KeptMatrix
from gpt_studio.gui import messages
from gpt_studio.gui.background import Background
from gpt_studio.gui.parts.generalize import kept_trials
from gpt_studio.gui.parts.generalize.trial_setup import TrialSetup

WRITE_AFTER_MS = 400  # so that several ticks in a list write once


class ResultsKeeping(QObject):
    """Writes the open run's results when they have changed, one writing after the other.

    Args:
        setup: Its trials are kept, with the run of their first row.
        background: Where the writing is done.

    Signals:
        problem: The results are not kept at the moment; carries a sentence, once for each run.
    """

    problem = Signal(str)

    def __init__(self, setup: TrialSetup, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._setup, self._background = setup, background
        self._kept: tuple[Path, KeptMatrix] | None = None  # as it was written last
        self._next: tuple[Path, KeptMatrix] | None = None
        self._is_writing = False
        self._refusing: set[Path] = set()
        self._timer = QTimer(self, objectName="keep results", singleShot=True, interval=WRITE_AFTER_MS)
        self._timer.timeout.connect(self.keep)

    def keep_soon(self) -> None:
        """Something has changed, and more may."""
        self._timer.start()

    def keep(self) -> None:
        """Write what there is, if it is anything new."""
        self._timer.stop()
        found = self._found()
        if found is not None and found != self._kept:
            self._kept = self._next = found
            self._write()

    def took(self) -> None:
        """What is shown has just come from the file."""
        self._kept = self._found()

    def _found(self) -> tuple[Path, KeptMatrix] | None:
        trials = self._setup.trials
        run = trials.models[0].path if trials.models else None
        kept = kept_trials.to_keep(trials, run) if run else None
        return (run, kept) if run and kept else None

    def _write(self) -> None:
        if self._is_writing or self._next is None:
            return
        (run, kept), self._next = self._next, None
        self._is_writing = True
        errand = self._background.run(
            "keeping results", lambda: matrix_file.keep(run, kept), failed=lambda error: self._tell_once(run, error)
        )
        errand.ended.connect(self._go_on)

    def _go_on(self) -> None:
        self._is_writing = False
        self._write()

    def _tell_once(self, run: Path, error: Exception) -> None:
        if not isinstance(error, StudioError):
            raise error
        if run not in self._refusing:
            self._refusing.add(run)
            told = self.tr("What is tested is not kept with the run at the moment. {reason}")
            self.problem.emit(told.format(reason=messages.sentence(error.code, error.values)))
