"""Beside the map of the tokens: its legend, and the nearest neighbours of the chosen token."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.engine.inside.seen import EmbeddingsSeen
from gpt_studio.gui import theme
from gpt_studio.gui.parts.look.attention_words import shown
from gpt_studio.gui.parts.look.token_kinds import KINDS
from gpt_studio.gui.parts.look.token_map import paint_shape

ROWS = 8
_ROW = 29


class KindsLegend(QWidget):
    """Which shape is which kind, painted."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(kind.words for kind in KINDS))
        theme.notifier().changed.connect(self.updateGeometry)

    def _steps(self) -> list[float]:
        metrics = QFontMetricsF(theme.role_font("caption"))
        return [metrics.horizontalAdvance(kind.words) + theme.px(34) for kind in KINDS]

    def sizeHint(self) -> QSize:
        return QSize(round(sum(self._steps())), theme.px(26))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.role_font("caption"))
        x, side = float(theme.px(3)), theme.px(12)
        for kind, step in zip(KINDS, self._steps(), strict=True):
            style = Qt.PenStyle.DashLine if kind.is_dashed else Qt.PenStyle.SolidLine
            painter.setPen(QPen(theme.color(kind.edge), 1.6, style))
            painter.setBrush(theme.color(kind.fill))
            paint_shape(painter, kind, QRectF(x, (self.height() - side) / 2, side, side))
            painter.setPen(theme.color("text2"))
            box = QRectF(x + theme.px(19), 0, step, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, kind.words)
            x += step


class NeighbourBars(QWidget):
    """The tokens of the most similar direction, each with a bar and its cosine."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._rows: list[tuple[str, float]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Nearest neighbours"))
        theme.notifier().changed.connect(self._renew)

    def show_token(self, seen: EmbeddingsSeen | None, token: int) -> None:
        self._rows = []
        if seen is not None:
            near = zip(seen.neighbours[token][:ROWS].tolist(), seen.cosines[token][:ROWS].tolist(), strict=True)
            self._rows = [(shown(seen.tokens[at]), cosine) for at, cosine in near]
        self.setAccessibleDescription("; ".join(f"{token} {cosine:.2f}" for token, cosine in self._rows))
        self._renew()

    @property
    def rows(self) -> list[tuple[str, float]]:
        return self._rows

    def _renew(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(220), theme.px(_ROW) * ROWS)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(160), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mono, caption = theme.mono(15), theme.role_font("caption")
        names = max([QFontMetricsF(mono).horizontalAdvance(name) for name, _ in self._rows], default=0) + theme.px(12)
        numbers = QFontMetricsF(caption).horizontalAdvance("−0.00") + theme.px(8)
        middle = Qt.AlignmentFlag.AlignVCenter
        for row, (name, cosine) in enumerate(self._rows):
            line = QRectF(0, theme.px(_ROW) * row, self.width(), theme.px(_ROW))
            painter.setFont(mono)
            painter.setPen(theme.color("text"))
            painter.drawText(line.adjusted(3, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | middle, name)
            room = max(0.0, self.width() - names - numbers)
            bar = QRectF(names, line.center().y() - theme.px(7), max(1.0, room * max(0.0, cosine)), theme.px(14))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(bar, 3, 3)
            painter.setFont(caption)
            painter.setPen(theme.color("text"))
            words = f"{cosine:.2f}".replace("-", "−")
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | middle, words)
