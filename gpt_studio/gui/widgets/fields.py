"""Fields whose limits, names and help come from the settings themselves, so that form, check and tooltip agree."""

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct
from PySide6.QtCore import QLocale
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QSpinBox

from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr

_NUMBER = re.compile(r"\d*[.,]?\d*(e[+-]?\d*)?", re.IGNORECASE)
MOST = 2**31 - 1  # what a spin box can hold


@dataclass(frozen=True)
class FieldFacts:
    """What a setting says about itself."""

    title: str
    description: str
    low: float
    high: float

    @property
    def tooltip(self) -> str:
        return tr(self.description)

    @property
    def limits(self) -> str:
        low = f"{self.low:g}" if self.low < 1 else messages.count(self.low)
        return tr("From {low} to {high}.").format(low=low, high=messages.count(self.high))


def field_facts(settings: type[Struct], name: str) -> FieldFacts:
    """Title, help and limits of one field of a settings class."""
    meta = _meta(get_type_hints(settings, include_extras=True)[name])
    low = meta.ge if meta.ge is not None else meta.gt if meta.gt is not None else 0
    high = meta.le if meta.le is not None else meta.lt if meta.lt is not None else MOST
    return FieldFacts(tr(meta.title or name), meta.description or "", float(low), float(min(high, MOST)))


def _meta(hint: Any) -> Meta:
    if get_origin(hint) is Annotated:
        return next(each for each in get_args(hint)[1:] if isinstance(each, Meta))
    return Meta()


class CountBox(QSpinBox):
    """A whole number with the limits of its setting, written as "1,500"; 0 as a word, where the setting has one."""

    def __init__(self, settings: type[Struct], name: str, object_name: str, step: int = 1, zero: str = "") -> None:
        super().__init__()
        self.facts = field_facts(settings, name)
        self.setObjectName(object_name)
        self.setAccessibleName(self.facts.title)
        self.setToolTip(self.facts.tooltip)
        self.setLocale(QLocale(QLocale.Language.English))
        self.setGroupSeparatorShown(True)
        self.setRange(int(self.facts.low) if zero else max(1, int(self.facts.low)), int(self.facts.high))
        self.setSpecialValueText(zero)
        self.setSingleStep(step)
        self.setKeyboardTracking(False)
        self.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)

    def stepBy(self, steps: int) -> None:
        """From a crooked number to the next round one, then by whole steps."""
        size = self.singleStep()
        place = math.floor(self.value() / size) if steps > 0 else math.ceil(self.value() / size)
        self.setValue(max(self.minimum(), (place + steps) * size))

    def wheelEvent(self, event) -> None:
        event.ignore()  # the page scrolls, and no number changes unseen


class RateBox(QAbstractSpinBox):
    """A small positive number: 0.001, 1e-3 and 0,001 are the same. Arrows change its leading digit.

    Signals:
        editingFinished: QAbstractSpinBox's own; also after an arrow.
    """

    def __init__(self, settings: type[Struct], name: str, object_name: str) -> None:
        super().__init__()
        self.facts = field_facts(settings, name)
        self._value = 1e-3
        self.setObjectName(object_name)
        self.setAccessibleName(self.facts.title)
        self.setToolTip(self.facts.tooltip)
        self.editingFinished.connect(self._read)

    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        self._value = value
        self.lineEdit().setText(rate_words(value))

    def _read(self) -> None:
        """Take what was typed; what is no rate is replaced by the last one that was."""
        typed = rate_from(self.lineEdit().text())
        if typed is not None and self.facts.low < typed <= self.facts.high:
            self._value = typed
        self.lineEdit().setText(rate_words(self._value))

    def validate(self, typed: str, place: int) -> object:
        rate = rate_from(typed)
        if rate is not None and self.facts.low < rate <= self.facts.high:
            return QValidator.State.Acceptable, typed, place
        if _NUMBER.fullmatch(typed.strip()):
            return QValidator.State.Intermediate, typed, place
        return QValidator.State.Invalid, typed, place

    def stepBy(self, steps: int) -> None:
        self._read()
        self.set_value(min(self.facts.high, next_rate(self._value, steps)))
        self.editingFinished.emit()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flag = QAbstractSpinBox.StepEnabledFlag
        return flag.StepUpEnabled | flag.StepDownEnabled

    def wheelEvent(self, event) -> None:
        event.ignore()


def rate_from(typed: str) -> float | None:
    """The number that was typed, or None."""
    try:
        rate = float(typed.strip().replace(",", "."))
    except ValueError:
        return None
    return rate if math.isfinite(rate) else None


def rate_words(rate: float) -> str:
    """0.001 -> "0.0010", 0.00017 -> "0.00017"; very small ones as 2e-06."""
    if rate == 0 or rate >= 1:
        return f"{rate:.4g}"
    if rate < 1e-5:
        return f"{rate:.2g}"
    digits = 1 - math.floor(math.log10(rate) + 1e-12)
    return f"{rate:.{digits}f}" if math.isclose(rate, float(f"{rate:.{digits}f}"), rel_tol=1e-6) else f"{rate:.6g}"


def next_rate(rate: float, steps: int) -> float:
    """The leading digit up or down: 0.001, 0.002 … 0.009, 0.01, and 0.0009 below 0.001."""
    for _ in range(abs(steps)):
        power = 10.0 ** math.floor(math.log10(rate) + 1e-9)
        if steps < 0 and rate <= power * (1 + 1e-9):
            power /= 10
        place = rate / power
        rate = power * (math.floor(place + 1e-6) + 1 if steps > 0 else math.ceil(place - 1e-6) - 1)
    return float(f"{max(rate, 1e-9):.6g}")
