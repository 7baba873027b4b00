"""The optimiser and its learning rate through time."""

import math
from typing import Any

import torch
from torch import Tensor

from gpt_studio.engine.config import TrainConfig
from gpt_studio.engine.model import GPT


def make_optimizer(model: GPT, config: TrainConfig) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter 2019). Matrices and embeddings are decayed, gains and biases are not."""
    parameters = list(model.parameters())
    groups = [
        {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": config.weight_decay},
        {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(
        [group for group in groups if group["params"]],
        lr=config.learning_rate,
        betas=(config.beta1, config.beta2),
        fused=parameters[0].device.type in ("cpu", "cuda"),
    )


def learning_rate_at(step: int, config: TrainConfig, max_steps: int) -> float:
    """The rate for the step after `step` done: a straight warm-up, then half a cosine down to `final_rate` of the
    height.

    Source: Loshchilov and Hutter 2017 (SGDR), without restarts.
    """
    warmup = min(config.warmup_steps, max_steps // 10)
    if step < warmup:
        return config.learning_rate * (step + 1) / warmup
    done = (step - warmup) / max(1, max_steps - warmup)
    falling = 0.5 * (1.0 + math.cos(math.pi * min(1.0, done)))
    return config.learning_rate * (config.final_rate + (1.0 - config.final_rate) * falling)


def state_tensors(model: GPT, optimizer: torch.optim.AdamW) -> dict[str, Tensor]:
    """The optimiser's memory as named tensors: "exp_avg/h.0.attn.c_attn.weight" and so on."""
    return {
        f"{key}/{name}": torch.as_tensor(value)
        for name, parameter in model.named_parameters()
        for key, value in optimizer.state[parameter].items()
    }


def load_state_tensors(model: GPT, optimizer: torch.optim.AdamW, tensors: dict[str, Tensor]) -> None:
    """Give the optimiser back the memory that `state_tensors` took."""
    names = {parameter: name for name, parameter in model.named_parameters()}
    ordered = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    numbers = {names[parameter]: number for number, parameter in enumerate(ordered)}
    state: dict[int, dict[str, Any]] = {}
    for full_name, tensor in tensors.items():
        key, name = full_name.split("/", 1)
        state.setdefault(numbers[name], {})[key] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
