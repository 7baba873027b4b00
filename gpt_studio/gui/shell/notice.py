"""A word to somebody who looks elsewhere: in the task bar, and where the desktop has a tray, as its notification."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, SignalInstance
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

SHOWN_MS = 10_000


class Tray(Protocol):
    """What is needed of a QSystemTrayIcon."""

    messageClicked: SignalInstance

    def show(self) -> None: ...
    def hide(self) -> None: ...
    def showMessage(self, title: str, msg: str, icon: QIcon, msecs: int) -> None: ...


def system_tray(icon: QIcon, parent: QObject) -> Tray | None:
    """The desktop's; many have none, or one that shows no messages."""
    if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
        return QSystemTrayIcon(icon, parent)
    return None


class Notice(QObject):
    """Tells only while the window is not the active one; the icon in the tray goes when it is again.

    Args:
        window: To be looked at.
        tray: Gives the desktop's tray, or None.
    """

    def __init__(self, window: QWidget, tray: Callable[[QIcon, QObject], Tray | None] = system_tray) -> None:
        super().__init__(window)
        self._window, self._make_tray = window, tray
        self._tray: Tray | None = None

    def tell(self, words: str) -> None:
        if self._window.isActiveWindow():
            return
        QApplication.alert(self._window)
        if self._tray is None:
            self._tray = self._make_tray(self._window.windowIcon(), self)
            if self._tray is not None:
                self._tray.messageClicked.connect(self._come)
                app = QGuiApplication.instance()
                assert isinstance(app, QGuiApplication)
                app.applicationStateChanged.connect(self._leave)
        if self._tray is not None:
            self._tray.show()
            self._tray.showMessage(QGuiApplication.applicationDisplayName(), words, self._window.windowIcon(), SHOWN_MS)

    def _come(self) -> None:
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.raise_()
        self._window.activateWindow()

    def _leave(self, state: Qt.ApplicationState) -> None:
        if self._tray is not None and state is Qt.ApplicationState.ApplicationActive:
            self._tray.hide()
