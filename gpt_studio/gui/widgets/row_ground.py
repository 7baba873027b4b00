"""The ground of a row in a list that is painted by hand: blue where it is chosen, a ring where it has the focus."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from gpt_studio.gui import theme


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> tuple[QRect, bool]:
    """Paint it; gives the room of the row, and whether it is the chosen one."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = option.rect.adjusted(0, 1, 0, -1)
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    if chosen:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sel"))
        painter.drawRoundedRect(box, 7, 7)
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6)
    return box, chosen
