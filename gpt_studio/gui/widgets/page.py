"""A tab's page, the sentence that stands on it while something is missing, and the bar that tells what went wrong."""

from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gpt_studio.gui import messages, theme
from gpt_studio.gui.widgets.elements import TONE_ICONS, Icon, button, icon_button, paragraph, set_property, text

WIDEST = 1560  # beyond this a page is centred


def announce(widget: QWidget, words: str) -> None:
    """Let a screen reader say something that happened, whatever has the focus."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


class MessageBar(QFrame):
    """What happened and what to do, where it happened; hidden while there is nothing to tell. Of several bars, the one
    with the highest `told_at` has spoken last.
    """

    _telling = count(1)

    def __init__(self, name: str | None = None) -> None:
        super().__init__()
        if name:
            self.setObjectName(name)
        self._icon = Icon("info", "accent", 18)
        self._words = text("", "body", "text")
        self._words.setWordWrap(True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._button = button("", name=f"{name}.do" if name else None)
        self._then: Callable[[], None] | None = None
        self.told_at = 0
        self._button.clicked.connect(self._act)
        self._close = icon_button("close", messages.tr("Close this message"), bare=True)
        self._close.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        row.addWidget(self._close)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)  # Maximum cuts the last line
        self.hide()

    def tell(self, tone: str, words: str, button: str | None = None, then: Callable[[], None] | None = None) -> None:
        """Show `words` in a tone (accent, good, warn, bad), with at most one button and what it does."""
        self._icon.set(TONE_ICONS[tone], tone)
        self._words.setText(words)
        self._then, self.told_at = then, next(self._telling)
        self._button.setText(button or "")
        self._button.setAccessibleName(button or "")
        self._button.setVisible(bool(button))
        set_property(self, "bar", tone)
        self.setAccessibleName(words)
        self.show()
        announce(self, words)

    def clear(self) -> None:
        self._then = None
        self._words.clear()
        self.hide()

    @property
    def words(self) -> str:
        return self._words.text()

    @property
    def button(self) -> QPushButton:
        return self._button

    def _act(self) -> None:
        then = self._then
        self.clear()
        if then:
            then()


class PageHeader(QWidget):
    """The page's question or name, a line below it, and on the right what one can do."""

    def __init__(self, title: str, subtitle: str = "") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title, self.subtitle = text(title, "title"), text(subtitle, "body", "text2")
        for label in (self.title, self.subtitle):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            words.addWidget(label)
        row.addLayout(words, 1)
        self._right = QHBoxLayout()
        self._right.setSpacing(12)
        row.addLayout(self._right)

    def set_title(self, words: str) -> None:
        self.title.setText(words)

    def set_subtitle(self, words: str) -> None:
        self.subtitle.setText(words)

    def add(self, widget: QWidget) -> None:
        self._right.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    # Qt

    def minimumSizeHint(self) -> QSize:
        """As high as the words are at this width; Qt would keep room for them wrapped as narrowly as they can be."""
        least = super().minimumSizeHint().width()
        return QSize(least, self.heightForWidth(max(self.width(), least)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


class EmptyState(QWidget):
    """One sentence in the middle, and the one button that helps.

    Signals:
        asked: The button was pressed.
    """

    asked = Signal()

    def __init__(self, sentence: str, button_words: str | None = None, button_name: str | None = None) -> None:
        super().__init__()
        self._sentence = paragraph(sentence, "card_title", "text2")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = button(button_words or "", "primary", name=button_name)
        self._button.clicked.connect(self.asked)
        self._button.setVisible(bool(button_words))
        column = QVBoxLayout(self)
        column.setSpacing(16)
        column.addStretch(2)
        column.addWidget(self._sentence)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def set(self, sentence: str, button_words: str | None = None) -> None:
        self._sentence.setText(sentence)
        self._button.setText(button_words or "")
        self._button.setAccessibleName(button_words or "")
        self._button.setVisible(bool(button_words))

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    @property
    def button(self) -> QPushButton:
        return self._button


class _Sheet(QWidget):
    """The scrolled part of a page; paints the window's colour itself, so that no style rule reaches its children."""

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.color("window"))


class Page(QWidget):
    """A tab: `content` scrolls up and down when the window is low, and sideways only where a large zoom leaves no
    other way.

    Signals:
        go_asked: The student wants another page; carries its name ("corpus").
    """

    go_asked = Signal(str)
    scroll: QScrollArea  # type: ignore[assignment]  # Qt's method of that name, which moves pixels, is not wanted here

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.setObjectName(f"page.{name}")
        self._sheet = _Sheet()
        self.content = QVBoxLayout(self._sheet)
        self.scroll = QScrollArea()
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setWidgetResizable(True)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setWidget(self._sheet)
        self.empty_state = EmptyState("", None, f"{name}.empty.go")
        self.empty_state.asked.connect(self._go)
        self._empty_goes_to = ""
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.scroll)
        self._stack.addWidget(self.empty_state)
        self._fit()
        theme.notifier().changed.connect(self._fit)

    def empty(self, sentence: str, button_words: str | None = None, go_to: str = "") -> None:
        """Show one sentence instead of the content, and a button that asks for the page `go_to`."""
        self.empty_state.set(sentence, button_words)
        self._empty_goes_to = go_to
        self._stack.setCurrentWidget(self.empty_state)

    def full(self) -> None:
        """Show the content."""
        self._stack.setCurrentWidget(self.scroll)

    @property
    def is_empty(self) -> bool:
        return self._stack.currentWidget() is self.empty_state

    def _go(self) -> None:
        if self._empty_goes_to:
            self.go_asked.emit(self._empty_goes_to)

    def _fit(self) -> None:
        spare = max(0, self.width() - theme.px(WIDEST)) // 2
        side, top = theme.px(20) + spare, theme.px(16)
        self.content.setContentsMargins(side, top, side, top)
        self.content.setSpacing(theme.px(12))
        for field in self.findChildren(QAbstractSpinBox):  # Qt takes no left padding from a style sheet here
            field.lineEdit().setTextMargins(theme.px(7), 0, theme.px(4), 0)
        self._sheet.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
