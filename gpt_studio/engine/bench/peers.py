"""Other programs' models of the same form, where they are installed; they are never needed."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor

from gpt_studio.engine.config import ModelConfig


class _Gpt2(torch.nn.Module):
    """The `transformers` library's GPT-2, called as the program's own GPT is."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        library: Any = import_module("transformers")
        form = library.GPT2Config(
            vocab_size=config.vocab_size,
            n_positions=config.block_size,
            n_embd=config.n_embd,
            n_layer=config.n_layer,
            n_head=config.n_head,
            resid_pdrop=config.dropout,
            embd_pdrop=config.dropout,
            attn_pdrop=config.dropout,
            bos_token_id=0,
            eos_token_id=0,
        )
        self.model = library.GPT2LMHeadModel(form)

    def forward(self, ids: Tensor) -> Tensor:
        logits: Tensor = self.model(input_ids=ids, use_cache=False).logits  # (B, T, V)
        return logits


gpt2: Callable[[ModelConfig], torch.nn.Module] | None = _Gpt2 if find_spec("transformers") else None
