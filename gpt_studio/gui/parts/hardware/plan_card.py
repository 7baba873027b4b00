"""One model at length: what it is, what it costs, what to expect of it, and the button that takes it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy

from gpt_studio.engine.config import PRESETS, ModelConfig
from gpt_studio.engine.dial import LessonPlan, PresetPlan
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.hardware.quality_bar import QualityBar
from gpt_studio.gui.widgets import preset_words
from gpt_studio.gui.widgets.basics import Badge, Card, Figure, button, paragraph, rule, set_property, text

TONES = {"best": "accent", "too_slow": "warn", "needs_gpu": "warn", "too_little_memory": "warn"}
GIVEN_UP = {
    "memory": "A larger one would learn more, but does not fit into the free memory.",
    "speed": "It is a small one, because this computer is slow: expect less than its larger sisters can do.",
    "text": "A usual text is learnt by heart after that, so the run ends before the lesson does.",
}


class PlanCard(Card):
    """What the dial proposes, or the preset whose row is chosen.

    Signals:
        use_asked: "Use this model" was pressed; carries the LessonPlan, or the preset's id.
        back_asked: The dial's own proposal is to be shown again.
    """

    use_asked = Signal(object)
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown: LessonPlan | str = ""
        self.set_chosen(True)
        self._badge = Badge("", "accent")
        self._name = text("", "big_figure")
        self._layers, self._heads = Figure(tr("Layers")), Figure(tr("Heads"))
        self._width, self._context = Figure(tr("Width")), Figure(tr("Context"))
        self._parameters, self._time = Figure(tr("Parameters")), Figure(tr("Time here"))
        self._expected, self._quality = text("", "caption", "text3"), QualityBar()
        self._summary = paragraph("", "body", "text2")
        self._summary.setObjectName("hardware.summary")
        self._back = button(tr("Back to the proposal"), "flat", "back", name="hardware.back")
        self._use = button(tr("Use this model"), "primary", name="hardware.use")
        set_property(self._use, "main", "true")
        self._use.clicked.connect(lambda: self.use_asked.emit(self._shown))
        self._back.clicked.connect(self.back_asked)
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
        for place, figure in enumerate((self._parameters, self._time)):
            cost.addWidget(figure, 0, place)
            cost.setColumnStretch(place, 1)
        self.body.addLayout(top)
        self.body.addLayout(self._name_row)
        self.body.addLayout(form)
        self.body.addSpacing(4)
        self.body.addWidget(rule())
        self.body.addSpacing(4)
        self.body.addLayout(cost)
        self.body.addSpacing(4)
        self.body.addWidget(self._expected)
        self.body.addWidget(self._quality)
        self.body.addSpacing(4)
        self.body.addWidget(self._summary)
        self.body.addStretch(1)
        self.body.addWidget(self._back)
        self.body.addWidget(self._use)

    def show_lesson(self, plan: LessonPlan, minutes: float) -> None:
        """Tell of the dial's proposal for a lesson of so many minutes."""
        own = f"{plan.model.n_layer} × {messages.count(plan.model.n_embd)}"  # between two presets
        name = preset_words.title(plan.preset) if plan.preset else own
        self._shown = plan
        self._badge.set(tr("Recommended for {n} minutes").format(n=f"{minutes:g}"), "accent", "star")
        self._show_form(plan.model)
        self._parameters.set(messages.count(plan.parameters))
        self._time.set(messages.duration(plan.seconds), tr("Predicted time"))
        self._show_quality(plan.quality, plan.train.max_steps)
        words = [tr("Each step reads {rows} pieces of text.").format(rows=messages.count(plan.train.batch_size))]
        words += [tr(GIVEN_UP[plan.given_up])] if plan.given_up else []
        if plan.given_up != "text":
            words.append(tr("The number of steps follows the clock, so that it ends in time."))
        self._tell(name, " ".join(words), is_plan=True)

    def show_preset(self, plan: PresetPlan, recommended: str | None, memory_free: int | None, minutes: float) -> None:
        """Tell of a preset; `recommended` is None as long as nothing was measured."""
        preset = PRESETS[plan.preset]
        self._shown = plan.preset
        if recommended is None:
            start = tr("A good start anywhere") if plan.preset == "small" else tr("Not measured yet")
            self._badge.set(start, "plain", "")
        else:
            icon, tone = preset_words.REASON_ICONS[plan.reason][0], TONES.get(plan.reason, "plain")
            self._badge.set(preset_words.reason(plan, memory_free, minutes), tone, icon)
        self._show_form(preset.model)
        self._parameters.set(messages.count(plan.parameters))
        self._time.set(*self._time_words(plan))
        self._show_quality(plan.quality, preset.train.max_steps)
        self._tell(preset_words.title(plan.preset), self._sentence(plan), is_plan=False)
        self._back.setVisible(recommended is not None)

    def _show_form(self, model: ModelConfig) -> None:
        bigram = model.is_bigram
        self._layers.set("0" if bigram else str(model.n_layer))
        self._heads.set("0" if bigram else str(model.n_head))
        self._width.set("–" if bigram else messages.count(model.n_embd))
        self._context.set("1" if bigram else messages.count(model.block_size))

    def _show_quality(self, quality: str, steps: int) -> None:
        self._expected.setText(tr("Expected quality after {steps} steps").format(steps=messages.count(steps)))
        self._quality.show_quality(quality)

    def _tell(self, name: str, words: str, is_plan: bool) -> None:
        self._name.setText(name)
        self._summary.setText(words)
        self._back.setVisible(not is_plan)
        self._use.setAccessibleName(tr("Use this model: {name}").format(name=name))
        self.setAccessibleName(f"{name}. {self._badge.words}")
        self.setAccessibleDescription(words)

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
            told = tr("{name} takes {time} here for its {steps} steps, checks and saving. Its steps were timed here.")
        else:
            told = tr("{name} takes about {time} here for its {steps} steps, checks and saving, by what was timed.")
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
