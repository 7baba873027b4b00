"""What one step did, painted: the pieces of text that it read, the odds before and after it, the gradient by part."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.engine.events import GradientPart, StepSeen
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MOST_ROWS = 12  # of the gradient; of a deeper model the blocks are taken together


def seen(text: str) -> str:
    """Text with signs for what leaves no ink, as it stands in a line."""
    return "".join(messages.visible(character) for character in text)


class Painted(QWidget):
    """A caption over rows that paint themselves; a screen reader is told the same in words."""

    def __init__(self, name: str, caption: str, least: int) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(caption)
        self.caption, self._least = caption, least
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(self._least), theme.px(150))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(self._least), theme.px(150))

    def _paint_caption(self, painter: QPainter) -> float:
        """Gives the height below it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.role_font("caption_strong")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(theme.color("text2"))
        words = metrics.elidedText(self.caption, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, 0, self.width(), metrics.height()), LEFT, words)
        return metrics.height() + theme.px(6)

    def _rows(self, top: float, count: int, most: float) -> list[QRectF]:
        """As many rows as there are, each as high as there is room for."""
        height = min(theme.px(most), (self.height() - top) / max(1, count))
        return [QRectF(0, top + place * height, self.width(), height) for place in range(count)]


class BatchText(Painted):
    """The first pieces of the batch, each to its end; the character that is watched stands framed in the first."""

    def __init__(self) -> None:
        super().__init__("train.one_step.batch", tr("What this step reads"), 220)
        self._texts: tuple[str, ...] = ()

    def show_step(self, step: StepSeen) -> None:
        self._texts = tuple(seen(text) for text in step.texts)
        self.caption = tr("This step reads {count} pieces of your text").format(count=messages.count(step.pieces))
        self.setAccessibleDescription("\n".join(step.texts))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        top = self._paint_caption(painter)
        font = theme.mono(13)
        metrics = QFontMetricsF(font)
        rows = self._rows(top, len(self._texts), 22)
        for place, (row, text) in enumerate(zip(rows, self._texts, strict=True)):
            painter.setFont(font)
            painter.setPen(theme.color("text" if place == 0 else "text2"))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideLeft, row.width() - 4)
            painter.drawText(row, LEFT, shown)
            if place == 0:
                end = metrics.horizontalAdvance(shown)
                wide = metrics.horizontalAdvance(shown[-1:])
                painter.setPen(QPen(theme.color("train"), 1.5))
                painter.drawRoundedRect(QRectF(end - wide - 1, row.top() + 1, wide + 2, row.height() - 2), 3, 3)


class StepOdds(Painted):
    """Two bars per candidate: grey before the step, blue after it; what really follows is framed."""

    def __init__(self) -> None:
        super().__init__("train.one_step.odds", tr("Odds of the next character, before and after"), 260)
        self._step: StepSeen | None = None

    def show_step(self, step: StepSeen) -> None:
        self._step = step
        ending = seen(step.context[-8:])
        self.caption = tr("After “…{text}”: before the step, and after it").format(text=ending)
        told = [
            f"{messages.visible(token)} {messages.share(before)}, {messages.share(after)}"
            for token, before, after in zip(step.tokens, step.before, step.after, strict=True)
        ]
        words = tr("{target} really follows. {odds}").format(target=messages.visible(step.target), odds="; ".join(told))
        self.setAccessibleDescription(f"{self.caption}. {words}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        top = self._paint_caption(painter)
        if self._step is None:
            return
        step = self._step
        font, figures = theme.mono(14), theme.role_font("chart")
        room = QFontMetricsF(figures).horizontalAdvance("88.8 % → 88.8 %") + theme.px(8)
        left = theme.px(30)
        width = self.width() - left - room
        highest = max(float(step.before.max()), float(step.after.max()), 1e-9)
        rows = self._rows(top, len(step.tokens), 22)
        for row, token, before, after in zip(rows, step.tokens, step.before, step.after, strict=True):
            follows = token == step.target
            painter.setFont(font)
            painter.setPen(theme.color("text"))
            box = QRectF(2, row.top() + 1, theme.px(22), row.height() - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, seen(token)[:3])
            if follows:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.color("train"), 1.5))
                painter.drawRoundedRect(box, 4, 4)
            painter.setPen(Qt.PenStyle.NoPen)
            thick = max(3.0, (row.height() - 6) / 2)
            for chance, color, y in ((before, "other", row.top() + 2), (after, "train", row.top() + 3 + thick)):
                painter.setBrush(theme.color(color))
                painter.drawRect(QRectF(left, y, max(1.0, float(chance) / highest * width), thick))
            painter.setFont(figures)
            painter.setPen(theme.color("text" if follows else "text2"))
            words = f"{messages.share(float(before), 1)} → {messages.share(float(after), 1)}"
            painter.drawText(row, RIGHT, words)


class GradientBars(Painted):
    """How long each part's gradient is: where this batch pulls hardest."""

    def __init__(self) -> None:
        super().__init__("train.one_step.gradient", tr("Where it pulls: the gradient by part"), 220)
        self._rows_shown: list[tuple[str, str, float]] = []  # part, words, length

    def show_step(self, step: StepSeen) -> None:
        self._rows_shown = rows_of(step.gradients)
        told = "; ".join(f"{words} {length:.3g}" for _, words, length in self._rows_shown)
        self.setAccessibleDescription(f"{self.caption}: {told}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        top = self._paint_caption(painter)
        font = theme.role_font("chart")
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        names = [words for _, words, _ in self._rows_shown]
        left = max((metrics.horizontalAdvance(words) for words in names), default=0) + theme.px(8)
        room = metrics.horizontalAdvance("0.0000") + theme.px(6)
        longest = max((length for *_, length in self._rows_shown), default=1.0) or 1.0
        for row, (part, words, length) in zip(
            self._rows(top, len(self._rows_shown), 20), self._rows_shown, strict=True
        ):
            painter.setPen(theme.color("text2"))
            painter.drawText(row, LEFT, words)
            painter.drawText(row, RIGHT, f"{length:.3g}")
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(f"part_{part}"))
            width = max(1.0, length / longest * (self.width() - left - room))
            painter.drawRect(QRectF(left, row.center().y() - theme.px(4), width, theme.px(8)))


def rows_of(gradients: Sequence[GradientPart]) -> list[tuple[str, str, float]]:
    """Part, words and length of each row; the blocks of a deep model are taken together."""
    if len(gradients) > MOST_ROWS:
        sums: dict[str, float] = {}
        for each in gradients:
            sums[each.part] = sums.get(each.part, 0.0) + each.norm**2
        return [(part, _title(part, 0), math.sqrt(square)) for part, square in sums.items()]
    return [(each.part, _title(each.part, each.block), each.norm) for each in gradients]


def _title(part: str, block: int) -> str:
    words = {
        "token": tr("tokens"),
        "position": tr("positions"),
        "attention": tr("attention"),
        "feed_forward": tr("feed-forward"),
        "norm": tr("LayerNorm"),
        "head": tr("head"),
    }[part]
    return f"{words} {block}" if block else words
