"""The question "Why h here?": how likely the chosen character was, and what else could have stood there."""

from html import escape

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gpt_studio.engine.config import Sampling
from gpt_studio.engine.events import Written
from gpt_studio.engine.inside.seen import WhySeen
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.write.leak_page import LeakPage
from gpt_studio.gui.parts.write.odds import odds_around
from gpt_studio.gui.parts.write.odds_chart import OddsChart
from gpt_studio.gui.parts.write.why_endings import EndingsPage
from gpt_studio.gui.parts.write.why_layers import LayersPage
from gpt_studio.gui.parts.write.why_leaned import LeanedPage
from gpt_studio.gui.widgets.basics import Card, Segmented, paragraph, text


class _Letter(QWidget):
    """The character in question, framed as it is in the text."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def set(self, token: str) -> None:
        self.words = messages.visible(token)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        wide = QFontMetricsF(theme.role_font("write", is_mono=True)).horizontalAdvance(self.words)
        return QSize(round(wide) + theme.px(13), theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent"), 1))
        painter.setBrush(theme.color("accent_soft"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setPen(theme.color("text"))
        painter.setFont(theme.role_font("write", is_mono=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.words)


class _Key(QWidget):
    """A small square in the colour of bars, and what they are."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token
        self.label = text("", "caption", "text2")
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 0, 0)
        row.addWidget(self.label)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._token))
        painter.drawRoundedRect(QRectF(0, self.height() / 2 - 6, 12, 12), 2, 2)


def numbers(sampling: Sampling) -> str:
    """A sampling as short as it goes: "0.8 / 40", "0.8 / all" or "0.8 / 40 / 0.9"."""
    top_k = messages.count(sampling.top_k) if sampling.top_k else messages.tr("all")
    top_p = f" / {sampling.top_p:.3g}" if sampling.top_p < 1 else ""
    return f"{sampling.temperature:.3g} / {top_k}{top_p}"


def rank_in_words(rank: int, of: int) -> str:
    """The place of a token in the order of their chances: "second of 60"."""
    words = ("likeliest", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    told = messages.tr(words[rank - 1]) if rank <= len(words) else messages.tr("number {n}").format(n=rank)
    return messages.tr("{place} of {all}").format(place=told, all=messages.count(of))


def cut_in_words(written: Written, vocab_size: int) -> str:
    """What could not be drawn: "Cut away: 20 of 60 tokens, together 0.4 %"."""
    if not written.cut:
        return messages.tr("Nothing is cut away")
    cut, of, share = messages.count(written.cut), messages.count(vocab_size), messages.share(written.cut_share)
    return messages.tr("Cut away: {cut} of {of} tokens, together {share}").format(cut=cut, of=of, share=share)


class OddsCard(Card):
    """Pages on one written character, under the question that they answer: its odds, what each layer would have said,
    what the model leaned on, where the training text has the same ending, and since when it gives a passage away.

    Signals:
        turned: Another page is shown.
    """

    turned = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._why, self._here = text(self.tr("Why"), "strong"), text(self.tr("here?"), "strong")
        self._letter = _Letter()
        self.told = text("", "caption", "text2")
        self._before, self._after = _Key("other"), _Key("accent")
        self._before.label.setText(self.tr("as the model sees it"))
        self._keys = QWidget()
        keys = QHBoxLayout(self._keys)
        keys.setContentsMargins(0, 0, 0, 0)
        keys.setSpacing(16)
        keys.addWidget(self._before)
        keys.addWidget(self._after)
        self.head.takeAt(self.head.count() - 1)  # the stretch: the numbers take the room instead
        for widget in (self._why, self._letter, self._here, self.told):
            self.head.addWidget(widget)
        self.told.setContentsMargins(8, 0, 0, 0)
        self.told.setWordWrap(True)
        self.told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.head.setStretchFactor(self.told, 1)
        self.chart = OddsChart("write.odds")
        self.chart.hint = self.tr("Click a piece of a written text: here you see what else could have stood there.")
        self.body.addWidget(self._keys, 0, Qt.AlignmentFlag.AlignLeft)
        self.origin = paragraph("", "caption", "text2", markup=True)
        self.origin.setObjectName("write.origin")
        self.body.addWidget(self.chart, 1)
        self.body.addWidget(self.origin)
        self._add_pages()
        self._fit()
        self.show_nothing()

    def _add_pages(self) -> None:
        pages = [("odds", self.tr("Odds")), ("layers", self.tr("Layers")), ("leaned", self.tr("Leaned on"))]
        pages += [("endings", self.tr("Same endings")), ("leak", self.tr("Since when"))]
        self.switch = Segmented(pages, "write.why", shrinks=True)
        self.layers, self.leaned = LayersPage("write.why.lens"), LeanedPage("write.why.attention")
        self.endings, self.leak = EndingsPage("write.why.endings"), LeakPage("write.why.leak")
        self.waiting = paragraph("", "body", "text3")
        self.waiting.setObjectName("write.why.waiting")
        for page in (self.waiting, self.layers, self.leaned, self.endings, self.leak):
            self.body.addWidget(page, 0 if page is self.waiting else 1)
        self.body.insertWidget(0, self.switch, 0, Qt.AlignmentFlag.AlignLeft)
        self._written: Written | None = None
        self._origin: tuple[str, str, str, float] | None = None
        self.switch.chosen.connect(self._turn)

    @property
    def looks_inside(self) -> bool:
        """Whether a page is open that the worker must be asked for."""
        return self.switch.key in ("layers", "leaned")

    def _turn(self) -> None:
        self._show_page()
        self.turned.emit()

    def _show_page(self) -> None:
        key = self.switch.key
        answered = not self.waiting.text()
        self.chart.setVisible(key == "odds")
        self._keys.setVisible(key == "odds" and self._written is not None)
        self.origin.setVisible(key == "odds" and self._origin is not None)
        self.layers.setVisible(key == "layers" and answered)
        self.leaned.setVisible(key == "leaned" and answered)
        self.endings.setVisible(key == "endings")
        self.leak.setVisible(key == "leak")
        self.waiting.setVisible(self.looks_inside and not answered)
        self._place_keys()

    def wait(self, words: str) -> None:
        """Nothing is known yet of what lies inside; says why."""
        self.waiting.setText(words)
        self._show_page()

    def show_seen(self, seen: WhySeen) -> None:
        """What each layer would have said, and where it looked."""
        if self._written is not None:
            self.layers.show_seen(seen, self._written.label)
            self.leaned.show_seen(seen)
            self.wait("")

    def show_nothing(self) -> None:
        self._written = None
        self.endings.follow(None, "")
        self.wait(self.tr("Click a piece of a written text: here you see what made the model write it."))
        self._set_question(False)
        self.told.setText("")
        self.setAccessibleName(self.chart.hint)
        self.chart.clear()
        self.show_origin(None)

    def show_origin(self, origin: tuple[str, str, str, float] | None) -> None:
        """Where the passage around the character stands in the training text: before, itself, after, and where."""
        self._origin = origin
        self.origin.setVisible(origin is not None and self.switch.key == "odds")
        if origin is not None:
            self.leak.suggest(origin[1])
            before, passage, after = (escape(part) for part in origin[:3])
            told = self.tr("In the training text, at {where}: …{before}<b>{passage}</b>{after}…")
            words = told.format(where=messages.share(origin[3]), before=before, passage=passage, after=after)
            self.origin.setText(words.replace("\n", "\u21b5 "))

    def show_odds(self, written: Written, sampling: Sampling, vocab_size: int) -> None:
        """Show a character that was written, and the settings that it was drawn with."""
        if written is not self._written:
            self._written = written
            self.wait(self.tr("Looking inside…"))
        self._letter.set(written.label)
        self._after.label.setText(self.tr("after {numbers}").format(numbers=numbers(sampling)))
        self._set_question(True)
        told = self.tr("chance {before}, then {after}; {rank}").format(
            before=messages.share(written.probability),
            after=messages.share(written.probability_after),
            rank=rank_in_words(written.rank, vocab_size),
        )
        self.told.setText(told)
        self.setAccessibleName(self.tr("Why {letter} here?").format(letter=self._letter.words) + " " + told)
        self._place_keys()
        if written.candidates is None:
            self.chart.clear()
        else:
            drawn = written.label, written.probability, written.probability_after, written.id
            self.chart.show_odds(*odds_around(written.candidates, *drawn), note=cut_in_words(written, vocab_size))

    def _set_question(self, asked: bool) -> None:
        for widget in (self._why, self._letter, self._here, self.told):
            widget.setVisible(asked)
        self._keys.setVisible(asked and self.switch.key == "odds")

    def _place_keys(self) -> None:
        """What the bars are stands right of the question, or below it where there is no room."""
        fixed = (self._why, self._letter, self._here, self._keys)
        needed = sum(widget.sizeHint().width() for widget in fixed) + 6 * self.head.spacing() + theme.px(2 * 16 + 8)
        needed += self.told.fontMetrics().horizontalAdvance(self.told.text())
        beside = self.head.indexOf(self._keys) >= 0
        if beside == (needed <= self.width()):
            return
        if beside:
            self.head.removeWidget(self._keys)
            self.body.insertWidget(1, self._keys, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            self.body.removeWidget(self._keys)
            self.head.addWidget(self._keys)

    def minimumSizeHint(self) -> QSize:
        """What the bars are can always go below the question; else the card would never be narrower than both."""
        least = super().minimumSizeHint()
        if self.head.indexOf(self._keys) >= 0 and not self._keys.isHidden():
            least.setWidth(least.width() - self._keys.sizeHint().width() - self.head.spacing())
        return least

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_keys()
