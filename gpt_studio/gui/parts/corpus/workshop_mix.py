"""Mix several texts into a new one: which, with what weights, and how long."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from gpt_studio.engine.text_care.mixing import largest_mixture
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.corpus.texts import Entry
from gpt_studio.gui.parts.corpus.workshop_forms import Choices, labelled
from gpt_studio.gui.widgets import basics
from gpt_studio.gui.widgets.fields import CountBox


class MixForm(QWidget):
    """A row for every text, with a tick and a weight.

    Signals:
        changed: Other texts, weights or another length.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[Entry] = []
        self._rows: dict[str, tuple[QCheckBox, CountBox]] = {}
        self._grid_holder = QWidget()
        self._grid = QGridLayout(self._grid_holder)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setProperty("plain", "true")
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._grid_holder)
        self.size_field = CountBox(Choices, "size", "corpus.workshop.size", step=10_000)
        self.size_field.valueChanged.connect(self._note_size)
        self.title = QLineEdit(self.tr("Mixture"))
        self.title.setObjectName("corpus.workshop.title")
        self.title.setAccessibleName(self.tr("Title of the mixture"))
        self.title.setMaxLength(80)
        theme.set_role(self.title, "body")
        self.told = basics.paragraph("", "caption", "text2")
        self._is_own_size = False
        fields = QHBoxLayout()
        fields.setSpacing(16)
        fields.addLayout(labelled(self.tr("Characters"), self.size_field))
        fields.addLayout(labelled(self.tr("Title"), self.title), 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addWidget(scroll, 1)
        box.addLayout(fields)
        box.addWidget(self.told)

    def set_entries(self, entries: list[Entry], chosen: str) -> None:
        """Offer these texts; the one that is shown now is ticked."""
        ready = [entry for entry in entries if entry.available and entry.characters]
        if ready == self._entries:
            return
        ticked = {id for id, (tick, _) in self._rows.items() if tick.isChecked()} or {chosen}
        weights = {id: weight.value() for id, (_, weight) in self._rows.items()}
        self._entries = ready
        while (item := self._grid.takeAt(0)) is not None:
            item.widget().deleteLater()
        self._rows = {}
        for number, entry in enumerate(ready):
            self._add_row(number, entry, entry.id in ticked, weights.get(entry.id, 1))
        self._grid.setRowStretch(len(ready), 1)
        self._renew()

    @property
    def weights(self) -> dict[str, int]:
        """The texts that are ticked, by id."""
        return {id: weight.value() for id, (tick, weight) in self._rows.items() if tick.isChecked()}

    @property
    def is_ready(self) -> bool:
        return len(self.weights) > 1

    def _add_row(self, number: int, entry: Entry, ticked: bool, share: int) -> None:
        tick = QCheckBox(entry.title.replace("&", "&&"))
        tick.setObjectName(f"corpus.workshop.mix.{number}")
        tick.setAccessibleName(self.tr("Mix in {title}").format(title=entry.title))
        theme.set_role(tick, "body")
        tick.setChecked(ticked)
        told = basics.text(self.tr("{count} characters").format(count=messages.count(entry.characters or 0)), "caption")
        basics.set_ink(told, "text3")
        weight = CountBox(Choices, "weight", f"corpus.workshop.weight.{number}")
        weight.setAccessibleName(self.tr("Weight of {title}").format(title=entry.title))
        weight.setValue(share)
        weight.setEnabled(ticked)
        tick.toggled.connect(weight.setEnabled)
        tick.toggled.connect(self._renew)
        weight.valueChanged.connect(self._renew)
        for column, widget in enumerate((tick, told, weight)):
            self._grid.addWidget(widget, number, column)
        self._rows[entry.id] = (tick, weight)

    def _renew(self) -> None:
        lengths = {entry.id: entry.characters or 0 for entry in self._entries}
        weights = self.weights
        most = largest_mixture([lengths[id] for id in weights], list(weights.values())) if weights else 0
        least = int(self.size_field.facts.low)
        value = self.size_field.value() if self._is_own_size else most
        self.size_field.blockSignals(True)
        self.size_field.setMaximum(max(least, most))
        self.size_field.setValue(min(value, most))
        self.size_field.blockSignals(False)
        if self.is_ready:
            words = self.tr("At most {count}: then one of them is used up. Nothing is taken twice.")
            self.told.setText(words.format(count=messages.count(most)))
        else:
            self.told.setText(self.tr("Tick at least two texts."))
        self.changed.emit()

    def _note_size(self, value: int) -> None:
        self._is_own_size = value < self.size_field.maximum()
        self.changed.emit()
