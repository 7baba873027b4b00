"""What passes through a model while it reads: recorded by hooks, so that the model itself stays as it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from gpt_studio.engine.model import GPT, Block


@dataclass(frozen=True)
class Trace:
    """One forward pass over B texts. A part that a model was built without has left zeros."""

    stream: Tensor  # (L + 1, B, T, C) the residual stream: before the first block, and after each
    attention: Tensor  # (L, B, T, C) what each attention part gave
    mlp: Tensor  # (L, B, T, C) what each feed-forward part gave
    neurons: Tensor  # (L, B, T, 4 C) how strongly each neuron fired, after its activation function


def blocks(model: GPT) -> list[Block]:
    """The blocks from the first to the last."""
    return [block for block in model.h if isinstance(block, Block)]


@torch.no_grad()
def trace(model: GPT, ids: Tensor) -> Trace:
    """Read texts and keep what passed through.

    Args:
        model: With at least one block.
        ids: (B, T).
    """
    stream: dict[int, Tensor] = {}
    parts: dict[str, dict[int, Tensor]] = {"attn": {}, "mlp": {}, "neurons": {}}
    with Hooks() as hooks:
        for layer, block in enumerate(blocks(model)):
            hooks.before(block, _into(stream, layer))
            hooks.after(block, _into(stream, layer + 1))
            if isinstance(attention := getattr(block, "attn", None), nn.Module):
                hooks.after(attention, _into(parts["attn"], layer))
            if isinstance(mlp := getattr(block, "mlp", None), nn.Module):
                hooks.after(mlp, _into(parts["mlp"], layer))
                hooks.before(block.mlp.c_proj, _into(parts["neurons"], layer))
        model(ids)
    none = torch.zeros_like(stream[0])
    silent = none.repeat(1, 1, 4)
    layers = range(model.config.n_layer)
    return Trace(
        stream=torch.stack([stream[layer] for layer in range(model.config.n_layer + 1)]),
        attention=torch.stack([parts["attn"].get(layer, none) for layer in layers]),
        mlp=torch.stack([parts["mlp"].get(layer, none) for layer in layers]),
        neurons=torch.stack([parts["neurons"].get(layer, silent) for layer in layers]),
    )


def _into(kept: dict[int, Tensor], layer: int) -> Callable[[Tensor], object]:
    return lambda x: kept.update({layer: x})


class Hooks:
    """Listens to modules as long as the `with` block lasts."""

    def __init__(self) -> None:
        self._handles: list[RemovableHandle] = []

    def before(self, module: nn.Module, take: Callable[[Tensor], object]) -> None:
        """Be given what goes into a module."""

        def hook(_: nn.Module, args: tuple[Any, ...]) -> None:
            take(args[0])

        self._handles.append(module.register_forward_pre_hook(hook))

    def after(self, module: nn.Module, take: Callable[[Tensor], object]) -> None:
        """Be given what comes out of a module."""

        def hook(_: nn.Module, __: tuple[Any, ...], out: Tensor) -> None:
            take(out)

        self._handles.append(module.register_forward_hook(hook))

    def change(self, module: nn.Module, change: Callable[[Tensor], Tensor]) -> None:
        """Give a module something else than what would go into it."""

        def hook(_: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
            return (change(args[0]), *args[1:])

        self._handles.append(module.register_forward_pre_hook(hook))

    def __enter__(self) -> "Hooks":
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self._handles:
            handle.remove()
