"""A slider over the steps that were kept: each kept step is one stop, all stops equally far apart, now at the end."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from gpt_studio.gui import messages, theme

Stop = int | None  # a step; None: now


def stop_words(stop: Stop) -> str:
    return messages.tr("now") if stop is None else messages.count(stop)


class StepSlider(QSlider):
    """Its value is the place of a stop in `stops`. Left and Right move by one stop.

    Signals:
        valueChanged: QSlider's own; only for a student's move, not for `set_stops` and `go_to`.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.stops: list[Stop] = []
        self._compact = False
        self.setObjectName(name)
        self.setAccessibleName(messages.tr("Step"))
        self.setSingleStep(1)
        self.setPageStep(1)
        self.setRange(0, 0)
        self.setEnabled(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(self._describe)
        theme.notifier().changed.connect(self.updateGeometry)

    @property
    def stop(self) -> Stop:
        """Where it stands."""
        return self.stops[self.value()] if self.stops else None

    def set_stops(self, stops: Sequence[Stop]) -> None:
        """Other stops; who stood on one goes on standing on it, and on the last one where it is gone."""
        stop, had_any = self.stop, bool(self.stops)
        with QSignalBlocker(self):
            self.stops = list(stops)
            self.setRange(0, max(0, len(stops) - 1))
            self.setEnabled(len(stops) > 1)
            self.setValue(self.stops.index(stop) if had_any and stop in self.stops else self.maximum())
        self._describe()
        self.update()

    def go_to(self, stop: Stop) -> None:
        """Stand on a stop, if there is one."""
        if stop in self.stops and stop != self.stop:
            with QSignalBlocker(self):
                self.setValue(self.stops.index(stop))
            self._describe()
            self.update()

    def _describe(self, *_: object) -> None:
        if self.stops:
            step = messages.tr("step {step}").format(step=stop_words(self.stop))
            self.setAccessibleDescription(messages.tr("now") if self.stop is None else step)
        self.setToolTip("" if self.isEnabled() else messages.tr("Only the model of now is kept so far."))

    def set_compact(self, compact: bool) -> None:
        """Without numbers below; where it stands is then told beside it."""
        self._compact = compact
        self.updateGeometry()
        self.update()

    def _place(self, index: int) -> float:
        margin = theme.px(10 if self._compact else 22)
        return margin + (self.width() - 2 * margin) * (index / self.maximum() if self.maximum() else 1)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(230), theme.px(34)) if self._compact else QSize(theme.px(320), theme.px(44))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120 if self._compact else 160), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line, radius = self.height() / 2 if self._compact else theme.px(14), theme.px(8)
        token = "accent" if self.isEnabled() else "edge"
        here = self._place(self.value())
        solid, round_end = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap
        painter.setPen(QPen(theme.color("line"), 4, solid, round_end))
        painter.drawLine(QPointF(self._place(0), line), QPointF(self._place(self.maximum()), line))
        painter.setPen(QPen(theme.color(token), 4, solid, round_end))
        painter.drawLine(QPointF(self._place(0), line), QPointF(here, line))
        painter.setPen(QPen(theme.color("edge"), 1.5))
        for index in range(len(self.stops)):
            painter.drawLine(QPointF(self._place(index), line - 5), QPointF(self._place(index), line + 5))
        if self.stops:
            painter.setPen(QPen(theme.color(token), 3 if self.hasFocus() else 2))
            painter.setBrush(theme.color("accent_soft" if self.hasFocus() else "surface"))
            painter.drawEllipse(QPointF(here, line), radius, radius)
        if not self._compact:
            self._paint_labels(painter, line + radius + 2)

    def _paint_labels(self, painter: QPainter, top: float) -> None:
        """The chosen step always, then from both ends inwards as many as find room."""
        taken: list[QRectF] = []
        order = [self.value(), 0, len(self.stops) - 1, *range(1, len(self.stops) - 1)]
        for index in dict.fromkeys(order):
            if not 0 <= index < len(self.stops):
                continue
            chosen = index == self.value()
            font = theme.role_font("caption_strong" if chosen else "caption")
            metrics = QFontMetricsF(font)
            words = stop_words(self.stops[index])
            width = metrics.horizontalAdvance(words)
            left = min(max(0.0, self._place(index) - width / 2), self.width() - width)
            box = QRectF(left, top, width, metrics.height())
            if any(box.adjusted(-6, 0, 6, 0).intersects(other) for other in taken):
                continue
            taken.append(box)
            painter.setFont(font)
            painter.setPen(theme.color("text" if chosen else "text2"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _nearest(self, x: float) -> int:
        return min(range(max(1, len(self.stops))), key=lambda index: abs(self._place(index) - x))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self._nearest(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self._nearest(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls
