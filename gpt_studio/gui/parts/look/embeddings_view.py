"""The character map: tokens on a plane, their nearest neighbours, and what is known of positions; step by step."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gpt_studio.engine.inside.seen import EmbeddingsSeen
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.look.attention_words import shown
from gpt_studio.gui.parts.look.map_cards import KindsLegend, NeighbourBars
from gpt_studio.gui.parts.look.position_charts import PositionCurves, PositionLikeness
from gpt_studio.gui.parts.look.token_map import TokenMap
from gpt_studio.gui.widgets.basics import Card, Segmented, paragraph, text
from gpt_studio.gui.widgets.pages import Pages
from gpt_studio.gui.widgets.scale_legend import ScaleLegend
from gpt_studio.gui.widgets.search_field import SearchField

SIDE = 268


class EmbeddingsView(QWidget):
    """Keeps what was told of every step, so that going through them asks for nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: dict[int | None, EmbeddingsSeen] = {}
        self._step: int | None = None
        self.kind = Segmented([("tokens", self.tr("Tokens")), ("positions", self.tr("Positions"))], "look.map_kind")
        self.map = TokenMap("look.embeddings")
        self.map_card = Card(self.tr("Tokens"))
        self.map_card.head.addWidget(KindsLegend())
        self.map_card.body.addWidget(self.map, 1)
        self.search = SearchField(self.tr("Find a token"))
        self.search.setObjectName("look.find")
        self.search.setAccessibleName(self.tr("Find a token"))
        self.near_card = Card(self.tr("Nearest"))
        self.near = NeighbourBars("look.neighbours")
        self.near_card.body.addWidget(text(self.tr("1.00 would be the same direction"), "caption", "text3"))
        self.near_card.body.addWidget(self.near)
        self.about_card = Card(self.tr("What the map shows"))
        self.about = paragraph("", markup=True)
        self.about_card.body.addWidget(self.about)
        self.about_card.body.addStretch(1)
        self.curves, self.likeness = PositionCurves("look.curves"), PositionLikeness("look.likeness")
        self.pages = Pages({"tokens": self._token_page(), "positions": self._position_page()})
        first = QHBoxLayout()
        first.addWidget(self.kind)
        first.addWidget(self.search)
        first.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(first)
        column.addWidget(self.pages, 1)
        self.kind.chosen.connect(self._turn_to)
        self.search.textChanged.connect(self._find)
        self.map.chosen.connect(lambda _: self._show_token())
        theme.notifier().changed.connect(self._fit)
        self._fit()

    def _token_page(self) -> QWidget:
        page, side = QWidget(), QVBoxLayout()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.map_card, 1)
        side.setSpacing(12)
        side.addWidget(self.near_card)
        side.addWidget(self.about_card, 1)
        row.addLayout(side)
        return page

    def _position_page(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        curves = Card(self.tr("Position vectors, number by number"))
        curves.body.addWidget(self.curves, 1)
        words = self.tr("Positions across. Of all numbers of a position's vector, the five that differ most are drawn.")
        curves.body.addWidget(paragraph(words, "caption", "text3"))
        alike = Card(self.tr("Which positions are alike"))
        alike.head.addWidget(ScaleLegend("attention", "−1", "1"))
        alike.body.addWidget(self.likeness, 1)
        words = self.tr(
            "Cosine of every position's vector with every other one's. A strong band: neighbours are alike."
        )
        alike.body.addWidget(paragraph(words, "caption", "text3"))
        row.addWidget(curves, 1)
        row.addWidget(alike, 1)
        return page

    # What is shown

    def take(self, seen: EmbeddingsSeen) -> None:
        """Keep what was told of a step; it is shown if it is the chosen one."""
        self._steps[seen.asked] = seen
        if seen.asked == self._step or self.map._seen is None:
            self._show(seen)

    def go_to(self, step: int | None) -> None:
        """Show another step, as soon as it is known."""
        self._step = step
        if step in self._steps:
            self._show(self._steps[step])

    def clear(self) -> None:
        self._steps.clear()
        self.map.show_seen(None)
        self.near.show_token(None, 0)

    def _show(self, seen: EmbeddingsSeen) -> None:
        self.map.show_seen(seen)
        self.map_card.set_title(self.tr("{n} tokens").format(n=messages.count(len(seen.tokens))))
        self._show_token()
        words = self.tr(
            "{c} numbers per token, pressed flat so that as much of the spread as possible survives: here "
            "<b>{share}</b>.<br><br>Two tokens stand close when the model may swap one for the other. The list above "
            "uses all {c} numbers, the picture only two. Trust the list."
        )
        self.about.setText(words.format(c=seen.width, share=messages.share(seen.share, 0)))
        self.curves.show_table(seen.positions)
        self.likeness.show_table(seen.positions)
        has_positions = seen.positions.size > 0
        self.kind.option("positions").setEnabled(has_positions)
        self.kind.option("positions").setToolTip(
            "" if has_positions else self.tr("This model was made without position embeddings.")
        )
        if not has_positions and self.kind.key == "positions":
            self.kind.set("tokens")
            self._turn_to("tokens")

    def _show_token(self) -> None:
        seen = self._steps.get(self._step) or next(iter(self._steps.values()), None)
        if seen is not None:
            self.near_card.set_title(self.tr("Nearest to {token}").format(token=shown(seen.tokens[self.map.token])))
            self.near.show_token(seen, self.map.token)

    def _turn_to(self, kind: str) -> None:
        self.pages.turn_to(kind)
        self.search.setVisible(kind == "tokens")

    def _find(self, words: str) -> None:
        """Choose the token that is typed, or else the first one that holds it."""
        seen = self._steps.get(self._step)
        if seen is None or not words:
            return
        exact = [at for at, token in enumerate(seen.tokens) if words in (token, shown(token))]
        holding = [at for at, token in enumerate(seen.tokens) if words.casefold() in token.casefold()]
        if found := exact or holding:
            self.map.choose(found[0])
            self._show_token()

    def _fit(self) -> None:
        for card in (self.near_card, self.about_card):
            card.setFixedWidth(theme.px(SIDE))
