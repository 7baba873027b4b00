"""Whoever looks elsewhere is told; whoever looks at the window is not."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gpt_studio.gui.shell.notice import Notice


class Tray(QObject):
    messageClicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.is_shown = False

    def show(self) -> None:
        self.is_shown = True

    def hide(self) -> None:
        self.is_shown = False

    def showMessage(self, title: str, msg: str, icon: object, msecs: int) -> None:
        self.told.append(msg)


def test_the_tray_tells_while_the_window_is_not_active_and_leads_back(qtbot):
    window, tray = QWidget(), Tray()
    qtbot.addWidget(window)
    notice = Notice(window, lambda *_: tray)
    notice.tell("The queue is done.")
    assert tray.told == ["The queue is done."] and tray.is_shown
    window.show()
    tray.messageClicked.emit()
    qtbot.waitUntil(window.isActiveWindow)
    QGuiApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    assert not tray.is_shown
    notice.tell("Once more.")
    assert tray.told == ["The queue is done."]


def test_without_a_tray_nothing_happens_but_in_the_task_bar(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    notice = Notice(window)  # here, too, there is none
    notice.tell("The queue is done.")
    assert notice._tray is None
