"""One blind duel: two continuations of one beginning, whose authors are hidden, and the votes so far. Plain data."""

import random
from dataclasses import dataclass, field
from pathlib import Path

from gpt_studio.engine.judging import votes

BEGINNING, CONTINUED = 80, 220  # characters that both share, and that each goes on with


@dataclass(frozen=True)
class Author:
    """Who wrote one side: a run at a step (None: now), or the text itself where `run` is None."""

    name: str
    run: Path | None = None
    step: int | None = None


@dataclass
class Duel:
    """What stands on the two sides; `wanted` is the side that answers the question, if there is a right one."""

    beginning: str
    authors: tuple[Author, Author]  # left and right
    wanted: int | None
    texts: list[str] = field(default_factory=lambda: ["", ""])
    voted: int | None = None

    def missing(self) -> int | None:
        """The first side that is to be written still."""
        return next((side for side in (0, 1) if not self.texts[side]), None)


@dataclass
class Tally:
    """The votes of one kind of duel."""

    votes: list[tuple[str, bool | None]] = field(default_factory=list)  # the author voted for, and whether it was right

    def add(self, duel: Duel) -> None:
        assert duel.voted is not None
        right = None if duel.wanted is None else duel.voted == duel.wanted
        self.votes.append((duel.authors[duel.voted].name, right))

    @property
    def right(self) -> int:
        return sum(right is True for _, right in self.votes)

    def wins(self, name: str) -> int:
        return sum(voted == name for voted, _ in self.votes)

    def by_chance(self, successes: int) -> float:
        """How likely a coin does at least as well."""
        return votes.by_chance(successes, len(self.votes))


def deal(held_back: str, authors: tuple[Author, Author], wanted: Author | None, seed: int) -> Duel:
    """A duel on held-back text; the real text, where it takes part, is filled in already.

    Args:
        held_back: Long enough for a beginning and something after it.
        authors: In any order; the seed decides who stands left.
        wanted: Who answers the question.
        seed: Of the place and of the sides.
    """
    chance = random.Random(f"duel {seed}")  # not the passages of the guessing game
    length = min(len(held_back), BEGINNING + CONTINUED)
    start = chance.randrange(len(held_back) - length + 1)
    word = held_back.find(" ", start, start + 40) + 1
    start = word if 0 < word <= len(held_back) - length else start
    cut = start + min(BEGINNING, length // 3 or 1)
    cut = held_back.rfind(" ", start + 1, cut) + 1 or cut  # after a whole word, if there is one
    sides = authors if chance.random() < 0.5 else (authors[1], authors[0])
    duel = Duel(held_back[start:cut], sides, sides.index(wanted) if wanted else None)
    for side, author in enumerate(sides):
        if author.run is None:
            duel.texts[side] = held_back[cut : start + length]
    return duel
