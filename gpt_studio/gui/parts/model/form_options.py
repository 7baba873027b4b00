"""The finer points of the model's form, folded away until they are asked for."""

from typing import get_args

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from gpt_studio.engine.config import Activation, ModelConfig
from gpt_studio.gui import theme
from gpt_studio.gui.parts.model.model_draft import ModelDraft
from gpt_studio.gui.widgets.basics import button, text
from gpt_studio.gui.widgets.fields import field_facts

SWITCHES = ("bias", "tied", "head_bias")
ACTIVATIONS: dict[str, str] = {"gelu": "GELU", "gelu_tanh": "GELU (tanh)", "relu": "ReLU"}


class ActivationBox(QComboBox):
    """The three activations. The mouse wheel scrolls the page instead."""

    def wheelEvent(self, event) -> None:
        event.ignore()


class FormOptions(QWidget):
    """Biases, tied head, head bias, activation; follows the draft, and writes into it."""

    def __init__(self, draft: ModelDraft) -> None:
        super().__init__()
        self._draft = draft
        self.fold = button(self.tr("More settings"), "flat", name="model.more")
        self.fold.setProperty("tight", "true")
        self.fold.setCheckable(True)
        self.switches = {name: QCheckBox(field_facts(ModelConfig, name).title) for name in SWITCHES}
        self.activation = ActivationBox()
        self.activation.setObjectName("model.activation")
        for name in get_args(Activation):
            self.activation.addItem(ACTIVATIONS[name], name)
        self._inside = QWidget()
        self._lay_out()
        for name, box in self.switches.items():
            box.toggled.connect(lambda wanted, name=name: draft.set(name, wanted))
        self.activation.activated.connect(lambda place: draft.set("activation", self.activation.itemData(place)))
        self.fold.toggled.connect(self._unfold)
        draft.changed.connect(self.show_draft)
        self._unfold(False)
        self.show_draft()

    def _lay_out(self) -> None:
        facts = field_facts(ModelConfig, "activation")
        caption = text(facts.title, "body")
        caption.setBuddy(self.activation)
        self.activation.setAccessibleName(facts.title)
        self.activation.setToolTip(facts.tooltip)
        theme.set_role(self.activation, "body")
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(theme.px(6))
        for name, box in self.switches.items():
            theme.set_role(box, "body")
            box.setObjectName(f"model.{name}")
            box.setAccessibleName(box.text())
            box.setToolTip(field_facts(ModelConfig, name).tooltip)
            inside.addWidget(box)
        row = QHBoxLayout()
        row.addWidget(caption, 1)
        row.addWidget(self.activation)
        inside.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._inside)

    def show_draft(self) -> None:
        draft = self._draft.draft
        for name, box in self.switches.items():
            with QSignalBlocker(box):
                box.setChecked(getattr(draft, name))
            box.setEnabled(draft.n_layer > 0)
        self.activation.setCurrentIndex(self.activation.findData(draft.activation))
        self.activation.setEnabled(draft.n_layer > 0 and "mlp" not in draft.without)

    def _unfold(self, wanted: bool) -> None:
        self._inside.setVisible(wanted)
        words = self.tr("Fewer settings") if wanted else self.tr("More settings")
        self.fold.setText(words)
        self.fold.setAccessibleName(words)

    def tab_order(self) -> list[QWidget]:
        return [self.fold, *self.switches.values(), self.activation]
