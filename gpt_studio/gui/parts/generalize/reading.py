"""The cell that is chosen: the beginning of its text is read at once, then as much as it takes to find passages."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from gpt_studio.engine.events import TextRead
from gpt_studio.engine.requests import ReadRequest
from gpt_studio.gui.background import Errand
from gpt_studio.gui.parts.generalize import trials_words
from gpt_studio.gui.parts.generalize.counting import Counting
from gpt_studio.gui.parts.generalize.matrix import Matrix
from gpt_studio.gui.parts.generalize.reading_card import ReadingCard
from gpt_studio.gui.parts.generalize.trial_setup import TrialSetup
from gpt_studio.gui.parts.generalize.trials import Cell, Trials

READ_AFTER_MS = 120  # so that arrow keys run over cells without reading each


class Reading(QObject):
    """Asks for one cell at a time, and shows on the card what comes.

    Args:
        setup: Its trials have the texts.
        counting: Reads for the row that counts.
        matrix: Where a cell is chosen.
        card: Where the text is shown.
        is_testing: Whether the model is being measured, and must not be asked.

    Signals:
        asked: The worker is to read; carries the cell and a ReadRequest. What it tells goes to `take`.
        problem: A text could not be read; carries a sentence.
        ended: What is read without the worker has been read.
    """

    asked = Signal(object, object)
    problem = Signal(str)
    ended = Signal()

    def __init__(
        self,
        setup: TrialSetup,
        counting: Counting,
        matrix: Matrix,
        card: ReadingCard,
        is_testing: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._setup, self._counting, self._matrix, self._card = setup, counting, matrix, card
        self._is_testing = is_testing
        self.is_due = False  # the chosen cell is to be read when the test is done
        self._cell: Cell | None = None  # what is read
        self._counted: Errand | None = None
        self._is_whole = False
        self._has_begun = False  # the beginning is shown
        self._timer = QTimer(self, objectName="read after choosing", singleShot=True, interval=READ_AFTER_MS)
        self._timer.timeout.connect(self.begin)

    @property
    def _trials(self) -> Trials:
        return self._setup.trials

    @property
    def chosen(self) -> Cell | None:
        """The cell that is chosen in the matrix."""
        place, trials = self._matrix.selected, self._trials
        if place is None or place[0] >= len(trials.models) or place[1] >= len(trials.texts):
            return None
        return trials.models[place[0]].key, trials.texts[place[1]].key

    def choose(self) -> None:
        """Another cell was chosen: name it, and read it when nothing stands against it."""
        self.name_cell()
        self.is_due = self._is_testing()
        if self.is_due:
            self._card.show_hint(self.tr("The text is read as soon as the test is done."))
        elif self.chosen not in self._trials.results:
            self._card.show_hint(self.tr("Not tested yet. Press Test."))
        else:
            self._timer.start()

    def name_cell(self) -> None:
        """Name what is read, with the figures of now."""
        cell, place = self.chosen, self._matrix.selected
        if cell and place:
            model, text = self._trials.models[place[0]], self._trials.texts[place[1]]
            tested, unit = self._trials.results.get(cell), self._matrix.shown.unit
            self._card.show_cell(trials_words.row_name(model), text.title, tested, unit)

    # Asking

    def begin(self) -> None:
        """Read the beginning of the chosen cell's text."""
        cell = self.chosen
        if cell and cell[1] in self._trials.loaded and not self._is_testing():
            self.forget()
            self._cell = cell
            self._is_whole = self._ask(cell, whole=False)

    def go_on(self) -> None:
        """Read the rest, where the beginning is shown and nothing else."""
        if self._cell is not None and self._cell == self.chosen and self._has_begun and not self._is_whole:
            self._is_whole = True
            self._card.passages.wait()
            self._ask(self._cell, whole=True)

    def forget(self) -> None:
        """Nothing is read any more."""
        self._timer.stop()
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

    def _ask(self, cell: Cell, whole: bool) -> bool:
        """Gives whether that is all that is ever read of the text."""
        row, column = cell
        text = self._trials.loaded[column]
        part = text.passage if whole else text.beginning
        if row.counts:
            self._counted = self._counting.read(row.run, part, self.take, self.problem.emit)
        else:
            self.asked.emit(cell, ReadRequest(subject=self._setup.subject(row), text=part))
        return whole or len(part) == len(text.passage)
