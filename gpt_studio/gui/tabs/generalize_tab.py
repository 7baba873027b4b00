"""Generalize: models against texts that training never saw, one of the texts as a model reads it, and two games."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from gpt_studio.engine.events import Ending, Event, Tested, TextRead
from gpt_studio.engine.preferences import Preferences
from gpt_studio.gui import messages
from gpt_studio.gui.background import Background
from gpt_studio.gui.parts.generalize import trials_words, verdict
from gpt_studio.gui.parts.generalize.control_row import ControlRow
from gpt_studio.gui.parts.generalize.counting import Counting
from gpt_studio.gui.parts.generalize.course import Course
from gpt_studio.gui.parts.generalize.exporting import Exporting
from gpt_studio.gui.parts.generalize.games import Game, Games
from gpt_studio.gui.parts.generalize.matrix_card import MatrixCard
from gpt_studio.gui.parts.generalize.questions import Question, Questions
from gpt_studio.gui.parts.generalize.reading import Reading
from gpt_studio.gui.parts.generalize.reading_card import ReadingCard
from gpt_studio.gui.parts.generalize.results_keeping import ResultsKeeping
from gpt_studio.gui.parts.generalize.step_following import StepFollowing
from gpt_studio.gui.parts.generalize.testing import Testing
from gpt_studio.gui.parts.generalize.trial_setup import TrialSetup
from gpt_studio.gui.parts.generalize.trials import Batch, Cell, Trials
from gpt_studio.gui.parts.generalize.unit_switch import UnitSwitch
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import MessageBar, Page, PageHeader, announce, button


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
        self._keeping = ResultsKeeping(self._setup, self._background, self)
        self._questions = Questions()
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
        self.unit = UnitSwitch(preferences)
        self.matrix_card, self.card = MatrixCard(), ReadingCard()
        self.matrix = self.matrix_card.matrix
        self._reading = Reading(self._setup, self._counting, self.matrix, self.card, lambda: self.is_testing, self)
        self._steps = StepFollowing(self._state, self._setup, self._testing, self._reading, lambda: self._may_ask, self)
        self._course = Course(self._state, self._setup, self.card.course, self._background, self)
        self._exporting = Exporting(self._setup, self.card.course.chart, self)
        self.controls = ControlRow(self._state, self.unit, self._exporting.button)
        for part in (self.header, self.bar, self.controls, self.matrix_card):
            self.content.addWidget(part)
        for card in (self.card, *self.games.cards):
            self.content.addWidget(card, 1)

    def _connect(self) -> None:
        state = self._state
        self.games.asked.connect(self._ask_in_game)
        self.games.changed.connect(self._show_page)
        self.run_button.clicked.connect(self.test)
        self.stop_button.clicked.connect(self._testing.stop)
        self.matrix.chosen.connect(self._choose_cell)
        self.unit.chosen.connect(self._take_unit)
        for each in (self._testing, self._course):
            each.asked.connect(self._ask_for_test)
            each.changed.connect(self._show_table)
            each.stop_asked.connect(self.stop_asked)
            each.ended.connect(self._keeping.keep)
            each.ended.connect(self._show_outcome)
        self._reading.asked.connect(self._ask_for_reading)
        self._reading.ended.connect(self._steps.go_on)
        self._setup.restored.connect(self._show_restored)
        self._setup.changed.connect(self._keeping.keep_soon)
        self.card.turned.connect(self._course.show)
        for teller in (self._testing, self._reading, self._setup, self._course, self._exporting):
            teller.problem.connect(lambda words: self.bar.tell("bad", words))
        self._keeping.problem.connect(lambda words: self.bar.tell("warn", words))
        self._exporting.saved.connect(lambda words: self.bar.tell("good", words))
        state.kept_changed.connect(self._course.show)
        state.run_changed.connect(self._show_run)
        state.runs_changed.connect(self._renew_models)
        self._steps.moved.connect(self._show_table)
        self._steps.test_asked.connect(self.test)
        self._setup.changed.connect(self._show_table)

    # What the window brings

    def receive(self, events: list[Event]) -> None:
        """Take what a test or a reading told."""
        asked = self._questions.answered(self._trials)
        if asked is None:
            return
        for event in events:
            if isinstance(event, Tested) and asked.batch is not None:
                self._trials.take(asked.batch, event)
                self._course.hear(asked.batch)
            elif asked.game is not None and asked.is_awaited:
                asked.game.take(event)
            elif isinstance(event, TextRead) and asked.cell == self._reading.chosen and not self._questions.is_replaced:
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
            self._course.end(asked.batch)
        elif not self._questions and not self._steps.go_on() and asked.cell is not None and ending.kind == "done":
            self._read_on()

    def export_shown(self) -> None:
        """The chart over training where it is looked at, else the matrix."""
        if not self.games.played:
            self._exporting.save()

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
        self._keeping.keep()
        for each in (self._testing, self._reading, self._course):
            each.forget()
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
        if self._steps.row_due:
            self._steps.see()

    def _show_restored(self) -> None:
        """What was tested at an earlier time is there again."""
        if self._trials.is_filled:
            self._state.tick("generalize")
        if self._trials.results and self._reading.chosen is None:
            self.card.forget(self.tr("Click a cell, and its text is read here."))
        self._keeping.took()

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
        return self._testing.is_under_way or self._course.is_under_way

    @property
    def _may_ask(self) -> bool:
        """Whether the matrix is looked at, and the model is free."""
        return self.isVisible() and not self.is_testing and not self.games.played

    def test(self) -> None:
        """Measure what is not known yet, or all."""
        if not self.is_testing:
            self._steps.row_due = False
            self.bar.clear()
            self._testing.begin()

    def _ask_for_test(self, batch: Batch, request: object) -> None:
        self._questions.add(Question(self._trials, batch=batch))
        self.test_asked.emit(request)

    def _show_outcome(self) -> None:
        """After a test: the verdict is said, and the text of a cell is read."""
        if self._trials.is_filled:
            self._state.tick("generalize")
            announce(self, self.header.title.text())
        if self._reading.chosen is None and self._trials.results:
            self.matrix.select(0, self._trials.first_away)
            self._reading.is_due = True
        self._reading.name_cell()
        if self._reading.is_due:
            self._choose_cell()
        else:
            self._read_on()
        self.games.go_on()

    # Reading

    def _choose_cell(self, _row: int = 0, _column: int = 0) -> None:
        self._show_verdict()
        self._reading.choose()

    def _read_on(self) -> None:
        """Look for passages, where nothing else is to be done."""
        if self._may_ask:
            self._reading.go_on()

    def _ask_for_reading(self, cell: Cell, request: object) -> None:
        self._questions.add(Question(self._trials, cell=cell, request=request))
        self.read_asked.emit(request)

    # Showing

    def _take_unit(self) -> None:
        self._show_table()
        self._reading.name_cell()

    def _show_table(self) -> None:
        run, testing, played = self._state.run, self._testing.is_under_way, self.games.played is not None
        if run:
            steps = self._setup.steps()
            shown = trials_words.shown_table(self._trials, run, steps, self._state.step, self.unit.unit)
            self.matrix_card.show_table(shown)
        self.matrix_card.show_progress(self._trials.measured if self._trials.waiting else None)
        for each in (self.controls, self.matrix_card, self.card, self.add_model, self.add_text):
            each.setVisible(not played)
        self.run_button.setVisible(not testing and not played)
        self.stop_button.setVisible(testing and not played)
        self.run_button.setText(self.tr("Test again") if self._trials.is_filled else self.tr("Test"))
        self.run_button.setEnabled(bool(self._trials.texts) and not self.is_testing)
        for menu in (self.add_model, self.add_text, self.card.course.measure):
            menu.setEnabled(not self.is_testing)
        self.card.course.unit = self.unit.unit
        self._course.show()
        self._show_verdict()

    def _show_verdict(self) -> None:
        page = self.games.switch.key if self.games.played else None
        chosen, testing = self.matrix.selected, self._testing.is_under_way
        said = trials_words.heading(self._trials, chosen, testing, self.unit.unit, page)
        self.header.set_title(said[0])
        self.header.set_subtitle(said[1])
