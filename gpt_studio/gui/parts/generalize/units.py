"""The two ways to tell how well a text is expected: perplexity per character, or bits per character."""

import math
from typing import Literal

from gpt_studio.engine.events import Tested
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr

Unit = Literal["perplexity", "bits"]
MOST_BITS = 1000.0  # beyond that a perplexity has no room in a float


def per_character(tested: Tested) -> float:
    """Among how many characters a model hesitates: a perplexity that compares whatever its tokens are."""
    return float(2.0 ** min(tested.bits_per_char, MOST_BITS))


def perplexity(value: float) -> str:
    """5.04 -> "5.0", 46.2 -> "46"."""
    return f"{value:.1f}" if value < 19.95 else messages.count(value)


def figure(hesitation: float, unit: Unit) -> str:
    """A perplexity per character, as the matrix has it: "5.0", or in bits "2.32"."""
    return perplexity(hesitation) if unit == "perplexity" else f"{math.log2(max(hesitation, 1.0)):.2f}"


def named(hesitation: float, unit: Unit) -> str:
    """The same with what it is: "perplexity 5.0", or "2.32 bits per character"."""
    words = tr("perplexity {n}") if unit == "perplexity" else tr("{n} bits per character")
    return words.format(n=figure(hesitation, unit))


def explained(unit: Unit) -> str:
    """What the figures are, in a few words."""
    if unit == "perplexity":
        return tr("perplexity: among how many characters the model hesitates")
    return tr("bits per character: yes-or-no questions that each one is worth")
