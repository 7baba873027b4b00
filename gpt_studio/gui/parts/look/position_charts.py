"""What a model has learnt about positions: some of their numbers as curves, and which positions are alike."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.engine.arrays import Floats
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr

CURVES = 5
_DASHES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DashDotDotLine,
)
_COLORS = ("accent", "part_token", "part_attention", "part_feed_forward", "part_head")


class PositionCurves(QWidget):
    """Positions across; the numbers of a position's vector that differ most from position to position."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(tr("Position vectors as curves"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._table: Floats = np.zeros((0, 0), np.float32)
        self._numbers: list[int] = []
        theme.notifier().changed.connect(self.update)

    def show_table(self, table: Floats) -> None:
        """Show (block_size, C)."""
        self._table = table
        spread = table.std(axis=0) if table.size else np.zeros(0)
        self._numbers = np.argsort(-spread, kind="stable")[:CURVES].tolist()
        words = tr("Of {c} numbers, those that differ most: {list}")
        told = ", ".join(str(number + 1) for number in self._numbers)
        self.setAccessibleDescription(words.format(c=table.shape[1], list=told))
        self.update()

    @property
    def numbers(self) -> list[int]:
        """Which numbers are drawn, from 0."""
        return self._numbers

    def sizeHint(self) -> QSize:
        return QSize(theme.px(360), theme.px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(220), theme.px(160))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._table.size:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.role_font("caption"))
        metrics = QFontMetricsF(painter.font())
        high = metrics.height()
        largest = float(np.abs(self._table[:, self._numbers]).max()) or 1.0
        left = metrics.horizontalAdvance("−0.00") + theme.px(6)
        right = metrics.horizontalAdvance("888") + theme.px(10)
        field = QRectF(left, high / 2, self.width() - left - right, self.height() - 2 * high)
        for value in (-largest, 0.0, largest):
            y = field.center().y() - value / largest * field.height() / 2
            painter.setPen(QPen(theme.color("grid"), 1))
            painter.drawLine(QPointF(field.x(), y), QPointF(field.right(), y))
            painter.setPen(theme.color("text3"))
            box = QRectF(0, y - high / 2, left - theme.px(6), high)
            words = f"{value:.2f}".replace("-", "−")
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        count = len(self._table)
        painter.drawText(QPointF(field.x(), self.height() - high * 0.2), "1")
        last = str(count)
        at = QPointF(field.right() - metrics.horizontalAdvance(last), self.height() - high * 0.2)
        painter.drawText(at, last)
        taken: list[float] = []
        for number, token, dash in zip(self._numbers, _COLORS, _DASHES, strict=False):
            curve = [
                QPointF(
                    field.x() + field.width() * place / max(1, count - 1),
                    field.center().y() - float(value) / largest * field.height() / 2,
                )
                for place, value in enumerate(self._table[:, number])
            ]
            painter.setPen(QPen(theme.color(token), 1.8, dash))
            painter.drawPolyline(QPolygonF(curve))
            end = curve[-1].y()
            ways = [end + sign * away * high for away in range(CURVES) for sign in (1, -1)]
            y = next((way for way in ways if all(abs(way - other) >= high * 0.9 for other in taken)), end)
            taken.append(y)
            painter.drawText(QPointF(field.right() + theme.px(5), y + high * 0.3), str(number + 1))


class PositionLikeness(QWidget):
    """Every position against every other one: how alike the directions of their vectors are."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(tr("Which positions are alike"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._cosines: Floats = np.zeros((0, 0), np.float32)
        theme.notifier().changed.connect(self.update)

    def show_table(self, table: Floats) -> None:
        """Show (block_size, C)."""
        lengths = np.linalg.norm(table, axis=1, keepdims=True) if table.size else np.ones((0, 1))
        directions = table / np.maximum(lengths, 1e-9)
        self._cosines = directions @ directions.T
        if len(self._cosines) > 1:
            beside = float(np.diagonal(self._cosines, 1).mean())
            far = float(self._cosines[0, -1])
            words = tr("Neighbouring positions: {beside}; the first and the last: {far}; 1 is the same direction")
            self.setAccessibleDescription(words.format(beside=f"{beside:.2f}", far=f"{far:.2f}"))
        self.update()

    @property
    def cosines(self) -> Floats:
        return self._cosines

    def sizeHint(self) -> QSize:
        return QSize(theme.px(300), theme.px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(180), theme.px(160))

    def paintEvent(self, event: QPaintEvent) -> None:
        count = len(self._cosines)
        if not count:
            return
        levels = np.rint((np.clip(self._cosines, -1, 1) + 1) / 2 * 255).astype(np.uint8)
        colors = np.ascontiguousarray(theme.lookup("attention")[levels])
        image = QImage(colors.data, count, count, 4 * count, QImage.Format.Format_RGBA8888)
        painter = QPainter(self)
        painter.setFont(theme.role_font("caption"))
        high = QFontMetricsF(painter.font()).height()
        side = min(self.width() - theme.px(34), self.height() - high - theme.px(6))
        where = QRectF(theme.px(30) + (self.width() - theme.px(34) - side) / 2, 2, side, side)
        painter.drawImage(where, image)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawRect(where)
        painter.setPen(theme.color("text3"))
        last = str(count)
        right = Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(0, where.top(), where.left() - 5, high), right, "1")
        painter.drawText(QRectF(0, where.bottom() - high, where.left() - 5, high), right, last)
        below = QRectF(where.left(), where.bottom() + 2, side, high + 2)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "1")
        painter.drawText(below, right, last)
