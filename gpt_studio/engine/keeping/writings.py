"""What was written with a run, kept with it: RUN/results/writings.jsonl, one line for each writing, oldest first.

The newest 200 are kept, and of these as many as go into 16 MB. A line that is torn, damaged or made by a newer version
is passed over and stays where it is.
"""

import os
import uuid
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from gpt_studio.engine import clock, files
from gpt_studio.engine.config import LONGEST_WRITING, Sampling
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.keeping import logs
from gpt_studio.engine.requests import Begun, Subject, WriteRequest

FILE = Path("results", "writings.jsonl")
FORMAT = 1
KEPT, KEPT_BYTES = 200, 16 * 1024**2
_READ_BYTES = 4 * KEPT_BYTES  # of a file that somebody else has made; the newest lines stand at its end
_WAIT_S = 3.0  # for another window that is writing there just now
_ROWS = 16

Short = Annotated[str, Meta(max_length=200)]


class WrittenText(Struct, frozen=True, kw_only=True):
    """One of the texts that were written side by side."""

    row: Annotated[int, Meta(ge=0, lt=_ROWS)]  # of what was asked for
    style: Short
    text: str  # without the prompt


class Writing(Struct, frozen=True, kw_only=True):
    """One writing: what was asked for, and what came of it."""

    format: int = FORMAT
    id: Short
    when: Short  # ISO 8601, UTC
    prompt: str  # as it was asked for
    shown_prompt: str  # as the model knows it
    samplings: Annotated[tuple[Sampling, ...], Meta(min_length=1, max_length=_ROWS)]
    length: Annotated[int, Meta(ge=1, le=10 * LONGEST_WRITING)]
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    step: int | None  # of the model that wrote it, where that is known
    begun: Begun | None = None  # a text that branched off from another one
    texts: Annotated[tuple[WrittenText, ...], Meta(min_length=1, max_length=_ROWS)]
    is_whole: bool = True  # False: it was stopped

    def __post_init__(self) -> None:
        if any(text.row >= len(self.samplings) for text in self.texts):
            raise ValueError("row")
        if self.begun is not None and not 0 <= self.begun.row < len(self.samplings):
            raise ValueError("row")

    def request(self, run: Path, step: int | None, candidates: int) -> WriteRequest:
        """Have it written once more: a text that branched off from the beginning on."""
        return WriteRequest(
            subject=Subject(run=run, step=step),
            prompt=self.prompt,
            samplings=self.samplings,
            length=self.length,
            seed=self.seed,
            candidates=candidates,
            begun=replace(self.begun, retold=True) if self.begun else None,
        )


def new_id() -> str:
    """An id that nothing has yet."""
    return uuid.uuid4().hex[:12]


def now() -> str:
    """For `when`."""
    return clock.today().isoformat(timespec="milliseconds")


def read(run: Path) -> list[Writing]:
    """What is kept, newest first.

    Raises:
        StudioError: `run.damaged` when the file is there and cannot be read.
    """
    found = (_decoded(line) for line in _lines(run))
    return [writing for writing in found if writing is not None][::-1][:KEPT]


def keep(run: Path, writing: Writing) -> None:
    """Add one; the oldest make room for it, and so does the same text from an earlier time.

    Raises:
        StudioError: `files.write`, also where the run is gone; `run.in_use` while another program is writing there.
    """
    files.require(run / "run.json")
    with files.locked(_folder(run), _WAIT_S):
        before = _lines(run)
        _write(run, before, [line for line in before if not _is_same(_decoded(line), writing)], [writing])


def forget(run: Path, ids: Collection[str]) -> None:
    """Delete some.

    Raises:
        StudioError: As `keep`.
    """
    files.require(run / "run.json")
    with files.locked(_folder(run), _WAIT_S):
        before = _lines(run)
        _write(run, before, [line for line in before if _known(line).id not in ids], [])


def restore(run: Path, writings: Iterable[Writing]) -> None:
    """Put some in their places by time: what was deleted comes back.

    Raises:
        StudioError: As `keep`.
    """
    files.require(run / "run.json")
    with files.locked(_folder(run), _WAIT_S):
        before = _lines(run)
        _write(run, before, before, writings)


def _write(run: Path, before: list[str], left: list[str], writings: Iterable[Writing]) -> None:
    """Have the file hold what is left and these, in the order of time; appended where that is enough."""
    added = [msgspec.json.encode(writing).decode() for writing in writings]
    lines = _newest(sorted([*left, *added], key=lambda line: _known(line).when))
    if lines == [*before, *added]:
        logs.append_lines(run / FILE, added)
    else:
        files.write_text(run / FILE, "".join(f"{line}\n" for line in lines))


def _is_same(one: Writing | None, other: Writing) -> bool:
    return one is not None and replace(one, id=other.id, when=other.when) == other


def _folder(run: Path) -> Path:
    """Where it lies; its lock is another one than the run's, which a run in training has."""
    return files.folder_at(run / FILE.parent)


def _newest(lines: list[str]) -> list[str]:
    kept: list[str] = []
    size = 0
    for line in reversed(lines[-KEPT:]):
        size += len(line.encode()) + 1
        if kept and size > KEPT_BYTES:
            break
        kept.append(line)
    return kept[::-1]


def _lines(run: Path) -> list[str]:
    """The whole lines of the file, without a torn one at its end."""
    path = run / FILE
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _READ_BYTES))
            data = file.read(_READ_BYTES)
    except FileNotFoundError:
        return []
    except OSError as error:  # a folder in its place, or no leave to read it
        raise StudioError("run.damaged", run=run.name, file=path.name) from error
    lines = data.decode("utf-8", errors="replace").split("\n")[1 if size > _READ_BYTES else 0 : -1]
    return [line for line in lines if line]


def _decoded(line: str) -> Writing | None:
    try:
        writing = msgspec.json.decode(line, type=Writing)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return writing if writing.format <= FORMAT else None


class _Known(Struct):
    """What can be said of a line whatever version has made it."""

    id: str = ""
    when: str = ""


def _known(line: str) -> _Known:
    try:
        return msgspec.json.decode(line, type=_Known)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _Known()
