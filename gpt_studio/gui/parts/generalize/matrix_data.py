"""The matrix as it is shown: headings, cells, and the colour of a perplexity."""

import math
from dataclasses import dataclass, field

from PySide6.QtGui import QColor

from gpt_studio.gui import theme
from gpt_studio.gui.parts.generalize.units import Unit

AT_HOME = 3.0  # perplexity of the lightest cell


@dataclass(frozen=True)
class Entry:
    """A cell as it is shown."""

    words: str = ""  # the number, "…", or nothing
    perplexity: float | None = None  # per character
    is_home: bool = False  # trained on this text
    has_unknown: bool = False
    sentence: str = ""  # for tooltip and screen reader


@dataclass(frozen=True)
class Heading:
    """The name of a row or column."""

    title: str
    caption: str = ""
    tooltip: str = ""
    is_strong: bool = True


@dataclass(frozen=True)
class Shown:
    """The whole matrix as it is shown."""

    rows: tuple[Heading, ...] = ()
    columns: tuple[Heading, ...] = ()
    entries: dict[tuple[int, int], Entry] = field(default_factory=dict)
    vocab_size: int = 65  # characters among which pure guessing hesitates: the darkest cell
    unit: Unit = "perplexity"
    tokens_differ: bool = False  # the models cut texts in different ways


def level(perplexity: float, vocab_size: int) -> float:
    """0 to 1 on the colour map: ln(perplexity) from ln 3 to ln V."""
    low, high = math.log(AT_HOME), math.log(max(vocab_size, AT_HOME + 1))
    return max(0.0, min(1.0, (math.log(max(perplexity, 1.0)) - low) / (high - low)))


def cell_color(perplexity: float, vocab_size: int) -> QColor:
    return theme.map_color("surprise", level(perplexity, vocab_size))
