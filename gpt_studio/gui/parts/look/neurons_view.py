"""Neurons of the feed-forward parts: which passages excite one most, and which ones fire at a token."""

import math

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QListWidget, QSpinBox, QWidget

from gpt_studio.engine.inside.seen import LayersSeen, NeuronsSeen
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.look.attention_words import shown
from gpt_studio.gui.parts.look.passage_list import Passage, PassageList
from gpt_studio.gui.parts.look.token_row import TokenArea, TokenRow
from gpt_studio.gui.widgets.basics import Card, paragraph, text

BEFORE, AFTER = 48, 24  # tokens shown around a place
SIDE = 268


class NeuronsView(QWidget):
    """A neuron, by its layer and number, with its passages; a text, with the neurons that fire at one of its tokens.

    Signals:
        placed: The student took another position of the text; carries it.
        layer_wanted: A neuron of this layer (from 0) is to be shown.
    """

    placed = Signal(int)
    layer_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: LayersSeen | None = None
        self._neurons: NeuronsSeen | None = None
        self._layer = self._place = 0
        self.tokens = TokenRow("look.neuron_tokens", self.tr("The text"))
        self.number = QSpinBox(objectName="look.neuron", accessibleName=self.tr("Neuron"))
        self.number.setMinimum(1)
        theme.set_role(self.number, "body")
        self.passages = PassageList("look.passages")
        self.reading = text("", "caption", "text3")
        self.firing = QListWidget()
        self._lay_out()
        self.tokens.chosen.connect(self._choose_place)
        self.number.valueChanged.connect(lambda _: self._show_neuron())
        self.firing.currentRowChanged.connect(self._choose_firing)

    def _lay_out(self) -> None:
        self.text_card = Card(self.tr("The text"))
        self.text_card.body.addWidget(TokenArea(self.tokens))
        self.neuron_card = Card(self.tr("What excites this neuron"))
        row = QHBoxLayout()
        label = text(self.tr("&Neuron"), "body", "text2")
        label.setBuddy(self.number)
        row.addWidget(label)
        row.addWidget(self.number)
        row.addStretch(1)
        row.addWidget(self.reading)
        self.neuron_card.body.addLayout(row)
        self.neuron_card.body.addWidget(self.passages)
        self.neuron_card.body.addStretch(1)
        words = self.tr(
            "The places in held-back text where it fires most, strongest first. Framed: the token at which it fires. "
            "Grey: what follows, which the model had not seen yet."
        )
        self.neuron_card.body.addWidget(paragraph(words, "caption", "text3"))
        self.firing_card = Card(self.tr("What fires"))
        self.firing.setObjectName("look.firing")
        self.firing.setFrameShape(QFrame.Shape.NoFrame)
        self.firing.setProperty("frameless", "true")
        self.firing.setSpacing(3)
        theme.set_role(self.firing, "body")
        self.firing_card.body.addWidget(self.firing, 1)
        words = self.tr("Choose one to see what else excites it.")
        self.firing_card.body.addWidget(paragraph(words, "caption", "text3"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12)
        grid.addWidget(self.text_card, 0, 0, 1, 2)
        grid.addWidget(self.neuron_card, 1, 0)
        grid.addWidget(self.firing_card, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(1, 1)
        theme.notifier().changed.connect(self._fit)
        self._fit()

    # What is shown

    def set_width(self, neurons: int) -> None:
        """How many neurons a layer has."""
        with QSignalBlocker(self.number):
            self.number.setMaximum(neurons)
        self.number.setToolTip(self.tr("From 1 to {n}").format(n=messages.count(neurons)))

    def show_layers(self, seen: LayersSeen, place: int) -> None:
        """Show a text and what fires in it."""
        self._layers, self._place = seen, min(place, len(seen.tokens) - 1)
        self._show_place()

    def show_neurons(self, seen: NeuronsSeen | None) -> None:
        """Show what is known of all neurons by now; None: nothing."""
        self._neurons = seen
        self._show_neuron()

    def set_layer(self, layer: int) -> None:
        """Show a neuron of another layer."""
        self._layer = layer
        self._show_neuron()

    def go_to(self, place: int) -> None:
        """Show another position of the text."""
        if self._layers is not None and 0 <= place < len(self._layers.tokens) and place != self._place:
            self._place = place
            self._show_place()

    def clear(self) -> None:
        self._layers = None
        self.tokens.show_tokens((), 0)
        self.firing.clear()
        self.show_neurons(None)

    def _show_place(self) -> None:
        assert self._layers is not None
        self.tokens.show_tokens(self._layers.tokens, self._place)
        token = shown(self._layers.tokens[self._place])
        self.firing_card.set_title(self.tr("What fires at {token}").format(token=token))
        self.firing.setAccessibleName(self.firing_card.title.text())
        words = self.tr("Layer {layer}, neuron {n}: {strength}")
        with QSignalBlocker(self.firing):
            self.firing.clear()
            for (layer, neuron), strength in zip(
                self._layers.neurons[self._place].tolist(), self._layers.fired[self._place].tolist(), strict=True
            ):
                self.firing.addItem(words.format(layer=layer + 1, n=neuron + 1, strength=f"{strength:.2f}"))

    def _show_neuron(self) -> None:
        title = self.tr("What excites neuron {n} of layer {layer}")
        self.neuron_card.set_title(title.format(n=self.number.value(), layer=self._layer + 1))
        seen = self._neurons
        if seen is None or self._layer >= len(seen.fired):
            self.passages.show_passages([])
            self.reading.setText(self.tr("Reading held-back text …"))
            return
        neuron = self.number.value() - 1
        self.passages.show_passages(
            [
                _passage(seen, place, strength)
                for place, strength in zip(
                    seen.places[self._layer, neuron].tolist(), seen.fired[self._layer, neuron].tolist(), strict=True
                )
                if not math.isinf(strength)
            ]
        )
        words = self.tr("{read} of {all} tokens read")
        self.reading.setText(words.format(read=messages.count(seen.read), all=messages.count(len(seen.tokens))))

    # What the student chooses

    def _choose_place(self, place: int) -> None:
        self._place = place
        self._show_place()
        self.placed.emit(place)

    def _choose_firing(self, row: int) -> None:
        if self._layers is None or row < 0:
            return
        layer, neuron = self._layers.neurons[self._place][row].tolist()
        with QSignalBlocker(self.number):
            self.number.setValue(neuron + 1)
        self._layer = layer
        self._show_neuron()
        self.layer_wanted.emit(layer)

    def _fit(self) -> None:
        self.firing_card.setFixedWidth(theme.px(SIDE))


def _passage(seen: NeuronsSeen, place: int, strength: float) -> Passage:
    """What stands around a place; before it, only what the model saw."""
    begin = max(place // seen.window * seen.window, place - BEFORE)
    return Passage(seen.tokens[begin:place], seen.tokens[place], seen.tokens[place + 1 : place + 1 + AFTER], strength)
