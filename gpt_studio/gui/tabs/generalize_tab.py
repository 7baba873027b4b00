"""Generalize: models against texts that training never saw, one of the texts as a model reads it, and two games."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ending, Event, Tested, TextRead
from gpt_studio.engine.requests import ReadRequest, TestRequest
from gpt_studio.gui import messages
from gpt_studio.gui.background import Background, Errand
from gpt_studio.gui.parts.generalize import held_back, trials_words, verdict
from gpt_studio.gui.parts.generalize.games import Game, Games
from gpt_studio.gui.parts.generalize.held_back import HeldBack
from gpt_studio.gui.parts.generalize.matrix_card import MatrixCard
from gpt_studio.gui.parts.generalize.questions import Question, Questions
from gpt_studio.gui.parts.generalize.reading_card import ReadingCard
from gpt_studio.gui.parts.generalize.trial_setup import TrialSetup
from gpt_studio.gui.parts.generalize.trials import Cell, Trials
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import MessageBar, Page, PageHeader, announce, button
from gpt_studio.gui.widgets.step_choice import StepChoice

READ_AFTER_MS = 120  # so that arrow keys run over cells without reading each


class GeneralizeTab(Page):
    """Choose models and texts, test, and read the results.

    Signals:
        test_asked: Carries a TestRequest.
        read_asked: Carries a ReadRequest, or in a duel a WriteRequest.
        stop_asked: The test is to stop; what was measured stays.
    """

    test_asked = Signal(object)
    read_asked = Signal(object)
    stop_asked = Signal()

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__("generalize", parent)
        self._state = state
        self._background = Background(self)
        self._setup = TrialSetup(state, self._background, self)
        self._loading: Errand | None = None
        self._questions = Questions()
        self._read_due = False
        self._row_due = False  # the open run's row is to be measured at the chosen step, after its text has been read
        self._timer = QTimer(self, objectName="read after choosing", singleShot=True, interval=READ_AFTER_MS)
        self._make_parts()
        self._timer.timeout.connect(self._ask_to_read)
        state.run_changed.connect(self._show_run)
        state.runs_changed.connect(self._renew_models)
        state.step_changed.connect(self._follow_step)
        self._setup.changed.connect(self._show_table)
        self._show_run()

    def _make_parts(self) -> None:
        self.header = PageHeader(*verdict.invitation())
        self.add_model, self.add_text = self._setup.add_model, self._setup.add_text
        self.run_button = button(self.tr("Test"), "primary", name="generalize.run")
        self.stop_button = button(self.tr("Stop"), icon="stop", name="generalize.stop")
        self.games = Games(self._state, self._background, lambda: not self.is_testing, self)
        for each in (self.games.switch, self.add_model, self.add_text, self.stop_button, self.run_button):
            self.header.add(each)
        self.bar = MessageBar("generalize.message")
        self.step = StepChoice(self._state, "generalize.step", self.tr("This run as it was at step"))
        self.matrix_card, self.card = MatrixCard(), ReadingCard()
        self.matrix = self.matrix_card.matrix
        self.content.addWidget(self.header)
        self.content.addWidget(self.bar)
        self.content.addWidget(self.step, 0, Qt.AlignmentFlag.AlignLeft)
        self.content.addWidget(self.matrix_card)
        self.content.addWidget(self.card, 1)
        for card in self.games.cards:
            self.content.addWidget(card, 1)
        self.games.asked.connect(self._ask_in_game)
        self.games.changed.connect(self._show_page)
        self.add_text.file_asked.connect(self._ask_for_file)
        self.run_button.clicked.connect(self.test)
        self.stop_button.clicked.connect(self.stop)
        self.matrix.chosen.connect(self._choose_cell)

    # What the window brings

    def receive(self, events: list[Event]) -> None:
        """Take what a test or a reading told."""
        asked = self._questions.answered(self._trials)
        if asked is None:
            return
        for event in events:
            if isinstance(event, Tested):
                self._trials.take(event)
            elif asked.game is not None and asked.is_awaited:
                asked.game.take(event)
            elif isinstance(event, TextRead) and asked.cell == self._chosen_cell and not self._questions.is_replaced:
                self.card.show_read(event)
        if asked.is_test:
            self._show_table()

    def visit_ended(self, ending: Ending) -> None:
        """Take the end of the oldest visit that is under way."""
        asked = self._questions.ended(self._trials)
        if asked is None:
            return
        problem = messages.sentence(ending.code, ending.values) if ending.kind == "failed" else None
        if asked.game is not None:
            if asked.is_awaited:
                asked.game.ended(problem)
        elif problem is not None:
            self.bar.tell("bad", problem)
        if asked.is_test:
            self._trials.end()
            self._show_table()
            self._show_outcome()
            self.games.go_on()
        elif self._row_due and not self._questions:
            self.test()

    # The run

    @property
    def _trials(self) -> Trials:
        return self._setup.trials

    def _show_run(self) -> None:
        run = self._state.run
        self.games.follow(run)
        if run is None:
            self._begin_anew()
            self.empty(self.tr("No model yet. Two minutes of training are enough."), self.tr("Go to 5 Train"), "train")
        elif not self._trials.models or self._trials.models[0].path != run.path:
            self._begin_anew()
            self.full()
        else:
            self._renew_models()

    def _begin_anew(self) -> None:
        """Nothing of another run is left."""
        if self.is_testing:
            self.stop()
        self._timer.stop()
        self._setup.begin_anew()
        self.matrix.select(None)
        self.bar.clear()
        self.card.forget(self.tr("Test first. Then click a cell, and its text is read here."))
        self._show_table()

    def _renew_models(self) -> None:
        if not self.is_testing:
            self._setup.renew_models()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._setup.gather()  # a text may have been added meanwhile
        self.games.begin()
        if self._row_due:
            self._see_step()

    def _show_page(self) -> None:
        """The matrix with its text, or a game."""
        self.bar.clear()
        self._show_table()

    def _ask_in_game(self, game: Game, request: object) -> None:
        self._questions.add(Question(self._trials, game=game, request=request))
        self.read_asked.emit(request)

    def _ask_for_file(self) -> None:
        words = self.tr("Text files (*.txt *.md *.py *.csv *.tex);;All files (*)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Add a text"), "", words)
        if chosen:
            self._setup.add_file(Path(chosen))

    # Testing

    @property
    def is_testing(self) -> bool:
        return self._loading is not None or bool(self._trials.waiting)

    def test(self) -> None:
        """Read the texts that are not read yet, then ask for the test."""
        if self.is_testing:
            return
        self._row_due = False
        self.bar.clear()
        wanted = [text for text in self._trials.texts if text.is_mine or text.key not in self._trials.loaded]
        trials = self._trials
        self._loading = self._background.run(
            "reading texts", lambda: held_back.load(wanted), lambda loaded: self._take_loaded(trials, loaded)
        )
        self._show_table()

    def _take_loaded(self, trials: Trials, loaded: dict[str, HeldBack | StudioError]) -> None:
        self._loading = None
        if trials is not self._trials:
            return
        problems = trials.take_loaded(loaded)
        if problems:
            said = (f"{title}: {messages.sentence(error.code, error.values)}" for title, error in problems)
            self.bar.tell("bad", " ".join(said))
        steps = self._setup.steps()
        rows, columns = trials.missing(steps)
        if rows and columns:
            trials.begin(rows, columns, steps)
            subjects = tuple(self._setup.subject(row) for row in rows)
            texts = tuple(trials.loaded[column].corpus for column in columns)
            self._questions.add(Question(trials))
            self.test_asked.emit(TestRequest(subjects=subjects, texts=texts))
        self._show_table()

    def _follow_step(self) -> None:
        """Show the open run as it was: its text is read anew at once, then its row is measured, if it had been."""
        run, trials = self._state.run, self._trials
        if run is None or not trials.has_model(run.path):
            return
        self._row_due = self._row_due or any(cell[0] == run.path for cell in trials.results) or self.is_testing
        trials.go_to(run.path, self._setup.steps()[run.path])
        if all((run.path, text.key) in trials.results for text in trials.texts):
            self._row_due = False
        self._show_table()
        if self.is_testing:
            self._read_due = True
            self.stop()
        self._see_step()

    def _name_cell(self) -> None:
        """Name what is read, with the figures of now."""
        cell, chosen = self._chosen_cell, self.matrix.selected
        if cell and chosen:
            model, text = self._trials.models[chosen[0]], self._trials.texts[chosen[1]]
            self.card.show_cell(model.record.name, text.title, self._trials.results.get(cell))

    def _see_step(self) -> None:
        if not self.isVisible() or self.is_testing or self.games.played:
            return
        cell, chosen = self._chosen_cell, self.matrix.selected
        if chosen and cell and self._state.run and cell[0] == self._state.run.path and cell[1] in self._trials.loaded:
            self._name_cell()
            self._ask_to_read()
        elif self._row_due:
            self.test()

    def stop(self) -> None:
        if self._loading:
            self._loading.cancel()
            self._loading = None
            self._show_table()
        elif self._trials.waiting:
            self.stop_asked.emit()

    def _show_outcome(self) -> None:
        """After a test: the verdict is said, and the text of a cell is read."""
        if self._trials.is_filled:
            self._state.tick("generalize")
            announce(self, self.header.title.text())
        if self._chosen_cell is None and self._trials.results:
            self.matrix.select(0, self._first_away)
            self._read_due = True
        self._name_cell()
        if self._read_due:
            self._choose_cell(*(self.matrix.selected or (0, 0)))

    @property
    def _first_away(self) -> int:
        """The first text that the open run was not trained on."""
        trials = self._trials
        away = (i for i, text in enumerate(trials.texts) if not trials.is_home(trials.models[0], text))
        return next(away, 0)

    # Reading

    @property
    def _chosen_cell(self) -> Cell | None:
        chosen = self.matrix.selected
        if chosen is None or chosen[0] >= len(self._trials.models) or chosen[1] >= len(self._trials.texts):
            return None
        return self._trials.models[chosen[0]].path, self._trials.texts[chosen[1]].key

    def _choose_cell(self, row: int, column: int) -> None:
        model, text = self._trials.models[row], self._trials.texts[column]
        tested = self._trials.results.get((model.path, text.key))
        self._show_verdict()
        self.card.show_cell(model.record.name, text.title, tested)
        self._read_due = False
        if self.is_testing:
            self._read_due = True
            self.card.show_hint(self.tr("The text is read as soon as the test is done."))
        elif tested is None:
            self.card.show_hint(self.tr("Not tested yet. Press Test."))
        else:
            self._timer.start()

    def _ask_to_read(self) -> None:
        cell = self._chosen_cell
        if cell and cell[1] in self._trials.loaded and not self.is_testing:
            self._questions.add(Question(self._trials, cell))
            text = self._trials.loaded[cell[1]].beginning
            self.read_asked.emit(ReadRequest(subject=self._setup.subject(cell[0]), text=text))

    # Showing

    def _show_table(self) -> None:
        run, testing = self._state.run, self.is_testing
        if run:
            shown = trials_words.shown_table(self._trials, run, self._setup.steps(), self._state.step)
            self.matrix_card.show_table(shown)
        self.matrix_card.show_progress(self._trials.measured if self._trials.waiting else None)
        for each in (self.step, self.matrix_card, self.card, self.add_model, self.add_text):
            each.setVisible(not self.games.played)
        self.run_button.setVisible(not testing and not self.games.played)
        self.stop_button.setVisible(testing and not self.games.played)
        self.run_button.setText(self.tr("Test again") if self._trials.is_filled else self.tr("Test"))
        self.run_button.setEnabled(bool(self._trials.texts))
        for menu in (self.add_model, self.add_text):
            menu.setEnabled(not testing)
        self._show_verdict()

    def _show_verdict(self) -> None:
        if self.games.played:
            said = trials_words.game_heading(self.games.switch.key)
        else:
            said = trials_words.heading(self._trials, self.matrix.selected, self.is_testing)
        self.header.set_title(said[0])
        self.header.set_subtitle(said[1])
