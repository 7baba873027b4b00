"""How well each text is expected over training: one line for each, and a place for each kept step as on the slider."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.generalize.units import Unit, figure
from gpt_studio.gui.widgets.step_slider import Stop, stop_words
from gpt_studio.gui.widgets.ticks import round_steps

_PERPLEXITIES = (1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 500, 1000, 3000, 10_000)
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class CourseLine(NamedTuple):
    """One text. Its points: the place of a stop, and bits per character there."""

    label: str
    token: str  # its colour: "train", "val" or "other"
    points: tuple[tuple[int, float], ...]


class CourseChart(QWidget):
    """Painted; Left and Right, or a click, choose a step for the whole window.

    Signals:
        chosen: A step was chosen; carries it, or None for now.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("generalize.course")
        self.setAccessibleName(tr("How well each text is expected over training"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lines: tuple[CourseLine, ...] = ()
        self._stops: list[Stop] = []
        self._chosen: Stop = None
        self._unit: Unit = "perplexity"
        theme.notifier().changed.connect(self.update)

    @property
    def lines(self) -> tuple[CourseLine, ...]:
        return self._lines

    def show_lines(self, lines: Sequence[CourseLine], stops: Sequence[Stop], chosen: Stop, unit: Unit) -> None:
        """Show these; the chosen step is marked."""
        self._lines, self._stops, self._chosen, self._unit = tuple(lines), list(stops), chosen, unit
        told = tr("{label}: {first} at first, {last} at last")
        said = [
            told.format(label=line.label, first=self._figure(line.points[0][1]), last=self._figure(line.points[-1][1]))
            for line in lines
            if line.points
        ]
        here = tr("step {step}").format(step=stop_words(chosen))
        self.setAccessibleDescription("; ".join([*said, here]))
        self.update()

    def _figure(self, bits: float) -> str:
        return figure(2.0 ** min(bits, 900.0), self._unit)

    # Where things lie

    def _span(self) -> tuple[float, float]:
        """Bits at the bottom and at the top."""
        found = [bits for line in self._lines for _, bits in line.points] or [1.0, 6.0]
        room = max(0.2, 0.08 * (max(found) - min(found)))
        return max(0.0, min(found) - room), max(found) + room

    def _plot(self) -> QRectF:
        letters = QFontMetricsF(theme.role_font("chart"))
        widest = max([letters.horizontalAdvance(line.label) for line in self._lines] + [theme.px(20)])
        right = min(widest + theme.px(18), 0.34 * self.width())
        left, high = theme.px(46), letters.height()
        return QRectF(left, high + 6, self.width() - left - right, self.height() - 2 * high - theme.px(16))

    def _x(self, plot: QRectF, place: float) -> float:
        return plot.left() + place / max(1, len(self._stops) - 1) * plot.width()

    def _y(self, plot: QRectF, bits: float) -> float:
        low, high = self._span()
        return plot.bottom() - (bits - low) / (high - low) * plot.height()

    def _ticks(self, plot: QRectF) -> list[tuple[float, str]]:
        """Bits, and the words beside them."""
        low, high = self._span()
        if self._unit == "bits":
            return [(each, f"{each:g}") for each in round_steps(low, high, max(2, int(plot.height() / theme.px(40))))]
        found: list[tuple[float, str]] = []
        for value in _PERPLEXITIES:
            bits = math.log2(value)
            near = found and self._y(plot, found[-1][0]) - self._y(plot, bits) < theme.px(26)
            if low <= bits <= high and not near:
                found.append((bits, f"{value:,}"))
        return found

    # Painting

    def sizeHint(self) -> QSize:
        return QSize(theme.px(480), theme.px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(280), theme.px(190))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_on(painter)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def paint_on(self, painter: QPainter) -> None:
        """The chart without the focus ring, for pictures too."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.role_font("chart"))
        plot = self._plot()
        self._paint_axes(painter, plot)
        if self._chosen in self._stops:
            x = self._x(plot, self._stops.index(self._chosen))
            painter.setPen(QPen(theme.color("accent"), 1.5))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        for line in reversed(self._lines):  # training and held back lie over the others
            self._paint_line(painter, plot, line)
        self._paint_labels(painter, plot)

    def _paint_axes(self, painter: QPainter, plot: QRectF) -> None:
        letters = QFontMetricsF(painter.font())
        middle, high = Qt.AlignmentFlag.AlignVCenter, letters.height()
        painter.setPen(theme.color("text2"))
        words = tr("perplexity per character") if self._unit == "perplexity" else tr("bits per character")
        painter.drawText(QRectF(0, 0, self.width(), high), Qt.AlignmentFlag.AlignLeft | middle, words)
        for bits, told in self._ticks(plot):
            y = self._y(plot, bits)
            painter.setPen(QPen(theme.color("grid"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.color("text2"))
            room = QRectF(0, y - high / 2, plot.left() - 8, high)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | middle, told)
        reached = -1e9
        for place, stop in enumerate(self._stops):
            x, told = self._x(plot, place), stop_words(stop)
            left = x - letters.horizontalAdvance(told) / 2
            if left > reached + theme.px(8):
                painter.drawText(QPointF(left, plot.bottom() + theme.px(6) + letters.ascent()), told)
                reached = left + letters.horizontalAdvance(told)

    def _paint_line(self, painter: QPainter, plot: QRectF, line: CourseLine) -> None:
        ink = theme.color(line.token)
        pen = QPen(ink, 2 if line.token != "other" else 1.5)
        if line.token == "val":
            pen.setDashPattern([4, 2])
        places = [QPointF(self._x(plot, place), self._y(plot, bits)) for place, bits in line.points]
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(places))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        for place in places:
            painter.drawEllipse(place, theme.px(2.5), theme.px(2.5))

    def _paint_labels(self, painter: QPainter, plot: QRectF) -> None:
        """The names at the ends of the lines, none over another."""
        letters = QFontMetricsF(painter.font())
        high = letters.height()
        named = sorted((self._y(plot, line.points[-1][1]), line) for line in self._lines if line.points)
        tops, floor = [], 0.0
        for y, _ in named:
            floor = max(y - high / 2, floor)
            tops.append(floor)
            floor += high
        ceiling = plot.bottom() + high / 2
        for place in range(len(tops) - 1, -1, -1):
            ceiling = min(tops[place] + high, ceiling) - high
            tops[place] = ceiling
        left = plot.right() + theme.px(10)
        for (_, line), top in zip(named, tops, strict=True):
            painter.setPen(theme.color(line.token if line.token != "other" else "text2"))
            words = letters.elidedText(line.label, Qt.TextElideMode.ElideRight, self.width() - left)
            painter.drawText(QPointF(left, top + letters.ascent()), words)

    # Choosing

    def _choose(self, place: int) -> None:
        if self._stops:
            self.chosen.emit(self._stops[max(0, min(place, len(self._stops) - 1))])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        plot = self._plot()
        if event.button() == Qt.MouseButton.LeftButton and self._stops:
            self._choose(round((event.position().x() - plot.left()) / plot.width() * (len(self._stops) - 1)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _KEYS.get(Qt.Key(event.key()))
        if step is None or self._chosen not in self._stops:
            super().keyPressEvent(event)
        else:
            self._choose(self._stops.index(self._chosen) + step)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
