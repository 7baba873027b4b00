"""A text as a model reads it: every token tinted by its surprise, and what was expected instead of a chosen one."""

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedLayout, QWidget

from gpt_studio.engine.events import Tested, TextRead
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.generalize import verdict
from gpt_studio.gui.parts.generalize.units import Unit, named, per_character
from gpt_studio.gui.widgets.basics import Badge, Card, Icon, paragraph, rule, text
from gpt_studio.gui.widgets.tinted_text import TintedText
from gpt_studio.gui.widgets.tints import TintLegend


class Key(QWidget):
    """One token in a small frame, like the key of a keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self._token = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def set(self, token: str) -> None:
        self._token = messages.visible(token)
        self.setVisible(bool(token))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        wide = QFontMetricsF(theme.mono(15)).horizontalAdvance(self._token)
        return QSize(max(theme.px(24), round(wide) + theme.px(12)), theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent"), 1.4))
        painter.setBrush(theme.color("accent_soft"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.setPen(theme.color("text"))
        painter.setFont(theme.mono(15))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._token)


class _View(TintedText):
    """Content with a few lines; takes what room there is."""

    def sizeHint(self) -> QSize:
        return QSize(theme.px(300), theme.px(152))


class ReadingCard(Card):
    """Shows one TextRead, or a sentence while there is none."""

    def __init__(self) -> None:
        super().__init__(self.tr("The text, read by the model"))
        self._read: TextRead | None = None
        self._badge = Badge("", "plain")
        self.head.insertWidget(1, self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
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
        self._pages = QStackedLayout()
        self._pages.addWidget(self.hint)
        self._pages.addWidget(self.view)
        self.body.addWidget(self.facts)
        self.body.addLayout(self._pages, 1)
        self._make_foot()
        theme.notifier().changed.connect(self._fit_view)
        self._fit_view()
        self.show_hint("")

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

    # What is shown

    def show_cell(self, model: str, title: str, tested: Tested | None, unit: Unit = "perplexity") -> None:
        """Name what is read, with its figures."""
        self.set_title(self.tr("{text}, read by {model}").format(text=title, model=model))
        self._badge.setVisible(tested is not None)
        self.facts.setVisible(tested is not None)
        if tested:
            self._badge.set(named(per_character(tested), unit))
            self.facts.setText(verdict.facts(tested))
        unknown = tested is not None and tested.unknown_share > 0
        self._unknown_icon.setVisible(unknown)
        self.unknown.setText(verdict.unknown_words(tested) if tested and unknown else "")
        self.unknown.setVisible(unknown)

    def show_hint(self, words: str) -> None:
        """A sentence in place of the text."""
        self._read = None
        self.view.clear()
        self.hint.setText(words)
        self._pages.setCurrentWidget(self.hint)
        self._legend.hide()
        self._rule.hide()
        self._foot.hide()

    def forget(self, words: str) -> None:
        """Nothing is chosen."""
        self.set_title(self.tr("The text, read by the model"))
        self._badge.hide()
        self.facts.hide()
        self.show_hint(words)

    def show_read(self, read: TextRead, is_whole: bool = True) -> None:
        self._read = read
        self.view.clear()
        self.view.append(read.tokens, [float(loss) for loss in read.losses])
        self._pages.setCurrentWidget(self.view)
        for part in (self._legend, self._rule, self._foot):
            part.show()
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
