"""The yardstick: the same GPT trained in the plain way that a first script would take, in fp32.

Separate tensors, `torch.optim.AdamW` as it comes, a batch put together row by row. No peer is slower than this on
purpose, and nothing of the program's own speed is in it: what the program gains is told as a ratio to it.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from msgspec import Struct
from torch import Tensor

from gpt_studio.engine.arrays import Ints
from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.model import GPT, next_token_loss


class PlainRecipe(Struct, frozen=True, kw_only=True):
    """Settings of a plain run. The defaults are those that nanoGPT's README gives for a processor."""

    batch_size: int = 12
    max_steps: int = 2000
    learning_rate: float = 1e-3
    final_rate: float = 0.1  # as a share
    warmup_steps: int = 100
    beta2: float = 0.99
    weight_decay: float = 0.1
    grad_clip: float = 1.0

    def rate_at(self, step: int) -> float:
        """A straight warm-up, then half a cosine down to the final rate."""
        if step < self.warmup_steps:
            return self.learning_rate * (step + 1) / (self.warmup_steps + 1)
        done = (step - self.warmup_steps) / max(1, self.max_steps - self.warmup_steps)
        share = self.final_rate + (1.0 - self.final_rate) * 0.5 * (1.0 + math.cos(math.pi * done))
        return self.learning_rate * share


class PlainTrainer:
    """Trains a model step by step.

    Args:
        config: The model's form.
        recipe: How.
        ids: The training part of a text, (N).
        seed: Of weights and batches.
        make_model: Gives the model, which maps (B, T) to (B, T, V); the program's own GPT by default.
    """

    def __init__(
        self,
        config: ModelConfig,
        recipe: PlainRecipe,
        ids: Ints,
        seed: int = 1337,
        make_model: Callable[[ModelConfig], torch.nn.Module] = GPT,
    ) -> None:
        torch.manual_seed(seed)
        self.model, self.recipe, self.step = make_model(config), recipe, 0
        self._block, self._ids = config.block_size, np.asarray(ids)
        self._chance = torch.Generator().manual_seed(seed)
        parameters = list(self.model.parameters())
        groups = [
            {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": recipe.weight_decay},
            {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
        ]
        groups = [group for group in groups if group["params"]]
        self._optimizer = torch.optim.AdamW(groups, lr=recipe.learning_rate, betas=(0.9, recipe.beta2))

    def update(self) -> float:
        """One step; gives the loss of its batch."""
        x, y = self._batch()
        for group in self._optimizer.param_groups:
            group["lr"] = self.recipe.rate_at(self.step)
        self._optimizer.zero_grad(set_to_none=True)
        loss = next_token_loss(self.model(x), y)
        loss.backward()  # type: ignore[no-untyped-call]
        if self.recipe.grad_clip:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.grad_clip)
        self._optimizer.step()
        self.step += 1
        return float(loss.detach())

    def _batch(self) -> tuple[Tensor, Tensor]:
        starts = torch.randint(len(self._ids) - self._block, (self.recipe.batch_size,), generator=self._chance)
        rows = [torch.from_numpy(self._ids[i : i + self._block + 1]) for i in starts.tolist()]
        pieces = torch.stack(rows).long()  # (B, T + 1)
        return pieces[:, :-1], pieces[:, 1:]
