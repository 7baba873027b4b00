"""A text as a model reads it: every token tinted by its surprise, and what was expected instead of a chosen one."""

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedLayout, QWidget

from gpt_studio.engine.events import Tested, TextRead
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.generalize import verdict
from gpt_studio.gui.parts.generalize.course_page import CoursePage
from gpt_studio.gui.parts.generalize.key import Key
from gpt_studio.gui.parts.generalize.passage_list import PassageList
from gpt_studio.gui.parts.generalize.units import Unit, named, per_character
from gpt_studio.gui.widgets.basics import Badge, Card, Icon, Segmented, paragraph, rule, text
from gpt_studio.gui.widgets.tinted_text import TintedText
from gpt_studio.gui.widgets.tints import TintLegend


class _View(TintedText):
    """Content with a few lines; takes what room there is."""

    def sizeHint(self) -> QSize:
        return QSize(theme.px(300), theme.px(152))


class ReadingCard(Card):
    """Shows one TextRead, or a sentence while there is none; on its second page, every text over training.

    Signals:
        turned: The other page is shown.
    """

    turned = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("The text, read by the model"))
        self._title = self.title.text()
        self._tested: Tested | None = None
        self._read: TextRead | None = None
        self._badge = Badge("", "plain")
        self.head.takeAt(self.head.count() - 1)  # the stretch: a long title takes the room, and a second line
        self.title.setWordWrap(True)
        self.head.setStretchFactor(self.title, 1)
        self.head.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
        self._legend = TintLegend()
        self.head.addWidget(self._legend)
        self.facts = text("", "caption", "text3")
        self.view = _View("generalize.text", role="read", follows=False)
        self.view.setProperty("frameless", "true")
        self.view.setAccessibleName(self.tr("The text, tinted by surprise"))
        self.view.describe = self.character_sentence
        self.view.chosen.connect(self._show_character)
        self.hint = paragraph("", "body", "text3")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.course = CoursePage()
        self._reading = QWidget()
        self._pages = QStackedLayout(self._reading)
        self._pages.addWidget(self.hint)
        self._pages.addWidget(self._make_view())
        self.switch = Segmented([("text", self.tr("Text")), ("course", self.tr("Over training"))], "generalize.reading")
        self.switch.chosen.connect(self._turn)
        below = QHBoxLayout()
        below.addWidget(self.facts, 1)
        below.addStretch(0)
        below.addWidget(self.switch)
        self.body.addLayout(below)
        self.body.addWidget(self._reading, 1)
        self.body.addWidget(self.course, 1)
        self._make_foot()
        theme.notifier().changed.connect(self._fit_view)
        self._fit_view()
        self.show_hint("")

    def _make_view(self) -> QWidget:
        """The text, and its passages beside it."""
        self.passages = PassageList()
        self.passages.chosen.connect(self._jump)
        beside = QWidget()
        row = QHBoxLayout(beside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.view, 5)
        row.addWidget(self.passages, 3)
        return beside

    def _jump(self, first: int, end: int) -> None:
        self.view.show_span(first, end)
        self._key.set("")
        self.character.setText(self.tr("Click a piece of the text to see what the model expected."))

    def _make_foot(self) -> None:
        self._foot = QWidget()
        row = QHBoxLayout(self._foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._key = Key()
        self.character = text("", "body", "text2")
        self.character.setTextFormat(Qt.TextFormat.RichText)
        self.character.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.character.setWordWrap(True)
        self._unknown_icon = Icon("info", "text3", 15)
        self.unknown = text("", "caption", "text3")
        row.addWidget(self._key)
        row.addWidget(self.character, 1)
        row.addWidget(self._unknown_icon)
        row.addWidget(self.unknown)
        self._rule = rule()
        self.body.addWidget(self._rule)
        self.body.addWidget(self._foot)

    # Its two pages

    def _turn(self) -> None:
        self._show_page()
        self.turned.emit()

    def _show_page(self) -> None:
        is_text, is_read = self.switch.key == "text", self._pages.currentIndex() == 1
        self.set_title(self._title if is_text else self.tr("Every text over training"))
        self.course.setVisible(not is_text)
        self._reading.setVisible(is_text)
        self._badge.setVisible(is_text and self._tested is not None)
        self.facts.setVisible(is_text and self._tested is not None)
        for part in (self._legend, self._rule, self._foot):
            part.setVisible(is_text and is_read)

    # What is shown

    def show_cell(self, model: str, title: str, tested: Tested | None, unit: Unit = "perplexity") -> None:
        """Name what is read, with its figures."""
        self._title, self._tested = self.tr("{text}, read by {model}").format(text=title, model=model), tested
        if tested:
            self._badge.set(named(per_character(tested), unit))
            self.facts.setText(verdict.facts(tested))
        unknown = tested is not None and tested.unknown_share > 0
        self._unknown_icon.setVisible(unknown)
        self.unknown.setText(verdict.unknown_words(tested) if tested and unknown else "")
        self.unknown.setVisible(unknown)
        self._show_page()

    def show_hint(self, words: str) -> None:
        """A sentence in place of the text."""
        self._read = None
        self.view.clear()
        self.hint.setText(words)
        self._pages.setCurrentIndex(0)
        self._show_page()

    def forget(self, words: str) -> None:
        """Nothing is chosen."""
        self._title, self._tested = self.tr("The text, read by the model"), None
        self.show_hint(words)

    def show_read(self, read: TextRead, is_whole: bool = True) -> None:
        """Show a text, or more of the one that is shown; of a whole one the passages, too."""
        shown, chosen = len(self.view.texts()), self.view.chosen_index
        goes_on = self._read is not None and shown > 0 and self.view.texts() == list(read.tokens[:shown])
        self._read = read
        first = shown if goes_on else 0
        if not goes_on:
            self.view.clear()
        self.view.append(read.tokens[first:], [float(loss) for loss in read.losses[first:]])
        if is_whole:
            self.passages.show_read(read)
        else:
            self.passages.wait()
        if goes_on and chosen is not None:
            self._show_page()
            return
        self._pages.setCurrentIndex(1)
        self._show_page()
        self._key.set("")
        self.character.setText(self.tr("Click a piece of the text to see what the model expected."))

    # A character

    def _show_character(self, index: int) -> None:
        assert self._read is not None
        self._key.set(self._read.tokens[index])
        self.character.setText(self.character_words(index))

    def character_words(self, index: int) -> str:
        """What was expected in place of a character, after its key; as rich text."""
        read = self._read
        assert read is not None
        if not read.known[index]:
            return self.tr("is not in the model's vocabulary: counted as a pure guess, <b>{share}</b>").format(
                share=messages.share(math.exp(-float(read.losses[index])))
            )
        if math.isnan(read.losses[index]):
            return self.tr("is the first: nothing came before it")
        chance = messages.share(math.exp(-float(read.losses[index])))
        said = self.tr("had a chance of <b>{share}</b>").format(share=chance)
        return f"{said} &nbsp;&nbsp; {self.tr('expected')} {self._expected(index)}"

    def _expected(self, index: int) -> str:
        assert self._read is not None
        family = theme.mono().families()[0]
        shown = []
        chances = self._read.candidate_probabilities[index]
        for token, chance in zip(self._read.candidate_tokens[index], chances, strict=False):
            sign = messages.visible(token).replace("&", "&amp;").replace("<", "&lt;")
            color = theme.current().text if messages.has_ink(token) else theme.current().text3
            letter = f"<span style=\"font-family:'{family}'; color:{color}\"><b>{sign}</b></span>"
            shown.append(f"{letter} {messages.share(float(chance))}")
        return ", &nbsp;".join(shown)

    def character_sentence(self, index: int) -> str:
        """The same for a screen reader."""
        read = self._read
        if read is None or index >= len(read.tokens):
            return ""
        token = messages.visible(read.tokens[index])
        if not read.known[index] or math.isnan(read.losses[index]):
            return f"{token} {self.character_words(index)}".replace("<b>", "").replace("</b>", "")
        expected = ", ".join(
            f"{messages.visible(each)} {messages.share(float(chance))}"
            for each, chance in zip(read.candidate_tokens[index], read.candidate_probabilities[index], strict=False)
        )
        return self.tr("{token} had a chance of {share}; expected {expected}").format(
            token=token, share=messages.share(math.exp(-float(read.losses[index]))), expected=expected
        )

    def _fit_view(self) -> None:
        self.view.setMinimumHeight(self.view.sizeHint().height())
        index = self.view.chosen_index
        if self._read is not None and index is not None:
            self._show_character(index)
