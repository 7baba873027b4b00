"""One token as a key of a keyboard."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.gui import messages, theme


class Key(QWidget):
    """One token in a small frame, like the key of a keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self._token = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def set(self, token: str) -> None:
        self._token = messages.visible(token)
        self.setVisible(bool(token))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        wide = QFontMetricsF(theme.mono(15)).horizontalAdvance(self._token)
        return QSize(max(theme.px(24), round(wide) + theme.px(12)), theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent"), 1.4))
        painter.setBrush(theme.color("accent_soft"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.setPen(theme.color("text"))
        painter.setFont(theme.mono(15))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._token)
