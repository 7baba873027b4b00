"""Layer by layer: what a model would have predicted after each block, and how much each block adds."""

from collections.abc import Iterator

import torch
from torch import Tensor

from gpt_studio.engine.inside.passage import Passage, open_passage
from gpt_studio.engine.inside.seen import LayersSeen
from gpt_studio.engine.inside.trace import trace
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import LayersRequest
from gpt_studio.engine.workshop import Report, Workshop

NEURONS_TOLD = 12  # the most excited ones at each position


def lens(model: GPT, stream: Tensor) -> Tensor:
    """The chances that the residual stream would give the next token if it were read out where it stands.

    Args:
        model: Whose final LayerNorm and head read it out.
        stream: (..., C).

    Returns:
        Chances, (..., V); those of the last layer are the model's own.

    Source: nostalgebraist 2020, "interpreting GPT: the logit lens".
    """
    return model.read_out(stream).float().softmax(dim=-1)


@torch.no_grad()
def look_through_layers(workshop: Workshop, request: LayersRequest) -> Iterator[Report]:
    """A visitor: what each layer would have predicted at each position of one text. Tells one LayersSeen.

    Raises:
        StudioError: As `open_passage`.
    """
    passage = open_passage(workshop, request.subject, request.text)
    yield [_see(passage, min(request.candidates, passage.exhibit.tokenizer.vocab_size))]


def _see(passage: Passage, candidates: int) -> LayersSeen:
    seen = trace(passage.exhibit.model, passage.batch)
    chances = torch.stack([lens(passage.exhibit.model, each[0]) for each in seen.stream])  # (L + 1, T, V)
    best = chances.topk(candidates, dim=-1)  # (L + 1, T, n)
    finals = best.indices[-1].expand_as(best.indices)
    truth = torch.full(chances.shape[:2], torch.nan)  # (L + 1, T)
    truth[:, :-1] = chances[:, :-1].gather(2, passage.batch[0, 1:].expand(len(chances), -1)[..., None])[..., 0].cpu()
    layers, _, length, width = seen.neurons.shape
    fired = seen.neurons[:, 0].transpose(0, 1).reshape(length, layers * width)
    strongest = fired.float().topk(min(NEURONS_TOLD, layers * width), dim=-1)  # (T, n)
    return LayersSeen(
        tokens=passage.tokens,
        vocabulary=passage.exhibit.tokenizer.tokens,
        candidates=best.indices.cpu().numpy(),
        chances=best.values.cpu().numpy(),
        forming=chances.gather(2, finals).cpu().numpy(),
        truth=truth.numpy(),
        stream=_sizes(seen.stream),
        attention_adds=_sizes(seen.attention),
        mlp_adds=_sizes(seen.mlp),
        neurons=torch.stack([strongest.indices // width, strongest.indices % width], dim=-1).cpu().numpy(),
        fired=strongest.values.cpu().numpy(),
        unknown=passage.unknown,
        cut=passage.cut,
    )


def _sizes(vectors: Tensor):  # type: ignore[no-untyped-def]
    """The length of each vector of one text: (N, 1, T, C) becomes (N, T)."""
    return vectors[:, 0].float().norm(dim=-1).cpu().numpy()
