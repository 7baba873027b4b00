"""The three styles side by side, one of them chosen; in a narrow window, or by choice, only that one is shown."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gpt_studio.engine.config import STYLES, Sampling
from gpt_studio.engine.events import WritingBegun, Written
from gpt_studio.engine.requests import WriteRequest
from gpt_studio.gui import theme
from gpt_studio.gui.parts.write.memory_check import Memory
from gpt_studio.gui.parts.write.writing_card import WritingCard
from gpt_studio.gui.parts.write.writing_tree import Branch

FIRST_STYLE = "balanced"


class WritingCards(QWidget):
    """Knows the settings of each style and which styles the present writing is about, by row.

    Signals:
        changed: Another card is the chosen one, or another of its characters.
        copy_asked, save_asked: The buttons of a card, which is then the chosen one.
    """

    changed = Signal()
    copy_asked = Signal()
    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.titles = {
            "focused": self.tr("Focused"),
            "balanced": self.tr("Balanced"),
            "creative": self.tr("Creative"),
        }
        characters = {
            "focused": self.tr("safe, soon repeats"),
            "balanced": self.tr("mostly sensible"),
            "creative": self.tr("bold, makes up words"),
        }
        self.samplings: dict[str, Sampling] = dict(STYLES)
        self.cards = {
            style: WritingCard(style, title, characters[style], self.samplings[style])
            for style, title in self.titles.items()
        }
        self.style_key = FIRST_STYLE
        self._rows: dict[int, str] = {}  # the styles of the present writing
        self._alone = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for card in self.cards.values():
            self._row.addWidget(card, 1)
            card.asked.connect(self.choose)
            card.token_chosen.connect(self.choose)
            card.copy_asked.connect(self.copy_asked)
            card.save_asked.connect(self.save_asked)
        self._show()
        self._fit()
        theme.notifier().changed.connect(self._fit)

    @property
    def card(self) -> WritingCard:
        """The chosen one."""
        return self.cards[self.style_key]

    @property
    def title(self) -> str:
        return self.titles[self.style_key]

    @property
    def tokens_written(self) -> int:
        """Of the present writing, all rows together."""
        return sum(len(branch.own) for _, branch in self.grown())

    @property
    def growing_first(self) -> Branch | None:
        """The text from which the present writing branches off, if it does."""
        return next((card.tree.first for card, branch in self.grown() if card.tree and branch.parent), None)

    @property
    def _present(self) -> list[WritingCard]:
        return [self.cards[style] for style in self._rows.values()]

    def choose(self, style: str) -> None:
        self.style_key = style
        self._show()
        self.changed.emit()

    def arrange(self, alone: bool, large: bool, narrow: bool) -> None:
        """Whether the chosen card has the page to itself, has large letters, and must explain the tints itself."""
        self._alone = alone
        for card in self.cards.values():
            card.set_large(large)
            card.set_legend(narrow)
        self._show()

    def set_sampling(self, sampling: Sampling) -> None:
        """Other settings for the chosen style's next text."""
        self.set_samplings({self.style_key: sampling})

    def set_samplings(self, samplings: dict[str, Sampling]) -> None:
        """Other settings for the next text of these styles."""
        for style, sampling in samplings.items():
            self.samplings[style] = sampling
            self.cards[style].set_sampling(sampling)

    def set_tinted(self, tinted: bool) -> None:
        """Whether surprise is shown behind the texts, and explained."""
        for card in self.cards.values():
            card.set_tinted(tinted)

    # A writing

    def rows_of(self, every_style: bool) -> dict[int, str]:
        """The styles of the next text by row: of each card, or of the chosen one."""
        return dict(enumerate(self.cards if every_style else (self.style_key,)))

    def begin(self, rows: dict[int, str], request: WriteRequest, vocab_size: int) -> None:
        """A new text in each card that has a row of what is asked for."""
        self._rows = rows
        for row, style in self._rows.items():
            self.cards[style].begin(request, row, vocab_size)
        self.changed.emit()

    def begin_branch(self, style: str) -> None:
        """A branch in one card; the others stay as they are."""
        tree = self.cards[style].tree
        assert tree is not None
        self._rows = {tree.first.row: style}
        self.cards[style].begin_branch()

    def take_begun(self, begun: WritingBegun) -> None:
        """The prompt as the model knows it."""
        for card in self._present:
            card.take_begun(begun)

    def add(self, written: Iterable[Written]) -> None:
        """What was written, of all rows; the very first token of the chosen card is looked at, to show the way."""
        by_row: dict[int, list[Written]] = {}
        for one in written:
            by_row.setdefault(one.row, []).append(one)
        for row, style in self._rows.items():
            if ones := by_row.get(row):
                self.cards[style].add(ones)
        if self.card.show_the_way():
            self.changed.emit()

    def end(self) -> None:
        """Nothing more is coming."""
        for card in self.cards.values():
            card.set_writing(False)

    def settle(self) -> None:
        """What was asked for has ended."""
        for card in self._present:
            card.settle()
        self.changed.emit()

    def grown(self) -> list[tuple[WritingCard, Branch]]:
        """The texts of the present writing, by row, and the cards that they are in."""
        return [(card, card.tree.growing) for card in self._present if card.tree]

    def show_memories(self, grown: list[tuple[WritingCard, Branch]], memories: list[Memory]) -> None:
        """What of these texts stands in the training text."""
        for (card, branch), memory in zip(grown, memories, strict=True):
            card.take_memory(branch, memory)
        self.changed.emit()

    def clear(self) -> None:
        self._rows = {}
        for card in self.cards.values():
            card.clear()
        self.changed.emit()

    def _show(self) -> None:
        for style, card in self.cards.items():
            chosen = style == self.style_key
            card.set_active(chosen, framed=not self._alone)
            card.setVisible(chosen or not self._alone)

    def _fit(self) -> None:
        self._row.setSpacing(theme.px(14))
