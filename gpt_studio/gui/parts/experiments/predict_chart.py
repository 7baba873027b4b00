"""The chart of an experiment: a curve that the student draws beforehand, and the curves that came."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.engine.experiments.effects import Points
from gpt_studio.engine.experiments.experiment import Side
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments.predict_pencil import COLUMNS, Pencil
from gpt_studio.gui.widgets.ticks import round_steps

TOP = 6.5  # bits per character; pure guessing among 90 characters
STEP = 0.05  # bits, for a key
Kind = Literal["held_back", "training", "forecast"]
TOKENS: dict[Kind, str] = {"held_back": "val", "training": "train", "forecast": "text3"}
DASHES: dict[tuple[Kind, Side], list[float]] = {
    ("held_back", "a"): [8, 4],
    ("held_back", "b"): [2, 3],
    ("training", "a"): [],
    ("training", "b"): [2, 3],
    ("forecast", "a"): [10, 4, 2, 4],
    ("forecast", "b"): [6, 3, 2, 3],
}


class Line(NamedTuple):
    """One curve. Side A and B are told apart by their dashes, and by their names at the end."""

    label: str  # empty: none, for it stands beside another of its side
    points: Points
    kind: Kind
    side: Side
    is_faint: bool = False


class PredictChart(QWidget):
    """Bits per character over steps. While a side is to be drawn, dragging draws its curve; so do the arrow keys, left
    and right along the steps, up and down for the height; Delete wipes it.

    Signals:
        drawn: The student has drawn; `curve` has it.
    """

    drawn = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("experiments.predict.chart")
        self.setAccessibleName(tr("Curves of the experiment"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lines: list[Line] = []
        self._max_steps, self._guessing, self._hint = 300, 0.0, ""
        self._begin = 0  # the first step in view
        self._side: Side | None = None  # whose curve is drawn
        self._pencil = Pencil()
        theme.notifier().changed.connect(self.updateGeometry)
        theme.notifier().changed.connect(self.update)

    # What is shown

    def show_lines(
        self, lines: Sequence[Line], max_steps: int, guessing: float = 0.0, hint: str = "", begin: int = 0
    ) -> None:
        """Show these curves; `guessing` is the height of pure guessing, 0 when it is not known yet.

        With `begin`, only what comes after that step, as closely as it allows.
        """
        self._lines, self._max_steps, self._guessing, self._hint = [*lines], max(1, max_steps), guessing, hint
        self._begin = begin
        said = [
            tr("{label} ends at {bits} bits").format(label=line.label, bits=f"{line.points[-1][1]:.2f}")
            for line in lines
            if line.label and line.points
        ]
        self.setAccessibleDescription("; ".join(said) or hint)
        self.update()

    def draw_side(self, side: Side | None) -> None:
        """Let the student draw the curve of a side; None: of none."""
        self._side = side
        self.setCursor(Qt.CursorShape.CrossCursor if side else Qt.CursorShape.ArrowCursor)
        self.update()

    def curve(self, side: Side) -> Points:
        """What was drawn: step and bits per character."""
        return self._pencil.curve(side, self._max_steps)

    def set_curve(self, side: Side, points: Points) -> None:
        """Take a curve that was drawn earlier."""
        self._pencil.set_curve(side, points, self._max_steps)
        self.update()

    def wipe(self) -> None:
        """Forget all that was drawn."""
        self._pencil.wipe()
        self.update()

    # Drawing by hand

    def _draw_to(self, place: QPointF) -> None:
        plot, (low, high) = self._plot(), self._span()
        column = min(COLUMNS, max(0, round((place.x() - plot.left()) / plot.width() * COLUMNS)))
        self._draw(column, low + (plot.bottom() - place.y()) / plot.height() * (high - low))

    def _draw(self, column: int, bits: float) -> None:
        if self._side is not None:
            self._pencil.draw(self._side, column, min(self._span()[1], max(0.0, bits)))
            self.drawn.emit()
            self.update()

    def _nudge(self, bits: float) -> None:
        if self._side is not None:
            height = self._pencil.nudge(self._side, bits, self._guessing or TOP / 2)
            self._draw(self._pencil.cursor, height)
            self._pencil.lift()

    # Where things lie

    def _span(self) -> tuple[float, float]:
        """The heights at the bottom and at the top."""
        if self._begin:
            seen = [bits for line in self._shown() for step, bits in line.points if step >= self._begin]
            known = [bits for bits in seen if math.isfinite(bits)]
            if known:
                room = max(0.05, 0.15 * (max(known) - min(known)))
                return max(0.0, min(known) - room), max(known) + room
        heights = [bits for line in self._lines for _, bits in line.points if math.isfinite(bits)]
        return 0.0, min(2 * TOP, max([TOP, self._guessing * 1.05, *(1.05 * bits for bits in heights)]))

    def _plot(self) -> QRectF:
        font = QFontMetricsF(theme.role_font("chart"))
        widest = max([font.horizontalAdvance(label) for label, _ in self._labels()] + [theme.px(20)])
        right = min(widest + theme.px(14), 0.42 * self.width())
        high = font.height()
        return QRectF(
            theme.px(34), high / 2 + 4, self.width() - theme.px(34) - right, self.height() - 2 * high - theme.px(10)
        )

    def _labels(self) -> list[tuple[str, float]]:
        found = [(line.label, line.points[-1][1]) for line in self._shown() if line.label and line.points]
        if self._guessing and self._span()[0] <= self._guessing <= self._span()[1]:
            found.append((tr("pure guessing"), self._guessing))
        return found

    def _shown(self) -> list[Line]:
        sides: tuple[Side, Side] = ("a", "b")
        if any(line.kind == "training" for line in self._lines):
            return self._lines  # the forecast is of held-back text
        drawn = [Line(self._drawn_label(side), self.curve(side), "forecast", side) for side in sides]
        return [*(line for line in drawn if line.points), *self._lines]

    def _drawn_label(self, side: Side) -> str:
        return tr("{side}, your forecast").format(side=side.upper())

    # Painting

    def sizeHint(self) -> QSize:
        return QSize(theme.px(420), theme.px(260))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(260), theme.px(220))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_on(painter)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def paint_on(self, painter: QPainter) -> None:
        """The chart without the focus ring, for pictures too."""
        painter.setFont(theme.role_font("chart"))
        plot = self._plot()
        self._paint_frame(painter, plot)
        painter.save()
        painter.setClipRect(plot.adjusted(-theme.px(5), -theme.px(5), theme.px(5), theme.px(5)))
        for line in self._shown():
            self._paint_line(painter, plot, line)
        if self._guessing:
            painter.setPen(QPen(theme.color("edge"), 1, Qt.PenStyle.DotLine))
            y = self._y(plot, self._guessing)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.restore()
        if self._side is not None:
            self._paint_pencil(painter, plot)
        self._paint_labels(painter, plot)
        if self._hint and not self._shown():
            painter.setPen(theme.color("text3"))
            painter.drawText(plot.adjusted(20, 20, -20, -20), Qt.AlignmentFlag.AlignCenter | 0x1000, self._hint)

    def _paint_frame(self, painter: QPainter, plot: QRectF) -> None:
        metrics = QFontMetricsF(painter.font())
        line = metrics.height()
        for tick in round_steps(*self._span(), max(2, int(plot.height() / theme.px(44)))):
            y = self._y(plot, tick)
            painter.setPen(QPen(theme.color("grid"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.color("text2"))
            box = QRectF(0, y - line / 2, plot.left() - 8, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{tick:g}")
        widest = metrics.horizontalAdvance("1,000,000") + 24
        for step in round_steps(self._begin, self._max_steps, max(1, int(plot.width() / widest))):
            words = messages.count(step) if step else tr("step 0")
            width = metrics.horizontalAdvance(words)
            x = self._x(plot, step)
            box = QRectF(max(0.0, x - width / 2), plot.bottom() + theme.px(5), width + 2, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_line(self, painter: QPainter, plot: QRectF, line: Line) -> None:
        ink = theme.color(TOKENS[line.kind])
        ink.setAlphaF(0.45 if line.is_faint else 1.0)
        width = 1.0 if line.is_faint else 2.0
        pen = QPen(ink, width)
        if dashes := DASHES[line.kind, line.side]:
            pen.setDashPattern([length / width for length in dashes])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        places = [QPointF(self._x(plot, step), self._y(plot, bits)) for step, bits in line.points]
        painter.drawPolyline(QPolygonF(places))
        if line.kind == "forecast" or line.is_faint:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        size = theme.px(3)
        for place in places if len(places) <= 40 else places[-1:]:
            if line.side == "a":
                painter.drawEllipse(place, size, size)
            else:
                painter.drawRect(QRectF(place.x() - size, place.y() - size, 2 * size, 2 * size))

    def _paint_pencil(self, painter: QPainter, plot: QRectF) -> None:
        """Where the keys are, for those who do not draw by mouse."""
        if not self.hasFocus():
            return
        x = plot.left() + self._pencil.cursor / COLUMNS * plot.width()
        painter.setPen(QPen(theme.color("accent"), 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _paint_labels(self, painter: QPainter, plot: QRectF) -> None:
        """The names at the ends of the curves, none over another."""
        metrics = QFontMetricsF(painter.font())
        high = metrics.height()
        left, floor = plot.right() + theme.px(8), -high
        painter.setPen(theme.color("text2"))
        for label, bits in sorted(self._labels(), key=lambda each: -each[1]):
            y = max(self._y(plot, bits) - high / 2, floor)
            floor = y + high
            words = metrics.elidedText(label, Qt.TextElideMode.ElideRight, self.width() - left)
            painter.drawText(QPointF(left, y + metrics.ascent()), words)

    def _x(self, plot: QRectF, step: float) -> float:
        return plot.left() + (step - self._begin) / max(1, self._max_steps - self._begin) * plot.width()

    def _y(self, plot: QRectF, bits: float) -> float:
        low, high = self._span()
        shown = min(bits, 10 * high) if math.isfinite(bits) else 10 * high  # out of view, and no farther
        return plot.bottom() - (shown - low) / (high - low) * plot.height()

    # Qt's own

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._side is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pencil.lift()
            self._draw_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pencil.is_down:
            self._draw_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pencil.lift()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._side is None:
            event.ignore()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._pencil.move(1 if key == Qt.Key.Key_Right else -1)
            self.update()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._nudge(STEP if key == Qt.Key.Key_Up else -STEP)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._pencil.wipe(self._side)
            self.drawn.emit()
            self.update()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)
