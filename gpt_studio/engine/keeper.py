"""Keeps a run: writes what training tells into the run folder, and checkpoints, snapshots and the best weights."""

from collections.abc import Generator
from pathlib import Path

from msgspec.structs import replace

from gpt_studio.engine import checkpoint, clock, files, generation, runs
from gpt_studio.engine.errors import RunError
from gpt_studio.engine.events import Ended, Evaluated, Ints, Sample, Saved, Started, StepDone, TrainEvent
from gpt_studio.engine.generalization import bits_per_character, total_loss
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.workbench import Workbench

SAVE_EVERY_S = 30.0  # of the clock: what a power cut may cost at most, beside a step
SNAPSHOT_BUDGET = 2 * 1024**3  # bytes of all snapshots of a run; beyond it only samples are kept


def is_milestone(step: int) -> bool:
    """Whether a sample and a snapshot are due: at 0, 10, 25, 50, 100, 250, 500, 1000, 2500, …"""
    while step > 50 and step % 10 == 0:
        step //= 10
    return step in (0, 10, 25, 50)


class Keeper:
    """The one writer of a run folder while its model is on the bench.

    Args:
        path: The run folder, with its run.json.
        bench: The model in training.
        tokenizer: The run's own.
        train_tokens: How many tokens the training part has.
        held_back: The validation part, (N).
    """

    def __init__(self, path: Path, bench: Workbench, tokenizer: Tokenizer, train_tokens: int, held_back: Ints) -> None:
        self.path, self.bench = path, bench
        self._tokenizer, self._train_tokens, self._held_back = tokenizer, train_tokens, held_back
        self._record = runs.read_record(path)
        self._began = self._saved_at = clock.now()
        self._checked: int | None = None  # the step of the newest check
        self._sampled: int | None = None
        self._saved: int | None = None  # the step of the newest checkpoint

    def take_up(self, restored: bool) -> None:
        """Go on with a run: forget what lies beyond the bench's step, and know what was done at it.

        Args:
            restored: Whether the bench holds a checkpoint; otherwise it holds the model as it was at the beginning.

        Raises:
            RunError: `run.no_checkpoint` when steps were made, but no checkpoint is there: nothing is cut then.
        """
        if not restored and any(isinstance(event, StepDone) for event in runs.read_metrics(self.path)):
            raise RunError("run.no_checkpoint", run=self.path.name)
        self._saved = self.bench.step if restored else None
        self._forget_beyond(self.bench.step)
        checks = [event for event in runs.read_metrics(self.path) if isinstance(event, Evaluated)]
        samples = runs.read_samples(self.path)
        best = min(checks, key=lambda check: check.val_loss, default=None)
        self._checked = checks[-1].step if checks else None
        self._sampled = samples[-1].step if samples else None
        if self._checked == self.bench.step:
            self.bench.mean_loss()  # that check has told of these batches
        self._record = replace(
            self._record,
            progress=runs.Progress(
                step=self.bench.step,
                train_loss=checks[-1].train_loss if checks else None,
                val_loss=checks[-1].val_loss if checks else None,
                best_val_loss=best.val_loss if best else None,
                best_step=best.step if best else None,
                seconds=self.bench.seconds,
            ),
        )

    def _forget_beyond(self, step: int) -> None:
        """Cut the logs, and drop later snapshots and what a crash has left half made."""
        runs.cut_logs(self.path, step)
        for later, folder in runs.step_folders(self.path / "snapshots").items():
            if later > step:
                files.remove(folder)
        for folder in (self.path, self.path / "checkpoints", self.path / "snapshots"):
            files.sweep(folder)

    def started(self) -> Started:
        self._write_record("training")
        config = self.bench.config
        return Started(
            run=str(self.path),
            parameters=self.bench.model.parameter_count(),
            device=self.bench.device,
            precision=config.precision,
            vocab_size=self._tokenizer.vocab_size,
            train_tokens=self._train_tokens,
            val_tokens=len(self._held_back),
            max_steps=self.bench.max_steps,
            step=self.bench.step,
        )

    def note_steps(self, steps: list[StepDone]) -> None:
        if steps:
            runs.append_events(self.path, [*steps])

    def duties(self) -> Generator[None, None, list[TrainEvent]]:
        """What is due at the present step: a check, a sample with its snapshot, a checkpoint. Returns what it tells."""
        told: list[TrainEvent] = []
        if self._check_is_due():
            told.append((yield from self._check()))
        if self._sample_is_due():
            told.append((yield from self._sample()))
        if self._saving_is_due():
            told += self.save()
            yield
        return told

    def is_due(self) -> bool:
        """Whether anything is; the losses are read from the device before it."""
        return self._check_is_due() or self._sample_is_due() or self._saving_is_due()

    def _check_is_due(self) -> bool:
        step = self.bench.step
        return (step % self.bench.config.eval_every == 0 or self._is_last()) and self._checked != step

    def _sample_is_due(self) -> bool:
        return (is_milestone(self.bench.step) or self._is_last()) and self._sampled != self.bench.step

    def _saving_is_due(self) -> bool:
        due = self.bench.step == 0 or self._is_last() or clock.now() - self._saved_at >= SAVE_EVERY_S
        return due and self._saved != self.bench.step

    def _is_last(self) -> bool:
        return self.bench.step >= self.bench.max_steps

    def is_complete(self) -> bool:
        """Whether the last step is made, checked and sampled."""
        return self._is_last() and not (self._check_is_due() or self._sample_is_due())

    def _check(self) -> Generator[None, None, Evaluated]:
        """Measure the whole validation part, and keep the weights if they are the best so far."""
        config, progress = self.bench.config, self._record.progress
        rows = config.micro_batch or config.batch_size
        nats = yield from total_loss(self.bench.model, self._held_back, rows)
        predictions = len(self._held_back) - 1
        predicted = len(self._tokenizer.decode(self._held_back[1:]))
        event = Evaluated(
            step=self.bench.step,
            train_loss=self.bench.mean_loss(),
            val_loss=nats / predictions,
            bits_per_char=bits_per_character(nats, predicted),
        )
        runs.append_events(self.path, [event])
        self._checked = event.step
        progress = replace(progress, train_loss=event.train_loss, val_loss=event.val_loss)
        if progress.best_val_loss is None or event.val_loss < progress.best_val_loss:
            progress = replace(progress, best_val_loss=event.val_loss, best_step=event.step)
            checkpoint.save_weights(self.path / "best", self.bench)
        self._record = replace(self._record, progress=progress)
        return event

    def _sample(self) -> Generator[None, None, Sample]:
        text = yield from generation.sample(self.bench.model, self._tokenizer, self.bench.config.seed)
        event = Sample(step=self.bench.step, text=text)
        if self._snapshots_fit():
            checkpoint.save_snapshot(self.path, self.bench)
        runs.append_events(self.path, [event])
        self._sampled = event.step
        return event

    def _snapshots_fit(self) -> bool:
        return (len(runs.snapshot_steps(self.path)) + 1) * self.bench.weight_bytes() <= SNAPSHOT_BUDGET

    def save(self) -> list[TrainEvent]:
        """Write a complete checkpoint of the present step; one that is there is not put at risk by writing it again."""
        target = checkpoint.folder_for(self.path, self.bench.step)
        if self._saved != self.bench.step:
            runs.flush_logs(self.path)
            checkpoint.save(self.path, self.bench)
            self._saved = self.bench.step
        self._saved_at = clock.now()
        self._write_record("training")
        return [Saved(step=self.bench.step, path=str(target))]

    def _write_record(self, status: runs.Status) -> None:
        kept = runs.read_record(self.path)  # the name may have been changed from outside
        progress = replace(self._record.progress, step=self.bench.step, seconds=self.bench.seconds)
        self._record = replace(kept, progress=progress, status=status)
        runs.write_record(self.path, self._record)

    def ended(self) -> Ended:
        return Ended(
            ending="done",
            step=self.bench.step,
            seconds=self.bench.seconds,
            val_loss=self._record.progress.val_loss,
            wall_seconds=clock.now() - self._began,
        )

    def close(self, status: runs.Status) -> None:
        """Leave the folder as a run that can be gone on with."""
        if status == "stopped":
            self.note_steps(self.bench.told(at_once=True))
            self.save()
        self._write_record(status)
