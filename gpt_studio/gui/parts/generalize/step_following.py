"""The open run as it was at another step: its text is read anew at once, then its row is measured, if it had been."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from gpt_studio.gui.parts.generalize.reading import Reading
from gpt_studio.gui.parts.generalize.testing import Testing
from gpt_studio.gui.parts.generalize.trial_setup import TrialSetup
from gpt_studio.gui.parts.generalize.trials import RowKey
from gpt_studio.gui.state import StudioState


class StepFollowing(QObject):
    """Follows the window's step with the row of the open run.

    Args:
        state: Its step is followed.
        setup: Its trials have the row.
        testing: Is stopped where it measures another step.
        reading: Reads the chosen cell.
        may_ask: Whether the page is looked at and the model is free.

    Signals:
        moved: The row shows another step.
        test_asked: The row is to be measured.
    """

    moved = Signal()
    test_asked = Signal()

    def __init__(
        self,
        state: StudioState,
        setup: TrialSetup,
        testing: Testing,
        reading: Reading,
        may_ask: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._state, self._setup, self._testing, self._reading = state, setup, testing, reading
        self._may_ask = may_ask
        self.row_due = False  # it is to be measured at the chosen step, after its text has been read
        state.step_changed.connect(self.follow)

    def follow(self) -> None:
        """Another step was chosen."""
        run, trials = self._state.run, self._setup.trials
        row = RowKey(run.path) if run else None
        if row is None or not trials.has_model(row):
            return
        was_tested = any(cell[0] == row for cell in trials.results)
        self.row_due = self.row_due or was_tested or self._testing.is_under_way
        trials.go_to(row, self._setup.steps()[row])
        results = trials.results
        if all((row, text.key) in results for text in trials.texts):
            self.row_due = False
        self.moved.emit()
        if self._testing.is_under_way:
            self._reading.is_due = True
            self._testing.stop()
        self.see()

    def see(self) -> None:
        """Read and measure what is to be read and measured."""
        if not self._may_ask():
            return
        cell, run = self._reading.chosen, self._state.run
        if cell and run and cell[0] == RowKey(run.path) and cell[1] in self._setup.trials.loaded:
            self._reading.name_cell()
            self._reading.begin()
        else:
            self.go_on()

    def go_on(self) -> bool:
        """Measure the row, if it still is to be measured."""
        if self.row_due:
            self.test_asked.emit()
            return True
        return False
