"""The files of a run folder: which there are, and how much room they take."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct

from gpt_studio.engine import files
from gpt_studio.engine.errors import RunError, StudioError

SNAPSHOTS = ("snapshots", "optimizers")  # folders: the weights of some steps, and what the optimiser remembered then
PIECE = 1024 * 1024  # bytes that are carried in one go; between two of them a job can be stopped


class Part(Struct, frozen=True):
    """One file of a run folder."""

    name: str  # as "snapshots/step-000500/manifest.json"
    path: Path
    size_bytes: int


class Carried(Struct, frozen=True):
    """How far a run has been packed, unpacked or copied; the last one has the result."""

    done_bytes: int
    total_bytes: int
    result: Path | None = None


class DiskUse(Struct, frozen=True):
    """How much room a run takes."""

    total_bytes: int = 0
    snapshot_bytes: int = 0

    def __add__(self, other: "DiskUse") -> "DiskUse":
        return DiskUse(self.total_bytes + other.total_bytes, self.snapshot_bytes + other.snapshot_bytes)


def parts(run: Path) -> list[Part]:
    """The ordinary files of a run, by name. Links are not followed; hidden beginnings and the lock are left out."""
    found = []
    for folder, inside, names in os.walk(run):
        inside[:] = [name for name in inside if not name.startswith(".")]
        for name in names:
            path = Path(folder) / name
            left_out = name.startswith(".") or name in ("lock", files.HOLDER)
            if not left_out and path.is_file() and not path.is_symlink():
                found.append(Part(path.relative_to(run).as_posix(), path, path.stat().st_size))
    return sorted(found, key=lambda part: part.name)


def pieces(path: Path, run: Path) -> Iterator[bytes]:
    """The bytes of a file of a run.

    Raises:
        RunError: `run.unreadable`.
    """
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    except OSError as error:
        raise RunError("run.unreadable", run=run.name, reason=error.strerror or str(error)) from error


@contextmanager
def at_rest(run: Path) -> Iterator[None]:
    """Nobody writes the run while the block lasts.

    Raises:
        RunError: `run.in_use`.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(files.locked(run))
        except RunError:
            raise
        except StudioError:  # where we may not even make a lock, as on a lab's share, the run can still be read
            pass
        yield


# Room


def disk_use(run: Path) -> DiskUse:
    """How much room a run takes, hidden files and all; what cannot be read counts as nothing."""
    total = snapshots = 0
    waiting = [(str(run), False)]
    while waiting:
        folder, is_snapshot = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, is_snapshot or (folder == str(run) and entry.name in SNAPSHOTS)))
                    else:
                        size = entry.stat(follow_symlinks=False).st_size
                        total += size
                        snapshots += size if is_snapshot else 0
        except OSError:
            continue
    return DiskUse(total, snapshots)


def disk_uses(paths: Iterable[Path], at_once: int = 25) -> Iterator[dict[Path, DiskUse]]:
    """The room that many runs take, some at a time."""
    found: dict[Path, DiskUse] = {}
    for path in paths:
        found[path] = disk_use(path)
        if len(found) == at_once:
            yield found
            found = {}
    yield found
