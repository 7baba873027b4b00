"""What the window says, and offers, when a run in training meets a fault that is not its own."""

import sys

from PySide6.QtCore import QObject, QProcess, Signal
from PySide6.QtWidgets import QApplication, QFileDialog

from gpt_studio.engine.events import Ending, Noticed
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr

_TONES = {"saving.goes_on": "good", "saving.moved": "accent"}


class Rescue(QObject):
    """Turns what is noticed of a run into a message with what can be done about it.

    Signals:
        told: tone, words, button or "", what the button does or None.
        elsewhere_asked: The run is to go on in another folder; carries its path as text.
        restart_asked: The program is to be started anew.
    """

    told = Signal(str, str, str, object)
    elsewhere_asked = Signal(str)
    restart_asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moved = False

    def hear(self, event: Noticed) -> None:
        words, tone = messages.sentence(event.code, event.values), _TONES.get(event.code, "warn")
        if event.code == "saving.waits":
            self.told.emit(tone, words, tr("Save elsewhere…"), self._ask_for_folder)
        elif event.code != "saving.goes_on" or not self._moved:  # that it has moved says it, too
            self.told.emit(tone, words, "", None)
        self._moved = event.code == "saving.moved"

    def hear_ending(self, ending: Ending) -> None:
        if ending.code == "device.lost":
            words = messages.sentence(ending.code, ending.values or {})
            self.told.emit("bad", words, tr("Restart and continue"), self.restart_asked.emit)

    def _ask_for_folder(self) -> None:
        dialog = QFileDialog(QApplication.activeWindow(), tr("Save the run elsewhere"))
        dialog.setObjectName("elsewhere")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.elsewhere_asked)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def start_anew() -> None:
    """Start the program once more, beside this one, which is about to close."""
    built = getattr(sys, "frozen", False)
    QProcess.startDetached(sys.executable, [] if built else ["-m", "gpt_studio"])
