"""A run as one file to hand on: a `.gptrun` is a run folder as a zip. Reading one trusts nothing that it says.

Only the files that a run is known to have are read, each up to a limit, into a hidden folder that gets its name when
all of it has been checked. So an archive can do no more than make one new run in the library, whatever it holds.
"""

import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gpt_studio.engine import files, run_record, runs
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.keeping import library, run_parts
from gpt_studio.engine.keeping.run_parts import PIECE, Carried

ENDING = ".gptrun"
MOST_MEMBERS = 5_000
MOST_BYTES = 32 * 1024**3
HIGHEST_RATIO = 100  # of the whole; weights hardly shrink, and text and curves by ten at most
RATIO_FROM = 16 * 1024**2  # bytes below which a high ratio does no harm
CONTENTS_BYTES = 2 * 1024**2  # of the list of members, which is read in one piece
LONGEST_NAME = 80

_MEGABYTES = {  # the largest of each kind of file
    r"run\.json|(snapshots|optimizers|checkpoints)/step-[0-9]{6,12}/[a-z_]{1,40}\.json|best/[a-z_]{1,40}\.json": 1,
    r"corpus\.txt": 128,
    r"tokenizer\.json|(metrics|samples|actions)\.jsonl|results/[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}\.jsonl?": 64,
    r"((snapshots|optimizers|checkpoints)/step-[0-9]{6,12}|best)/[a-z_]{1,40}\.safetensors": MOST_BYTES // 1024**2,
}
_NESTED = re.compile(r"\.(zip|gptrun|7z|rar|tar|t?[gx]z|t?bz2?|zst)$", re.IGNORECASE)
_UNSOUND = (  # all that the standard library's reader raises over bytes that are no sound archive
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    OSError,
)


def limit_of(name: str) -> int | None:
    """How many bytes a member may have; None for one that no run has."""
    for pattern, megabytes in _MEGABYTES.items():
        if re.fullmatch(pattern, name):
            return megabytes * 1024**2
    return None


# Out


def pack(run: Path, target: Path) -> Iterator[Carried]:
    """Write a run into one file. Weights are stored as they are; they hardly get smaller.

    Raises:
        RunError: When the folder is no run, or `run.in_use` while it is being written.
        StudioError: `files.write`; what was at `target` before is still there.
    """
    runs.read_record(run)
    with run_parts.at_rest(run):
        parts = [part for part in run_parts.parts(run) if limit_of(part.name) is not None]
        for part in parts:
            if not os.access(part.path, os.R_OK):
                raise RunError("run.unreadable", run=run.name, reason=part.name)
        total, done = sum(part.size_bytes for part in parts), 0
        yield Carried(0, total)
        with files.new_file(target) as file, zipfile.ZipFile(file, "w", strict_timestamps=False) as archive:
            for part in parts:
                is_tensor = part.name.endswith(".safetensors")
                archive.write(part.path, part.name, zipfile.ZIP_STORED if is_tensor else zipfile.ZIP_DEFLATED)
                done += part.size_bytes
                yield Carried(done, total)
    yield Carried(total, total, target)


# In


def unpack(file: Path, home: Path | None = None) -> Iterator[Carried]:
    """Make a run in the library of an archive; the last word has its folder. A name that is taken gets a number.

    Raises:
        RunError: `archive.` and what is wrong with it: `not_one`, `no_run`, `damaged`, `newer`, `encrypted`, `unsafe`,
            `too_large`.
        StudioError: `files.write`.
    """
    with _opened(file) as archive:
        members = _members(archive, file)
        record = _record(archive, members, file)
        record = replace(record, name=library.free_name(_plain(record.name), home))
        total, done = sum(info.file_size for info in members.values()), 0
        yield Carried(0, total)
        folder = library.new_folder_for(record.name, home)
        with files.new_folder(folder, replace=False) as hidden:
            for name, info in members.items():
                if name != "run.json":
                    for count in files.write_part_from(hidden / name, _pieces(archive, info, file)):
                        done += count
                        yield Carried(done, total)
            runs.write_record(hidden, record)
            _check(hidden, file)
    yield Carried(total, total, folder)


class _Source(io.FileIO):
    """The archive's file. A list of members that would fill the memory is noticed here, before it is read."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = os.fstat(self.fileno()).st_size - self.tell()
        if size > CONTENTS_BYTES:
            raise zipfile.BadZipFile("an endless list of members")
        return super().read(size) or b""


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        if not file.exists():
            raise RunError("archive.not_found", archive=file.name)
        if not file.is_file():  # a pipe would never end
            raise RunError("archive.not_one", archive=file.name)
        source = _Source(file)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RunError("archive.unreadable", archive=file.name, reason=reason) from error
    with source:
        try:
            archive = zipfile.ZipFile(source)
        except _UNSOUND as error:
            raise RunError("archive.not_one", archive=file.name) from error
        with archive:
            yield archive


def _members(archive: zipfile.ZipFile, file: Path) -> dict[str, zipfile.ZipInfo]:
    """What will be read, by its name in the run folder."""
    found = archive.infolist()
    if len(found) > MOST_MEMBERS:
        raise RunError("archive.too_large", archive=file.name)
    seen: set[str] = set()
    for info in found:
        if problem := _problem(info):
            raise RunError(f"archive.{problem}", archive=file.name, member=_plain(info.orig_filename))
        alike = unicodedata.normalize("NFC", info.orig_filename).casefold().rstrip("/")
        if alike in seen:
            raise RunError("archive.unsafe", archive=file.name, member=_plain(info.orig_filename))
        seen.add(alike)
    names = [info.orig_filename for info in found]
    top = _top(names)
    if top is None:
        raise RunError("archive.no_run", archive=file.name)
    members = {info.orig_filename[len(top) :]: info for info in found if info.orig_filename.startswith(top)}
    members = {name: info for name, info in members.items() if limit_of(name) is not None}
    total = sum(info.file_size for info in members.values())
    held = file.stat().st_size
    is_bomb = total > RATIO_FROM and total > HIGHEST_RATIO * held
    if is_bomb or total > MOST_BYTES or any(info.file_size > (limit_of(n) or 0) for n, info in members.items()):
        raise RunError("archive.too_large", archive=file.name)
    return members


def _problem(info: zipfile.ZipInfo) -> str | None:
    """What is wrong with a member, whether it would be read or not: an honest archive has none of these."""
    name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
    steps = name.removesuffix("/").split("/")
    if name.startswith("/") or {"", ".", ".."} & {*steps} or re.search(r"[\\:\x00-\x1f\x7f]", name):
        return "unsafe"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or _NESTED.search(name):
        return "unsafe"
    if info.flag_bits & 0x1:
        return "encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "damaged"
    return None


def _top(names: list[str]) -> str | None:
    """Where the run lies in the archive: at the top, or in the one folder that was packed by hand."""
    if "run.json" in names:
        return ""
    tops = [name.removesuffix("run.json") for name in names if re.fullmatch(r"[^/]+/run\.json", name)]
    return tops[0] if len(tops) == 1 else None


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: Path) -> Iterator[bytes]:
    """The bytes of a member, as many as it was said to have; the standard library compares its checksum."""
    count = 0
    try:
        with archive.open(info) as member:
            while piece := member.read(PIECE):
                count += len(piece)
                yield piece
    except _UNSOUND as error:
        raise RunError("archive.damaged", archive=file.name, member=info.filename) from error
    if count != info.file_size:
        raise RunError("archive.damaged", archive=file.name, member=info.filename)


def _record(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], file: Path) -> run_record.RunRecord:
    if "run.json" not in members:
        raise RunError("archive.no_run", archive=file.name)
    data = b"".join(_pieces(archive, members["run.json"], file))
    try:
        record = run_record.decode_record(data, file.name)
    except RunError as error:
        code = "archive.newer" if error.code == "run.newer" else "archive.damaged"
        raise RunError(code, archive=file.name, member="run.json") from error
    return replace(record, status="stopped") if record.status == "training" else record


def _plain(words: str) -> str:
    """A name as a list can show it: in one line, printable, and not endless."""
    shown = "".join(char if char.isprintable() else " " for char in words[: 4 * LONGEST_NAME])
    return " ".join(shown.split())[:LONGEST_NAME].strip() or "run"


def _check(folder: Path, file: Path) -> None:
    """The text and the tokenizer are those that run.json speaks of. Weights are checked whenever they are opened."""
    for member, read in (("corpus.txt", runs.read_corpus), ("tokenizer.json", runs.read_tokenizer)):
        try:
            read(folder)
        except (StudioError, msgspec.MsgspecError) as error:
            raise RunError("archive.damaged", archive=file.name, member=member) from error
