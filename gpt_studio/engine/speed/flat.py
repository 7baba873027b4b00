"""All weights of a model in one row of numbers, and all gradients in another.

An operation over a row costs one call, whatever the number of layers: clearing the gradients, their norm, AdamW's step,
the copy in another precision. Weights that the optimiser treats alike lie beside each other, and matrices of one shape
form a stack that is multiplied at once.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from gpt_studio.engine.model import GPT


@dataclass(frozen=True)
class Part:
    """Where one parameter lies."""

    name: str
    begin: int
    end: int
    shape: torch.Size


@dataclass(frozen=True)
class Stack:
    """Matrices of one shape that lie in a row: (count, rows, columns)."""

    begin: int
    count: int
    rows: int
    columns: int

    @property
    def end(self) -> int:
        return self.begin + self.count * self.rows * self.columns

    def of(self, row: Tensor) -> Tensor:
        """The stack as a view into a row of numbers."""
        return row[self.begin : self.end].view(self.count, self.rows, self.columns)


class FlatParameters:
    """Moves the model's weights into `values` and gives them their gradients in `gradients`; both stay there.

    The order is: the hidden matrices, stack by stack; all other matrices (embeddings, the head); gains and biases.

    Args:
        model: On its device and in its precision, with or without gradients so far.
    """

    def __init__(self, model: GPT) -> None:
        named = dict(model.named_parameters())
        hidden = [name for name in named if name.startswith("h.") and named[name].dim() == 2]
        kinds = ("attn.c_attn.weight", "attn.c_proj.weight", "mlp.c_fc.weight", "mlp.c_proj.weight")
        ordered = [name for kind in kinds for name in hidden if name.endswith(kind)]
        others = [name for name in named if name not in hidden]
        ordered += [name for name in others if named[name].dim() >= 2]
        first_vector = len(ordered)
        ordered += [name for name in others if named[name].dim() < 2]
        self.parts, place = list[Part](), 0
        for name in ordered:
            size = named[name].numel()
            self.parts.append(Part(name, place, place + size, named[name].shape))
            place += size
        self.hidden = self._end(len(hidden))  # numbers in hidden matrices
        self.matrices = self._end(first_vector)  # numbers in matrices of any kind
        example = next(iter(named.values()))
        self.values = torch.empty(place, dtype=example.dtype, device=example.device)
        self.gradients = torch.zeros_like(self.values)
        for part in self.parts:
            parameter = named[part.name]
            self.view(self.values, part).copy_(parameter.detach())
            parameter.data = self.view(self.values, part)
            parameter.grad = self.view(self.gradients, part)

    def stacks(self) -> list[Stack]:
        """The hidden matrices, those of one shape together; queries, keys and values are three squares, values alone
        are one.
        """
        found: list[Stack] = []
        for part in self.parts:
            if part.end > self.hidden:
                break
            rows, columns = part.shape
            count = rows // columns if part.name.endswith("c_attn.weight") else 1
            rows //= count
            before = found[-1] if found else None
            if before and (before.rows, before.columns) == (rows, columns):
                found[-1] = Stack(before.begin, before.count + count, rows, columns)
            else:
                found.append(Stack(part.begin, count, rows, columns))
        return found

    def _end(self, count: int) -> int:
        return self.parts[count - 1].end if count else 0

    @staticmethod
    def view(row: Tensor, part: Part) -> Tensor:
        """One parameter's share of a row, in its shape."""
        return row[part.begin : part.end].view(part.shape)
