"""What a process owns: the bench of the run in training, if there is one, and where visitors get their copies."""

from dataclasses import dataclass
from pathlib import Path

from gpt_studio.engine import checkpoint, device, runs
from gpt_studio.engine.config import TrainConfig
from gpt_studio.engine.events import Event
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import Subject
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.workbench import Workbench

Report = list[Event] | None  # what a job yields: something to tell, or only a place to stop


@dataclass(frozen=True)
class Exhibit:
    """A copy of a model for one visitor: in evaluation mode, with no gradients, never trained again."""

    model: GPT
    tokenizer: Tokenizer
    train: TrainConfig
    step: int
    device: str


class Workshop:
    """Handed to every job. Only one thread ever works in it."""

    def __init__(self) -> None:
        self.bench: Workbench | None = None
        self.run: Path | None = None  # whose model is on the bench

    def place(self, bench: Workbench, run: Path) -> None:
        """Put the model of a run onto the bench, where it stays until the next one."""
        self.bench, self.run = bench, run

    def copy_of(self, subject: Subject) -> Exhibit:
        """The subject's weights as they are at this moment, on the device that visitors use.

        Raises:
            RunError: When the run or the step cannot be read.
        """
        record = runs.read_record(subject.run)
        where = device.usable(record.train.device)
        if subject.step is None and self.bench is not None and subject.run == self.run:
            model, step = GPT(record.model), self.bench.step
            model.load_state_dict(self.bench.model.state_dict())
        else:
            model, step = checkpoint.load_model(subject.run, record.model, subject.step)
        with device.told_plainly(where):
            model = model.to(where).eval().requires_grad_(False)
        return Exhibit(model, runs.read_tokenizer(subject.run), record.train, step, where)
