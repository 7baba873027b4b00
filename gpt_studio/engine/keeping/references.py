"""What is known of a run's text without any model: yardsticks for its loss, and whether its two parts are really two.

It is measured once and kept with the run, in results/yardsticks.json.
"""

from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from gpt_studio.engine import corpus, files, runs
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.judging import yardsticks
from gpt_studio.engine.judging.yardsticks import Yardsticks

FILE = Path("results", "yardsticks.json")
PIECES, PIECE = 300, 60  # so many pieces of so many characters are looked up; of 60, no two authors write the same


class References(Struct, frozen=True, kw_only=True):
    """What a text says of a loss."""

    yardsticks: Yardsticks | None  # None where a part is empty
    repeated: float  # the share of the held-back part that stands word for word in the training part


def of_run(run: Path) -> References:
    """Of the text that a run was trained on; measured at the first asking, which takes a second for 400 KB.

    Raises:
        RunError: The text cannot be read.
    """
    with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode((run / FILE).read_bytes(), type=References)
    found = measure(runs.read_corpus(run).text)
    with suppress(StudioError):  # on a share that only others may write, it is measured each time
        files.write_file(run / FILE, msgspec.json.encode(found))
    return found


def measure(text: str) -> References:
    return References(yardsticks=yardsticks.measure(text), repeated=repeated(*corpus.split(text)))


def repeated(learnt: str, held_back: str) -> float:
    """Which share of the held-back part stands word for word in the training part, by pieces spread evenly over it."""
    places = len(held_back) - PIECE + 1
    if places < 1:
        return 0.0
    starts = sorted({number * places // PIECES for number in range(PIECES)})
    return sum(held_back[start : start + PIECE] in learnt for start in starts) / len(starts)
