"""Attention heads switched off."""

import copy

import torch

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.inside.trace import blocks
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import Heads


@torch.no_grad()
def without_heads(model: GPT, off: Heads) -> GPT:
    """A copy of a model in which some heads, counted from 0, give nothing to what follows.

    Raises:
        StudioError: `look.no_head` with the layer and the head, counted from 1, that the model lacks.
    """
    config, changed = model.config, copy.deepcopy(model)
    width = config.n_embd // config.n_head
    for layer, head in off:
        if not (config.has("attention") and 0 <= layer < config.n_layer and 0 <= head < config.n_head):
            raise StudioError("look.no_head", layer=layer + 1, head=head + 1)
        blocks(changed)[layer].attn.c_proj.weight[:, head * width : (head + 1) * width] = 0.0
    return changed
