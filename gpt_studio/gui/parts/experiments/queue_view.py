"""The queue on the page of experiments: what waits, trains and has ended."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gpt_studio.gui.messages import tr
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import paragraph


class QueueView(QWidget):
    """Follows the queue of the state."""

    move_asked = Signal(str, int)
    remove_asked = Signal(str)
    hold_asked = Signal(bool)
    clear_asked = Signal()
    open_asked = Signal(object)
    go_asked = Signal(str)

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._words = paragraph("")
        column = QVBoxLayout(self)
        column.addWidget(self._words)
        column.addStretch(1)
        state.queue_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        names = "\n".join(f"{entry.name}: {entry.status}" for entry in self._state.queue)
        self._words.setText(names or tr("Nothing waits. On Train, “Add to queue” puts a run here."))
