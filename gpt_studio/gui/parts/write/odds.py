"""The candidates for one place of a text, as the chart shows them."""

import math
from dataclasses import dataclass

from gpt_studio.engine.events import Candidates, Written

MOST = 12
LEAST_PROBABILITY = 1e-12  # what a probability that became 0 by rounding counts as


def surprise(written: Written) -> float:
    """-ln p of a token, in nats."""
    return -math.log(max(written.probability, LEAST_PROBABILITY))


@dataclass(frozen=True)
class Odds:
    """One candidate: its token, the model's probability, and the one after temperature and top-k (0: struck out)."""

    token: str
    before: float
    after: float
    id: int = -1  # in the vocabulary; -1: not known, so it cannot be picked


def odds_around(
    candidates: Candidates, token: str, before: float, after: float, id: int = -1
) -> tuple[list[Odds], int, bool]:
    """The candidates to show, which of them is `token`, and whether some are left out before it.

    Where the token is none of the likeliest, it takes the last place.
    """
    ids = candidates.ids or (-1,) * len(candidates.tokens)
    found = [Odds(*one) for one in zip(candidates.tokens, candidates.before, candidates.after, ids, strict=True)][:MOST]
    for place, one in enumerate(found):
        if (one.id, one.token) == (id, token):
            return found, place, False
    found = found[: MOST - 1]
    return [*found, Odds(token, before, after, id)], len(found), bool(found)
