"""One preset at length: what it is, what it costs, how long it takes here, and the button that takes it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy

from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.dial import PresetPlan
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets import preset_words
from gpt_studio.gui.widgets.basics import Badge, Card, Figure, button, paragraph, rule, set_property, text

TONES = {"best": "accent", "too_slow": "warn", "needs_gpu": "warn", "too_little_memory": "warn"}


class PresetCard(Card):
    """The preset that is recommended, or the one whose row is chosen.

    Signals:
        use_asked: "Use this model" was pressed; carries the preset's id.
    """

    use_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._preset = ""
        self.set_chosen(True)
        self._badge = Badge("", "accent")
        self._name = text("", "big_figure")
        self._layers, self._heads = Figure(tr("Layers")), Figure(tr("Heads"))
        self._width, self._context = Figure(tr("Width")), Figure(tr("Context"))
        self._parameters, self._time = Figure(tr("Parameters")), Figure(tr("Time here"))
        self._steps, self._memory = Figure(tr("Steps")), Figure(tr("Memory"))
        self._summary = paragraph("", "body", "text2")
        self._summary.setObjectName("hardware.summary")
        self._use = button(tr("Use this model"), "primary", name="hardware.use")
        set_property(self._use, "main", "true")
        self._use.clicked.connect(lambda: self.use_asked.emit(self._preset))
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._badge)
        top.addStretch(1)
        self._name_row = QHBoxLayout()
        self._name_row.addWidget(self._name, 1)
        form, cost = QGridLayout(), QGridLayout()
        for place, figure in enumerate((self._layers, self._heads, self._width, self._context)):
            form.addWidget(figure, 0, place)
            form.setColumnStretch(place, 1)
        cost.setVerticalSpacing(10)
        for place, figure in enumerate((self._parameters, self._time, self._steps, self._memory)):
            cost.addWidget(figure, *divmod(place, 2))
            cost.setColumnStretch(place % 2, 1)
        self.body.addLayout(top)
        self.body.addLayout(self._name_row)
        self.body.addLayout(form)
        self.body.addSpacing(4)
        self.body.addWidget(rule())
        self.body.addSpacing(4)
        self.body.addLayout(cost)
        self.body.addSpacing(4)
        self.body.addWidget(self._summary)
        self.body.addStretch(1)
        self.body.addWidget(self._use)

    def show_plan(self, plan: PresetPlan, recommended: str | None, memory_free: int | None) -> None:
        """Tell of a preset; `recommended` is None as long as nothing was measured."""
        self._preset = plan.preset
        model = PRESETS[plan.preset].model
        if plan.preset == recommended:
            self._badge.set(tr("Recommended for this computer"), "accent", "star")
        elif recommended is None:
            self._badge.set(
                tr("A good start anywhere") if plan.preset == "small" else tr("Not measured yet"), "plain", ""
            )
        else:
            tone = TONES.get(plan.reason, "plain")
            self._badge.set(preset_words.reason(plan, memory_free), tone, preset_words.REASON_ICONS[plan.reason][0])
        self._name.setText(preset_words.title(plan.preset))
        bigram = model.is_bigram
        self._layers.set("0" if bigram else str(model.n_layer))
        self._heads.set("0" if bigram else str(model.n_head))
        self._width.set("–" if bigram else messages.count(model.n_embd))
        self._context.set("1" if bigram else messages.count(model.block_size))
        self._parameters.set(messages.count(plan.parameters))
        self._time.set(*self._time_words(plan))
        self._steps.set(messages.count(PRESETS[plan.preset].train.max_steps))
        self._memory.set(messages.size(plan.memory_bytes))
        self._summary.setText(self._sentence(plan))
        self._use.setAccessibleName(tr("Use this model: {name}").format(name=preset_words.title(plan.preset)))
        self.setAccessibleName(f"{preset_words.title(plan.preset)}. {self._badge.words}")
        self.setAccessibleDescription(self._summary.text())

    def _time_words(self, plan: PresetPlan) -> tuple[str, str]:
        time, _ = preset_words.time_here(plan.prediction)
        if plan.prediction is None:
            return time, tr("Time here")
        return time, tr("Measured time") if plan.prediction.measured else tr("Predicted time")

    def _sentence(self, plan: PresetPlan) -> str:
        name, steps = preset_words.title(plan.preset), messages.count(PRESETS[plan.preset].train.max_steps)
        if plan.prediction is None:
            told = tr("{name} takes {steps} steps. Press Measure to learn how long they take here.")
        elif plan.prediction.measured:
            told = tr(
                "{name} takes {time} here for its {steps} steps and checks. Its steps were timed on this computer."
            )
        else:
            told = tr("{name} takes about {time} here for its {steps} steps and checks, reckoned from what was timed.")
        return told.format(name=name, steps=steps, time=preset_words.time_here(plan.prediction)[0])

    def arrange(self, width: int | None, low: bool) -> None:
        """Fit the page.

        Args:
            width: Beside the table, the card's own; None above it, where the card takes all there is.
            low: Whether the button must stand beside the name, because the card's foot would be out of sight.
        """
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Expanding if width is None else policy.Fixed, policy.Preferred)
        self.setMinimumWidth(width or 0)
        self.setMaximumWidth(width or 16_777_215)
        foot, head = (self.body, self._name_row) if not low else (self._name_row, self.body)
        head.removeWidget(self._use)
        if foot.indexOf(self._use) < 0:
            foot.addWidget(self._use)
