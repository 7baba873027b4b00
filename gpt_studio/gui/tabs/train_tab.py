"""Train: start, watch, pause, stop; compare runs; see how noise becomes words."""

from collections.abc import Callable
from itertools import pairwise

from msgspec.structs import replace
from PySide6.QtCore import QTimer, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gpt_studio.engine import clock
from gpt_studio.engine.config import TrainConfig
from gpt_studio.engine.events import Ending, StepSeen
from gpt_studio.engine.requests import Changes
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import Curve, OpenRun
from gpt_studio.gui.parts.train import ending_words
from gpt_studio.gui.parts.train.chart_company import ChartCompany
from gpt_studio.gui.parts.train.loss_card import LossCard
from gpt_studio.gui.parts.train.one_step_card import OneStepCard, StepRow
from gpt_studio.gui.parts.train.run_list import RunList
from gpt_studio.gui.parts.train.small_charts import SmallCharts
from gpt_studio.gui.parts.train.time_machine import TimeMachine
from gpt_studio.gui.parts.train.train_controls import TrainControls
from gpt_studio.gui.state import Phase, StudioState
from gpt_studio.gui.widgets.fields import rate_words
from gpt_studio.gui.widgets.page import MessageBar, Page

DRAW_MS, FIGURES_MS, UNDO_MS = 100, 1000, 10_000
AFTER_CHARTS_MS = 80
LOW = 660  # pixels of page height below which the small charts fold


class TrainTab(Page):
    """Start, watch and stop a training run; everything shown follows the state.

    Signals:
        start_asked: Start a new run; carries a TrainConfig.
        queue_asked: Put a new run into the queue; carries a TrainConfig.
        pause_asked, go_on_asked, stop_asked: About the run in training.
        step_asked: One step of the open run, to be looked at.
        open_asked(Path), rename_asked(Path, str), delete_asked(Path): About a run of the list.
        resume_asked(Path, int): Go on with a run, up to that many steps.
        fork_asked(int or None, Changes): The open run is to branch off at a step.
        library_asked: All runs are to be shown.
    """

    start_asked = Signal(object)
    queue_asked = Signal(object)
    pause_asked = Signal()
    go_on_asked = Signal()
    stop_asked = Signal()
    step_asked = Signal()
    open_asked = Signal(object)
    resume_asked = Signal(object, int)
    rename_asked = Signal(object, str)
    delete_asked = Signal(object)
    fork_asked = Signal(object, object)
    library_asked = Signal()

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__("train", parent)
        self._state = state
        self.controls, self.bar = TrainControls(state), MessageBar("train.message")
        self.loss, self.small = LossCard(), SmallCharts()
        self.runs, self.machine = RunList(state), TimeMachine(state, self)
        self.timelapse, self.fork = self.machine.timelapse, self.machine.form
        self.steps, self.seen = StepRow(state), OneStepCard()
        self._training: OpenRun | None = None
        self._company = ChartCompany(state, self.loss, self.runs, lambda: self._training, self)
        self._last_opened: OpenRun | None = None
        self._unfinished = ""  # what the bar said of a run that could go on
        self._draw = QTimer(self, interval=DRAW_MS, singleShot=True, objectName="draw")
        self._figures = QTimer(self, interval=FIGURES_MS, singleShot=True, objectName="figures")
        self._undo = QTimer(self, interval=UNDO_MS, singleShot=True, objectName="undo")
        self._figures_at = float("-inf")
        self._lay_out()
        self._connect()
        self._show_run()
        self._show_phase()
        self._show_emptiness()

    def export_shown(self) -> None:
        """The loss chart as a picture."""
        self.loss.save_picture()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(theme.px(12))
        left.addWidget(self.loss, 1)
        left.addWidget(self.small)
        middle = QHBoxLayout()
        middle.setSpacing(theme.px(12))
        middle.addLayout(left, 1)
        middle.addWidget(self.runs)
        self.content.addWidget(self.controls)
        self.content.addWidget(self.bar)
        self.content.addWidget(self.fork)
        self.content.addLayout(middle, 1)
        self.content.addWidget(self.steps)
        self.content.addWidget(self.timelapse)
        self.content.addWidget(self.seen)
        loss, runs, timelapse = self.loss, self.runs, self.timelapse
        order: list[QWidget] = [*self.controls.focus_order, loss.switch, loss.smooth, loss.log]
        order += [loss.unit, loss.more, loss.doctor.button, loss.plot]
        order += [runs.library, runs.view, runs.rename, runs.resume, runs.delete, *self.steps.focus_order]
        order += [timelapse.play, timelapse.slider, timelapse.film, timelapse.fork]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        state = self._state
        self.controls.start_asked.connect(lambda: self._ask_for_run(self.start_asked, self.controls.form.config))
        self.controls.queue_asked.connect(lambda: self._ask_for_run(self.queue_asked, self.controls.next_config))
        self.controls.pause_asked.connect(self.pause_asked)
        self.controls.go_on_asked.connect(self.go_on_asked)
        self.controls.stop_asked.connect(self.stop_asked)
        self.runs.open_asked.connect(self.open_asked)
        self.runs.rename_asked.connect(self.rename_asked)
        self.runs.delete_asked.connect(self.delete_asked)
        self.runs.resume_asked.connect(self.resume_asked)
        self.runs.library_asked.connect(self.library_asked)
        self.loss.problem.connect(self.show_problem)
        self.loss.announced.connect(lambda words: self._tell("good", words))
        self.loss.chart_changed.connect(self._follow)
        self.loss.doctor.stop_asked.connect(self.stop_asked)
        self.loss.doctor.rate_asked.connect(self._use_rate)
        self.loss.doctor.go_asked.connect(self.go_asked)
        self.steps.step_asked.connect(self.step_asked)
        self.steps.patience_asked.connect(self._choose_patience)
        self.seen.closed.connect(lambda: self._look_closely(False))
        state.step_seen.connect(self._show_step)
        self._draw.timeout.connect(self._follow_in_turn)
        self._figures.timeout.connect(self._show_figures)
        self._undo.timeout.connect(self.bar.clear)
        state.curve_grown.connect(self._follow_soon)
        self.machine.fork_asked.connect(self._fork)
        self.machine.told.connect(self._tell)
        state.run_changed.connect(self._show_run)
        state.steps_revised.connect(self._show_revised)
        state.phase_changed.connect(self._show_phase)
        for signal in (
            state.model_changed,
            state.corpus_changed,
            state.tokens_changed,
            state.runs_changed,
            state.run_changed,
        ):
            signal.connect(self._show_emptiness)
        for signal in (state.model_changed, state.corpus_changed, state.tokens_changed):
            signal.connect(self._show_next_run)
        theme.notifier().changed.connect(self._fold)  # zoom changes what there is room for

    # What others tell

    def show_problem(self, words: str) -> None:
        """Something went wrong; it stands under the controls until it is closed or training starts."""
        self._tell("bad", words)

    def training_ended(self, ending: Ending) -> None:
        """How the run in training ended; said until training starts again."""
        run, self._training = self._training, None
        self._show_training()
        if ending.kind == "failed":
            self.show_problem(messages.sentence(ending.code, ending.values or {}))
        elif run and ending.kind == "done" and run.ended:
            words = ending_words.done(run, run.ended)
            self._tell("good", words, tr("Go to 6 Write"), lambda: self.go_asked.emit("write"))
        elif run:
            self._tell_unfinished(run)

    def _tell_unfinished(self, run: OpenRun) -> None:
        words = ending_words.unfinished(run)
        self._tell("accent", words, tr("Resume…"), lambda: self._offer_resume(run))
        self._unfinished = words

    def run_deleted(self, name: str, undo: Callable[[], None]) -> None:
        """A run went to the trash; for ten seconds it can be had back."""
        self._tell("accent", tr("{name} is in the trash.").format(name=name), tr("Undo"), undo)
        self._undo.start()

    def _tell(self, tone: str, words: str, button: str | None = None, then: Callable[[], None] | None = None) -> None:
        self._undo.stop()
        self.bar.tell(tone, words, button, then)

    # Wishes

    def _ask_for_run(self, wish: SignalInstance, train: TrainConfig) -> None:
        state = self._state
        if state.corpus is None:
            words = tr("Choose a text first; the model has nothing to read yet.")
            self._tell("warn", words, tr("Go to 2 Corpus"), lambda: self.go_asked.emit("corpus"))
        elif not state.model_created:
            words = tr("Create a model first.")
            self._tell("warn", words, tr("Go to 4 Model"), lambda: self.go_asked.emit("model"))
        else:
            self.bar.clear()
            wish.emit(train)

    # Following the state

    def _show_emptiness(self) -> None:
        state = self._state
        if state.model_created or state.run or state.runs:
            self.full()
        else:
            self.empty(tr("Create a model first."), tr("Go to 4 Model"), "model")

    def _show_run(self) -> None:
        self.loss.show_run(self._state.run, self._state.train.max_steps, self._vocabulary())
        self.machine.show_samples()
        self._company.show_compared()
        self._company.show_references()
        self._follow()
        self._show_figures()
        self._offer_unfinished()

    def _show_revised(self) -> None:
        """The run is to make another number of steps: its charts end there."""
        self.loss.show_run(self._state.run, self._state.train.max_steps, self._vocabulary())

    def _vocabulary(self) -> int:
        """Tokens of the next run; 0 while no text is chosen."""
        return self._state.vocab_size if self._state.tokenizer else 0

    def _offer_unfinished(self) -> None:
        """A run that is opened and could go on says so, because Start would begin a new one."""
        run = self._state.run
        if run is self._last_opened:
            return
        self._last_opened = run
        if self._unfinished and self.bar.words == self._unfinished:
            self.bar.clear()
        if run and self._state.phase is Phase.IDLE and run.curve.step < run.max_steps:
            self._tell_unfinished(run)

    def _show_next_run(self) -> None:
        if self._state.run is None:
            self._show_run()

    def _show_phase(self) -> None:
        """Training begins, as a rule with the run that is open; the student may look at others meanwhile."""
        if self._state.phase is not Phase.IDLE and self._training is None:
            self._training = self._state.training or self._state.run
            self.bar.clear()
            self._show_training()
        elif self._state.phase is Phase.IDLE:
            self._follow()
            self._show_figures()

    def _show_training(self) -> None:
        self.controls.show_training(self._training)
        self.runs.show_training(self._training)

    def _offer_resume(self, run: OpenRun) -> None:
        self.runs.choose(run.path)
        if self.runs.chosen and self.runs.chosen.path == run.path:
            self.runs.ask_steps()

    def _fork(self, step: int | None, changes: Changes) -> None:
        self.bar.clear()
        self.fork_asked.emit(step, changes)

    def _choose_patience(self, checks: int) -> None:
        self._state.choose_train(replace(self._state.train, early_stop=checks))

    def _show_step(self, step: StepSeen) -> None:
        """A step was made under the magnifying glass."""
        self.seen.show_step(step, self._state.run.curve if self._state.run else Curve())
        self._look_closely(True)
        self.steps.step_made()

    def _look_closely(self, closely: bool) -> None:
        """The step takes the place of the samples, or gives it back."""
        self.seen.setVisible(closely)
        self.timelapse.setVisible(not closely)
        if not closely:
            self.steps.slow.setChecked(False)

    def _use_rate(self, rate: float) -> None:
        """For the next run; the one that is shown stays what it is."""
        self._state.choose_train(replace(self._state.train, learning_rate=rate))
        self._tell("accent", tr("The next run takes a learning rate of {rate}.").format(rate=rate_words(rate)))

    def _follow_soon(self) -> None:
        """Curves follow at most ten times a second, and not at all while nobody sees them."""
        if self.isVisible() and not self._draw.isActive():
            self._draw.start()

    def _follow(self) -> None:
        run = self._state.run
        self.loss.plot.follow()
        self.small.show_curve(run.curve if run else Curve(), run.max_steps if run else 1)
        if clock.now() - self._figures_at > FIGURES_MS / 1000:
            self._show_figures()
        elif not self._figures.isActive():
            self._figures.start()

    def _follow_in_turn(self) -> None:
        """The charts and the figures one after the other, so that the window answers between them."""
        run = self._state.run
        self.loss.plot.follow()
        self.small.follow(run.curve if run else Curve(), run.max_steps if run else 1)
        if not self._figures.isActive():
            overdue = clock.now() - self._figures_at > FIGURES_MS / 1000
            self._figures.start(AFTER_CHARTS_MS if overdue else FIGURES_MS)

    def _show_figures(self) -> None:
        self._figures.stop()
        self._figures_at = clock.now()
        self.loss.show_figures()
        self._company.ask_doctor()
        self.small.show_figures(self._state.run.curve if self._state.run else Curve())

    # Room

    def _fold(self) -> None:
        low = self.height() < theme.px(LOW)
        if low and not self.loss.is_folded:
            self.small.hide()
            self.loss.fold(self.small.charts)
        elif not low and self.loss.is_folded:
            self.small.take_back(self.loss.unfold())
            self.small.show()
        self.timelapse.set_only_chosen(low)
        self.runs.set_low(low)
        margins = self.content.contentsMargins()
        self.controls.fit(self.width() - margins.left() - margins.right())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fold()
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()
