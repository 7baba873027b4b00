"""Weights and gradients, part by part, from step to step: where a model learns, and where the gradient has vanished."""

import copy
from collections.abc import Iterator

import torch
from torch import Tensor

from gpt_studio.engine import corpus, runs
from gpt_studio.engine.inside.passage import windows
from gpt_studio.engine.inside.seen import GradientsSeen, PartSeen
from gpt_studio.engine.inside.slow_motion import order_of, part_of
from gpt_studio.engine.model import GPT, next_token_loss
from gpt_studio.engine.requests import GradientsRequest, Subject
from gpt_studio.engine.workshop import Report, Workshop

TOKENS = 2_048  # of the training text, the same for all steps
LONGEST = 256  # tokens a window, at most


def measure_parts(workshop: Workshop, request: GradientsRequest) -> Iterator[Report]:
    """A visitor: of every part of the model the length of its weights, of its gradient over one fixed piece of the
    training text, and how far it has moved since the step before. Tells one GradientsSeen per step, oldest first;
    none of a step whose weights have gone meanwhile.
    """
    text = corpus.split(runs.read_corpus(request.run).text)[0]
    before: tuple[int, dict[str, Tensor]] | None = None
    for step in request.steps:
        exhibit = workshop.copy_if_kept(Subject(run=request.run, step=step))
        yield None
        if exhibit is None:
            continue
        weights = {name: each.detach().clone() for name, each in exhibit.model.named_parameters()}
        ids, _ = exhibit.tokenizer.encode_known(text[: 16 * TOKENS])
        pieces = windows(ids, min(exhibit.model.config.block_size, LONGEST) + 1, TOKENS)
        gradients, loss = _gradients(exhibit.model, pieces.to(exhibit.device))
        steps = exhibit.step - before[0] if before is not None else 0
        moved = {name: each - before[1][name] for name, each in weights.items()} if before is not None and steps else {}
        yield [
            GradientsSeen(
                asked=step,
                step=exhibit.step,
                loss=loss,
                parts=_by_part(weights, gradients, moved, steps),
            )
        ]
        before = exhibit.step, weights


@torch.enable_grad()
def _gradients(model: GPT, pieces: Tensor) -> tuple[dict[str, Tensor], float]:
    """The gradient of the mean loss over some windows, (N, T + 1), by parameter, and that loss."""
    learning = copy.deepcopy(model).requires_grad_(True)
    loss = next_token_loss(learning(pieces[:, :-1]), pieces[:, 1:])
    loss.backward()  # type: ignore[no-untyped-call]
    found = {name: each.grad for name, each in learning.named_parameters() if each.grad is not None}
    return found, float(loss.detach())


def _by_part(
    weights: dict[str, Tensor], gradients: dict[str, Tensor], moved: dict[str, Tensor], steps: int
) -> tuple[PartSeen, ...]:
    """From the input to the output."""
    members: dict[tuple[str, int], list[str]] = {}
    for name in weights:
        members.setdefault(part_of(name), []).append(name)
    seen = []
    for part, block in sorted(members, key=order_of):
        names = members[part, block]
        size = _length(weights, names)
        seen.append(
            PartSeen(
                part=part,
                block=block,
                weights=size,
                gradient=_length(gradients, names),
                moved=_length(moved, names) / size / steps if moved and size else None,
            )
        )
    return tuple(seen)


def _length(vectors: dict[str, Tensor], names: list[str]) -> float:
    """Of all these together, as one vector."""
    return float(sum(float(vectors[name].double().square().sum()) for name in names if name in vectors) ** 0.5)
