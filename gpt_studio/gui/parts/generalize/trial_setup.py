"""Which models and texts take part: the two lists to tick, and what they are filled with."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.requests import Subject
from gpt_studio.gui.background import Background
from gpt_studio.gui.parts.generalize import held_back
from gpt_studio.gui.parts.generalize.add_menus import AddMenu
from gpt_studio.gui.parts.generalize.held_back import TextChoice
from gpt_studio.gui.parts.generalize.trials import Model, Trials
from gpt_studio.gui.state import StudioState


class TrialSetup(QObject):
    """Fills the two menus and changes the rows and columns of `trials` as the student ticks.

    Signals:
        changed: `trials` has other rows or columns.
    """

    changed = Signal()

    def __init__(self, state: StudioState, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self.trials = Trials()
        self._state, self._background = state, background
        self._choices: list[TextChoice] = []
        self.add_model = AddMenu(self.tr("Add a model"), "generalize.add_model")
        self.add_text = AddMenu(self.tr("Add a text"), "generalize.add_text", self.tr("From a file…"))
        self.add_model.about_to_open.connect(self._fill)
        self.add_text.about_to_open.connect(self._fill)
        self.add_model.ticked.connect(self._tick_model)
        self.add_text.ticked.connect(self._tick_text)

    def begin_anew(self) -> None:
        """The open run on its own text, and soon on the others that are at hand."""
        run = self._state.run
        self.trials, self._choices = Trials(), []
        if run is not None:
            self.trials.set_model(Model(run.path, run.record), True)
            self.trials.set_text(held_back.run_choice(run), True)
            self.gather()

    def gather(self) -> None:
        """Look which texts there are; the first time, take those that nobody has to ask for."""
        run, trials = self._state.run, self.trials
        if run is None:
            return

        def take(found: list[TextChoice]) -> None:
            if trials is self.trials:
                if not self._choices:
                    for choice in found:
                        trials.set_text(choice, choice.at_first or trials.has_text(choice.key))
                self._choices = found
                self.changed.emit()

        self._background.run("texts to test on", lambda: held_back.choices(run), take)

    def renew_models(self) -> None:
        """Names may have changed, and a run that was deleted goes."""
        known = {run.path: run.record for run in self._state.runs if run.record}
        if self._state.run:
            known[self._state.run.path] = self._state.run.record
        for row in self.trials.models:
            if row.path not in known:
                self.trials.set_model(row, False)
        rows = [Model(row.path, known[row.path]) for row in self.trials.models]
        if rows != self.trials.models:
            self.trials.models = rows
        self.changed.emit()

    def add_file(self, path: Path) -> None:
        """A column for a file; it is read when it is tested."""
        self.trials.set_text(held_back.file_choice(path), True)
        self.changed.emit()

    def steps(self) -> dict[Path, int]:
        """How far each model of the matrix has come; the open run is at the chosen step."""
        steps = {model.path: model.record.progress.step for model in self.trials.models}
        run = self._state.run
        if run and run.path in steps:
            now = max(run.curve.step, steps[run.path])
            steps[run.path] = now if self._state.step is None else self._state.step
        return steps

    def subject(self, row: Path) -> Subject:
        """The open run at the chosen step, every other as it is now."""
        chosen = self._state.subject
        return chosen if chosen and chosen.run == row else Subject(run=row)

    def _fill(self) -> None:
        own = self._state.run.path if self._state.run else None
        others = [run for run in self._state.runs if run.record and run.path != own]
        runs = [(str(run.path), run.name, self.trials.has_model(run.path)) for run in others]
        self.add_model.fill(runs, self.tr("There is no other run yet"))
        known = {choice.key for choice in self._choices}
        texts = [*self._choices, *(text for text in self.trials.texts if text.key not in known)]
        ticks = [(text.key, text.title, self.trials.has_text(text.key)) for text in texts]
        self.add_text.fill(ticks, self.tr("There is no other text yet"))

    def _tick_model(self, key: str, wanted: bool) -> None:
        for run in self._state.runs:
            if str(run.path) == key and run.record:
                self.trials.set_model(Model(run.path, run.record), wanted)
        self.changed.emit()

    def _tick_text(self, key: str, wanted: bool) -> None:
        found = next((text for text in (*self._choices, *self.trials.texts) if text.key == key), None)
        if found:
            self.trials.set_text(found, wanted)
        self.changed.emit()
