"""What a process owns: the bench of the run in training, if there is one, and where visitors get their copies."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gpt_studio.engine import device, run_record, runs
from gpt_studio.engine.errors import RunError
from gpt_studio.engine.events import Event
from gpt_studio.engine.gallery import Exhibit, Gallery
from gpt_studio.engine.inside.switching import without_heads
from gpt_studio.engine.keeping import stored_models
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import Subject
from gpt_studio.engine.workbench import Workbench

if TYPE_CHECKING:
    from gpt_studio.engine.keeping.keeper import Keeper

Report = list[Event] | None  # what a job yields: something to tell, or only a place to stop


class Workshop:
    """Handed to every job. Only one thread ever works in it."""

    def __init__(self) -> None:
        self.bench: Workbench | None = None
        self.gallery = Gallery()
        self._keeper: Keeper | None = None  # of the run whose model is on the bench
        self._in_training = False
        self.watching = False  # whether the run's steps are looked at one by one
        self._lost: list[object] = []  # on a device that failed: even to free their memory would touch it

    @property
    def run(self) -> Path | None:
        """Whose model is on the bench."""
        return self._keeper.path if self._keeper else None

    def place(self, bench: Workbench, keeper: "Keeper") -> None:
        """Put the model of a run onto the bench, where it stays until the next one."""
        self.bench, self._keeper, self._in_training = bench, keeper, True

    def release(self, keeper: "Keeper") -> None:
        """The run is not in training any more."""
        if keeper is self._keeper:
            self._in_training = False

    def abandon(self) -> None:
        """The bench's device is gone: nothing may touch it again."""
        if self.bench is not None:
            self._lost += [self.bench, self.gallery]
            self.bench, self.gallery = None, Gallery()

    def save_soon(self) -> list[Event]:
        """Have the run in training saved as it is now, as for a pause; gives the steps that are told thereby."""
        return [*self._keeper.save_soon()] if self._keeper and self._in_training else []

    def rest(self) -> None:
        """The run waits for somebody who looks on; a run that keeps to a time does not count it."""
        if self._keeper and self._in_training:
            self._keeper.rest()

    def go_elsewhere(self, home: Path) -> None:
        """Have the run in training go on in a new folder within `home`, while its own cannot be written."""
        if self._keeper and self._in_training:
            self._keeper.ledger.elsewhere = home

    def copy_of(self, subject: Subject) -> Exhibit:
        """The subject's weights as they are at this moment, on the device that visitors use; heads that are off give
        nothing.

        What lies on the disk is read once, and kept for the next visitor.

        Raises:
            RunError: When the run or the step cannot be read.
            StudioError: `look.no_head` when a head is to be off that the model lacks.
        """
        whole = self._whole(subject)
        if not subject.heads_off:
            return whole
        return replace(whole, model=without_heads(whole.model, subject.heads_off))

    def copy_if_kept(self, subject: Subject) -> Exhibit | None:
        """As `copy_of`; None where the weights of the step have gone since the steps were listed."""
        try:
            return self.copy_of(subject)
        except RunError as error:
            if error.code != "run.no_snapshot":
                raise
            return None

    def _whole(self, subject: Subject) -> Exhibit:
        record = runs.read_record(subject.run)
        if subject.step is None and self.bench is not None and subject.run == self.run:
            now = {name: tensor.clone() for name, tensor in self.bench.model.state_dict().items()}
            model = stored_models.model_of(self.bench.model.config, now)
            assert model is not None
            return _exhibit(subject.run, record, model, self.bench.step)
        newest = next(iter(stored_models.folders_of(subject.run, subject.step)), None)
        key = subject.run, subject.step, (stored_models.digest_of(newest) if newest else None) or ""
        found = self.gallery.find(key)
        if found is None:
            model, step = stored_models.load_model(subject.run, record.model, subject.step)
            found = _exhibit(subject.run, record, model, step)
            if key[2]:
                self.gallery.keep(key, found)
        return found


def _exhibit(run: Path, record: run_record.RunRecord, model: GPT, step: int) -> Exhibit:
    where = device.usable(record.train.device)
    with device.told_plainly(where):
        model = model.to(where).eval().requires_grad_(False)
    return Exhibit(model, runs.read_tokenizer(run), record.train, step, where)
