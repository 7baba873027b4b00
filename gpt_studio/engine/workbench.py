"""The model on the bench: its weights, its optimiser, its text and its step; and what one optimiser step is."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

import numpy as np
import torch
from msgspec.structs import replace
from torch import Tensor

from gpt_studio.engine import clock, device, faults
from gpt_studio.engine.arrays import Ints
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.course.pace import Pace
from gpt_studio.engine.course.schedule import Revision, learning_rate_at
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Noticed, StepDone
from gpt_studio.engine.model import GPT, next_token_loss
from gpt_studio.engine.optimizers import Optimizer
from gpt_studio.engine.speed.flat import FlatParameters
from gpt_studio.engine.speed.half import HalfCopy, LossScale
from gpt_studio.engine.speed.recording import Recording

SPLITS = 3  # how often a micro-batch is halved at most, when memory is full
SENT_AT_ONCE = 64  # steps whose batches are sent to a GPU together


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
        revisions: Other numbers of steps, in the order in which they were made; also of steps that are to come again.

    Attributes:
        planned: How many steps the run was to make before any revision.
        max_steps: The newest number of steps.
    """

    def __init__(
        self, model: ModelConfig, config: TrainConfig, ids: Ints, max_steps: int, revisions: Sequence[Revision] = ()
    ) -> None:
        self.config, self.planned, self._revisions = config, max_steps, [*revisions]
        self.max_steps = self._revisions[-1].max_steps if self._revisions else max_steps
        self.device = device.choose(config.device)
        device.refuse_without_room(model, config, self.device)
        device.keep_memory()
        device.allow_tf32(config.precision != "fp32")
        with device.told_plainly(self.device), device.seeded(config.seed, "cpu"):
            self.model = GPT(model).to(self.device)  # made on the processor: the same weights on every device
            self.flat = FlatParameters(self.model)
            self.optimizer = Optimizer(self.flat, config)
            half = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(config.precision)
            self._half = HalfCopy(self.model, self.flat, half) if half else None
            self._ids = torch.as_tensor(ids, dtype=torch.int32).to(self.device)  # (N)
            self._rate, self._loss, self._norm = torch.zeros(3, device=self.device)  # three numbers that stay in place
        self.scale = LossScale(self.device, config.precision == "fp16")
        self._forwards: dict[tuple[int, int], tuple[Tensor, Recording[None]]] = {}  # by rows and batch: where, and what
        self._measuring, self._applying = Recording(self._measure, self.device), Recording(self._apply, self.device)
        self._told_failure = False
        self._ahead: tuple[int, Tensor] | None = None  # the first step of, and where the next batches begin
        self._splits_left = SPLITS
        self.is_whole = True  # False while a step is being applied: what fails then leaves the weights half changed
        self.step = 0
        self.seconds = 0.0  # of training alone
        self.loss_sum, self.loss_count = 0.0, 0  # of the batches since the last check
        self._unread: list[tuple[int, float, Tensor, Tensor]] = []  # step, learning rate, loss, gradient norm
        self._read_at, self._unread_s, self._pace = clock.now(), 0.0, Pace()

    def batch(self, step: int) -> Tensor:
        """Where the pieces of text for the step after `step` begin, (batch_size), on the processor."""
        chance = np.random.Generator(np.random.Philox(key=[self.config.seed, step]))
        block = self.model.config.block_size
        return torch.from_numpy(chance.integers(0, len(self._ids) - block, size=self.config.batch_size))

    def pieces(self, starts: Tensor) -> Tensor:
        """The pieces of text that begin there, each with the token after it, (n, T + 1), on the processor."""
        places = starts[:, None] + torch.arange(self.model.config.block_size + 1)
        return self._ids[places.to(self.device)].long().cpu()

    def _starts(self, step: int) -> Tensor:
        """As `batch`, on the device; a GPU is sent many steps' at once, for each sending makes it wait."""
        if device.answers_at_once(self.device):
            return self.batch(step)
        first, table = self._ahead or (step, torch.empty(0))
        if not first <= step < first + len(table) or table.size(1) != self.config.batch_size:
            first, table = step, torch.stack([self.batch(later) for later in range(step, step + SENT_AT_ONCE)])
            self._ahead = first, table.to(self.device)
        return self._ahead[1][step - first] if self._ahead else table[0]

    def update(self) -> Iterator[None]:
        """One optimiser step, in place. Yields between micro-batches and before the weights are changed; if it is left
        there, the model is as before.
        """
        starts = self._starts(self.step)  # (batch_size)
        size = self.config.micro_batch or len(starts)
        spent = 0.0
        for number, first in enumerate(range(0, len(starts), size)):
            if number:
                yield
            began = clock.now()
            if number == 0:
                self.flat.gradients.zero_()  # what an update that was left behind had gathered, too
                self._loss.zero_()
            self._gather(starts[first : first + size], number)
            spent += clock.now() - began
        yield
        began = clock.now()
        rate = learning_rate_at(self.step, self.config, self.planned, self._revisions)
        self._finish(rate)
        spent += clock.now() - began
        self._note(rate, spent)

    def _gather(self, rows: Tensor, number: int) -> None:
        """Add some rows' share of the batch's gradients and mean loss."""
        key = len(rows), self.config.batch_size
        if key not in self._forwards:
            kept = rows.clone()
            share = len(rows) / self.config.batch_size
            self._forwards[key] = kept, Recording(lambda: self._forward_and_back(kept, share), self.device)
        kept, recording = self._forwards[key]
        kept.copy_(rows)
        with device.told_plainly(self.device), self._chance(number):
            faults.point("device.forward")
            recording.run()
        faults.point("step.gathered")

    def _forward_and_back(self, rows: Tensor, share: float) -> None:
        pieces = self._ids[rows[:, None] + torch.arange(self.model.config.block_size + 1, device=self.device)]
        pieces = pieces.long()  # (B, T + 1)
        model = self._half.model if self._half else self.model
        loss = next_token_loss(model(pieces[:, :-1]), pieces[:, 1:]) * share
        if self._half:
            (loss * self.scale.value).backward()  # type: ignore[no-untyped-call]
            self._half.hand_over_gradients(self.scale.value)
        else:
            loss.backward()  # type: ignore[no-untyped-call]
        self._loss.add_(loss.detach())

    def _chance(self, number: int) -> AbstractContextManager[None]:
        """Dropout's chance: a function of the seed, the step and the place in the batch."""
        if not self.model.config.dropout:
            return nullcontext()
        key = np.random.SeedSequence([self.config.seed, self.step, number]).generate_state(1, np.uint64)[0]
        return device.seeded(int(key), self.device)

    def _finish(self, rate: float) -> None:
        """Take the step for which the gradients lie ready, or leave it out where fp16 had no number for them."""
        with device.told_plainly(self.device):
            self._rate.fill_(rate)
            self._measuring.run()
            self._apply_if_good()

    def _apply_if_good(self) -> None:
        if self.scale.needed or device.answers_at_once(self.device):  # otherwise the loss tells, a few steps later
            good = bool(torch.isfinite(self._norm))
            self.scale.note(good)
            if not good and self.scale.needed:
                self._norm.zero_()
                return
            if not good:
                raise self.diverged()
        self.is_whole = False
        faults.point("device.apply")
        self._applying.run()
        self.is_whole = True
        faults.point("step.applied")

    def _measure(self) -> None:
        self._norm.copy_(torch.linalg.vector_norm(self.flat.gradients))

    def _apply(self) -> None:
        if limit := self.config.grad_clip:
            self.flat.gradients.mul_((limit / (self._norm + 1e-6)).clamp(max=1.0))
        self.optimizer.step(self._rate)
        if self._half:
            self._half.renew()

    def _note(self, rate: float, spent: float) -> None:
        self.step += 1
        self._unread_s += spent
        self._unread.append((self.step, rate, self._loss.clone(), self._norm.clone()))

    def told(self, at_once: bool = False) -> list[StepDone]:
        """The steps since the last reading. Reading waits for the device, so a GPU is asked 20 times a second at most.

        Raises:
            StudioError: `training.diverged` when a loss is no number any more.
        """
        due = at_once or device.answers_at_once(self.device) or clock.now() - self._read_at > 0.05
        if not due or not self._unread:
            return []
        began = clock.now()
        with device.told_plainly(self.device):
            faults.point("device.read")
            numbers = torch.stack([torch.stack([loss, norm]) for _, _, loss, norm in self._unread]).tolist()
        self._unread_s += clock.now() - began
        self._read_at = clock.now()
        tokens = self.config.batch_size * self.model.config.block_size
        each_s = max(self._pace.believed(self._unread_s / len(self._unread)), 1e-9)
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

    def notices(self) -> list[Noticed]:
        """What has had to be done otherwise than was meant, told once."""
        if self._told_failure:
            return []
        pieces = [self._measuring, self._applying, *(recording for _, recording in self._forwards.values())]
        reason = next((piece.failure for piece in pieces if piece.failure), "")
        self._told_failure = bool(reason)
        return [Noticed(code="device.recording", values={"reason": reason.splitlines()[0]})] if reason else []

    def split(self) -> bool:
        """Halve the micro-batch, after memory was full: the same sum in more and smaller parts. Tells whether it could.

        Call it outside of the `except` block, whose traceback holds on to tensors.
        """
        rows = self.config.micro_batch or self.config.batch_size
        if not (self.is_whole and self._splits_left and rows > 1):
            return False
        self._splits_left -= 1
        self.config = replace(self.config, micro_batch=(rows + 1) // 2)
        self._forwards.clear()
        device.free_memory(self.device)
        return True

    def revise(self, max_steps: int) -> None:
        """From here on the run is to make another number of steps."""
        self._revisions.append(Revision(self.step, max_steps))
        self.max_steps = max_steps

    def mean_loss(self) -> float | None:
        """The mean of the batches since the last call, which begins anew; None when there were none."""
        mean = self.loss_sum / self.loss_count if self.loss_count else None
        self.loss_sum, self.loss_count = 0.0, 0
        return mean

    def go_back_to(self, step: int, seconds: float, loss_sum: float, loss_count: int) -> None:
        """Take up the numbers of a checkpoint whose tensors have been loaded."""
        if self._half:
            self._half.renew()
        self.step, self.seconds, self.loss_sum, self.loss_count = step, seconds, loss_sum, loss_count
        self._unread, self._unread_s, self.is_whole = [], 0.0, True

    def diverged(self) -> StudioError:
        return StudioError("training.diverged", step=self.step, learning_rate=self.config.learning_rate)

    def is_finite(self) -> bool:
        """Whether every weight is a number still."""
        return bool(torch.isfinite(self.flat.values).all())

    def weight_bytes(self) -> int:
        return self.flat.values.nbytes
