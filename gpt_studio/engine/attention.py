"""Looking inside: where each head of each layer looks."""

from collections.abc import Iterator

import torch
from torch import Tensor

from gpt_studio.engine.arrays import Floats
from gpt_studio.engine.inside.passage import open_passage, refuse_without_heads
from gpt_studio.engine.inside.seen import AttentionSeen
from gpt_studio.engine.inside.trace import Hooks, blocks
from gpt_studio.engine.requests import AttentionRequest
from gpt_studio.engine.workshop import Report, Workshop


@torch.no_grad()
def attend(workshop: Workshop, request: AttentionRequest) -> Iterator[Report]:
    """A visitor: the attention weights of every head over one text. Tells one AttentionSeen.

    Raises:
        StudioError: As `open_passage`; `look.no_attention`.
    """
    passage = open_passage(workshop, request.subject, request.text)
    model = refuse_without_heads(passage.exhibit).model
    explained: list[Tensor] = []
    projected: list[Tensor] = []  # (1, T, 3 C) each: queries, keys and values side by side; or (1, T, C), values alone
    with Hooks() as hooks:
        for block in blocks(model):
            hooks.after(block.attn.c_attn, projected.append)
        model(passage.batch, explained=explained)
    offered, width = torch.cat(projected), model.config.n_embd
    looks = width if model.config.has("scores") else 0  # numbers in a query, and in a key, of all heads together
    parts = torch.split(offered, [looks, looks, width], dim=-1)
    queries, keys, values = (_by_head(part, model.config.n_head) for part in parts)
    yield [
        AttentionSeen(
            tokens=passage.tokens,
            weights=torch.cat(explained).float().cpu().numpy(),  # (L, H, T, T)
            queries=queries,
            keys=keys,
            values=values,
            unknown=passage.unknown,
            cut=passage.cut,
        )
    ]


def _by_head(part: Tensor, heads: int) -> Floats:
    """(L, T, C) as (L, H, T, D)."""
    layers, length, width = part.shape
    split: Floats = (
        part.float().reshape(layers, length, heads, width // heads).transpose(1, 2).contiguous().cpu().numpy()
    )
    return split
