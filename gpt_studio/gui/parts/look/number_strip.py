"""A vector as a row of small bars: up where a number is positive, down where it is negative."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.engine.arrays import Floats
from gpt_studio.gui import theme


def paint_strip(painter: QPainter, rect: QRectF, numbers: Floats, largest: float, token: str) -> None:
    """Paint a vector into a rectangle.

    Args:
        painter: Where.
        rect: The room; its middle line is 0.
        numbers: (D).
        largest: The size that fills half the height, so that vectors beside each other compare.
        token: The colour of the theme.
    """
    middle = rect.center().y()
    painter.setPen(QPen(theme.color("line"), 1))
    painter.drawLine(round(rect.left()), round(middle), round(rect.right()), round(middle))
    wide = rect.width() / max(1, len(numbers))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(token))
    for place, number in enumerate(numbers.tolist()):
        size = min(1.0, abs(number) / largest) * rect.height() / 2 if largest else 0.0
        top = middle - size if number > 0 else middle
        painter.drawRect(QRectF(rect.x() + place * wide, top, max(0.6, wide * 0.8), size))


class NumberStrip(QWidget):
    """One vector, painted."""

    def __init__(self, name: str, words: str, token: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(words)
        self._token = token
        self._numbers: Floats = np.zeros(0, np.float32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def show_numbers(self, numbers: Floats) -> None:
        self._numbers = numbers
        told = ", ".join(f"{number:.2f}" for number in numbers[:8].tolist())
        more = "" if len(numbers) <= 8 else ", …"
        self.setToolTip(told + more)
        self.setAccessibleDescription(told + more)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(34))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(80), theme.px(34))

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._numbers):
            largest = float(np.abs(self._numbers).max())
            paint_strip(QPainter(self), QRectF(self.rect()), self._numbers, largest, self._token)
