"""The card that plans a scaling: which text, how many minutes, and what would be trained."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gpt_studio.engine.experiments.scaling import MINUTES, Plan
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments import scaling_words as words
from gpt_studio.gui.parts.experiments.scaling_keeper import Wanted
from gpt_studio.gui.parts.experiments.scaling_table import PLANNED, SizesTable, plan_rows
from gpt_studio.gui.parts.experiments.text_choice import TextChoice
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import Card, Segmented, button, paragraph, set_ink, text

NAME = "experiments.scaling"


class PlanCard(Card):
    """Asks for a plan as soon as something is chosen, and shows it before anything is trained.

    Signals:
        plan_asked(Wanted): Another text, or other minutes.
        begin_asked(Plan, str): What is shown is to be trained on this text.
        measure_asked: The computer's speed is to be measured.
    """

    plan_asked = Signal(object)
    begin_asked = Signal(object, str)
    measure_asked = Signal()

    def __init__(self, state: StudioState) -> None:
        super().__init__(tr("How does the loss fall as models grow?"), f"{NAME}.plan_card")
        self._state = state
        self._wanted: Wanted | None = None
        self._plan: Plan | None = None
        self.texts = TextChoice(state, f"{NAME}.corpus", tr("Text to learn"))
        self.minutes = Segmented([(str(each), str(each)) for each in MINUTES], f"{NAME}.minutes")
        self.minutes.set("5")
        self.minutes.setAccessibleName(tr("Minutes for all models together"))
        self.said = paragraph("", "body", "text")
        self.said.setObjectName(f"{NAME}.said")
        self.limits = paragraph("", "body", "text2")
        self.table = SizesTable(f"{NAME}.plan", tr("Models of the plan"), PLANNED)
        self.measure = button(tr("Go to 1 Hardware"), "outlined", "chip", f"{NAME}.measure")
        self.begin = button(tr("Train them all"), "primary", "play", f"{NAME}.begin")
        self._lay_out()
        self.texts.currentIndexChanged.connect(self._ask)
        self.minutes.chosen.connect(lambda _key: self._ask())
        self.begin.clicked.connect(self._begin)
        self.measure.clicked.connect(self.measure_asked)
        state.hardware_changed.connect(self._ask_again)

    def _lay_out(self) -> None:
        row, foot = QHBoxLayout(), QHBoxLayout()
        row.setSpacing(10)
        label = text(tr("Text"), "body", "text2")
        label.setBuddy(self.texts)
        for each in (label, self.texts, text(tr("Minutes"), "body", "text2"), self.minutes):
            row.addWidget(each)
        row.addStretch(1)
        foot.addWidget(self.begin)
        foot.addWidget(self.measure)
        foot.addStretch(1)
        self.body.addWidget(paragraph(_promise(), "body", "text2"))
        self.body.addLayout(row)
        for below in (self.said, self.limits, self.table):
            self.body.addWidget(below)
        self.body.addLayout(foot)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def tab_order(self) -> list[QWidget]:
        switches: list[QWidget] = [self.minutes.option(str(each)) for each in MINUTES]
        return [self.texts, *switches, self.table, self.begin, self.measure]

    def refresh(self) -> None:
        """Offer the texts that there are now, and plan anew."""
        self.texts.refresh()
        self._ask_again()

    def choose(self, text: str, minutes: float) -> None:
        """The same text and minutes as in an earlier one, as far as they can be had."""
        self.texts.setCurrentIndex(max(0, self.texts.findData(text)))
        if minutes in MINUTES:
            self.minutes.set(f"{minutes:g}")
        self._ask()

    def show_plan(self, wanted: Wanted, plan: Plan | None) -> None:
        """The plan that was asked for; one that nobody wants any more is passed over."""
        if wanted != self._wanted:
            return
        self._plan = plan
        refusal = tr(
            "{minutes} minutes are too few here for models that are {least} times as large as the smallest. "
            "Choose more minutes."
        )
        told = words.plan_words(plan) if plan else refusal.format(minutes=f"{wanted.minutes:g}", least=8)
        self._show(told, words.plan_limits(plan) if plan else "", is_bad=plan is None)

    def refuse(self, sentence: str) -> None:
        """There is no plan, for this reason."""
        self._plan = None
        self._show(sentence, "", is_bad=True)

    def _ask_again(self) -> None:
        self._wanted = None
        self._ask()

    def _ask(self, *_: object) -> None:
        wanted = Wanted(self.texts.text, float(self.minutes.key))
        if not wanted.text or wanted == self._wanted:
            return
        self._wanted, self._plan = wanted, None
        if not self._state.probes:
            self._show(tr("How fast this computer is has not been measured yet; the plan rests on it."), "")
            return
        self._show(tr("Planning …"), "")
        self.plan_asked.emit(wanted)

    def _show(self, told: str, limits: str, is_bad: bool = False) -> None:
        self.said.setText(told)
        set_ink(self.said, "bad" if is_bad else "text")
        self.limits.setText(limits)
        self.limits.setVisible(bool(limits))
        self.table.setVisible(self._plan is not None)
        self.table.show_rows(plan_rows(self._plan) if self._plan else [])
        self.measure.setVisible(not self._state.probes)
        self.begin.setVisible(bool(self._state.probes))
        self.begin.setEnabled(self._plan is not None)
        n = messages.count(len(self._plan.sizes)) if self._plan else ""
        self.begin.setText(tr("Train these {n} models").format(n=n) if n else tr("Train them all"))
        self.begin.setAccessibleName(self.begin.text())

    def _begin(self) -> None:
        if self._plan is not None and self._wanted is not None:
            self.begin.setEnabled(False)  # until the series is there
            self.begin_asked.emit(self._plan, self._wanted.text)


def _promise() -> str:
    return tr(
        "Models from ten thousand parameters upwards learn one text, each the same characters in the same steps. Then "
        "a line through their losses says what the next larger one should come to, and you can train it and see."
    )
