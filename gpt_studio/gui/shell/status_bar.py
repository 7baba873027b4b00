"""The strip at the foot of the window: which run, what is going on, how far it is, and both losses."""

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from gpt_studio.gui import messages, queue_words, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import Phase, StudioState, Visit
from gpt_studio.gui.status_words import device_words, losses, speed_words, time_words
from gpt_studio.gui.widgets.elements import Icon, text

HEIGHT = 36
TEXT_EVERY_MS = 1000  # figures in text change once a second

PHASES = {  # word, icon, colour
    Phase.IDLE: ("Idle", "idle", "text2"),
    Phase.TRAINING: ("Training", "play", "good"),
    Phase.PAUSED: ("Paused", "pause", "warn"),
}
VISITS = {
    Visit.WRITING: ("Writing", "pencil", "accent"),
    Visit.TESTING: ("Testing", "grid", "accent"),
    Visit.LOOKING: ("Looking", "eye", "accent"),
    Visit.MEASURING: ("Measuring", "gauge", "accent"),
}


class LineSample(QWidget):
    """A short piece of a curve, as the chart draws it."""

    def __init__(self, token: str, dashed: bool) -> None:
        super().__init__()
        self._token, self._dashed = token, dashed
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(18), theme.px(10))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        pen = QPen(theme.color(self._token), 3)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if self._dashed:
            pen.setDashPattern([1.5, 0.7])
        painter.setPen(pen)
        middle = self.height() / 2
        painter.drawLine(0, round(middle), self.width(), round(middle))


class _Item(QWidget):
    """Some widgets side by side, with a thin line on their right."""

    def __init__(self, *widgets: QWidget, line: bool = True, gap: int = 7) -> None:
        super().__init__()
        self._row, self._line, self._gap = QHBoxLayout(self), line, gap
        for widget in widgets:
            self._row.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.fit()

    def fit(self) -> None:
        side = theme.px(14)
        self._row.setContentsMargins(side, 0, side if self._line else 0, 0)
        self._row.setSpacing(theme.px(self._gap))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._line:
            high = theme.px(20)
            top = (self.height() - high) // 2
            QPainter(self).fillRect(self.width() - 1, top, 1, high, theme.color("line"))


class StatusBar(QFrame):
    """Follows the state. While a run trains it tells of that run, otherwise of the one that is open.

    When room is short, speed, time left, device and the queue give way, in this order; phase, step and losses stay.
    """

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAccessibleName(tr("Status"))
        self.setProperty("strip", "status")
        self._state = state
        self._training_run: OpenRun | None = None
        self._is_leaving = False
        self._make()
        self._lay_out()
        self._each_second = QTimer(self)
        self._each_second.setInterval(TEXT_EVERY_MS)
        self._each_second.timeout.connect(self._show_progress)
        self._each_second.timeout.connect(self._show_figures)
        for signal in (state.phase_changed, state.visit_changed, state.ready_changed, state.run_changed):
            signal.connect(self.show_all)
        state.runs_changed.connect(self._show_name)
        state.queue_changed.connect(self._show_queue)
        state.step_seen.connect(self._show_step)
        theme.notifier().changed.connect(self._fit)
        self._fit()
        self.show_all()

    def follow(self, run: OpenRun | None) -> None:
        """Tell of this run, whichever is open; None: of the open one."""
        self._training_run = run
        self.show_all()

    def tell(self, words: str) -> None:
        """A passing word about what the mouse is on; an empty one takes it away."""
        self._tip.setText(words)

    # Making

    def _make(self) -> None:
        self._name = text("", "caption_strong")
        self._name.setObjectName("status.run")
        self._phase_icon, self._phase = Icon("idle", "text2", 12), text("", "caption", "text2")
        self._phase.setObjectName("status.phase")
        self._visit_icon, self._visit = Icon("pencil", "accent", 14), text("", "caption", "text2")
        self._visit.setObjectName("status.visit")
        self._device_icon, self._device = Icon("chip", "text2", 16), text("", "caption", "text2")
        self._device.setObjectName("status.device")
        self._bar = QProgressBar()
        self._bar.setObjectName("status.progress")
        self._bar.setTextVisible(False)
        self._step, self._steps = text("", "caption_strong"), text("", "caption", "text2")
        self._step.setObjectName("status.step")
        self._waiting = text("", "caption", "text2")
        self._waiting.setObjectName("status.queue")
        self._time, self._speed = text("", "caption", "text2"), text("", "caption", "text2")
        self._time.setObjectName("status.time")
        self._speed.setObjectName("status.speed")
        self._tip = text("", "caption", "text2")
        self._tip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._train_loss, self._val_loss = text("", "caption_strong"), text("", "caption_strong")

    def _lay_out(self) -> None:
        self._name_item = _Item(self._name)
        self._phase_item = _Item(self._phase_icon, self._phase)
        self._visit_item = _Item(self._visit_icon, self._visit)
        self._device_item = _Item(self._device_icon, self._device)
        self._progress_item = _Item(self._bar, self._step, self._steps, gap=5)
        self._time_item, self._speed_item = _Item(self._time), _Item(self._speed)
        self._waiting_item = _Item(self._waiting)
        self._losses = _Item(
            text(tr("loss"), "caption", "text2"),
            LineSample("train", dashed=False),
            text(tr("training"), "caption", "text2"),
            self._train_loss,
            _space(),
            LineSample("val", dashed=True),
            text(tr("held back"), "caption", "text2"),
            self._val_loss,
            line=False,
        )
        self._losses.setObjectName("status.losses")
        self._items = (
            self._name_item,
            self._phase_item,
            self._visit_item,
            self._device_item,
            self._progress_item,
            self._time_item,
            self._waiting_item,
            self._speed_item,
        )
        row = QHBoxLayout(self)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.setSpacing(0)
        for item in self._items:
            row.addWidget(item)
        row.addWidget(self._tip, 1)
        row.addWidget(self._losses)

    def _fit(self) -> None:
        self.setFixedHeight(theme.px(HEIGHT))
        self.layout().setContentsMargins(theme.px(8), 1, theme.px(22), 0)
        self._bar.setFixedWidth(theme.px(170))
        for item in (*self._items, self._losses):
            item.fit()
        self._give_way()

    # Showing

    @property
    def run(self) -> OpenRun | None:
        """The run that is told of."""
        return self._training_run or self._state.run

    def say_leaving(self) -> None:
        """The window is about to close and waits for the last checkpoint."""
        self._is_leaving = True
        self._show_phase()

    def show_all(self) -> None:
        self._show_name()
        self._show_phase()
        self._show_device()
        self._show_queue()
        self._show_progress()
        self._show_figures()
        if self._state.phase is Phase.TRAINING:
            self._each_second.start()
        else:
            self._each_second.stop()

    def _show_name(self) -> None:
        self._name.setText(self.run.name if self.run else tr("No run yet"))
        self._give_way()

    def _show_phase(self) -> None:
        if self._is_leaving:
            word, icon, token = tr("Saving and closing"), "idle", "text3"
        elif self._state.broken:
            word, icon, token = tr("Cannot train"), "cross", "bad"
        elif self._state.ready is None and self._state.phase is Phase.IDLE:
            word, icon, token = tr("Getting ready"), "idle", "text3"
        else:
            word, icon, token = PHASES[self._state.phase]
        self._phase.setText(tr(word))
        self._phase.setAccessibleName(tr("Phase: {word}").format(word=tr(word)))
        self._phase_icon.set(icon, token)
        shown = VISITS.get(self._state.visit)
        if shown:
            self._visit.setText(tr(shown[0]))
            self._visit_icon.set(shown[1], shown[2])
        else:
            self._visit.clear()
        self._give_way()

    def _show_device(self) -> None:
        ready, started = self._state.ready, self.run.started if self.run else None
        self._device.setText(device_words(ready, started.device if started else None))
        where = started.device if started else ready.device if ready else "cpu"
        self._device_icon.set("chip" if where == "cpu" else "gpu")
        self._give_way()

    def _show_queue(self) -> None:
        self._waiting.setText(queue_words.in_short(self._state.queue, self._state.queue_held))
        self._give_way()

    def _show_progress(self) -> None:
        run = self.run
        if run is None:
            self._bar.setRange(0, 1)
            self._bar.setValue(0)
            self._step.clear()
            self._steps.setText(tr("no steps yet"))
            said = tr("no steps yet")
        else:
            self._bar.setRange(0, max(1, run.max_steps))
            self._bar.setValue(run.curve.step)
            self._step.setText(messages.count(run.curve.step))
            self._steps.setText(tr("/ {steps} steps").format(steps=messages.count(run.max_steps)))
            said = f"{self._step.text()} {self._steps.text()}"
        self._bar.setAccessibleName(tr("Progress: {steps}").format(steps=said))

    def _show_step(self, _seen: object) -> None:
        """A single step was made while the run is paused."""
        self._show_progress()
        self._show_figures()

    def _show_figures(self) -> None:
        run = self.run
        self._time.setText(time_words(run, self._state.phase) if run else "")
        self._speed.setText(speed_words(run) if run and self._state.phase is Phase.TRAINING else "")
        train, held_back = losses(run) if run else (None, None)
        self._train_loss.setText(f"{train:.2f}" if train is not None else "–")
        self._val_loss.setText(f"{held_back:.2f}" if held_back is not None else "–")
        self._losses.setVisible(train is not None or held_back is not None)
        self._losses.setAccessibleName(
            tr("Loss: training {train}, held back {held_back}").format(
                train=self._train_loss.text(), held_back=self._val_loss.text()
            )
        )
        self._give_way()

    def _give_way(self) -> None:
        """Hide what there is no room for."""
        wanted = {item: bool(label.text()) for item, label in self._optional()}
        margins = self.layout().contentsMargins()
        room = self.width() - margins.left() - margins.right()
        widths = {item: item.sizeHint().width() for item in self._items}
        fixed = [item for item in self._items if item not in wanted]
        needed = sum(widths[item] for item in fixed) + sum(widths[item] for item, shown in wanted.items() if shown)
        needed += self._losses.sizeHint().width() if not self._losses.isHidden() else 0
        for item, label in self._optional():  # the first to go stands first
            if wanted[item] and needed > room and label is not self._visit:
                wanted[item] = False
                needed -= widths[item]
        for item, shown in wanted.items():
            item.setVisible(shown)

    def _optional(self) -> tuple[tuple[_Item, QLabel], ...]:
        return (
            (self._speed_item, self._speed),
            (self._time_item, self._time),
            (self._device_item, self._device),
            (self._waiting_item, self._waiting),
            (self._visit_item, self._visit),
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(400), theme.px(HEIGHT))  # it is this bar that gives way, not the window

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()


def _space() -> QWidget:
    gap = QWidget()
    gap.setFixedWidth(theme.px(8))
    return gap
