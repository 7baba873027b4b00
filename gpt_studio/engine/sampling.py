"""Sampling: from the model's scores to the token that is written, for all rows at once."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from gpt_studio.engine.config import Sampling

COLDEST = 1e-30  # a smaller temperature is 0 in 32 bits, and nothing can be divided by it


class Odds(NamedTuple):
    """The likeliest tokens of each row, likeliest first, as far as any row may draw or is asked for (n)."""

    tokens: Tensor  # (B, n)
    before: Tensor  # (B, n) the model's probabilities, out of 1 for the whole vocabulary
    after: Tensor  # (B, n) after temperature, top-k and top-p; they sum to 1


class Draw(NamedTuple):
    """What was drawn, and among what."""

    odds: Odds
    place: Tensor  # (B) where the drawn tokens stand in the odds; 0: the likeliest
    tokens: Tensor  # (B)


class Sampler:
    """Draws a token for each row by the row's own settings. The same dice fall for all rows.

    Temperature divides the scores; top-k keeps the k likeliest; top-p keeps the fewest whose chances sum to p
    (Holtzman et al. 2020). Temperature 0 leaves the likeliest alone.

    Args:
        samplings: One per row.
        seed: The same seed gives the same draws, on every device: chance comes from the processor.
        vocab_size: V.
        shown: Odds of at least so many tokens are told.
        device: Where the scores will be.
    """

    def __init__(
        self, samplings: tuple[Sampling, ...], seed: int, vocab_size: int, shown: int, device: torch.device
    ) -> None:
        self.device = device
        kept = [1 if s.temperature == 0 else min(s.top_k or vocab_size, vocab_size) for s in samplings]
        self._n = min(vocab_size, max(shown, *kept))
        heat = [[max(s.temperature, COLDEST) if s.temperature else 1.0] for s in samplings]
        self._temperature = torch.tensor(heat, device=device)  # (B, 1)
        self._top_p = torch.tensor([[s.top_p] for s in samplings], device=device)  # (B, 1)
        self._cuts_by_p = any(s.top_p < 1 for s in samplings)
        beyond = torch.arange(self._n, device=device) >= torch.tensor(kept, device=device)[:, None]
        self._struck_out = beyond.float().masked_fill(beyond, -math.inf)  # (B, n): 0, or -inf beyond the k likeliest
        self._chance = torch.Generator().manual_seed(seed)
        self._rolled = torch.ones(vocab_size)  # on the processor
        self._waits = self._rolled.to(device)  # (V), the same memory on a processor

    def odds(self, scores: Tensor) -> Odds:
        """What may be drawn by these scores, (B, V)."""
        top, tokens = scores.topk(self._n)  # (B, n) each, the highest first
        top = (top - top[:, :1]).div_(self._temperature).add_(self._struck_out)  # never above 0, so nothing overflows
        after = top.softmax(-1)
        if self._cuts_by_p:
            after = top.masked_fill_(after.cumsum(-1) - after >= self._top_p, -math.inf).softmax(-1)
        return Odds(tokens, scores.softmax(-1).gather(1, tokens), after)

    def roll(self) -> None:
        """Throw the dice for the next draw: for every token an exponentially distributed waiting time."""
        self._rolled.exponential_(generator=self._chance)
        if self._waits is not self._rolled:
            self._waits.copy_(self._rolled)

    def draw(self, odds: Odds) -> Draw:
        """By the odds and the dice as they lie: the token wins whose waiting time, over its chance, is the shortest.

        The same draw as `torch.multinomial` makes, in three calls instead of a dozen.
        """
        place = (odds.after / self._waits.take(odds.tokens)).argmax(-1)  # (B)
        return Draw(odds, place, odds.tokens.gather(1, place[:, None])[:, 0])
