"""The dial: how long the lesson is."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QSlider, QStyle, QStyleOptionSlider, QVBoxLayout, QWidget

from gpt_studio.engine.dial import STOPS
from gpt_studio.engine.planning import LESSON_MINUTES
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.basics import Card, text


class _Slider(QSlider):
    """A slider with one place for each stop; a click goes to the stop that is nearest."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, len(STOPS) - 1)
        self.setPageStep(1)

    def center_of(self, place: int) -> int:
        """Where the handle's middle stands at a stop, in pixels from the left."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = self.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength, option, self)
        way = self.width() - handle
        return handle // 2 + QStyle.sliderPositionFromValue(0, self.maximum(), place, way)

    # Qt's own

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            x = event.position().x()
            self.setValue(min(range(self.maximum() + 1), key=lambda place: abs(self.center_of(place) - x)))
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls


class _Stops(QWidget):
    """The minutes under the slider, the chosen ones in strong letters."""

    def __init__(self, slider: _Slider) -> None:
        super().__init__()
        self._slider = slider
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(240), QFontMetrics(theme.role_font("strong")).height() + theme.px(2))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for place, minutes in enumerate(STOPS):
            chosen = place == self._slider.value()
            painter.setFont(theme.role_font("strong" if chosen else "body"))
            painter.setPen(theme.color("text" if chosen else "text2"))
            words = tr("{n} min").format(n=minutes) if minutes == STOPS[-1] else str(minutes)
            width = painter.fontMetrics().horizontalAdvance(words) + 2
            left = self._slider.center_of(place) - width // 2
            left = min(max(0, left), self.width() - width)
            painter.drawText(QRect(left, 0, width, self.height()), Qt.AlignmentFlag.AlignCenter, words)


class LessonDial(Card):
    """The question and its slider.

    Signals:
        turned: Another length was chosen; read `minutes`.
    """

    turned = Signal()

    def __init__(self) -> None:
        super().__init__()
        question = text(tr("How long is your lesson?"), "card_title")
        self.slider = _Slider()
        self.slider.setObjectName("hardware.minutes")
        self.slider.setAccessibleName(question.text())
        self.slider.setValue(STOPS.index(LESSON_MINUTES))
        question.setBuddy(self.slider)
        self._stops = _Stops(self.slider)
        way = QVBoxLayout()
        way.setSpacing(2)
        way.addWidget(self.slider)
        way.addWidget(self._stops)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.addWidget(question)
        self._row.addLayout(way, 1)
        self.body.addLayout(self._row)
        self.slider.valueChanged.connect(self._turn)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._space()
        self._tell()
        theme.notifier().changed.connect(self._space)

    @property
    def minutes(self) -> int:
        return STOPS[self.slider.value()]

    def arrange(self, wide: bool) -> None:
        """The question beside the slider, or above it."""
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        self._space()

    def _turn(self) -> None:
        self._tell()
        self.turned.emit()

    def _tell(self) -> None:
        self._stops.update()
        self.slider.setAccessibleDescription(tr("{n} minutes").format(n=self.minutes))
        self.slider.setToolTip(tr("{n} minutes").format(n=self.minutes))

    def _space(self) -> None:
        across = self._row.direction() is QBoxLayout.Direction.LeftToRight
        self._row.setSpacing(theme.px(32 if across else 4))
