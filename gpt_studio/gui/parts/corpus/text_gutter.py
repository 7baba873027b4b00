"""What stands left of the editor's text: the stripe of the split, and the line numbers."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from gpt_studio.gui import icons, messages, theme

if TYPE_CHECKING:
    from gpt_studio.gui.parts.corpus.text_editor import TextEditor

STRIPE = 5  # pixels at 100 %
SPACE = 12  # between number and text


class TextGutter(QWidget):
    """Numbers the lines, and tells training text (blue) from held-back text (orange) by a stripe."""

    def __init__(self, editor: "TextEditor") -> None:
        super().__init__(editor)
        self._editor = editor
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def wanted_width(self) -> int:
        last = messages.count(self._editor.first_line + self._editor.blockCount())
        digits = QFontMetricsF(self._editor.small_font).horizontalAdvance("0" * max(len(last), 3))
        return round(theme.px(STRIPE) + digits + 2 * theme.px(SPACE)) + theme.px(SPACE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._editor.small_font)
        held_back_from = self._editor.held_back_from()
        ground = self.width() - theme.px(SPACE)  # the last bit belongs to the text
        self._paint_ground(painter, held_back_from, ground)
        painter.setPen(theme.color("text3"))
        height = QFontMetricsF(self._editor.font()).height()
        for block, top, _bottom in self._editor.lines_in_view():
            number = self._editor.line_number(block)
            if number is not None:
                row = QRectF(0, top, ground - theme.px(SPACE), height)
                painter.drawText(
                    row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, messages.count(number)
                )
        painter.end()

    def _paint_ground(self, painter: QPainter, held_back_from: float | None, ground: int) -> None:
        stripe, height = theme.px(STRIPE), float(self.height())
        boundary = height if held_back_from is None else min(max(held_back_from, 0.0), height)
        painter.fillRect(QRectF(0, 0, self.width(), height), theme.color("surface"))
        painter.fillRect(QRectF(0, 0, ground, height), theme.color("inset"))
        painter.fillRect(QRectF(0, 0, stripe, boundary), theme.color("train"))
        if held_back_from is None:
            return
        held = QRectF(0, boundary, self.width(), height - boundary)
        painter.fillRect(held, self._editor.tint())
        painter.fillRect(QRectF(0, boundary, ground, height - boundary), theme.color("val_soft"))
        if self._editor.has_band and held_back_from > -self._editor.band_height:
            band = QRectF(0, held_back_from, self.width(), self._editor.band_height)
            paint_band(painter, band)
            size = theme.px(16)
            lock = icons.pixmap("lock", "val", size, self.devicePixelRatioF())
            painter.drawPixmap(
                round(ground - theme.px(SPACE) - size / 2), round(band.center().y() + 1 - size / 2), lock
            )
        painter.fillRect(QRectF(0, boundary, stripe, height - boundary), theme.color("val"))

    def wheelEvent(self, event: QWheelEvent) -> None:
        QApplication.sendEvent(self._editor.viewport(), event)


def blend(over: QColor, under: QColor, share: float) -> QColor:
    """`share` of one colour over another."""
    mixed = (round(a * share + b * (1 - share)) for a, b in zip(over.getRgb()[:3], under.getRgb()[:3], strict=True))  # type: ignore[index]
    return QColor(*mixed)


def paint_band(painter: QPainter, band: QRectF) -> None:
    """The band that says where the held-back part begins; gutter and text paint a piece of it each."""
    painter.fillRect(band, theme.color("val_soft"))
    painter.fillRect(QRectF(band.left(), band.top(), band.width(), 2), theme.color("val"))
