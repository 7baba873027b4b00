"""Which models and texts take part: the two lists to tick, and what they are filled with."""

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from gpt_studio.engine.requests import Subject
from gpt_studio.gui import messages
from gpt_studio.gui.background import Background, Errand
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.generalize import held_back, kept_trials
from gpt_studio.gui.parts.generalize.add_menus import AddMenu, Choice
from gpt_studio.gui.parts.generalize.held_back import TextChoice
from gpt_studio.gui.parts.generalize.kept_trials import AtHand
from gpt_studio.gui.parts.generalize.trials import COUNTED, Model, RowKey, Trials
from gpt_studio.gui.state import StudioState

log = logging.getLogger(__name__)


class TrialSetup(QObject):
    """Fills the two menus and changes the rows and columns of `trials` as the student ticks.

    Signals:
        changed: `trials` has other rows or columns.
        restored: What was tested at an earlier time is in `trials`.
        problem: A text cannot be taken; carries a sentence.
    """

    changed = Signal()
    restored = Signal()
    problem = Signal(str)

    def __init__(self, state: StudioState, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self.trials = Trials()
        self._state, self._background = state, background
        self._choices: list[TextChoice] = []
        self._looking_up: Errand | None = None  # what there is at first
        others = [("file", self.tr("From a file…")), ("paste", self.tr("Paste from the clipboard"))]
        self.add_model = AddMenu(self.tr("Add a model"), "generalize.add_model")
        self.add_text = AddMenu(self.tr("Add a text"), "generalize.add_text", others)
        self.add_model.about_to_open.connect(self._fill)
        self.add_text.about_to_open.connect(self._fill)
        self.add_model.ticked.connect(self._tick_model)
        self.add_text.ticked.connect(self._tick_text)
        self.add_text.asked.connect(lambda key: self._ask_for_file() if key == "file" else self.paste())

    def begin_anew(self) -> None:
        """The open run on its own text, and soon on the others that are at hand."""
        run = self._state.run
        self.trials, self._choices = Trials(), []
        if self._looking_up is not None:
            self._looking_up.cancel()
            self._looking_up = None
        if run is not None:
            self.trials.set_model(Model(RowKey(run.path), run.record), True)
            self.trials.set_text(held_back.run_choice(run), True)
            self.gather()

    def gather(self) -> None:
        """Look which texts there are; the first time, take those that nobody has to ask for."""
        run, trials = self._state.run, self.trials
        if run is None:
            return

        def take(found: list[TextChoice]) -> None:
            if trials is self.trials:
                self._choices = found
                self.changed.emit()

        if self._choices:
            self._background.run("texts to test on", lambda: held_back.choices(run), take)
        elif self._looking_up is None:
            self._looking_up = self._background.run(
                "texts to test on",
                lambda: kept_trials.look_up(run),
                lambda found: self._take_first(run, found),
                self._go_on_without,
            )

    def _go_on_without(self, error: Exception) -> None:
        """Something unforeseen: the run's own text is there in any case."""
        log.error("looking up texts failed", exc_info=error)
        self._looking_up = None
        self.restored.emit()
        self.changed.emit()

    def _take_first(self, run: OpenRun, found: AtHand) -> None:
        """Those texts that nobody has to ask for; or what was tested at an earlier time."""
        self._looking_up = None
        for choice in found.choices:
            self.trials.set_text(choice, choice.at_first or self.trials.has_text(choice.key))
        self._choices = found.choices
        kept_trials.restore(self.trials, run, found)
        for model in self.trials.models:
            self._show_newest(model)
        if found.problem is not None:
            self.problem.emit(messages.sentence(found.problem.code, found.problem.values))
        self.restored.emit()
        self.changed.emit()

    def _show_newest(self, model: Model) -> None:
        """What is known of a row at its step of now, or else at the newest one."""
        now, key = self._step_of(model), model.key
        known = [step for path, step in self.trials.known if path == key.run and step != COUNTED]
        if key not in self.trials.shown and known:
            self.trials.go_to(key, now if now in known or self._state.step is not None else max(known))

    @property
    def is_looking_up(self) -> bool:
        """Whether it is not known yet which texts there are."""
        return self._looking_up is not None

    def renew_models(self) -> None:
        """Names may have changed, and a run that was deleted goes."""
        known = {run.path: run.record for run in self._state.runs if run.record}
        run = self._state.run
        if run:
            known[run.path] = run.record
        rows = [Model(row.key, known[row.path]) for row in self.trials.models if row.path in known]
        if rows != self.trials.models:
            self.trials.models = rows
        self.changed.emit()

    def add_file(self, path: Path) -> None:
        """A column for a file; it is read when it is tested, and in place of how it was kept."""
        choice = held_back.file_choice(path)
        self.trials.set_text(choice, False)
        self.trials.set_text(choice, True)
        self.changed.emit()

    def paste(self) -> None:
        """A column for what lies in the clipboard."""
        words = QGuiApplication.clipboard().text()
        if len(words.strip()) < 2:
            self.problem.emit(self.tr("There is no text in the clipboard. Copy some first."))
            return
        self.trials.set_text(held_back.pasted_choice(words), True)
        self.changed.emit()

    def _ask_for_file(self) -> None:
        words = self.tr("Text files (*.txt *.md *.py *.csv *.tex);;All files (*)")
        chosen, _ = QFileDialog.getOpenFileName(self.add_text, self.tr("Add a text"), "", words)
        if chosen:
            self.add_file(Path(chosen))

    def steps(self) -> dict[RowKey, int]:
        """The step of each row: how far its run has come, the one that it is pinned to, or that the slider has."""
        return {model.key: self._step_of(model) for model in self.trials.models}

    def _step_of(self, model: Model) -> int:
        run, key = self._state.run, model.key
        if key.counts:
            return COUNTED
        if key.step is not None:
            return key.step
        come = model.record.progress.step
        if run is None or run.path != key.run:
            return come
        return max(run.curve.step, come) if self._state.step is None else self._state.step

    def subject(self, row: RowKey) -> Subject:
        """The open run at the chosen step, every other as it is now."""
        chosen = self._state.subject
        follows = row.step is None and chosen is not None and chosen.run == row.run
        return chosen if chosen and follows else Subject(run=row.run, step=row.step)

    # The lists

    def _fill(self) -> None:
        own = self._state.run
        models = [
            Choice(key, words, self.trials.has_model(model.key), group)
            for key, model, words, group in [*self._of_own(own), *self._of_others(own)]
        ]
        self.add_model.fill(models, self.tr("There is no other run yet"))
        known = {choice.key for choice in self._choices}
        texts = [*self._choices, *(text for text in self.trials.texts if text.key not in known)]
        ticks = [Choice(text.key, text.title, self.trials.has_text(text.key)) for text in texts]
        self.add_text.fill(ticks, self.tr("There is no other text yet"))

    def _of_own(self, run: OpenRun | None) -> list[tuple[str, Model, str, str]]:
        """Key, row, words and group: the counter of the open run, and the run at its kept steps."""
        if run is None:
            return []
        group = self.tr("This run at step")
        counter = self.tr("5-gram of {text}").format(text=run.record.corpus.title)
        found = [("counts", Model(RowKey(run.path, counts=True), run.record), counter, "")]
        for step in run.kept:
            model = Model(RowKey(run.path, step), run.record)
            found.append((f"step.{step}", model, messages.count(step), group))
        return found

    def _of_others(self, own: OpenRun | None) -> list[tuple[str, Model, str, str]]:
        others = [run for run in self._state.runs if run.record and not (own and run.path == own.path)]
        return [(str(run.path), Model(RowKey(run.path), run.record), run.name, "") for run in others if run.record]

    def _tick_model(self, key: str, wanted: bool) -> None:
        own = self._state.run
        for known, model, _, _ in [*self._of_own(own), *self._of_others(own)]:
            if known == key:
                self.trials.set_model(model, wanted)
        self.changed.emit()

    def _tick_text(self, key: str, wanted: bool) -> None:
        found = next((text for text in (*self._choices, *self.trials.texts) if text.key == key), None)
        if found:
            self.trials.set_text(found, wanted)
        self.changed.emit()
