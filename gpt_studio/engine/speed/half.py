"""Training in half precision: what is computed is half as wide, what is remembered is not."""

import torch
from torch import Tensor

from gpt_studio.engine.model import GPT
from gpt_studio.engine.speed.flat import FlatParameters


class HalfCopy:
    """The model in bf16 or fp16, for forward and backward passes; the full weights stay the ones that learn.

    After each step the weights are copied over in one operation, so that tiny corrections add up in full precision
    (Micikevicius et al. 2018). The copy's gradients are added to the full ones and cleared.

    Args:
        model: In fp32.
        flat: Its weights and gradients.
        precision: torch.bfloat16 or torch.float16.
    """

    def __init__(self, model: GPT, flat: FlatParameters, precision: torch.dtype) -> None:
        self._full = flat
        self.model = GPT(model.config).to(flat.values.device, precision)
        self._half = FlatParameters(self.model)
        self.renew()

    def renew(self) -> None:
        """Take over the full weights as they are now."""
        self._half.values.copy_(self._full.values)

    def hand_over_gradients(self, scale: Tensor) -> None:
        """Add the gradients to the full ones, divided by the loss's scale, and clear them."""
        self._full.gradients.add_(self._half.gradients.float().div_(scale))
        self._half.gradients.zero_()


class LossScale:
    """Keeps fp16 gradients among the numbers that fp16 has: the loss is multiplied before the backward pass.

    Halved when a gradient was no number any more, and that step is left out; doubled after `PATIENCE` good steps.
    bf16 has the range of fp32 and needs none: its scale stays 1.

    Source: Micikevicius et al. 2018, section 3.2; the numbers are those of torch.amp.GradScaler.
    """

    PATIENCE = 2000
    HIGHEST = 2.0**16

    def __init__(self, device: str, needed: bool) -> None:
        self.needed = needed
        self.value = torch.full((), self.HIGHEST if needed else 1.0, device=device)
        self._good_steps = 0

    def note(self, good: bool) -> None:
        """Take in whether the newest step's gradients were numbers."""
        self._good_steps = self._good_steps + 1 if good else 0
        if not good:
            self.value.mul_(0.5)
        elif self._good_steps >= self.PATIENCE:
            self._good_steps = 0
            self.value.mul_(2.0)

    def state(self) -> dict[str, float]:
        return {"scale": float(self.value), "good_steps": float(self._good_steps)} if self.needed else {}

    def load_state(self, told: dict[str, float]) -> None:
        if self.needed and told:
            self.value.fill_(told.get("scale", self.HIGHEST))
            self._good_steps = int(told.get("good_steps", 0))
