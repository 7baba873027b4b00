"""Size, place and lesson of the window, remembered from one start to the next."""

import base64
import binascii
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtGui import QGuiApplication

from gpt_studio.gui import theme

if TYPE_CHECKING:
    from gpt_studio.gui.main_window import MainWindow

SMALLEST, USUAL = QSize(1024, 700), QSize(1440, 900)


class WindowMemory:
    """Writes into the preferences, and reads what fits the screens that are there now."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window

    def restore(self) -> None:
        window, get = self._window, self._window.preferences.get
        room = self._screen_room()
        window.setMinimumSize(SMALLEST.boundedTo(room.size()))
        window.resize(USUAL.boundedTo(room.size()))
        try:
            stored = QByteArray(base64.b64decode(get("window_geometry"), validate=True))
        except (binascii.Error, ValueError):
            stored = QByteArray()
        if not stored.isEmpty() and window.restoreGeometry(stored) and not self._is_on_a_screen():
            window.resize(USUAL.boundedTo(room.size()))
            window.move(room.topLeft())
        if get("window_state").isdecimal():
            window.lesson.width = int(get("window_state"))
        window.lesson.set_open(get("lesson_open") and theme.choice() != "projector")

    def keep(self) -> None:
        window = self._window
        kept = {
            "window_geometry": base64.b64encode(window.saveGeometry().data()).decode(),
            "window_state": str(window.lesson.width),
            "lesson_open": window.lesson.is_wanted,
            "last_page": window.current,
            "last_corpus": window.state.corpus.id if window.state.corpus else "",
            "tokenizer": window.state.tokens.kind,
            "vocab_size": window.state.tokens.vocab_size,
            "last_run": str(window.state.run.path) if window.state.run else "",
        }
        for key, value in kept.items():
            if not window.preferences.is_locked(key):
                window.preferences.set(key, value)

    def _screen_room(self) -> QRect:
        return (self._window.screen() or QGuiApplication.primaryScreen()).availableGeometry()

    def _is_on_a_screen(self) -> bool:
        """Whether the title could be grabbed: a monitor may be gone since."""
        frame = self._window.frameGeometry()
        grip = frame.center()
        grip.setY(max(frame.top(), 0))
        return any(screen.availableGeometry().contains(grip) for screen in QGuiApplication.screens())
