"""A card that tells one fact about the computer, and the bars that show its measured speed."""

from typing import NamedTuple

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.basics import Card, Icon, paragraph, text


class FactCard(Card):
    """An icon with a caption, a figure, some words, and below them a bar or another widget."""

    def __init__(self, icon: str, caption: str) -> None:
        super().__init__()
        self._caption = caption
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Icon(icon, "accent", 19))
        row.addWidget(text(caption, "body", "text2"), 1)
        self._aside = text("", "caption", "text2")
        row.addWidget(self._aside)
        self._figure, self._words = text("", "figure"), paragraph("", "body", "text2")
        self._figure.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.hide()
        self.body.addLayout(row)
        self.body.addWidget(self._figure)
        self.body.addWidget(self._words)
        self.body.addWidget(self._bar)
        self.body.addStretch(1)
        self._tighten()
        theme.notifier().changed.connect(self._tighten)

    def add(self, widget: QWidget) -> None:
        self.body.insertWidget(self.body.count() - 1, widget)

    def tell(self, figure: str, words: str) -> None:
        self._figure.setText(figure)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self.setAccessibleName(f"{self._caption}: {figure}")
        self.setAccessibleDescription(words)

    def tell_figure(self, figure: str) -> None:
        """Another figure; the words stay."""
        self._figure.setText(figure)
        self.setAccessibleName(f"{self._caption}: {figure}")

    def show_share(self, share: float | None, name: str = "", aside: str = "") -> None:
        """A bar that is filled to `share` of its length, with some words beside the caption; None takes both away."""
        self._bar.setVisible(share is not None)
        self._bar.setAccessibleName(name)
        self._aside.setText(aside)
        if share is not None:
            self._bar.setValue(round(1000 * share))

    @property
    def figure(self) -> str:
        return self._figure.text()

    @property
    def words(self) -> str:
        return self._words.text()

    def _tighten(self) -> None:
        self.body.setSpacing(theme.px(6))


_ASIDE = ", slower: not used"


class SpeedBar(NamedTuple):
    """One way of computing, and how fast it is."""

    name: str
    speed: float  # billion operations per second
    counts: bool  # whether training is done so


class SpeedBars(QWidget):
    """One bar per way of computing, as long as its speed; named on its left, with the number behind it."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: list[SpeedBar] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def show_bars(self, bars: list[SpeedBar]) -> None:
        self._bars = bars
        self.setVisible(bool(bars))
        self.setAccessibleName(", ".join(f"{bar.name}: {bar.speed:.0f} GFLOP/s{_aside(bar)}" for bar in bars))
        self.updateGeometry()
        self.update()

    # Qt's own

    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(22) * len(self._bars))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names = max(QFontMetrics(theme.role_font("caption")).horizontalAdvance(bar.name) for bar in self._bars)
        left, most = names + theme.px(8), max(bar.speed for bar in self._bars)
        for aside in (_ASIDE, ", not used", ""):  # as much as there is room for
            words = [speed_words(bar.speed) + ("" if bar.counts else tr(aside)) for bar in self._bars]
            longest = self._room(left + theme.px(8), words)
            if longest >= theme.px(60):
                break
        for place, bar in enumerate(self._bars):
            line = QRect(0, place * theme.px(22), self.width(), theme.px(22))
            length = max(theme.px(3), round(longest * bar.speed / most))
            self._paint_bar(painter, line, bar, QRect(left, line.center().y() - theme.px(5), length, theme.px(11)))
            line.setLeft(left + length + theme.px(8))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words[place])

    def _paint_bar(self, painter: QPainter, line: QRect, bar: SpeedBar, drawn: QRect) -> None:
        """Name and bar; the painter is left as the words behind them are to be."""
        painter.setFont(theme.role_font("caption"))
        painter.setPen(theme.color("text2"))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, bar.name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent" if bar.counts else "other"))
        painter.drawRoundedRect(drawn, 3, 3)
        painter.setFont(theme.role_font("caption_strong" if bar.counts else "caption"))
        painter.setPen(theme.color("text" if bar.counts else "text2"))

    def _room(self, taken: int, words: list[str]) -> float:
        """How long the longest bar may be, so that the words behind each one fit."""
        metrics, most = QFontMetrics(theme.role_font("caption_strong")), max(bar.speed for bar in self._bars)
        rooms = (self.width() - taken - metrics.horizontalAdvance(each) for each in words)
        return min(room * most / bar.speed for room, bar in zip(rooms, self._bars, strict=True))


def _aside(bar: SpeedBar) -> str:
    return "" if bar.counts else tr(_ASIDE)


def speed_words(gflop_per_s: float) -> str:
    """Three digits: "0.84", "51.6", "310", "12,300"."""
    return f"{gflop_per_s:,.0f}" if gflop_per_s >= 100 else f"{gflop_per_s:.3g}"
