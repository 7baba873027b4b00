"""One step under the magnifying glass, and the row of buttons that asks for it."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QWidget

from gpt_studio.engine.config import PATIENCE
from gpt_studio.engine.events import StepSeen
from gpt_studio.gui import icons, messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import Curve
from gpt_studio.gui.parts.train.step_bars import BatchText, GradientBars, StepOdds
from gpt_studio.gui.state import Phase, StudioState
from gpt_studio.gui.widgets.basics import Card, button, icon_button, set_property, text
from gpt_studio.gui.widgets.elements import ICON_GAP

SLOW_MS = 1500  # from one step of the slow motion to the next


class StepRow(QWidget):
    """Asks for single steps, one by one or in slow motion, and whether a run may end by itself.

    Signals:
        step_asked: One step of the open run, please; a run that trains is paused for it.
        patience_asked: How many checks without a better one shall end the next run; 0 for never.
    """

    step_asked = Signal()
    patience_asked = Signal(int)

    def __init__(self, state: StudioState) -> None:
        super().__init__()
        self._state = state
        self.one = button(tr("One step"), "plain", "next", "train.one_step")
        self.slow = button(tr("Slow motion"), "plain", "play", "train.slow_motion")
        self.slow.setCheckable(True)
        self.early = QCheckBox(tr("end by itself when held back stops falling"), objectName="train.early_stop")
        self.early.setAccessibleName(self.early.text())
        self.early.setToolTip(
            tr("After {count} checks without a better one. The best model is kept either way.").format(count=PATIENCE)
        )
        theme.set_role(self.early, "body")
        self._beat = QTimer(self, interval=SLOW_MS, singleShot=True, objectName="slow motion")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for each in (self.one, self.slow):
            set_property(each, "tight", "true")
            self._row.addWidget(each)
        self._row.addStretch(1)
        self._row.addWidget(self.early)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.one.clicked.connect(self._ask_once)
        self.slow.toggled.connect(self._begin_or_end)
        self._beat.timeout.connect(self.step_asked)
        self.early.clicked.connect(lambda on: self.patience_asked.emit(PATIENCE if on else 0))
        for signal in (state.phase_changed, state.ready_changed, state.run_changed, state.model_changed):
            signal.connect(self.show_state)
        self.show_state()

    @property
    def focus_order(self) -> list[QWidget]:
        return [self.one, self.slow, self.early]

    def show_state(self) -> None:
        """What can be asked for now, and why not."""
        state, run = self._state, self._state.run
        idle = state.phase is Phase.IDLE
        why = ""
        if state.ready is None:
            why = tr("The workshop is being set up; one moment.")
        elif run is None:
            why = tr("Start a run first, or open one.")
        elif idle and run.curve.step >= run.max_steps:
            why = tr("This run has made all its steps.")
        if state.phase is Phase.TRAINING or why:
            self.slow.setChecked(False)  # somebody let the run go on by itself
        for each, words in (
            (self.one, tr("Make one step and see what it does")),
            (self.slow, tr("One step after the other, slowly enough to look on")),
        ):
            each.setEnabled(not why)
            each.setToolTip(why or words)
        shown = run.record.train if run and not idle else state.train
        self.early.setEnabled(idle)
        self.early.setChecked(shown.early_stop > 0)

    def step_made(self) -> None:
        """A step was seen; in slow motion the next is asked for after a while."""
        if self.slow.isChecked():
            self._beat.start()

    def _ask_once(self) -> None:
        self.slow.setChecked(False)
        self.step_asked.emit()

    def _begin_or_end(self, on: bool) -> None:
        self.slow.setText(tr("Hold") if on else tr("Slow motion"))
        self.slow.setAccessibleName(self.slow.text())
        icons.set_icon(self.slow, "pause" if on else "play", "accent" if on else "text", gap=ICON_GAP)
        set_property(self.slow, "kind", "outlined" if on else "plain")
        if on:
            self.step_asked.emit()
        else:
            self._beat.stop()


class OneStepCard(Card):
    """Shows the step that was made last: its text, the odds at one place before and after, the gradient by part.

    Signals:
        closed: It is not wanted any more.
    """

    closed = Signal()

    def __init__(self) -> None:
        super().__init__(tr("One step"), "train.one_step_card")
        self.batch, self.odds, self.gradient = BatchText(), StepOdds(), GradientBars()
        self._words = text("", "caption", "text2")
        self._close = icon_button("close", tr("Back to the samples"), "train.one_step.close", bare=True)
        self._close.clicked.connect(self.closed)
        self.head.insertWidget(1, self._words)
        self.head.addWidget(self._close)
        columns = QHBoxLayout()
        columns.setSpacing(theme.px(24))
        for each, share in ((self.batch, 5), (self.odds, 5), (self.gradient, 4)):
            columns.addWidget(each, share)
        self.body.addLayout(columns, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_step(self, step: StepSeen, curve: Curve) -> None:
        for each in (self.batch, self.odds, self.gradient):
            each.show_step(step)
        words = tr("step {step}").format(step=messages.count(step.step))
        if len(curve.steps) and curve.step == step.step:
            loss = tr("loss {loss} on these pieces").format(loss=f"{curve.train_loss.values[-1]:.2f}")
            words = f"{words} · {loss}"
        self._words.setText(words)
