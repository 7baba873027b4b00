"""Plays a step slider like a film: stop after stop, from the first to the last."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QPushButton

from gpt_studio.gui import icons
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.step_slider import StepSlider

PLAY_MS = 1200  # how long each stop stays


class StepPlayer(QObject):
    """Owns the button's words and the clock; from the last stop it begins again at the first."""

    def __init__(self, slider: StepSlider, button: QPushButton) -> None:
        super().__init__(slider)
        self._slider, self._button = slider, button
        self.timer = QTimer(self, interval=PLAY_MS, objectName="play")
        self.timer.timeout.connect(self._next)
        button.clicked.connect(self._toggle)

    @property
    def is_playing(self) -> bool:
        return self.timer.isActive()

    def stop(self) -> None:
        self.timer.stop()
        self._name_button()

    def _toggle(self) -> None:
        if self.is_playing:
            self.stop()
            return
        if self._slider.value() == self._slider.maximum():
            self._slider.setValue(0)
        self.timer.start()
        self._name_button()

    def _next(self) -> None:
        self._slider.setValue(self._slider.value() + 1)
        if self._slider.value() == self._slider.maximum():
            self.stop()

    def _name_button(self) -> None:
        self._button.setText(tr("Halt") if self.is_playing else tr("Play"))
        icons.set_icon(self._button, "pause" if self.is_playing else "play", "text")
