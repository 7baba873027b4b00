"""Slanted stripes: what is held back is told by more than its colour."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen

from gpt_studio.gui import theme


def paint_held_back(painter: QPainter, area: QRectF) -> None:
    """A piece of a bar in the colour of held-back text, with stripes; keeps to the painter's clipping."""
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    painter.fillRect(area, theme.color("val"))
    painter.setPen(QPen(QBrush(theme.color("val_soft")), theme.px(2)))
    x = area.left() - area.height()
    while x < area.right():
        painter.drawLine(QPointF(x, area.bottom() + 1), QPointF(x + area.height() + 2, area.top() - 1))
        x += theme.px(8)
    painter.restore()
