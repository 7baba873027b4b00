"""All text files of a folder and the folders in it, as one text; what is left out is told with the reason."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from gpt_studio.engine.errors import CorpusError
from gpt_studio.engine.texts.text_files import LIMIT_BYTES, TextFile, read_text_file

MOST_FILES = 5_000
_TOLD_AFTER = 25  # files
_NOT_TEXT = {
    ".7z", ".avi", ".bmp", ".bz2", ".class", ".db", ".dll", ".dylib", ".exe", ".flac", ".gif", ".gz", ".ico", ".iso",
    ".jar", ".jpeg", ".jpg", ".m4a", ".mkv", ".mov", ".mp3", ".mp4", ".npy", ".npz", ".o", ".ogg", ".onnx", ".otf",
    ".parquet", ".pickle", ".pkl", ".png", ".ppt", ".pptx", ".pt", ".pth", ".pyc", ".rar", ".safetensors", ".so",
    ".sqlite", ".tar", ".tif", ".tiff", ".ttf", ".wav", ".webm", ".webp", ".whl", ".woff", ".woff2", ".xls", ".xlsx",
    ".xz", ".zip", ".zst",
}  # fmt: skip


class LeftOut(Struct, frozen=True, kw_only=True):
    """A file, or a folder with all that is in it, that does not come along."""

    path: Path
    code: str  # of a CorpusError, or "folder.hidden", "folder.kind", "folder.link", "folder.full"


class FolderTexts(Struct, frozen=True, kw_only=True):
    """What a folder holds."""

    root: Path
    taken: tuple[TextFile, ...]  # in the order of their names
    left: tuple[LeftOut, ...]


def read_folder(root: Path) -> Iterator[int | FolderTexts]:
    """Read every text file below a folder, up to MOST_FILES and to 50 MB in all. Links are not followed.

    Yields how many files were looked at, now and then, and at last what was found.

    Raises:
        CorpusError: `folder.empty` when no file in it is text, `corpus.unreadable`.
    """
    taken: list[TextFile] = []
    left: list[LeftOut] = []
    size = 0
    for count, found in enumerate(_walk(root, left), start=1):
        if count % _TOLD_AFTER == 0:
            yield count
        if count > MOST_FILES or size >= LIMIT_BYTES:
            left.append(LeftOut(path=found, code="folder.full"))
            break
        try:
            if found.suffix.lower() in _NOT_TEXT:
                raise CorpusError("folder.kind")
            size += found.stat().st_size
            if size > LIMIT_BYTES:
                size -= found.stat().st_size
                raise CorpusError("folder.full")
            taken.append(read_text_file(found))
        except CorpusError as error:
            left.append(LeftOut(path=found, code=error.code))
        except OSError:
            left.append(LeftOut(path=found, code="corpus.unreadable"))
    if not taken:
        raise CorpusError("folder.empty", path=str(root), left=len(left))
    yield FolderTexts(root=root, taken=tuple(taken), left=tuple(left))


def join_files(root: Path, files: Sequence[TextFile], with_names: bool) -> str:
    """The texts one after the other, with an empty line between them and, if wanted, each file's name above it."""
    parts = []
    for file in files:
        name = file.path.relative_to(root).as_posix().encode("utf-8", "replace").decode("utf-8")
        parts.append(f"=== {name} ===\n\n{file.text.strip()}" if with_names else file.text.strip())
    return "\n\n".join(part for part in parts if part) + "\n"


def _walk(root: Path, left: list[LeftOut]) -> Iterator[Path]:
    """All files, folder by folder, in the order of their names; hidden ones and links are noted in `left`."""
    try:
        entries = sorted(os.scandir(root), key=lambda entry: (entry.is_dir(follow_symlinks=False), entry.name))
    except OSError as error:
        raise CorpusError("corpus.unreadable", path=str(root), reason=error.strerror or str(error)) from error
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith((".", "~$")) or entry.name in ("__pycache__", "node_modules"):
            left.append(LeftOut(path=path, code="folder.hidden"))
        elif entry.is_symlink():
            left.append(LeftOut(path=path, code="folder.link"))
        elif entry.is_dir():
            try:
                yield from _walk(path, left)
            except (CorpusError, RecursionError):
                left.append(LeftOut(path=path, code="corpus.unreadable"))
        else:
            yield path
