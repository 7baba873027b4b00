"""A small chart of one quantity over the steps, with its present value. Painted by itself, to be cheap."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.train.curves import Numbers, envelope, few
from gpt_studio.gui.widgets.ticks import round_steps

_NOTHING = np.empty(0)


def short(value: float) -> str:
    """A tick label: "20k", "1.5", "0.001"."""
    if value >= 1e6:
        return f"{value / 1e6:g}M"
    return f"{value / 1000:g}k" if value >= 1000 else f"{value:.3g}"


class SmallChart(QWidget):
    """Caption, present value, curve. A `steady` curve is one line; others show the spread of neighbouring steps."""

    def __init__(self, caption: str, name: str, steady: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption, self._steady = caption, steady
        self._steps, self._values, self._max_steps, self._words = _NOTHING, _NOTHING, 1, ""
        self.setObjectName(name)
        self.setAccessibleName(caption)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.update)

    def show_curve(self, steps: Numbers, values: Numbers, max_steps: int) -> None:
        """Draw `values` over `steps`; cheap enough to be called for every report."""
        self._max_steps = max(1, max_steps, int(steps[-1]) if len(steps) else 0)
        if not self._steady:
            steps, values = envelope(steps, values, self._max_steps, 120)
        self._steps, self._values = few(steps, values, 250)
        self.update()

    def set_words(self, words: str) -> None:
        """The present value, said once a second."""
        if words != self._words:
            self._words = words
            self.setAccessibleDescription(f"{self.caption}: {words}" if words else "")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(220), theme.px(106))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(150), theme.px(84))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        head = self._paint_head(painter)
        if not len(self._steps):
            return
        font = theme.role_font("chart")
        font.setPixelSize(theme.px(12))
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        ticks = self._ticks(self.height() - head)
        labels = [short(tick) for tick in ticks]
        left = max([metrics.horizontalAdvance(label) for label in labels] + [theme.px(24)]) + 8
        room = QRectF(left, head, self.width() - left - theme.px(14), self.height() - head)
        plot = room.adjusted(0, theme.px(12), 0, -metrics.height() - 4)
        top = max([ticks[-1], *self._values[np.isfinite(self._values)].tolist()])
        self._paint_frame(painter, plot, top, list(zip(ticks, labels, strict=True)), metrics)
        self._paint_curve(painter, plot, top)

    def _paint_head(self, painter: QPainter) -> float:
        font = theme.role_font("caption")
        metrics = QFontMetricsF(font)
        line = QRectF(0, 0, self.width(), metrics.height())
        bold = theme.role_font("caption_strong")
        painter.setFont(bold)
        painter.setPen(theme.color("text"))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._words)
        painter.setFont(font)
        painter.setPen(theme.color("text2"))
        room = self.width() - QFontMetricsF(bold).horizontalAdvance(self._words) - 8
        caption = metrics.elidedText(self.caption, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, caption)
        return line.bottom()

    def _ticks(self, height: float) -> list[float]:
        """Round numbers from 0 up to about the highest value."""
        known = self._values[np.isfinite(self._values)]
        highest = float(known.max()) if len(known) else 1.0
        if highest <= 0:
            return [0.0, 1.0]
        return round_steps(0, highest * 1.02, 2 if height < theme.px(110) else 5)

    def _paint_frame(
        self, painter: QPainter, plot: QRectF, top: float, ticks: list[tuple[float, str]], metrics: QFontMetricsF
    ) -> None:
        line = metrics.height()
        for tick, label in ticks:
            y = plot.bottom() - tick / top * plot.height()
            painter.setPen(QPen(theme.color("grid"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.color("text2"))
            box = QRectF(0, y - line / 2, plot.left() - 6, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label)
        for share in (0, 0.5, 1):
            words = messages.count(round(share * self._max_steps))
            width = metrics.horizontalAdvance(words)
            x = min(plot.left() + share * plot.width() - width / 2, self.width() - width)
            box = QRectF(x, plot.bottom() + 3, width, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_curve(self, painter: QPainter, plot: QRectF, top: float) -> None:
        x = plot.left() + self._steps / self._max_steps * plot.width()
        y = plot.bottom() - np.clip(self._values / top, 0, 1) * plot.height()
        known = np.isfinite(y)
        points = QPolygonF([QPointF(*point) for point in zip(x[known].tolist(), y[known].tolist(), strict=True)])
        # A wide pen takes a detour through Qt's stroker: 1 ms for a trembling line, against 0.1 ms at one pixel.
        painter.setPen(QPen(theme.color("train"), 1.5 if self._steady else 1))
        painter.drawPolyline(points)
