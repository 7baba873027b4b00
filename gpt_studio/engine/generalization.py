"""Testing: how well a model expects a text, measured over all of it."""

import math
from collections.abc import Generator, Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ints, Tested, TextRead
from gpt_studio.engine.gallery import Exhibit
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import CorpusText, ReadRequest, TestRequest
from gpt_studio.engine.workshop import Report, Workshop


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
        exhibit = workshop.copy_of(subject)
        yield None
        for column, text in enumerate(request.texts):
            yield [(yield from _cell(exhibit, text, row, column))]


def _cell(exhibit: Exhibit, text: CorpusText, row: int, column: int) -> Generator[None, None, Tested]:
    ids, known = exhibit.tokenizer.encode_known(text.text)
    unknown = int((~known).sum())
    predictions = max(0, len(ids) - 1) + unknown
    if predictions == 0:
        raise StudioError("test.too_short", title=text.title)
    nats = unknown * math.log(exhibit.tokenizer.vocab_size)  # each counts as a pure guess
    if len(ids) > 1:
        nats += yield from total_loss(exhibit.model, ids, exhibit.train.micro_batch or exhibit.train.batch_size)
    loss = nats / predictions
    predicted = len(text.text) - (len(exhibit.tokenizer.decode(ids[:1].tolist())) if len(ids) else 0)
    return Tested(
        row=row,
        column=column,
        loss=loss,
        perplexity=math.exp(min(loss, 700.0)),  # beyond that a float has no room; the loss tells the rest
        bits_per_char=bits_per_character(nats, predicted),
        unknown_share=unknown / len(text.text),
        characters=len(text.text),
    )


@torch.no_grad()
def read(workshop: Workshop, request: ReadRequest) -> Iterator[Report]:
    """A visitor: tell of every token of a text how expected it was. Tells one TextRead.

    The window moves by half a context, so that beyond the beginning each token is judged with at least that much
    before it.
    """
    exhibit = workshop.copy_of(request.subject)
    ids, known = exhibit.tokenizer.encode_known(request.text)
    if len(known) == 0:
        raise StudioError("test.too_short", title="")
    logs = torch.zeros(max(0, len(ids) - 1), exhibit.tokenizer.vocab_size)  # (N - 1, V) of the known tokens
    block = exhibit.model.config.block_size
    text, done = torch.as_tensor(ids, dtype=torch.long), 0
    while done < len(logs):
        start = max(0, done - block // 2)
        window = text[start : start + block][None].to(exhibit.device)
        logits = exhibit.model(window)[0].float().log_softmax(dim=-1).cpu()  # (T, V)
        end = min(start + window.size(1), len(logs))
        logs[done:end] = logits[done - start : end - start]
        done = end
        yield None
    yield [_tell(exhibit, request, ids, known, logs)]


def _tell(exhibit: Exhibit, request: ReadRequest, ids: Ints, known: np.ndarray, logs: Tensor) -> TextRead:
    """Lay what is known of the known tokens out over all characters of the text."""
    tokens, size = exhibit.tokenizer.tokens, exhibit.tokenizer.vocab_size
    count = min(request.candidates, size)
    losses = np.full(len(known), math.log(size), dtype=np.float32)
    words: list[tuple[str, ...]] = [()] * len(known)
    chances = np.zeros((len(known), count), dtype=np.float32)
    places = np.flatnonzero(known)
    if len(places):
        losses[places[0]] = np.nan
    if len(places) > 1:
        losses[places[1:]] = -logs.gather(1, torch.as_tensor(ids[1:])[:, None])[:, 0].numpy()
        top = logs.topk(count, dim=1)
        chances[places[1:]] = top.values.exp().numpy()
        for place, row in zip(places[1:], top.indices.tolist(), strict=True):
            words[place] = tuple(tokens[i] for i in row)
    return TextRead(
        tokens=tuple(request.text),
        losses=losses,
        known=known,
        candidate_tokens=tuple(words),
        candidate_probabilities=chances,
    )
