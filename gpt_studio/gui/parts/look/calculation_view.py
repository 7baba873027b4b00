"""From scores to weights: what one head calculates for one position, with the real numbers."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gpt_studio.engine.inside.calculation import calculate
from gpt_studio.engine.inside.seen import AttentionSeen
from gpt_studio.gui import theme
from gpt_studio.gui.parts.look.attention_words import shown
from gpt_studio.gui.parts.look.calculation_table import CalculationTable
from gpt_studio.gui.parts.look.number_strip import NumberStrip
from gpt_studio.gui.parts.look.token_row import TokenArea, TokenRow
from gpt_studio.gui.widgets.attention_image import levels
from gpt_studio.gui.widgets.basics import Card, paragraph, text


class CalculationView(QWidget):
    """A position at the top, its calculation below, from the query to the weighted sum.

    Signals:
        placed: The student took another position; carries it.
    """

    placed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seen: AttentionSeen | None = None
        self._chosen = (0, 0)
        self._place = 0
        self.tokens = TokenRow("look.tokens", self.tr("The text, tinted by the weights"))
        self.tokens.chosen.connect(self._choose)
        self.text_card = Card(self.tr("Who looks"))
        self.text_card.body.addWidget(TokenArea(self.tokens))
        self.query = NumberStrip("look.query", self.tr("Query"), "part_attention")
        self.result = NumberStrip("look.result", self.tr("Result"), "part_feed_forward")
        self._query_words, self._result_words = text("", "body", "text2"), text("", "body", "text2")
        self.table = CalculationTable("look.calculation")
        self.card = Card(self.tr("From scores to weights"))
        self.card.body.addLayout(_beside(self._query_words, self.query))
        self.card.body.addWidget(self.table, 1)
        self.card.body.addLayout(_beside(self._result_words, self.result))
        self.hint = paragraph("", "caption", "text3")
        self.card.body.addWidget(self.hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.text_card)
        column.addWidget(self.card, 1)
        theme.notifier().changed.connect(self._show_row)

    def show_seen(self, seen: AttentionSeen | None, layer: int, head: int, place: int) -> None:
        """Show one head at one position; None clears."""
        self._seen, self._chosen = seen, (layer, head)
        self._place = min(place, len(seen.tokens) - 1) if seen else 0
        self._show_row()

    def _choose(self, place: int) -> None:
        self._place = place
        self._show_row()
        self.placed.emit(place)

    def _show_row(self) -> None:
        if self._seen is None:
            self.tokens.show_tokens((), 0)
            self.table.show_row((), None)
            return
        seen, (layer, head) = self._seen, self._chosen
        weights = seen.weights[layer, head, self._place]
        row = calculate(
            seen.queries[layer, head],
            seen.keys[layer, head],
            seen.values[layer, head],
            self._place,
            sees_future=bool(weights[self._place + 1 :].any()),
        )
        tints = [
            theme.map_color("attention", float(level)) if weight >= 0.01 else None
            for level, weight in zip(levels(weights), weights, strict=True)
        ]
        self.tokens.show_tokens(seen.tokens, self._place, tints)
        token = shown(seen.tokens[self._place])
        words = self.tr("Layer {layer}, head {head}: from scores to weights")
        self.card.set_title(words.format(layer=layer + 1, head=head + 1))
        self._query_words.setText(self.tr("Query of {token}").format(token=token))
        self._show_kind(has_scores=len(row.query) > 0)
        words = self.tr("What {token} gathers: the values times their weights, summed")
        self._result_words.setText(words.format(token=token))
        self.query.show_numbers(row.query)
        self.result.show_numbers(row.result)
        self.table.show_row(seen.tokens, row)
        self.table.bring(self._place)

    def _show_kind(self, has_scores: bool) -> None:
        """Where the model has no queries and keys, say what the scores then are."""
        for widget in (self._query_words, self.query):
            widget.setVisible(has_scores)
        if has_scores:
            words = self.tr(
                "All heads do this for every position at once. What the head gathers goes on to the output matrix."
            )
        else:
            words = self.tr(
                "This model was made without queries and keys. So every score is 0, and all that is in sight weighs "
                "the same: what is gathered is the plain mean of the values."
            )
        self.hint.setText(words)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_row()


def _beside(words: QLabel, strip: NumberStrip) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(words)
    row.addWidget(strip, 1)
    return row
