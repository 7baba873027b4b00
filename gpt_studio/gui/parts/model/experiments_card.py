"""Parts of the model that can be left out, to see what they are good for."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from gpt_studio.engine.config import ABLATIONS, DEFAULT_PRESET
from gpt_studio.gui import theme
from gpt_studio.gui.parts.model import part_words
from gpt_studio.gui.parts.model.model_draft import Draft, ModelDraft
from gpt_studio.gui.widgets.basics import Card


class ExperimentsCard(Card):
    """A tick for every part that is there; follows the draft, and writes into it."""

    def __init__(self, draft: ModelDraft) -> None:
        super().__init__(self.tr("Experiments"), "model.experiments")
        self._draft = draft
        self._before: Draft | None = None  # what stood here before the bigram was asked for
        self.title.setToolTip(self.tr("Leave a part out, train, and see what breaks."))
        self.parts = {part: QCheckBox(part_words.ablation(part)) for part in ABLATIONS}
        self.bigram = QCheckBox(self.tr("Bigram baseline instead"))
        self.bigram.setObjectName("model.bigram")
        self.bigram.setAccessibleName(self.bigram.text())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        self._lay_out()
        for part, box in self.parts.items():
            box.setObjectName(f"model.without.{part}")
            box.setAccessibleName(box.text())
            box.toggled.connect(lambda there, part=part: draft.set_part(part, there))
        self.bigram.toggled.connect(self._choose_bigram)
        draft.changed.connect(self.show_draft)
        theme.notifier().changed.connect(self._fit_width)
        self._fit_width()
        self.show_draft()

    def _lay_out(self) -> None:
        for box in (*self.parts.values(), self.bigram):
            theme.set_role(box, "body")
            self.body.addWidget(box)

    def show_draft(self) -> None:
        draft = self._draft.draft
        is_bigram = draft.n_layer == 0
        why = self.tr("A bigram has none of these parts.")
        for part, box in self.parts.items():
            with QSignalBlocker(box):
                box.setChecked(part not in draft.without and not is_bigram)
            hindered = why if is_bigram else part_words.needs_attention(part, draft.without)
            box.setEnabled(not hindered)
            told = hindered or part_words.expectation(part)
            box.setToolTip(told)
            box.setStatusTip(told)
            box.setAccessibleDescription(told)
        with QSignalBlocker(self.bigram):
            self.bigram.setChecked(is_bigram)
        self.bigram.setToolTip(self.tr("The yardstick: a table that looks back one token."))
        if not is_bigram:
            self._before = draft

    def _choose_bigram(self, wanted: bool) -> None:
        if wanted:
            self._draft.begin_as("bigram")
        else:
            self._draft.go_back_to(self._before or Draft.of_start(DEFAULT_PRESET))

    def _fit_width(self) -> None:
        self.setFixedWidth(theme.px(262))
        self.body.setSpacing(theme.px(2))

    def tab_order(self) -> list[QWidget]:
        return [*self.parts.values(), self.bigram]
