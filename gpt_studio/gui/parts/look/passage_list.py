"""Passages of held-back text, one below the other, each with the token at which a neuron fired."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.parts.look.attention_words import shown

_ROW, _BAR = 38, 90


@dataclass(frozen=True)
class Passage:
    """Where a neuron fired."""

    before: tuple[str, ...]  # what the model saw
    token: str
    after: tuple[str, ...]  # what it did not see yet
    strength: float


class PassageList(QWidget):
    """The strongest passage first; all tokens at which the neuron fired stand below each other."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(self.tr("Passages"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.passages: list[Passage] = []
        theme.notifier().changed.connect(self._renew)

    def show_passages(self, passages: list[Passage]) -> None:
        self.passages = passages
        each = self.tr("{before}[{token}]{after}, {strength}")
        self.setAccessibleDescription(
            "; ".join(
                each.format(
                    before="".join(passage.before[-12:]),
                    token=shown(passage.token),
                    after="".join(passage.after[:6]),
                    strength=f"{passage.strength:.2f}",
                )
                for passage in passages
            )
        )
        self._renew()

    def _renew(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(420), theme.px(_ROW) * max(1, len(self.passages)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(260), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plain, strong = theme.mono(15), theme.mono(15, QFont.Weight.Bold)
        numbers = QFontMetricsF(theme.role_font("caption")).horizontalAdvance("88.88") + theme.px(8)
        bars = theme.px(_BAR)
        room = self.width() - bars - numbers - theme.px(12)
        most = max((passage.strength for passage in self.passages), default=1.0) or 1.0
        middle = Qt.AlignmentFlag.AlignVCenter
        for row, passage in enumerate(self.passages):
            line = QRectF(0, theme.px(_ROW) * row, room, theme.px(_ROW))
            wide = QFontMetricsF(strong).horizontalAdvance(shown(passage.token)) + theme.px(8)
            key = QRectF(room * 0.62, line.y() + theme.px(5), wide, line.height() - theme.px(10))
            painter.setFont(plain)
            painter.setPen(theme.color("text"))
            before = QRectF(0, line.y(), key.left() - theme.px(2), line.height())
            painter.save()
            painter.setClipRect(before)
            painter.drawText(before, Qt.AlignmentFlag.AlignRight | middle, "".join(map(shown, passage.before)))
            painter.restore()
            painter.setPen(theme.color("text3"))
            after = QRectF(key.right() + theme.px(2), line.y(), room - key.right() - theme.px(2), line.height())
            painter.save()
            painter.setClipRect(after)
            painter.drawText(after, Qt.AlignmentFlag.AlignLeft | middle, "".join(map(shown, passage.after)))
            painter.restore()
            painter.setPen(QPen(theme.color("part_feed_forward"), 1.6))
            painter.setBrush(theme.color("part_feed_forward_soft"))
            painter.drawRoundedRect(key, 4, 4)
            painter.setFont(strong)
            painter.setPen(theme.color("text"))
            painter.drawText(key, Qt.AlignmentFlag.AlignCenter, shown(passage.token))
            long = max(1.5, bars * max(0.0, passage.strength) / most)
            bar = QRectF(room + theme.px(12), line.center().y() - theme.px(6), long, theme.px(12))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("part_feed_forward"))
            painter.drawRoundedRect(bar, 3, 3)
            painter.setFont(theme.role_font("caption"))
            painter.setPen(theme.color("text"))
            whole = QRectF(0, line.y(), self.width(), line.height())
            painter.drawText(whole, Qt.AlignmentFlag.AlignRight | middle, f"{passage.strength:.2f}")
