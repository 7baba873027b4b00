"""The strip of eight tabs over the whole width of the window."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabBar, QWidget

from gpt_studio.gui import icons, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.pages import STEPS, Step
from gpt_studio.gui.shell.strip_button import FONT_SIZE, HEIGHT, StripButton, paint_chosen, paint_focus

WITH_ICONS_FROM = 1260  # width of the window
FULL, NO_ICONS, NARROW, NUMBERS = range(4)  # what gives way, in this order


class TabStrip(QTabBar):
    """The tabs. In a narrow window they lose their icons, then some room, then the words of all but the chosen one.

    While a page beside the steps is shown, the tab of the step that was left stays the current one, but is not painted
    as chosen; a click on it, or the space bar, leads back.

    Signals:
        asked: A step is wanted; carries its name.
    """

    asked = Signal(str)

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
        self._shows_a_step = True
        for step in steps:
            place = self.addTab(step.words)
            self.setTabToolTip(place, step.words)
            self.setTabData(place, step.name)
        self.currentChanged.connect(self._fit)
        self.currentChanged.connect(self._ask)
        self.tabBarClicked.connect(self._ask)
        theme.notifier().changed.connect(self._fit)
        self.show_done(set())

    @property
    def level(self) -> int:
        """FULL, NO_ICONS, NARROW or NUMBERS."""
        return self._level

    def _ask(self, place: int) -> None:
        if place >= 0:
            self.asked.emit(self._steps[place].name)

    def show_page(self, name: str | None) -> None:
        """This step is shown; None: none of them."""
        self._shows_a_step = name is not None
        if name is not None:
            self.setCurrentIndex([step.name for step in self._steps].index(name))
        self._fit()

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

    def least_width_with_words(self) -> int:
        """How wide all tabs are while each still says its name."""
        before = self._level
        width = self.width_at(NARROW)
        self._level = before
        return width

    def _room(self) -> float:
        return theme.px(6 if self._level >= NARROW else 14)

    def _gap(self) -> float:
        return theme.px(6 if self._level >= NARROW else 8)

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
            width += self._gap() + bold.horizontalAdvance(tr(step.title))
        if step.name in self._done:
            width += theme.px((4 if self._level >= NARROW else 9) + 14)
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
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask(self.currentIndex())
        else:
            super().keyPressEvent(event)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        under_mouse = self.tabAt(self.mapFromGlobal(self.cursor().pos())) if self.underMouse() else -1
        for place in range(self.count()):
            rect = self.tabRect(place)
            chosen = self._shows_a_step and place == self.currentIndex()
            if chosen:
                paint_chosen(painter, rect, self.hasFocus())
            elif self.hasFocus() and place == self.currentIndex():
                paint_focus(painter, rect)
            elif place == under_mouse:
                painter.fillRect(rect.adjusted(0, 3, 0, -1), theme.color("accent_soft"))
            self._paint_words(painter, place, rect, chosen)

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
            self._paint_text(painter, tr(step.title), left + self._gap(), rect, chosen)
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
    """What the tabs lie on, with the page beside them at its right end; its lower edge is a line that what is chosen
    interrupts.

    Signals:
        asked: A page is wanted; carries its name.
    """

    asked = Signal(str)

    def __init__(self, tabs: TabStrip, beside: Step | None = None) -> None:
        super().__init__()
        self.setProperty("strip", "top")
        self._tabs, self._beside = tabs, beside
        self.button = StripButton(beside) if beside else None
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addWidget(tabs, 1)
        if self.button is not None:
            self._row.addWidget(self.button)
            self.button.clicked.connect(lambda: self.asked.emit(beside.name if beside else ""))
        tabs.asked.connect(self.asked)
        self._fit()
        theme.notifier().changed.connect(self._fit)

    @property
    def last_in_focus(self) -> QWidget:
        return self.button or self._tabs

    def show_page(self, name: str) -> None:
        """This page is shown now."""
        is_beside = self._beside is not None and name == self._beside.name
        self._tabs.show_page(None if is_beside else name)
        if self.button is not None:
            self.button.setChecked(is_beside)

    def show_done(self, done: set[str]) -> None:
        if self.button is not None and self._beside is not None:
            self.button.show_done(self._beside.name in done)
        self._tabs.show_done(done)
        self._fit()

    def _fit(self) -> None:
        """The button keeps its words for as long as no tab has to lose its own for them."""
        self._row.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
        if self.button is not None:
            room = self.width() - 2 * theme.px(12)
            self.button.say_words(self._tabs.least_width_with_words() + self.button.width_for(True) <= room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("chrome"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("line"))
