"""How a run stands when it is taken up: what lies beyond the checkpoint is forgotten, and the logs tell the rest."""

from pathlib import Path

from msgspec import Struct

from gpt_studio.engine import faults, files, run_record, runs
from gpt_studio.engine.course.check_times import Choice
from gpt_studio.engine.events import Evaluated, Sample, StepDone


class Standing(Struct, frozen=True):
    """What a run has done up to a step."""

    metrics: list[StepDone | Evaluated]
    samples: list[Sample]
    actions: list[run_record.Action]
    choices: list[Choice]  # of intervals between checks

    @property
    def losses(self) -> list[float]:
        """Of every step, in training."""
        return [event.train_loss for event in self.metrics if isinstance(event, StepDone)]

    @property
    def checks(self) -> list[Evaluated]:
        return [event for event in self.metrics if isinstance(event, Evaluated)]

    @property
    def checked(self) -> int | None:
        """The step of the newest check."""
        return self.checks[-1].step if self.checks else None

    @property
    def sampled(self) -> int | None:
        """The step of the newest sample."""
        return self.samples[-1].step if self.samples else None

    def progress(self, step: int, seconds: float) -> run_record.Progress:
        """As run.json tells it, at a step that so many seconds of training have led to."""
        checks = self.checks
        best = min(checks, key=lambda check: check.val_loss, default=None)
        return run_record.Progress(
            step=step,
            train_loss=checks[-1].train_loss if checks else None,
            val_loss=checks[-1].val_loss if checks else None,
            best_val_loss=best.val_loss if best else None,
            best_step=best.step if best else None,
            seconds=seconds,
        )


def take_up(path: Path, step: int) -> Standing:
    """Forget what a run has done after `step`, and tell what it had done by then."""
    _forget_beyond(path, step)
    return Standing(
        metrics=runs.read_metrics(path),
        samples=runs.read_samples(path),
        actions=runs.read_actions(path),
        choices=runs.check_choices(path),
    )


def _forget_beyond(path: Path, step: int) -> None:
    """Cut the logs, and drop later snapshots and what a crash has left half made."""
    runs.cut_logs(path, step)
    for kind in ("snapshots", "optimizers"):
        for later, folder in runs.step_folders(path / kind).items():
            if later > step:
                files.remove(folder)
    for folder in (path, *(path / kind for kind in ("checkpoints", "snapshots", "optimizers"))):
        files.sweep(folder)
    faults.point("resume.cut")
