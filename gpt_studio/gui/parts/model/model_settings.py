"""The model's size: the preset, the five numbers, what is wrong with them, and the finer points."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.lesson_models import LESSONS
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.model.form_options import FormOptions
from gpt_studio.gui.parts.model.model_draft import FIELDS, ModelDraft, heads_that_fit
from gpt_studio.gui.parts.model.setting_row import SettingRow
from gpt_studio.gui.widgets import preset_words
from gpt_studio.gui.widgets.basics import Card, Icon, announce, button, paragraph, text

OWN = "own"  # the entry of the preset list that stands for the student's own mixture


class FixBar(QFrame):
    """What is wrong, what would be right, and up to two buttons that do it; fits a narrow card."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("model.problem")
        self.setProperty("bar", "bad")
        self._words = paragraph("", "body", "text")
        self._fixes = [button("", name="model.fix"), button("", name="model.fix.other")]
        self._then: list[Callable[[], None]] = []
        for place, fix in enumerate(self._fixes):
            fix.clicked.connect(lambda _checked=False, place=place: self._then[place]())
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(10, 8, 10, 10)
        row.addWidget(Icon("cross", "bad", 18), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        column.addLayout(row)
        fixes = QHBoxLayout()
        for fix in self._fixes:
            fixes.addWidget(fix, 1)
        column.addLayout(fixes)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.hide()

    def tell(self, words: str, fixes: dict[str, Callable[[], None]]) -> None:
        """What is wrong, and what each button says and does."""
        if words != self._words.text() or self.isHidden():
            announce(self, words)
        self._words.setText(words)
        self._then = list(fixes.values())
        for place, fix in enumerate(self._fixes):
            fix.setVisible(place < len(fixes))
            if place < len(fixes):
                fix.setText(list(fixes)[place])
                fix.setAccessibleName(fix.text())
        self.setAccessibleName(words)
        self.show()

    @property
    def words(self) -> str:
        return self._words.text()


class PresetBox(QComboBox):
    """The presets, models of other lessons, and the student's own mixture. The mouse wheel scrolls the page instead."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("model.preset")
        self.setAccessibleName(self.tr("Preset"))
        for name in PRESETS:
            self.addItem(preset_words.title(name), name)
        self.insertSeparator(self.count())
        for name in LESSONS:
            self.addItem(preset_words.title(name), name)
            self.setItemData(self.count() - 1, preset_words.lesson(name), Qt.ItemDataRole.ToolTipRole)
        self.insertSeparator(self.count())
        self.addItem(self.tr("My own"), OWN)
        theme.set_role(self, "body")

    def show_preset(self, preset: str | None) -> None:
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(preset or OWN))
            self.setToolTip(preset_words.lesson(preset) if preset in LESSONS else "")

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
        self.options = FormOptions(draft)
        self._lay_out()
        self._fit_width()
        theme.notifier().changed.connect(self._fit_width)
        self.preset.activated.connect(self._choose_preset)
        for row in self.rows.values():
            row.changed.connect(self._set)
        draft.changed.connect(self.show_draft)

    def _lay_out(self) -> None:
        self.title.setBuddy(self.preset)
        self.head.addWidget(self.preset)
        self.body.addWidget(self._note)
        for row in self.rows.values():
            self.body.addWidget(row)
            if row.name == "n_head":
                self.body.addWidget(self.problem)
        below = QHBoxLayout()
        below.addWidget(text(self.tr("Vocabulary"), "strong"))
        below.addWidget(self._vocabulary_note, 1)
        below.addWidget(self._vocabulary, 0, Qt.AlignmentFlag.AlignRight)
        self.body.addLayout(below)
        self.body.addWidget(self.options)

    def show_draft(self) -> None:
        draft = self._draft.draft
        bigram = draft.n_layer == 0
        self.preset.show_preset(draft.start)
        for field, row in self.rows.items():
            row.setEnabled(not bigram)
            row.show_value(getattr(draft, field))
        why = self.tr("A bigram has no blocks: there is nothing to set.") if bigram else ""
        note = preset_words.lesson(draft.start) if draft.start in LESSONS else why
        self._note.setText(note)
        self._note.setVisible(bool(note))
        for row in self.rows.values():
            row.tell_why(why)
        self.show_vocabulary()
        self._show_problem()

    def show_vocabulary(self) -> None:
        chosen = self._draft.knows_text
        self._vocabulary.setText(messages.count(self._draft.vocab_size))
        by = {
            "char": self.tr("set by the text") if chosen else self.tr("no text yet"),
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
        fixes: dict[str, Callable[[], None]] = {
            self.tr("Use {n}").format(n=heads): lambda heads=heads: self._draft.set("n_head", heads)  # type: ignore[misc]
            for heads in heads_that_fit(draft.n_embd, draft.n_head)
        }
        self.problem.tell(messages.sentence(problem.code, problem.values), fixes)

    def _choose_preset(self, place: int) -> None:
        name = self.preset.itemData(place)
        if name == OWN:
            self.show_draft()  # one makes it by moving a slider
        else:
            self._draft.begin_as(name)

    def _set(self, field: str, value: float) -> None:
        self._draft.set(field, value if field == "dropout" else int(value))

    def _fit_width(self) -> None:
        self.setFixedWidth(theme.px(262))
        self.body.setSpacing(theme.px(7))
        self.preset.setMaximumWidth(theme.px(170))

    def tab_order(self) -> list[QWidget]:
        return [
            self.preset,
            *(each for row in self.rows.values() for each in (row.field, row.slider)),
            *self.options.tab_order(),
        ]
