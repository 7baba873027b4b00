"""One optimiser step, looked at closely: what it reads, how the odds at one place change, where the gradient is large.

The step is the very same as any other: what is looked at is computed beside it, and changes nothing.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from gpt_studio.engine import device
from gpt_studio.engine.events import GradientPart, StepSeen
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.workbench import Workbench
from gpt_studio.engine.workshop import Report

TEXTS = 6  # pieces of the batch that are told
CANDIDATES = 8


def watched(bench: Workbench, tokenizer: Tokenizer) -> Iterator[Report]:
    """Make one step on the bench. Tells one StepSeen; the step itself is told as always, when it is read."""
    pieces = bench.pieces(bench.batch(bench.step)[:TEXTS])  # (n, T + 1)
    context, target = pieces[0, :-1], int(pieces[0, -1])
    before = _odds(bench, context)  # (V)
    gradients: tuple[GradientPart, ...] = ()
    for _ in bench.update():
        gradients = _gradients(bench)  # of what is gathered so far; the last time, of the whole batch
        yield None
    after = _odds(bench, context)
    shown = _likeliest(before, after, target)
    text = [tokenizer.decode(piece.tolist()) for piece in pieces.numpy()]
    yield [
        StepSeen(
            step=bench.step,
            texts=tuple(text),
            pieces=bench.config.batch_size,
            context=tokenizer.decode(context.tolist()),
            target=tokenizer.tokens[target],
            tokens=tuple(tokenizer.tokens[place] for place in shown),
            before=before[shown].numpy(),
            after=after[shown].numpy(),
            gradients=gradients,
        )
    ]


@torch.no_grad()
def _odds(bench: Workbench, context: Tensor) -> Tensor:
    """The chances of every token after a piece of text, (V), by the weights as they are now."""
    model = bench.model
    was_training = model.training
    with device.told_plainly(bench.device):
        logits = model.eval()(context[None].to(bench.device))[0, -1]
    model.train(was_training)
    odds: Tensor = logits.float().softmax(dim=-1).cpu()
    return odds


def _likeliest(before: Tensor, after: Tensor, target: int) -> list[int]:
    """Whose odds are shown: what really follows, and the likeliest before and after; by the odds after."""
    count = min(CANDIDATES, len(before))
    ranked = [target, *(int(place) for pair in zip(_ranked(after), _ranked(before), strict=True) for place in pair)]
    chosen = list(dict.fromkeys(ranked))[:count]
    return sorted(chosen, key=lambda place: -float(after[place]))


def _ranked(odds: Tensor) -> list[int]:
    return [int(place) for place in odds.topk(min(CANDIDATES, len(odds))).indices]


def _gradients(bench: Workbench) -> tuple[GradientPart, ...]:
    """The length of the gradient of each part of the model, before clipping, from the input to the output."""
    sums: dict[tuple[str, int], Tensor] = {}
    for part in bench.flat.parts:
        key = part_of(part.name)
        square = bench.flat.gradients[part.begin : part.end].square().sum()
        sums[key] = sums[key] + square if key in sums else square
    ordered = sorted(sums, key=order_of)
    norms = torch.stack([sums[key] for key in ordered]).sqrt().tolist()
    return tuple(GradientPart(name, layer, norm) for (name, layer), norm in zip(ordered, norms, strict=True))


def part_of(name: str) -> tuple[str, int]:
    """The part of the model that a parameter belongs to, and its block from 1 on; 0 outside of the blocks."""
    if name.startswith("h."):
        block = int(name.split(".")[1]) + 1
        if ".ln_" in name:
            return "norm", 0
        return ("attention" if ".attn." in name else "feed_forward"), block
    others = {"wte": "token", "wpe": "position", "ln_f": "norm", "lm_head": "head", "head_bias": "head"}
    return others[name.split(".")[0]], 0


def order_of(key: tuple[str, int]) -> tuple[int, int, str]:
    """Sorts parts as they stand in the model, from the input to the output."""
    name, block = key
    return {"token": 0, "position": 1, "norm": 3, "head": 4}.get(name, 2), block, name
