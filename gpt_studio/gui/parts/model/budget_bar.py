"""Where the parameters are: one bar in the colours of the parts, and a legend with their numbers."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.engine.budget import PartCounts
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.model import part_words
from gpt_studio.gui.widgets.contrast import ink_on

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
GAP = 2
BAR, LEGEND = 26, 44  # heights


class BudgetBar(QWidget):
    """Click a piece or its name, or use the arrow keys, to choose a part.

    Signals:
        part_chosen: Carries the part's name.
    """

    part_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}
        self._shared_head = False
        self._part = ""
        self.setObjectName("model.budget")
        self.setAccessibleName(self.tr("Parameters by part"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def show_counts(self, counts: PartCounts, shared_head: bool) -> None:
        """Show the parts that there are; a head that shares the token embedding's numbers says so."""
        self._counts = {part: getattr(counts, part) for part in part_words.PARTS if getattr(counts, part)}
        self._shared_head = shared_head
        told = [
            f"{part_words.short_title(part)} {messages.count(count)}, {messages.share(count / counts.total)}"
            for part, count in self._counts.items()
        ]
        self.setAccessibleDescription("; ".join(told))
        self.update()

    def choose(self, part: str) -> None:
        """Mark a part, without telling."""
        self._part = part
        self.update()

    @property
    def parts(self) -> list[str]:
        """In the order of the bar; the head too where it costs nothing."""
        return [*self._counts, *(["head"] if self._shared_head else [])]

    # Places

    def pieces(self) -> dict[str, QRectF]:
        """Each part's piece of the bar; at least 3 wide, so that none vanishes."""
        least, total = theme.px(4), sum(self._counts.values())
        room = self.width() - GAP * max(0, len(self._counts) - 1)
        small = {part for part, count in self._counts.items() if room * count / total < least}
        rest = sum(count for part, count in self._counts.items() if part not in small)
        left, found = 0.0, {}
        for part, count in self._counts.items():
            width = least if part in small else (room - least * len(small)) * count / rest
            found[part] = QRectF(left, 0, width, theme.px(BAR))
            left += width + GAP
        return found

    def names(self) -> dict[str, QRectF]:
        """Each part's place in the legend."""
        strong = QFontMetricsF(theme.role_font("caption_strong"))
        plain = QFontMetricsF(theme.role_font("caption"))
        left, found, top = 0.0, {}, theme.px(BAR + 8)
        for part in self.parts:
            name, count = self._words(part)
            width = theme.px(18) + max(plain.horizontalAdvance(name), strong.horizontalAdvance(count))
            found[part] = QRectF(left, top, width, theme.px(LEGEND - 4))
            left += width + theme.px(22)
        over = left - theme.px(22) - self.width()
        if over > 0 and len(found) > 1:  # closer together where the bar is short
            squeeze = min(theme.px(14), over / (len(found) - 1))
            for place, rect in enumerate(found.values()):
                rect.translate(-squeeze * place, 0)
        return found

    def _words(self, part: str) -> tuple[str, str]:
        if part not in self._counts:
            return part_words.short_title(part), self.tr("shared")
        return part_words.short_title(part), messages.count(self._counts[part])

    # Painting

    def _paint_pieces(self, painter: QPainter) -> None:
        total = sum(self._counts.values())
        painter.setFont(theme.role_font("caption_strong"))
        for part, piece in self.pieces().items():
            color = theme.color(f"part_{part}")
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawRoundedRect(piece, 3, 3)
            words = messages.share(self._counts[part] / total)
            if QFontMetricsF(painter.font()).horizontalAdvance(words) + theme.px(16) < piece.width():
                painter.setPen(ink_on(color))
                painter.drawText(piece.adjusted(theme.px(9), 0, 0, 0), LEFT, words)

    def _paint_names(self, painter: QPainter) -> None:
        side = theme.px(11)
        for part, place in self.names().items():
            name, count = self._words(part)
            half = place.height() / 2
            painter.setPen(QPen(theme.color(f"part_{part}"), 1))
            painter.setBrush(theme.color(f"part_{part}" if part in self._counts else "surface"))
            painter.drawRoundedRect(QRectF(place.left() + 0.5, place.top() + (half - side) / 2, side, side), 3, 3)
            words = place.adjusted(theme.px(18), 0, theme.px(4), 0)
            painter.setFont(theme.role_font("caption"))
            painter.setPen(theme.color("text2"))
            painter.drawText(QRectF(words.left(), words.top(), words.width(), half), LEFT, name)
            painter.setFont(theme.role_font("caption_strong"))
            painter.setPen(theme.color("text"))
            painter.drawText(QRectF(words.left(), words.top() + half, words.width(), half), LEFT, count)

    # Qt's own

    def sizeHint(self) -> QSize:
        return QSize(theme.px(360), theme.px(BAR + LEGEND + 8))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_pieces(painter)
        self._paint_names(painter)
        place = self.names().get(self._part)
        if self.hasFocus() and place is not None:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place.adjusted(1, 0, theme.px(6), 0), 5, 5)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if part := self._part_at(event.position()):
            self._take(part)

    def _part_at(self, point: QPointF) -> str | None:
        places = [*self.pieces().items(), *self.names().items()]
        return next((part for part, rect in places if rect.contains(point)), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(event.key())
        if step is None:
            super().keyPressEvent(event)
            return
        parts = self.parts
        place = parts.index(self._part) + step if self._part in parts else 0
        self._take(parts[min(len(parts) - 1, max(0, place))])

    def _take(self, part: str) -> None:
        self.choose(part)
        self.part_chosen.emit(part)
