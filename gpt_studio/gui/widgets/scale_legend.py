"""A colour scale with a word at each end: what the colours of a matrix or a heatmap mean."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.gui import theme

_STOPS = 33


class ScaleLegend(QWidget):
    """“low [scale] high”, painted.

    Args:
        colors: A colour map of the theme.
        power: The level of a share x of the scale is x ** power.
        length: Of the bar, in pixels at 100 %.
    """

    def __init__(self, colors: str, low: str = "", high: str = "", power: float = 1.0, length: int = 80) -> None:
        super().__init__()
        self._colors, self._power, self._length = colors, power, length
        self._low, self._high = low, high
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self._renew)

    def set_words(self, low: str, high: str) -> None:
        self._low, self._high = low, high
        self._renew()

    def set_power(self, power: float) -> None:
        self._power = power
        self.update()

    @property
    def words(self) -> str:
        return f"{self._low} … {self._high}"

    def _renew(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        words = sum(self._width(word) for word in (self._low, self._high))
        return QSize(round(words + 2 * theme.px(9) + theme.px(self._length)) + 2, theme.px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.role_font("caption"))
        painter.setPen(theme.color("text2"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignLeft | middle, self._low)
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignRight | middle, self._high)
        left, high = self._width(self._low) + theme.px(9), theme.px(12)
        bar = QRectF(left, (self.height() - high) / 2, theme.px(self._length), high).adjusted(0.5, 0.5, -0.5, -0.5)
        fill = QLinearGradient(bar.topLeft(), bar.topRight())
        for stop in range(_STOPS):
            share = stop / (_STOPS - 1)
            fill.setColorAt(share, theme.map_color(self._colors, share**self._power))
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(bar, 2, 2)

    def _width(self, word: str) -> float:
        return QFontMetricsF(theme.role_font("caption")).horizontalAdvance(word)
