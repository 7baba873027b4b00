"""The strip of eight tabs over the whole width of the window."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabBar

from gpt_studio.gui import icons, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.pages import STEPS, Step

FONT_SIZE = 15
HEIGHT = 44
WITH_ICONS_FROM = 1260  # width of the window
FULL, NO_ICONS, NARROW, NUMBERS = range(4)  # what gives way, in this order


class TabStrip(QTabBar):
    """The tabs. In a narrow window they lose their icons, then some room, then the words of all but the chosen one."""

    def __init__(self, steps: tuple[Step, ...] = STEPS) -> None:
        super().__init__()
        self.setObjectName("tabs")
        self.setAccessibleName(tr("Steps"))
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._steps, self._done = steps, set[str]()
        self._level = FULL
        for step in steps:
            place = self.addTab(step.words)
            self.setTabToolTip(place, step.words)
            self.setTabData(place, step.name)
        self.currentChanged.connect(self._fit)
        theme.notifier().changed.connect(self._fit)
        self.show_done(set())

    @property
    def level(self) -> int:
        """FULL, NO_ICONS, NARROW or NUMBERS."""
        return self._level

    def show_done(self, done: set[str]) -> None:
        """Put a tick on the tabs of these steps."""
        self._done = set(done)
        for place, step in enumerate(self._steps):
            state = tr("done") if step.name in done else tr("not done yet")
            self.setAccessibleTabName(place, f"{step.words}, {state}")
        self._fit()

    # What fits

    def _fit(self) -> None:
        first = FULL if self.window().width() >= theme.px(WITH_ICONS_FROM) else NO_ICONS
        for level in range(first, NUMBERS + 1):
            if self.width_at(level) <= self.width():
                break
        for place, step in enumerate(self._steps):  # makes Qt ask for the sizes again
            self.setTabText(place, step.words)
        self.setFixedHeight(theme.px(HEIGHT))
        self.update()

    def width_at(self, level: int) -> int:
        """How wide all tabs are together at a level; it becomes the present one."""
        self._level = level
        return sum(self._width(place) for place in range(len(self._steps)))

    def _room(self) -> float:
        return theme.px(7 if self._level >= NARROW else 14)

    def _font_metrics(self, chosen: bool) -> QFontMetricsF:
        return QFontMetricsF(theme.ui(FONT_SIZE, theme.BOLD if chosen else theme.NORMAL))

    def _says_words(self, place: int) -> bool:
        return self._level < NUMBERS or place == self.currentIndex()

    def _width(self, place: int) -> int:
        step = self._steps[place]
        bold = self._font_metrics(True)  # room for the bold form, so that nothing moves when a tab is chosen
        width = 2 * self._room() + bold.horizontalAdvance(str(step.number))
        if self._level == FULL:
            width += theme.px(19 + 8)
        if self._says_words(place):
            width += theme.px(8) + bold.horizontalAdvance(tr(step.title))
        if step.name in self._done:
            width += theme.px(9 + 14)
        return round(width)

    def tabSizeHint(self, index: int) -> QSize:
        return QSize(self._width(index), theme.px(HEIGHT))

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.count() - 1}
        if event.key() in ends:
            self.setCurrentIndex(ends[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        under_mouse = self.tabAt(self.mapFromGlobal(self.cursor().pos())) if self.underMouse() else -1
        for place in range(self.count()):
            rect = self.tabRect(place)
            chosen = place == self.currentIndex()
            if chosen:
                self._paint_chosen(painter, rect)
            elif place == under_mouse:
                painter.fillRect(rect.adjusted(0, 3, 0, -1), theme.color("accent_soft"))
            self._paint_words(painter, place, rect, chosen)

    def _paint_chosen(self, painter: QPainter, rect: QRect) -> None:
        box = QRectF(rect).adjusted(0.5, 1.5, -0.5, 2)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(theme.color("window"))
        painter.drawRoundedRect(box, 4, 4)
        top = QPainterPath()
        top.addRoundedRect(QRectF(rect.x(), 0, rect.width(), 10), 4, 4)
        painter.save()
        painter.setClipRect(QRectF(rect.x(), 0, rect.width(), 3))
        painter.fillPath(top, theme.color("accent"))
        painter.restore()
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(5, 7, -5, -5), 5, 5)

    def _paint_words(self, painter: QPainter, place: int, rect: QRect, chosen: bool) -> None:
        step = self._steps[place]
        is_done = step.name in self._done
        left = rect.x() + self._room()
        if self._level == FULL:
            token = "accent" if chosen or is_done else "text2"
            self._paint_icon(painter, step.icon, token, 19, left, rect)
            left += theme.px(19 + 8)
        number = str(step.number)
        painter.setFont(theme.ui(FONT_SIZE, theme.BOLD))
        painter.setPen(theme.color("accent" if chosen else "text3"))
        left = self._paint_text(painter, number, left, rect, True)
        if self._says_words(place):
            painter.setFont(theme.ui(FONT_SIZE, theme.BOLD if chosen else theme.NORMAL))
            painter.setPen(theme.color("text" if chosen else "text2"))
            self._paint_text(painter, tr(step.title), left + theme.px(8), rect, chosen)
        if is_done:
            self._paint_icon(painter, "tick", "good", 14, rect.right() + 1 - self._room() - theme.px(14), rect)

    def _paint_text(self, painter: QPainter, words: str, left: float, rect: QRect, bold: bool) -> float:
        metrics = self._font_metrics(bold)
        base = rect.y() + 2 + (rect.height() - 2 + metrics.capHeight()) / 2
        painter.drawText(QPointF(left, base), words)
        return left + metrics.horizontalAdvance(words)

    def _paint_icon(self, painter: QPainter, name: str, token: str, size: int, left: float, rect: QRect) -> None:
        drawn = icons.pixmap(name, token, theme.px(size), self.devicePixelRatioF())
        high = drawn.deviceIndependentSize().height()
        painter.drawPixmap(QPointF(round(left), round(rect.y() + 1 + (rect.height() - high) / 2)), drawn)


class Strip(QFrame):
    """What the tabs lie on; its lower edge is a line that the chosen tab interrupts."""

    def __init__(self, tabs: TabStrip) -> None:
        super().__init__()
        self.setProperty("strip", "top")
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addWidget(tabs, 1)
        self._fit()
        theme.notifier().changed.connect(self._fit)

    def _fit(self) -> None:
        self._row.setContentsMargins(theme.px(12), 0, theme.px(12), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("chrome"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("line"))
