"""Testing: how well a model expects a text, measured over all of it."""

import math
from collections.abc import Generator, Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from gpt_studio.engine.arrays import Ints
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Tested, TextRead
from gpt_studio.engine.gallery import Exhibit
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import CorpusText, ReadRequest, TestRequest
from gpt_studio.engine.tokenizer import Token, Tokenizer
from gpt_studio.engine.workshop import Report, Workshop

READ_AT_ONCE = 512  # tokens of one turn of reading


@torch.no_grad()
def total_loss(model: GPT, ids: Ints, rows: int) -> Generator[None, None, float]:
    """The summed cross-entropy over a whole text, in nats.

    The text is cut into non-overlapping windows of block_size, a short last one included; N tokens give N - 1
    predictions.

    Args:
        model: In either mode; it is put into evaluation mode for each turn and back.
        ids: (N).
        rows: Windows per turn; fixed, so that the sum is the same to the bit each time.

    Yields:
        Nothing, between turns. Returns the sum.
    """
    where, block = next(model.parameters()).device, model.config.block_size
    whole = (len(ids) - 1) // block
    text = torch.as_tensor(ids, dtype=torch.int32)
    total = 0.0
    for first in range(0, whole, rows):
        count = min(rows, whole - first)
        piece = text[first * block : (first + count) * block + 1].to(where).long()
        total += _window_loss(model, piece[:-1].view(count, block), piece[1:].view(count, block))
        yield
    rest = text[whole * block :].to(where).long()
    if len(rest) > 1:
        total += _window_loss(model, rest[None, :-1], rest[None, 1:])
        yield
    return total


def _window_loss(model: GPT, inputs: Tensor, targets: Tensor) -> float:
    was_training = model.training
    logits = model.eval()(inputs)  # (B, T, V)
    model.train(was_training)
    return float(F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum"))


def bits_per_character(nats: float, characters: int) -> float:
    return nats / math.log(2) / characters


def measure(workshop: Workshop, request: TestRequest) -> Iterator[Report]:
    """A visitor: measure each subject on each text. Tells one Tested per cell, row after row."""
    for row, subject in enumerate(request.subjects):
        exhibit = workshop.copy_if_kept(subject) if request.skips_gone else workshop.copy_of(subject)
        yield None
        if exhibit is None:
            continue
        for column, text in enumerate(request.texts):
            yield [(yield from _cell(exhibit, text, row, column))]


def _cell(exhibit: Exhibit, text: CorpusText, row: int, column: int) -> Generator[None, None, Tested]:
    ids, known = yield from exhibit.tokenizer.encoding_known(text.text)
    unknown = int((~known).sum())
    predictions = max(0, len(ids) - 1) + unknown
    if predictions == 0:
        raise StudioError("test.too_short", title=text.title)
    nats = unknown * math.log(exhibit.tokenizer.vocab_size)  # each counts as a pure guess
    if len(ids) > 1:
        nats += yield from total_loss(exhibit.model, ids, exhibit.train.micro_batch or exhibit.train.batch_size)
    loss = nats / predictions
    predicted = exhibit.tokenizer.characters_after_first(ids) + unknown
    return Tested(
        row=row,
        column=column,
        loss=loss,
        perplexity=math.exp(min(loss, 700.0)),  # beyond that a float has no room; the loss tells the rest
        bits_per_char=bits_per_character(nats, predicted),
        unknown_share=unknown / len(text.text),
        characters=len(text.text),
        step=exhibit.step,
    )


@torch.no_grad()
def read(workshop: Workshop, request: ReadRequest) -> Iterator[Report]:
    """A visitor: tell of every token of a text how expected it was. Tells one TextRead.

    The window moves by half a context, so that beyond the beginning each token is judged with at least that much
    before it.
    """
    exhibit = workshop.copy_of(request.subject)
    tokens = exhibit.tokenizer.cut(request.text)
    if not tokens:
        raise StudioError("test.too_short", title="")
    count = min(request.candidates, exhibit.tokenizer.vocab_size)
    text = torch.tensor([token.id for token in tokens if token.id is not None], dtype=torch.long)  # (N)
    found = [_Judged(torch.empty(0), torch.empty(0, count), torch.empty(0, count, dtype=torch.long))]
    for windows in _together(_windows(len(text), exhibit.model.config.block_size)):
        inputs = torch.stack([text[window.start : window.stop] for window in windows]).to(exhibit.device)
        for window, row in zip(windows, exhibit.model(inputs).float().log_softmax(dim=-1).cpu(), strict=True):
            logs = row[window.done - window.start : window.end - window.start]  # (n, V)
            losses = -logs.gather(1, text[window.done + 1 : window.end + 1, None])[:, 0]
            found.append(_Judged(losses, *logs.topk(count, dim=1)))
        yield None
    yield [_tell(exhibit, tokens, _Judged(*map(torch.cat, zip(*found, strict=True))))]


class _Window(NamedTuple):
    """A piece of text that the model sees at once, and those of its predictions that nothing has judged before."""

    start: int
    stop: int
    done: int  # the first of them
    end: int


def _windows(tokens: int, block: int) -> list[_Window]:
    """The windows of a text; each begins half a context before what is still to be judged."""
    found, done = list[_Window](), 0
    while done < tokens - 1:
        start = max(0, done - block // 2)
        stop = min(start + block, tokens)
        found.append(_Window(start, stop, done, min(stop, tokens - 1)))
        done = found[-1].end
    return found


def _together(windows: list[_Window]) -> Iterator[list[_Window]]:
    """Windows of one length, as many as make no long turn."""
    while windows:
        length = windows[0].stop - windows[0].start
        most = max(1, READ_AT_ONCE // length)
        fit = next((n for n, each in enumerate(windows) if n == most or each.stop - each.start != length), len(windows))
        yield windows[:fit]
        windows = windows[fit:]


class _Judged(NamedTuple):
    """What the model thinks of each known token but the first."""

    losses: Tensor  # (N - 1)
    logs: Tensor  # (N - 1, n) of the likeliest
    likeliest: Tensor  # (N - 1, n) tokens


def _tell(exhibit: Exhibit, tokens: tuple[Token, ...], judged: _Judged) -> TextRead:
    """Lay what is known of the known tokens out over the whole text."""
    names, size = exhibit.tokenizer.tokens, exhibit.tokenizer.vocab_size
    known = np.array([token.id is not None for token in tokens])
    losses = np.full(len(known), math.log(size), dtype=np.float32)
    words: list[tuple[str, ...]] = [()] * len(known)
    chances = np.zeros((len(known), judged.logs.size(1)), dtype=np.float32)
    places = np.flatnonzero(known)
    if len(places):
        losses[places[0]] = np.nan
    if len(places) > 1:
        losses[places[1:]] = judged.losses.numpy()
        chances[places[1:]] = judged.logs.exp().numpy()
        for place, row in zip(places[1:], judged.likeliest.tolist(), strict=True):
            words[place] = tuple(names[i] for i in row)
    starts = [place for place, token in enumerate(tokens) if not token.goes_on]
    return TextRead(
        tokens=_whole(exhibit.tokenizer, tokens, starts),
        losses=np.add.reduceat(losses, starts),
        known=known[starts],
        candidate_tokens=tuple(words[place] for place in starts),
        candidate_probabilities=chances[starts],
        joined=len(starts) < len(tokens),
    )


def _whole(tokenizer: Tokenizer, tokens: tuple[Token, ...], starts: list[int]) -> tuple[str, ...]:
    """The text of the tokens from each start to the next: whole characters."""
    found = []
    for first, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        ids = [token.id for token in tokens[first:end] if token.id is not None]
        found.append(tokens[first].text if end == first + 1 else tokenizer.decode(ids))
    return tuple(found)
