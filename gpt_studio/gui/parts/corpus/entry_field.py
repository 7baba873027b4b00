"""What lies under a row of the Corpus tab's lists: its colour while it is chosen or pointed at, and the focus ring."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from gpt_studio.gui import theme


def paint_field(painter: QPainter, option: QStyleOptionViewItem, view: QObject | None) -> bool:
    """Paint it for a row of `view`; gives whether the row is the chosen one."""
    rect = option.rect
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    if chosen or hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sel" if chosen else "accent_soft"))
        painter.drawRoundedRect(rect, theme.px(7), theme.px(7))
    if chosen and isinstance(view, QWidget) and view.hasFocus():
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), theme.px(6), theme.px(6))
    return chosen
