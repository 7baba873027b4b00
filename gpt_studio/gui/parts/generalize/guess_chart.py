"""How many guesses everyone took, as bars side by side."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.gui import messages, theme

TOKENS = ("text", "other", "accent")  # the student, then the machines; the legend names them, so colour is not alone
GAP = 2


@dataclass(frozen=True)
class Bars:
    """One guesser: a name, and the share of characters that took 1, 2, 3, … guesses."""

    name: str
    shares: tuple[float, ...]


class GuessChart(QWidget):
    """One group of bars per number of guesses, one bar per guesser."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: list[Bars] = []
        self.setObjectName("generalize.guess_chart")
        self.setAccessibleName(self.tr("Guesses that each character took"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.updateGeometry)
        theme.notifier().changed.connect(self.update)

    def show_bars(self, bars: list[Bars]) -> None:
        self._bars = bars
        told = [
            f"{each.name}: "
            + ", ".join(f"{self._label(n)} {messages.share(part)}" for n, part in enumerate(each.shares))
            for each in bars
        ]
        self.setAccessibleDescription("; ".join(told))
        self.update()

    def _label(self, place: int) -> str:
        last = place == len(self._bars[0].shares) - 1
        if last:
            return self.tr("more")
        return self.tr("1 guess") if place == 0 else str(place + 1)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(300), theme.px(170))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(220), theme.px(120))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self._paint_legend(painter)
        foot = theme.px(22)
        plot = QRectF(0, top + theme.px(16), self.width(), max(1, self.height() - top - theme.px(16) - foot))
        most = max(0.05, *(part for each in self._bars for part in each.shares))
        groups = len(self._bars[0].shares)
        for place in range(groups):
            slot = QRectF(plot.left() + place * plot.width() / groups, plot.top(), plot.width() / groups, plot.height())
            self._paint_group(painter, slot, place, most)
            painter.setPen(theme.color("text2"))
            painter.setFont(theme.role_font("caption"))
            painter.drawText(
                QRectF(slot.left(), plot.bottom(), slot.width(), foot), Qt.AlignmentFlag.AlignCenter, self._label(place)
            )
        painter.end()

    def _paint_legend(self, painter: QPainter) -> float:
        """Names with their colours; gives the lower edge."""
        font = theme.role_font("caption")
        metrics, side, x = QFontMetricsF(font), theme.px(11), 0.0
        painter.setFont(font)
        for each, token in zip(self._bars, TOKENS, strict=False):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(token))
            painter.drawRoundedRect(QRectF(x, (metrics.height() - side) / 2, side, side), 2, 2)
            painter.setPen(theme.color("text2"))
            name = metrics.elidedText(each.name, Qt.TextElideMode.ElideRight, self.width() / len(self._bars) - 2 * side)
            x += side + theme.px(5)
            painter.drawText(QRectF(x, 0, self.width() - x, metrics.height()), Qt.AlignmentFlag.AlignVCenter, name)
            x += metrics.horizontalAdvance(name) + theme.px(16)
        return metrics.height()

    def _paint_group(self, painter: QPainter, slot: QRectF, place: int, most: float) -> None:
        width = min(theme.px(26), (slot.width() - theme.px(10)) / len(self._bars) - GAP)
        left = slot.center().x() - len(self._bars) * (width + GAP) / 2
        painter.setFont(theme.role_font("caption"))
        for turn, (each, token) in enumerate(zip(self._bars, TOKENS, strict=False)):
            high = slot.height() * each.shares[place] / most
            bar = QRectF(left + turn * (width + GAP), slot.bottom() - high, width, high)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(token))
            painter.drawRoundedRect(bar, 2, 2)
            if each.shares[place] and width >= theme.px(16):
                painter.setPen(theme.color("text2"))
                words = QRectF(bar.center().x() - width, bar.top() - theme.px(16), 2 * width, theme.px(15))
                painter.drawText(words, Qt.AlignmentFlag.AlignCenter, f"{round(100 * each.shares[place])}")
        painter.setPen(theme.color("line"))
        painter.drawLine(slot.bottomLeft(), slot.bottomRight())
