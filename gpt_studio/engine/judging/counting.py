"""A model that only counts, asked as a GPT is: the same characters predicted, unknown ones counted the same way."""

import math

import numpy as np

from gpt_studio.engine.corpus import split
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Tested, TextRead
from gpt_studio.engine.judging.yardsticks import LIMIT
from gpt_studio.engine.ngrams import NGram, Real
from gpt_studio.engine.tokenizer import CharacterTokenizer, Tokenizer

ORDER = 5


class Counter:
    """A 5-gram of the training part of a text. Made by `learn`.

    Its alphabet is that of the whole text, as that of a GPT with one token per character is; a character beyond it is
    passed over when contexts are looked up, and counts as a pure guess: ln V. Characters of the alphabet that the
    training part lacks share what the counts leave for them.
    """

    def __init__(self, alphabet: CharacterTokenizer, model: NGram, seen: frozenset[str]) -> None:
        self._alphabet, self._model, self._seen = alphabet, model, seen
        self._expected: dict[tuple[str, int], tuple[tuple[str, ...], Real]] = {}

    @classmethod
    def learn(cls, text: str, title: str = "") -> "Counter":
        """Count the training part of a text; of a very long one the last 1.2 million characters of it.

        Raises:
            StudioError: `test.too_short` when there is nothing to count.
        """
        learnt = split(text)[0][-LIMIT:]
        if not learnt:
            raise StudioError("test.too_short", title=title)
        return cls(Tokenizer.characters(text), NGram.learn(learnt, ORDER), frozenset(learnt))

    @property
    def vocab_size(self) -> int:
        return self._alphabet.vocab_size

    def measure(self, text: str, title: str = "", row: int = 0, column: int = 0) -> Tested:
        """How well it expects a text: every character that it knows but the first, and a pure guess for the others.

        Raises:
            StudioError: `test.too_short` when no character is left to predict.
        """
        known, unknown = self._known(text)
        predictions = max(0, len(known) - 1) + unknown
        if predictions == 0:
            raise StudioError("test.too_short", title=title)
        loss = (float(self._surprises(known)[1:].sum()) + unknown * math.log(self.vocab_size)) / predictions
        return Tested(
            row=row,
            column=column,
            loss=loss,
            perplexity=math.exp(loss),
            bits_per_char=loss / math.log(2),
            unknown_share=unknown / len(text),
            characters=len(text),
        )

    def read(self, text: str, candidates: int = 3) -> TextRead:
        """Of every character how expected it was, and what was expected in its place."""
        is_known = self._alphabet.encode_known(text)[1]
        places = np.flatnonzero(is_known)
        known = "".join(text[place] for place in places)
        losses = np.full(len(text), math.log(self.vocab_size), dtype=np.float32)
        losses[places] = self._surprises(known)
        losses[places[:1]] = np.nan
        words: list[tuple[str, ...]] = [()] * len(text)
        chances = np.zeros((len(text), min(candidates, len(self._seen))), dtype=np.float32)
        for number, place in enumerate(places[1:].tolist(), 1):
            words[place], chances[place] = self._likeliest(known[max(0, number - ORDER + 1) : number], chances.shape[1])
        return TextRead(tuple(text), losses, is_known, tuple(words), chances)

    def _likeliest(self, context: str, count: int) -> tuple[tuple[str, ...], Real]:
        """What is expected next, and its chances; contexts come again and again."""
        if (context, count) not in self._expected:
            signs, odds = self._model.odds(context)
            best = np.argsort(-odds, kind="stable")[:count]
            self._expected[context, count] = tuple(signs[each] for each in best), odds[best]
        return self._expected[context, count]

    def _known(self, text: str) -> tuple[str, int]:
        """What of a text the alphabet has, and how many characters it lacks."""
        ids, is_known = self._alphabet.encode_known(text)
        return (text if is_known.all() else self._alphabet.decode(ids)), int((~is_known).sum())

    def _surprises(self, known: str) -> Real:
        """-ln p of every character, (T)."""
        nats = self._model.surprises(known)
        unseen = self.vocab_size - len(self._seen)
        if unseen > 1:  # the model has one place for all of them
            nats += math.log(unseen) * np.array([each not in self._seen for each in known])
        return nats
