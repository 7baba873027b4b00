"""How a prediction forms: the chances of the final candidates from layer to layer."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.engine.arrays import Floats
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.look.attention_words import shown
from gpt_studio.gui.parts.look.lens_table import stage_name

_DASHES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DashDotLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotDotLine,
)


class FormingChart(QWidget):
    """One line per candidate, the first one strong; each is named at its end."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(self.tr("How the prediction forms"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._tokens: tuple[str, ...] = ()
        self._chances: Floats = np.zeros((0, 0), np.float32)
        theme.notifier().changed.connect(self.update)

    def show_chances(self, tokens: tuple[str, ...], chances: Floats) -> None:
        """Show the chances, (stages, n), of n tokens."""
        self._tokens, self._chances = tokens, chances
        self.setAccessibleDescription(self.sentence())
        self.update()

    def clear(self) -> None:
        self.show_chances((), np.zeros((0, 0), np.float32))

    def sentence(self) -> str:
        """For each candidate, its chance stage by stage."""
        each = self.tr("{token}: {shares}")
        return "; ".join(
            each.format(token=shown(token), shares=", ".join(messages.share(float(share)) for share in column))
            for token, column in zip(self._tokens, self._chances.T, strict=True)
        )

    def sizeHint(self) -> QSize:
        return QSize(theme.px(240), theme.px(190))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(120))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self._chances):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.role_font("caption"))
        metrics = QFontMetricsF(painter.font())
        names = [f"{shown(token)}  {messages.share(float(self._chances[-1, at]))}" for at, token in self._each()]
        right = max(QFontMetricsF(theme.mono(14)).horizontalAdvance(name) for name in names) + theme.px(10)
        left, high = metrics.horizontalAdvance("100 %") + theme.px(6), metrics.height()
        field = QRectF(left, high / 2, self.width() - left - right, self.height() - 2 * high)
        self._paint_grid(painter, field)
        last = len(self._chances) - 1
        taken: list[float] = []
        for at, _ in self._each():
            points = [
                QPointF(
                    field.x() + field.width() * stage / max(1, last), field.bottom() - field.height() * float(share)
                )
                for stage, share in enumerate(self._chances[:, at])
            ]
            token = "accent" if at == 0 else "other"
            painter.setPen(QPen(theme.color(token), 2.5 if at == 0 else 1.5, _DASHES[at % len(_DASHES)]))
            painter.drawPolyline(QPolygonF(points))
            painter.setPen(QPen(theme.color(token), 2))
            painter.drawEllipse(points[-1], 2.5, 2.5)
            self._paint_name(painter, names[at], points[-1], taken, at == 0)

    def _each(self) -> list[tuple[int, str]]:
        return list(enumerate(self._tokens))

    def _paint_grid(self, painter: QPainter, field: QRectF) -> None:
        high = QFontMetricsF(painter.font()).height()
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        for share in (0.0, 0.5, 1.0):
            y = field.bottom() - field.height() * share
            painter.setPen(QPen(theme.color("grid"), 1))
            painter.drawLine(QPointF(field.x(), y), QPointF(field.right(), y))
            painter.setPen(theme.color("text3"))
            box = QRectF(0, y - high / 2, field.x() - theme.px(6), high)
            painter.drawText(box, middle, messages.share(share))
        last = len(self._chances) - 1
        metrics = QFontMetricsF(painter.font())
        room = field.width() / max(1, last)
        names = [stage_name(stage, last) for stage in range(last + 1)]
        if max(metrics.horizontalAdvance(name) for name in names) > room - 4:
            names = [str(stage) for stage in range(last + 1)]
        every = max(1, round(0.5 + metrics.horizontalAdvance("00") / max(1.0, room)))
        for stage in range(0, last + 1, every):
            x = field.x() + room * stage
            box = QRectF(x - room, field.bottom() + 2, 2 * room, high + 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, names[stage])

    def _paint_name(self, painter: QPainter, name: str, end: QPointF, taken: list[float], first: bool) -> None:
        """Beside the end of its line, moved down or up where another name stands."""
        painter.save()
        painter.setFont(theme.mono(14))
        high = QFontMetricsF(painter.font()).height()
        free = [end.y() + high * away * sign for away in range(8) for sign in (1, -1)]
        fits = [y for y in free if high / 2 <= y <= self.height() - 1.6 * high]  # not over the names below
        y = next((y for y in fits if all(abs(y - other) >= high * 0.95 for other in taken)), end.y())
        taken.append(y)
        painter.setPen(theme.color("text" if first else "text2"))
        box = QRectF(end.x() + theme.px(8), y - high / 2, self.width(), high)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()
