"""Where the lesson panel stands: beside the page in a wide window, over its right edge in a narrow one."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.shell.lesson_panel import START, LessonPanel

NARROW_BELOW = 1200  # width of the window


class LessonHolder(QObject):
    """Opens, closes and places the lesson. When the window becomes narrow it closes by itself, and comes back
    with the room; F1 opens it there over the page, where it stays.

    Signals:
        open_changed: It was opened or closed, by anyone; carries whether it is open.
    """

    open_changed = Signal(bool)

    def __init__(self, panel: LessonPanel, splitter: QSplitter, body: QWidget) -> None:
        super().__init__(body)
        self._panel, self._splitter, self._body = panel, splitter, body
        self._open, self._narrow = True, False
        self._comes_back = False  # it closed by itself
        self.width = START  # at 100 %
        panel.close_asked.connect(lambda: self.set_open(False))
        splitter.splitterMoved.connect(self._note_width)
        body.installEventFilter(self)

    @property
    def is_open(self) -> bool:
        return self._open

    @property
    def is_over_page(self) -> bool:
        return self._panel.parentWidget() is self._body

    @property
    def is_wanted(self) -> bool:
        """Whether it would be open in a wide window."""
        return self._open or self._comes_back

    def set_open(self, is_open: bool) -> None:
        self._comes_back = False
        self._set(is_open)

    def fit(self, window_width: int) -> None:
        """Follow the window's width and the zoom."""
        was, self._narrow = self._narrow, window_width < theme.px(NARROW_BELOW)
        if self._narrow and not was and self._open:
            self._comes_back = True
            self._set(False)
        elif was and not self._narrow and self._comes_back:
            self._comes_back = False
            self._set(True)
        else:
            self._place()

    def _set(self, is_open: bool) -> None:
        changed, self._open = is_open != self._open, is_open
        self._place()
        if changed:
            self.open_changed.emit(is_open)

    def _place(self) -> None:
        if not self._open:
            self._panel.hide()
        elif self._narrow:
            self._panel.setParent(self._body)
            width = min(theme.px(self.width), self._body.width())
            self._panel.setGeometry(self._body.width() - width, 0, width, self._body.height())
            self._panel.show()
            self._panel.raise_()
        else:
            if self._splitter.indexOf(self._panel) < 0:
                self._splitter.addWidget(self._panel)
                self._splitter.setStretchFactor(1, 0)
                self._splitter.setCollapsible(1, False)
            self._panel.show()
            width = theme.px(self.width)
            self._splitter.setSizes([max(0, self._splitter.width() - width - 1), width])

    def _note_width(self) -> None:
        self.width = round(self._panel.width() * 100 / theme.zoom())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._open and self._narrow:
            self._place()
        return False
