"""Weights of the present step that are to be kept and are not written yet: those of the best check, and a snapshot."""

from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from gpt_studio.engine import checkpoint, runs
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Kept, Noticed, TrainEvent
from gpt_studio.engine.keeping import snapshot_room, tensor_folder
from gpt_studio.engine.keeping.ledger import Write
from gpt_studio.engine.requests import SNAPSHOT_BUDGET


class OwedWeights:
    """Gathers what is to be written, until the ledger can take it.

    Attributes:
        snapshot_budget: Bytes that the snapshots of all runs together may take.
        shown: Gives the steps of this run that somebody looks at; their snapshots stay.
    """

    def __init__(self) -> None:
        self.snapshot_budget = SNAPSHOT_BUDGET
        self.shown: Callable[[], Collection[int]] = tuple
        self._told_thinning = False
        self._writes: list[Write] = []
        self._with_snapshot = False  # one of them is a snapshot, with the optimiser's memory

    def __bool__(self) -> bool:
        return bool(self._writes)

    def add_best(self) -> None:
        self._writes.append(_write_best)

    def add_snapshot(self, best_step: int | None) -> None:
        """Older ones go where the room is spent, but neither that of the best step nor those looked at now."""
        needed = {*self.shown(), *([best_step] if best_step is not None else [])}

        def write(run: Path, state: checkpoint.State) -> list[TrainEvent]:
            checkpoint.write_snapshot(run, state)
            gone: list[int] = []
            with suppress(StudioError):  # what cannot be removed is no reason to wait
                gone = snapshot_room.make_room(run, self.snapshot_budget, needed)
            told: list[TrainEvent] = [Kept(steps=tuple(runs.snapshot_steps(run)))]
            if gone and not self._told_thinning:
                self._told_thinning = True
                told.append(Noticed(code="snapshots.thinned", values={"steps": ", ".join(map(str, gone))}))
            return told

        self._writes.append(write)
        self._with_snapshot = True

    def add_missing(self, run: Path, step: int, best_step: int | None, sampled: int | None) -> None:
        """A crash may have come after the line in the log and before the weights that belong to it."""
        if best_step == step and tensor_folder.step_of(run / "best") != step:
            self.add_best()
        if sampled == step and step not in runs.snapshot_steps(run):
            self.add_snapshot(best_step)

    @property
    def weights_only(self) -> bool:
        """Whether the optimiser's memory is not needed for what is owed."""
        return not self._with_snapshot

    @property
    def writes(self) -> list[Write]:
        return [*self._writes]

    def clear(self) -> None:
        """The ledger has taken what was owed."""
        self._writes, self._with_snapshot = [], False


def _write_best(run: Path, state: checkpoint.State) -> list[TrainEvent]:
    checkpoint.write_weights(run / "best", state)
    return []
