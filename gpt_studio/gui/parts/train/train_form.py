"""The settings of the next training run, with limits and help from TrainConfig itself."""

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractSpinBox, QBoxLayout, QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from gpt_studio.engine.config import TrainConfig
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.widgets.basics import Icon, text
from gpt_studio.gui.widgets.fields import CountBox, RateBox, field_facts

OPTIMIZERS = {"muon": "Muon", "adamw": "AdamW"}  # names, the same in every language
WIDTHS = {"max_steps": "88,888", "batch_size": "888", "learning_rate": "0.00088", "eval_every": "8,888"}


class TrainForm(QWidget):
    """Steps, batch, learning rate, how often to check, and the optimiser. While a run trains it shows that run's, and
    is locked.

    Signals:
        changed: The student settled other values; carries a TrainConfig.
        optimizer_asked: Another optimiser was chosen; carries "muon" or "adamw". What suits it depends on the model.
    """

    changed = Signal(object)
    optimizer_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._config = TrainConfig()
        self._counts = {
            "max_steps": CountBox(TrainConfig, "max_steps", "train.steps", 100),
            "batch_size": CountBox(TrainConfig, "batch_size", "train.batch_size", 4),
            "eval_every": CountBox(TrainConfig, "eval_every", "train.eval_every", 10, zero=tr("auto")),
        }
        self._rate = RateBox(TrainConfig, "learning_rate", "train.learning_rate")
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._row, self._rest = QHBoxLayout(), QHBoxLayout()
        self._rows.addLayout(self._row)
        self._rows.addLayout(self._rest, 1)
        self._labels: list[QLabel] = []
        for name, box in self.boxes.items():
            if name == "learning_rate":  # the optimiser's: "Muon" and "rate" stand for a title that has no room
                self._add_optimizer()
            label = text(tr("rate") if name == "learning_rate" else box.facts.title, token="text2")
            label.setBuddy(box)
            label.setToolTip(box.facts.tooltip)
            self._labels.append(label)
            row = self._row if name in ("max_steps", "batch_size") else self._rest
            row.addWidget(label)
            row.addWidget(box)
            if name == "max_steps":
                self._minutes = text("", "caption", "text2")
                row.addWidget(self._minutes)
            box.editingFinished.connect(self._settle)
        for box in self._counts.values():
            box.valueChanged.connect(self._settle)
        self._lock, self._note = Icon("lock", "text3", 14), text(tr("until you stop"), "caption", "text3")
        self._lock.setToolTip(tr("Locked until you stop."))
        self._narrow = self._locked = False
        self._rest.addWidget(self._lock)
        self._rest.addWidget(self._note)
        self._rest.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_config(self._config)
        self.show_minutes(None)
        self.set_locked(False)
        self._fit()
        theme.notifier().changed.connect(self._fit)

    def _add_optimizer(self) -> None:
        self._optimizer_facts = field_facts(TrainConfig, "optimizer")
        self.optimizer = QComboBox(objectName="train.optimizer", accessibleName=self._optimizer_facts.title)
        for name, words in OPTIMIZERS.items():
            self.optimizer.addItem(words, name)
        self.optimizer.activated.connect(self._ask_optimizer)
        self._rest.addSpacing(theme.px(6))
        self._rest.addWidget(self.optimizer)

    @property
    def boxes(self) -> dict[str, CountBox | RateBox]:
        """The fields by the name of their setting, from left to right."""
        known: dict[str, CountBox | RateBox] = {**self._counts, "learning_rate": self._rate}
        return {name: known[name] for name in WIDTHS}

    @property
    def focus_order(self) -> list[QWidget]:
        """From left to right."""
        boxes = [*self.boxes.values()]
        return [*boxes[:2], self.optimizer, *boxes[2:]]

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
        self.optimizer.setCurrentIndex(self.optimizer.findData(config.optimizer))

    def show_minutes(self, minutes: float | None) -> None:
        """The time that the run is to take, beside the steps that follow it; None where the steps alone count."""
        self._minutes.setVisible(minutes is not None)
        if minutes is not None:
            number = f"{max(1, round(minutes))}"
            self._minutes.setText(tr("≈ {n} min").format(n=number))  # as short as it must be for one row of all
            self._minutes.setAccessibleName(tr("about {n} minutes").format(n=number))
            self._minutes.setToolTip(
                tr("The steps follow the clock, so that the run ends in time.\nType a number to have just so many.")
            )

    def set_locked(self, locked: bool) -> None:
        """While a run trains nothing of it can be changed, and the form says why."""
        self._locked = locked
        self._lock.setVisible(locked)
        self._note.setVisible(locked and not self._narrow)
        for box in self.boxes.values():
            box.setEnabled(not locked)
            tooltip = f"{box.facts.tooltip}\n{box.facts.limits}"
            box.setToolTip(f"{box.facts.tooltip}\n{tr('Locked until you stop.')}" if locked else tooltip)
        self.optimizer.setEnabled(not locked)
        self.optimizer.setToolTip(
            self._optimizer_facts.tooltip + (f"\n{tr('Locked until you stop.')}" if locked else "")
        )

    def set_narrow(self, narrow: bool) -> None:
        """Where there is no room the lock stands alone; the tooltips say the same."""
        self._narrow = narrow
        for row in (self._row, self._rest, self._rows):
            row.setSpacing(theme.px(5 if narrow else 8))
        for label in self._labels[1:]:
            label.setContentsMargins(0 if label.buddy() is self._rate else theme.px(6), 0, 0, 0)
        self._note.setVisible(self._locked and not narrow)

    def fit(self, room: int) -> None:
        """Lay out for so many pixels: in one row, without the words beside the lock, or in two rows."""
        self.set_narrow(self.width_for(narrow=False) > room)
        across = self.width_for(narrow=True) <= room
        self._rows.setDirection(QBoxLayout.Direction.LeftToRight if across else QBoxLayout.Direction.TopToBottom)

    def width_for(self, narrow: bool) -> int:
        """How wide one row of all is, with and without the words beside the lock."""
        fields = sum(label.sizeHint().width() for label in self._labels) + sum(
            box.width() for box in [*self.boxes.values(), self.optimizer]
        )
        if not self._minutes.isHidden():
            fields += self._minutes.sizeHint().width() + theme.px(8)
        lock = self._lock.sizeHint().width() + (0 if narrow else self._note.sizeHint().width())
        return fields + lock + theme.px(5 if narrow else 8) * 11

    def _ask_optimizer(self, place: int) -> None:
        if self.optimizer.itemData(place) != self._config.optimizer:
            self.optimizer_asked.emit(self.optimizer.itemData(place))

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
        theme.set_role(self.optimizer, "button")
        self.optimizer.setFixedWidth(self.optimizer.fontMetrics().horizontalAdvance("AdamW") + theme.px(46))
