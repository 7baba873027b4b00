"""Weights and gradients of every part of a model, painted as a table with bars and a line through the steps."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.engine.inside.seen import GradientsSeen, PartSeen
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr

_ROW, _TOP = 34, 30
_NAME, _WEIGHTS, _GRADIENT, _MOVED, _STEPS = 0.0, 0.24, 0.38, 0.68, 0.82  # where columns begin, as shares of the width


def part_name(part: str, block: int) -> str:
    """“Layer 1, attention”, “Token vectors”."""
    if block:
        words = {"attention": tr("Layer {n}, attention"), "feed_forward": tr("Layer {n}, feed-forward")}
        return words[part].format(n=block)
    return {
        "token": tr("Token vectors"),
        "position": tr("Position vectors"),
        "norm": tr("LayerNorms"),
        "head": tr("Output"),
    }[part]


def short(value: float | None) -> str:
    """Two digits that tell, whatever the size: "12", "0.034", "2.1e-07"."""
    if value is None:
        return "—"
    return f"{value:.2g}" if value >= 1e-4 or value == 0 else f"{value:.1e}"


@dataclass(frozen=True)
class _Row:
    now: PartSeen
    through: tuple[float, ...]  # the gradient at every step that is known


class PartRows(QWidget):
    """A line per part: its weights, its gradient on a scale of powers of ten, how fast it moves, and its history."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(tr("Weights and gradients, part by part"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: list[_Row] = []
        self._now = 0  # which of the steps is shown
        theme.notifier().changed.connect(self._renew)

    def show_steps(self, steps: list[GradientsSeen], shown: GradientsSeen | None) -> None:
        """Show one of several steps, oldest first; None clears."""
        self._rows = []
        if shown is not None:
            self._now = steps.index(shown)
            self._rows = [
                _Row(part, tuple(step.parts[at].gradient for step in steps)) for at, part in enumerate(shown.parts)
            ]
        self.setAccessibleDescription(self.sentence())
        self._renew()

    def sentence(self) -> str:
        """All rows in words."""
        each = tr("{part}: weights {w}, gradient {g}, moves by {m} of its length per step")
        return "; ".join(
            each.format(
                part=part_name(row.now.part, row.now.block),
                w=short(row.now.weights),
                g=short(row.now.gradient),
                m=short(row.now.moved),
            )
            for row in self._rows
        )

    def _renew(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(640), theme.px(_TOP) + theme.px(_ROW) * max(1, len(self._rows)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(560), self.sizeHint().height())

    def _column(self, begin: float, end: float, row: int) -> QRectF:
        left, right = self.width() * begin, self.width() * end - theme.px(14)
        return QRectF(left, theme.px(_TOP) + theme.px(_ROW) * row, right - left, theme.px(_ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.role_font("caption"))
        painter.setPen(theme.color("text3"))
        titles = (
            (_NAME, _WEIGHTS, tr("part")),
            (_WEIGHTS, _GRADIENT, tr("weights")),
            (_GRADIENT, _MOVED, tr("gradient (powers of ten)")),
            (_MOVED, _STEPS, tr("moves per step")),
            (_STEPS, 1.0, tr("through the steps")),
        )
        for begin, end, words in titles:
            box = self._column(begin, end, 0)
            box.moveTop(0)
            elided = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, round(box.width()))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)
        low, high = self._range()
        for number, row in enumerate(self._rows):
            self._paint_row(painter, number, row, low, high)

    def _range(self) -> tuple[float, float]:
        """The powers of ten between which all gradients lie."""
        known = [math.log10(value) for row in self._rows for value in row.through if value > 0]
        if not known:
            return -1.0, 0.0
        return math.floor(min(known)), max(math.ceil(max(known)), math.floor(min(known)) + 1)

    def _paint_row(self, painter: QPainter, number: int, row: _Row, low: float, high: float) -> None:
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.role_font("body"))
        painter.setPen(theme.color("text"))
        name = self._column(_NAME, _WEIGHTS, number)
        words = painter.fontMetrics().elidedText(
            part_name(row.now.part, row.now.block), Qt.TextElideMode.ElideRight, round(name.width())
        )
        painter.drawText(name, middle, words)
        painter.setFont(theme.role_font("caption"))
        painter.setPen(theme.color("text2"))
        painter.drawText(self._column(_WEIGHTS, _GRADIENT, number), middle, short(row.now.weights))
        painter.drawText(self._column(_MOVED, _STEPS, number), middle, short(row.now.moved))
        box = self._column(_GRADIENT, _MOVED, number)
        numbers = QFontMetricsF(painter.font()).horizontalAdvance("8.8e-08") + theme.px(6)
        share = (math.log10(row.now.gradient) - low) / (high - low) if row.now.gradient > 0 else 0.0
        long = max(2.0, (box.width() - numbers) * share)
        bar = QRectF(box.left(), box.center().y() - theme.px(6), long, theme.px(12))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(f"part_{row.now.part}"))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setPen(theme.color("text"))
        beside = QRectF(bar.right() + theme.px(5), box.y(), numbers, box.height())
        painter.drawText(beside, middle, short(row.now.gradient))
        self._paint_history(painter, self._column(_STEPS, 1.0, number).adjusted(0, 6, 0, -6), row, low, high)

    def _paint_history(self, painter: QPainter, box: QRectF, row: _Row, low: float, high: float) -> None:
        """The gradient at all steps that are known, on the same scale; a dot where we are."""
        points = [
            QPointF(
                box.left() + box.width() * at / max(1, len(row.through) - 1),
                box.bottom() - box.height() * ((math.log10(value) - low) / (high - low) if value > 0 else 0.0),
            )
            for at, value in enumerate(row.through)
        ]
        painter.setPen(QPen(theme.color("other"), 1.4))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawEllipse(points[self._now], 3, 3)
