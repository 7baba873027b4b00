"""The legend of the loss chart: how a line looks, what it is, and its present figure."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.gui import theme

Kind = Literal["train", "val", "other"]


class LegendEntry(QWidget):
    """One line of the chart by colour and dash, with a figure that the card renews once a second."""

    def __init__(self, kind: Kind, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._words, self._figure, self._short = kind, words, "", False
        self.setToolTip(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        theme.notifier().changed.connect(self._renew)

    def set_figure(self, figure: str) -> None:
        if figure != self._figure:
            self._figure = figure
            self.setAccessibleName(f"{self._words} {figure}".strip())
            self._renew()

    def set_short(self, short: bool) -> None:
        """Where there is no room: line and figure alone; the tooltip has the words."""
        if short != self._short:
            self._short = short
            self._renew()

    def sizeHint(self) -> QSize:
        words, figure = self._widths()
        return QSize(round(theme.px(30) + words + figure) + 2, theme.px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, end = self.height() / 2, theme.px(24)
        pen = QPen(theme.color(self._kind), 2.5 if self._kind != "other" else 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if self._kind == "val":
            pen.setDashPattern([8 / 2.5, 4 / 2.5])
        painter.setPen(pen)
        painter.drawLine(QPointF(0, middle), QPointF(end, middle))
        words, _ = self._widths()
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.role_font("body"))
        painter.setPen(theme.color("text2"))
        if words:
            painter.drawText(QRectF(theme.px(30), 0, words + 2, self.height()), left, self._words)
        painter.setFont(theme.role_font("strong"))
        painter.setPen(theme.color("text"))
        painter.drawText(QRectF(theme.px(30) + words, 0, self.width(), self.height()), left, f" {self._figure}")

    def _widths(self) -> tuple[float, float]:
        words = QFontMetricsF(theme.role_font("body")).horizontalAdvance(self._words) if not self._short else 0.0
        figure = QFontMetricsF(theme.role_font("strong")).horizontalAdvance(f" {self._figure}") if self._figure else 0.0
        return words, figure

    def _renew(self) -> None:
        self.updateGeometry()
        self.update()
