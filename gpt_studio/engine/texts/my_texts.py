"""The student's own texts: plain UTF-8 files in a folder of theirs, named by their titles."""

import os
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from gpt_studio import paths
from gpt_studio.engine import files
from gpt_studio.engine.errors import CorpusError
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.texts.text_files import read_text_file, tidy, title_of

_MOST_BYTES = 120  # of a file's name; some systems allow 143 in all, and a hidden name is longer than the plain one
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)", re.IGNORECASE)
_TAKEN = {"startup_pitches", "python_code", "verse_drama", "shakespeare"}  # these names mean the built-in texts


class MyText(Struct, frozen=True, kw_only=True):
    """A text of the student's own."""

    id: str  # the stem of its file; what `corpus.load` takes
    title: str
    path: Path
    size_bytes: int
    characters: int


def my_texts() -> list[MyText]:
    """All texts of the student's own, by title. Files that were put into the folder by hand are among them."""
    home = paths.texts_home()
    try:
        found = [path for path in home.iterdir() if path.suffix.lower() == ".txt" and not path.name.startswith(".")]
        return sorted((_describe(path) for path in found if path.is_file()), key=lambda text: text.title.casefold())
    except OSError:
        return []


def save_my_text(title: str, text: str, over: str | None = None) -> MyText:
    """Keep a text under a title.

    Args:
        title: Any words. What a file's name cannot hold is replaced, so the result's title may differ.
        text: Any text; newlines are made plain.
        over: The id of the text that this is a new version of. Otherwise nothing is overwritten: a title that is
            taken gets a number.

    Raises:
        CorpusError: `corpus.empty`.
        StudioError: `files.write`.
    """
    if not text:
        raise CorpusError("corpus.empty", path=title)
    kept = tidy(text)
    return _put(title, kept.encode("utf-8"), len(kept), over)


def rename_my_text(id: str, title: str) -> MyText:
    """Give a text another title; its id changes with it."""
    characters = len(read_my_text(id).text)  # raises if there is none; its bytes stay as they are
    return _put(title, _path_of(id).read_bytes(), characters, over=id)


def delete_my_text(id: str) -> CorpusText:
    """Delete a text and hand it back: `save_my_text(deleted.title, deleted.text)` undoes it."""
    deleted = read_my_text(id)
    files.remove(_path_of(id))
    return deleted


def is_my_text(id: str) -> bool:
    try:
        return _path_of(id).is_file()
    except CorpusError:
        return False


def read_my_text(id: str) -> CorpusText:
    """One of the student's own texts.

    Raises:
        CorpusError: `corpus.unknown` when there is none of that name.
    """
    path = _path_of(id)
    if not path.is_file():
        raise CorpusError("corpus.unknown", id=id, known=(*sorted(_TAKEN), *(text.title for text in my_texts())))
    return CorpusText(id=path.stem, title=title_of(path), text=read_text_file(path).text)


def safe_stem(title: str) -> str:
    """A title as the name of a file that every system takes: not hidden, not reserved, not too long."""
    plain = unicodedata.normalize("NFC", title.encode("utf-8", "replace").decode("utf-8"))
    plain = re.sub(r"\s+", " ", "".join(" " if unicodedata.category(char) == "Cc" else char for char in plain))
    plain = re.sub(r'[<>:"/\\|?*\u202a-\u202e\u2066-\u2069\u200e\u200f]', "-", plain).strip(" .")
    plain = plain.encode("utf-8")[:_MOST_BYTES].decode("utf-8", "ignore").strip(" .")
    return f"_{plain}" if _RESERVED.match(plain) else plain or "text"


def _put(title: str, data: bytes, characters: int, over: str | None) -> MyText:
    old = _path_of(over) if over is not None else None
    path = _free_path(title, old)
    files.write_file(path, data)
    if old and old.exists() and not old.samefile(path):  # names that differ by case can be one file
        files.remove(old)
    return MyText(id=path.stem, title=title_of(path), path=path, size_bytes=len(data), characters=characters)


def _free_path(title: str, own: Path | None) -> Path:
    """Where a text of this title goes; names that differ by case alone are one on some systems."""
    home, stem = paths.texts_home(), safe_stem(title)
    taken = _TAKEN | {path.stem.casefold() for path in (home.iterdir() if home.is_dir() else ())}
    taken -= {own.stem.casefold()} if own else set()
    if stem.casefold() not in taken:
        return home / f"{stem}.txt"
    numbered = (f"{stem} {number}" for number in range(2, len(taken) + 3))
    return home / f"{next(name for name in numbered if name.casefold() not in taken)}.txt"


def _path_of(id: str) -> Path:
    """The file of a text; an id that is no plain name, such as "../x", leads to none."""
    if id != Path(id).name or "\\" in id or "\0" in id or len(os.fsencode(id)) > 250 or id in ("", "."):
        raise CorpusError("corpus.unknown", id=id, known=())
    exact = paths.texts_home() / f"{id}.txt"
    if exact.is_file():
        return exact
    listed = [path for path in paths.texts_home().glob("*.[tT][xX][tT]") if path.stem == id]
    return listed[0] if listed else exact


def _describe(path: Path) -> MyText:
    told = path.stat()
    return MyText(
        id=path.stem,
        title=title_of(path),
        path=path,
        size_bytes=told.st_size,
        characters=_characters(path, told.st_size, told.st_mtime_ns),
    )


@lru_cache(maxsize=256)
def _characters(path: Path, size_bytes: int, modified_ns: int) -> int:
    """The length of a text; read once per version of the file. A file that is no text has none."""
    try:
        return len(read_text_file(path).text)
    except CorpusError:
        return 0
