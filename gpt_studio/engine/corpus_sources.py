"""Where the built-in texts come from: shipped with the program, gathered from Python itself, or fetched once."""

import platform
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from gpt_studio import __version__, paths
from gpt_studio.engine import files
from gpt_studio.engine.errors import CorpusError, StudioError

SHAKESPEARE_URL = "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"
SHAKESPEARE_BYTES = 1_115_394
SHAKESPEARE_SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"
_SHAKESPEARE_NAMES = ("shakespeare.txt", "tinyshakespeare.txt", "input.txt")  # as people keep it on a lab share
_TIMEOUT_S = 20.0
_CHUNK_BYTES = 1 << 15

PYTHON_CODE_BYTES = 400_000
# In this order, so that the same Python always gives the same text. All have been in Python for years and are read with
# profit; what a version lacks is left out. The last ones make up the part that is held back.
_MODULES = (
    "bisect", "heapq", "collections/__init__", "contextlib", "copy", "csv", "dataclasses", "calendar", "fractions",
    "numbers", "random", "queue", "sched", "glob", "fnmatch", "fileinput", "cmd", "html/parser", "json/decoder",
    "json/encoder", "json/scanner", "optparse", "pprint", "reprlib", "shelve", "string", "statistics", "timeit",
    "trace", "tracemalloc", "types", "weakref", "wave", "textwrap", "zipfile", "argparse",
)  # fmt: skip


class Gathered(Struct, frozen=True, kw_only=True):
    """What lies beside python_code.txt: where it is from, and under which terms."""

    python: str
    modules: tuple[str, ...]
    characters: int
    sha256: str
    licence: str = "PSF-2.0"
    notice: str = "Copyright © Python Software Foundation; All Rights Reserved. Shortened from the files named above."


def find(id: str) -> Path | None:
    """The file of a built-in text, if it is there: shipped, on the lab's share, or in the user's cache."""
    shipped = paths.corpora() / f"{id}.txt"
    if id == "shakespeare":
        return next((path for path in (shipped, *_shared_shakespeares(), _fetched()) if _is_shakespeare(path)), None)
    if shipped.is_file():
        return shipped
    return _gathered() if id == "python_code" and _is_as_gathered(_gathered()) else None


def can_gather() -> bool:
    """Whether this Python has its library's source at hand; a built program has not, and ships the text instead."""
    return all((_library() / f"{module}.py").is_file() for module in _MODULES[:4])


def python_code() -> str:
    """The text of `python_code`, from the user's cache or gathered, and then kept there if it can be."""
    path = find("python_code")
    if path is None and not can_gather():
        raise CorpusError("corpus.not_found", path="python_code.txt")
    if path is None:
        text, record = gather_python_code()
        with suppress(StudioError):  # a disk that is full or read-only: the text is gathered again next time
            _write_python_code(_gathered(), text, record)
        return text
    return path.read_text(encoding="utf-8")


def pack_python_code(folder: Path) -> Path:
    """Write the text and its record into a folder, for a bundle that has no library's source."""
    text, record = gather_python_code()
    _write_python_code(folder / "python_code.txt", text, record)
    return folder / "python_code.txt"


def gather_python_code(library: Path | None = None) -> tuple[str, Gathered]:
    """Lines of the standard library, up to 400 KB, and where they are from.

    Lines with a tab or a backtick or beyond ASCII are left out: that keeps to the newline and 94 printable characters.
    """
    lines: list[str] = []
    modules: list[str] = []
    size = 0
    for module in _MODULES:
        path = (library or _library()) / f"{module}.py"
        if not path.is_file():
            continue
        modules.append(module.removesuffix("/__init__").replace("/", "."))
        for line in path.read_text(encoding="utf-8").split("\n"):
            if (line.isprintable() and line.isascii() and "`" not in line) or not line:
                if size + len(line) + 1 > PYTHON_CODE_BYTES:
                    return _recorded(lines, modules)
                lines.append(line)
                size += len(line) + 1
    return _recorded(lines, modules)


def fetch(url: str = SHAKESPEARE_URL, target: Path | None = None) -> Iterator[tuple[int, int]]:
    """Download Shakespeare; yields the bytes so far and their total. Nothing is written before all is there and right.

    Raises:
        CorpusError: `corpus.offline` when the server cannot be reached, `corpus.interrupted` when it stops midway,
            `corpus.checksum` when it sends something else.
        StudioError: `files.write`.
    """
    data = bytearray()
    yield 0, SHAKESPEARE_BYTES
    for chunk in _download(url):
        data += chunk
        if len(data) > SHAKESPEARE_BYTES:
            raise CorpusError("corpus.checksum", url=url)
        yield len(data), SHAKESPEARE_BYTES
    _keep_shakespeare(bytes(data), target, url)


def accept(path: Path, target: Path | None = None) -> Path:
    """Take Shakespeare from a file that the student has picked.

    Raises:
        CorpusError: `corpus.checksum` when it is another text, `corpus.not_found` when there is none.
    """
    if not path.is_file():
        raise CorpusError("corpus.not_found", path=str(path))
    if not _is_shakespeare(path):
        raise CorpusError("corpus.checksum", url=str(path))
    return _keep_shakespeare(path.read_bytes(), target, str(path))


def _download(url: str) -> Iterator[bytes]:
    import http.client  # 30 ms with all that they bring along, for one click in the life of the program
    import urllib.error
    import urllib.request

    done = 0
    try:
        request = urllib.request.Request(url, headers={"User-Agent": f"gpt-studio/{__version__}"})
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:
            expected = int(answer.headers.get("Content-Length") or SHAKESPEARE_BYTES)
            while chunk := answer.read(_CHUNK_BYTES):
                done += len(chunk)
                yield chunk
    except urllib.error.HTTPError as error:
        error.close()
        raise CorpusError("corpus.offline", url=url, reason=f"HTTP {error.code}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        if done:
            raise CorpusError("corpus.interrupted", url=url, done=done, total=SHAKESPEARE_BYTES) from error
        reason = getattr(error, "reason", error)
        raise CorpusError("corpus.offline", url=url, reason=getattr(reason, "strerror", None) or str(reason)) from error
    if done < expected:  # read(n) does not complain when the connection is cut
        raise CorpusError("corpus.interrupted", url=url, done=done, total=expected)


def _keep_shakespeare(data: bytes, target: Path | None, source: str) -> Path:
    if len(data) != SHAKESPEARE_BYTES or files.sha256(data) != SHAKESPEARE_SHA256:
        raise CorpusError("corpus.checksum", url=source)
    target = target or _fetched()
    files.write_file(target, data)
    return target


def _is_shakespeare(path: Path) -> bool:
    try:
        right_size = path.is_file() and path.stat().st_size == SHAKESPEARE_BYTES
        return right_size and files.sha256(path.read_bytes()) == SHAKESPEARE_SHA256
    except OSError:
        return False


def _fetched() -> Path:
    return paths.cache_home() / "shakespeare.txt"


def _shared_shakespeares() -> list[Path]:
    shared = paths.lab_corpora()
    return [shared / name for name in _SHAKESPEARE_NAMES] if shared else []


def _library() -> Path:
    return Path(sysconfig.get_path("stdlib"))


def _gathered() -> Path:
    """Where this Python's text is kept; another Python's is another text."""
    return paths.cache_home() / f"python_code-{platform.python_version()}.txt"


def _is_as_gathered(path: Path) -> bool:
    try:
        record = msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=Gathered)
        return files.sha256(path.read_bytes()) == record.sha256
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return False


def _recorded(lines: list[str], modules: list[str]) -> tuple[str, Gathered]:
    text = "".join(line + "\n" for line in lines)
    record = Gathered(
        python=platform.python_version(),
        modules=tuple(modules),
        characters=len(text),
        sha256=files.sha256(text.encode("ascii")),
    )
    return text, record


def _write_python_code(path: Path, text: str, record: Gathered) -> None:
    files.write_file(path, text.encode("ascii"))
    files.write_file(path.with_suffix(".json"), msgspec.json.format(msgspec.json.encode(record), indent=2))
