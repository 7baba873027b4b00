"""A number that can be slid or typed: a label, a slider and a spin box that agree."""

import math
from collections.abc import Callable

from PySide6.QtCore import QLocale, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QSlider

from gpt_studio.gui import theme
from gpt_studio.gui.widgets.basics import text

STEPS = 1000  # places of the slider


class NumberBox(QDoubleSpinBox):
    """A spin box that may have a word for its highest value, such as "all"."""

    def __init__(self) -> None:
        super().__init__()
        self._top_word = ""
        self.setKeyboardTracking(False)  # a number is taken when it is complete
        self.setGroupSeparatorShown(True)
        self.setLocale(QLocale(QLocale.Language.English))  # as all numbers of the window

    def set_top_word(self, word: str) -> None:
        self._top_word = word
        self.lineEdit().setText(self.textFromValue(self.value()))

    def textFromValue(self, value: float) -> str:
        if self._top_word and value >= self.maximum():
            return self._top_word
        return super().textFromValue(value)

    def valueFromText(self, words: str) -> float:
        if self._top_word and words.strip().casefold() == self._top_word.casefold():
            return self.maximum()
        return super().valueFromText(words)

    def validate(self, words: str, position: int) -> object:
        if self._top_word and self._top_word.casefold().startswith(words.strip().casefold()) and words.strip():
            state = super().validate("1", 1)
            return (state[0], words, position) if isinstance(state, tuple) else state
        return super().validate(words, position)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls, and no number changes unseen


class _Slider(QSlider):
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ValueSlider(QObject):
    """Label, slider and spin box as one row of a grid, so that several of them align.

    Args:
        title: The label's words; the accessible name of both controls too.
        name: objectName of the spin box; the slider is `<name>.slider`.
        step: What one press of an arrow changes; the values are multiples of it where `decimals` says so.
        even: The slider's way is even in the number (True) or in its logarithm (False).

    Signals:
        changed: The student took another value.
    """

    changed = Signal(float)

    def __init__(
        self,
        title: str,
        name: str,
        minimum: float,
        maximum: float,
        *,
        decimals: int = 0,
        step: float = 1,
        even: bool = True,
        tip: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._even, self._step = even, step
        self.label, self.slider, self.box = text(title), _Slider(Qt.Orientation.Horizontal), NumberBox()
        self.box.setObjectName(name)
        self.box.setDecimals(decimals)
        self.box.setSingleStep(step)
        self.box.setRange(minimum, maximum)
        self.slider.setObjectName(f"{name}.slider")
        self.slider.setRange(0, STEPS)
        self.slider.setMinimumWidth(40)
        self.label.setBuddy(self.box)
        theme.set_role(self.box, "body")
        for control in (self.slider, self.box):
            control.setAccessibleName(title)
            control.setToolTip(tip)
            control.setAccessibleDescription(tip)
        self._fit()
        self._show(minimum)
        self.slider.valueChanged.connect(self._take_slider)
        self.slider.actionTriggered.connect(self._step_slider)
        self.box.valueChanged.connect(self._take_box)
        theme.notifier().changed.connect(self._fit)

    @property
    def value(self) -> float:
        return self.box.value()

    def set(self, value: float) -> None:
        """Show a value without telling."""
        with QSignalBlocker(self.box):
            self.box.setValue(value)
        self._show(self.box.value())

    def set_range(self, minimum: float, maximum: float, top_word: str = "", even: bool | None = None) -> None:
        """Other limits, without telling; `top_word` stands for the highest value."""
        self._even = self._even if even is None else even
        with QSignalBlocker(self.box):
            self.box.setRange(minimum, maximum)
            self.box.set_top_word(top_word)
        self._show(self.box.value())

    def add_to(self, grid: QGridLayout, row: int) -> None:
        grid.addWidget(self.label, row, 0)
        grid.addWidget(self.slider, row, 1)
        grid.addWidget(self.box, row, 2)

    # The way along the slider

    def _along(self, value: float) -> float:
        low, high = self.box.minimum(), self.box.maximum()
        if high <= low:
            return 0.0
        if self._even:
            return (value - low) / (high - low)
        return math.log(value / low) / math.log(high / low)

    def _at(self, share: float) -> float:
        low, high = self.box.minimum(), self.box.maximum()
        value = low + share * (high - low) if self._even else low * (high / low) ** share
        if not self._even:  # round numbers: 3 digits would be a pretence
            digits = 1 - math.floor(math.log10(max(value, 1)))
            value = round(value, min(digits, 0))
        return max(low, min(high, round(value / self._step) * self._step))

    def _show(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(self._along(value) * STEPS))

    def _take_slider(self, place: int) -> None:
        self.box.setValue(self._at(place / STEPS))

    def _take_box(self, value: float) -> None:
        self._show(value)
        self.changed.emit(value)

    def _step_slider(self, action: int) -> None:
        """One press of an arrow key is one step of the number, not of the slider."""
        moves: dict[int, Callable[[], None]] = {
            QSlider.SliderAction.SliderSingleStepAdd.value: self.box.stepUp,
            QSlider.SliderAction.SliderSingleStepSub.value: self.box.stepDown,
        }
        if action in moves:
            moves[action]()
            self.slider.setSliderPosition(round(self._along(self.box.value()) * STEPS))

    def _fit(self) -> None:
        self.box.setFixedWidth(theme.px(84))
