"""The optimisers and their learning rate through time: Muon for the hidden matrices, AdamW for all else.

Both work on one row of numbers that holds all weights of the model (flat.py), so a step is a handful of operations.
They are written out here, on torch's fused kernel, since making any optimiser of `torch.optim` first loads torch's
compiler, about a second. Tests hold them equal to torch's, step by step.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from gpt_studio.engine.config import TrainConfig
from gpt_studio.engine.keeping.tensor_file import Place
from gpt_studio.engine.speed.flat import FlatParameters, Part, Stack

OTHERS_SHARE = 0.25  # what AdamW takes of Muon's learning rate: 0.04 and 0.01 were best together at several sizes
EPSILON = 1e-8  # AdamW's, as in the paper

# One row per iteration: x becomes a x + (b G + c G G) x with G = x x'. Each polynomial drives the singular values
# that the ones before may have left nearest to 1, as fast as a polynomial of that degree can (Amsel et al. 2025,
# "Polar Express", algorithm 1).
POLYNOMIALS = (
    (8.2872, -23.5959, 17.3004),
    (4.1071, -2.9478, 0.5448),
    (3.9487, -2.9089, 0.5518),
    (3.3184, -2.4885, 0.5100),
    (2.3007, -1.6689, 0.4188),
)
HEADROOM = 1.02  # singular values must begin below 1, also after rounding
SAFETY = 1.02  # and stay there: half precision rounds them above 1 on the way, where the polynomials throw them off to
# thousands. All but the last are drawn in by this much, as the paper does for finite precision; fp32 needs it not.

SAFE_POLYNOMIALS = (*((a / SAFETY, b / SAFETY**3, c / SAFETY**5) for a, b, c in POLYNOMIALS[:-1]), POLYNOMIALS[-1])


def orthogonalize(matrices: Tensor) -> Tensor:
    """The nearest matrix whose singular values are all about 1, for each of a stack.

    Args:
        matrices: (n, rows, columns), of any scale.

    Returns:
        The same shape. Singular values of more than a hundredth of the largest lie between 0.7 and 1.15, smaller ones
        have grown some 400 times; to be more exact buys nothing in training.

    Source: Jordan et al. 2024 (Muon); Newton-Schulz iterations with the polynomials of Amsel et al. 2025.
    """
    tall = matrices.size(-2) > matrices.size(-1)
    x = matrices.mT if tall else matrices
    x = x / (HEADROOM * torch.linalg.matrix_norm(x, keepdim=True)).clamp_min(1e-12)
    if x.size(-1) >= 2 * x.size(-2) and x.dtype == torch.float32:
        x = torch.bmm(_whitening(x), x)
    else:
        for a, b, c in POLYNOMIALS if x.dtype == torch.float32 else SAFE_POLYNOMIALS:
            gram = torch.bmm(x, x.mT)  # (n, rows, rows)
            x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x


def _whitening(x: Tensor) -> Tensor:
    """What wide matrices are multiplied by to become orthogonal: (n, rows, rows).

    The same iterations, on G = x x' alone: with z = a + b G + c G G the next G is z G z. All factors are polynomials of
    one G, so their order is free. For matrices four times as wide as high that is half the work. It squares the
    singular values, which half precision has not the digits for.
    """
    gram = torch.bmm(x, x.mT)  # (n, rows, rows)
    product: Tensor | None = None
    for a, b, c in POLYNOMIALS:
        factor = torch.baddbmm(gram, gram, gram, beta=b, alpha=c)  # (n, rows, rows)
        factor.diagonal(dim1=-2, dim2=-1).add_(a)
        gram = torch.bmm(torch.bmm(factor, gram), factor)
        product = factor if product is None else torch.bmm(factor, product)
    assert product is not None
    return product


class Muon:
    """Momentum whose every step is made orthogonal: for the hidden matrices.

    A plain step is ruled by a few large directions of the gradient; here all directions go the same way far, so few
    steps learn much. The three squares of queries, keys and values are three matrices. What is taller than wide goes
    farther, by the root of rows / columns, so that its effect on the sum that it feeds is the same.

    Args:
        values: The row of all weights; changed in place.
        gradients: The row of all gradients; overwritten.
        stacks: Where the matrices lie.
        momentum: Share of the running mean that stays at each step; the step looks ahead by it once more (Nesterov).
        weight_decay: Shrinks the weights by this times the rate at each step.
        precision: In which the products are computed; half is faster where the device has it.

    Source: Jordan et al. 2024.
    """

    def __init__(
        self,
        values: Tensor,
        gradients: Tensor,
        stacks: Sequence[Stack],
        momentum: float,
        weight_decay: float,
        precision: torch.dtype,
    ) -> None:
        end = stacks[-1].end
        self._values, self._gradients = values[:end], gradients[:end]
        self._stacks, self._momentum, self._decay, self._precision = stacks, momentum, weight_decay, precision
        self.mean = torch.zeros_like(self._gradients)

    def step(self, rate: Tensor) -> None:
        """Take a step with the gradients that lie there.

        Args:
            rate: One number, on the device.
        """
        self.mean.lerp_(self._gradients, 1.0 - self._momentum)
        ahead = self._gradients.lerp_(self.mean, self._momentum)
        if self._decay:
            self._values.mul_(1.0 - rate * self._decay)
        for stack in self._stacks:
            directions = orthogonalize(stack.of(ahead).to(self._precision))  # (count, rows, columns)
            farther = max(1.0, stack.rows / stack.columns) ** 0.5
            stack.of(self._values).sub_(directions.float() * (rate * farther))


class AdamW:
    """AdamW (Loshchilov and Hutter 2019), by torch's fused kernel: for embeddings, the head, gains and biases; or for
    all.

    Args:
        values: The row of all weights; changed in place.
        gradients: The row of all gradients.
        spans: Begin and end of what is stepped, each with its weight decay.
        betas: Shares of the two running means that stay at each step.
    """

    def __init__(
        self,
        values: Tensor,
        gradients: Tensor,
        spans: Sequence[tuple[int, int, float]],
        betas: tuple[float, float],
    ) -> None:
        self._spans = [span for span in spans if span[1] > span[0]]
        self._values, self._gradients, self._betas = values, gradients, betas
        begin = min(span[0] for span in self._spans)
        self.begin = begin
        self.means = torch.zeros_like(values[begin:])
        self.squares = torch.zeros_like(values[begin:])
        self.steps = torch.zeros((), device=values.device)

    def step(self, rate: Tensor) -> None:
        """Take a step with the gradients that lie there.

        Args:
            rate: One number, on the device.
        """
        self.steps += 1
        for begin, end, decay in self._spans:
            torch._fused_adamw_(
                [self._values[begin:end]],
                [self._gradients[begin:end]],
                [self.means[begin - self.begin : end - self.begin]],
                [self.squares[begin - self.begin : end - self.begin]],
                [],
                [self.steps],
                lr=rate,
                beta1=self._betas[0],
                beta2=self._betas[1],
                weight_decay=decay,
                eps=EPSILON,
                amsgrad=False,
                maximize=False,
            )


class Optimizer:
    """What a run's settings name: Muon for the hidden matrices and AdamW for the rest, or AdamW for all.

    With plain AdamW, matrices and embeddings are decayed, gains and biases are not. With Muon, only what Muon steps is.

    Args:
        flat: The model's weights and gradients.
        config: Settled settings.
    """

    def __init__(self, flat: FlatParameters, config: TrainConfig) -> None:
        self._flat = flat
        stacks = flat.stacks() if config.optimizer == "muon" else []
        half = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(config.precision, torch.float32)
        begin, everything = stacks[-1].end if stacks else 0, len(flat.values)
        spans = [(begin, flat.matrices, 0.0 if stacks else config.weight_decay), (flat.matrices, everything, 0.0)]
        self._muon = (
            Muon(flat.values, flat.gradients, stacks, config.momentum, config.weight_decay, half) if (stacks) else None
        )
        self._adamw = AdamW(flat.values, flat.gradients, spans, (config.beta1, config.beta2))
        is_table = len(flat.parts) == 1  # a bigram's, which is all there is: no share of a rate, but the rate
        self._share = OTHERS_SHARE if config.optimizer == "muon" and not is_table else 1.0

    def step(self, rate: Tensor) -> None:
        """Change the weights by the gradients that lie there; the gradients are of no use after it.

        Args:
            rate: The learning rate, one number on the device: Muon's where there is one, AdamW then takes a quarter.
        """
        if self._muon is not None:
            self._muon.step(rate)
        self._adamw.step(rate * self._share if self._share != 1.0 else rate)

    def state(self) -> dict[str, Tensor]:
        """The memory as named tensors: "momentum/h.0.attn.c_attn.weight", "exp_avg/wte.weight" and so on."""
        return {
            place.name: row[place.begin : place.end].view(place.shape)
            for row, places in self.rows()
            for place in places
        }

    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Take up the memory that `state` told.

        Raises:
            KeyError, RuntimeError: Something is missing or has another shape; the memory is then of no use.
        """
        for name, row in self.state().items():
            row.copy_(tensors[name])

    def rows(self) -> list[tuple[Tensor, list[Place]]]:
        """The memory as it lies there: a few rows of numbers, and which parameter's share is where."""
        adamw, parts = self._adamw, self._flat.parts
        others = [part for part in parts if part.begin >= adamw.begin]
        rows = [
            (adamw.means, _places("exp_avg", others, adamw.begin)),
            (adamw.squares, _places("exp_avg_sq", others, adamw.begin)),
            (adamw.steps.view(1), [Place("step/all", 0, 1, ())]),
        ]
        if self._muon is not None:
            rows.insert(0, (self._muon.mean, _places("momentum", parts[: len(parts) - len(others)], 0)))
        return rows


def _places(what: str, parts: Sequence[Part], begin: int) -> list[Place]:
    return [Place(f"{what}/{part.name}", part.begin - begin, part.end - begin, tuple(part.shape)) for part in parts]
