"""What a run was tested on, kept with it: RUN/results/matrix.json.

Of every text the digest is kept, so that results of a text that has changed are told apart. Ready-made texts and the
student's own are found again by their key. A pasted text is kept itself, and so is of a file what was read, where that
has at most 200,000 characters: a run that somebody has sent must not make the program open files. Other runs are named
by their folder beside this one and by when they began.
"""

import math
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from gpt_studio.engine import files
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.events import Tested
from gpt_studio.engine.run_record import MOST_STEPS

FILE = Path("results", "matrix.json")
FORMAT = 1
KEPT_CELLS, KEPT_TEXTS, KEPT_ROWS = 5_000, 64, 64
KEPT_CHARACTERS = 200_000  # of a pasted text, or of what was read of a file
_READ_BYTES = 64 * 1024**2  # of a file that somebody else has made

Short = Annotated[str, Meta(max_length=300)]
Digest = Annotated[str, Meta(max_length=64)]
Step = Annotated[int, Meta(ge=-1, le=MOST_STEPS)]  # -1: what only counts the run's text
Figure = Annotated[float, Meta(ge=0)]


class KeptText(Struct, frozen=True, kw_only=True):
    """A column."""

    key: Annotated[str, Meta(max_length=4096)]  # an id, or what tells a pasted text or a file from others
    title: Short
    sha256: Digest  # of the whole text
    text: Annotated[str, Meta(max_length=KEPT_CHARACTERS)] | None = None  # of a pasted one, or of a file what was read
    is_shown: bool = True


class KeptRow(Struct, frozen=True, kw_only=True):
    """A row, of this run or another one."""

    folder: Short = ""  # beside this run; "": this run
    created: Short = ""  # when that other run began
    step: Step | None = None
    counts: bool = False


class KeptCell(Struct, frozen=True, kw_only=True):
    """What was measured of one model on one text."""

    folder: Short = ""
    step: Step
    text: Annotated[str, Meta(max_length=4096)]  # its key
    loss: Figure
    bits_per_char: Figure
    unknown_share: Annotated[float, Meta(ge=0, le=1)]
    characters: Annotated[int, Meta(ge=0)]

    @classmethod
    def of(cls, folder: str, step: int, text: str, tested: Tested) -> "KeptCell | None":
        """None of what went beyond all numbers."""
        if not (math.isfinite(tested.loss) and math.isfinite(tested.bits_per_char)):
            return None
        return cls(
            folder=folder,
            step=step,
            text=text,
            loss=tested.loss,
            bits_per_char=tested.bits_per_char,
            unknown_share=tested.unknown_share,
            characters=tested.characters,
        )

    def tested(self) -> Tested:
        return Tested(
            row=0,
            column=0,
            loss=self.loss,
            perplexity=math.exp(min(self.loss, 700.0)),
            bits_per_char=self.bits_per_char,
            unknown_share=self.unknown_share,
            characters=self.characters,
        )


class KeptMatrix(Struct, frozen=True, kw_only=True):
    """All of it, in the order in which it is shown."""

    format: int = FORMAT
    rows: Annotated[tuple[KeptRow, ...], Meta(max_length=KEPT_ROWS)] = ()
    texts: Annotated[tuple[KeptText, ...], Meta(max_length=KEPT_TEXTS)] = ()
    cells: Annotated[tuple[KeptCell, ...], Meta(max_length=KEPT_CELLS)] = ()


class _Format(Struct):
    format: int = FORMAT


def read(run: Path) -> KeptMatrix | None:
    """What is kept; None where nothing is.

    Raises:
        RunError: `run.newer`, or `run.damaged` when the file is there and cannot be used.
    """
    path = run / FILE
    try:
        with path.open("rb") as file:
            data = file.read(_READ_BYTES)
        if msgspec.json.decode(data, type=_Format).format > FORMAT:
            raise RunError("run.newer", run=f"{run.name}/{FILE.as_posix()}")
        return msgspec.json.decode(data, type=KeptMatrix)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise RunError("run.damaged", run=run.name, file=FILE.name) from error


def keep(run: Path, kept: KeptMatrix) -> None:
    """Keep this in place of what was kept before. A damaged file is put aside; a newer one stays as it is.

    Raises:
        RunError: `run.newer`.
        StudioError: `files.write`, also where the run is gone.
    """
    files.require(run / "run.json")
    try:
        read(run)
    except StudioError as error:
        if error.code == "run.newer":
            raise
        files.put_aside(run / FILE)
    files.write_file(run / FILE, msgspec.json.format(msgspec.json.encode(kept), indent=1))
