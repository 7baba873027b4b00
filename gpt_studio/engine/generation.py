"""Writing: token after token, drawn from what the model expects."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from gpt_studio.engine import clock, device
from gpt_studio.engine.arrays import Floats, Ints
from gpt_studio.engine.config import Sampling
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Candidates, Event, WritingBegun, Written
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import Begun, WriteRequest
from gpt_studio.engine.sampling import Draw, Sampler
from gpt_studio.engine.speed.decoding import StillDecoder
from gpt_studio.engine.speed.readers import WholeReader, reader_for
from gpt_studio.engine.speed.recording import Recording
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
    ranks: list[int]  # B; 1: the likeliest; 0: a given token that is none of those below
    likeliest: Ints  # (B, n) tokens
    before: Floats  # (B, n) the model's probabilities
    after: Floats  # (B, n) after temperature, top-k and top-p


class Writer:
    """Continues a text in one or more rows, each with its own sampling. The same dice fall for all of them.

    What a row writes does not depend on what the rows beside it write; beside another number of rows its chances may
    differ in their last bits. Past the context's end the window slides by half: of all
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

    def take_over(self, tokens: Sequence[int]) -> Iterator[None]:
        """Be where the writing of these tokens has led, to the last bit, as if every row had drawn them. To be gone
        through before the first `next`; it stops after every token.

        What lies before the latest slide of the window is not read again; only the dice are thrown for it.
        """
        unread = self._before_the_latest_slide(len(tokens))
        if unread:
            self._rows = [[*row, *tokens[:unread]][-self._after_slide :] for row in self._rows]
        for _ in range(unread):
            self._sampler.roll()
            yield
        for token in tokens[unread:]:
            self.next(token)
            yield

    def next(self, token: int | None = None) -> Next:
        """The next token of each row: the given one, or the one that is drawn."""
        self._sampler.roll()
        if self._must_read:
            draw = self._draw(self._reader.read(torch.tensor(self._rows, device=self._device)))
            self._must_read = False
        else:
            draw = self._go_on.run()
        if token is not None:
            draw = self._instead(draw, token)
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

    def _instead(self, draw: Draw, token: int) -> Draw:
        """The same odds, and a token that was not drawn by them."""
        here = draw.odds.tokens == token  # (B, n)
        self._latest.fill_(token)
        place = torch.where(here.any(-1), here.int().argmax(-1), -1)
        return Draw(draw.odds, place, torch.full_like(draw.tokens, token))

    def _append(self, tokens: list[int]) -> None:
        for row, token in zip(self._rows, tokens, strict=True):
            row.append(token)
        if len(self._rows[0]) > self._context:
            self._rows = [row[-self._after_slide :] for row in self._rows]
            self._must_read = True

    @property
    def _after_slide(self) -> int:
        """How long the window is when it has slid."""
        return max(1, self._context // 2)

    def _before_the_latest_slide(self, tokens: int) -> int:
        """After how many of so many tokens more the window slides for the last time; 0: it does not."""
        first, then = self._context + 1 - len(self._rows[0]), self._context + 1 - self._after_slide
        return first + (tokens - first) // then * then if tokens >= first else 0


def window_length(prompt: int, written: int, context: int) -> int:
    """How many tokens a `Writer` has before it, after a prompt of so many tokens and so many written ones."""
    after_slide = max(1, context // 2)
    first, then = context + 1 - min(prompt, context), context + 1 - after_slide  # tokens until a slide
    if written < first:
        return min(prompt, context) + written
    return after_slide + (written - first) % then


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
    retold = request.begun is not None and request.begun.retold  # its beginning may be drawn by other settings
    shown = tokenizer.vocab_size if retold else request.candidates
    writer = Writer(exhibit.model, ids, request.samplings, request.seed, shown=shown)
    begun = WritingBegun(prompt=prompt, unknown=tokenizer.unknown(request.prompt), step=exhibit.step)
    teller = Teller(tokenizer, len(request.samplings), request.candidates)
    report: list[Event] = [begun]
    steps, is_over, turn_s = _steps(writer, teller, request), False, 0.0  # somebody waits for the first token
    while not is_over:
        began = clock.now()
        with device.threads(writer.threads):
            for told in steps:
                report += told
                if clock.now() - began >= turn_s:
                    break
            else:
                is_over = True
        if report or not is_over:
            yield report
        report, turn_s = [], TURN_S


def _steps(writer: Writer, teller: "Teller", request: WriteRequest) -> Iterator[Iterable[Written]]:
    """What there is to tell, token after token."""
    to_write = request.length
    if request.begun:
        yield from _taken_over(writer, teller, request.begun)
        to_write -= len(request.begun.tokens)
    for _ in range(to_write):
        yield teller.tell(writer.next())


def _taken_over(writer: Writer, teller: "Teller", begun: Begun) -> Iterator[Iterable[Written]]:
    """What is written already, untold unless asked for; then the picked token.

    Raises:
        StudioError: `write.begun` for tokens that this model cannot have written or offered.
    """
    if not begun.tokens or not all(0 <= token < teller.vocab_size for token in begun.tokens):
        raise StudioError("write.begun")
    told_from = 0 if begun.retold else len(begun.tokens) - 1
    untold = begun.tokens[:told_from]
    for _ in writer.take_over(untold):
        yield ()
    teller.take_over(untold, begun.row)
    for token in begun.tokens[told_from:]:
        found = writer.next(token)
        if not found.ranks[begun.row]:
            raise StudioError("write.begun")
        yield teller.tell(found)


class Teller:
    """Turns tokens into words for people, row by row.

    Args:
        tokenizer: Of the model.
        rows: How many texts are written side by side.
        candidates: The odds of so many tokens are told.
    """

    def __init__(self, tokenizer: Tokenizer, rows: int, candidates: int) -> None:
        self._tokens, self._candidates = tokenizer.tokens, candidates
        self._streams = {row: tokenizer.stream() for row in range(rows)}

    @property
    def vocab_size(self) -> int:
        return len(self._tokens)

    def take_over(self, tokens: Sequence[int], row: int) -> None:
        """These are told already, in the only row of which there is to be told from now on."""
        self._streams = {row: self._streams[row]}
        for token in tokens:
            self._streams[row].push(token)

    def tell(self, found: Next) -> Iterator[Written]:
        """One Written per row."""
        names, count = self._tokens, self._candidates
        kept = found.after > 0  # (B, n)
        cut = (len(names) - kept.sum(1)).tolist()  # B
        cut_share = (1 - (found.before * kept).sum(1)).clip(0).tolist()  # B
        for row, stream in self._streams.items():
            token, rank = found.tokens[row], found.ranks[row]
            before, after = found.before[row], found.after[row]  # (n)
            shown = None
            if count:
                ids = found.likeliest[row, :count].tolist()
                likeliest = tuple(names[id] for id in ids)
                few = before[:count].copy(), after[:count].copy()  # a view would keep the whole vocabulary's odds
                shown = Candidates(likeliest, *few, ids=tuple(ids))
            text = stream.push(token)
            yield Written(
                row=row,
                text=text,
                probability=float(before[rank - 1]),
                probability_after=float(after[rank - 1]),
                rank=rank,
                candidates=shown,
                token="" if names[token] == text else names[token],
                id=token,
                cut=cut[row],
                cut_share=cut_share[row] if cut[row] else 0.0,
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
