"""The checks of a run on held-back text: when one is due, what it finds, and whether they have said enough."""

from collections.abc import Generator

from msgspec.structs import replace

from gpt_studio.engine import planning, run_record
from gpt_studio.engine.arrays import Ints
from gpt_studio.engine.course.check_times import CheckTimes, Choice
from gpt_studio.engine.course.early_stop import Patience
from gpt_studio.engine.events import Evaluated
from gpt_studio.engine.generalization import bits_per_character, total_loss
from gpt_studio.engine.keeping.standing import Standing
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.workbench import Workbench


class Checks:
    """Measures the whole validation part, now and then.

    Args:
        bench: The model in training.
        tokenizer: The run's own.
        held_back: The validation part, (N).

    Attributes:
        newest: The step of the newest check.
        progress: What they have found so far.
    """

    def __init__(self, bench: Workbench, tokenizer: Tokenizer, held_back: Ints) -> None:
        self.newest: int | None = None
        self.progress = run_record.Progress()
        self._bench, self._held_back = bench, held_back
        self._predicted = tokenizer.characters_after_first(held_back)  # characters
        self._times = CheckTimes(bench.config.eval_every, bench.planned)
        self._patience = Patience(bench.config.early_stop)

    def take_up(self, past: Standing) -> None:
        """Know what was found before the bench's step."""
        bench = self._bench
        self._times = CheckTimes(bench.config.eval_every, bench.planned, past.choices)
        self._patience = Patience(bench.config.early_stop, [check.val_loss for check in past.checks])
        self.newest = past.checked
        if self.is_newest:
            bench.mean_loss()  # that check has told of these batches
        self.progress = past.progress(bench.step, bench.seconds)

    @property
    def is_newest(self) -> bool:
        """Whether the present step has been checked."""
        return self.newest == self._bench.step

    def is_due(self, is_last: bool) -> bool:
        """Whether the present step is to be checked; the last one always is."""
        return (self._times.is_due(self._bench.step) or is_last) and not self.is_newest

    def measure(self) -> Generator[None, None, Evaluated]:
        """Check the present step, turn by turn."""
        bench, progress = self._bench, self.progress
        rows = bench.config.micro_batch or bench.config.batch_size
        nats = yield from self._times.timed(total_loss(bench.model, self._held_back, rows))
        found = Evaluated(
            step=bench.step,
            train_loss=bench.mean_loss(),
            val_loss=nats / (len(self._held_back) - 1),
            bits_per_char=bits_per_character(nats, self._predicted),
        )
        self.newest = found.step
        self._patience.note(found.val_loss)
        progress = replace(progress, train_loss=found.train_loss, val_loss=found.val_loss)
        if progress.best_val_loss is None or found.val_loss < progress.best_val_loss:
            progress = replace(progress, best_val_loss=found.val_loss, best_step=found.step)
        self.progress = progress
        return found

    def interval_after_steps(self) -> Choice | None:
        """How often to check from now on, where that has just become clear."""
        bench = self._bench
        as_long_as = planning.check_s(bench.model.config, bench.config, 1.0, len(self._held_back))
        return self._times.after_steps(bench.step, bench.seconds, as_long_as)

    def interval_after_check(self) -> Choice | None:
        """How often to check from now on, where that is chosen anew."""
        return self._times.after_check(self._bench.step, self._bench.seconds)

    @property
    def say_enough(self) -> bool:
        """Whether the run is to end before its last step, for held back has stopped falling."""
        return self._patience.is_spent and self.is_newest
