"""The axes of the loss chart, with ticks in words, and its view, which tells what the student does in it."""

import math

import pyqtgraph as pg
from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF

from gpt_studio.gui import messages
from gpt_studio.gui.widgets.ticks import round_steps

_LOG_TICKS = (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100)


class StepAxis(pg.AxisItem):
    """Steps from left to right: "step 0", "500", "1,000"."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.setStyle(tickLength=4, tickTextOffset=4, autoExpandTextSpace=False, hideOverlappingLabels=60)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        widest = self.fontMetrics().horizontalAdvance("1,000,000") if self.style["tickFont"] else 60
        places = [place for place in round_steps(low, high, int(size / (widest + 24))) if place == int(place)]
        return [(1.0, places)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [messages.count(int(value)) if value else messages.tr("step 0") for value in values]

    def fontMetrics(self) -> QFontMetricsF:
        return QFontMetricsF(self.style["tickFont"])


class LossAxis(pg.AxisItem):
    """Losses from bottom to top, in the unit that is drawn. The view holds log10 of them when `log` is set."""

    def __init__(self) -> None:
        super().__init__("left")
        self.log = False
        self.setStyle(tickLength=0, tickTextOffset=10, autoExpandTextSpace=False, maxTextLevel=0, tickAlpha=255)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        if self.log:
            return [(1.0, [math.log10(tick) for tick in _LOG_TICKS if low <= math.log10(tick) <= high])]
        labelled = round_steps(low, high, max(2, int(size / 44)))
        if len(labelled) < 2:
            return [(1.0, labelled)]
        half = (labelled[1] - labelled[0]) / 2
        between = [tick + half for tick in [labelled[0] - 2 * half, *labelled] if low <= tick + half <= high]
        return [(2 * half, labelled), (half, between)]

    def boundingRect(self) -> QRectF:
        return super().boundingRect().adjusted(0, -12, 0, 12)  # else a figure at the very end is left out

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{10**value if self.log else value:.4g}" for value in values]


class LossView(pg.ViewBox):
    """Where the curves lie. Dragging frames a piece to look at; with Shift or the middle button it moves the piece.

    Signals:
        menu_asked: Right click, at this place on the screen.
        looked_at_all: Double click.
        clicked: Left click, at this step.
        pointed: The mouse is over this step; not a number when it has left.
    """

    menu_asked = Signal(QPoint)
    looked_at_all = Signal()
    clicked = Signal(float)
    pointed = Signal(float)

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.closer = False  # the student has chosen a part
        self.setMouseMode(pg.ViewBox.RectMode)
        self.sigRangeChangedManually.connect(self._look_closer)

    def _look_closer(self, *_: object) -> None:
        self.closer = True

    def move(self, share: float) -> None:
        """Look at what lies by this share of the width to the right; nothing where all is in view."""
        low, high = self.viewRange()[0]
        if self.closer:
            shift = max(share * (high - low), -low)
            self._choose(low + shift, high + shift)

    def narrow(self, share: float, about: float | None) -> None:
        """Look at a piece of this share of the present width; `about` a step, else about the middle."""
        low, high = self.viewRange()[0]
        middle = (low + high) / 2 if about is None or not low <= about <= high else about
        low, high = middle - share * (middle - low), middle + share * (high - middle)
        if high - low >= 4:
            self._choose(max(0.0, low), high)

    def _choose(self, low: float, high: float) -> None:
        self.setXRange(low, high, padding=0)
        self.sigRangeChangedManually.emit(self.state["mouseEnabled"])

    def mouseDragEvent(self, event, axis=None) -> None:
        moves = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        moves = moves or event.button() == Qt.MouseButton.MiddleButton
        self.state["mouseMode"] = pg.ViewBox.PanMode if moves else pg.ViewBox.RectMode
        super().mouseDragEvent(event, axis)
        self.state["mouseMode"] = pg.ViewBox.RectMode

    def hoverEvent(self, event) -> None:
        self.pointed.emit(math.nan if event.isExit() else self.mapSceneToView(event.scenePos()).x())

    def mouseClickEvent(self, event) -> None:
        event.accept()
        if event.button() == Qt.MouseButton.RightButton:
            self.menu_asked.emit(event.screenPos().toPoint())
        elif event.double():
            self.looked_at_all.emit()
        elif event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(self.mapSceneToView(event.scenePos()).x())
