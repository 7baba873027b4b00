"""What the menus and keys do to the window and its pages. Buttons are pressed by name, as the student would."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication

from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.shell import run_files
from gpt_studio.gui.state import Phase
from gpt_studio.gui.widgets.page import MessageBar

if TYPE_CHECKING:
    from gpt_studio.gui.main_window import MainWindow


class Commands:
    """The commands of one window."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window

    def press(self, page: str, name: str, go: bool = True) -> None:
        """Press a button of a page as the student would; `go` shows the page first."""
        if go:
            self._window.go(page)
        pressed = self._window.page(page).findChild(QAbstractButton, name)
        if pressed is not None and pressed.isEnabled() and not self._window.page(page).is_empty:
            pressed.click()

    def start_or_pause(self) -> None:
        idle = self._window.state.phase is Phase.IDLE
        self.press("train", "train.start" if idle else "train.pause", go=idle)

    def new_run(self) -> None:
        """Put the open run aside, so that Start stands for a new one."""
        if self._window.state.phase is Phase.IDLE:
            self._window.state.open_run(None)
        self._window.go("train")

    def import_run(self) -> None:
        """Take in a run that somebody has packed."""
        if path := run_files.ask_for_one(self._window):
            self._window.import_asked.emit(path)

    def export_run(self) -> None:
        """Pack the open run into one file."""
        run = self._window.state.run
        if run and (target := run_files.ask_where(self._window, run.path)):
            self._window.export_asked.emit(target)

    def edit(self, what: str) -> None:
        """Undo or redo, where the focus is; else on the page; else what a message offers."""
        for target in (QApplication.focusWidget(), self._window.stack.currentWidget()):
            does = getattr(target, what, None)
            if callable(does):
                does()
                return
        button = self._window.stack.currentWidget().findChild(QAbstractButton, f"{self._window.current}.{what}")
        bars = [self._window.message, *self._window.stack.currentWidget().findChildren(MessageBar)]
        offers = [bar for bar in bars if bar.isVisible() and bar.button.text() == tr("Undo")]
        if button is not None:
            button.click()
        elif offers and what == "undo":
            max(offers, key=lambda bar: bar.told_at).button.click()  # what was done last

    @property
    def can_export(self) -> bool:
        """Whether the page shows something of a run that can be taken along."""
        return self._window.state.run is not None and hasattr(self._window.stack.currentWidget(), "export_shown")

    def export_shown(self) -> None:
        """The chart or the text that is looked at becomes a file."""
        if self.can_export:
            self._window.stack.currentWidget().export_shown()

    @property
    def can_find(self) -> bool:
        return self._shortcut(QKeySequence.StandardKey.Find) is not None

    def page_key(self, key: QKeySequence.StandardKey) -> None:
        """Do what the page does on a key that the menu has too."""
        if shortcut := self._shortcut(key):
            shortcut.activated.emit()

    def _shortcut(self, key: QKeySequence.StandardKey) -> QShortcut | None:
        page = self._window.stack.currentWidget()
        found = page.findChildren(QShortcut) if page else []
        return next((each for each in found if each.key() in QKeySequence.keyBindings(key)), None)

    def set_theme(self, choice: str) -> None:
        theme.use(choice)
        self._window.preferences.set("theme", choice)
        if choice == "projector":
            self._window.lesson.set_open(False)
        self._window.menus.renew()

    def zoom_by(self, percent: int) -> None:
        self.set_zoom(theme.zoom() + percent)

    def set_zoom(self, percent: int) -> None:
        theme.set_zoom(percent)
        if theme.choice() != "projector":
            self._window.preferences.set("zoom", theme.zoom())

    def set_full_screen(self, on: bool) -> None:
        self._window.setWindowState(
            self._window.windowState() | Qt.WindowState.WindowFullScreen
            if on
            else self._window.windowState() & ~Qt.WindowState.WindowFullScreen
        )
