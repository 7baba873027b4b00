"""Mix several texts, and plant a sentence: texts made on purpose, to see what a model makes of them."""

import random
from collections.abc import Sequence

from gpt_studio.engine.corpus import cut_of
from gpt_studio.engine.errors import CorpusError
from gpt_studio.engine.text_care.edits import Edit, Finding
from gpt_studio.engine.text_care.portions import bounds

SHORTEST, PIECE = 300, 2000  # characters of a text that stand together in a mixture, about
_PIECES = 100  # in a mixture, at least, so that its held-back tenth has ten


def largest_mixture(lengths: Sequence[int], weights: Sequence[float]) -> int:
    """How many characters a mixture can have before one of its texts runs out."""
    used = [(length, weight) for length, weight in zip(lengths, weights, strict=True) if weight > 0]
    return int(min((length * sum(weights) / weight for length, weight in used), default=0))


def mix(texts: Sequence[str], weights: Sequence[float], size: int, seed: int) -> str:
    """A text of about `size` characters in which each text has its weight, in every part of it.

    Pieces of up to about PIECE characters, cut at paragraphs, are drawn without putting back, so nothing stands in it
    twice; next comes the text that is furthest behind its weight. So any stretch, the held-back tenth too, holds the
    mixture to within a piece of each text.

    Raises:
        CorpusError: `mixture.weights` when no text has a weight.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise CorpusError("mixture.weights")
    size = min(size, largest_mixture([len(text) for text in texts], weights))
    chance = random.Random(seed)
    length_of_piece = min(PIECE, max(SHORTEST, size // _PIECES))
    waiting = [_pieces(text, length_of_piece) for text in texts]
    for each in waiting:
        chance.shuffle(each)
    taken, made, length = [0] * len(texts), list[str](), 0
    while length < size:
        behind = [
            weight / total * (length + length_of_piece) - have for weight, have in zip(weights, taken, strict=True)
        ]
        ready = [n for n, weight in enumerate(weights) if weight > 0 and waiting[n]]
        if not ready:
            break
        next_one = max(ready, key=lambda n: behind[n])
        piece = waiting[next_one].pop()
        made.append(piece)
        taken[next_one] += len(piece)
        length += len(piece)
    return "".join(made)


def plant(text: str, sentence: str, times: int, seed: int, training_only: bool = True) -> Finding:
    """Put a sentence into the text `times` times, each time on a line of its own, at places drawn by chance.

    With `training_only` no copy reaches the held-back part; that the cut moves with the text's length is reckoned with.

    Raises:
        CorpusError: `plant.empty` for an empty sentence, `plant.no_room` when the text has too few paragraphs and lines
            to put it between; with the most `times` there is room for.
    """
    sentence = " ".join(sentence.split())
    if not sentence:
        raise CorpusError("plant.empty")
    for gap, places in (("\n\n", bounds(text)), ("\n", _line_starts(text))):
        copy = sentence + gap
        grown = times * len(copy)
        most = cut_of(len(text) + grown) - grown if training_only else len(text) - 1
        ready = [place for place in places if place <= most and (place < len(text) or not text)]
        if len(ready) >= times:
            chosen = sorted(random.Random(seed).sample(ready, times))
            return Finding(kind="plant", edits=tuple(Edit(place, place, copy) for place in chosen))
    raise CorpusError("plant.no_room", times=times, room=len(ready))


def _line_starts(text: str) -> list[int]:
    return [0, *(place + 1 for place, char in enumerate(text) if char == "\n")]


def _pieces(text: str, most: int) -> list[str]:
    """The text in pieces of at most about so many characters, each ending in a newline."""
    found, start = [], 0
    places = bounds(text)
    for place, after in zip(places[1:], [*places[2:], None], strict=True):
        if after is None or after - start > most:
            piece = text[start:place]
            found.append(piece if piece.endswith("\n") else piece + "\n")
            start = place
    return [piece for piece in found if piece.strip()]
