"""What the page of writing remembers of its user: how each style draws, how long a text is, whether it is tinted."""

from typing import Any

from PySide6.QtCore import QObject, QTimer

from gpt_studio.engine.preferences import DEFAULTS, Preferences
from gpt_studio.gui.parts.write.sampling_card import SamplingCard
from gpt_studio.gui.parts.write.view_row import ViewRow
from gpt_studio.gui.parts.write.writing_cards import WritingCards

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

    def attach(self, settings: SamplingCard, texts: WritingCards, view: ViewRow) -> None:
        """Begin with the settings of last time, and remember what becomes of them."""
        settings.length.set(self.get("write_length"))
        texts.set_samplings(self.get("write_styles"))
        view.tint.setChecked(self.get("write_tint"))
        settings.length_changed.connect(lambda length: self.put("write_length", round(length)))
        settings.changed.connect(lambda _: self.put("write_styles", texts.samplings))
        view.tint_changed.connect(lambda tinted: self.put("write_tint", tinted))

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
