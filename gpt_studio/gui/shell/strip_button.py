"""The button at the right end of the tab strip: the page beside the eight steps."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from gpt_studio.gui import icons, theme
from gpt_studio.gui.pages import Step

FONT_SIZE = 15
HEIGHT = 44
ROOM, GAP, ICON, TICK = 12, 8, 19, 14


def paint_chosen(painter: QPainter, rect: QRect, has_focus: bool) -> None:
    """The field of what is shown: open to the page below it, with a bar in the accent colour above."""
    painter.setPen(QPen(theme.color("line"), 1))
    painter.setBrush(theme.color("window"))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 1.5, -0.5, 2), 4, 4)
    top = QPainterPath()
    top.addRoundedRect(QRectF(rect.x(), 0, rect.width(), 10), 4, 4)
    painter.save()
    painter.setClipRect(QRectF(rect.x(), 0, rect.width(), 3))
    painter.fillPath(top, theme.color("accent"))
    painter.restore()
    if has_focus:
        paint_focus(painter, rect)


def paint_focus(painter: QPainter, rect: QRect) -> None:
    painter.setPen(QPen(theme.color("accent"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(5, 7, -5, -5), 5, 5)


class StripButton(QAbstractButton):
    """Looks as a tab does, checked while its page is shown. Where room is short it is its icon alone."""

    def __init__(self, page: Step) -> None:
        super().__init__()
        self.setObjectName(f"{page.name}.open")
        self.setText(page.words)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._icon, self._done, self._says_words = page.icon, False, True
        self.show_done(False)

    def show_done(self, done: bool) -> None:
        self._done = done
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def say_words(self, say: bool) -> None:
        """With its words, or as an icon with a tooltip."""
        self._says_words = say
        self.setToolTip(self.text())
        self.updateGeometry()
        self.update()

    def width_for(self, with_words: bool) -> int:
        width = 2 * theme.px(ROOM) + theme.px(ICON)
        if with_words:
            bold = QFontMetricsF(theme.ui(FONT_SIZE, theme.BOLD))  # so that nothing moves when it is chosen
            width += theme.px(GAP) + round(bold.horizontalAdvance(self.text()))
        gap = GAP if with_words else GAP // 2
        return width + (theme.px(gap + TICK) if self._done else 0)

    def sizeHint(self) -> QSize:
        return QSize(self.width_for(self._says_words), theme.px(HEIGHT))

    def nextCheckState(self) -> None:
        """It is checked when its page is shown, not because it was pressed."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, chosen = self.rect(), self.isChecked()
        if chosen:
            paint_chosen(painter, rect, self.hasFocus())
        else:
            if self.underMouse():
                painter.fillRect(rect.adjusted(0, 3, 0, -1), theme.color("accent_soft"))
            if self.hasFocus():
                paint_focus(painter, rect)
        left = theme.px(ROOM)
        left = self._paint_icon(painter, self._icon, "accent" if chosen or self._done else "text2", ICON, left)
        if self._says_words:
            font = theme.ui(FONT_SIZE, theme.BOLD if chosen else theme.NORMAL)
            painter.setFont(font)
            painter.setPen(theme.color("text" if chosen else "text2"))
            base = 2 + (rect.height() - 2 + QFontMetricsF(font).capHeight()) / 2
            painter.drawText(left + theme.px(GAP), round(base), self.text())
        if self._done:
            self._paint_icon(painter, "tick", "good", TICK, rect.width() - theme.px(ROOM + TICK))

    def _paint_icon(self, painter: QPainter, name: str, token: str, size: int, left: int) -> int:
        drawn = icons.pixmap(name, token, theme.px(size), self.devicePixelRatioF())
        painter.drawPixmap(left, round(1 + (self.height() - drawn.deviceIndependentSize().height()) / 2), drawn)
        return left + theme.px(size)
