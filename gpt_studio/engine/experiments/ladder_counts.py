"""The rungs of the ladder that count: how well they expect the held-back text, and what they write.

Measured as a trained model is measured: on the whole held-back text, which has one prediction less than characters, and
with a chance for every character of the whole text's vocabulary. One difference stays: a model begins each of its
windows with nothing before it.
"""

import math

import numpy as np

from gpt_studio.engine import clock
from gpt_studio.engine.config import STYLES
from gpt_studio.engine.corpus import split
from gpt_studio.engine.experiments.ladder import SEED, Rung
from gpt_studio.engine.experiments.ladder_record import Result
from gpt_studio.engine.ngrams import NGram, Real
from gpt_studio.engine.tokenizer import Tokenizer

LONGEST = 4_000_000  # characters; of a longer text, those next to the held-back part are counted
LENGTH = 240  # characters of the text that is written; as many as a run's samples have


def counted(rung: Rung, text: str) -> Result:
    """Count the training part, and measure the rest; a second for 400 KB."""
    began = clock.now()
    learnt, held_back = split(text)
    model = NGram.learn(learnt[-LONGEST:], rung.order)
    bits = bits_per_character(model, held_back, Tokenizer.characters(text).vocab_size)
    seconds = clock.now() - began
    return Result(final=bits, size=model.pieces, seconds=seconds, text=written(model, SEED))


def bits_per_character(model: NGram, held_back: str, vocab_size: int) -> float:
    """The mean surprise over every character but the first, which is what a trained model is asked.

    The model keeps one chance for all characters that it has never seen. Those that the whole text has share it evenly,
    since a trained model tells them apart; where it has none, that little is lost (on 400 KB, 0.00002 bits).
    """
    unseen = vocab_size - len(model.characters)
    surprises = model.surprises(held_back)
    if unseen > 1:
        known = set(model.characters)
        surprises = surprises + math.log(unseen) * np.array([character not in known for character in held_back])
    return float(surprises[1:].mean()) / math.log(2)


def written(model: NGram, seed: int, length: int = LENGTH) -> str:
    """A text by counting alone, begun and drawn as the samples of a run are: after a new line, and "balanced"."""
    chance = np.random.default_rng(seed)
    text = "\n" if "\n" in model.characters else model.characters[0]
    for _ in range(length):
        characters, odds = model.odds(text)
        text += characters[chance.choice(len(characters), p=_balanced(odds))]
    return text[1:]


def _balanced(odds: Real) -> Real:
    """The odds after temperature and top-k; they sum to 1."""
    sampling = STYLES["balanced"]
    heated = (odds / odds.max()) ** (1 / sampling.temperature)
    if sampling.top_k < len(odds):
        heated[np.argsort(-odds, kind="stable")[sampling.top_k :]] = 0.0
    balanced: Real = heated / heated.sum()
    return balanced
