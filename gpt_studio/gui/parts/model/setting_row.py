"""One setting of the model: its name, a field for any number, and a slider with sensible stops."""

from PySide6.QtCore import QEvent, QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QSlider, QWidget

from gpt_studio.engine.config import ModelConfig
from gpt_studio.gui import theme
from gpt_studio.gui.widgets.basics import set_property, text
from gpt_studio.gui.widgets.fields import CountBox, field_facts

STOPS: dict[str, tuple[float, ...]] = {
    "n_layer": (1, 2, 3, 4, 6, 8, 12, 16, 24),
    "n_head": (1, 2, 3, 4, 6, 8, 12, 16),
    "n_embd": (16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024),
    "block_size": (8, 16, 32, 64, 128, 256, 512, 1024),
    "dropout": (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5),
}


def _is_undo(event: QEvent) -> bool:
    """Whether a key is undo or redo, which belong to all settings together and not to the text of one field."""
    keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
    return isinstance(event, QKeyEvent) and any(event.matches(key) for key in keys)


class SizeBox(CountBox):
    """A whole number of the model's form."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _is_undo(event):
            event.ignore()
            return False
        return super().event(event)


class ShareBox(QDoubleSpinBox):
    """A share from 0 to just below 1, in hundredths."""

    def __init__(self, name: str, object_name: str) -> None:
        super().__init__()
        facts = field_facts(ModelConfig, name)
        self.setObjectName(object_name)
        self.setAccessibleName(facts.title)
        self.setToolTip(facts.tooltip)
        self.setLocale(QLocale(QLocale.Language.English))
        self.setRange(0.0, 0.95)
        self.setDecimals(2)
        self.setSingleStep(0.05)
        self.setKeyboardTracking(False)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _is_undo(event):
            event.ignore()
            return False
        return super().event(event)

    def wheelEvent(self, event) -> None:
        event.ignore()


class StopSlider(QSlider):
    """A slider that knows only some numbers; others are shown at the nearest of them."""

    def __init__(self, stops: tuple[float, ...]) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._stops = stops
        self.setRange(0, len(stops) - 1)
        self.setPageStep(1)

    def show_value(self, value: float) -> None:
        with QSignalBlocker(self):
            self.setValue(min(range(len(self._stops)), key=lambda place: abs(self._stops[place] - value)))

    @property
    def stop(self) -> float:
        return self._stops[self.value()]

    def wheelEvent(self, event) -> None:
        event.ignore()


class SettingRow(QWidget):
    """Name, field and slider of one setting.

    Signals:
        changed: The student changed it; carries the field's name and the value.
    """

    changed = Signal(str, float)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        object_name = f"model.{name}"
        self.field = ShareBox(name, object_name) if name == "dropout" else SizeBox(ModelConfig, name, object_name)
        self.slider = StopSlider(STOPS[name])
        facts = field_facts(ModelConfig, name)
        self._title, self._code = text(facts.title, "strong"), text(name, "caption", "text3")
        theme.set_role(self._code, "caption", mono=True)
        self._title.setBuddy(self.field)
        self.slider.setObjectName(f"{object_name}.slider")
        self.slider.setAccessibleName(self.tr("{name}, slider").format(name=facts.title))
        self.slider.setToolTip(facts.tooltip)
        self._lay_out()
        self._fit()
        theme.notifier().changed.connect(self._fit)
        self.field.valueChanged.connect(self._tell)
        self.slider.valueChanged.connect(lambda _place: self._tell(self.slider.stop))

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._code, 1, 0)
        grid.addWidget(self.field, 0, 1, 2, 1)
        grid.addWidget(self.slider, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)

    def show_value(self, value: float) -> None:
        """Show a value without telling."""
        if value != self.field.value():
            with QSignalBlocker(self.field):
                if isinstance(self.field, CountBox):
                    self.field.setValue(int(value))
                else:
                    self.field.setValue(value)
        self.slider.show_value(value)

    def set_bad(self, bad: bool) -> None:
        set_property(self.field, "tone", "bad" if bad else "")

    def tell_why(self, why: str) -> None:
        """Why it cannot be changed; "" while it can."""
        for widget in (self.field, self.slider):
            widget.setToolTip(why or field_facts(ModelConfig, self.name).tooltip)
            widget.setStatusTip(why)

    def _tell(self, value: float) -> None:
        self.changed.emit(self.name, value)

    def _fit(self) -> None:
        self.field.setFixedWidth(theme.px(94))
