"""Follows how busy the computer is, once a second, in the background."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gpt_studio.gui.background import Background

if TYPE_CHECKING:
    from gpt_studio.engine.machine.load import Load, LoadMeter

EVERY_MS = 1000


class LoadWatch(QObject):
    """Asks for the load while somebody wants to see it.

    Signals:
        told: A Load; None when nobody wants to see it any more.
    """

    told = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._meter: LoadMeter | None = None
        self._background = Background(self)
        self._timer = QTimer(self, interval=EVERY_MS, objectName="load")
        self._timer.timeout.connect(self._ask)

    @property
    def is_on(self) -> bool:
        return self._timer.isActive()

    def follow(self, wanted: bool) -> None:
        """Begin to ask, or end."""
        if wanted and not self.is_on:
            self._timer.start()
            self._ask()
        elif not wanted and self.is_on:
            self._timer.stop()
            self.told.emit(None)

    def _ask(self) -> None:
        if not self._background.busy:
            self._background.run("load", self._read, self._tell)

    def _read(self) -> "Load":
        from gpt_studio.engine.machine.load import (
            LoadMeter,  # here, in the background: it loads psutil and NVIDIA's library
        )

        self._meter = self._meter or LoadMeter()
        return self._meter.read()

    def _tell(self, load: "Load") -> None:
        if self.is_on:
            self.told.emit(load)
