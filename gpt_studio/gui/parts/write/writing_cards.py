"""The three styles side by side, one of them chosen; in a narrow window, or by choice, only that one is shown."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gpt_studio.engine.config import STYLES, Sampling
from gpt_studio.engine.events import Written
from gpt_studio.gui import theme
from gpt_studio.gui.parts.write.memory_check import Memory
from gpt_studio.gui.parts.write.writing_card import WritingCard

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
        self._rows: tuple[str, ...] = ()
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
    def characters_written(self) -> int:
        """Of the present writing, all rows together."""
        return sum(len(self.cards[style].written) for style in self._rows)

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
        self.samplings[self.style_key] = sampling
        self.card.set_sampling(sampling)

    # A writing

    def begin(self, every_style: bool, prompt: str, length: int, vocab_size: int) -> tuple[Sampling, ...]:
        """A new text in each card, or in the chosen one; gives how each is to be drawn, by row."""
        self._rows = tuple(self.cards) if every_style else (self.style_key,)
        for style in self._rows:
            self.cards[style].begin(prompt, length, vocab_size)
        self.changed.emit()
        return tuple(self.samplings[style] for style in self._rows)

    def set_prompt(self, prompt: str) -> None:
        """The prompt as the model knows it."""
        for style in self._rows:
            self.cards[style].set_prompt(prompt)

    def add(self, written: Iterable[Written]) -> None:
        """What was written, of all rows; the very first character of the chosen card is looked at, to show the way."""
        by_row: dict[int, list[Written]] = {}
        for one in written:
            by_row.setdefault(one.row, []).append(one)
        for row, ones in by_row.items():
            self.cards[self._rows[row]].add(ones)
        if self.card.written and self.card.chosen_token is None:
            self.card.output.select(0)
            self.changed.emit()

    def end(self) -> None:
        """Nothing more is coming."""
        for card in self.cards.values():
            card.set_writing(False)

    def written_texts(self) -> list[str]:
        """What stands in the cards of the present writing, without the prompt, by row."""
        return [self.cards[style].written_text for style in self._rows]

    def show_memories(self, memories: list[Memory]) -> None:
        """What of these texts stands in the training text."""
        for style, memory in zip(self._rows, memories, strict=True):
            self.cards[style].show_memory(memory)
        self.changed.emit()

    def clear(self) -> None:
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
