"""A student's part in the place of the program's own: a toy is trained with both, and the losses must be the same."""

from collections.abc import Callable, Sequence
from types import MethodType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from gpt_studio.engine.arrays import Ints
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.model import Attention, Block
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.workbench import Workbench

STEPS = 12
TEXT = "".join(
    f"{count} {thing} sat on the {place}.\n"
    for count in range(9)
    for thing in ("cats", "owls", "hens")
    for place in ("mat", "hat", "wall")
)
MODEL = ModelConfig(n_layer=2, n_head=2, n_embd=16, block_size=16, vocab_size=Tokenizer.characters(TEXT).vocab_size)
TRAIN = TrainConfig(max_steps=STEPS, batch_size=4, device="cpu", precision="fp32", threads=1, micro_batch=4)
Change = Callable[[nn.Module], None]


def with_one_head(one_head: Callable[..., Tensor]) -> str:
    """Each head of the toy is the student's."""

    def change(module: nn.Module) -> None:
        def forward(self: Attention, x: Tensor, explained: object = None) -> Tensor:
            size = x.size(-1) // self.n_head
            parts = [torch.split(part, size, 1) for part in torch.split(self.c_attn.weight.mT, x.size(-1), 1)]
            found = [one_head(x, *(part[head] for part in parts)) for head in range(self.n_head)]
            mixed: Tensor = self.c_proj(torch.cat(found, dim=-1))
            return mixed

        if isinstance(module, Attention):
            module.forward = MethodType(forward, module)  # type: ignore[method-assign]

    return _compared(change)


def with_heads(several_heads: Callable[..., Tensor]) -> str:
    """The toy's attention is the student's."""

    def change(module: nn.Module) -> None:
        def forward(self: Attention, x: Tensor, explained: object = None) -> Tensor:
            return several_heads(x, self.c_attn.weight.mT, self.c_proj.weight.mT, self.n_head)

        if isinstance(module, Attention):
            module.forward = MethodType(forward, module)  # type: ignore[method-assign]

    return _compared(change)


def with_block(block: Callable[..., Tensor]) -> str:
    """The toy's blocks are put together as the student does."""

    def change(module: nn.Module) -> None:
        def forward(self: Block, x: Tensor, explained: object = None) -> Tensor:
            return block(x, self.ln_1, self.attn, self.ln_2, self.mlp)

        if isinstance(module, Block):
            module.forward = MethodType(forward, module)  # type: ignore[method-assign]

    return _compared(change)


def with_encoder(vocabulary: Callable[[str], list[str]], encode: Callable[[str, list[str]], list[int]]) -> str:
    """The toy reads the student's numbers."""
    ids = np.array(encode(TEXT, vocabulary(TEXT)), dtype=np.int64)
    return _difference(_losses(ids), _losses(_own_ids()))


def _own_ids() -> Ints:
    return Tokenizer.characters(TEXT).encode(TEXT)


def _compared(change: Change) -> str:
    return _difference(_losses(_own_ids(), change), _losses(_own_ids()))


def _losses(ids: Ints, change: Change | None = None) -> Sequence[float]:
    """The loss of each step of the toy."""
    bench = Workbench(MODEL, TRAIN, ids, STEPS)
    if change:
        bench.model.apply(change)
    told: list[Any] = []
    while bench.step < STEPS:
        for _ in bench.update():
            pass
        told += bench.told(at_once=True)
    return [event.train_loss for event in told]


def _difference(found: Sequence[float], wanted: Sequence[float]) -> str:
    """Why the student's losses are not the program's; "" where they are."""
    for step, (mine, own) in enumerate(zip(found, wanted, strict=True), 1):
        if not abs(mine - own) < 1e-3:
            return f"At step {step} the loss is {mine:.4f} with your part, and {own:.4f} with the program's own."
    return ""
