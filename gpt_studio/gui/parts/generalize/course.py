"""Measures every text at all kept steps of the open run, in the background, and shows it as lines over training."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.requests import Subject, TestRequest
from gpt_studio.gui import messages
from gpt_studio.gui.background import Background, Errand
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.generalize import held_back
from gpt_studio.gui.parts.generalize.course_chart import CourseLine
from gpt_studio.gui.parts.generalize.held_back import TRAINING, HeldBack, TextChoice
from gpt_studio.gui.parts.generalize.trial_setup import TrialSetup
from gpt_studio.gui.parts.generalize.trials import Batch, RowKey, Trials
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.step_slider import Stop

if TYPE_CHECKING:
    from gpt_studio.gui.parts.generalize.course_page import CoursePage


class Course(QObject):
    """Asks the worker for what is not known yet, and gives the page what is.

    Args:
        state: Its run is measured, at its stops.
        setup: Its trials have the texts, and take what is measured.
        page: Where it is shown.
        background: Reads the texts.

    Signals:
        asked: The worker is to measure; carries a Batch and a TestRequest. That it has told something goes to `hear`,
            its end to `end`.
        stop_asked: The worker is to stop; what was measured stays.
        problem: A text could not be read; carries a sentence.
        changed: It has begun, or has come further.
        ended: Nothing is measured any more.
    """

    asked = Signal(object, object)
    stop_asked = Signal()
    problem = Signal(str)
    changed = Signal()
    ended = Signal()

    def __init__(
        self, state: StudioState, setup: TrialSetup, page: "CoursePage", background: Background, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._state, self._setup, self._page, self._background = state, setup, page, background
        self._loading: Errand | None = None
        self._batch: Batch | None = None
        self._told = 0  # cells of it
        page.measure.clicked.connect(self.begin)
        page.stop.clicked.connect(self.stop)
        page.chart.chosen.connect(state.choose_step)

    @property
    def is_under_way(self) -> bool:
        return self._loading is not None or self._batch is not None

    def begin(self) -> None:
        """Read the texts, then have the worker measure what is missing."""
        run, trials = self._state.run, self._setup.trials
        if run is None or self.is_under_way:
            return
        wanted = [text for text in self._texts(run) if text.is_mine or text.key not in trials.loaded]
        self._loading = self._background.run(
            "reading texts", lambda: held_back.load(wanted), lambda loaded: self._take_loaded(run, trials, loaded)
        )
        self._told_change()

    def _texts(self, run: OpenRun) -> list[TextChoice]:
        return [held_back.training_choice(run), *self._setup.trials.texts]

    def _take_loaded(self, run: OpenRun, trials: Trials, loaded: dict[str, HeldBack | StudioError]) -> None:
        self._loading = None
        if trials is not self._setup.trials:
            return
        for key, read in loaded.items():
            if isinstance(read, StudioError):
                self.problem.emit(messages.sentence(read.code, read.values))
            else:
                trials.take_text(key, read)
        columns = [text.key for text in self._texts(run) if text.key in trials.loaded]
        steps = [self._step(run, stop) for stop in self._state.stops]
        open_steps = [step for step in steps if not trials.known.get((run.path, step), {}).keys() >= {*columns}]
        missing = [key for key in columns if any(key not in trials.known.get((run.path, s), {}) for s in open_steps)]
        if open_steps and missing:
            points = tuple((run.path, step) for step in open_steps)
            self._batch, self._told = Batch(points, (RowKey(run.path),) * len(points), tuple(missing)), 0
            now = self._step(run, None)
            subjects = tuple(Subject(run=run.path, step=None if step == now else step) for step in open_steps)
            texts = tuple(trials.loaded[key].corpus for key in missing)
            self.asked.emit(self._batch, TestRequest(subjects=subjects, texts=texts, skips_gone=True))
        self._told_change()
        if not self.is_under_way:
            self.ended.emit()

    @staticmethod
    def _step(run: OpenRun, stop: Stop) -> int:
        return max(run.curve.step, run.record.progress.step) if stop is None else stop

    def hear(self, batch: Batch) -> None:
        """One cell more is known."""
        if batch is self._batch:
            self._told += 1

    def end(self, batch: Batch) -> None:
        """There will be no more."""
        if batch is self._batch:
            self._batch = None
            self._told_change()
            self.ended.emit()

    def stop(self) -> None:
        """What was measured stays."""
        if self._loading:
            self._loading.cancel()
            self._loading = None
            self._told_change()
            self.ended.emit()
        elif self._batch:
            self.stop_asked.emit()

    def forget(self) -> None:
        """Another run is open."""
        if self._loading:
            self._loading.cancel()
        if self._batch:
            self.stop_asked.emit()
        self._loading, self._batch = None, None

    # Showing

    def _told_change(self) -> None:
        self.show()
        self.changed.emit()

    def show(self) -> None:
        """Show what is known, and how far the measuring is."""
        run = self._state.run
        if run is not None and not self._page.isHidden():
            lines = self.lines(run)
            self._page.show_lines(lines, self._state.stops, self._state.step)
            total = len(self._batch.cells) if self._batch else 0
            self._page.show_progress((self._told, total) if self.is_under_way else None, self._is_whole(run))

    def lines(self, run: OpenRun) -> list[CourseLine]:
        """Training, held back, and the other texts; of each what is known."""
        found = []
        for text in self._texts(run):
            points = []
            for place, stop in enumerate(self._state.stops):
                tested = self._setup.trials.known.get((run.path, self._step(run, stop)), {}).get(text.key)
                if tested is not None:
                    points.append((place, tested.bits_per_char))
            if points:
                found.append(CourseLine(*self._look(run, text), tuple(points)))
        return found

    @staticmethod
    def _look(run: OpenRun, text: TextChoice) -> tuple[str, str]:
        if text.key == TRAINING:
            return tr("training text"), "train"
        return (tr("held back"), "val") if text.key == run.record.corpus.id else (text.title, "other")

    def _is_whole(self, run: OpenRun) -> bool:
        known = self._setup.trials.known
        keys = {text.key for text in self._texts(run)}
        return all(known.get((run.path, self._step(run, stop)), {}).keys() >= keys for stop in self._state.stops)
