"""The models that visitors have looked at last, kept as they are so that going back to one costs nothing."""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from gpt_studio.engine.config import TrainConfig
from gpt_studio.engine.model import GPT
from gpt_studio.engine.tokenizer import Tokenizer

ROOM = 256 * 1024**2  # bytes of weights; the newest model stays even where it alone is larger

Key = tuple[Path, int | None, str]  # a run, a step, and the digest of the weights: a folder may have been made anew


@dataclass(frozen=True)
class Exhibit:
    """A copy of a model for visitors: in evaluation mode, with no gradients, never trained again."""

    model: GPT
    tokenizer: Tokenizer
    train: TrainConfig
    step: int
    device: str


class Gallery:
    """Keeps exhibits, and gives up the one that was not asked for the longest when room is wanted.

    Args:
        room: Bytes of weights that all together may take.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[Key, Exhibit] = OrderedDict()

    def find(self, key: Key) -> Exhibit | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def keep(self, key: Key, exhibit: Exhibit) -> None:
        self._kept[key] = exhibit
        while len(self._kept) > 1 and sum(_size(each) for each in self._kept.values()) > self._room:
            self._kept.popitem(last=False)

    def steps_of(self, run: Path) -> set[int]:
        """The steps of a run that somebody has looked at lately."""
        return {step for path, step, _ in self._kept if path == run and step is not None}

    def clear(self) -> None:
        self._kept.clear()


def _size(exhibit: Exhibit) -> int:
    return sum(parameter.nbytes for parameter in exhibit.model.parameters())
