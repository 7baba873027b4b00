"""A slider over the steps that were kept: each kept step is one stop, all stops equally far apart."""

from bisect import bisect_left

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from gpt_studio.gui import messages, theme


class StepSlider(QSlider):
    """Its value is the place of a step in `steps`. Left and Right move by one stop.

    Signals:
        valueChanged: QSlider's own.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.steps: list[int] = []
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
    def step(self) -> int | None:
        return self.steps[self.value()] if self.steps else None

    def set_steps(self, steps: list[int]) -> None:
        """Other stops; who stood on the last one goes on standing on the last one, others on their step."""
        step, was_last = self.step, self.value() == self.maximum()
        self.steps = steps
        self.setRange(0, max(0, len(steps) - 1))
        self.setEnabled(len(steps) > 1)
        if was_last or step is None:
            self.setValue(self.maximum())
        else:
            self.setValue(min(bisect_left(steps, step), self.maximum()))
        self._describe()
        self.update()

    def _describe(self, *_: object) -> None:
        if self.step is not None:
            self.setAccessibleDescription(messages.tr("step {step}").format(step=messages.count(self.step)))

    def _place(self, index: int) -> float:
        margin = theme.px(22)
        return margin + (self.width() - 2 * margin) * (index / self.maximum() if self.maximum() else 1)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(320), theme.px(44))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(160), theme.px(44))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line, radius = theme.px(14), theme.px(8)
        token = "accent" if self.isEnabled() else "edge"
        here = self._place(self.value())
        solid, round_end = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap
        painter.setPen(QPen(theme.color("line"), 4, solid, round_end))
        painter.drawLine(QPointF(self._place(0), line), QPointF(self._place(self.maximum()), line))
        painter.setPen(QPen(theme.color(token), 4, solid, round_end))
        painter.drawLine(QPointF(self._place(0), line), QPointF(here, line))
        painter.setPen(QPen(theme.color("edge"), 1.5))
        for index in range(len(self.steps)):
            painter.drawLine(QPointF(self._place(index), line - 5), QPointF(self._place(index), line + 5))
        if self.steps:
            painter.setPen(QPen(theme.color(token), 3 if self.hasFocus() else 2))
            painter.setBrush(theme.color("accent_soft" if self.hasFocus() else "surface"))
            painter.drawEllipse(QPointF(here, line), radius, radius)
        self._paint_labels(painter, line + radius + 2)

    def _paint_labels(self, painter: QPainter, top: float) -> None:
        """The chosen step always, then from both ends inwards as many as find room."""
        taken: list[QRectF] = []
        order = [self.value(), 0, len(self.steps) - 1, *range(1, len(self.steps) - 1)]
        for index in dict.fromkeys(order):
            if not 0 <= index < len(self.steps):
                continue
            chosen = index == self.value()
            font = theme.role_font("caption_strong" if chosen else "caption")
            metrics = QFontMetricsF(font)
            words = messages.count(self.steps[index])
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
        return min(range(max(1, len(self.steps))), key=lambda index: abs(self._place(index) - x))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self._nearest(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self._nearest(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def wheelEvent(self, event) -> None:
        event.ignore()  # the page scrolls
