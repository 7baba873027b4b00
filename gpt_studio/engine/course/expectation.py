"""What a model may be expected to learn from a text: the loss on held-back text, before it is trained.

    loss = difficulty × (0.84 + 2.88 / T + 1.645 / N^0.127 + 10.1 (1 + dropout) (1 + 2734 / B)^0.72 / S^0.72 + overfit)

N numbers in the blocks' matrices, S steps by Muon with the program's schedule, T context, B tokens of a batch; those
of a longer piece count for less, B = 64 rows (T / 64)^0.41, for neighbours teach alike. So: what no such model learns,
what stands too early in the context, what the size costs, and what the steps cost, fewer of which are needed where a
batch is less noisy. The last term grows with every epoch, the more the larger the model; dropout holds it down.

Source of the form: Kaplan et al. 2020 (size and steps, with a critical batch), Hoffmann et al. 2022 (a floor, and size
and steps as sums). The figures were fitted to 26 runs of this program on three texts, from 0.1 to 2.7 million
parameters, 80 to 5,400 steps, 8 to 64 rows and contexts of 32 to 128: root of the mean square error 1.4 %, worst 4.7 %
(100 steps of medium). The term of overfitting rests on tiny after 17 and 30 epochs, what dropout does to it on no run
of its own; and beyond 3 million parameters all is extrapolated: there the forecast serves to choose, not to promise.
"""

import math
from typing import NamedTuple

from gpt_studio.engine.config import ModelConfig, TrainConfig

# How much harder a text is than verse_drama: the ratio of their losses after equal training. It was the same within
# 1 % for tiny after 300 and after 1,000 steps, and for small after 200 and 1,000.
DIFFICULTY = {"verse_drama": 1.0, "startup_pitches": 1.11, "python_code": 1.13, "shakespeare": 1.20}
USUAL_DIFFICULTY = 1.1
BIGRAM_LOSS = 2.42  # of verse_drama
# The formula's figures, in its order; see the top.
FLOOR, CONTEXT = 0.84, 2.88
SIZE, SIZE_POWER = 1.645, 0.127
STEPS, STEP_POWER, NOISE, NOISE_POWER = 10.1, 0.72, 2734.0, 0.41
OVERFIT, OVERFIT_POWER, OVERFIT_DROPOUT, OVERFIT_LEAST = 0.0008, 0.4, 0.25, 0.15
# Losses of verse_drama below which a sample shows more than the word before.
QUALITIES = (("noise", 2.8), ("letters", 1.9), ("words", 1.38), ("phrases", 1.27), ("style", 0.0))


class TextFacts(NamedTuple):
    """What the forecast must know of a text."""

    train_tokens: int = 365_000  # of the part that is learnt: nine tenths of 405 KB
    vocab_size: int = 65
    difficulty: float = USUAL_DIFFICULTY

    @property
    def held_back_tokens(self) -> int:
        """Of the other part, which every check reads."""
        return max(1, self.train_tokens // 9)

    @classmethod
    def of(cls, text_id: str, characters: int, vocab_size: int) -> "TextFacts":
        """Of a text of so many characters, one token each; `text_id` names a built-in one, if it is one."""
        return cls(max(1, int(0.9 * characters)), vocab_size, DIFFICULTY.get(text_id, USUAL_DIFFICULTY))


def expected_loss(model: ModelConfig, train: TrainConfig, text: TextFacts) -> float:
    """Nats per token on held-back text after the run."""
    if model.is_bigram:
        return text.difficulty * BIGRAM_LOSS
    loss = FLOOR + CONTEXT / model.block_size + SIZE * math.pow(_matrices(model), -SIZE_POWER)
    loss += _step_factor(model, train) * math.pow(train.max_steps, -STEP_POWER)
    loss += _overfit_per_step(model, train, text) * train.max_steps
    return min(text.difficulty * loss, math.log(text.vocab_size))


def useful_steps(model: ModelConfig, train: TrainConfig, text: TextFacts) -> int:
    """After how many steps more would only learn the text by heart: where the expected loss is lowest."""
    ratio = STEP_POWER * _step_factor(model, train) / _overfit_per_step(model, train, text)
    return max(1, int(math.pow(ratio, 1 / (1 + STEP_POWER))))


def _matrices(model: ModelConfig) -> int:
    return 12 * model.n_layer * model.n_embd**2


def _step_factor(model: ModelConfig, train: TrainConfig) -> float:
    batch = 64 * train.batch_size * math.pow(model.block_size / 64, NOISE_POWER)
    return STEPS * (1 + model.dropout) * math.pow(1 + NOISE / batch, STEP_POWER)


def _overfit_per_step(model: ModelConfig, train: TrainConfig, text: TextFacts) -> float:
    share = train.batch_size * model.block_size / text.train_tokens  # of an epoch
    held = max(OVERFIT_LEAST, 1 - model.dropout / OVERFIT_DROPOUT)
    return OVERFIT * share * math.pow(_matrices(model) / 1e5, OVERFIT_POWER) * held


def quality(loss: float, text: TextFacts) -> str:
    """What a sample at that loss shows: "noise", "letters", "words", "phrases" or "style"."""
    return next(word for word, least in QUALITIES if loss >= least * text.difficulty)
