"""The upper row of Train: start, pause, stop, and the settings of the next run."""

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QHBoxLayout, QSizePolicy, QWidget

from gpt_studio.engine.config import Optimizer, TrainConfig, with_optimizer
from gpt_studio.gui import icons, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.train.train_form import TrainForm
from gpt_studio.gui.state import Phase, StudioState
from gpt_studio.gui.widgets.basics import button, set_property


class TrainControls(QWidget):
    """Follows `phase` and `ready` of the state.

    While a run trains, its settings are shown and locked; those of the next run can be had instead, for the queue.

    Signals:
        start_asked, queue_asked, pause_asked, go_on_asked, stop_asked: What was pressed.
    """

    start_asked = Signal()
    queue_asked = Signal()
    pause_asked = Signal()
    go_on_asked = Signal()
    stop_asked = Signal()

    def __init__(self, state: StudioState) -> None:
        super().__init__()
        self._state = state
        self._training: OpenRun | None = None  # it need not be the run that is open
        self._room = 0  # pixels; see `fit`
        self.start = button(tr("Start"), "primary", "play", "train.start")
        self.pause = button(tr("Pause"), "outlined", "pause", "train.pause")
        self.stop = button(tr("Stop"), "plain", "stop", "train.stop")
        self.queue = button(tr("Add to queue"), "plain", "plus", "train.queue")
        self.next = QCheckBox(tr("settings of the next run"), objectName="train.next_run")
        self.next.setAccessibleName(tr("Show and change the settings of the next run"))
        self.next.setToolTip(tr("The run in training keeps its own."))
        self.form = TrainForm()
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(10))
        for each in (self.start, self.pause, self.stop, self.queue):
            set_property(each, "main", "true")
            buttons.addWidget(each)
        buttons.addWidget(self.next)
        buttons.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addLayout(buttons)
        self._row.addWidget(self.form, 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.start.clicked.connect(self.start_asked)
        self.pause.clicked.connect(self._pause_or_go_on)
        self.stop.clicked.connect(self.stop_asked)
        self.queue.clicked.connect(self.queue_asked)
        self.next.toggled.connect(self.show_state)
        self.form.changed.connect(state.choose_train)
        self.form.optimizer_asked.connect(self._choose_optimizer)
        changes = (
            state.phase_changed,
            state.ready_changed,
            state.model_changed,
            state.run_changed,
            state.steps_revised,
        )
        for signal in changes:
            signal.connect(self.show_state)
        self.show_state()

    @property
    def focus_order(self) -> list[QWidget]:
        return [self.start, self.pause, self.stop, self.queue, self.next, *self.form.focus_order]

    @property
    def next_config(self) -> TrainConfig:
        """What the next run is to be trained with."""
        return self._state.train if self._shows_training else self.form.config

    @property
    def _shows_training(self) -> bool:
        return self._state.phase is not Phase.IDLE and not self.next.isChecked()

    def show_state(self) -> None:
        """Say what can be done now, and whose settings these are."""
        state, idle = self._state, self._state.phase is Phase.IDLE
        self.start.setEnabled(idle and state.ready is not None)
        self.pause.setEnabled(not idle)
        self.stop.setEnabled(not idle)
        paused = state.phase is Phase.PAUSED
        self.pause.setText(tr("Resume") if paused else tr("Pause"))
        self.pause.setAccessibleName(self.pause.text())
        icons.set_icon(self.pause, "play" if paused else "pause", "accent")
        set_property(self.pause, "kind", "plain" if idle else "outlined")
        if not idle:
            self.start.setToolTip(tr("This run is under way. Stop it before you start another."))
        elif state.ready is None:
            self.start.setToolTip(tr("The workshop is being set up; one moment."))
        elif state.run:
            self.start.setToolTip(tr("Start a new run; {name} stays as it is.").format(name=state.run.name))
        else:
            self.start.setToolTip(tr("Train the model on the text"))
        self.pause.setToolTip(tr("Nothing is training.") if idle else "")
        self.stop.setToolTip(tr("Nothing is training.") if idle else tr("Stop and save; the run can be resumed."))
        self.queue.setToolTip(tr("A run with the chosen text and model waits for its turn and trains by itself"))
        if self.next.isHidden() != idle:
            self.next.setHidden(idle)
            self.fit(self._room)
        self.form.set_locked(self._shows_training)
        if self._training and self._shows_training:  # a resumed run may have been given more steps than its record says
            self.form.show_config(replace(self._training.record.train, max_steps=self._training.max_steps))
            goes_on = self._training.started is not None and self._training.started.step > 0  # then steps alone count
            self.form.show_minutes(None if goes_on else self._training.record.minutes)
        else:
            self.form.show_config(state.train)
            self.form.show_minutes(state.minutes)

    def show_training(self, run: OpenRun | None) -> None:
        """Whose settings to show: the run in training, or none."""
        self._training = run
        self.show_state()

    def fit(self, width: int) -> None:
        """Lay out for `width` pixels: in one row, without the words beside the lock, or in two rows."""
        self._room = width
        gap = theme.px(18)
        shown: list[QWidget] = [self.start, self.pause, self.stop, self.queue]
        shown += [] if self.next.isHidden() else [self.next]
        buttons = sum(each.sizeHint().width() for each in shown) + (len(shown) - 1) * theme.px(10)
        one_row = buttons + gap + self.form.width_for(narrow=True) <= width
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if one_row else QBoxLayout.Direction.TopToBottom)
        self._row.setSpacing(gap if one_row else theme.px(10))
        room = width - buttons - gap if one_row else width
        self.form.fit(room)

    def _choose_optimizer(self, name: Optimizer) -> None:
        self._state.choose_train(with_optimizer(self.form.config, self._state.model, name))

    def _pause_or_go_on(self) -> None:
        if self._state.phase is Phase.PAUSED:
            self.go_on_asked.emit()
        else:
            self.pause_asked.emit()
