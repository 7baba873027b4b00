"""Training text made worse on purpose, to see what a model learns from its letters, its words and its length.

Only the part that is learnt from is rewritten, and it keeps its length: so the cut falls where it fell, and both runs
of an experiment are tested on the same held-back text.
"""

import random
import re
from itertools import accumulate, pairwise
from typing import Literal

from gpt_studio.engine.corpus import split
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.text_care.portions import bounds

Rewriting = Literal["none", "letters", "words", "tenth"]
TITLES: dict[Rewriting, str] = {
    "letters": "{title}, letters shuffled",
    "words": "{title}, words shuffled",
    "tenth": "{title}, a tenth of it",
}
SHARE = 10  # a tenth, as often
_SPACES = re.compile(r"(\s+)")


def rewritten(text: CorpusText, rewriting: Rewriting, seed: int) -> CorpusText:
    """The text with its training part rewritten; the same seed gives the same text."""
    if rewriting == "none":
        return text
    train, held_back = split(text.text)
    chance = random.Random(seed)
    changed = {"letters": _shuffled_letters, "words": _shuffled_words, "tenth": _one_tenth}[rewriting](train, chance)
    return CorpusText(
        id=f"{text.id}-{rewriting}", title=TITLES[rewriting].format(title=text.title), text=changed + held_back
    )


def _shuffled_letters(train: str, chance: random.Random) -> str:
    """Every character once, in an order drawn by chance: their frequencies stay, and nothing else."""
    letters = list(train)
    chance.shuffle(letters)
    return "".join(letters)


def _shuffled_words(train: str, chance: random.Random) -> str:
    """Every word once (with the marks that cling to it), in an order drawn by chance; spaces and lines stay.

    The last one stays where it is: the cut may go through it.
    """
    pieces = _SPACES.split(train)
    words = pieces[:-1:2]
    chance.shuffle(words)
    pieces[:-1:2] = words
    return "".join(pieces)


def _one_tenth(train: str, chance: random.Random) -> str:
    """Paragraphs drawn by chance from all over the text, a tenth of it, again and again to the length of the whole.

    A run draws its windows anywhere in its training part, so this is training on the tenth alone, but for the few
    windows that cross a seam. Paragraphs and not one stretch: that would be one scene or chapter, and how much it is
    like the held-back part would matter more than its length.
    """
    length = max(1, len(train) // SHARE)
    places = bounds(train)
    paragraphs = [train[begin:end] for begin, end in pairwise(places)]
    order = chance.sample(range(len(paragraphs)), len(paragraphs))
    tenth = "".join(paragraphs[place] for place in sorted(order[: _as_many(paragraphs, order, length)]))[:length]
    return (tenth * (len(train) // length + 1))[: len(train)]


def _as_many(paragraphs: list[str], order: list[int], length: int) -> int:
    """How many of them, in this order, it takes to have so many characters."""
    lengths = accumulate(len(paragraphs[place]) for place in order)
    return 1 + next(count for count, total in enumerate(lengths) if total >= length)
