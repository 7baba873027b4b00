"""Losses over sizes on logarithmic axes: points, the law through them with its band, and what it foretells."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QFrame, QWidget

from gpt_studio.engine.experiments.scaling_fit import Interval, Law
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments.scaling_axes import LossAxis, SizeAxis
from gpt_studio.gui.widgets.pens import line_pen

pg.setConfigOptions(antialias=True, imageAxisOrder="row-major")
Kind = Literal["done", "live", "stopped"]
PLACES = 60  # of the law's line
ROOM = 1.6  # times the smallest and largest size that are in view
TALLEST = 1.35  # times the highest point: a curve that falls comes into view there
NOTHING_YET = (2.0, 5.0)  # bits that are in view before there is a point
REACH = 9  # pixels about a point, in which a click is its


class Point(NamedTuple):
    """A run: at its size the loss that counts, or the newest one. `curve`: what it came through, if that is drawn."""

    place: int  # among the sizes
    x: float
    bits: float
    kind: Kind
    label: str
    curve: tuple[tuple[float, float], ...] = ()


class Expected(NamedTuple):
    """What was, or is, foretold of a size."""

    x: float
    interval: Interval


class ScalingChart(pg.PlotWidget):
    """Drawn anew as a whole: it has some ten points.

    Signals:
        chosen(int): A point was clicked; carries its place among the sizes.
    """

    chosen = Signal(int)

    def __init__(self, name: str, title: str, is_compute: bool = False, parent: QWidget | None = None) -> None:
        self._x_axis, self._y_axis = SizeAxis(is_compute), LossAxis()
        super().__init__(
            parent,
            viewBox=pg.ViewBox(enableMenu=False, enableMouse=False),
            axisItems={"bottom": self._x_axis, "left": self._y_axis},
            enableMenu=False,
        )
        self._sizes: Sequence[float] = ()
        self._points: Sequence[Point] = ()
        self._expected: Sequence[Expected] = ()
        self._law: Law | None = None
        self._marked: int | None = None
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the table beside it is for keys, and says the same
        item = self.getPlotItem()
        item.hideButtons()
        item.setContentsMargins(0, 0, 0, 0)
        self._y_axis.setGrid(255)
        for axis in (self._x_axis, self._y_axis):
            axis.setZValue(-200)  # the grid lies under the points
        item.getViewBox().disableAutoRange()
        self._paint_anew()
        self.scene().sigMouseClicked.connect(self._click)
        theme.notifier().changed.connect(self._paint_anew)

    def show_points(
        self, sizes: Sequence[float], points: Sequence[Point], law: Law | None, expected: Sequence[Expected]
    ) -> None:
        """Show runs, the law through those that count, and what was foretold; `sizes` are all that there will be."""
        now = (sizes, points, expected)
        if now == (self._sizes, self._points, self._expected) and (law is None) == (self._law is None):
            return
        self._sizes, self._points, self._law, self._expected = sizes, points, law, expected
        self._draw()

    def mark(self, place: int | None) -> None:
        """Frame the point of a size."""
        if place != self._marked:
            self._marked = place
            self._draw()

    def at(self, place: int) -> QPointF | None:
        """Where the point of a size lies on the chart."""
        box = self.getPlotItem().getViewBox()
        for point in self._points:
            if point.place == place:
                return box.mapViewToScene(QPointF(math.log10(point.x), math.log10(point.bits)))
        return None

    # Drawing

    def _draw(self) -> None:
        self.clear()
        xs = [*self._sizes, *(each.x for each in self._expected)]
        if not xs:
            return
        self._set_range(min(xs) / ROOM, max(xs) * ROOM)
        if self._law is not None:
            self._draw_law(self._law, min(xs), max(xs))
        for point in self._points:
            self._draw_curve(point)
        for each in self._expected:
            self._draw_expected(each)
        for point in self._points:
            self._draw_point(point)

    def _set_range(self, left: float, right: float) -> None:
        heights = [point.bits for point in self._points if point.kind == "done"]
        heights = heights or [point.bits for point in self._points]
        heights += [point.bits for point in self._points if point.bits < TALLEST * max(heights, default=1.0)]
        for each in self._expected:
            heights += [value for value in each.interval if value is not None]
        if self._law is not None and heights:
            heights.append(max(self._law.at(right / ROOM), min(heights) / TALLEST))  # where the line ends
        low, high = (min(heights), max(heights)) if heights else NOTHING_YET
        room = max(1.02, (high / low) ** 0.14)
        box = self.getPlotItem().getViewBox()
        box.setRange(
            xRange=(math.log10(left), math.log10(right)),
            yRange=(math.log10(low / room), math.log10(high * room * room)),  # a label stands over the highest point
            padding=0,
        )

    def _draw_law(self, law: Law, first: float, last: float) -> None:
        places = np.geomspace(first, last, PLACES)
        told = [law.predict(place) for place in places]
        logs = np.log10(places)
        if law.is_sure:
            edges = [
                pg.PlotCurveItem(logs, np.log10([getattr(each, side) for each in told]), pen=None)
                for side in ("low", "high")
            ]
            for edge in edges:
                self._add(edge, 0)
            fill = theme.color("val")
            fill.setAlphaF(0.13)
            self._add(pg.FillBetweenItem(*edges, brush=fill), 1)
        line = pg.PlotCurveItem(logs, np.log10([each.value for each in told]), pen=line_pen("text2", 1.5))
        self._add(line, 3)

    def _draw_curve(self, point: Point) -> None:
        if len(point.curve) > 1:
            xs, heights = np.log10(np.array(point.curve)).T
            alpha = 0.9 if point.place == self._marked else 0.45
            self._add(pg.PlotCurveItem(xs, heights, pen=line_pen("val", 1, alpha=alpha)), 2)

    def _draw_expected(self, each: Expected) -> None:
        x, y = math.log10(each.x), math.log10(each.interval.value)
        if each.interval.low is not None and each.interval.high is not None:
            low, high = math.log10(each.interval.low), math.log10(each.interval.high)
            bar = pg.ErrorBarItem(
                x=np.array([x]),
                y=np.array([y]),
                top=np.array([high - y]),
                bottom=np.array([y - low]),
                beam=0.04,
                pen=line_pen("accent", 1.5),
            )
            self._add(bar, 4)
        spot = pg.ScatterPlotItem(
            [x], [y], symbol="d", size=theme.px(12), pen=line_pen("accent", 2), brush=theme.color("surface")
        )
        self._add(spot, 5)

    def _draw_point(self, point: Point) -> None:
        x, y = math.log10(point.x), math.log10(point.bits)
        is_done = point.kind == "done"
        brush = theme.color("val" if is_done else "surface")
        size = theme.px(11 if point.place != self._marked else 15)
        pen = line_pen("other" if point.kind == "stopped" else "val", 2)
        if point.place == self._marked:
            pen = line_pen("text", 2)
        self._add(pg.ScatterPlotItem([x], [y], size=size, pen=pen, brush=brush), 6)
        label = pg.TextItem(point.label, color=theme.color("text2"), anchor=(0.5, 1.35))
        label.setFont(theme.role_font("chart"))
        label.setPos(x, y)
        self._add(label, 7)

    def _add(self, item: pg.GraphicsObject, depth: int) -> None:
        item.setZValue(depth)
        self.addItem(item, ignoreBounds=True)

    def _paint_anew(self) -> None:
        """Take colours and fonts of the theme as it is now."""
        self.setBackground(theme.color("surface"))
        for axis in (self._x_axis, self._y_axis):
            axis.setTickFont(theme.role_font("chart"))
            axis.setTextPen(theme.color("text2"))
            axis.setPen(None)
        self._y_axis.setTickPen(theme.color("grid"))
        self._x_axis.setTickPen(theme.color("edge"))
        self._y_axis.setWidth(theme.px(42))
        self._x_axis.setHeight(theme.px(28))
        self._draw()

    def _click(self, event) -> None:
        here = event.scenePos()
        near = [(point.place, self.at(point.place)) for point in self._points]
        far = [((spot - here).manhattanLength(), place) for place, spot in near if spot is not None]
        if far and min(far)[0] <= theme.px(2 * REACH):
            self.chosen.emit(min(far)[1])

    # Qt's own

    def sizeHint(self) -> QSize:
        return QSize(theme.px(420), theme.px(280))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(230), theme.px(220))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls


def spoken(points: Sequence[Point], expected: Sequence[Expected], unit: str) -> str:
    """What the chart shows, for those who do not see it."""
    said = [
        tr("{size} {unit}: {bits} bits").format(size=point.label, unit=unit, bits=f"{point.bits:.2f}")
        for point in points
    ]
    said += [
        tr("foretold for the next one: {bits} bits").format(bits=f"{each.interval.value:.2f}") for each in expected
    ]
    return "; ".join(said)
