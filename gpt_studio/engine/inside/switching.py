"""Attention heads switched off."""

import copy

import torch

from gpt_studio.engine.inside.trace import blocks
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import Heads


@torch.no_grad()
def without_heads(model: GPT, off: Heads) -> GPT:
    """A copy of a model in which some heads, counted from 0, give nothing to what follows."""
    changed = copy.deepcopy(model)
    width = model.config.n_embd // model.config.n_head
    for layer, head in off:
        blocks(changed)[layer].attn.c_proj.weight[:, head * width : (head + 1) * width] = 0.0
    return changed
