"""One attention head in large: characters along both edges, a cross-hair, and a closer look at long texts."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.parts.look.attention_words import cell_sentence
from gpt_studio.gui.parts.look.heatmap_paint import Frame, label_room, paint_cross, paint_letters, paint_mask_words
from gpt_studio.gui.widgets.attention_image import attention_image, sees_future
from gpt_studio.gui.widgets.page import announce

CLOSEST = 16  # cells across at the strongest zoom
WHOLE_UP_TO = 64  # characters; longer texts can be zoomed
_STEP = 1.3
_ARROWS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class Heatmap(QWidget):
    """Row looks at column. Click or arrow keys put the cross-hair, Esc takes it away; with Ctrl, the wheel zooms.

    Signals:
        crossed: The student has put the cross-hair on a cell; carries row and column, or -1 and -1 when it has gone.
        view_changed: Another part is in view (`can_zoom_in`, `can_zoom_out`).
    """

    crossed = Signal(int, int)
    view_changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._tokens: tuple[str, ...] = ()
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._linear = False
        self._cross: tuple[int, int] | None = None
        self._span = 0  # cells across the view
        self._first = (0, 0)  # row and column at its upper left
        self._image = QImage()
        self._grip: tuple[QPointF, tuple[int, int]] | None = None  # where a drag began, and the view then
        self._dragged = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Attention of one head"))
        theme.notifier().changed.connect(self._make_image)

    # What is shown

    def set_head(self, tokens: tuple[str, ...], weights: NDArray[np.float32]) -> None:
        """Show one head, (T, T). Another text begins with the whole of it in view and without cross-hair."""
        if tokens != self._tokens:
            self._tokens, self._cross = tokens, None
            self._span, self._first = len(tokens), (0, 0)
        self._weights = weights
        self._make_image()
        self._describe()
        self.view_changed.emit()

    def clear(self) -> None:
        self.set_head((), np.zeros((0, 0), dtype=np.float32))

    def set_linear(self, linear: bool) -> None:
        self._linear = linear
        self._make_image()

    def set_cross(self, row: int, column: int) -> None:
        """Put the cross-hair on a cell, without telling."""
        if 0 <= row < len(self._tokens) and 0 <= column < len(self._tokens):
            self._cross = (row, column)
            self._bring_into_view(row, column)
            self._describe()
            self.update()

    @property
    def cross(self) -> tuple[int, int] | None:
        return self._cross

    def sentence(self, row: int, column: int) -> str:
        """What a cell says."""
        return cell_sentence(self._tokens, row, column, float(self._weights[row, column]))

    def picture(self, ratio: float = 2.0) -> QImage:
        """What is in view as an image, for a file."""
        image = QImage(round(self.width() * ratio), round(self.height() * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(theme.color("surface"))
        painter = QPainter(image)
        self._paint(painter)
        painter.end()
        return image

    def _make_image(self) -> None:
        self._image = attention_image(self._weights, self._linear) if len(self._weights) else QImage()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.sentence(*self._cross) if self._cross else "")

    # The view

    @property
    def can_zoom(self) -> bool:
        return len(self._tokens) > WHOLE_UP_TO

    @property
    def can_zoom_in(self) -> bool:
        return self.can_zoom and self._span > CLOSEST

    @property
    def can_zoom_out(self) -> bool:
        return self.can_zoom and self._span < len(self._tokens)

    @property
    def view(self) -> tuple[int, int, int]:
        """First row, first column, and cells across."""
        return *self._first, self._span

    def zoom(self, closer: bool, at: QPointF | None = None) -> None:
        """Show fewer or more cells; what is at `at`, or else the cross-hair or the middle, stays where it is."""
        if not (self.can_zoom_in if closer else self.can_zoom_out):
            return
        frame = self._frame()
        span = round(self._span / _STEP) if closer else round(self._span * _STEP)
        span = max(CLOSEST, min(len(self._tokens), span))
        if at is None:
            at = frame.cell(*self._cross).center() if self._cross else frame.rect.center()
        share = ((at.y() - frame.rect.y()) / frame.rect.height(), (at.x() - frame.rect.x()) / frame.rect.width())
        row, column = (first + part * self._span for first, part in zip(self._first, share, strict=True))
        self._span = span
        self._look_from(round(row - share[0] * span), round(column - share[1] * span))

    def zoom_out_fully(self) -> None:
        self._span = len(self._tokens)
        self._look_from(0, 0)

    def _look_from(self, row: int, column: int) -> None:
        last = len(self._tokens) - self._span
        self._first = (max(0, min(last, row)), max(0, min(last, column)))
        self.update()
        self.view_changed.emit()

    def _bring_into_view(self, row: int, column: int) -> None:
        wanted = [
            max(place - self._span + 1, min(first, place))
            for first, place in zip(self._first, (row, column), strict=True)
        ]
        if tuple(wanted) != self._first:
            self._look_from(*wanted)

    def _frame(self) -> Frame:
        """Where the cells lie: a square, with room for letters on its left and above it."""
        letters, margin = round(label_room(self._tokens)), 4
        side = max(1, min(self.width() - letters - margin, self.height() - letters - margin))
        left = letters + (self.width() - letters - margin - side) // 2
        return Frame(QRectF(left, letters, side, side), self._first, max(1, self._span), letters - 4)

    def _move_cross(self, row: int, column: int) -> None:
        if self._cross != (row, column):
            self.set_cross(row, column)
            announce(self, self.sentence(row, column))
            self.crossed.emit(row, column)

    def _leave(self) -> None:
        self._cross = None
        self._describe()
        self.update()
        self.crossed.emit(-1, -1)

    # Qt's own

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._paint(QPainter(self))

    def _paint(self, painter: QPainter) -> None:
        frame = self._frame()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(frame.rect, theme.color("inset"))
        if not self._tokens:
            return
        cut = QRectF(self._first[1], self._first[0], self._span, self._span)
        image = self._image
        if self._span > frame.rect.width() * self.devicePixelRatioF():  # more cells than pixels: no dark cell is lost
            length = len(self._tokens)
            image = attention_image(self._weights, self._linear, int(length * frame.rect.width() / self._span))
            shrunk = image.width() / length
            cut = QRectF(cut.x() * shrunk, cut.y() * shrunk, cut.width() * shrunk, cut.height() * shrunk)
        painter.drawImage(frame.rect, image, cut)
        if self._span == len(self._tokens) and not sees_future(self._weights):
            words = self.tr("the future:\nhidden by the mask")
            paint_mask_words(painter, frame, words, self._cross[1] if self._cross else None)
        if self._cross:
            paint_cross(painter, frame, *self._cross, has_focus=self.hasFocus())
        paint_letters(painter, frame, self._tokens, self._cross)
        if self.hasFocus() and not self._cross:
            painter.setPen(theme.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(frame.rect)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._tokens:
            self._grip, self._dragged = (event.position(), self._first), False
            if not self.can_zoom_out and (cell := self._frame().at(event.position())):
                self._move_cross(*cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._grip or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        begin, first = self._grip
        if not self.can_zoom_out:
            if cell := self._frame().at(event.position()):
                self._move_cross(*cell)
        elif self._dragged or (event.position() - begin).manhattanLength() > 6:
            self._dragged = True
            moved = (begin - event.position()) / self._frame().side
            self._look_from(first[0] + round(moved.y()), first[1] + round(moved.x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip and not self._dragged and (cell := self._frame().at(event.position())):
            self._move_cross(*cell)
        self._grip = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.can_zoom:
            self.zoom(event.angleDelta().y() > 0, event.position())
            event.accept()
        else:
            event.ignore()  # the page scrolls

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        last = len(self._tokens) - 1
        if key in _ARROWS and last >= 0:
            row, column = self._cross or (last, last + 1)
            down, right = _ARROWS[key] if self._cross else (0, -1)
            self._move_cross(max(0, min(last, row + down)), max(0, min(last, column + right)))
        elif key == Qt.Key.Key_Escape and self._cross:
            self._leave()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus) and self.can_zoom:
            self.zoom(key != Qt.Key.Key_Minus)
        elif key == Qt.Key.Key_0 and self.can_zoom:
            self.zoom_out_fully()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self._frame().at(QPointF(event.pos())) if self._tokens else None
            QToolTip.showText(event.globalPos() if cell else QPoint(), self.sentence(*cell) if cell else "", self)
            return True
        return super().event(event)
