"""How often the most frequent characters occur, as bars."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.gui import messages, theme

ROW, LEAST_ROW = 23, 18  # pixels at 100 %


class FrequencyBars(QWidget):
    """One row per character, the most frequent one first; as many rows as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: tuple[tuple[str, float], ...] = ()
        self.setObjectName("corpus.frequent")
        self.setAccessibleName(self.tr("Most frequent characters"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.notifier().changed.connect(self.updateGeometry)
        theme.notifier().changed.connect(self.update)

    def show_shares(self, shares: tuple[tuple[str, float], ...]) -> None:
        """Characters and their shares of the text, highest first."""
        self._shares = shares
        told = (f"{messages.visible(char)} {messages.share(share, 1)}" for char, share in shares)
        self.setAccessibleDescription(", ".join(told))
        self.setToolTip(self.tr("Share of all characters"))
        self.updateGeometry()
        self.update()

    @property
    def shares(self) -> tuple[tuple[str, float], ...]:
        """What is shown."""
        return self._shares

    def sizeHint(self) -> QSize:
        return QSize(theme.px(180), theme.px(ROW) * max(1, len(self._shares)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(150), theme.px(LEAST_ROW) * min(5, max(1, len(self._shares))))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._shares:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = min(theme.px(ROW), max(theme.px(LEAST_ROW), self.height() // len(self._shares)))
        label, value, gap = theme.px(28), theme.px(52), theme.px(6)
        room = max(1, self.width() - label - value - gap)
        most = self._shares[0][1]
        for number, (char, share) in enumerate(self._shares):
            top = number * row
            if top + row > self.height() + 2:
                break
            shown = messages.visible(char)
            has_ink = char.isprintable() or shown != char
            if not has_ink:  # a joiner of emoji, a mark of direction
                shown = f"{ord(char):04X}"
            painter.setFont(theme.mono(15) if has_ink else theme.mono(11))
            painter.setPen(theme.color("text" if shown == char else "text3"))
            painter.drawText(QRectF(0, top, label, row), Qt.AlignmentFlag.AlignCenter, shown)
            height = min(theme.px(13), row - 4)
            bar = QRectF(label + gap, top + (row - height) / 2, max(2.0, room * share / most), height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(bar, 2, 2)
            painter.setFont(theme.role_font("chart"))
            painter.setPen(theme.color("text2"))
            words = QRectF(bar.right() + gap, top, value, row)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, messages.share(share, 1))
        painter.end()
