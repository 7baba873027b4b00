"""The logarithmic axes of the scaling charts; the view holds log10 of everything."""

import math

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF

from gpt_studio.gui.parts.experiments.scaling_words import power_of_ten, short_size
from gpt_studio.gui.widgets.ticks import round_steps

GAP = 22  # between two figures, at least
HIGH = 40  # between two losses, about
TOP = 10  # over the highest one


class SizeAxis(pg.AxisItem):
    """Parameters ("10 k", "1 M"), or operations as powers of ten."""

    def __init__(self, is_compute: bool) -> None:
        super().__init__("bottom")
        self._words = power_of_ten if is_compute else short_size
        self.setStyle(tickLength=4, tickTextOffset=4, autoExpandTextSpace=False, hideOverlappingLabels=60)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        widest = max(
            [QFontMetricsF(self.style["tickFont"]).horizontalAdvance(self._words(10.0**place)) for place in (low, high)]
            if self.style["tickFont"]
            else [50]
        )
        last = high - (high - low) * widest / 2 / max(size, widest)  # else its figure would be cut at the right edge
        for parts in ((1, 2, 5), (1, 3), (1,)):
            ticks = _in_decades(low, last, parts)
            if len(ticks) * (widest + GAP) <= size:
                return [(1.0, ticks)]
        return [(1.0, ticks[:: max(1, math.ceil(len(ticks) * (widest + GAP) / size))])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [self._words(10.0**value) for value in values]


class LossAxis(pg.AxisItem):
    """Bits per character."""

    def __init__(self) -> None:
        super().__init__("left")
        self.setStyle(tickLength=0, tickTextOffset=10, autoExpandTextSpace=False, maxTextLevel=0, tickAlpha=255)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        top = high - (high - low) * TOP / max(size, TOP)  # else its figure would be cut
        ticks = round_steps(10**low, 10**top, max(2, int(size / HIGH)))
        return [(1.0, [math.log10(tick) for tick in ticks if tick > 0])]

    def boundingRect(self) -> QRectF:
        return super().boundingRect().adjusted(0, -12, 0, 12)  # else a figure at the very end is left out

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{10**value:.4g}" for value in values]


def _in_decades(low: float, high: float, parts: tuple[int, ...]) -> list[float]:
    """Logarithms of these multiples of powers of ten, between two logarithms."""
    places = (power + math.log10(part) for power in range(math.floor(low), math.ceil(high) + 1) for part in parts)
    return [place for place in places if low <= place <= high]
