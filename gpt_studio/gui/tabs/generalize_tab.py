"""Generalize: models against texts that training never saw, one of the texts as a model reads it, and two games."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gpt_studio.engine.events import Ending, Event, Tested, TextRead
from gpt_studio.engine.preferences import Preferences
from gpt_studio.gui import messages, theme
from gpt_studio.gui.background import Background
from gpt_studio.gui.parts.generalize import trials_words, verdict
from gpt_studio.gui.parts.generalize.counting import Counting
from gpt_studio.gui.parts.generalize.games import Game, Games
from gpt_studio.gui.parts.generalize.matrix_card import MatrixCard
from gpt_studio.gui.parts.generalize.questions import Question, Questions
from gpt_studio.gui.parts.generalize.reading import Reading
from gpt_studio.gui.parts.generalize.reading_card import ReadingCard
from gpt_studio.gui.parts.generalize.testing import Testing
from gpt_studio.gui.parts.generalize.trial_setup import TrialSetup
from gpt_studio.gui.parts.generalize.trials import Cell, RowKey, Trials
from gpt_studio.gui.parts.generalize.unit_switch import UnitSwitch
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import MessageBar, Page, PageHeader, announce, button
from gpt_studio.gui.widgets.step_choice import StepChoice

READ_AFTER_MS = 120  # so that arrow keys run over cells without reading each


class GeneralizeTab(Page):
    """Choose models and texts, test, and read the results.

    Args:
        state: The window's.
        preferences: Remember what the cells count in; without any, the built-in choice holds.

    Signals:
        test_asked: Carries a TestRequest.
        read_asked: Carries a ReadRequest, or in a duel a WriteRequest.
        stop_asked: The test is to stop; what was measured stays.
    """

    test_asked = Signal(object)
    read_asked = Signal(object)
    stop_asked = Signal()

    def __init__(
        self, state: StudioState, preferences: Preferences | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("generalize", parent)
        self._state = state
        self._background = Background(self)
        self._setup = TrialSetup(state, self._background, self)
        self._counting = Counting(self._background, self)
        self._testing = Testing(self._setup, self._counting, self._background, self)
        self._questions = Questions()
        self._read_due = False
        self._row_due = False  # the open run's row is to be measured at the chosen step, after its text has been read
        self._timer = QTimer(self, objectName="read after choosing", singleShot=True, interval=READ_AFTER_MS)
        self._make_parts(preferences)
        self._connect()
        self._show_run()

    def _make_parts(self, preferences: Preferences | None) -> None:
        self.header = PageHeader(*verdict.invitation())
        self.add_model, self.add_text = self._setup.add_model, self._setup.add_text
        self.run_button = button(self.tr("Test"), "primary", name="generalize.run")
        self.stop_button = button(self.tr("Stop"), icon="stop", name="generalize.stop")
        self.games = Games(self._state, self._background, lambda: not self.is_testing, self)
        for each in (self.games.switch, self.add_model, self.add_text, self.stop_button, self.run_button):
            self.header.add(each)
        self.bar = MessageBar("generalize.message")
        self.step = StepChoice(self._state, "generalize.step", self.tr("This run as it was at step"))
        self.unit = UnitSwitch(preferences)
        self.matrix_card, self.card = MatrixCard(), ReadingCard()
        self.matrix = self.matrix_card.matrix
        self._reading = Reading(self._setup, self._counting, self.card, self)
        row = QHBoxLayout()
        row.setSpacing(theme.px(16))
        row.addWidget(self.step, 1)
        row.addStretch(0)
        row.addWidget(self.unit, 0, Qt.AlignmentFlag.AlignRight)
        self.content.addWidget(self.header)
        self.content.addWidget(self.bar)
        self.content.addLayout(row)
        self.content.addWidget(self.matrix_card)
        self.content.addWidget(self.card, 1)
        for card in self.games.cards:
            self.content.addWidget(card, 1)

    def _connect(self) -> None:
        state, testing = self._state, self._testing
        self.games.asked.connect(self._ask_in_game)
        self.games.changed.connect(self._show_page)
        self.run_button.clicked.connect(self.test)
        self.stop_button.clicked.connect(testing.stop)
        self.matrix.chosen.connect(self._choose_cell)
        self.unit.chosen.connect(self._take_unit)
        self._timer.timeout.connect(self._ask_to_read)
        testing.asked.connect(self._ask_for_test)
        testing.changed.connect(self._show_table)
        testing.ended.connect(self._show_outcome)
        testing.stop_asked.connect(self.stop_asked)
        self._reading.asked.connect(self._ask_for_reading)
        self._reading.ended.connect(lambda: self.test() if self._row_due else None)
        for teller in (testing, self._reading, self._setup):
            teller.problem.connect(lambda words: self.bar.tell("bad", words))
        state.run_changed.connect(self._show_run)
        state.runs_changed.connect(self._renew_models)
        state.step_changed.connect(self._follow_step)
        self._setup.changed.connect(self._show_table)

    # What the window brings

    def receive(self, events: list[Event]) -> None:
        """Take what a test or a reading told."""
        asked = self._questions.answered(self._trials)
        if asked is None:
            return
        for event in events:
            if isinstance(event, Tested) and asked.batch is not None:
                self._testing.take(asked.batch, event)
            elif asked.game is not None and asked.is_awaited:
                asked.game.take(event)
            elif isinstance(event, TextRead) and asked.cell == self._chosen_cell and not self._questions.is_replaced:
                self._reading.take(event)
        if asked.batch is not None:
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
        if asked.batch is not None:
            self._testing.end(asked.batch)
        elif self._row_due and not self._questions:
            self.test()
        elif asked.cell is not None and ending.kind == "done" and not self._questions:
            self._read_on()

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
        self._testing.forget()
        self._reading.forget()
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

    # Testing

    @property
    def is_testing(self) -> bool:
        return self._testing.is_under_way

    def test(self) -> None:
        """Measure what is not known yet, or all."""
        if not self.is_testing:
            self._row_due = False
            self.bar.clear()
            self._testing.begin()

    def _ask_for_test(self, batch: object, request: object) -> None:
        self._questions.add(Question(self._trials, batch=batch))  # type: ignore[arg-type]
        self.test_asked.emit(request)

    def _follow_step(self) -> None:
        """Show the open run as it was: its text is read anew at once, then its row is measured, if it had been."""
        run, trials = self._state.run, self._trials
        if run is None or not trials.has_model(RowKey(run.path)):
            return
        row, results = RowKey(run.path), trials.results
        self._row_due = self._row_due or any(cell[0] == row for cell in results) or self.is_testing
        trials.go_to(row, self._setup.steps()[row])
        results = trials.results
        if all((row, text.key) in results for text in trials.texts):
            self._row_due = False
        self._show_table()
        if self.is_testing:
            self._read_due = True
            self._testing.stop()
        self._see_step()

    def _see_step(self) -> None:
        if not self.isVisible() or self.is_testing or self.games.played:
            return
        cell, run = self._chosen_cell, self._state.run
        if cell and run and cell[0] == RowKey(run.path) and cell[1] in self._trials.loaded:
            self._name_cell()
            self._ask_to_read()
        elif self._row_due:
            self.test()

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
        else:
            self._read_on()
        self.games.go_on()

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
        return self._trials.models[chosen[0]].key, self._trials.texts[chosen[1]].key

    def _name_cell(self) -> None:
        """Name what is read, with the figures of now."""
        cell, chosen = self._chosen_cell, self.matrix.selected
        if cell and chosen:
            model, text = self._trials.models[chosen[0]], self._trials.texts[chosen[1]]
            tested = self._trials.results.get(cell)
            self.card.show_cell(trials_words.row_name(model), text.title, tested, self.unit.unit)

    def _choose_cell(self, _row: int, _column: int) -> None:
        cell = self._chosen_cell
        self._show_verdict()
        self._name_cell()
        self._read_due = self.is_testing
        if self.is_testing:
            self.card.show_hint(self.tr("The text is read as soon as the test is done."))
        elif cell not in self._trials.results:
            self.card.show_hint(self.tr("Not tested yet. Press Test."))
        else:
            self._timer.start()

    def _ask_to_read(self) -> None:
        cell = self._chosen_cell
        if cell and cell[1] in self._trials.loaded and not self.is_testing:
            self._reading.begin(cell)

    def _read_on(self) -> None:
        """Look for passages, where nothing else is to be done."""
        if self.isVisible() and not self.games.played and not self.is_testing:
            self._reading.go_on()

    def _ask_for_reading(self, cell: Cell, request: object) -> None:
        self._questions.add(Question(self._trials, cell=cell, request=request))
        self.read_asked.emit(request)

    # Showing

    def _take_unit(self) -> None:
        self._show_table()
        self._name_cell()

    def _show_table(self) -> None:
        run, testing, played = self._state.run, self.is_testing, self.games.played
        if run:
            steps = self._setup.steps()
            shown = trials_words.shown_table(self._trials, run, steps, self._state.step, self.unit.unit)
            self.matrix_card.show_table(shown)
        self.matrix_card.show_progress(self._trials.measured if self._trials.waiting else None)
        for each in (self.step, self.unit, self.matrix_card, self.card, self.add_model, self.add_text):
            each.setVisible(not played)
        self.run_button.setVisible(not testing and not played)
        self.stop_button.setVisible(testing and not played)
        self.run_button.setText(self.tr("Test again") if self._trials.is_filled else self.tr("Test"))
        self.run_button.setEnabled(bool(self._trials.texts))
        for menu in (self.add_model, self.add_text):
            menu.setEnabled(not testing)
        self._show_verdict()

    def _show_verdict(self) -> None:
        if self.games.played:
            said = trials_words.game_heading(self.games.switch.key)
        else:
            said = trials_words.heading(self._trials, self.matrix.selected, self.is_testing, self.unit.unit)
        self.header.set_title(said[0])
        self.header.set_subtitle(said[1])
