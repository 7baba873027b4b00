"""The workshop: what was found in a text and what else can be made of it, with a preview of each change."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gpt_studio.engine import corpus
from gpt_studio.engine.text_care.edits import Finding
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.corpus.workshop_forms import PartForm, PlantForm, SeldomForm
from gpt_studio.gui.parts.corpus.workshop_list import WorkshopList
from gpt_studio.gui.parts.corpus.workshop_mix import MixForm
from gpt_studio.gui.parts.corpus.workshop_preview import WorkshopPreview
from gpt_studio.gui.parts.corpus.workshop_words import Step, count_words, groups, which_characters
from gpt_studio.gui.widgets import basics


class WorkshopCard(basics.Card):
    """The list of steps at the left; at the right what the chosen one is, would change, and the button that does it.

    Signals:
        chosen: Another step was chosen; carries its key.
        changed: The settings of the chosen step are others.
        apply_asked: Do what is shown.
        left: The student wants her text back.
    """

    chosen = Signal(str)
    changed = Signal()
    apply_asked = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Workshop"), "corpus.workshop.card")
        all_groups = groups()
        self.steps: dict[str, Step] = {step.key: step for group in all_groups for step in group.steps}
        self.list = WorkshopList(all_groups)
        self.name = basics.text("", "card_title")
        self.explanation = basics.paragraph("", "body", "text2")
        self.told = basics.paragraph("", "caption", "text")
        self.problem = basics.MessageBar("corpus.workshop.problem")
        self.preview = WorkshopPreview()
        self.apply = basics.button(self.tr("Apply"), "primary", name="corpus.workshop.apply")
        self.back = basics.button(self.tr("Back to the text"), icon="back", name="corpus.workshop.back")
        self.looking = basics.text("", "caption", "text2")
        self.seldom, self.part, self.plant, self.mix = SeldomForm(), PartForm(), PlantForm(), MixForm()
        self._forms: dict[str, QWidget] = {
            "seldom": self.seldom,
            "part": self.part,
            "plant": self.plant,
            "mix": self.mix,
        }
        self._lay_out()
        self.list.chosen.connect(self.chosen)
        for form in (self.seldom, self.part, self.plant, self.mix):
            form.changed.connect(self.changed)
        self.apply.clicked.connect(self.apply_asked)
        self.back.clicked.connect(self.left)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.left)

    # Showing

    def show_step(self, key: str, own: bool) -> None:
        """Show what a step is, and its settings."""
        step = self.steps[key]
        self.name.setText(step.title)
        self.explanation.setText(step.explanation)
        for name, form in self._forms.items():
            form.setVisible(name == key)
        self._show_middle(key == "mix")
        self.problem.clear()
        words = self.tr("Make the mixture") if key == "mix" else self.tr("Apply") if own else self.tr("Apply to a copy")
        self.apply.setText(words)
        self.apply.setAccessibleName(f"{words}: {step.title}")

    def show_finding(self, text: str, finding: Finding) -> None:
        """Show what a change would do."""
        self.told.setText(_what_changes(text, finding))
        self.preview.setAccessibleDescription(self.told.text())
        if finding.edits:
            self.preview.show_finding(text, finding)
        elif finding.kind in ("first_part", "even_parts"):
            self.preview.show_nothing(self.tr("All of the text is used."))
        else:
            self.preview.show_nothing(self.tr("Nothing of this kind is in the text."))
        self.allow(bool(finding.edits), self.tr("There is nothing to change."))

    def show_waiting(self) -> None:
        """What is asked for is still being looked for."""
        self.told.clear()
        self.preview.show_nothing(self.tr("This is being looked for …"))
        self.allow(False, self.tr("It is still being looked for."))

    def show_problem(self, words: str) -> None:
        """Say why a step cannot be shown or done, where its settings are."""
        self.told.clear()
        self.preview.show_nothing()
        self.problem.tell("bad", words)
        self.allow(False, words)

    def allow(self, possible: bool, why_not: str = "") -> None:
        """Whether the change can be made; where not, the button says why."""
        self.apply.setEnabled(possible)
        self.apply.setToolTip("" if possible else why_not)

    # Making

    def _lay_out(self) -> None:
        self.head.addWidget(self.looking)
        self.head.addWidget(self.back)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.name)
        right.addWidget(self.explanation)
        for form in (self.seldom, self.part, self.plant):
            right.addWidget(form)
        right.addWidget(self.problem)
        right.addWidget(self.told)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.preview)
        self._middle.addWidget(self.mix)
        right.addWidget(self._middle, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.apply)
        right.addLayout(buttons)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.list)
        row.addLayout(right, 1)
        self.body.addLayout(row, 1)
        self.setMinimumHeight(theme.px(280))
        order = (self.list, *self._forms.values(), self.preview, self.apply, self.back)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _show_middle(self, is_mix: bool) -> None:
        self._middle.setCurrentWidget(self.mix if is_mix else self.preview)
        self.told.setVisible(not is_mix)


def _in_and_out(removed: int, added: int) -> str:
    if not added:
        return messages.tr("{count} characters go").format(count=messages.count(removed))
    if not removed:
        return messages.tr("{count} characters come").format(count=messages.count(added))
    return messages.tr("{removed} characters go, {added} come").format(
        removed=messages.count(removed), added=messages.count(added)
    )


def _what_changes(text: str, finding: Finding) -> str:
    """Places, characters that go and come, and how long both parts are before and after."""
    if not finding.edits:
        return ""
    before, after = len(text), len(text) - finding.removed + finding.added
    lines = [
        messages.tr("{places}: {change}.").format(
            places=count_words(len(finding.edits)), change=_in_and_out(finding.removed, finding.added)
        ),
        messages.tr("{before} characters become {after}; held back are {held_before}, then {held_after}.").format(
            before=messages.count(before),
            after=messages.count(after),
            held_before=messages.count(before - corpus.cut_of(before)),
            held_after=messages.count(after - corpus.cut_of(after)),
        ),
    ]
    which = which_characters(finding)
    return "\n".join([*lines, messages.tr("Found: {which}").format(which=which)] if which else lines)
