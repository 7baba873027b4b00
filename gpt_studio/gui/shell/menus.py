"""The menus: everything that has a key stands here, so that each key can be found."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QActionGroup, QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from gpt_studio import paths
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.shell import diagnostics, dialogs
from gpt_studio.gui.state import Phase, Visit

if TYPE_CHECKING:
    from gpt_studio.gui.main_window import MainWindow

THEMES = {
    "system": "As the system",
    "light": "Light",
    "dark": "Dark",
    "contrast": "High contrast",
    "projector": "Projector",
}
_KEY = QKeySequence.StandardKey


class Menus:
    """Makes the menus of a window and keeps them true."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._all: list[QMenu] = []
        self._file()
        self._edit()
        self._run()
        self._view()
        self._help()
        window.state.phase_changed.connect(self.renew)
        window.state.run_changed.connect(self.renew)
        window.state.visit_changed.connect(self.renew)
        self.renew()

    def _menu(self, words: str) -> QMenu:
        menu = self._window.menuBar().addMenu(words)
        menu.setToolTipsVisible(True)
        self._all.append(menu)
        return menu

    def _add(
        self,
        menu: QMenu,
        words: str,
        then: Callable[..., object],
        keys: list[str | QKeySequence.StandardKey] | None = None,
    ) -> QAction:
        action = QAction(words, self._window)
        action.setShortcuts(list(dict.fromkeys(QKeySequence(key) for key in keys or [])))
        action.triggered.connect(then)
        menu.addAction(action)
        return action

    def _file(self) -> None:
        window, menu = self._window, self._menu(tr("&File"))
        if window.has("corpus"):
            self._add(menu, tr("&Add text file…"), lambda: window.commands.press("corpus", "corpus.add"), [_KEY.Open])
        if window.has("train"):
            self.new_run = self._add(menu, tr("&New run"), window.commands.new_run, [_KEY.New])
            menu.addSeparator()
            self._add(menu, tr("&Library of runs…"), window.library_asked.emit, ["Ctrl+L"])
            self._add(menu, tr("&Import a run…"), window.commands.import_run, ["Ctrl+I"])
            self.export = self._add(menu, tr("&Save a copy of the run…"), window.commands.export_run, [_KEY.Save])
        self.take = self._add(menu, tr("&Export chart or text…"), window.commands.export_shown, ["Ctrl+E"])
        self._add(menu, tr("Show the folder of the &runs"), _show_runs)
        menu.addSeparator()
        quit_action = self._add(menu, tr("&Quit"), window.close, ["Ctrl+Q"])
        quit_action.setMenuRole(QAction.MenuRole.QuitRole)

    def _edit(self) -> None:
        window, menu = self._window, self._menu(tr("&Edit"))
        self._add(menu, tr("&Undo"), lambda: window.commands.edit("undo"), [_KEY.Undo])
        self._add(menu, tr("&Redo"), lambda: window.commands.edit("redo"), ["Ctrl+Shift+Z", "Ctrl+Y"])
        menu.addSeparator()
        self.find = self._add(menu, tr("&Find"), lambda: window.commands.page_key(_KEY.Find), [_KEY.Find])
        self.find_next = self._add(
            menu, tr("Find &next"), lambda: window.commands.page_key(_KEY.FindNext), [_KEY.FindNext]
        )

    def _run(self) -> None:
        window, menu = self._window, self._menu(tr("&Run"))
        if window.has("train"):
            self.start = self._add(menu, tr("&Start"), window.commands.start_or_pause, ["F5", "Ctrl+R"])
            self.stop = self._add(
                menu,
                tr("S&top"),
                lambda: window.commands.press("train", "train.stop", go=False),
                ["Shift+F5", "Ctrl+."],
            )
        if window.has("experiments"):
            menu.addSeparator()
            self._add(menu, tr("&Experiments"), lambda: window.go("experiments"), ["Ctrl+9"])
        if window.has("write"):
            menu.addSeparator()
            self._add(menu, tr("&Write"), lambda: window.commands.press("write", "write.generate"), ["Ctrl+Return"])
            self.stop_writing = self._add(
                menu, tr("Stop writin&g"), lambda: window.commands.press("write", "write.stop", go=False), ["Esc"]
            )
        if window.has("train"):
            menu.addSeparator()
            self.rename = self._add(
                menu, tr("&Rename run"), lambda: window.commands.press("train", "train.rename"), ["F2"]
            )
            self.delete = self._add(
                menu, tr("&Delete run"), lambda: window.commands.press("train", "train.delete"), [_KEY.Delete]
            )

    def _view(self) -> None:
        window, menu = self._window, self._menu(tr("&View"))
        for step in window.steps:
            self._add(menu, f"&{step.words}", lambda _=False, name=step.name: window.go(name), [f"Ctrl+{step.number}"])
        menu.addSeparator()
        self._add(menu, tr("&Previous step"), lambda: window.go_by(-1), ["Ctrl+PgUp"])
        self._add(menu, tr("&Next step"), lambda: window.go_by(1), ["Ctrl+PgDown"])
        menu.addSeparator()
        self.lesson = self._add(menu, tr("&Lesson"), window.lesson.set_open, ["F1"])
        self.lesson.setCheckable(True)
        window.lesson.open_changed.connect(self.lesson.setChecked)
        self._themes(menu)
        for action in (
            self._add(menu, tr("Zoom &in"), lambda: window.commands.zoom_by(10), [_KEY.ZoomIn, "Ctrl++", "Ctrl+="]),
            self._add(menu, tr("Zoom &out"), lambda: window.commands.zoom_by(-10), [_KEY.ZoomOut, "Ctrl+-"]),
            self._add(menu, tr("&Actual size"), lambda: window.commands.set_zoom(100), ["Ctrl+0"]),
        ):
            self._lock(action, "zoom")
        self.full_screen = self._add(menu, tr("F&ull screen"), window.commands.set_full_screen, ["F11"])
        self.full_screen.setCheckable(True)

    def _themes(self, menu: QMenu) -> None:
        submenu = menu.addMenu(tr("&Theme"))
        submenu.setToolTipsVisible(True)
        group = QActionGroup(self._window)
        self.themes: dict[str, QAction] = {}
        for choice, words in THEMES.items():
            action = QAction(tr(words), self._window, checkable=True)
            action.triggered.connect(lambda _=False, choice=choice: self._window.commands.set_theme(choice))
            self._lock(action, "theme")
            group.addAction(action)
            submenu.addAction(action)
            self.themes[choice] = action

    def _lock(self, action: QAction, preference: str) -> None:
        """What an administrator has set for all cannot be chosen here, and says why."""
        if self._window.preferences.is_locked(preference):
            action.setEnabled(False)
            action.setToolTip(tr("Set for everybody on this computer"))
            action.setStatusTip(action.toolTip())

    def _help(self) -> None:
        window, menu = self._window, self._menu(tr("&Help"))
        self._add(menu, tr("&Shortcuts"), lambda: dialogs.shortcuts(window, self.rows()).open())
        self._add(menu, tr("&Copy diagnostics"), self._copy_diagnostics)
        self._add(menu, tr("Show the &log"), _show_log)
        menu.addSeparator()
        action = self._add(menu, tr("&About GPT Studio"), lambda: dialogs.about(window).open())
        action.setMenuRole(QAction.MenuRole.AboutRole)

    def _copy_diagnostics(self) -> None:
        QGuiApplication.clipboard().setText(diagnostics.report(self._window.state))
        self._window.show_message("good", tr("The diagnostics are in the clipboard. They hold nothing of your texts."))

    def all_keys(self) -> list[QKeySequence]:
        """Every key that a menu has."""
        return [key for menu in self._all for action in menu.actions() for key in action.shortcuts()]

    def rows(self) -> list[tuple[str, str]]:
        """Every key with what it does, in the order of the menus."""
        rows = []
        for menu in self._all:
            for action in menu.actions():
                if keys := action.shortcuts():
                    shown = "  ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys)
                    rows.append((shown, action.text().replace("&", "")))
        return rows

    def renew(self) -> None:
        """Follow what is going on, the page and the theme."""
        window, phase = self._window, self._window.state.phase
        if window.has("train"):
            words = {Phase.IDLE: tr("&Start"), Phase.TRAINING: tr("&Pause"), Phase.PAUSED: tr("&Resume")}
            self.start.setText(words[phase])
            self.stop.setEnabled(phase is not Phase.IDLE)
            self.export.setEnabled(window.state.run is not None)
            for action in (self.rename, self.delete):
                action.setEnabled(window.current == "train")
        if window.has("write"):
            self.stop_writing.setEnabled(window.state.visit is Visit.WRITING)
        self.find.setEnabled(window.commands.can_find)
        self.take.setEnabled(window.commands.can_export)
        self.find_next.setEnabled(window.commands.can_find)
        self.lesson.setChecked(window.lesson.is_open)
        self.themes[theme.choice()].setChecked(True)
        self.full_screen.setChecked(window.isFullScreen())


def _show_runs() -> None:
    folder = paths.runs_home() if paths.runs_home().is_dir() else paths.user_home()
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _show_log() -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(paths.log_file())))
