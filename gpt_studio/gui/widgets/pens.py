"""Pens for charts, in the colours of the theme."""

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QPen

from gpt_studio.gui import theme


def line_pen(token: str, width: float, alpha: float = 1.0, dashes: list[float] | None = None) -> QPen:
    """A pen in the colour of a token; `dashes` are lengths in pixels of ink and gap."""
    color = theme.color(token)
    color.setAlphaF(alpha)
    pen = pg.mkPen(color, width=width)
    if dashes:
        pen.setDashPattern([length / width for length in dashes])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
