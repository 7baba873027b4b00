"""How well simpler means than a GPT expect a text: guessing, counting, packing. What a trained model should beat."""

import math
from collections.abc import Iterator

from msgspec import Struct

from gpt_studio.engine.corpus import split
from gpt_studio.engine.ngrams import NGram
from gpt_studio.engine.tokenizer import Tokenizer

LIMIT = 1_200_000  # characters; of a longer text the parts on both sides of the cut count, in the same proportion


class Yardsticks(Struct, frozen=True, kw_only=True):
    """Bits per character on the held-back part, by means that were fitted on the training part alone."""

    uniform: float  # any character of the text as likely as any other
    letters: float  # how often each character occurs
    two: float  # the character before
    five: float  # the four characters before
    xz: float | None  # what xz needs more for both parts than for the first alone; None where Python lacks lzma
    characters: int  # of the held-back part, as far as it was measured
    sampled: bool  # whether only a part of the text was taken


def measure(text: str) -> Yardsticks | None:
    """Measure a text; a second for 400 KB, three for the longest. None where either part is empty."""
    return [*measuring(text)][-1]


def measuring(text: str) -> Iterator[Yardsticks | None]:
    """Measure a text in steps of a second at most, so that it can be left in between; the last one gives the result.

    All but xz go through numpy in pieces, and xz lets other threads work, so that it can be done beside a window.
    """
    learnt, held_back = split(text)
    sampled = len(text) > LIMIT
    if sampled:
        share = LIMIT / len(text)
        learnt, held_back = learnt[-int(share * len(learnt)) :], held_back[: int(share * len(held_back))]
    if not learnt or not held_back:
        yield None
        return
    counted = []
    for order in (1, 2, 5):
        counted.append(NGram.learn(learnt, order).bits_per_character(held_back))
        yield None
    first = _packed_bytes(learnt)
    yield None
    both = _packed_bytes(learnt + held_back)
    letters, two, five = counted
    yield Yardsticks(
        uniform=math.log2(Tokenizer.characters(learnt + held_back).vocab_size),
        letters=letters,
        two=two,
        five=five,
        xz=8 * (both - first) / len(held_back) if both and first else None,
        characters=len(held_back),
        sampled=sampled,
    )


def _packed_bytes(text: str) -> int | None:
    """What xz makes of a text. The held-back part costs what it adds to the other: xz has then seen as much as a model
    has.
    """
    try:
        import lzma  # here: a Python that was built without it does all else
    except ImportError:
        return None
    return len(lzma.compress(text.encode("utf-8", "surrogatepass")))
