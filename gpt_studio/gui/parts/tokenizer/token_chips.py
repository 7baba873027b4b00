"""A text cut into its tokens: one chip for each, with its id below."""

from functools import lru_cache

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gpt_studio.engine.tokenizer import Token
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.tokenizer import character_names
from gpt_studio.gui.widgets.basics import announce
from gpt_studio.gui.widgets.contrast import contrast

CHIP, ID_ROW, GAP, ROW_GAP = 35, 19, 3, 8  # pixels at 100 %


@lru_cache(maxsize=32)
def chip_edge(fill: str, surface: str) -> QColor:
    """A frame of the fill's hue that stands out from the card (3:1): frames separate the chips, not fills."""
    hue = max(0.0, QColor(fill).hslHueF())
    ground = QColor(surface)
    lightness = (n / 100 for n in (range(62, 20, -2) if ground.lightnessF() > 0.5 else range(40, 90, 2)))
    edges = (QColor.fromHslF(hue, 0.5, each) for each in lightness)
    return next(edge for edge in edges if contrast(edge, ground) >= 3)


class TokenChips(QWidget):
    """Chips that wrap; a click or the arrow keys choose one.

    Signals:
        chosen: A chip was chosen; carries the token's id.
    """

    chosen = Signal(int)

    def __init__(self, name: str = "tokenizer.chips", words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: tuple[Token, ...] = ()
        self._marked: int | None = None  # an id whose chips stand out
        self._cells: list[QRectF] = []  # chip and id together
        self._current: int | None = None
        self.setObjectName(name)
        self.setAccessibleName(words or self.tr("Tokens"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.notifier().changed.connect(self._restyle)

    def show_tokens(self, tokens: tuple[Token, ...]) -> None:
        """Show these, in the order of the text."""
        self._tokens = tokens
        self._current = None
        self._place()
        known = sum(token.id is not None for token in tokens)
        told = self.tr("{count} tokens").format(count=messages.count(known))
        if known < len(tokens):
            told += self.tr(", {count} characters are not in this text").format(
                count=messages.count(len(tokens) - known)
            )
        self.setAccessibleDescription(told)
        self.updateGeometry()
        self.update()

    def mark(self, id: int | None) -> None:
        """Make the chips of one token stand out."""
        self._marked = id
        self.update()

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self._tokens

    @property
    def current(self) -> int | None:
        """Index of the chosen chip."""
        return self._current

    def cell(self, index: int) -> QRect:
        """Where a chip stands."""
        return self._cells[index].toAlignedRect()

    def words(self, index: int) -> str:
        """What a chip says to a screen reader and in its tooltip."""
        token = self._tokens[index]
        place = self.tr("{n} of {total}").format(n=messages.count(index + 1), total=messages.count(len(self._tokens)))
        if token.id is None:
            return self.tr("{token}, not in this text, {place}").format(
                token=character_names.spoken(token.text), place=place
            )
        return self.tr("{token}, id {id}, {place}").format(
            token=character_names.spoken(token.text), id=token.id, place=place
        )

    def choose(self, index: int) -> None:
        """Frame a chip and tell which token it is."""
        self._current = index
        words = self.words(index)
        self.setAccessibleDescription(words)
        announce(self, words)
        self.update()
        if (id := self._tokens[index].id) is not None:
            self.chosen.emit(id)

    def row_height(self) -> int:
        """Pixels from one row of chips to the next."""
        return theme.px(CHIP) + theme.px(ID_ROW) + theme.px(ROW_GAP)

    def _place(self) -> None:
        self._cells = self._cells_for(max(self.width(), theme.px(120)))

    def _cells_for(self, width: int) -> list[QRectF]:
        glyphs, ids = QFontMetricsF(theme.mono(20)), QFontMetricsF(theme.role_font("caption"))
        small = QFontMetricsF(theme.mono(13))
        cells, x, y = [], 1.0, 1.0
        height, gap = theme.px(CHIP) + theme.px(ID_ROW), theme.px(GAP)
        for token in self._tokens:
            sign = character_names.shown(token.text)
            inner = (small if character_names.is_code(token.text) else glyphs).horizontalAdvance(sign) + theme.px(10)
            wide = round(max(inner, ids.horizontalAdvance(self._caption(token)) + theme.px(3), theme.px(22)))
            if x + wide > width - 1 and x > 1:
                x, y = 1.0, y + self.row_height()
            cells.append(QRectF(x, y, wide, height))
            x += wide + gap
        return cells

    def _caption(self, token: Token) -> str:
        return self.tr("not in this text") if token.id is None else str(token.id)

    def _restyle(self) -> None:
        self._place()
        self.updateGeometry()
        self.update()

    def _index_at(self, x: float, y: float) -> int | None:
        return next((n for n, cell in enumerate(self._cells) if cell.adjusted(-1, 0, 2, 2).contains(x, y)), None)

    def _next_row(self, index: int, down: bool) -> int:
        """The chip above or below, nearest to the middle of this one."""
        here = self._cells[index]
        rows = {cell.top() for cell in self._cells if (cell.top() > here.top() if down else cell.top() < here.top())}
        if not rows:
            return index
        row = min(rows) if down else max(rows)
        there = [n for n, cell in enumerate(self._cells) if cell.top() == row]
        return min(there, key=lambda n: abs(self._cells[n].center().x() - here.center().x()))

    def sizeHint(self) -> QSize:
        width = max(self.width(), theme.px(300))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), self.row_height())

    def heightForWidth(self, width: int) -> int:
        cells = self._cells_for(width) if width != self.width() else self._cells
        bottom = cells[-1].bottom() if cells else theme.px(CHIP) + theme.px(ID_ROW)
        return round(bottom) + 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fills = theme.current().chips
        for number, (token, cell) in enumerate(zip(self._tokens, self._cells, strict=True)):
            if cell.toAlignedRect().intersects(event.rect()):
                fill = theme.current().bad_soft if token.id is None else fills[number % len(fills)]
                self._paint_chip(painter, token, cell, fill, number == self._current)
        painter.end()

    def _paint_chip(self, painter: QPainter, token: Token, cell: QRectF, fill: str, chosen: bool) -> None:
        chip = QRectF(cell.left(), cell.top(), cell.width(), theme.px(CHIP)).adjusted(0.5, 0.5, -0.5, -0.5)
        edge = theme.color("bad") if token.id is None else chip_edge(fill, theme.current().surface)
        is_marked = token.id is not None and token.id == self._marked
        if is_marked:
            edge = theme.color("accent")
        if chosen:
            edge = theme.color("accent" if self.hasFocus() else "text")
        painter.setPen(QPen(edge, 2 if chosen or is_marked else 1))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(chip, theme.px(5), theme.px(5))
        sign = character_names.shown(token.text)
        painter.setFont(theme.mono(13 if character_names.is_code(token.text) else 20))
        painter.setPen(theme.color("text" if messages.has_ink(token.text) else "text3"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, sign)
        painter.setFont(theme.role_font("caption"))
        painter.setPen(theme.color("bad" if token.id is None else "text2"))
        below = QRectF(cell.left() - 2, chip.bottom() + 2, cell.width() + 4, theme.px(ID_ROW))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._caption(token))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().x(), event.position().y())
        if index is not None:
            self.choose(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._tokens:
            super().keyPressEvent(event)
            return
        last, here = len(self._tokens) - 1, self._current
        now = 0 if here is None else here
        moves = {
            Qt.Key.Key_Left: max(0, now - 1),
            Qt.Key.Key_Right: 0 if here is None else min(last, now + 1),
            Qt.Key.Key_Up: self._next_row(now, down=False),
            Qt.Key.Key_Down: self._next_row(now, down=True),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
            Qt.Key.Key_Space: now,
        }
        target = moves.get(Qt.Key(event.key()))
        if target is None:
            super().keyPressEvent(event)
        else:
            self.choose(target)

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        if self._tokens and self._current is None:
            self._current = 0
        self.update()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self._index_at(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), self.words(index) if index is not None else "", self)
            return True
        return super().event(event)
