"""The model on the bench: its weights, its optimiser, its text and its step; and what one optimiser step is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

import numpy as np
import torch
from torch import Tensor

from gpt_studio.engine import clock, device
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ints, StepDone
from gpt_studio.engine.model import GPT, next_token_loss
from gpt_studio.engine.optimizers import learning_rate_at, make_optimizer


class Workbench:
    """A model in training.

    The batch of step s and its dropout are functions of (seed, s) alone, so a run that goes on from a checkpoint equals
    one that never stopped. A step is cut into micro-batches, and each is one turn: between turns nothing global is
    changed.

    Args:
        model: The model's form; its vocab_size is the tokenizer's.
        config: Settled settings: device, precision, threads and micro_batch are not "auto" or None.
        ids: The training part of the text, (N), N > block_size.
        max_steps: How many steps the run is to make; the learning rate's schedule follows it.
    """

    def __init__(self, model: ModelConfig, config: TrainConfig, ids: Ints, max_steps: int) -> None:
        self.config, self.max_steps = config, max_steps
        self.device = device.choose(config.device)
        device.refuse_without_room(model, config, self.device)
        with device.told_plainly(self.device), device.seeded(config.seed, "cpu"):
            self.model = GPT(model).to(self.device)  # made on the processor: the same weights on every device
            self.optimizer = make_optimizer(self.model, config)
            self._ids = torch.as_tensor(ids, dtype=torch.int32).to(self.device)  # (N)
        self._autocast = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(config.precision)
        self.scaler = torch.amp.GradScaler(self.device, enabled=config.precision == "fp16")
        self.step = 0
        self.seconds = 0.0  # of training alone
        self.loss_sum, self.loss_count = 0.0, 0  # of the batches since the last check
        self._unread: list[tuple[int, float, Tensor, Tensor]] = []  # step, learning rate, loss, gradient norm
        self._read_at, self._unread_s = clock.now(), 0.0

    def batch(self, step: int) -> Tensor:
        """Where the pieces of text for the step after `step` begin, (batch_size), on the processor."""
        chance = np.random.Generator(np.random.Philox(key=[self.config.seed, step]))
        block = self.model.config.block_size
        return torch.from_numpy(chance.integers(0, len(self._ids) - block, size=self.config.batch_size))

    def update(self) -> Iterator[None]:
        """One optimiser step, in place. Yields between micro-batches; if it is left there, the model is as before."""
        starts = self.batch(self.step).to(self.device)  # (batch_size)
        size = self.config.micro_batch or len(starts)
        rate = learning_rate_at(self.step, self.config, self.max_steps)
        spent, loss = 0.0, torch.zeros((), device=self.device)
        for number, first in enumerate(range(0, len(starts), size)):
            if number:
                yield
            began = clock.now()
            if number == 0:
                self.optimizer.zero_grad(set_to_none=False)  # what an update that was left behind had gathered, too
            loss = loss + self._gather_gradients(starts[first : first + size], number)
            spent += clock.now() - began
        began = clock.now()
        norm = self._apply(rate)
        spent += clock.now() - began
        self._note(rate, loss, norm, spent)

    def _gather_gradients(self, rows: Tensor, number: int) -> Tensor:
        """Forward and backward for some rows of the batch, of fixed shapes; gives their share of the batch's mean
        loss.
        """
        pieces = self._ids[rows[:, None] + torch.arange(self.model.config.block_size + 1, device=self.device)]
        pieces = pieces.long()  # (B, T + 1)
        share = len(rows) / self.config.batch_size
        with device.told_plainly(self.device), self._chance(number):
            with torch.autocast(self.device, self._autocast, enabled=self._autocast is not None):
                logits = self.model(pieces[:, :-1])  # (B, T, V)
            loss = next_token_loss(logits, pieces[:, 1:]) * share
            self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        return loss.detach()

    def _chance(self, number: int) -> AbstractContextManager[None]:
        """Dropout's chance: a function of the seed, the step and the place in the batch."""
        if not self.model.config.dropout:
            return nullcontext()
        key = np.random.SeedSequence([self.config.seed, self.step, number]).generate_state(1, np.uint64)[0]
        return device.seeded(int(key), self.device)

    def _apply(self, rate: float) -> Tensor:
        """Clip the gradients and take the step; gives the gradients' norm before clipping."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.scaler.unscale_(self.optimizer)
        limit = self.config.grad_clip or float("inf")
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), limit)
        if device.answers_at_once(self.device) and not torch.isfinite(norm):
            raise self.diverged()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return norm

    def _note(self, rate: float, loss: Tensor, norm: Tensor, spent: float) -> None:
        self.step += 1
        self._unread_s += spent
        self._unread.append((self.step, rate, loss, norm))

    def told(self, at_once: bool = False) -> list[StepDone]:
        """The steps since the last reading. Reading waits for the device, so a GPU is asked 20 times a second at most.

        Raises:
            StudioError: `training.diverged` when a loss is no number any more.
        """
        due = at_once or device.answers_at_once(self.device) or clock.now() - self._read_at > 0.05
        if not due or not self._unread:
            return []
        began = clock.now()
        numbers = torch.stack([torch.stack([loss, norm.float()]) for _, _, loss, norm in self._unread]).tolist()
        self._unread_s += clock.now() - began
        self._read_at = clock.now()
        tokens = self.config.batch_size * self.model.config.block_size
        each_s = max(self._unread_s / len(self._unread), 1e-9)
        events = []
        for (step, rate, _, _), (loss, norm) in zip(self._unread, numbers, strict=True):
            if not np.isfinite(loss):
                raise self.diverged()
            self.seconds += each_s
            self.loss_sum, self.loss_count = self.loss_sum + loss, self.loss_count + 1
            events.append(
                StepDone(
                    step=step,
                    train_loss=loss,
                    learning_rate=rate,
                    grad_norm=norm,
                    tokens_per_s=tokens / each_s,
                    seconds=self.seconds,
                )
            )
        self._unread, self._unread_s = [], 0.0
        return events

    def mean_loss(self) -> float | None:
        """The mean of the batches since the last call, which begins anew; None when there were none."""
        mean = self.loss_sum / self.loss_count if self.loss_count else None
        self.loss_sum, self.loss_count = 0.0, 0
        return mean

    def go_back_to(self, step: int, seconds: float, loss_sum: float, loss_count: int) -> None:
        """Take up the numbers of a checkpoint whose tensors have been loaded."""
        self.step, self.seconds, self.loss_sum, self.loss_count = step, seconds, loss_sum, loss_count
        self._unread, self._unread_s = [], 0.0

    def diverged(self) -> StudioError:
        return StudioError("training.diverged", step=self.step, learning_rate=self.config.learning_rate)

    def is_finite(self) -> bool:
        """Whether every weight is a number still."""
        return all(bool(torch.isfinite(parameter).all()) for parameter in self.model.parameters())

    def weight_bytes(self) -> int:
        return sum(parameter.nbytes for parameter in self.model.parameters())
