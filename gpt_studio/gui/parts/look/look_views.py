"""The pages of Look inside: what they show belongs together, whatever page is in view."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.events import Event
from gpt_studio.engine.inside.seen import (
    AttentionSeen,
    CostSeen,
    EmbeddingsSeen,
    GradientsSeen,
    HeadRoles,
    HeadsWorth,
    LayersSeen,
    NeuronsSeen,
)
from gpt_studio.gui.parts.look.attention_view import AttentionView
from gpt_studio.gui.parts.look.calculation_view import CalculationView
from gpt_studio.gui.parts.look.cost_view import CostView
from gpt_studio.gui.parts.look.embeddings_view import EmbeddingsView
from gpt_studio.gui.parts.look.gradients_view import GradientsView
from gpt_studio.gui.parts.look.layers_view import LayersView
from gpt_studio.gui.parts.look.neurons_view import NeuronsView
from gpt_studio.gui.widgets.basics import Segmented
from gpt_studio.gui.widgets.pages import Pages

ATTENTION, CALCULATION, LAYERS, NEURONS = "attention", "calculation", "layers", "neurons"
MAP, GRADIENTS, COST = "map", "gradients", "cost"
WITH_TEXT = (ATTENTION, CALCULATION, LAYERS, NEURONS)
WITH_LAYER, WITH_HEAD = (ATTENTION, CALCULATION, NEURONS), (ATTENTION, CALCULATION)


class LookViews(QWidget):
    """One page in view; a head, a layer or a position that is chosen on one is chosen on all.

    `switch` chooses the page; the tab puts it where it wants it.

    Signals:
        turned: Another page is in view.
    """

    turned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.attention, self.calculation, self.layers = AttentionView(), CalculationView(), LayersView()
        self.neurons, self.embeddings, self.gradients = NeuronsView(), EmbeddingsView(), GradientsView()
        self.cost = CostView()
        named: tuple[tuple[str, str, str, QWidget], ...] = (
            (ATTENTION, self.tr("Attention"), self.tr("Who looks at whom"), self.attention),
            (CALCULATION, self.tr("Scores"), self.tr("From scores to weights, number by number"), self.calculation),
            (LAYERS, self.tr("Layers"), self.tr("What each layer would have said next"), self.layers),
            (NEURONS, self.tr("Neurons"), self.tr("What excites the feed-forward parts"), self.neurons),
            (MAP, self.tr("Map"), self.tr("Map of the tokens, and what is known of positions"), self.embeddings),
            (GRADIENTS, self.tr("Gradients"), self.tr("Weights and gradients, part by part"), self.gradients),
            (COST, self.tr("Cost"), self.tr("What a longer text costs here"), self.cost),
        )
        self.switch = Segmented([(key, words) for key, words, _, _ in named], "look.page")
        for key, _, told, _ in named:
            self.switch.option(key).setToolTip(told)
        self._pages = Pages({key: page for key, _, _, page in named})
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self._connect()

    def _connect(self) -> None:
        self.switch.chosen.connect(self.turn_to)
        self.attention.head_changed.connect(self._show_calculation)
        for view in (self.attention, self.calculation, self.layers, self.neurons):
            view.placed.connect(self._go_to)
        box = self.attention.layer_box
        self.neurons.layer_wanted.connect(lambda layer: box.setValue(layer + 1))
        box.valueChanged.connect(lambda number: self.neurons.set_layer(number - 1))

    @property
    def page(self) -> str:
        """The page in view."""
        return self.switch.key

    def turn_to(self, page: str) -> None:
        self.switch.set(page)
        self._pages.turn_to(page)
        self._show_calculation()
        self.turned.emit()

    # What is shown

    def set_model(self, model: ModelConfig) -> None:
        """How many heads and neurons there are."""
        self.attention.set_shape(model.n_layer, model.n_head)
        self.neurons.set_width(4 * model.n_embd)

    def show_answer(self, name: str, event: Event) -> None:
        """Show what was told of the wish of this name."""
        if isinstance(event, AttentionSeen):
            self.attention.show_seen(event)
            self._show_calculation()
        elif isinstance(event, LayersSeen):
            place = self.attention.place if self.attention.place >= 0 else len(event.tokens) - 1
            self.layers.show_seen(event, place)
            self.neurons.show_layers(event, place)
        elif isinstance(event, NeuronsSeen):
            self.neurons.show_neurons(event)
        elif isinstance(event, EmbeddingsSeen):
            self.embeddings.take(event)
        elif isinstance(event, GradientsSeen):
            self.gradients.take(event)
        elif isinstance(event, CostSeen):
            self.cost.take(event)
        elif isinstance(event, HeadRoles):
            self.attention.show_roles(event)
        elif isinstance(event, HeadsWorth):
            self.attention.heads_card.show_worth(event)
        else:
            self.attention.text_card.off.show_event(name, event)

    def forget(self, name: str) -> None:
        """What was measured in the background is of another model, and is being measured anew."""
        if name == "roles":
            self.attention.show_roles(None)
        elif name == "worth":
            self.attention.heads_card.show_worth(None)
        elif name == "neurons":
            self.neurons.show_neurons(None)

    def go_to_step(self, step: int | None) -> None:
        """Show another step, where it is known already."""
        self.embeddings.go_to(step)
        self.gradients.go_to(step)

    def clear(self) -> None:
        self.attention.set_off(())
        self.calculation.show_seen(None, 0, 0, 0)
        for view in (self.attention, self.layers, self.neurons, self.embeddings, self.gradients, self.cost):
            view.clear()

    def _show_calculation(self) -> None:
        view = self.attention
        if view.seen is not None and self.page == CALCULATION:  # it takes its time
            self.calculation.show_seen(view.seen, *view.chosen, view.place)

    def _go_to(self, place: int) -> None:
        """The student has chosen a position on one page; the others follow."""
        for view in (self.attention, self.layers, self.neurons):
            view.go_to(place)
        self._show_calculation()
