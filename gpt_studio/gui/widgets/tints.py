"""How surprise becomes a tint: its levels, their colours, and the legend that explains them."""

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gpt_studio.gui import messages, theme
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


def bits(nats: float) -> str:
    """A surprise as people read it: "1.3"."""
    return f"{nats / math.log(2):.1f}"


class TintScale(QWidget):
    """The tints from expected to surprising as one bar, with the surprise in bits at both ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low = bits(UNTINTED)
        self._high = self.tr("{number} bits").format(number=bits(FULLY_TINTED))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint().expandedTo(QSize(theme.px(110), 0))

    def minimumSizeHint(self) -> QSize:
        letters = QFontMetrics(theme.role_font("caption"))
        wide = letters.horizontalAdvance(self._low + self._high) + 2 * theme.px(6) + theme.px(14)
        return QSize(wide, letters.height() + 4)

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
        painter.setFont(theme.role_font("caption"))
        painter.setPen(theme.color("text"))
        within, middle = bar.adjusted(theme.px(6), 0, -theme.px(6), 0), Qt.AlignmentFlag.AlignVCenter
        painter.drawText(within, Qt.AlignmentFlag.AlignLeft | middle, self._low)
        painter.drawText(within, Qt.AlignmentFlag.AlignRight | middle, self._high)


class TintLegend(QWidget):
    """What the tint behind a character means: expected [1.3 scale 7.2 bits] surprising."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._words = [text(words, "caption", "text2") for words in (self.tr("expected"), self.tr("surprising"))]
        row.addWidget(self._words[0])
        row.addWidget(TintScale(self), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words[1])
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("The stronger the tint, the more surprising the character was to the model."))
        told = self.tr("Surprise is −log₂ of the chance that the model gave: 1 bit is 50 %, {high} bits are {chance}.")
        chance = messages.share(math.exp(-FULLY_TINTED))
        self.setToolTip(told.format(high=bits(FULLY_TINTED), chance=chance))
        self.setAccessibleDescription(self.toolTip())

    def set_brief(self, brief: bool) -> None:
        """The scale alone, where there is no room for words."""
        for words in self._words:
            words.setHidden(brief)
        self.updateGeometry()  # at once, so that whoever asks next knows
