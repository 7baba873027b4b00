"""A text as a row of keys that breaks into lines: one token is chosen, each may be tinted."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.look.attention_words import shown
from gpt_studio.gui.widgets.contrast import ink_on
from gpt_studio.gui.widgets.page import announce

_HIGH, _NARROWEST, _GAP = 30, 22, 2  # of a key, in pixels at 100 %
_LINES = 3  # before the row scrolls
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class TokenRow(QWidget):
    """The tokens of a text. Click or arrow keys choose one.

    Signals:
        chosen: The student took a token; carries its place.
        grown: Another text, or another size of letters: it may need another height.
        moved: Another token of the same text is chosen.
    """

    chosen = Signal(int)
    grown = Signal()
    moved = Signal()

    def __init__(self, name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.tokens: tuple[str, ...] = ()
        self.place = 0
        self._fills: list[QColor | None] = []
        self._laid_out: tuple[float, list[QRectF]] = (-1.0, [])  # for this width
        self.describe: Callable[[int], str] = self._plain
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.notifier().changed.connect(self._renew)

    def show_tokens(self, tokens: tuple[str, ...], place: int, fills: list[QColor | None] | None = None) -> None:
        """Show a text with one token chosen; `fills` are the colours behind the tokens."""
        is_other = tokens != self.tokens
        self.tokens, self.place, self._fills = tokens, place, fills or []
        self.setAccessibleDescription(self.describe(place) if tokens else "")
        if is_other:
            self._renew()
        else:
            self.moved.emit()
            self.update()

    def _renew(self) -> None:
        self._laid_out = (-1.0, [])
        self.updateGeometry()
        self.update()
        self.grown.emit()

    def _plain(self, place: int) -> str:
        words = self.tr("{token}, position {i} of {n}")
        return words.format(token=shown(self.tokens[place]), i=place + 1, n=len(self.tokens))

    def keys(self, width: float) -> list[QRectF]:
        """Where each token lies in so much room."""
        if self._laid_out[0] != width:
            self._laid_out = (width, self._lay_out(width))
        return self._laid_out[1]

    def _lay_out(self, width: float) -> list[QRectF]:
        metrics = QFontMetricsF(theme.mono(15))
        high, gap, least = theme.px(_HIGH), theme.px(_GAP), theme.px(_NARROWEST)
        placed, x, y = [], 1.0, 1.0
        for token in self.tokens:
            wide = max(least, metrics.horizontalAdvance(shown(token)) + theme.px(10))
            if x > 1 and x + wide > width - 1:
                x, y = 1.0, y + high + gap
            placed.append(QRectF(x, y, wide, high))
            x += wide + gap
        return placed

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        keys = self.keys(width)
        return round(keys[-1].bottom()) + 2 if keys else theme.px(_HIGH) + 2

    def sizeHint(self) -> QSize:
        return QSize(theme.px(400), self.heightForWidth(max(self.width(), theme.px(400))))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(_HIGH) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.mono(15))
        for place, key in enumerate(self.keys(self.width())):
            if not event.rect().intersects(key.toAlignedRect()):
                continue
            fill = self._fills[place] if place < len(self._fills) else None
            chosen = place == self.place
            painter.setBrush(fill or theme.color("surface"))
            painter.setPen(
                QPen(theme.color("accent"), 3 if self.hasFocus() else 2) if chosen else QPen(theme.color("line"), 1)
            )
            painter.drawRoundedRect(key.adjusted(1, 1, -1, -1), 4, 4)
            words = shown(self.tokens[place])
            faint = not messages.has_ink(self.tokens[place])
            painter.setPen(ink_on(fill) if fill else theme.color("text3" if faint else "text"))
            painter.drawText(key, Qt.AlignmentFlag.AlignCenter, words)

    def _choose(self, place: int) -> None:
        place = max(0, min(len(self.tokens) - 1, place))
        if self.tokens and place != self.place:
            self.chosen.emit(place)
            announce(self, self.describe(place))

    def _beside(self, step: int) -> int:
        """The token that lies above or below the chosen one."""
        keys = self.keys(self.width())
        here = keys[self.place].center()
        row = here.y() + step * (keys[self.place].height() + theme.px(_GAP))
        near = [place for place, key in enumerate(keys) if key.top() <= row <= key.bottom()]
        return min(near, key=lambda place: abs(keys[place].center().x() - here.x()), default=self.place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for place, key in enumerate(self.keys(self.width())):
            if key.contains(event.position()):
                self._choose(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if not self.tokens:
            super().keyPressEvent(event)
        elif key in _MOVES:
            self._choose(self.place + _MOVES[key])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._choose(self._beside(-1 if key == Qt.Key.Key_Up else 1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._choose(0 if key == Qt.Key.Key_Home else len(self.tokens) - 1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


class TokenArea(QScrollArea):
    """As high as its row of tokens, up to three lines; beyond that it scrolls, and keeps the chosen one in view."""

    def __init__(self, row: TokenRow) -> None:
        super().__init__()
        self._row = row
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("plain", "true")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setWidget(row)
        row.grown.connect(self._fit)
        row.moved.connect(self._bring)
        self.verticalScrollBar().rangeChanged.connect(self._bring)  # a longer text has got its room
        self._fit()

    def _fit(self) -> None:
        line = theme.px(_HIGH) + theme.px(_GAP)
        width = self.viewport().width()
        self.setFixedHeight(min(self._row.heightForWidth(width), _LINES * line) + 2)
        self._row.setMinimumHeight(self._row.heightForWidth(width))
        self._bring()

    def _bring(self) -> None:
        """Scroll to the chosen token."""
        keys = self._row.keys(self.viewport().width())
        if self._row.place < len(keys):
            key = keys[self._row.place].center()
            self.ensureVisible(round(key.x()), round(key.y()), 0, theme.px(_HIGH))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
