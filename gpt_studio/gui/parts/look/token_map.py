"""The tokens on a plane: near each other where the model treats them alike."""

import numpy as np
from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.engine.arrays import Floats
from gpt_studio.engine.inside.seen import EmbeddingsSeen
from gpt_studio.gui import theme
from gpt_studio.gui.parts.look.attention_words import shown
from gpt_studio.gui.parts.look.token_kinds import MARK, Kind, kind_of
from gpt_studio.gui.widgets.page import announce

MOVE_MS = 350  # from one step to the next
MANY = 160  # tokens from which those without room for their letters are dots
CLOSEST = 24.0
_KEY, _DOT, _LINES = 28, 6, 5  # sizes in pixels at 100 %; neighbours with a line to them
_STEP = 1.25
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


class TokenMap(QWidget):
    """Drag to move, wheel or + and − to zoom, 0 for all; a click or the arrow keys choose a token.

    Signals:
        chosen: The student took a token; carries its number.
    """

    chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(self.tr("Map of the tokens"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._seen: EmbeddingsSeen | None = None
        self._kinds: list[Kind] = []
        self._points: Floats = np.zeros((0, 2), np.float32)  # as they are drawn: on their way, while they move
        self._token = 0
        self._zoom, self._middle = 1.0, QPointF(0, 0)  # of the view, the latter in the plane's units
        self._grip: tuple[QPointF, QPointF] | None = None
        self._motion = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=MOVE_MS)
        self._motion.setEasingCurve(QEasingCurve.Type.InOutQuad)
        self._motion.valueChanged.connect(self._move)
        self._from = self._points
        theme.notifier().changed.connect(self.update)

    # What is shown

    def show_seen(self, seen: EmbeddingsSeen | None) -> None:
        """Show the tokens at a step; those that are there already move to their new places."""
        before = self._seen
        self._seen = seen
        self._motion.stop()
        if seen is None:
            self._points = np.zeros((0, 2), np.float32)
        elif before is not None and before.tokens == seen.tokens and self.isVisible():
            self._from = self._points
            self._motion.start()
        else:
            self._points = seen.points
            if before is None or before.tokens != seen.tokens:
                self._kinds = [kind_of(token) for token in seen.tokens]
                self._zoom, self._middle, self._token = 1.0, QPointF(0, 0), _first_letter(seen.tokens)
        self._describe()
        self.update()

    @property
    def token(self) -> int:
        """The chosen one."""
        return self._token

    @property
    def is_moving(self) -> bool:
        return self._motion.state() == QVariantAnimation.State.Running

    def choose(self, token: int) -> None:
        """Choose a token and bring it into view, without telling."""
        if self._seen is not None and 0 <= token < len(self._seen.tokens):
            self._token = token
            if not self._field().contains(self._at(token)):
                self._middle = QPointF(*(float(part) for part in self._points[token]))
            self._describe()
            self.update()

    def sentence(self) -> str:
        """The chosen token and its nearest neighbours, in words."""
        if self._seen is None:
            return ""
        near = [shown(self._seen.tokens[int(at)]) for at in self._seen.neighbours[self._token][:_LINES]]
        words = self.tr("{token}; nearest: {near}")
        return words.format(token=shown(self._seen.tokens[self._token]), near=", ".join(near))

    def _describe(self) -> None:
        self.setAccessibleDescription(self.sentence())

    def _move(self, share: float) -> None:
        if self._seen is not None and len(self._from) == len(self._seen.points):
            self._points = (1 - share) * self._from + share * self._seen.points
            self.update()

    # Where things lie

    def _field(self) -> QRectF:
        return QRectF(self.rect()).adjusted(1, 1, -1, -1)

    def _scale(self) -> float:
        """Pixels for one unit of the plane."""
        reach = self._seen.reach if self._seen else 1.0
        margin = theme.px(_KEY)
        return (min(self.width(), self.height()) / 2 - margin) / (reach or 1.0) * self._zoom

    def _stretch(self) -> float:
        """The plane is drawn somewhat wider than high where there is room."""
        return min(1.6, max(1.0, self.width() / max(1, self.height())))

    def _at(self, token: int) -> QPointF:
        x, y = (float(part) for part in self._points[token])
        scale = self._scale()
        return QPointF(
            self.width() / 2 + (x - self._middle.x()) * scale * self._stretch(),
            self.height() / 2 - (y - self._middle.y()) * scale,
        )

    def zoom(self, closer: bool) -> None:
        self._zoom = max(1.0, min(CLOSEST, self._zoom * (_STEP if closer else 1 / _STEP)))
        if self._zoom == 1.0:
            self._middle = QPointF(0, 0)
        self.update()

    def _hit(self, point: QPointF) -> int | None:
        """The token at a point, or the nearest one within a key."""
        if self._seen is None:
            return None
        distances = [(self._at(token) - point).manhattanLength() for token in range(len(self._seen.tokens))]
        best = int(np.argmin(distances))
        return best if distances[best] <= theme.px(_KEY) else None

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("inset"))
        painter.drawRoundedRect(self._field(), 7, 7)
        if self._seen is None:
            return
        painter.setClipRect(self._field())
        self._paint_grid(painter)
        here = self._at(self._token)
        near = [int(at) for at in self._seen.neighbours[self._token][:_LINES]]
        painter.setPen(QPen(theme.color("accent"), 2))
        for token in near:
            painter.drawLine(here, self._at(token))
        self._paint_tokens(painter, near)

    def _paint_grid(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme.color("grid"), 1))
        for part in range(1, 6):
            x, y = self.width() * part / 6, self.height() * part / 6
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
            painter.drawLine(QPointF(0, y), QPointF(self.width(), y))

    def _paint_tokens(self, painter: QPainter, near: list[int]) -> None:
        """The chosen one and its neighbours last, so that they lie on top; of many, those without room are dots."""
        assert self._seen is not None
        count = len(self._seen.tokens)
        important = [*reversed(near), self._token]
        rest = [token for token in range(count) if token not in set(important)]
        taken: set[tuple[int, int]] = set()
        cell = theme.px(_KEY)
        field = self._field().adjusted(-cell, -cell, cell, cell)
        for token in [*rest, *important]:
            place = self._at(token)
            if not field.contains(place):
                continue
            spot = (int(place.x() // cell), int(place.y() // cell))
            is_dot = count > MANY and spot in taken and token not in important
            taken.add(spot)
            self._paint_token(painter, token, place, is_dot)

    def _paint_token(self, painter: QPainter, token: int, place: QPointF, is_dot: bool) -> None:
        assert self._seen is not None
        kind, chosen = self._kinds[token], token == self._token
        words = shown(self._seen.tokens[token])
        font = theme.mono(14)
        high = theme.px(_DOT if is_dot else _KEY)
        wide = high if is_dot else max(high, QFontMetricsF(font).horizontalAdvance(words) + theme.px(10))
        box = QRectF(place.x() - wide / 2, place.y() - high / 2, wide, high)
        style = Qt.PenStyle.DashLine if kind.is_dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(theme.color("accent"), 3) if chosen else QPen(theme.color(kind.edge), 1.3, style))
        painter.setBrush(theme.color(kind.fill))
        paint_shape(painter, kind, box)
        if not is_dot:
            painter.setFont(font)
            painter.setPen(theme.color("text"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    # Qt's own

    def sizeHint(self) -> QSize:
        return QSize(theme.px(560), theme.px(420))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(320), theme.px(260))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grip = (event.position(), self._middle)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None and self._seen is not None:
            begin, middle = self._grip
            moved = event.position() - begin
            scale = self._scale()
            self._middle = middle - QPointF(moved.x() / scale / self._stretch(), -moved.y() / scale)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        grip, self._grip = self._grip, None
        if grip is not None and (event.position() - grip[0]).manhattanLength() <= 6:
            self._middle = grip[1]
            token = self._hit(event.position())
            if token is not None:
                self._take(token)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(event.angleDelta().y() > 0)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._seen is None:
            super().keyPressEvent(event)
        elif key in _ARROWS:
            self._take(self._beside(*_ARROWS[key]))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(key != Qt.Key.Key_Minus)
        elif key == Qt.Key.Key_0:
            self._zoom, self._middle = 1.0, QPointF(0, 0)
            self.update()
        else:
            super().keyPressEvent(event)

    def _take(self, token: int) -> None:
        self.choose(token)
        announce(self, self.sentence())
        self.chosen.emit(token)

    def _beside(self, right: int, down: int) -> int:
        """The nearest token in a direction: as far aside as ahead at most."""
        here = self._at(self._token)
        best, least = self._token, float("inf")
        for token in range(len(self._points)):
            away = self._at(token) - here
            ahead = away.x() * right + away.y() * down
            aside = abs(away.x() * down) + abs(away.y() * right)
            if token != self._token and ahead > 0 and aside <= 1.5 * ahead and ahead + 2 * aside < least:
                best, least = token, ahead + 2 * aside
        return best

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update()


def paint_shape(painter: QPainter, kind: Kind, box: QRectF) -> None:
    """The outline of a kind, with the pen and brush that are set."""
    if kind.shape == "circle":
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    elif kind.shape == "square":
        painter.drawRoundedRect(box, 4, 4)
    else:
        out = box.height() * 0.14
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(box.center().x(), box.top() - out),
                    QPointF(box.right() + out, box.center().y()),
                    QPointF(box.center().x(), box.bottom() + out),
                    QPointF(box.left() - out, box.center().y()),
                ]
            )
        )


def _first_letter(tokens: tuple[str, ...]) -> int:
    """A token to begin with: a small letter, where there is one."""
    return next((at for at, token in enumerate(tokens) if kind_of(token) is not MARK and token.islower()), 0)
