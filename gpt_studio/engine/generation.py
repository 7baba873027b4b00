"""Writing: token after token, drawn from what the model expects."""

from collections.abc import Generator, Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from gpt_studio.engine import clock, device
from gpt_studio.engine.config import Sampling
from gpt_studio.engine.decoding import StillDecoder, WholeReader, reader_for
from gpt_studio.engine.events import Candidates, Event, Floats, Ints, WritingBegun, Written
from gpt_studio.engine.model import GPT
from gpt_studio.engine.recording import Recording
from gpt_studio.engine.requests import WriteRequest
from gpt_studio.engine.sampling import Draw, Sampler
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.workshop import Report, Workshop

TURN_S = 0.015  # how long writing goes on before the other slot has its turn
SMALL = 8 << 20  # bytes of weights; with less, one thread wrote 2.5 times as fast as two beside other work
PROCESSOR = torch.device("cpu")


class Next(NamedTuple):
    """A token more for every row, and the odds by which it was drawn: the likeliest tokens first, as many as may be
    drawn or are asked for.
    """

    tokens: list[int]  # B
    ranks: list[int]  # B; 1: the likeliest
    likeliest: Ints  # (B, n) tokens
    before: Floats  # (B, n) the model's probabilities
    after: Floats  # (B, n) after temperature, top-k and top-p


class Writer:
    """Continues a text in one or more rows, each with its own sampling and its own source of chance.

    What a row writes does not depend on the rows beside it. Past the context's end the window slides by half: of all
    strides that were measured it lost 0.002 nats against the best and cost a few percent of speed.

    Works on the weights as they are when it is made, inside `torch.inference_mode`.

    Args:
        model: Dropout is left out; without a cache it must be in evaluation mode for that.
        prompt: Tokens to continue, (T), T >= 1.
        samplings: One per row.
        seed: The same seed gives the same text.
        shown: The odds of at least so many tokens are told.
        cached: False recomputes the whole window for every token; for tests and comparisons.
    """

    def __init__(
        self,
        model: GPT,
        prompt: Ints,
        samplings: tuple[Sampling, ...],
        seed: int,
        shown: int = 0,
        cached: bool = True,
    ) -> None:
        self._context = model.config.block_size
        self._rows = [prompt.tolist()[-self._context :] for _ in samplings]  # the window; all rows are of one length
        self._device = next(model.parameters()).device
        self._reader = reader_for(model, len(samplings), self._device.type) if cached else WholeReader(model)
        still = isinstance(self._reader, StillDecoder)
        self._sampler = Sampler(samplings, seed, model.config.vocab_size, shown, self._device if still else PROCESSOR)
        self._latest = torch.zeros(len(samplings), dtype=torch.long, device=self._device)  # (B)
        self._go_on = Recording(self._read_and_draw, self._device.type if still else PROCESSOR.type)
        self._must_read = True
        small = sum(parameter.nbytes for parameter in model.parameters()) < SMALL
        self.threads = 1 if small else None  # how many to work in; None: as many as there are

    def next(self) -> Next:
        """The next token of each row."""
        self._sampler.roll()
        if self._must_read:
            draw = self._draw(self._reader.read(torch.tensor(self._rows, device=self._device)))
            self._must_read = False
        else:
            draw = self._go_on.run()
        tokens, ranks = draw.tokens.tolist(), (draw.place + 1).tolist()
        self._append(tokens)
        return Next(tokens, ranks, *(part.numpy(force=True) for part in draw.odds))

    def _read_and_draw(self) -> Draw:
        """Read what was drawn last, and draw again."""
        return self._draw(self._reader.step(self._latest))

    def _draw(self, scores: Tensor) -> Draw:
        """From scores, (B, V), to tokens; on the GPU where all is recorded there, else on the processor."""
        scores = scores.to(self._sampler.device, torch.float32)
        draw = self._sampler.draw(self._sampler.odds(scores))
        self._latest.copy_(draw.tokens)
        return draw

    def _append(self, tokens: list[int]) -> None:
        for row, token in zip(self._rows, tokens, strict=True):
            row.append(token)
        if len(self._rows[0]) > self._context:
            self._rows = [row[-max(1, self._context // 2) :] for row in self._rows]
            self._must_read = True


def prompt_tokens(tokenizer: Tokenizer, prompt: str) -> tuple[Ints, str]:
    """The prompt's known tokens and their text. An empty one becomes a new line, or the vocabulary's first token,
    unshown.
    """
    ids, _ = tokenizer.encode_known(prompt)
    if len(ids) == 0:
        return np.array([tokenizer.beginning], dtype=np.int64), ""
    return ids, tokenizer.decode(ids)


@torch.inference_mode()
def write(workshop: Workshop, request: WriteRequest) -> Iterator[Report]:
    """A visitor: continue a prompt. Tells WritingBegun, then one Written for each token and row."""
    exhibit = workshop.copy_of(request.subject)
    tokenizer = exhibit.tokenizer
    ids, prompt = prompt_tokens(tokenizer, request.prompt)
    writer = Writer(exhibit.model, ids, request.samplings, request.seed, shown=request.candidates)
    report: list[Event] = [WritingBegun(prompt=prompt, unknown=tokenizer.unknown(request.prompt))]
    teller = Teller(tokenizer, len(request.samplings), request.candidates)
    written, turn_s = 0, 0.0  # the first token is told at once: somebody waits for it
    while written < request.length:
        began, is_over = clock.now(), False
        with device.threads(writer.threads):
            while not is_over:
                report += teller.tell(writer.next())
                written += 1
                is_over = written == request.length or clock.now() - began >= turn_s
        yield report
        report, turn_s = [], TURN_S
    if report:  # no token was asked for
        yield report


class Teller:
    """Turns tokens into words for people, row by row.

    Args:
        tokenizer: Of the model.
        rows: How many texts are written side by side.
        candidates: The odds of so many tokens are told.
    """

    def __init__(self, tokenizer: Tokenizer, rows: int, candidates: int) -> None:
        self._tokens, self._candidates = tokenizer.tokens, candidates
        self._streams = [tokenizer.stream() for _ in range(rows)]

    def tell(self, found: Next) -> Iterator[Written]:
        """One Written per row."""
        names, count = self._tokens, self._candidates
        for row, (token, rank) in enumerate(zip(found.tokens, found.ranks, strict=True)):
            before, after = found.before[row], found.after[row]  # (n)
            shown = None
            if count:
                likeliest = tuple(names[i] for i in found.likeliest[row, :count].tolist())
                shown = Candidates(tokens=likeliest, before=before[:count], after=after[:count])
            text = self._streams[row].push(token)
            yield Written(
                row=row,
                text=text,
                probability=float(before[rank - 1]),
                probability_after=float(after[rank - 1]),
                rank=rank,
                candidates=shown,
                token="" if names[token] == text else names[token],
            )


@torch.inference_mode()
def sample(model: GPT, tokenizer: Tokenizer, seed: int, length: int = 240) -> Generator[None, None, str]:
    """A short text by a model in training, from its own source of chance. Yields between turns; returns the text, of
    about `length` characters.
    """
    ids, _ = prompt_tokens(tokenizer, "")
    writer = Writer(model, ids, (Sampling(temperature=0.8, top_k=40),), seed)
    stream, text, tokens_left = tokenizer.stream(), "", length
    while tokens_left and len(text) < length:
        with device.threads(writer.threads):
            began = clock.now()
            while tokens_left and len(text) < length and clock.now() - began < TURN_S:
                text += stream.push(writer.next().tokens[0])
                tokens_left -= 1
        yield
    return text
