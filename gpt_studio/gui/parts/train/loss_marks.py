"""The marks of the loss chart: labels that keep out of the way of the curves and of each other."""

import math
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from gpt_studio.gui import theme
from gpt_studio.gui.parts.train.curves import Numbers
from gpt_studio.gui.parts.train.loss_reading import Point


@dataclass
class Label:
    """A name for something that is drawn, at its height in the view."""

    words: str
    y: float


class EndLabels(pg.GraphicsWidget):
    """Names at the right of the plot, each at the height of the line that it names, none upon another."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__()
        self._view, self._labels = view, []
        self._measured: tuple[list[Label], int] = ([], 0)  # with which words and zoom the width was taken
        view.sigRangeChanged.connect(self._repaint)
        view.sigResized.connect(self._repaint)

    def show_labels(self, labels: list[Label]) -> None:
        if (labels, theme.zoom()) != self._measured:
            self._labels, self._measured = labels, (labels, theme.zoom())
            metrics = QFontMetricsF(self._font())
            widths = [metrics.horizontalAdvance(label.words) for label in labels]
            self.setFixedWidth(min(max(widths, default=0) + 12, theme.px(132)))
        self.update()

    def places(self) -> list[tuple[str, float]]:
        """Words and the height of their middle, from top to bottom, in pixels of this item."""
        line = QFontMetricsF(self._font()).height()
        low, high = 0.0, self.size().height()
        wanted = sorted(
            ((self._view.mapFromView(QPointF(0, label.y)).y(), label.words) for label in self._labels),
        )
        wanted = [(y, words) for y, words in wanted if low - 1 <= y <= high + 1]
        heights: list[float] = []
        for y, _ in wanted:  # down, until none lies upon the one above it
            heights.append(max(y, heights[-1] + line if heights else low))
        limit = high
        for place in reversed(range(len(heights))):  # and up again, where the last ones would lie below the plot
            heights[place] = min(heights[place], limit)
            limit = heights[place] - line
        return [(words, y) for (_, words), y in zip(wanted, heights, strict=True)]

    def paint(self, painter: QPainter, *_: object) -> None:
        font = self._font()
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(theme.color("text2"))
        for words, y in self.places():
            box = QRectF(8, y - metrics.height() / 2, self.size().width() - 8, metrics.height())
            short = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)

    @staticmethod
    def _font() -> QFont:
        return theme.role_font("chart")

    def _repaint(self, *_: object) -> None:
        self.update()


class Marks(pg.GraphicsObject):
    """What is written into the plot itself: the best point, names of curves that end inside, the reading.

    It is painted in the pixels of the view, so that boxes and letters keep their size whatever the zoom.
    """

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(view)
        self._view = view
        self.best: tuple[float, float, str] | None = None  # x and y in the view, words
        self.names: list[tuple[Numbers, Numbers, str]] = []  # a curve in the view, and what it is called
        self.reading: tuple[float, str, tuple[Point, ...]] | None = (
            None  # x in the view, words, the points that are read
        )
        self.lines: list[tuple[Numbers, Numbers]] = []  # what boxes should not cover, in the view
        self.hint = ""  # said in the middle while there is no curve
        self.setZValue(100)
        view.sigRangeChanged.connect(self._repaint)
        view.sigResized.connect(self._repaint)

    def boundingRect(self) -> QRectF:
        return self._view.rect()

    def _repaint(self, *_: object) -> None:
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._view.getViewWidget().hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(self.boundingRect().adjusted(1, 1, -1, -1), 5, 5)
        font = theme.role_font("chart")
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        painter.setPen(theme.color("text2"))
        for steps, heights, words in self.names:
            painter.drawText(self._name_box(metrics, steps, heights, words), Qt.AlignmentFlag.AlignCenter, words)
        if self.reading:
            self._paint_reading(painter, metrics, *self.reading)
        if self.best:
            self._paint_best(painter, *self.best)
        if self.hint:
            painter.setFont(theme.role_font("body"))
            painter.setPen(theme.color("text3"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.boundingRect().adjusted(20, 20, -20, -20), flags, self.hint)

    def _pixels(self, x: float, y: float) -> QPointF:
        return self._view.mapFromView(QPointF(x, y))

    def _name_box(self, metrics: QFontMetricsF, steps: Numbers, heights: Numbers, words: str) -> QRectF:
        """Over the end of a curve, above all of the piece that it covers."""
        end, area = self._pixels(steps[-1], heights[-1]), self.boundingRect()
        width = metrics.horizontalAdvance(words)
        left = min(max(2.0, end.x() - width), area.right() - width - 2)
        covered = heights[steps >= self._view.mapToView(QPointF(left, 0)).x()]
        top = self._pixels(0, max(covered, default=heights[-1])).y()
        return QRectF(left, top - metrics.height() - 3, width, metrics.height())

    def _paint_reading(
        self, painter: QPainter, metrics: QFontMetricsF, x: float, words: str, points: tuple[Point, ...]
    ) -> None:
        area = self.boundingRect()
        place = self._pixels(x, 0).x()
        if not area.left() <= place <= area.right():
            return
        painter.setPen(QPen(theme.color("accent"), 1))
        painter.drawLine(QPointF(place, area.top()), QPointF(place, area.bottom()))
        for step, height, token in points:
            point = self._pixels(step, height)
            if area.contains(point):
                painter.setPen(QPen(theme.color(token), 1, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(area.left(), point.y()), QPointF(place, point.y()))
                painter.setPen(QPen(theme.color("surface"), 1.5))
                painter.setBrush(theme.color(token))
                painter.drawEllipse(point, 4, 4)
        width = metrics.horizontalAdvance(words) + 16
        left = min(max(area.left() + 1, place - width / 2), area.right() - width - 1)
        self._paint_box(painter, QRectF(left, area.top() + 1, width, metrics.height() + 8), "accent", words)

    def _paint_best(self, painter: QPainter, x: float, y: float, words: str) -> None:
        point, area = self._pixels(x, y), self.boundingRect()
        if not area.adjusted(-1, -1, 1, 1).contains(point):
            return
        bold = painter.font()
        bold.setBold(True)
        painter.setFont(bold)
        metrics = QFontMetricsF(bold)
        box = self._free_place(point, metrics.horizontalAdvance(words) + 16, metrics.height() + 8)
        painter.setPen(QPen(theme.color("val"), 1.25))
        foot = QPointF(min(max(point.x(), box.left() + 6), box.right() - 6), box.center().y())
        painter.drawLine(foot, point)
        self._paint_box(painter, box, "val", words)
        painter.setPen(QPen(theme.color("val"), 2))
        painter.setBrush(theme.color("surface"))
        painter.drawPolygon([point + QPointF(dx, dy) for dx, dy in ((0, -8), (8, 0), (0, 8), (-8, 0))])

    def _paint_box(self, painter: QPainter, box: QRectF, token: str, words: str) -> None:
        painter.setPen(QPen(theme.color(token), 1.25))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(box, 5, 5)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _free_place(self, point: QPointF, width: float, height: float) -> QRectF:
        """A box near `point`, wholly inside, that covers as little of the curves as can be."""
        area = self.boundingRect().adjusted(4, 4, -4, -4)
        crowd = self._crowd()
        best, fewest = QRectF(), math.inf
        for rise in (64, 40, 92, 120, -40, -64):
            for shift in (0, 0.5, -0.5, 0.8):
                left = min(max(area.left(), point.x() - width / 2 + shift * width), area.right() - width)
                top = min(max(area.top(), point.y() - rise - height / 2), area.bottom() - height)
                box = QRectF(left, top, width, height)
                covered = self._covered(crowd, box) + 50 * box.adjusted(-8, -8, 8, 8).contains(point)
                if covered < fewest:
                    best, fewest = box, covered
                if not covered:
                    return box
        return best

    def _crowd(self) -> Numbers:
        """(n, 2) pixels along all curves and names, close enough to each other that no box slips between two."""
        corner, unit = self._pixels(0, 0), self._pixels(1, 1)
        parts, boxes = [], []
        for steps, values in self.lines:
            if len(steps) > 1:
                fine = np.linspace(steps[0], steps[-1], 200)
                parts.append(np.column_stack([fine, np.interp(fine, steps, values)]))
        scale = np.array([unit.x() - corner.x(), unit.y() - corner.y()])
        on_lines = [part * scale + np.array([corner.x(), corner.y()]) for part in parts]
        metrics = QFontMetricsF(theme.role_font("chart"))
        for name in self.names:
            box = self._name_box(metrics, *name)
            across = np.linspace(box.left(), box.right(), 9)
            boxes += [np.column_stack([across, np.full(9, y)]) for y in (box.top(), box.center().y(), box.bottom())]
        return np.concatenate([np.empty((0, 2)), *on_lines, *boxes])

    @staticmethod
    def _covered(crowd: Numbers, box: QRectF) -> int:
        x, y = crowd[:, 0], crowd[:, 1]
        wide = box.adjusted(-4, -4, 4, 4)
        return int(((x > wide.left()) & (x < wide.right()) & (y > wide.top()) & (y < wide.bottom())).sum())
