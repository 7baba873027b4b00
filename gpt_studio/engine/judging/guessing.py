"""Shannon's guessing game: how many guesses it takes, character by character, and what that says of a text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gpt_studio.engine.ngrams import NGram


@dataclass(frozen=True)
class Score:
    """What came of a game.

    `least_bits` and `most_bits` enclose the entropy per character that this guesser leaves open:

        sum of i (q_i - q_(i+1)) log2 i  <=  entropy  <=  - sum of q_i log2 q_i

    where q_i is the share of characters that took i guesses, in falling order for the lower bound.

    Source: C. E. Shannon, "Prediction and Entropy of Printed English", 1951, section 5. Few characters say little: the
    upper bound of n guesses is at most log2 n.
    """

    characters: int
    at_once: float  # share that the first guess met
    mean_guesses: float
    least_bits: float
    most_bits: float


def score(guesses: Sequence[int]) -> Score | None:
    """Judge a game by the number of guesses that each character took, 1 or more; None before the first."""
    if not guesses:
        return None
    total = len(guesses)
    shares = [guesses.count(number) / total for number in range(1, max(guesses) + 1)]
    falling = [*sorted(shares, reverse=True), 0.0]
    least = sum(
        number * (falling[number - 1] - falling[number]) * math.log2(number) for number in range(1, len(falling))
    )
    most = -sum(share * math.log2(share) for share in shares if share)
    return Score(total, shares[0], sum(guesses) / total, least, abs(most))


def guesses_of(model: NGram, text: str, first: int) -> list[int]:
    """How many guesses a counting model takes for each character from a place on, always naming the likeliest first.

    A character that it has never seen comes after all that it knows.
    """
    taken = []
    for place in range(first, len(text)):
        characters, chances = model.odds(text[max(0, place - model.order + 1) : place])
        if text[place] in characters:
            own = chances[characters.index(text[place])]
            taken.append(1 + int((chances > own).sum()))
        else:
            taken.append(len(characters) + 1)
    return taken
