"""The run that the window shows: its record, its curve, its samples."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gpt_studio.engine.events import Ended, Evaluated, Event, Kept, Revised, Sample, Started, StepDone
from gpt_studio.engine.run_record import RunRecord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Series:
    """Numbers that grow by the report and are handed to a chart without copying."""

    def __init__(self) -> None:
        import numpy as np  # here: the window's first paint shows no curve, and need not wait for numpy

        self._values: NDArray[np.float64] = np.empty(256)
        self._length = 0

    def append(self, value: float) -> None:
        if self._length == len(self._values):
            import numpy as np

            self._values = np.concatenate([self._values, np.empty(len(self._values))])
        self._values[self._length] = value
        self._length += 1

    @property
    def values(self) -> "NDArray[np.float64]":
        """(n) a view; valid until the next append."""
        return self._values[: self._length]

    def __len__(self) -> int:
        return self._length


@dataclass
class Curve:
    """All that was measured of a run so far."""

    steps: Series = field(default_factory=Series)  # of the five below
    train_loss: Series = field(default_factory=Series)
    learning_rate: Series = field(default_factory=Series)
    grad_norm: Series = field(default_factory=Series)
    tokens_per_s: Series = field(default_factory=Series)
    elapsed: Series = field(default_factory=Series)  # seconds of training up to that step
    check_steps: Series = field(default_factory=Series)  # of the two below
    val_loss: Series = field(default_factory=Series)
    bits_per_char: Series = field(default_factory=Series)
    mean_train_loss: float | None = None  # of the batches since the last check
    seconds: float = 0.0

    def add(self, event: Event) -> None:
        if self._has(event):
            return
        if isinstance(event, StepDone):
            self.steps.append(event.step)
            self.train_loss.append(event.train_loss)
            self.learning_rate.append(event.learning_rate)
            self.grad_norm.append(event.grad_norm)
            self.tokens_per_s.append(event.tokens_per_s)
            self.elapsed.append(event.seconds)
            self.seconds = event.seconds
        elif isinstance(event, Evaluated):
            self.check_steps.append(event.step)
            self.val_loss.append(event.val_loss)
            self.bits_per_char.append(event.bits_per_char)
            if event.train_loss is not None:
                self.mean_train_loss = event.train_loss

    def _has(self, event: Event) -> bool:
        """Whether a figure is here already: after a resume the newest are read from the disk, and then told as well."""
        if not isinstance(event, StepDone | Evaluated):
            return False
        known = self.steps if isinstance(event, StepDone) else self.check_steps
        return len(known) > 0 and event.step <= known.values[-1]

    @property
    def step(self) -> int:
        return int(self.steps.values[-1]) if len(self.steps) else 0

    @property
    def best(self) -> tuple[int, float] | None:
        """Step and loss of the lowest check on held-back text."""
        if not len(self.val_loss):
            return None
        place = int(self.val_loss.values.argmin())
        return int(self.check_steps.values[place]), float(self.val_loss.values[place])


@dataclass
class OpenRun:
    """The run that the window shows, whether it trains or not."""

    path: Path
    record: RunRecord
    curve: Curve = field(default_factory=Curve)
    samples: list[Sample] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)  # steps whose weights can be had, ascending
    started: Started | None = None
    ended: Ended | None = None

    @property
    def name(self) -> str:
        return self.record.name

    @property
    def max_steps(self) -> int:
        return self.started.max_steps if self.started else self.record.train.max_steps

    def add(self, event: Event) -> None:
        """Take what the training job told of this run."""
        if isinstance(event, Started):
            self.started = event
        elif isinstance(event, Revised):
            self.started = replace(self.started, max_steps=event.max_steps) if self.started else None
        elif isinstance(event, Ended):
            self.ended = event
        elif isinstance(event, Sample):
            if not self.samples or event.step > self.samples[-1].step:
                self.samples.append(event)
        elif isinstance(event, Kept):
            self.kept = list(event.steps)
        else:
            self.curve.add(event)
