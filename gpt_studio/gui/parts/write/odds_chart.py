"""What else could have stood here: the likeliest next tokens, before and after temperature and top-k."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.write.odds import MOST, Odds

_PICKS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_TICKS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25)  # between lines of the grid


class OddsChart(QWidget):
    """Two bars per candidate: grey as the model sees it, blue after temperature and top-k. Mouse and keys read it, and
    pick a candidate that was not drawn; one that was struck out, too.

    Signals:
        read: Another candidate is being read; carries its place, -1 for none.
        picked: Another candidate is to stand here; carries its id.
    """

    read = Signal(int)
    picked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(self.tr("Chances of the next token"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.hint = ""  # what stands here while there is nothing to show
        self._odds: list[Odds] = []
        self._note = ""
        self._chosen = -1
        self._has_gap = False
        self._hovered = self._held = -1  # the candidate under the mouse; the one that was clicked or reached by key
        self._pressed = -1
        theme.notifier().changed.connect(self._renew)

    def show_odds(self, odds: list[Odds], chosen: int = -1, has_gap: bool = False, note: str = "") -> None:
        """Show candidates, likeliest first; `chosen` is the one that was drawn, `has_gap`: it ranks far below, `note`
        stands above them.
        """
        self._odds, self._chosen, self._has_gap, self._note = odds, chosen, has_gap, note
        self._hovered = self._held = -1
        self._describe()
        self.update()

    def clear(self) -> None:
        self.show_odds([])

    @property
    def odds(self) -> list[Odds]:
        return self._odds

    @property
    def chosen_place(self) -> int:
        return self._chosen

    @property
    def read_place(self) -> int:
        """The candidate whose numbers are shown, -1 for none."""
        return self._hovered if self._hovered >= 0 else self._held

    def sentence(self, place: int) -> str:
        """A candidate in words: "h: chance 17 %, then 19 %"."""
        one = self._odds[place]
        token, before = messages.visible(one.token), messages.share(one.before)
        if one.after <= 0:
            return self.tr("{token}: chance {before}, then struck out").format(token=token, before=before)
        told = self.tr("{token}: chance {before}, then {after}")
        return told.format(token=token, before=before, after=messages.share(one.after))

    def can_pick(self, place: int) -> bool:
        """Whether a candidate may take the place of the one that was drawn."""
        return place >= 0 and place != self._chosen and self._odds[place].id >= 0

    def _pick(self, place: int) -> None:
        if self.can_pick(place):
            self.picked.emit(self._odds[place].id)

    def _reading(self, place: int) -> str:
        """A candidate in words, and what can be done about it."""
        words = self.sentence(place)
        if self.can_pick(place):
            by_mouse = place == self._hovered
            words += " \u00b7 " + (self.tr("click: pick it") if by_mouse else self.tr("Enter: pick it"))
        return words

    def _describe(self) -> None:
        if self.read_place >= 0:
            self.setAccessibleDescription(self._reading(self.read_place))
        else:
            told = [*([self._note] if self._note else []), *map(self.sentence, range(len(self._odds)))]
            self.setAccessibleDescription("; ".join(told))

    def _read(self, hovered: int, held: int) -> None:
        before = self.read_place
        self._hovered, self._held = hovered, held
        if self.read_place != before:
            self._describe()
            self.read.emit(self.read_place)
            self.update()

    # Geometry

    def _renew(self) -> None:
        self.updateGeometry()
        self.update()

    def _highest(self) -> float:
        return max([*(max(one.before, one.after) for one in self._odds), 0.0005]) * 1.04

    def _axis_step(self) -> float:
        wanted = self._highest() / max(2.0, min(4.0, self._plot().height() / theme.px(26)))
        return next((step for step in _TICKS if step >= wanted), 0.5)

    def _plot(self) -> QRectF:
        """Where the bars stand; numbers left of it, letters below."""
        widest = QFontMetricsF(theme.role_font("caption")).horizontalAdvance(messages.share(1.0))
        left, top = max(theme.px(46), round(widest) + theme.px(10)), theme.px(24 if self._is_offer else 8)
        return QRectF(left, top, max(1, self.width() - left), max(1, self.height() - top - theme.px(30)))

    @property
    def _is_offer(self) -> bool:
        """Whether there is a candidate that can be picked."""
        return any(map(self.can_pick, range(len(self._odds))))

    def _slot(self, place: int) -> QRectF:
        plot = self._plot()
        width = plot.width() / MOST
        return QRectF(plot.left() + place * width, plot.top(), width, plot.height())

    def place_at(self, point: QPointF) -> int:
        """The candidate at a point, -1 for none."""
        plot = self._plot()
        place = int((point.x() - plot.left()) // (plot.width() / MOST))
        return place if 0 <= place < len(self._odds) and point.x() >= plot.left() else -1

    # Painting

    def _paint_offer(self, painter: QPainter) -> None:
        """What can be done here; and the candidate that would be picked, from its bars to its letter."""
        if self.can_pick(self.read_place):
            slot = self._slot(self.read_place)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft"))
            painter.drawRoundedRect(slot.adjusted(1, 0, -1, theme.px(29)), 5, 5)
        painter.setPen(theme.color("text3"))
        painter.setFont(theme.role_font("caption"))
        words, middle = self.tr("Pick another: click a bar"), Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, self.width(), theme.px(20)), Qt.AlignmentFlag.AlignRight | middle, words)
        taken = painter.fontMetrics().horizontalAdvance(words) + theme.px(16)
        room = QRectF(0, 0, max(0, self.width() - taken), theme.px(20))
        note = painter.fontMetrics().elidedText(self._note, Qt.TextElideMode.ElideRight, round(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | middle, note)

    def _paint_grid(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(theme.role_font("caption"))
        step, highest = self._axis_step(), self._highest()
        digits = 0 if step >= 0.01 else 1 if step >= 0.001 else 2
        line = 0
        while line * step <= highest:
            y = round(plot.bottom() - plot.height() * line * step / highest) + 0.5
            painter.setPen(QPen(theme.color("edge" if line == 0 else "grid"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.color("text3"))
            room = QRectF(0, y - theme.px(9), plot.left() - theme.px(8), theme.px(18))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, right, messages.share(line * step, digits))
            line += 1

    def _paint_bars(self, painter: QPainter, place: int) -> None:
        one, slot = self._odds[place], self._slot(place)
        wide = max(3.0, min(theme.px(22), slot.width() * 0.36))
        middle, scale = round(slot.center().x()), slot.height() / self._highest()
        painter.setPen(Qt.PenStyle.NoPen)
        for share, token, left in ((one.before, "other", middle - wide - 1), (one.after, "accent", middle + 1)):
            if share > 0:
                high = max(1.0, share * scale)
                painter.setBrush(theme.color(token))
                painter.drawRoundedRect(
                    QRectF(left, slot.bottom() - high, wide, high), min(2, high / 2), min(2, high / 2)
                )

    def _paint_letter(self, painter: QPainter, place: int) -> None:
        one, slot = self._odds[place], self._slot(place)
        chosen, read = place == self._chosen, place == self.read_place
        letters = theme.role_font("write", is_mono=True)
        letters.setBold(chosen)
        painter.setFont(letters)
        metrics = QFontMetricsF(letters)
        fitting = metrics.elidedText(messages.visible(one.token), Qt.TextElideMode.ElideRight, slot.width())
        wide = max(theme.px(32), metrics.horizontalAdvance(fitting) + theme.px(14))
        cell = QRectF(0, 0, min(wide, slot.width()), theme.px(25))
        cell.moveCenter(QPointF(round(slot.center().x()), slot.bottom() + theme.px(16)))
        if chosen or (read and self.hasFocus()):
            painter.setPen(QPen(theme.color("accent"), 2 if chosen else 1))
            painter.setBrush(theme.color("accent_soft" if chosen else "surface"))
            painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), 5, 5)
        struck = one.after <= 0
        painter.setPen(theme.color("text3" if struck else "text"))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, fitting)
        if struck:
            half = metrics.horizontalAdvance(fitting) / 2 + 2
            painter.setPen(QPen(theme.color("text3"), 1.5))
            center = cell.center()
            painter.drawLine(center - QPointF(half, 0), center + QPointF(half, 0))

    def _paint_gap(self, painter: QPainter) -> None:
        slot = self._slot(len(self._odds) - 1)
        painter.setPen(QPen(theme.color("edge"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(slot.left() + 0.5, slot.top()), QPointF(slot.left() + 0.5, slot.bottom()))

    def _paint_reading(self, painter: QPainter, place: int) -> None:
        font = theme.role_font("caption_strong")
        metrics = QFontMetricsF(font)
        words = self._reading(place)
        if metrics.horizontalAdvance(words) + theme.px(16) > self.width():
            words = self.sentence(place)
        box = QRectF(0, 0, metrics.horizontalAdvance(words) + theme.px(16), metrics.height() + theme.px(8))
        slot, one = self._slot(place), self._odds[place]
        top = slot.bottom() - slot.height() * max(one.before, one.after) / self._highest() - theme.px(4)
        box.moveBottom(max(top, box.height()))
        box.moveLeft(max(0.0, min(self.width() - box.width() - 1, slot.center().x() - box.width() / 2)))
        painter.setPen(QPen(theme.color("edge"), 1))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(theme.color("text"))
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    # Qt's own names

    def sizeHint(self) -> QSize:
        return QSize(theme.px(480), theme.px(130))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(260), theme.px(120))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._odds) - 1
        start = self._held if self._held >= 0 else max(self._chosen, 0)
        moves = {
            Qt.Key.Key_Left: max(0, start - 1),
            Qt.Key.Key_Right: min(last, start + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if self._odds and event.key() in moves:
            self._read(-1, moves[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape and self._held >= 0:
            self._read(-1, -1)
        elif event.key() in _PICKS and self.can_pick(self._held) and not event.modifiers() & _HELD:
            self._pick(self._held)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if self.can_pick(place) else Qt.CursorShape.ArrowCursor)
        self._read(place, self._held)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        self._pressed = place if event.button() == Qt.MouseButton.LeftButton else -1
        self._read(place, place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place, self._pressed = self._pressed, -1
        if place >= 0 and place == self.place_at(event.position()):
            self._pick(place)

    def leaveEvent(self, event: object) -> None:
        self._read(-1, self._held)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._odds:
            painter.setPen(theme.color("text3"))
            painter.setFont(theme.role_font("body"))
            centred = Qt.AlignmentFlag.AlignCenter.value | Qt.TextFlag.TextWordWrap.value
            painter.drawText(self.rect().adjusted(8, 0, -8, 0), centred, self.hint)
        else:
            if self._is_offer:
                self._paint_offer(painter)
            self._paint_grid(painter, self._plot())
        for place in range(len(self._odds)):
            self._paint_bars(painter, place)
            self._paint_letter(painter, place)
        if self._has_gap:
            self._paint_gap(painter)
        if self.hasFocus() and self.read_place < 0:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        if self.read_place >= 0:
            self._paint_reading(painter, self.read_place)
