"""A written text that shows where others branch off from it."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen

from gpt_studio.gui import theme
from gpt_studio.gui.widgets.tinted_text import TintedText


class BranchedText(TintedText):
    """Tinted text with a pin above every token at which another text leaves it.

    Signals:
        back_asked, forward_asked: What was shown before is to be shown again; undo and redo, where the focus is here.
    """

    back_asked = Signal()
    forward_asked = Signal()

    def set_prompt(self, text: str) -> None:
        self._pinned: tuple[int, ...] = ()
        self._kept: int | None = None
        super().set_prompt(text)

    def pin(self, places: Iterable[int]) -> None:
        """Mark these tokens; until a new text begins."""
        self._pinned = tuple(places)
        self.viewport().update()

    def keep_in_view(self, index: int) -> None:
        """Scroll along no further than to this token, which is yet to come; until a new text begins."""
        self._kept = index

    @property
    def pinned(self) -> tuple[int, ...]:
        return self._pinned

    def _keep_to_end(self, low: int, high: int) -> None:
        if self._kept is not None and (places := self.where(self._kept)):
            aim = self.verticalScrollBar().value() + places[0].top() - self.viewport().height() / 3
            high = min(high, max(low, round(aim)))
        super()._keep_to_end(low, high)

    # Qt's own names

    def undo(self) -> None:
        self.back_asked.emit()

    def redo(self) -> None:
        self.forward_asked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._pinned:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index in self._pinned:
            for where in self.where(index)[:1]:
                if where.bottom() >= 0 and where.top() <= self.viewport().height():
                    self._paint_pin(painter, where)

    def _paint_pin(self, painter: QPainter, where: QRectF) -> None:
        """A needle before the letter, with a head above it."""
        head, high = theme.px(3), self.fontMetrics().height()
        top = QPointF(where.left(), max(where.top() + head, where.bottom() - high - theme.px(1)))
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawLine(top, QPointF(where.left(), where.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawEllipse(top, head, head)
