"""Has the text of a cell read: its beginning at once, then as much of it as it takes to find its passages."""

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.events import TextRead
from gpt_studio.engine.requests import ReadRequest
from gpt_studio.gui.background import Errand
from gpt_studio.gui.parts.generalize.counting import Counting
from gpt_studio.gui.parts.generalize.reading_card import ReadingCard
from gpt_studio.gui.parts.generalize.trial_setup import TrialSetup
from gpt_studio.gui.parts.generalize.trials import Cell


class Reading(QObject):
    """Asks for one cell at a time, and shows on the card what comes.

    Args:
        setup: Its trials have the texts.
        counting: Reads for the row that counts.
        card: Where the text is shown.

    Signals:
        asked: The worker is to read; carries the cell and a ReadRequest. What it tells goes to `take`.
        problem: A text could not be read; carries a sentence.
        ended: What is read without the worker has been read.
    """

    asked = Signal(object, object)
    problem = Signal(str)
    ended = Signal()

    def __init__(self, setup: TrialSetup, counting: Counting, card: ReadingCard, parent: QObject) -> None:
        super().__init__(parent)
        self._setup, self._counting, self._card = setup, counting, card
        self._cell: Cell | None = None
        self._counted: Errand | None = None
        self._is_whole = False
        self._has_begun = False  # the beginning is shown

    def begin(self, cell: Cell) -> None:
        """Read the beginning of a cell's text."""
        self.forget()
        self._cell = cell
        self._is_whole = self._ask(whole=False)

    def go_on(self) -> None:
        """Read the rest, where the beginning is shown and nothing else."""
        if self._cell is not None and self._has_begun and not self._is_whole:
            self._is_whole = True
            self._ask(whole=True)

    def forget(self) -> None:
        """Nothing is read any more."""
        if self._counted:
            self._counted.cancel()
        self._counted, self._cell, self._has_begun, self._is_whole = None, None, False, False

    def take(self, read: TextRead) -> None:
        """What was read last."""
        self._has_begun = True
        self._card.show_read(read, self._is_whole)
        if self._counted:
            self._counted = None
            if self._is_whole:
                self.ended.emit()
            self.go_on()

    def _ask(self, whole: bool) -> bool:
        """Gives whether that is all that is ever read of the text."""
        assert self._cell is not None
        row, column = self._cell
        text = self._setup.trials.loaded[column]
        part = text.passage if whole else text.beginning
        if row.counts:
            self._counted = self._counting.read(row.run, part, self.take, self.problem.emit)
        else:
            self.asked.emit(self._cell, ReadRequest(subject=self._setup.subject(row), text=part))
        return whole or len(part) == len(text.passage)
