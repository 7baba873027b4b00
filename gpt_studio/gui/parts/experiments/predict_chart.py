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
from gpt_studio.gui.widgets.ticks import round_steps

COLUMNS = 30  # of a drawn curve
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
        self._side: Side | None = None  # whose curve is drawn
        self._heights: dict[Side, list[float | None]] = {}
        self._last: int | None = None  # the column under the mouse while it draws
        self._cursor = 0  # the column that the keys move
        theme.notifier().changed.connect(self.updateGeometry)
        theme.notifier().changed.connect(self.update)

    # What is shown

    def show_lines(self, lines: Sequence[Line], max_steps: int, guessing: float = 0.0, hint: str = "") -> None:
        """Show these curves; `guessing` is the height of pure guessing, 0 when it is not known yet."""
        self._lines, self._max_steps, self._guessing, self._hint = [*lines], max(1, max_steps), guessing, hint
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
        heights = enumerate(self._heights.get(side, []))
        return tuple((round(n / COLUMNS * self._max_steps), round(bits, 3)) for n, bits in heights if bits is not None)

    def set_curve(self, side: Side, points: Points) -> None:
        """Take a curve that was drawn earlier."""
        heights: list[float | None] = [None] * (COLUMNS + 1)
        for step, bits in points:
            heights[min(COLUMNS, round(step / self._max_steps * COLUMNS))] = bits
        self._heights[side] = heights
        self.update()

    def wipe(self) -> None:
        """Forget all that was drawn."""
        self._heights.clear()
        self._cursor = 0
        self.update()

    # Drawing by hand

    def _draw_to(self, place: QPointF) -> None:
        plot = self._plot()
        share = (place.x() - plot.left()) / plot.width()
        column = min(COLUMNS, max(0, round(share * COLUMNS)))
        self._set(column, (plot.bottom() - place.y()) / plot.height() * self._top())

    def _set(self, column: int, bits: float) -> None:
        if self._side is None:
            return
        heights = self._heights.setdefault(self._side, [None] * (COLUMNS + 1))
        bits = min(self._top(), max(0.0, bits))
        begin = column if self._last is None else self._last
        before = heights[begin] if heights[begin] is not None else bits
        for each in range(min(begin, column), max(begin, column) + 1):  # a quick hand jumps over columns
            share = 1.0 if column == begin else (each - begin) / (column - begin)
            heights[each] = (before or 0.0) + share * (bits - (before or 0.0))
        self._last = self._cursor = column
        self.drawn.emit()
        self.update()

    def _move_cursor(self, columns: int) -> None:
        self._cursor = min(COLUMNS, max(0, self._cursor + columns))
        self.update()

    def _raise(self, bits: float) -> None:
        side = self._side
        assert side is not None
        heights = self._heights.get(side, [])
        known = [height for height in heights[: self._cursor + 1] if height is not None]
        here = known[-1] if known else self._guessing or TOP / 2
        self._last = None if not known else max(n for n in range(self._cursor + 1) if heights[n] is not None)
        self._set(self._cursor, here + bits)
        self._last = None

    # Where things lie

    def _top(self) -> float:
        heights = [bits for line in self._lines for _, bits in line.points if math.isfinite(bits)]
        return min(2 * TOP, max([TOP, self._guessing * 1.05, *(1.05 * bits for bits in heights)]))

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
        return [*found, (tr("pure guessing"), self._guessing)] if self._guessing else found

    def _shown(self) -> list[Line]:
        sides: tuple[Side, Side] = ("a", "b")
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
        for line in self._shown():
            self._paint_line(painter, plot, line)
        if self._side is not None:
            self._paint_pencil(painter, plot)
        self._paint_labels(painter, plot)
        if self._hint and not self._shown():
            painter.setPen(theme.color("text3"))
            painter.drawText(plot.adjusted(20, 20, -20, -20), Qt.AlignmentFlag.AlignCenter | 0x1000, self._hint)

    def _paint_frame(self, painter: QPainter, plot: QRectF) -> None:
        metrics = QFontMetricsF(painter.font())
        line = metrics.height()
        for tick in round_steps(0, self._top(), max(2, int(plot.height() / theme.px(44)))):
            y = self._y(plot, tick)
            painter.setPen(QPen(theme.color("grid"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.color("text2"))
            box = QRectF(0, y - line / 2, plot.left() - 8, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{tick:g}")
        widest = metrics.horizontalAdvance("1,000,000") + 24
        for step in round_steps(0, self._max_steps, max(1, int(plot.width() / widest))):
            words = messages.count(step) if step else tr("step 0")
            width = metrics.horizontalAdvance(words)
            x = plot.left() + step / self._max_steps * plot.width()
            box = QRectF(max(0.0, x - width / 2), plot.bottom() + theme.px(5), width + 2, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        if self._guessing:
            painter.setPen(QPen(theme.color("edge"), 1, Qt.PenStyle.DotLine))
            y = self._y(plot, self._guessing)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))

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
        x = plot.left() + self._cursor / COLUMNS * plot.width()
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
        return plot.left() + min(1.0, step / self._max_steps) * plot.width()

    def _y(self, plot: QRectF, bits: float) -> float:
        shown = min(self._top(), bits) if math.isfinite(bits) else self._top()
        return plot.bottom() - shown / self._top() * plot.height()

    # Qt's own

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._side is not None and event.button() == Qt.MouseButton.LeftButton:
            self._last = None
            self._draw_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._side is not None and self._last is not None:
            self._draw_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._last = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._side is None:
            event.ignore()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._move_cursor(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._raise(STEP if key == Qt.Key.Key_Up else -STEP)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._heights.pop(self._side, None)
            self.drawn.emit()
            self.update()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)
