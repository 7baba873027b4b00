"""One round of Shannon's guessing game: what is shown, what was guessed, what the machines took. Plain data."""

import random
from dataclasses import dataclass, field

from gpt_studio.engine.events import TextRead
from gpt_studio.engine.judging import guessing
from gpt_studio.engine.judging.guessing import Score
from gpt_studio.engine.ngrams import NGram

SHOWN_FIRST = 160  # characters that stand there before the first guess
TO_GUESS = 60
MOST_GUESSES = 6  # after as many wrong ones the character is told, and counts as one guess more, for everyone


@dataclass
class Round:
    """A passage of held-back text, and how many guesses each of its last characters took."""

    text: str
    first: int  # the first character to guess
    machines: dict[str, list[int]] = field(default_factory=dict)  # guesses of each machine from `first` on
    taken: list[int] = field(default_factory=list)  # the student's, as far as she has come
    wrong: list[str] = field(default_factory=list)  # what she has tried for the present character

    @property
    def is_over(self) -> bool:
        return self.first + len(self.taken) >= len(self.text)

    @property
    def shown(self) -> str:
        """What stands before the character that is to be guessed."""
        return self.text[: self.first + len(self.taken)]

    def guess(self, character: str) -> bool:
        """Take a guess; True when the passage goes on: it was right, or it was the last one allowed."""
        wanted = self.text[self.first + len(self.taken)]
        if character == wanted:
            self._go_on(len(self.wrong) + 1)
            return True
        if character not in self.wrong:
            self.wrong.append(character)
        if len(self.wrong) >= MOST_GUESSES:
            self.give_up()
            return True
        return False

    def give_up(self) -> str:
        """Have the character told."""
        told = self.text[self.first + len(self.taken)]
        self._go_on(MOST_GUESSES + 1)
        return told

    def _go_on(self, guesses: int) -> None:
        self.taken.append(guesses)
        self.wrong = []

    def scores(self) -> dict[str, tuple[list[int], Score]]:
        """Everyone's guesses and score over the characters that the student has passed; hers stand first, under ""."""
        count = len(self.taken)
        everyone = {"": self.taken, **{name: guesses[:count] for name, guesses in self.machines.items()}}
        judged = {}
        for name, guesses in everyone.items():
            capped = [min(each, MOST_GUESSES + 1) for each in guesses]
            if found := guessing.score(capped):
                judged[name] = (capped, found)
        return judged


def passage(held_back: str, seed: int) -> tuple[str, int]:
    """A piece of held-back text to play with, from the beginning of a word, and the place of the first guess."""
    length = min(len(held_back), SHOWN_FIRST + TO_GUESS)
    start = random.Random(seed).randrange(len(held_back) - length + 1)
    word = held_back.find(" ", start, start + 40) + 1
    start = word if 0 < word <= len(held_back) - length else start
    text = held_back[start : start + length]
    return text, max(1, min(SHOWN_FIRST, length - TO_GUESS if length > TO_GUESS else length // 2))


def counted(learnt: str, text: str, first: int, order: int = 5) -> list[int]:
    """How many guesses a model takes that counted the training part."""
    return guessing.guesses_of(NGram.learn(learnt, order), text, first)


def guessed(read: TextRead, first: int) -> list[int] | None:
    """How many guesses a GPT takes, by the odds that it told for every place; None where its tokens are no characters.

    Args:
        read: With all tokens of the vocabulary as candidates.
        first: The first character to guess.
    """
    if read.joined or any(len(token) != 1 for token in read.tokens):
        return None
    taken = []
    for place in range(first, len(read.tokens)):
        candidates = read.candidate_tokens[place]
        known = bool(read.known[place]) and read.tokens[place] in candidates
        taken.append(candidates.index(read.tokens[place]) + 1 if known else MOST_GUESSES + 1)
    return taken
