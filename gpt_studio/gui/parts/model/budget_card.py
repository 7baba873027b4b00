"""What the model costs: parameters, work, memory, time here; and in which parts the parameters are."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from gpt_studio.engine import budget, planning
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.events import Probed
from gpt_studio.engine.planning import LESSON_MINUTES, Prediction
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.model.budget_bar import BudgetBar
from gpt_studio.gui.widgets import preset_words
from gpt_studio.gui.widgets.basics import Badge, Card, text


class BudgetCard(Card):
    """Four figures over a bar.

    Signals:
        part_chosen: A piece of the bar was chosen; carries the part's name.
    """

    part_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.bar = BudgetBar()
        self.bar.part_chosen.connect(self.part_chosen)
        self._figures = QGridLayout()
        self._parameters = self._figure(tr("Parameters"), "model.parameters")
        self._work = self._figure(tr("Work per step"), "model.work")
        self._memory = self._figure(tr("Memory"), "model.memory")
        self._time = self._figure(tr("Time here"), "model.time")
        self._dividers = [QFrame() for _ in range(3)]
        for divider in self._dividers:
            divider.setProperty("rule", "true")
            divider.setFixedWidth(1)
        self._fits = Badge("", "good")
        self._columns = 0
        self.arrange(4)
        self.body.addLayout(self._figures)
        self.body.addSpacing(4)
        self.body.addWidget(self.bar)

    def _figure(self, caption: str, name: str) -> tuple[QLabel, QLabel]:
        value = text("", "figure")
        value.setObjectName(name)
        return text(caption, "caption", "text3"), value

    def arrange(self, columns: int) -> None:
        """Put the figures into one row of four, or two of two."""
        if columns == self._columns:
            return
        self._columns = columns
        self._figures.setHorizontalSpacing(12)
        self._figures.setVerticalSpacing(2)
        for place, labels in enumerate((self._parameters, self._work, self._memory, self._time)):
            row, column = divmod(place, columns)
            for line, label in enumerate(labels):
                self._figures.addWidget(label, 3 * row + line, 2 * column)
        for place, divider in enumerate(self._dividers):
            divider.setVisible(columns == 4)
            self._figures.addWidget(divider, 0, 2 * place + 1, 2, 1)
        self._figures.addWidget(self._fits, 0, 8, 2, 1)
        self._figures.setRowMinimumHeight(2, 8 if columns == 2 else 0)
        for column in range(4):
            self._figures.setColumnStretch(2 * column, 1 if column < columns else 0)
        self.setMinimumWidth(1)  # narrower than four figures in a row: then they stand two by two

    def show_model(self, model: ModelConfig, train: TrainConfig, probes: list[Probed], preset: str | None) -> None:
        counts = budget.parameters(model)
        self._tell(self._parameters, messages.count(counts.total), tr("Parameters"))
        self._tell(self._work, work_words(budget.flops_per_step(model, train.batch_size)), tr("Work per step"))
        self._tell(self._memory, messages.size(planning.memory_bytes(model, train, probes)), tr("Memory"))
        default_steps = preset is not None and train == preset_words.default_train(preset)
        self._show_time(planning.predict(model, train, probes, preset if default_steps else None), train)
        self.bar.show_counts(counts, shared_head=model.tied and not model.is_bigram)

    def _show_time(self, prediction: Prediction | None, train: TrainConfig) -> None:
        time, _ = preset_words.time_here(prediction)
        steps = tr("{steps} steps and their checks").format(steps=messages.count(train.max_steps))
        if prediction is None:
            caption, steps = tr("Time here"), tr("Measure on the Hardware page to know.")
        else:
            caption = tr("Measured time") if prediction.measured else tr("Predicted time")
        self._tell(self._time, time, caption)
        self._time[0].setText(caption)
        for label in self._time:
            label.setToolTip(steps)
        self._fits.setVisible(True)
        if prediction is None:
            self._fits.set(tr("not measured"), "plain")
        elif prediction.seconds <= 60 * LESSON_MINUTES:
            self._fits.set(tr("fits"), "good")
        else:
            self._fits.set(tr("over {n} min").format(n=LESSON_MINUTES), "warn")
        within = tr("A run of {n} minutes is what fits a lesson.").format(n=LESSON_MINUTES)
        self._fits.setToolTip(within if prediction else steps)

    def _tell(self, figure: tuple[QLabel, QLabel], value: str, caption: str) -> None:
        figure[1].setText(value)
        figure[1].setAccessibleName(f"{caption}: {value}")


def work_words(flops: float) -> str:
    """Operations in thousands of thousands: "23 GFLOP", "980 MFLOP"."""
    for limit, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if flops >= limit:
            amount = flops / limit
            return f"{amount:,.0f} {unit}FLOP" if amount >= 10 else f"{amount:.1f} {unit}FLOP"
    return f"{messages.count(flops)} FLOP"
