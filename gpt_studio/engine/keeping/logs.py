"""Logs: files of whole lines that only grow. A crash may tear the last line; it is never taken for one."""

import os
from contextlib import suppress
from pathlib import Path

from gpt_studio.engine import faults, files
from gpt_studio.engine.errors import RunError


def flush(path: Path) -> None:
    """Wait until a log is on the disk, where there is one; appending alone does not."""
    if path.exists():
        with files.told_plainly(path):
            descriptor = files.disk.open(path, os.O_RDWR)
            try:
                files.disk.fsync(descriptor)
            finally:
                os.close(descriptor)


def append_lines(path: Path, lines: list[str]) -> None:
    """Add lines at the end of a log, all or none of them. A torn last line, left by a crash, is closed first, so that
    it stays alone.
    """
    with files.told_plainly(path):
        data = "".join(line + "\n" for line in lines).encode("utf-8")
        with suppress(FileNotFoundError), path.open("rb") as log:
            if log.seek(0, os.SEEK_END):
                log.seek(-1, os.SEEK_END)
                if log.read(1) != b"\n":
                    data = b"\n" + data
        _append(path, data)
        faults.point("log.appended")


def _append(path: Path, data: bytes) -> None:
    descriptor = files.disk.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        before = os.fstat(descriptor).st_size
        try:
            files.write_whole(descriptor, memoryview(data))
        except OSError:
            with suppress(OSError):
                files.disk.cut(descriptor, before)  # whoever tries again must not find the first half
            raise
    finally:
        os.close(descriptor)


def append_line(path: Path, line: str) -> None:
    append_lines(path, [line])


def read_lines(path: Path) -> list[str]:
    """The whole lines of a log; what stands after the last line end was torn by a crash and is left out."""
    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return []
    except OSError as error:  # a folder in its place, or no leave to read it
        raise RunError("run.damaged", run=path.parent.name, file=path.name) from error
    return [line for line in text.split("\n")[:-1] if line]
