"""What lies over and beside the cells of the large heatmap: letters, cross-hair, the words on the mask."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from gpt_studio.gui import messages, theme

LONGEST_LABEL = 84  # pixels at 100 %
THINNED_BELOW = 11  # pixels a cell, at 100 %: then only every second, third, … character is written


@dataclass(frozen=True)
class Frame:
    """Which cells are in view, and where."""

    rect: QRectF
    first: tuple[int, int]  # row and column of its upper left cell
    span: int  # cells across
    labels: float = 0.0  # pixels for the tokens, left of the cells and above them

    @property
    def side(self) -> float:
        """Of a cell, in pixels."""
        return self.rect.width() / self.span

    def cell(self, row: int, column: int) -> QRectF:
        left = self.rect.x() + (column - self.first[1]) * self.side
        return QRectF(left, self.rect.y() + (row - self.first[0]) * self.side, self.side, self.side)

    def shows(self, row: int, column: int) -> bool:
        return 0 <= row - self.first[0] < self.span and 0 <= column - self.first[1] < self.span

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """Row and column of the cell at a point."""
        if not self.rect.contains(point):
            return None
        row = int((point.y() - self.rect.y()) / self.side)
        column = int((point.x() - self.rect.x()) / self.side)
        return self.first[0] + min(row, self.span - 1), self.first[1] + min(column, self.span - 1)


def paint_mask_words(painter: QPainter, frame: Frame, words: str, column: int | None) -> None:
    """Say in the empty corner why it is empty, beside the band of the cross-hair."""
    painter.setFont(theme.role_font("caption"))
    needed = painter.boundingRect(frame.rect, Qt.AlignmentFlag.AlignCenter, words).adjusted(-6, -4, 6, 4)
    side = frame.rect.width()
    if side < 2.2 * needed.width() or frame.span < 4:
        return
    needed.moveCenter(QPointF(frame.rect.x() + side * 0.74, frame.rect.y() + side * 0.24))
    if column is not None:
        band = frame.cell(frame.first[0], column)
        if band.right() > needed.left() and band.left() < needed.right():
            right, left = band.right() + needed.width() <= frame.rect.right(), band.left() - needed.width()
            if not right and left < frame.rect.x() + side * 0.4:
                return
            needed.moveLeft(band.right() if right else left)
    painter.setPen(theme.color("text3"))
    painter.drawText(needed, Qt.AlignmentFlag.AlignCenter, words)


def paint_cross(painter: QPainter, frame: Frame, row: int, column: int, has_focus: bool) -> None:
    """A band along the row, one along the column, a frame around the cell where they meet."""
    if not frame.shows(row, column):
        return
    cell = frame.cell(row, column)
    bands = (
        QRectF(frame.rect.x(), cell.y(), frame.rect.width(), cell.height()),
        QRectF(cell.x(), frame.rect.y(), cell.width(), frame.rect.height()),
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    out = -0.5 if frame.side >= 4 else 1  # cells of a few pixels are not covered by their own frame
    painter.setPen(QPen(theme.color("accent"), 1.2 if frame.side >= 4 else 1))
    for band in bands:
        painter.drawRect(band.adjusted(-out, -out, out, out))
    painter.setPen(QPen(theme.color("accent"), 3 if has_focus else 2))
    painter.drawRect(cell.adjusted(-0.5, -0.5, 0.5, 0.5))


def paint_letters(painter: QPainter, frame: Frame, tokens: Sequence[str], cross: tuple[int, int] | None) -> None:
    """The text along both edges; the characters of the cross-hair in the accent colour."""
    size = max(9.0, min(16.0, frame.side / theme.px(100) * 100 * 0.98))
    plain, strong = theme.mono(size), theme.mono(size, QFont.Weight.Bold)
    wide, line = QFontMetricsF(plain).horizontalAdvance("m"), theme.px(22)
    chosen_row, chosen_column = cross or (None, None)
    along_left = _thinned(frame.first[0], frame, len(tokens), chosen_row)
    along_top = _thinned(frame.first[1], frame, len(tokens), chosen_column)
    places = [(place, True) for place in along_left] + [(place, False) for place in along_top]
    for place, is_row in places:
        is_chosen = place == (chosen_row if is_row else chosen_column)
        painter.setFont(strong if is_chosen else plain)
        spot = frame.cell(place, frame.first[1]) if is_row else frame.cell(frame.first[0], place)
        middle = spot.center()
        if is_row:
            room = max(wide * 2, frame.labels)
            box = QRectF(frame.rect.x() - room - 4, middle.y() - line / 2, room, line)
        else:
            box = QRectF(middle.x() - wide, frame.rect.y() - line - 1, wide * 2, line)
        words = messages.visible(tokens[place])
        painter.setPen(theme.color("accent" if is_chosen else "text" if messages.has_ink(tokens[place]) else "text3"))
        if is_row or len(words) == 1:
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, math.ceil(box.width()))
            across = Qt.AlignmentFlag.AlignRight if is_row else Qt.AlignmentFlag.AlignHCenter
            painter.drawText(box, across | Qt.AlignmentFlag.AlignVCenter, shown)
        else:
            _paint_upright(painter, QPointF(middle.x(), frame.rect.y() - 4), words, max(wide * 2, frame.labels))


def _paint_upright(painter: QPainter, foot: QPointF, words: str, room: float) -> None:
    """A token that is longer than its column is wide stands on its side, from a point upwards."""
    line = painter.fontMetrics().height()
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, math.ceil(room))
    painter.save()
    painter.translate(foot)
    painter.rotate(-90)
    painter.drawText(
        QRectF(0, -line / 2, room, line), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown
    )
    painter.restore()


def label_room(tokens: Sequence[str]) -> float:
    """Pixels that the tokens need along an edge: little for single characters, up to 84 at 100 % for long ones."""
    longest = max((len(messages.visible(token)) for token in tokens), default=1)
    if longest == 1:
        return theme.px(22)
    letter = QFontMetricsF(theme.mono(16)).horizontalAdvance("m")
    return min(theme.px(LONGEST_LABEL), longest * letter + 6)


def _thinned(first: int, frame: Frame, length: int, chosen: int | None) -> Iterator[int]:
    """The places whose characters are written: all, or every n-th and the chosen one."""
    every = max(1, math.ceil(theme.px(THINNED_BELOW) / frame.side))
    for place in range(first, min(length, first + frame.span)):
        if place == chosen or (place % every == 0 and (chosen is None or abs(place - chosen) >= every)):
            yield place
