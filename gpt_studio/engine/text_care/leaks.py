"""The leak check: what stands in the training part and in the held-back part too. A model that has learnt it by heart
looks better on held-back text than it is.

The split is fixed at character int(0.9 n), so a leak is mended by removing the copy in the training part. That makes
the text shorter, and the cut moves: by a tenth of what went, into what was held back. So it is looked again until
nothing is left.
"""

from collections.abc import Generator

import numpy as np

from gpt_studio.engine.corpus import cut_of
from gpt_studio.engine.judging.repetition import WINDOW, window_hashes
from gpt_studio.engine.text_care.edits import Edit, Finding
from gpt_studio.engine.text_care.repeats import SHOWN, passages, until_none_is_left
from gpt_studio.engine.text_care.similar import Similar, without


def leaks(text: str) -> Generator[Finding | None, None, None]:
    """Passages of WINDOW characters and more of the training part that are held back, too, word for word."""
    edits = yield from until_none_is_left(text, _stands_in_both)
    cut = cut_of(len(text))
    twins = tuple(text.find(text[edit.start : edit.end][:WINDOW], cut) for edit in edits[:SHOWN])
    yield Finding(kind="leaks", edits=edits, twins=twins)


def near_leaks(text: str, similar: Similar) -> Finding:
    """Paragraphs and lines of the training part that are nearly the same as held-back ones."""
    found: dict[int, int] = {}
    pairs = [pair for pair in similar.pairs if not similar.are_equal(text, *pair)]
    while True:
        gone = sum(edit.end - edit.start for edit in without(text, "near_leaks", similar, found).edits)
        cut = cut_of(len(text) - gone) + gone  # by places of `text`: all that goes stands before it
        more = {
            first: second
            for first, second in pairs
            if first not in found and similar.spans[first][1] <= cut <= similar.spans[second][0]
        }
        if not more:
            return without(text, "near_leaks", similar, found)
        found |= more


def _stands_in_both(text: str) -> list[Edit]:
    cut = cut_of(len(text))
    hashes = window_hashes(text)
    begins = np.zeros(len(hashes), dtype=np.bool_)
    last = max(0, cut - WINDOW + 1)
    begins[:last] = np.isin(hashes[:last], hashes[cut:])
    return passages(text, begins)
