"""The settings of the next training run, with limits and help from TrainConfig itself."""

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractSpinBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from gpt_studio.engine.config import TrainConfig
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.basics import Icon, text
from gpt_studio.gui.widgets.fields import CountBox, RateBox

WIDTHS = {"max_steps": "88,888", "batch_size": "888", "learning_rate": "0.00088", "eval_every": "8,888"}


class TrainForm(QWidget):
    """Steps, batch, learning rate and how often to check. While a run trains it shows that run's, and is locked.

    Signals:
        changed: The student settled other values; carries a TrainConfig.
    """

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._config = TrainConfig()
        self._counts = {
            "max_steps": CountBox(TrainConfig, "max_steps", "train.steps", 100),
            "batch_size": CountBox(TrainConfig, "batch_size", "train.batch_size", 4),
            "eval_every": CountBox(TrainConfig, "eval_every", "train.eval_every", 10),
        }
        self._rate = RateBox(TrainConfig, "learning_rate", "train.learning_rate")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._labels: list[QLabel] = []
        for box in self.boxes.values():
            label = text(box.facts.title, token="text2")
            label.setBuddy(box)
            label.setToolTip(box.facts.tooltip)
            self._labels.append(label)
            self._row.addWidget(label)
            self._row.addWidget(box)
            box.editingFinished.connect(self._settle)
        for box in self._counts.values():
            box.valueChanged.connect(self._settle)
        self._row.addStretch(1)
        self._lock, self._note = Icon("lock", "text3", 14), text(tr("until you stop"), "caption", "text3")
        self._lock.setToolTip(tr("Locked until you stop."))
        self._narrow = self._locked = False
        self._row.addWidget(self._lock)
        self._row.addWidget(self._note)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_config(self._config)
        self.set_locked(False)
        self._fit()
        theme.notifier().changed.connect(self._fit)

    @property
    def boxes(self) -> dict[str, CountBox | RateBox]:
        """The fields by the name of their setting, from left to right."""
        known: dict[str, CountBox | RateBox] = {**self._counts, "learning_rate": self._rate}
        return {name: known[name] for name in WIDTHS}

    @property
    def config(self) -> TrainConfig:
        """What the fields say; fields that the form does not show are kept from the last `show_config`."""
        for box in self._counts.values():
            box.interpretText()
        self._rate.interpretText()
        values = {name: box.value() for name, box in self.boxes.items()}
        return replace(self._config, **values)

    def show_config(self, config: TrainConfig) -> None:
        self._config = config
        for name, box in self._counts.items():
            if box.value() != getattr(config, name):
                box.blockSignals(True)
                box.setValue(getattr(config, name))
                box.blockSignals(False)
        if self._rate.value() != config.learning_rate or not self._rate.text():
            self._rate.set_value(config.learning_rate)

    def set_locked(self, locked: bool) -> None:
        """While a run trains nothing of it can be changed, and the form says why."""
        self._locked = locked
        self._lock.setVisible(locked)
        self._note.setVisible(locked and not self._narrow)
        for box in self.boxes.values():
            box.setEnabled(not locked)
            tooltip = f"{box.facts.tooltip}\n{box.facts.limits}"
            box.setToolTip(f"{box.facts.tooltip}\n{tr('Locked until you stop.')}" if locked else tooltip)

    def set_narrow(self, narrow: bool) -> None:
        """Where there is no room the lock stands alone; the tooltips say the same."""
        self._narrow = narrow
        self._row.setSpacing(theme.px(5 if narrow else 8))
        for label in self._labels[1:]:
            label.setContentsMargins(theme.px(6), 0, 0, 0)
        self._note.setVisible(self._locked and not narrow)

    def width_for(self, narrow: bool) -> int:
        """How wide the form is, with and without the words beside the lock."""
        fields = sum(label.sizeHint().width() for label in self._labels) + sum(
            box.width() for box in self.boxes.values()
        )
        lock = self._lock.sizeHint().width() + (0 if narrow else self._note.sizeHint().width())
        return fields + lock + theme.px(5 if narrow else 8) * 10

    def _settle(self, *_: object) -> None:
        config = self.config
        if config != self._config:
            self._config = config
            self.changed.emit(config)

    def _fit(self) -> None:
        for name, box in self.boxes.items():
            theme.set_role(box, "button")
            room = box.fontMetrics().horizontalAdvance(WIDTHS[name])
            box.setFixedWidth(room + theme.px(42))
            box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.UpDownArrows)
