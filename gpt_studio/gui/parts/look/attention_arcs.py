"""One head over the text itself: arcs from the chosen character to those that it looks at."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.look.attention_words import shown
from gpt_studio.gui.widgets.attention_image import levels
from gpt_studio.gui.widgets.contrast import ink_on
from gpt_studio.gui.widgets.page import announce

FITS = 32  # characters without scrolling
FAINTEST = 0.04  # weight from which there is an arc
_WIDEST, _NARROWEST, _SCROLLED = 40, 24, 33  # pixels a character, at 100 %
_LONG_SIZE = 15  # of the letters, where tokens have several
_KEY, _SHARES, _TOP = 38, 20, 8  # heights: a character, the shares below, the room above the highest arc


class _Text(QWidget):
    """The characters with their arcs, in full length."""

    chosen = Signal(int)

    def __init__(self, parent: "AttentionArcs") -> None:
        super().__init__()
        self._arcs = parent
        self.tokens: tuple[str, ...] = ()
        self.longest = 1  # characters of a token
        self.weights = np.zeros(0, dtype=np.float32)  # (T) of the chosen character's row
        self.place = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("The same head, as text"))

    def cell(self) -> float:
        """Pixels a token."""
        count, least = max(1, len(self.tokens)), self._least()
        if count > FITS:
            return max(least, theme.px(_SCROLLED))
        most = max(least, theme.px(_WIDEST))
        return max(least, theme.px(_NARROWEST), min(most, self._arcs.viewport().width() / count))

    def _least(self) -> float:
        """What the longest token needs."""
        if self.longest == 1:
            return 0.0
        return self.longest * QFontMetricsF(theme.mono(_LONG_SIZE)).horizontalAdvance("m") + theme.px(11)

    def left(self) -> float:
        return max(0.0, (self.width() - self.cell() * len(self.tokens)) / 2)

    def key(self, place: int) -> QRectF:
        cell = self.cell()
        bottom = self.height() - theme.px(_SHARES)
        high = min(theme.px(_KEY), cell * 1.15)
        return QRectF(self.left() + place * cell, bottom - high, cell, high).adjusted(1.5, 0, -1.5, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.tokens:
            self._paint_arcs(painter)
            cell = self.cell()
            first = max(0, int((event.rect().left() - self.left()) / cell) - 1)
            last = min(len(self.tokens), int((event.rect().right() - self.left()) / cell) + 2)
            for place in range(first, last):
                self._paint_key(painter, place)

    def _paint_arcs(self, painter: QPainter) -> None:
        begin = self.key(self.place)
        ceiling, reach = theme.px(_TOP), max(1, self.place)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for at, weight in enumerate(self.weights.tolist()):  # those of the future are 0, but without the mask
            if weight < FAINTEST or at == self.place:
                continue
            end = self.key(at)
            distance = min(1.0, abs(self.place - at) / reach)
            peak = begin.top() - (begin.top() - ceiling) * (0.25 + 0.75 * distance**0.6)
            color = QColor(theme.color("accent"))
            color.setAlphaF(0.45 + 0.5 * weight)
            painter.setPen(QPen(color, theme.px(10 + 70 * weight) / 10))
            painter.drawPath(_arc(QPointF(begin.center().x(), begin.top()), QPointF(end.center().x(), end.top()), peak))

    def _paint_key(self, painter: QPainter, place: int) -> None:
        key, is_chosen = self.key(place), place == self.place
        weight = float(self.weights[place])
        looked_at = weight >= FAINTEST
        fill = _fill(weight) if looked_at else theme.color("surface")
        painter.setBrush(fill)
        edge = QPen(theme.color("accent"), 3 if self.hasFocus() else 2.2) if is_chosen else QPen(theme.color("line"), 1)
        painter.setPen(edge)
        painter.drawRoundedRect(key.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        words = shown(self.tokens[place])
        faint = not messages.has_ink(self.tokens[place]) or (place > self.place and not weight)
        painter.setPen(ink_on(fill) if looked_at else theme.color("text3" if faint else "text"))
        size = min(20, key.width() / theme.px(100) * 100 * 0.62)
        painter.setFont(theme.mono(size if self.longest == 1 else _LONG_SIZE))
        painter.drawText(key, Qt.AlignmentFlag.AlignCenter, words)
        if looked_at:
            painter.setPen(theme.color("text2"))
            painter.setFont(theme.ui(12))
            below = QRectF(key.x() - 8, key.bottom() + 1, key.width() + 16, theme.px(_SHARES) - 1)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, messages.share(weight, 0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = int((event.position().x() - self.left()) // self.cell())
        if 0 <= place < len(self.tokens):
            self.chosen.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self.tokens) - 1
        wanted = {
            Qt.Key.Key_Left: self.place - 1,
            Qt.Key.Key_Right: self.place + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if wanted is None:
            super().keyPressEvent(event)
        elif 0 <= wanted <= last:
            self.chosen.emit(wanted)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


class AttentionArcs(QScrollArea):
    """Arcs over the characters; scrolls sideways beyond 32 of them.

    Signals:
        chosen: The student took a character, by click or arrow key; carries its place.
    """

    chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._text = _Text(self)
        self._text.setObjectName(f"{name}.text")
        self._text.chosen.connect(self.chosen)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setWidget(self._text)
        self.viewport().setAutoFillBackground(False)
        self._text.setAutoFillBackground(False)
        self.horizontalScrollBar().rangeChanged.connect(self._bring_into_view)  # a longer text has got its room
        theme.notifier().changed.connect(self._fit)

    def show_row(self, tokens: tuple[str, ...], place: int, weights: NDArray[np.float32], words: str = "") -> None:
        """Draw where the character at `place` looks; `weights` (T) is its row, `words` the same for screen readers."""
        self._text.tokens, self._text.place, self._text.weights = tokens, place, weights
        self._text.longest = max((len(shown(token)) for token in tokens), default=1)
        self._text.setAccessibleDescription(words)
        self._fit()
        self._bring_into_view()
        if self._text.hasFocus():
            announce(self._text, words)

    def clear(self) -> None:
        self.show_row((), 0, np.zeros(0, dtype=np.float32))

    @property
    def text(self) -> QWidget:
        """The part that takes the keys and clicks."""
        return self._text

    def _bring_into_view(self) -> None:
        """Scroll to the chosen character, with what came before it, if it is not in view already."""
        bar, key = self.horizontalScrollBar(), self._text.key(self._text.place)
        if not bar.value() <= key.left() <= key.right() <= bar.value() + self.viewport().width():
            bar.setValue(round(key.right() - 0.85 * self.viewport().width()))

    def _fit(self) -> None:
        self._text.setMinimumWidth(round(self._text.cell() * len(self._text.tokens)))
        self.updateGeometry()
        self._text.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(600), theme.px(110))


def _arc(begin: QPointF, end: QPointF, peak: float) -> QPainterPath:
    """Up from one character, over, and down to the other."""
    path = QPainterPath(begin)
    lift = peak + (peak - begin.y()) / 3  # a cubic curve reaches three quarters of the height of its handles
    path.cubicTo(QPointF(begin.x(), lift), QPointF(end.x(), lift), end)
    return path


def _fill(weight: float) -> QColor:
    return theme.map_color("attention", float(levels(np.array(weight, dtype=np.float32))))
