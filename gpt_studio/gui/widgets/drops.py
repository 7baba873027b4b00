"""Files and text that are dropped on a widget, whatever class it is of."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget


class Drops(QObject):
    """Watches a widget for what is dropped on it or on its children.

    Args:
        widget: Accepts drops from now on.
        wants: Whether something that hovers can be used. What is not wanted goes to the widgets around.

    Signals:
        hovered: Something that is wanted hovers (True), or has gone or fallen (False).
        dropped: Something that is wanted has fallen; carries its QMimeData.
    """

    hovered = Signal(bool)
    dropped = Signal(object)

    def __init__(self, widget: QWidget, wants: Callable[[QMimeData], bool]) -> None:
        super().__init__(widget)
        self._wants = wants
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent):  # entering and moving are kinds of it
            wanted = self._wants(event.mimeData())
            event.setAccepted(wanted)
            if wanted and event.type() == QEvent.Type.DragEnter:
                event.acceptProposedAction()
                self.hovered.emit(True)
            elif wanted and event.type() == QEvent.Type.Drop:
                event.acceptProposedAction()
                self.hovered.emit(False)
                self.dropped.emit(event.mimeData())
            return True
        if event.type() == QEvent.Type.DragLeave:
            self.hovered.emit(False)
        return False


def local_files(mime: QMimeData) -> list[Path]:
    """The files of this computer among what is dropped."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
