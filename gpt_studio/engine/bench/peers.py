"""Other programs' models of the same form, where they are installed; they are never needed."""

import logging
from functools import cache
from importlib import import_module
from typing import Any

import torch
from torch import Tensor

from gpt_studio.engine.config import ModelConfig

log = logging.getLogger(__name__)


@cache
def library() -> Any:
    """The `transformers` library, or None where it is absent or does not fit the packages beside it."""
    try:
        return import_module("transformers")
    except ImportError as error:
        log.warning("transformers is not measured: %s", error)
        return None


def gpt2_form(config: ModelConfig, **more: Any) -> Any:
    """The library's settings for a GPT-2 of this form."""
    return library().GPT2Config(
        vocab_size=config.vocab_size,
        n_positions=config.block_size,
        n_embd=config.n_embd,
        n_layer=config.n_layer,
        n_head=config.n_head,
        resid_pdrop=config.dropout,
        embd_pdrop=config.dropout,
        attn_pdrop=config.dropout,
        bos_token_id=0,
        **more,
    )


class Gpt2(torch.nn.Module):
    """The library's GPT-2, called as the program's own GPT is."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.model = library().GPT2LMHeadModel(gpt2_form(config, eos_token_id=0))

    def forward(self, ids: Tensor) -> Tensor:
        logits: Tensor = self.model(input_ids=ids, use_cache=False).logits  # (B, T, V)
        return logits
