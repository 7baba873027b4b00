"""What the page of writing remembers of its user: how each style draws, how long a text is, whether it is tinted."""

from typing import Any

from PySide6.QtCore import QObject, QTimer

from gpt_studio.engine.preferences import DEFAULTS, Preferences

WRITE_AFTER_MS = 500  # so that a slider on its way writes once


class Remembering(QObject):
    """The preferences, written when the student's hand has come to rest; without any, the built-in ones.

    What the machine's administrator has settled is where the page begins, and is not written over.
    """

    def __init__(self, preferences: Preferences | None, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._changed: dict[str, Any] = {}
        self._timer = QTimer(self, objectName="preferences", singleShot=True, interval=WRITE_AFTER_MS)
        self._timer.timeout.connect(self.flush)

    def get(self, key: str) -> Any:
        return self._preferences.get(key) if self._preferences else getattr(DEFAULTS, key)

    def put(self, key: str, value: object) -> None:
        self._changed[key] = value
        self._timer.start()

    def flush(self) -> None:
        """Write at once what waits."""
        self._timer.stop()
        changed, self._changed = self._changed, {}
        for key, value in changed.items():
            if self._preferences and not self._preferences.is_locked(key):
                self._preferences.set(key, value)
