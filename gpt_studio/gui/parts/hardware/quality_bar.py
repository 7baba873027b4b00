"""What a sample may be expected to show: five steps from noise to style."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets import preset_words


class QualityBar(QWidget):
    """Five pieces, filled up to the expected one, which is named in strong letters."""

    def __init__(self) -> None:
        super().__init__()
        self._quality = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def show_quality(self, quality: str) -> None:
        self._quality = quality
        self.setAccessibleName(tr("Expected quality: {word}").format(word=preset_words.quality(quality)))
        self.update()

    # Qt's own

    def sizeHint(self) -> QSize:
        return QSize(theme.px(220), theme.px(14) + QFontMetrics(theme.role_font("caption_strong")).height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names = list(preset_words.QUALITIES)
        reached = names.index(self._quality) if self._quality in names else -1
        gap = 2.0
        width = (self.width() - gap * (len(names) - 1)) / len(names)
        for place, name in enumerate(names):
            left = place * (width + gap)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent" if place <= reached else "groove"))
            painter.drawRoundedRect(QRectF(left, 0, width, theme.px(8)), 2, 2)
            painter.setFont(theme.role_font("caption_strong" if place == reached else "caption"))
            painter.setPen(theme.color("text" if place == reached else "text2"))
            below = QRectF(left, theme.px(12), width + gap, self.height() - theme.px(12))
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, preset_words.quality(name))
