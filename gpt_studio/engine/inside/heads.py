"""What each attention head is worth: how much worse the model reads without it."""

from collections.abc import Generator, Iterator
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from gpt_studio.engine.inside.passage import exhibit_with_blocks, held_back, refuse_without_heads, windows
from gpt_studio.engine.inside.seen import HeadsWorth
from gpt_studio.engine.inside.trace import Hooks, blocks
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import WorthRequest
from gpt_studio.engine.workshop import Report, Workshop

TOKENS = 16_384  # of held-back text, at most
LONGEST = 256  # tokens a window, at most
TURN = 1_024  # tokens a turn


@torch.no_grad()
def weigh(workshop: Workshop, request: WorthRequest) -> Iterator[Report]:
    """A visitor: by how much the loss on held-back text rises with each head switched off, alone. Tells HeadsWorth
    again and again, each over more windows.

    The noise is the standard error of the mean over the windows, each compared with itself.

    Source: Michel, Levy and Neubig 2019, "Are Sixteen Heads Really Better than One?", section 3.
    """
    exhibit = refuse_without_heads(exhibit_with_blocks(workshop, request.subject))
    model, config = exhibit.model, exhibit.model.config
    length = min(config.block_size, LONGEST) + 1
    pieces = windows(held_back(exhibit, request.subject), length, TOKENS)
    rows = max(1, TURN // length)
    found: list[Tensor] = []  # (n, L, H) each: what switching off adds to each window's loss
    whole: list[Tensor] = []  # (n) each: the loss of the whole model
    yield None
    for first in range(0, len(pieces), rows):
        piece = pieces[first : first + rows].to(exhibit.device)
        base = _losses(model, piece)
        added = yield from _added_by_each(model, piece, base)
        whole.append(base.cpu())
        found.append(added.cpu())
        every, count = torch.cat(found), sum(map(len, found))
        spread = every.std(dim=0) if count > 1 else torch.full_like(every[0], torch.nan)
        yield [
            HeadsWorth(
                step=exhibit.step,
                loss=float(torch.cat(whole).mean()),
                worth=every.mean(dim=0).numpy(),
                noise=(spread / count**0.5).numpy(),
                windows=count,
                windows_to_do=len(pieces),
            )
        ]


def _added_by_each(model: GPT, piece: Tensor, base: Tensor) -> Generator[None, None, Tensor]:
    """What each head alone adds to each window's loss when it is off, (B, L, H); a turn for each head."""
    layers, heads = model.config.n_layer, model.config.n_head
    width = model.config.n_embd // heads
    added = torch.zeros(len(piece), layers, heads)
    for layer, block in enumerate(blocks(model)):
        for head in range(heads):
            with Hooks() as hooks:
                hooks.change(block.attn.c_proj, partial(_silenced, head=head, width=width))
                added[:, layer, head] = (_losses(model, piece) - base).cpu()
            yield
    return added


def _silenced(x: Tensor, head: int, width: int) -> Tensor:
    """What all heads gathered, (B, T, C), without one of them."""
    silenced = x.clone()
    silenced[..., head * width : (head + 1) * width] = 0.0
    return silenced


def _losses(model: GPT, piece: Tensor) -> Tensor:
    """The mean loss of each window in nats per token, (B)."""
    logits = model(piece[:, :-1])
    return F.cross_entropy(logits.transpose(1, 2).float(), piece[:, 1:], reduction="none").mean(dim=1)
