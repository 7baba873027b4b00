"""A test from its beginning to its end: texts are read, models measured by the worker, counters in the background."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Tested
from gpt_studio.engine.requests import CorpusText, TestRequest
from gpt_studio.gui import messages
from gpt_studio.gui.background import Background, Errand
from gpt_studio.gui.parts.generalize import held_back
from gpt_studio.gui.parts.generalize.counting import Counting
from gpt_studio.gui.parts.generalize.held_back import HeldBack
from gpt_studio.gui.parts.generalize.trial_setup import TrialSetup
from gpt_studio.gui.parts.generalize.trials import COUNTED, Batch, Trials


class Testing(QObject):
    """Fills the cells of the matrix that are not known yet.

    Args:
        setup: Its rows and columns are tested.
        counting: Measures the rows that count.
        background: Reads the texts.

    Signals:
        asked: The worker is to measure; carries a Batch and a TestRequest. What it tells goes to the trials,
            its end to `end`.
        changed: The matrix is to be shown anew.
        problem: Something could not be read or measured; carries a sentence.
        stop_asked: The worker is to stop.
        ended: Nothing is measured any more.
    """

    asked = Signal(object, object)
    changed = Signal()
    problem = Signal(str)
    stop_asked = Signal()
    ended = Signal()

    def __init__(self, setup: TrialSetup, counting: Counting, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._setup, self._counting, self._background = setup, counting, background
        self._is_wanted = False  # as soon as it is known which texts there are
        self._loading: Errand | None = None
        self._counts: tuple[Errand, Batch] | None = None
        self._asked: Batch | None = None  # what the worker measures
        setup.restored.connect(self._begin_if_wanted)

    @property
    def is_under_way(self) -> bool:
        return self._is_wanted or any(each is not None for each in (self._loading, self._counts, self._asked))

    def begin(self) -> None:
        """Read the texts that are not read yet, then measure."""
        if self.is_under_way:
            return
        if self._setup.is_looking_up:
            self._is_wanted = True
            self.changed.emit()
            return
        trials = self._setup.trials
        wanted = [text for text in trials.texts if text.is_mine or text.key not in trials.loaded]
        self._loading = self._background.run(
            "reading texts", lambda: held_back.load(wanted), lambda loaded: self._take_loaded(trials, loaded)
        )
        self.changed.emit()

    def _begin_if_wanted(self) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self.begin()

    def _take_loaded(self, trials: Trials, loaded: dict[str, HeldBack | StudioError]) -> None:
        self._loading = None
        if trials is not self._setup.trials:
            return
        problems = trials.take_loaded(loaded)
        if problems:
            said = (f"{title}: {messages.sentence(error.code, error.values)}" for title, error in problems)
            self.problem.emit(" ".join(said))
        steps = self._setup.steps()
        rows, columns = trials.missing(steps)
        columns = [column for column in columns if column in trials.loaded]  # not one that came meanwhile
        for batch in trials.begin(rows, columns, steps) if rows and columns else ():
            self._measure(trials, batch, [trials.loaded[column].corpus for column in batch.columns])
        self.changed.emit()
        if not self.is_under_way:
            self.ended.emit()

    def _measure(self, trials: Trials, batch: Batch, texts: Sequence[CorpusText]) -> None:
        if batch.points[0][1] != COUNTED:
            self._asked = batch
            subjects = tuple(self._setup.subject(row) for row in batch.rows)
            self.asked.emit(batch, TestRequest(subjects=subjects, texts=tuple(texts), skips_gone=True))
            return

        def told(tested: Tested) -> None:
            trials.take(batch, tested)
            if trials is self._setup.trials:
                self.changed.emit()

        def ended(problem: str | None) -> None:
            if self._counts is not None and self._counts[1] is batch:
                self._counts = None
                self._finish(trials, batch, problem)

        self._counts = self._counting.measure(batch.points[0][0], texts, told, ended), batch

    def end(self, batch: Batch) -> None:
        """Of the worker: there will be no more."""
        if batch is self._asked:
            self._asked = None
            self._finish(self._setup.trials, batch, None)

    def _finish(self, trials: Trials, batch: Batch, problem: str | None) -> None:
        trials.end(batch)
        if trials is not self._setup.trials:
            return
        if problem is not None:
            self.problem.emit(problem)
        self.changed.emit()
        if not self.is_under_way:
            self.ended.emit()

    def stop(self) -> None:
        """What was measured stays."""
        self._drop()
        self.changed.emit()
        if not self.is_under_way:
            self.ended.emit()

    def forget(self) -> None:
        """The rows and columns are others now; what is still told of the old ones is passed over."""
        self._drop()
        self._asked = None

    def _drop(self) -> None:
        self._is_wanted = False
        if self._loading:
            self._loading.cancel()
            self._loading = None
        if self._counts:
            (errand, batch), self._counts = self._counts, None
            errand.cancel()
            self._setup.trials.end(batch)
        if self._asked:
            self.stop_asked.emit()
