"""The three small charts under the loss: learning rate, gradient norm, characters per second."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import Curve
from gpt_studio.gui.parts.train.small_chart import SmallChart
from gpt_studio.gui.widgets.basics import set_property
from gpt_studio.gui.widgets.fields import rate_words

TURN_MS = 20  # from one chart to the next: drawn together, all of them would hold up the window for 5 ms
RECENT = 20  # steps whose middle is called the present speed


class SmallCharts(QWidget):
    """A row of three cards, each with one chart; the charts can be lent to the loss card when the window is low."""

    def __init__(self) -> None:
        super().__init__()
        self.rate = SmallChart(tr("Learning rate"), "train.rate_chart", steady=True)
        self.gradient = SmallChart(tr("Gradient norm"), "train.gradient_chart")
        self.speed = SmallChart(tr("Characters per second"), "train.speed_chart")
        self._slots: list[QVBoxLayout] = []
        self._curve, self._max_steps, self._drawn = Curve(), 1, 0
        self._turn = QTimer(self, interval=TURN_MS, objectName="small charts")
        self._turn.timeout.connect(self._draw_next)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(12))
        for chart in self.charts:
            frame = QFrame()
            set_property(frame, "card", "true")
            slot = QVBoxLayout(frame)
            slot.addWidget(chart)
            self._slots.append(slot)
            row.addWidget(frame, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._fit()
        theme.notifier().changed.connect(self._fit)

    @property
    def charts(self) -> tuple[SmallChart, SmallChart, SmallChart]:
        return self.rate, self.gradient, self.speed

    def take_back(self, charts: list[SmallChart]) -> None:
        """Put lent charts where they belong."""
        for slot, chart in zip(self._slots, charts, strict=True):
            slot.addWidget(chart)
            chart.show()

    def show_curve(self, curve: Curve, max_steps: int) -> None:
        """Draw what is new at once; charts that nobody sees cost nothing."""
        self._turn.stop()
        self._curve, self._max_steps = curve, max_steps
        for place in range(len(self.charts)):
            self._draw(place)

    def follow(self, curve: Curve, max_steps: int) -> None:
        """Draw what is new, one chart after the other."""
        self._curve, self._max_steps, self._drawn = curve, max_steps, 0
        self._turn.start()

    def _draw_next(self) -> None:
        self._draw(self._drawn)
        self._drawn += 1
        if self._drawn == len(self.charts):
            self._turn.stop()

    def _draw(self, place: int) -> None:
        curve, chart = self._curve, self.charts[place]
        series = (curve.learning_rate, curve.grad_norm, curve.tokens_per_s)[place]
        if chart.isVisible():
            chart.show_curve(curve.steps.values, series.values, self._max_steps)

    def show_figures(self, curve: Curve) -> None:
        """Renew what people read; called once a second at most."""
        if not len(curve.steps):
            for chart in self.charts:
                chart.set_words("")
            return
        self.rate.set_words(rate_words(float(f"{curve.learning_rate.values[-1]:.2g}")))
        self.gradient.set_words(f"{_middle(curve.grad_norm.values):.2f}")
        self.speed.set_words(messages.count(_middle(curve.tokens_per_s.values)))

    def _fit(self) -> None:
        self.setFixedHeight(theme.px(106))
        for slot in self._slots:
            slot.setContentsMargins(theme.px(12), theme.px(9), theme.px(12), theme.px(6))


def _middle(values) -> float:
    recent = sorted(values[-RECENT:].tolist())
    return recent[len(recent) // 2]
