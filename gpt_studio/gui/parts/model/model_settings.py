"""The left side of the Model tab: the preset, the five sizes, and what is wrong with them."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.engine.config import PRESETS
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.model.model_draft import FIELDS, ModelDraft, heads_that_fit
from gpt_studio.gui.parts.model.setting_row import SettingRow
from gpt_studio.gui.widgets import preset_words
from gpt_studio.gui.widgets.basics import Card, Icon, announce, button, paragraph, text

OWN = "own"  # the entry of the preset list that stands for the student's own mixture


class FixBar(QFrame):
    """What is wrong, what would be right, and one button that does it; fits a narrow card."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("model.problem")
        self.setProperty("bar", "bad")
        self._words = paragraph("", "body", "text")
        self._fix = button("", name="model.fix")
        self._then: Callable[[], None] = self.hide
        self._fix.clicked.connect(lambda: self._then())
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(10, 8, 10, 10)
        row.addWidget(Icon("cross", "bad", 18), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        column.addLayout(row)
        column.addWidget(self._fix)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.hide()

    def tell(self, words: str, button_words: str, then: Callable[[], None]) -> None:
        if words != self._words.text() or self.isHidden():
            announce(self, words)
        self._words.setText(words)
        self._fix.setText(button_words)
        self._fix.setAccessibleName(button_words)
        self._then = then
        self.setAccessibleName(words)
        self.show()

    @property
    def words(self) -> str:
        return self._words.text()


class PresetBox(QComboBox):
    """The presets, and the student's own mixture. The mouse wheel scrolls the page instead."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("model.preset")
        self.setAccessibleName(self.tr("Preset"))
        for name in PRESETS:
            self.addItem(preset_words.title(name), name)
        self.addItem(self.tr("My own"), OWN)
        theme.set_role(self, "body")

    def show_preset(self, preset: str | None) -> None:
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(preset or OWN))

    def wheelEvent(self, event) -> None:
        event.ignore()


class ModelSettings(Card):
    """Follows the draft, and writes into it."""

    def __init__(self, draft: ModelDraft) -> None:
        super().__init__(self.tr("Size"))
        self._draft = draft
        self.preset = PresetBox()
        self._note = paragraph("", "caption", "text2")
        self._vocabulary = text("", "strong")
        self._vocabulary_note = text("", "caption", "text3")
        self.problem = FixBar()
        self.rows = {field: SettingRow(field) for field in FIELDS}
        self._lay_out()
        self._fit_width()
        theme.notifier().changed.connect(self._fit_width)
        self.preset.activated.connect(self._choose_preset)
        for row in self.rows.values():
            row.changed.connect(self._set)
        draft.changed.connect(self.show_draft)

    def _lay_out(self) -> None:
        caption = text(self.tr("Preset"), "body", "text2")
        caption.setBuddy(self.preset)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(caption)
        line.addWidget(self.preset, 1)
        self.body.addLayout(line)
        self.body.addWidget(self._note)
        for row in self.rows.values():
            self.body.addWidget(row)
            if row.name == "n_head":
                self.body.addWidget(self.problem)
        below = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(text(self.tr("Vocabulary"), "strong"))
        words.addWidget(self._vocabulary_note)
        below.addLayout(words, 1)
        below.addWidget(self._vocabulary, 0, Qt.AlignmentFlag.AlignRight)
        self.body.addLayout(below)
        self.body.addStretch(1)

    def show_draft(self) -> None:
        draft = self._draft.draft
        bigram = draft.n_layer == 0
        self.preset.show_preset(draft.preset)
        for field, row in self.rows.items():
            row.setEnabled(not bigram)
            row.show_value(getattr(draft, field))
        why = self.tr("A bigram has no blocks: there is nothing to set.") if bigram else ""
        self._note.setText(why)
        self._note.setVisible(bigram)
        for row in self.rows.values():
            row.tell_why(why)
        self.show_vocabulary()
        self._show_problem()

    def show_vocabulary(self) -> None:
        chosen = self._draft.knows_text
        self._vocabulary.setText(messages.count(self._draft.vocab_size))
        by = {
            "char": self.tr("set by the text") if chosen else self.tr("until a text is chosen"),
            "byte": self.tr("the 256 bytes"),
            "bpe": self.tr("byte pairs, set in 3 Tokenizer"),
        }
        self._vocabulary_note.setText(by[self._draft.tokens.kind])

    def focus_problem(self) -> None:
        self.rows["n_head"].field.setFocus()
        self.rows["n_head"].field.selectAll()

    def _show_problem(self) -> None:
        draft = self._draft.draft
        problem = draft.problem
        self.rows["n_head"].set_bad(problem is not None)
        self.rows["n_embd"].set_bad(problem is not None)
        if problem is None:
            self.problem.hide()
            return
        heads = heads_that_fit(draft.n_embd, draft.n_head)[0]
        words = messages.sentence(problem.code, problem.values)
        self.problem.tell(words, self.tr("Use {n}").format(n=heads), lambda: self._draft.set("n_head", heads))

    def _choose_preset(self, place: int) -> None:
        name = self.preset.itemData(place)
        if name == OWN:
            self.show_draft()  # one makes it by moving a slider
        else:
            self._draft.choose_preset(name)

    def _set(self, field: str, value: float) -> None:
        self._draft.set(field, value if field == "dropout" else int(value))

    def _fit_width(self) -> None:
        self.setFixedWidth(theme.px(262))
        self.body.setSpacing(theme.px(11))

    def tab_order(self) -> list[QWidget]:
        return [self.preset, *(each for row in self.rows.values() for each in (row.field, row.slider))]
