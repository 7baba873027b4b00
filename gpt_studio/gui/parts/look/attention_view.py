"""All that shows one AttentionSeen, with one choice for it all: a head, who looks, and who is looked at."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSpinBox, QVBoxLayout, QWidget

from gpt_studio.engine.arrays import Floats
from gpt_studio.engine.inside.flow import average, roll_out
from gpt_studio.engine.inside.seen import AttentionSeen, HeadRoles
from gpt_studio.engine.requests import Heads
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.look.attention_cards import HeadCard, HeadsCard, ReadingCard, TextCard
from gpt_studio.gui.parts.look.attention_words import shown
from gpt_studio.gui.widgets.attention_image import levels

FAINTEST = 0.01  # weight from which a token is tinted
NARROW = 960  # pixels at 100 %: below, the reading moves under the heads


class AttentionView(QWidget):
    """Head grid, large heatmap, reading and arcs; what is chosen in one is chosen in all.

    `layer_box` and `head_box` belong to the choice too; the page puts them where it wants them.

    Signals:
        opened: The student has chosen a head or a cell.
        head_changed: Another head is in view.
        placed: The student took another position; carries it.
        save_asked: What is shown is to be kept as a file; carries "png", "svg" or "npz".
        off_changed: Other heads are switched off; carries them, in order.
    """

    opened = Signal()
    head_changed = Signal()
    placed = Signal(int)
    save_asked = Signal(str)
    off_changed = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.seen: AttentionSeen | None = None
        self._layer = self._head = self._row = 0
        self._column: int | None = None
        self._way = "head"  # what is shown in large: one head, the "average" of its layer, or the "rollout"
        self._together: dict[str, Floats] = {}  # (L, T, T) by way
        self._roles: HeadRoles | None = None
        self._off: Heads = ()
        self._follows = True  # the cross-hair goes where the look is strongest, until the student puts it somewhere
        self.layer_box = self._number_box("look.layer", self.tr("Layer"))
        self.head_box = self._number_box("look.head", self.tr("Head"))
        self.heads_card, self.head_card = HeadsCard(), HeadCard()
        self.reading_card, self.text_card = ReadingCard(), TextCard()
        self.grid, self.heatmap = self.heads_card.grid, self.head_card.heatmap
        self.reading, self.arcs = self.reading_card.reading, self.text_card.arcs
        self._cards = QGridLayout()
        self._cards.setColumnStretch(1, 1)
        self._is_narrow: bool | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._cards, 1)
        column.addWidget(self.text_card)
        self._arrange()
        self._connect()

    def _number_box(self, name: str, words: str) -> QSpinBox:
        box = QSpinBox(objectName=name, accessibleName=words)
        box.setMinimum(1)
        theme.set_role(box, "body")
        return box

    def _connect(self) -> None:
        self.grid.chosen.connect(self._choose_head)
        self.layer_box.valueChanged.connect(lambda number: self._choose_head(number - 1, self._head))
        self.head_box.valueChanged.connect(lambda number: self._choose_head(self._layer, number - 1))
        self.heatmap.crossed.connect(self._choose_cell)
        self.arcs.chosen.connect(self._choose_place)
        self.text_card.tinted.chosen.connect(self._choose_place)
        self.text_card.tinted.describe = self._describe
        self.text_card.kind.chosen.connect(lambda _: self._show_tinted())
        self.text_card.off.all_on_asked.connect(lambda: self._switch(()))
        self.reading_card.switched.connect(self._switch_head)
        self.heads_card.way_chosen.connect(self._choose_way)
        self.head_card.linear_chosen.connect(self.heatmap.set_linear)
        self.head_card.linear_chosen.connect(self.heads_card.set_linear)
        self.head_card.save_asked.connect(self.save_asked)
        theme.notifier().changed.connect(self._arrange)
        theme.notifier().changed.connect(self._show_row)

    @property
    def off(self) -> Heads:
        """The heads that are switched off, from 0."""
        return self._off

    @property
    def chosen(self) -> tuple[int, int]:
        """Layer and head, from 0."""
        return self._layer, self._head

    @property
    def place(self) -> int:
        """The position that looks, from 0; -1 while there is no text."""
        return self._row if self.seen is not None else -1

    def go_to(self, place: int) -> None:
        """Let another position look, without telling."""
        if self.seen is not None and 0 <= place < len(self.seen.tokens) and place != self._row:
            self._row, self._column, self._follows = place, self._strongest(place), True
            self.heatmap.set_cross(place, self._column)
            self._show_row()

    # What is shown

    def set_shape(self, layers: int, heads: int) -> None:
        """How many heads there are to choose from; the chosen one stays where it can."""
        self._layer, self._head = min(self._layer, layers - 1), min(self._head, heads - 1)
        for box, most, value in ((self.layer_box, layers, self._layer), (self.head_box, heads, self._head)):
            box.blockSignals(True)
            box.setMaximum(most)
            box.setValue(value + 1)
            box.setToolTip(self.tr("From 1 to {n}").format(n=most))
            box.blockSignals(False)
        self.heads_card.show_shape(layers, heads)
        self._name_head()

    def show_seen(self, seen: AttentionSeen) -> None:
        """Show where all heads look. With another text, the last character is the one that looks."""
        if self.seen is None or seen.tokens != self.seen.tokens:
            self._row, self._follows = len(seen.tokens) - 1, True
        self.seen = seen
        self._together.clear()
        self.set_shape(*seen.weights.shape[:2])
        self.grid.set_heads(seen.weights)
        self.grid.select(self._layer, self._head)
        self._show_head()

    def clear(self) -> None:
        self.seen, self._column, self._follows = None, None, True
        self._together.clear()
        self.show_roles(None)
        self.heads_card.show_worth(None)
        self.grid.set_heads(None)
        self.heatmap.clear()
        self.reading.clear()
        self.arcs.clear()
        self.text_card.tinted.show_tokens((), 0)

    def show_roles(self, roles: HeadRoles | None) -> None:
        """What every head does; None: not known (yet)."""
        self._roles = roles
        self.heads_card.show_roles(roles)
        self._name_head()

    def set_off(self, off: Heads) -> None:
        """Which heads are switched off, without telling."""
        self._off = off
        self.grid.set_off(off)
        self.text_card.show_off(off)
        self._name_head()

    def _name_head(self) -> None:
        roles = self._roles if self._way == "head" else None
        self.head_card.show_head(self._layer, self._head, self._way)
        for card in (self.head_card, self.reading_card):
            card.show_role(roles, self._layer, self._head)
        self.reading_card.show_off(self.chosen in self._off)
        self.reading_card.off.setVisible(self._way == "head")

    @property
    def title(self) -> str:
        """What is shown in large, in words."""
        return self.head_card.title.text()

    @property
    def weights(self) -> Floats:
        """What is shown in large, (T, T)."""
        assert self.seen is not None
        if self._way == "head":
            return self.seen.weights[self._layer, self._head]
        if self._way not in self._together:
            self._together[self._way] = (average if self._way == "average" else roll_out)(self.seen.weights)
        return self._together[self._way][self._layer]

    def _show_head(self) -> None:
        if self.seen is None:
            return
        if self._follows:
            self._column = self._strongest(self._row)
        self._name_head()
        self.heatmap.set_head(self.seen.tokens, self.weights)
        if self._column is not None:
            self.heatmap.set_cross(self._row, self._column)
        self._show_row()

    def _show_row(self) -> None:
        if self.seen is not None:
            weights = self.weights[self._row]
            self.reading.show_row(self.seen.tokens, self._row, weights, self._column)
            self.arcs.show_row(self.seen.tokens, self._row, weights, self.reading.sentence())
            self._show_tinted()

    def _show_tinted(self) -> None:
        """Tint the text, while that is what the text card shows."""
        if self.seen is None or self.text_card.kind.key != "tinted":
            return
        weights = self.weights[self._row]
        tints = [
            theme.map_color("attention", float(level)) if weight >= FAINTEST else None
            for level, weight in zip(levels(weights), weights, strict=True)
        ]
        self.text_card.tinted.show_tokens(self.seen.tokens, self._row, tints)

    def _describe(self, place: int) -> str:
        """What a tinted token says: itself, and how much the chosen one looks at it."""
        assert self.seen is not None
        words = self.tr("{token}, position {i}: {share}")
        share = float(self.weights[self._row, place])
        return words.format(token=shown(self.seen.tokens[place]), i=place + 1, share=messages.share(share, 0))

    def _strongest(self, row: int) -> int:
        """The character that a character looks at most."""
        assert self.seen is not None
        return int(self.weights[row].argmax())

    # What the student chooses

    def _choose_head(self, layer: int, head: int) -> None:
        self._layer, self._head = layer, head
        self.set_shape(self.layer_box.maximum(), self.head_box.maximum())
        if self.seen is not None:
            self.grid.select(layer, head)
            self._show_head()
            self.head_changed.emit()
            self.opened.emit()

    def _choose_way(self, way: str) -> None:
        self._way = way
        self._show_head()

    def _switch_head(self, off: bool) -> None:
        kept = tuple(each for each in self._off if each != self.chosen)
        self._switch(tuple(sorted((*kept, self.chosen))) if off else kept)

    def _switch(self, off: Heads) -> None:
        self.set_off(off)
        self.off_changed.emit(off)

    def _choose_cell(self, row: int, column: int) -> None:
        self._follows = False
        if row >= 0:
            self._row, self._column = row, column
            self.opened.emit()
            self.placed.emit(row)
        else:
            self._column = None
        self._show_row()

    def _choose_place(self, place: int) -> None:
        self.go_to(place)
        self.opened.emit()
        self.placed.emit(place)

    # Room

    def _arrange(self) -> None:
        """Heads, one head in large, reading: beside each other, or the reading under the heads."""
        gap, left, right = theme.px(12), theme.px(398), theme.px(214)
        needed = left + self.head_card.minimumSizeHint().width() + right + 2 * gap  # with wide fonts it is more
        narrow = self.width() <= max(theme.px(NARROW), needed)
        self.layout().setSpacing(gap)
        self._cards.setSpacing(gap)
        self.heads_card.setFixedWidth(left)
        self.reading_card.setFixedWidth(left if narrow else right)
        self.heatmap.setMinimumSize(theme.px(240), theme.px(264))
        if narrow is not self._is_narrow:
            self._is_narrow = narrow
            for card in (self.heads_card, self.head_card, self.reading_card):
                self._cards.removeWidget(card)
            self._cards.addWidget(self.heads_card, 0, 0)
            self._cards.addWidget(self.head_card, 0, 1, 2 if narrow else 1, 1)
            self._cards.addWidget(self.reading_card, *((1, 0) if narrow else (0, 2)))
            self._cards.setRowStretch(0, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
