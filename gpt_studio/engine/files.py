"""The one place that writes. A file or folder is made under a hidden name, flushed to the disk, and renamed.

So whatever interrupts us, a reader finds the old state or the new one, never half of it. All calls to the system go
through `disk`, which a test replaces by one that fails. Files that grow line by line are in `logs.py`.
"""

import hashlib
import io
import json
import os
import platform
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gpt_studio.engine import faults
from gpt_studio.engine.errors import RunError, StudioError

HOLDER = "lock.holder"
_LEFT_BEHIND = re.compile(r"\..+\.(old-)?[0-9a-f]{8}")


class SystemDisk:
    """The calls that can fail when a disk is full, slow or gone."""

    def open(self, path: Path, flags: int, mode: int = 0o666) -> int:
        return os.open(path, flags | getattr(os, "O_BINARY", 0), mode)

    def make_folder(self, path: Path) -> None:
        path.mkdir(parents=True)

    def write(self, descriptor: int, data: memoryview) -> int:
        return os.write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    def cut(self, descriptor: int, size: int) -> None:
        os.ftruncate(descriptor, size)

    def replace(self, source: Path, target: Path) -> None:
        source.replace(target)


disk = SystemDisk()


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turns what the system says of a failed write into an error with a sentence."""
    try:
        yield
    except OSError as error:
        raise StudioError("files.write", path=str(path), reason=error.strerror or str(error)) from error


def folder_at(path: Path) -> Path:
    """The folder, made where it is missing; what holds it must be there."""
    with told_plainly(path):
        path.mkdir(exist_ok=True)
    return path


def require(path: Path) -> None:
    """See to it that a file is there still, before something is written beside it: a folder that is gone must not come
    back as half a folder.

    Raises:
        StudioError: `files.write`.
    """
    with told_plainly(path.parent):
        path.stat()


def write_file(path: Path, data: bytes) -> None:
    """Put `data` at `path`, whole or not at all.

    Raises:
        StudioError: `files.write`, with the path and the system's reason; what was there before is still there.
    """
    hidden = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    with told_plainly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write_through(hidden, [memoryview(data)])
            faults.point("file.hidden")
            disk.replace(hidden, path)
            faults.point("file.renamed")
        finally:
            with suppress(OSError):
                hidden.unlink()
        _flush_folder(path.parent)


def write_text(path: Path, text: str) -> None:
    write_file(path, text.encode("utf-8"))


def write_part(path: Path, *pieces: bytes | memoryview) -> str:
    """Put a file into a folder that `new_folder` is making: nobody sees it before the folder is whole. Gives its
    digest.

    What the system refuses is told by `new_folder`, with the name that people know.
    """
    hasher = _hasher()
    for piece in pieces:
        hasher.update(piece)
    _write_through(path, [memoryview(piece) for piece in pieces])
    return hasher.hexdigest()


def _write_through(path: Path, pieces: list[memoryview]) -> None:
    descriptor = disk.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        for piece in pieces:
            write_whole(descriptor, piece)
        disk.fsync(descriptor)
    finally:
        os.close(descriptor)


# Piece by piece, for what is too large to be held in memory


class _Through(io.RawIOBase):
    """A new file for writing; every call goes through `disk`."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._descriptor = os.open(path, flags, 0o666)

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        write_whole(self._descriptor, view)
        return len(view)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return os.lseek(self._descriptor, offset, whence)

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def close(self) -> None:
        if not self.closed:
            super().close()
            os.close(self._descriptor)


@contextmanager
def new_file(path: Path) -> Iterator[io.RawIOBase]:
    """A file that appears under its name only when the block has ended well. What was there before is replaced."""
    hidden = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    with told_plainly(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with _Through(hidden) as file:
                yield file
                disk.fsync(file.fileno())
            disk.replace(hidden, path)
        finally:
            with suppress(OSError):
                hidden.unlink()
        _flush_folder(path.parent)


def write_part_from(path: Path, pieces: Iterable[bytes]) -> Iterator[int]:
    """As `write_part`, piece by piece; tells how long each was. Folders on the way are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _Through(path) as file:
        for piece in pieces:
            yield file.write(piece)
        disk.fsync(file.fileno())
    _flush_folder(path.parent)


def write_whole(descriptor: int, left: memoryview) -> None:
    """All of it, in as many calls as the system wants."""
    while left:
        left = left[disk.write(descriptor, left) :]  # a full disk may take a part; the next write then says so


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows flushes names by itself and has no handle for a folder
        return
    descriptor = disk.open(folder, os.O_RDONLY)
    try:
        disk.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def new_folder(path: Path, replace: bool = True) -> Iterator[Path]:
    """A folder that appears under its name only when the block has ended well.

    Yields the hidden folder to write into (with `write_part`). A folder of that name is replaced, or else refused.
    """
    hidden = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    with told_plainly(path):
        try:
            disk.make_folder(hidden)
            yield hidden
            _flush_folder(hidden)
            faults.point("folder.hidden")
            if replace and path.exists():
                old = path.with_name(f".{path.name}.old-{uuid.uuid4().hex[:8]}")
                disk.replace(path, old)
                try:
                    faults.point("folder.exchanged")
                    disk.replace(hidden, path)
                except OSError:
                    old.replace(path)
                    raise
                shutil.rmtree(old, ignore_errors=True)
            else:
                disk.replace(hidden, path)
        except BaseException:
            shutil.rmtree(hidden, ignore_errors=True)
            raise
        faults.point("folder.renamed")
        try:
            _flush_folder(path.parent)
        except OSError:
            if not replace:  # it has just come into being, and whoever asked will be told that it did not
                shutil.rmtree(path, ignore_errors=True)
            raise


def sweep(folder: Path) -> None:
    """Clear up what a crash has left of ours in a folder: the hidden beginnings of files and folders, and their ends.

    What was put aside for something new that never came is put back.
    """
    with suppress(OSError):
        for left in [child for child in folder.iterdir() if _LEFT_BEHIND.fullmatch(child.name)]:
            name, ended = left.name[1:].rsplit(".", 1)
            if ended.startswith("old-") and name == "best" and not (folder / name).exists():
                left.replace(folder / name)
            elif left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink()


def remove(path: Path) -> None:
    """Delete a file or folder of ours that is no longer needed. Renamed first, so that it is never seen half."""
    if not path.exists():
        return
    with told_plainly(path):
        hidden = path.with_name(f".{path.name}.old-{uuid.uuid4().hex[:8]}")
        disk.replace(path, hidden)
        if hidden.is_dir():
            shutil.rmtree(hidden, ignore_errors=True)
        else:
            hidden.unlink()


def put_aside(path: Path) -> Path:
    """Get a damaged file out of the way without losing it; gives where it lies now: as it was, if that cannot be."""
    aside = path.with_name(path.name + ".corrupt")
    try:
        disk.replace(path, aside)
    except OSError:
        return path
    return aside


def digest(data: bytes | Path) -> str:
    """BLAKE2b of some bytes, or of a file: finds the flipped bit that the formats themselves do not notice."""
    if isinstance(data, bytes):
        hasher = _hasher()
        hasher.update(data)
        return hasher.hexdigest()
    with data.open("rb") as file:
        return hashlib.file_digest(file, _hasher).hexdigest()


def _hasher() -> "hashlib.blake2b":
    return hashlib.blake2b(digest_size=16)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def is_locked(folder: Path) -> bool:
    """Whether somebody writes in a folder just now."""
    from filelock import FileLock, Timeout  # here: nothing is locked before the window is on the screen

    lock = FileLock(folder / "lock", blocking=False)
    try:
        lock.acquire()
    except (Timeout, OSError):
        return True
    lock.release()
    return False


@contextmanager
def locked(folder: Path, wait_s: float = 0.0) -> Iterator[None]:
    """One writer for a folder, for as long as the block lasts; others read. The system frees it when the process dies.

    Args:
        folder: Must be there.
        wait_s: How long to wait for one who writes there for a moment only.

    Raises:
        RunError: `run.in_use` when another process, or another part of this one, writes there.
    """
    from filelock import FileLock, Timeout  # here: nothing is locked before the window is on the screen

    lock = FileLock(folder / "lock", timeout=wait_s)
    with told_plainly(folder):
        try:
            lock.acquire()
        except Timeout:
            raise RunError("run.in_use", run=folder.name, **(holder(folder) or {})) from None
    note = folder / HOLDER
    with suppress(OSError):  # for people only: the lock itself is the system's
        note.write_text(json.dumps({"pid": os.getpid(), "host": platform.node()}), encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            note.unlink()
        lock.release()


def holder(folder: Path) -> dict[str, str] | None:
    """Who writes in a locked folder, "pid" and "host", where that was noted."""
    try:
        told = json.loads((folder / HOLDER).read_text(encoding="utf-8")[:1000])
        return {"pid": str(int(told["pid"])), "host": str(told["host"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None
