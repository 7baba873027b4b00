"""How much each block adds to the residual stream: two bars per layer, and the length of the stream itself."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gpt_studio.engine.inside.seen import LayersSeen
from gpt_studio.gui import theme

_ROW, _BAR = 40, 11


class AdditionBars(QWidget):
    """Layers downwards; attention above, feed-forward below, both on one scale."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(self.tr("What each layer adds"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: list[tuple[float, float, float]] = []  # attention, feed-forward, the stream after them
        self._start = 0.0
        theme.notifier().changed.connect(self._renew)

    def show_place(self, seen: LayersSeen | None, place: int) -> None:
        self._rows = []
        if seen is not None:
            self._start = float(seen.stream[0, place])
            self._rows = [
                (float(a), float(m), float(after))
                for a, m, after in zip(
                    seen.attention_adds[:, place], seen.mlp_adds[:, place], seen.stream[1:, place], strict=True
                )
            ]
        self.setAccessibleDescription(self.sentence())
        self._renew()

    def sentence(self) -> str:
        each = self.tr("Layer {n}: attention adds {a}, feed-forward {m}, then the stream measures {s}")
        return "; ".join(
            each.format(n=n, a=f"{a:.1f}", m=f"{m:.1f}", s=f"{s:.1f}") for n, (a, m, s) in enumerate(self._rows, 1)
        )

    def _renew(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(240), theme.px(_ROW) * max(1, len(self._rows)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(180), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.role_font("caption"))
        metrics = QFontMetricsF(painter.font())
        names = metrics.horizontalAdvance(self.tr("Layer {n}").format(n=88)) + theme.px(8)
        numbers = metrics.horizontalAdvance("888.8") + theme.px(8)
        longest = max((max(a, m) for a, m, _ in self._rows), default=1.0) or 1.0
        room = self.width() - names - 2 * numbers
        middle = Qt.AlignmentFlag.AlignVCenter
        for row, (a, m, after) in enumerate(self._rows):
            line = QRectF(0, theme.px(_ROW) * row, self.width(), theme.px(_ROW))
            painter.setPen(theme.color("text2"))
            words = self.tr("Layer {n}").format(n=row + 1)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, words)
            painter.setPen(theme.color("text"))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | middle, f"{after:.1f}")
            top = line.center().y() - theme.px(_BAR) - theme.px(3)
            for size, token in ((a, "part_attention"), (m, "part_feed_forward")):
                bar = QRectF(names, top, max(1.5, room * size / longest), theme.px(_BAR))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color(token))
                painter.drawRoundedRect(bar, 2, 2)
                painter.setPen(theme.color("text2"))
                beside = QRectF(bar.right() + theme.px(5), top - 4, numbers, theme.px(_BAR) + 8)
                painter.drawText(beside, Qt.AlignmentFlag.AlignLeft | middle, f"{size:.1f}")
                top += theme.px(_BAR) + theme.px(4)


class PartsLegend(QWidget):
    """Which bar is which, painted: a square in the colour of each part, and its name."""

    def __init__(self) -> None:
        super().__init__()
        self._parts = (("part_attention", self.tr("attention")), ("part_feed_forward", self.tr("feed-forward")))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(theme.role_font("caption"))
        wide = sum(metrics.horizontalAdvance(words) + theme.px(28) for _, words in self._parts)
        return QSize(round(wide), theme.px(22))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.role_font("caption"))
        x, side = 0.0, theme.px(11)
        for token, words in self._parts:
            painter.fillRect(QRectF(x, (self.height() - side) / 2, side, side), theme.color(token))
            painter.setPen(theme.color("text2"))
            box = QRectF(x + theme.px(17), 0, self.width(), self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
            x += QFontMetricsF(painter.font()).horizontalAdvance(words) + theme.px(28)
