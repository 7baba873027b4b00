"""The window: tabs over a page and its lesson, menus above, the status below. It knows no worker and no single tab."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QIcon,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QStatusTipEvent,
)
from PySide6.QtWidgets import (
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gpt_studio.engine.keeping.archive import ENDING
from gpt_studio.engine.preferences import Preferences
from gpt_studio.gui import icons, messages, queue_words, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.pages import EXPERIMENTS, STEPS
from gpt_studio.gui.shell import dialogs
from gpt_studio.gui.shell.commands import Commands
from gpt_studio.gui.shell.lesson_holder import LessonHolder
from gpt_studio.gui.shell.lesson_panel import LessonPanel
from gpt_studio.gui.shell.menus import Menus
from gpt_studio.gui.shell.status_bar import StatusBar
from gpt_studio.gui.shell.tab_strip import Strip, TabStrip
from gpt_studio.gui.shell.window_memory import WindowMemory
from gpt_studio.gui.state import Phase, StudioState
from gpt_studio.gui.widgets.drops import Drops, local_files
from gpt_studio.gui.widgets.page import MessageBar, Page

MESSAGE_MS = 10_000  # how long a message stays that asks for nothing, and an Undo
Tabs = Mapping[str, Callable[[], Page]]


class MainWindow(QMainWindow):
    """Shows one page at a time. A page is made when it is first needed, the rest one by one later.

    Args:
        state: What all agree on.
        preferences: What the program remembers.
        tabs: How to make each page, by name; a step without an entry has no tab. The page "experiments" has a button.

    Signals:
        page_made: A page is there; carries its name and the page.
        all_made: Every page is there.
        painted: The window has been on the screen for the first time.
        library_asked: All runs are to be shown.
        import_asked, export_asked: A packed run is to be taken in, or the open one packed; carries the file.
        texts_asked: Files that are no runs were dropped; carries their paths.
        leave_asked: The student wants to close, and has confirmed it where a run trains. Answer with `finish`.
    """

    page_made = Signal(str, object)
    all_made = Signal()
    painted = Signal()
    library_asked = Signal()
    import_asked = Signal(object)
    export_asked = Signal(object)
    texts_asked = Signal(list)
    leave_asked = Signal()

    def __init__(self, state: StudioState, preferences: Preferences, tabs: Tabs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state, self.preferences = state, preferences
        self._tabs = tabs
        self.steps = tuple(step for step in STEPS if step.name in tabs)
        self._pages: dict[str, Page] = {}
        self._was_painted = self._leaving = self._may_close = False
        self._make()
        self.commands = Commands(self)
        self.menus = Menus(self)
        self._connect()
        self._memory = WindowMemory(self)
        self._memory.restore()
        self.go(self.steps[0].name)
        self.setFocus()  # the first Tab key goes to the tab strip

    def _make(self) -> None:
        self.tabs = TabStrip(self.steps)
        self.strip = Strip(self.tabs, EXPERIMENTS if self.has(EXPERIMENTS.name) else None)
        self.stack = QStackedWidget()
        self.message = MessageBar("message")
        self._message_time = QTimer(self, interval=MESSAGE_MS, singleShot=True, objectName="message time")
        self.lesson_panel = LessonPanel(self.state)
        self.status = StatusBar(self.state)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._message_frame = QWidget()
        frame = QVBoxLayout(self._message_frame)
        frame.setContentsMargins(20, 12, 20, 0)
        frame.addWidget(self.message)
        column.addWidget(self._message_frame)
        column.addWidget(self.stack, 1)
        body = QWidget()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(left)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setCollapsible(0, False)
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._splitter)
        centre = QWidget()
        rows = QVBoxLayout(centre)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for widget, stretch in ((self.strip, 0), (body, 1), (self.status, 0)):
            rows.addWidget(widget, stretch)
        self.setCentralWidget(centre)
        self.lesson = LessonHolder(self.lesson_panel, self._splitter, body)
        self.setWindowIcon(QIcon(icons.pixmap("layers", "accent", 64)))

    def _connect(self) -> None:
        self.strip.asked.connect(self.go)
        self.lesson_panel.next_asked.connect(self.go)
        self._message_time.timeout.connect(self.message.clear)
        self.message.installEventFilter(self)
        self._message_frame.hide()
        Drops(self, lambda mime: bool(local_files(mime))).dropped.connect(self._take_files)
        state = self.state
        state.ticks_changed.connect(lambda: self.strip.show_done(state.ticks))
        for signal in (state.run_changed, state.runs_changed):
            signal.connect(self._show_title)
        theme.notifier().changed.connect(self._fit)
        self._show_title()

    # Pages

    def has(self, name: str) -> bool:
        return name in self._tabs

    @property
    def made_pages(self) -> tuple[str, ...]:
        return tuple(self._pages)

    @property
    def page_count(self) -> int:
        """How many pages there will be."""
        return len(self._tabs)

    @property
    def current(self) -> str:
        """The name of the page that is shown."""
        page = self.stack.currentWidget()
        return page.name if isinstance(page, Page) else ""

    def page(self, name: str) -> Page:
        """A page; it is made if it was not needed before."""
        if name not in self._pages:
            page = self._tabs[name]()
            self._pages[name] = page
            self.stack.addWidget(page)
            page.go_asked.connect(self.go)
            for shortcut in page.findChildren(QShortcut):
                if shortcut.key() in self.menus.all_keys():  # twice would be ambiguous; the menu calls it
                    shortcut.setEnabled(False)
            self.page_made.emit(name, page)
        return self._pages[name]

    def go(self, name: str) -> None:
        """Show a page and its lesson."""
        if not self.has(name) or name == self.current:
            return
        self.stack.setCurrentWidget(self.page(name))
        self.strip.show_page(name)
        self.lesson_panel.show_page(name)
        QWidget.setTabOrder(self.strip.last_in_focus, self.page(name))
        QWidget.setTabOrder(self.page(name), self.lesson_panel)
        self.menus.renew()

    def go_by(self, distance: int) -> None:
        on_a_step = self.current in [step.name for step in self.steps]
        place = self.tabs.currentIndex() + (distance if on_a_step else 0)  # from the page beside them, back to its step
        if 0 <= place < len(self.steps):
            self.go(self.steps[place].name)

    def make_remaining_pages(self) -> None:
        """Make the pages that are not there yet, one per turn of the event loop, so that nothing stalls for long."""
        if self._leaving:
            return
        for name in self._tabs:
            if name not in self._pages:
                self.page(name)
                break
        if len(self._pages) < len(self._tabs):
            QTimer.singleShot(0, self.make_remaining_pages)
        else:
            self.all_made.emit()

    # Telling

    def show_message(self, tone: str, words: str, button: str = "", then: Callable[[], None] | None = None) -> None:
        """Something that concerns no single page. Warnings and faults stay until they are closed."""
        self.message.tell(tone, words, button or None, then)
        if tone in ("good", "accent"):
            self._message_time.start()
        else:
            self._message_time.stop()

    def _take_files(self, mime: QMimeData) -> None:
        """Runs go to the library, all else is a text."""
        files = local_files(mime)
        for path in files:
            if path.suffix == ENDING:
                self.import_asked.emit(path)
        if texts := [path for path in files if path.suffix != ENDING]:
            self.texts_asked.emit(texts)

    def _show_title(self) -> None:
        run = self.state.run
        self.setWindowTitle(f"{run.name if run else tr('Untitled')} — GPT Studio")

    # Leaving

    def finish(self) -> None:
        """Close at last, when nothing runs any more."""
        self._may_close = True
        self.close()

    def _confirm_leaving(self) -> None:
        if self.findChild(dialogs.Box, "leave") is not None:
            return
        run = self.status.run
        words = tr("Its state is saved first, so it can go on later.")
        if run is not None:
            words = tr("{run} is at step {step} of {steps}. Its state is saved first, so it can go on later.").format(
                run=run.name, step=messages.count(run.curve.step), steps=messages.count(run.max_steps)
            )
        if ahead := queue_words.at_leaving(self.state.queue, self.state.queue_held, self.state.phase is Phase.PAUSED):
            words = f"{words} {ahead}"
        dialogs.leaving(self, words, self.leave).open()

    def leave(self) -> None:
        """Begin to close, without asking."""
        if not self._leaving:
            self._leaving = True
            self._memory.keep()
            self.status.say_leaving()
            QTimer.singleShot(0, self.leave_asked.emit)  # the answer may come at once, and closing must be over by then

    # Qt

    def _fit(self) -> None:
        self.lesson.fit(self.width())
        self.menus.renew()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lesson.fit(self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HideToParent, QEvent.Type.ShowToParent):
            self._message_frame.setVisible(not self.message.isHidden())
        return False

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QStatusTipEvent):
            self.status.tell(event.tip())
            return True
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        if self.state.phase is Phase.IDLE or self._leaving:
            self.leave()
        else:
            self._confirm_leaving()
