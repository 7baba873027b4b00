"""Writing: token after token, drawn from what the model expects."""

import math
from collections.abc import Generator, Iterator

import numpy as np
import torch
from torch import Tensor

from gpt_studio.engine import clock
from gpt_studio.engine.config import Sampling
from gpt_studio.engine.events import Candidates, Ints, WritingBegun, Written
from gpt_studio.engine.model import GPT, Cache
from gpt_studio.engine.requests import WriteRequest
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.workshop import Report, Workshop

TURN_S = 0.015  # how long writing goes on before the other slot has its turn


class Writer:
    """Continues a text in one or more rows, each with its own sampling and its own source of chance.

    What a row writes does not depend on the rows beside it. Past the context's end the window slides by half: of all
    strides that were measured it lost 0.002 nats against the best and cost a few percent of speed.

    Args:
        model: In evaluation mode; called without gradients.
        prompt: Tokens to continue, (T), T >= 1.
        samplings: One per row.
        seed: The same seed gives the same text.
        cached: False recomputes the whole window for every token; for tests.
    """

    def __init__(
        self, model: GPT, prompt: Ints, samplings: tuple[Sampling, ...], seed: int, cached: bool = True
    ) -> None:
        self.model, self.samplings, self.cached = model, samplings, cached
        self._device = next(model.parameters()).device
        self._chances = [torch.Generator().manual_seed(seed) for _ in samplings]
        rows = torch.as_tensor(prompt, dtype=torch.long).repeat(len(samplings), 1)  # (B, T)
        self._window = rows[:, -model.config.block_size :].to(self._device)  # (B, t)
        self._cache: Cache | None = None

    def next(self) -> tuple[list[int], Tensor, Tensor]:
        """The next token of each row.

        Returns:
            Tokens (B), the model's probabilities (B, V), and those after temperature, top-k and top-p (B, V), both on
            the processor.
        """
        logits = self._logits().float().cpu()  # (B, V)
        after = torch.stack([reshape(row, sampling) for row, sampling in zip(logits, self.samplings, strict=True)])
        drawn = [
            int(torch.multinomial(row, 1, generator=chance)) for row, chance in zip(after, self._chances, strict=True)
        ]
        self._append(torch.tensor(drawn, device=self._device)[:, None])
        return drawn, logits.softmax(dim=-1), after

    def _logits(self) -> Tensor:
        """Scores for the token after the window, (B, V)."""
        if self.model.config.is_bigram or not self.cached:
            scores: Tensor = self.model(self._window)  # (B, t, V)
        else:
            if self._cache is None:
                weight = self.model.wte.weight
                self._cache = Cache(self.model.config, len(self.samplings), weight.device, weight.dtype)
            scores = self.model(self._window[:, self._cache.length :], cache=self._cache)
        return scores[:, -1]

    def _append(self, tokens: Tensor) -> None:
        self._window = torch.cat([self._window, tokens], dim=1)
        if self._window.size(1) > self.model.config.block_size:
            self._window = self._window[:, -max(1, self.model.config.block_size // 2) :]
            self._cache = None


def reshape(logits: Tensor, sampling: Sampling) -> Tensor:
    """The model's scores as the chances to draw by.

    Args:
        logits: (V).
        sampling: Temperature divides the scores; top-k keeps the k likeliest; top-p keeps the fewest whose chances
        sum to
            p (Holtzman et al. 2020). Temperature 0 leaves the likeliest alone.

    Returns:
        Probabilities, (V), that sum to 1.
    """
    if sampling.temperature == 0.0:
        return torch.nn.functional.one_hot(logits.argmax(), logits.numel()).float()
    scores = (logits - logits.max()) / sampling.temperature  # never above 0, so a tiny temperature cannot overflow
    if 0 < sampling.top_k < scores.numel():
        kept = scores.topk(sampling.top_k).indices
        scores = torch.full_like(scores, -math.inf).index_copy(0, kept, scores[kept])
    if sampling.top_p < 1.0:
        chances, order = scores.softmax(dim=-1).sort(descending=True, stable=True)
        beyond = chances.cumsum(dim=-1) - chances >= sampling.top_p
        scores = scores.index_fill(0, order[beyond], -math.inf)
    return scores.softmax(dim=-1)


def prompt_tokens(tokenizer: Tokenizer, prompt: str) -> tuple[Ints, str]:
    """The prompt's known tokens and their text. An empty one becomes a new line, or the vocabulary's first token,
    unshown.
    """
    ids, known = tokenizer.encode_known(prompt)
    if len(ids) == 0:
        first = tokenizer.tokens.index("\n") if "\n" in tokenizer.tokens else 0
        return np.array([first], dtype=np.int64), ""
    return ids, "".join(character for character, there in zip(prompt, known, strict=True) if there)


@torch.no_grad()
def write(workshop: Workshop, request: WriteRequest) -> Iterator[Report]:
    """A visitor: continue a prompt. Tells WritingBegun, then one Written for each token and row."""
    exhibit = workshop.copy_of(request.subject)
    tokenizer = exhibit.tokenizer
    ids, prompt = prompt_tokens(tokenizer, request.prompt)
    yield [WritingBegun(prompt=prompt, unknown=tokenizer.unknown(request.prompt))]
    writer = Writer(exhibit.model, ids, request.samplings, request.seed)
    written = 0
    while written < request.length:
        began, report = clock.now(), []
        while written < request.length and clock.now() - began < TURN_S:
            drawn, before, after = writer.next()
            report += [
                _tell(row, token, before[row], after[row], tokenizer, request.candidates)
                for row, token in enumerate(drawn)
            ]
            written += 1
        yield [*report]


def _tell(row: int, token: int, before: Tensor, after: Tensor, tokenizer: Tokenizer, candidates: int) -> Written:
    shown = None
    if candidates:
        top = before.topk(min(candidates, before.numel())).indices
        shown = Candidates(
            tokens=tuple(tokenizer.tokens[i] for i in top.tolist()),
            before=before[top].numpy(),
            after=after[top].numpy(),
        )
    chance = float(before[token])
    return Written(
        row=row,
        text=tokenizer.decode([token]),
        probability=chance,
        probability_after=float(after[token]),
        rank=int((before > chance).sum()) + 1,
        candidates=shown,
    )


@torch.no_grad()
def sample(model: GPT, tokenizer: Tokenizer, seed: int, length: int = 240) -> Generator[None, None, str]:
    """A short text by a model in training, from its own source of chance. Yields between turns; returns the text."""
    ids, _ = prompt_tokens(tokenizer, "")
    writer = Writer(model, ids, (Sampling(temperature=0.8, top_k=40),), seed)
    written: list[int] = []
    while len(written) < length:
        was_training = model.training
        model.eval()
        began = clock.now()
        while len(written) < length and clock.now() - began < TURN_S:
            drawn, _, _ = writer.next()
            written += drawn
        model.train(was_training)
        yield
    return tokenizer.decode(written)
