"""What else could have stood here: the likeliest next tokens, before and after temperature and top-k."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.engine.events import Candidates
from gpt_studio.gui import messages, theme

MOST = 12
_TICKS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25)  # between lines of the grid


@dataclass(frozen=True)
class Odds:
    """One candidate: its token, the model's probability, and the one after temperature and top-k (0: struck out)."""

    token: str
    before: float
    after: float


def odds_around(candidates: Candidates, token: str, before: float, after: float) -> tuple[list[Odds], int, bool]:
    """The candidates to show, which of them is `token`, and whether some are left out before it.

    Where the token is none of the likeliest, it takes the last place.
    """
    found = [Odds(*one) for one in zip(candidates.tokens, candidates.before, candidates.after, strict=True)][:MOST]
    for place, one in enumerate(found):
        if one.token == token:
            return found, place, False
    found = found[: MOST - 1]
    return [*found, Odds(token, before, after)], len(found), bool(found)


class OddsChart(QWidget):
    """Two bars per candidate: grey as the model sees it, blue after temperature and top-k. Mouse and keys read it.

    Signals:
        read: Another candidate is being read; carries its place, -1 for none.
    """

    read = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(self.tr("Chances of the next token"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.hint = ""  # what stands here while there is nothing to show
        self._odds: list[Odds] = []
        self._chosen = -1
        self._has_gap = False
        self._hovered = self._held = -1  # the candidate under the mouse; the one that was clicked or reached by key
        theme.notifier().changed.connect(self._renew)

    def show_odds(self, odds: list[Odds], chosen: int = -1, has_gap: bool = False) -> None:
        """Show candidates, likeliest first; `chosen` is the one that was drawn, `has_gap`: it ranks far below."""
        self._odds, self._chosen, self._has_gap = odds, chosen, has_gap
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

    def _describe(self) -> None:
        if self.read_place >= 0:
            self.setAccessibleDescription(self.sentence(self.read_place))
        else:
            self.setAccessibleDescription("; ".join(self.sentence(place) for place in range(len(self._odds))))

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
        left = theme.px(46)
        return QRectF(left, theme.px(8), max(1, self.width() - left), max(1, self.height() - theme.px(8 + 30)))

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
        words = self.sentence(place)
        metrics = QFontMetricsF(font)
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
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._read(self.place_at(event.position()), self._held)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        self._read(place, place)

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
