"""Keeps a run: knows what is due when, a check, a sample, a checkpoint, and has it written (ledger.py)."""

from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from msgspec.structs import replace

from gpt_studio.engine import clock, generation, run_record, runs
from gpt_studio.engine.arrays import Ints
from gpt_studio.engine.course.check_times import Choice
from gpt_studio.engine.course.checks import Checks
from gpt_studio.engine.course.deadline import Deadline
from gpt_studio.engine.course.loss_watch import LossWatch
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.events import Ended, Noticed, Revised, Sample, Started, StepDone
from gpt_studio.engine.keeping import standing
from gpt_studio.engine.keeping.ledger import Ledger, Report
from gpt_studio.engine.keeping.owed_weights import OwedWeights
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.workbench import Workbench

SAVE_EVERY_S = 30.0  # of the clock: what a power cut may cost at most, beside a step
SAMPLE_LENGTH = 240  # characters
USUAL_INTERVAL = 100  # steps between two checks, where nothing is measured yet


def is_milestone(step: int) -> bool:
    """Whether a sample and a snapshot are due: at 0, 10, 25, 50, 100, 250, 500, 1000, 2500, …"""
    while step > 50 and step % 10 == 0:
        step //= 10
    return step in (0, 10, 25, 50)


class Keeper:
    """The one writer of a run folder while its model is on the bench.

    Args:
        ledger: The run folder.
        bench: The model in training.
        tokenizer: The run's own.
        train_tokens: How many tokens the training part has.
        held_back: The validation part, (N).
        minutes: What the run is to take; its number of steps then follows the time.

    Attributes:
        owed: Weights of the present step that are not written yet.
        notices: What has had to be done otherwise than was meant, and is not told yet.
    """

    def __init__(
        self,
        ledger: Ledger,
        bench: Workbench,
        tokenizer: Tokenizer,
        train_tokens: int,
        held_back: Ints,
        minutes: float | None = None,
    ) -> None:
        self.ledger, self.bench = ledger, bench
        self.owed = OwedWeights()
        self.notices: list[Noticed] = []
        self._tokenizer, self._train_tokens, self._held_back_tokens = tokenizer, train_tokens, len(held_back)
        self._checks, self._watch = Checks(bench, tokenizer, held_back), LossWatch(tokenizer.vocab_size)
        self._began = self._saved_at = clock.now()
        self._sampled: int | None = None
        self._saved: int | None = None  # the step of the newest checkpoint, written or being written
        every = bench.config.eval_every or USUAL_INTERVAL
        self._deadline = Deadline(60 * minutes, every, SAVE_EVERY_S) if minutes else None

    @property
    def tokenizer(self) -> Tokenizer:
        return self._tokenizer

    @property
    def path(self) -> Path:
        """Where the run lies now."""
        return self.ledger.path

    def take_up(self, restored: int | None, refused: list[RunError]) -> None:
        """Go on with a run: forget what lies beyond the bench's step, and know what was done at it.

        Args:
            restored: The step of the checkpoint that the bench holds; None where it holds the model of the beginning.
            refused: Why newer checkpoints were passed over.

        Raises:
            RunError: `run.no_checkpoint` when steps were made, but no checkpoint is there: nothing is cut then.
        """
        if restored is None and any(isinstance(event, StepDone) for event in runs.read_metrics(self.path)):
            raise RunError("run.no_checkpoint", run=self.path.name)
        if refused:
            values = {"file": str(refused[0].values.get("file", "")), "step": str(self.bench.step)}
            self.notices.append(Noticed(code="run.passed_over", values=values))
        self._saved = restored
        past = standing.take_up(self.path, self.bench.step)
        self.ledger.begin_with([*past.metrics, *past.samples], past.actions)
        self._watch = LossWatch(self._tokenizer.vocab_size, past.losses)
        self._checks.take_up(past)
        self._sampled = past.sampled
        self.owed.add_missing(self.path, self.bench.step, self._checks.progress.best_step, self._sampled)

    def started(self) -> Iterator[Report]:
        """Note that the run is in training, and tell of it."""
        yield from self.ledger.until_written(lambda: self._write_record("training"))
        if self._deadline:
            self._deadline.start()
        yield [self._started(), *self.notices]
        self.notices = []

    def _started(self) -> Started:
        config = self.bench.config
        return Started(
            run=str(self.path),
            parameters=self.bench.model.parameter_count(),
            device=self.bench.device,
            precision=config.precision,
            vocab_size=self._tokenizer.vocab_size,
            train_tokens=self._train_tokens,
            val_tokens=self._held_back_tokens,
            max_steps=self.bench.max_steps,
            step=self.bench.step,
        )

    def note(self, steps: list[StepDone]) -> Iterator[Report]:
        """Log the steps, and tell of them and of what has been saved meanwhile.

        Raises:
            StudioError: `training.exploded` when the losses have grown out of all proportion.
        """
        yield from self.ledger.log(steps)
        yield from self.ledger.news()
        if steps:
            yield from self._note_choice(self._checks.interval_after_steps())
        for step in steps:
            self._watch.add(step.train_loss)
        if self._watch.exploded:
            loss, best = f"{self._watch.mean:.2f}", f"{self._watch.best:.2f}"
            rate = self.bench.config.learning_rate
            raise StudioError("training.exploded", step=self.bench.step, learning_rate=rate, loss=loss, best=best)

    def keep_time(self, made: int) -> Iterator[Report]:
        """Where the run has a time to keep, and by the speed of late would not keep it: another number of steps.

        Args:
            made: How many steps were made since the last call.
        """
        if not (self._deadline and made):
            return
        self._deadline.note_steps(made)
        steps = self._deadline.revised(self.bench.step, self.bench.max_steps)
        if steps is not None:
            action = run_record.Action(step=self.bench.step, action="revision", value=steps)
            yield from self.ledger.act(action)
            self.bench.revise(steps)
            yield [Revised(step=self.bench.step, max_steps=steps)]

    def _timing(self, duty: str) -> AbstractContextManager[None]:
        return self._deadline.timing(duty) if self._deadline else nullcontext()

    def note_split(self) -> Iterator[Report]:
        """The micro-batch was halved: a resume is to begin so, and people are to know."""
        rows = self.bench.config.micro_batch or self.bench.config.batch_size
        action = run_record.Action(step=self.bench.step, action="micro_batch", value=rows)
        yield from self.ledger.act(action)
        yield [Noticed(code="device.split", values={"rows": str(rows), "batch": str(self.bench.config.batch_size)})]

    def duties(self) -> Iterator[Report]:
        """What is due at the present step: a check, a sample with its snapshot, a checkpoint."""
        if self._check_is_due():
            with self._timing("check"):
                yield from self._check()
        if self._sample_is_due():
            with self._timing("sample"):
                yield from self._sample()
        waits = self._is_last() or self.bench.step == 0  # no step is made before there is something to go back to
        if self.owed or self._saving_is_due() or waits:
            with self._timing("last saving" if waits else "saving"):
                yield from self._save(waits)

    def _save(self, waits: bool) -> Iterator[Report]:
        """Have what is due written, and wait for that where training cannot go on before."""
        if self.owed or self._saving_is_due():
            yield from self.ledger.all_written()
            self._begin_writing(complete=self._saving_is_due())
        if waits:
            yield from self.ledger.all_written()

    def is_due(self) -> bool:
        """Whether anything is; the losses are read from the device before it."""
        return self._check_is_due() or self._sample_is_due() or self._saving_is_due() or bool(self.owed)

    def _check_is_due(self) -> bool:
        return self._checks.is_due(self._is_last())

    def _sample_is_due(self) -> bool:
        return (is_milestone(self.bench.step) or self._is_last()) and self._sampled != self.bench.step

    def _saving_is_due(self) -> bool:
        due = clock.has_passed(SAVE_EVERY_S, self._saved_at) and not (self._watch.suspicious or self.ledger.busy)
        due = due or self.bench.step == 0 or self._is_last()
        return due and self._saved != self.bench.step

    def _is_last(self) -> bool:
        return self.bench.step >= self.bench.max_steps

    def is_complete(self) -> bool:
        """Whether the last step is made, checked and sampled."""
        return self._is_last() and not (self._check_is_due() or self._sample_is_due())

    def _check(self) -> Generator[Report, None, None]:
        """Measure the whole validation part, and keep the weights if they are the best so far."""
        found = yield from self._checks.measure()
        if self._checks.progress.best_step == found.step:
            self.owed.add_best()
        yield from self.ledger.log([found])
        yield from self._note_choice(self._checks.interval_after_check())

    def _note_choice(self, choice: Choice | None) -> Iterator[Report]:
        """After how many steps the next check is due, where that was chosen anew: a resume is to do the same."""
        if choice is not None:
            action = run_record.Action(step=choice.step, action="eval_every", value=choice.interval)
            yield from self.ledger.act(action)
            if self._deadline:
                self._deadline.eval_every = choice.interval

    def _sample(self) -> Generator[Report, None, None]:
        text = yield from generation.sample(self.bench.model, self._tokenizer, self.bench.config.seed, SAMPLE_LENGTH)
        event = Sample(step=self.bench.step, text=text)
        self.owed.add_snapshot(self._checks.progress.best_step)
        self._sampled = event.step
        yield from self.ledger.log([event])

    def _begin_writing(self, complete: bool) -> None:
        """Have the weights that are owed written, and with `complete` a checkpoint as well."""
        progress = self._present_progress() if complete else None
        weights_only = self.owed.weights_only and not complete
        self.ledger.begin_writing(self.bench, self.owed.writes, progress, weights_only)
        self.owed.clear()
        if complete:
            self._saved, self._saved_at = self.bench.step, clock.now()

    def _present_progress(self) -> run_record.Progress:
        return replace(self._checks.progress, step=self.bench.step, seconds=self.bench.seconds)

    def save_soon(self) -> list[StepDone]:
        """Have the present state written, as at a pause. What is read from the device for it is told."""
        steps = self.bench.told(at_once=True)
        self.ledger.note(steps)
        try:
            if self._saved != self.bench.step and self.ledger.can_write(2.0):
                self.ledger.finish()
                self._begin_writing(complete=True)
        except StudioError as error:
            if error.code != "files.write":  # that is tried again in the next turn, and told
                raise
        self.rest()
        return steps

    def rest(self) -> None:
        """What comes does not count for a run that keeps to a time, until it makes a step."""
        if self._deadline:
            self._deadline.pause()

    def save(self) -> None:
        """Write all that is not written yet, here and now.

        Raises:
            StudioError: `files.write` when the disk refuses.
        """
        self.ledger.note(self.bench.told(at_once=True))
        self.ledger.finish()
        if self.owed or self._saved != self.bench.step:
            self._begin_writing(complete=self._saved != self.bench.step)
            self.ledger.finish()

    def _write_record(self, status: run_record.Status) -> None:
        self.ledger.write_record(self._present_progress(), status)

    def finished(self) -> Iterator[Report]:
        """Note that the run is done."""
        yield from self.ledger.until_written(lambda: self._write_record("done"))

    @property
    def has_had_enough(self) -> bool:
        """Whether the run is to end before its last step, for held back has stopped falling."""
        return self._checks.say_enough

    def end_early(self) -> Iterator[Report]:
        """Keep the present state and note that the run has stopped; it can be gone on with."""
        if self._sampled != self.bench.step:
            yield from self._sample()
        yield from self.ledger.all_written()
        if self.owed or self._saved != self.bench.step:
            self._begin_writing(complete=self._saved != self.bench.step)
            yield from self.ledger.all_written()
        yield from self.ledger.until_written(lambda: self._write_record("stopped"))

    def ended(self, early: bool = False) -> Ended:
        return Ended(
            ending="stopped" if early else "done",
            message="early_stop" if early else "",
            step=self.bench.step,
            seconds=self.bench.seconds,
            val_loss=self._checks.progress.val_loss,
            wall_seconds=clock.now() - self._began,
        )

    def close(self, status: run_record.Status) -> None:
        """Leave the folder as a run that can be gone on with.

        Raises:
            StudioError: `files.write` when the disk refuses.
        """
        if status in ("stopped", "done"):
            self.save()
        self.ledger.finish()
        self._write_record(status)
