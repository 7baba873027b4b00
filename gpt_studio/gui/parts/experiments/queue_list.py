"""The list of the queue, with its keys."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments.queue_rows import QueueDelegate, QueueModel, Row


class QueueList(QListView):
    """Enter or a double click opens the run, Alt and an arrow moves one that waits, Del takes it out.

    Signals:
        open_asked, remove_asked: About the chosen one.
        step_asked(int): The chosen one is to move so many places.
    """

    open_asked = Signal()
    remove_asked = Signal()
    step_asked = Signal(int)

    def __init__(self, model: QueueModel) -> None:
        super().__init__()
        self._rows = model
        self.setObjectName("experiments.queue")
        self.setAccessibleName(tr("Queue"))
        self.setAccessibleDescription(tr("Alt with an arrow key moves a run that waits, Delete takes it out."))
        self.setModel(model)
        self.setItemDelegate(QueueDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("frameless", "true")
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(True)
        self.doubleClicked.connect(lambda _index: self.open_asked.emit())
        theme.notifier().changed.connect(self.doItemsLayout)

    @property
    def chosen(self) -> Row | None:
        index = self.currentIndex()
        return self._rows.rows[index.row()] if index.isValid() else None

    def choose(self, id: str) -> None:
        for place, row in enumerate(self._rows.rows):
            if row.id == id:
                self.setCurrentIndex(self._rows.index(place))

    # Qt's own

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(240), theme.px(130))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, steps = event.key(), {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and key in steps:
            self.step_asked.emit(steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_asked.emit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_asked.emit()
        else:
            super().keyPressEvent(event)
