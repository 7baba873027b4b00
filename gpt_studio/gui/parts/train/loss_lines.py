"""The lines of the loss chart: single batches, their average, held-back text, and other runs."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg

from gpt_studio.gui import theme
from gpt_studio.gui.open_run import Curve
from gpt_studio.gui.parts.train.curves import Numbers, OtherCurve, Smoother, envelope, few
from gpt_studio.gui.parts.train.loss_scale import LossScale
from gpt_studio.gui.widgets.pens import line_pen


class LossLines:
    """Draws them into a plot, each with as many points as can be seen."""

    def __init__(self, item: pg.PlotItem) -> None:
        self._item = item
        self.now = pg.InfiniteLine(angle=90)
        self.raw, self.smoothed, self.held_back = (pg.PlotCurveItem() for _ in range(3))
        self.dots = pg.ScatterPlotItem(size=7, pxMode=True)
        self.others: list[pg.PlotCurveItem] = []
        for depth, line in enumerate((self.now, self.raw, self.smoothed, self.held_back, self.dots)):
            line.setZValue(10 + depth)
            item.addItem(line, ignoreBounds=True)

    def make_others(self, count: int) -> None:
        """As many lines for other runs."""
        for line in self.others:
            self._item.removeItem(line)
        self.others = [pg.PlotCurveItem(pen=line_pen("other", 2)) for _ in range(count)]
        for line in self.others:
            line.setZValue(5)
            self._item.addItem(line, ignoreBounds=True)

    def draw(
        self,
        curve: Curve,
        smoother: Smoother,
        others: Sequence[OtherCurve],
        scale: LossScale,
        low: float,
        high: float,
    ) -> None:
        """What lies between two steps of the open run (`curve`, and its average) and of the others."""
        steps, losses = _within(curve.steps.values, curve.train_loss.values, low, high)
        places, shown = envelope(steps, losses, high - low)
        self.raw.setData(places, scale.heights(shown), connect="finite")
        steps, losses = few(*_within(smoother.steps.values, smoother.smoothed.values, low, high))
        self.smoothed.setData(steps, scale.heights(losses))
        checks, held_back = _within(curve.check_steps.values, curve.val_loss.values, low, high)
        self.held_back.setData(*few(checks, scale.heights(held_back)))
        self.dots.setData(*few(checks, scale.heights(held_back), 40))
        for line, other in zip(self.others, others, strict=True):
            line.setData(*few(*_within(other.steps, heights_of(other, scale), low, high)))

    def paint_anew(self, smooth: bool) -> None:
        """Take the colours of the theme; without `smooth` the single batches stand alone."""
        self.now.setPen(line_pen("edge", 1))
        self.raw.setPen(line_pen("train", 1, alpha=0.55 if smooth else 1.0))
        self.smoothed.setPen(line_pen("train", 2))
        self.smoothed.setVisible(smooth)
        self.held_back.setPen(line_pen("val", 2, dashes=[8, 4]))
        self.dots.setBrush(theme.color("val"))
        self.dots.setPen(None)
        for line in self.others:
            line.setPen(line_pen("other", 2))

    def drawn(self) -> list[tuple[Numbers, Numbers]]:
        """The points of all lines but the single batches, in the view."""
        lines = (self.smoothed, self.held_back, *self.others)
        return [line.getData() for line in lines if line.getData()[0] is not None]


def heights_of(other: OtherCurve, scale: LossScale) -> Numbers:
    """Where another run's losses are drawn; its tokens may be of another length than those of the open one."""
    return scale.heights(other.in_unit(scale.bits), factor=1.0)


def _within(steps: Numbers, values: Numbers, low: float, high: float) -> tuple[Numbers, Numbers]:
    """The points between two steps, and one more on each side."""
    first, last = np.searchsorted(steps, (low, high))
    part = slice(max(0, int(first) - 1), int(last) + 1)
    return steps[part], values[part]
