"""How surprise becomes a tint: its levels, their colours, and the legend that explains them."""

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.widgets.basics import text

LEVELS = 16
UNTINTED, FULLY_TINTED = 0.9, 5.0  # nats: -ln p up to which a token stays white, and from which its tint is full


def tint_level(surprise: float | None) -> int:
    """0 (no tint) to 15 for a surprise of -ln p nats; None and NaN have no tint."""
    if surprise is None or math.isnan(surprise):
        return 0
    share = (surprise - UNTINTED) / (FULLY_TINTED - UNTINTED)
    return round(max(0.0, min(1.0, share)) * (LEVELS - 1))


def tint_color(level: int) -> QColor:
    """The colour behind text of a level, in the theme of now."""
    return theme.map_color("surprise_text", level / (LEVELS - 1))


class TintScale(QWidget):
    """The tints from expected to surprising as one bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(110), theme.px(14))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(50), theme.px(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        bar = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        colors = QLinearGradient(bar.topLeft(), bar.topRight())
        for level in range(LEVELS):
            colors.setColorAt(level / (LEVELS - 1), tint_color(level))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(colors)
        painter.drawRoundedRect(bar, 4, 4)


class TintLegend(QWidget):
    """What the tint behind a character means: expected [scale] surprising."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(text(self.tr("expected"), role="caption", token="text2"))
        row.addWidget(TintScale(self), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(text(self.tr("surprising"), role="caption", token="text2"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("The stronger the tint, the more surprising the character was to the model."))
