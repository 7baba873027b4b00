"""Read any text file that a student picks: whatever its encoding, its line ends, or whatever it really is."""

import codecs
import os
import re
import stat
import unicodedata
from pathlib import Path

import numpy as np
from msgspec import Struct

from gpt_studio.engine.errors import CorpusError
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.texts.encodings import ENCODINGS, STRANGE, WIDE, rank
from gpt_studio.engine.texts.word_files import text_of_docx

LIMIT_BYTES = 50 * 1024 * 1024
PIECE = 1 << 20  # characters looked through at once; the window lives on between two of them
SAMPLE_BYTES = 1 << 14  # as much as the guess needs

_OURS = {codecs.lookup(name).name: name for name in ENCODINGS}
_MARKS = (  # longest first: the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_JAPANESE_ESCAPE = re.compile(rb"\x1b\$[@B]")
_ODD = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]+")  # control characters that texts do not have
_ODD_OR_UPPER = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f-\x9f]+")


class TextFile(Struct, frozen=True, kw_only=True):
    """A file's text with plain newlines and no byte order mark, and how it was read."""

    path: Path
    text: str
    encoding: str  # one of ENCODINGS
    guessed: bool  # True: show it to the student, who may know better
    alternatives: tuple[str, ...]  # other encodings in which its beginning can be read
    newlines: str = "lf"  # what the file has: "lf", "crlf", "cr", "mixed", or "none"
    bom: bool = False  # a byte order mark was taken off
    replaced: int = 0  # damaged places that now hold U+FFFD

    @property
    def corpus(self) -> CorpusText:
        title = title_of(self.path)
        return CorpusText(id=title, title=title, text=self.text)


def read_text_file(path: Path | str, encoding: str | None = None) -> TextFile:
    """The text of a regular file of at most 50 MB, in `encoding` or else in the one that seems right.

    Raises:
        CorpusError: `corpus.not_found`, `corpus.directory`, `corpus.not_regular`, `corpus.too_large`,
            `corpus.unreadable`, `corpus.empty`, `corpus.binary`, `corpus.pdf`, `corpus.rtf`, `corpus.docx`, or
            `corpus.encoding` when it cannot be read in the encoding asked for.
    """
    path = Path(path)
    if encoding is not None and _our_name(encoding) is None:
        raise CorpusError("corpus.encoding", path=str(path), encoding=encoding, alternatives=ENCODINGS)
    data = _read_regular_file(path)
    if data.startswith((b"%PDF-", b"{\\rtf")):
        raise CorpusError("corpus.pdf" if data.startswith(b"%") else "corpus.rtf", path=str(path))
    if path.suffix.lower() == ".docx" and data.startswith(b"PK"):
        data = text_of_docx(data, str(path), LIMIT_BYTES).encode("utf-8", "replace")
        if not data.strip():
            raise CorpusError("corpus.empty", path=str(path))
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    wide = marked or _our_name(encoding or "") or ""
    if b"\0" in data and encoding and not wide.startswith(("utf-16", "utf-32")):
        raise CorpusError("corpus.binary", path=str(path))
    chosen, text, replaced = _decode_as_told(data, encoding, path) if encoding else _decode_by_guess(data, marked, path)
    bom = text.startswith("\ufeff")
    text = text[1:] if bom else text
    if "\0" in text or _is_mostly_control(text):
        raise CorpusError("corpus.binary", path=str(path))
    if not text:
        raise CorpusError("corpus.empty", path=str(path))
    return TextFile(
        path=path,
        text=tidy(text),
        encoding=chosen,
        guessed=encoding is None and marked is None and chosen != "utf-8",
        alternatives=tuple(name for name in ENCODINGS if name != chosen and _reads(data, name)),
        newlines=_newlines(text),
        bom=bom,
        replaced=replaced,
    )


def tidy(text: str) -> str:
    """Text as a corpus holds it: lines end in a newline alone, no byte order mark, no half characters."""
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # lone surrogates: a pasted text can hold them, a file in UTF-8 cannot
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def title_of(path: Path) -> str:
    """A title from a file's name: its stem, without what cannot be shown."""
    shown = path.stem.encode("utf-8", "replace").decode("utf-8")
    title = "".join(char for char in unicodedata.normalize("NFC", shown) if unicodedata.category(char) != "Cc")
    return title.strip() or "text"


def _read_regular_file(path: Path) -> bytes:
    """All bytes. What is no file or is too large is refused before a byte of it is read."""
    try:
        _refuse_by_kind(path, path.stat())
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe must not hold us up
        with os.fdopen(os.open(path, flags), "rb") as file:
            size = _refuse_by_kind(path, os.fstat(file.fileno()))  # once more: it may have been exchanged
            return file.read(size)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a NUL in the name
        raise CorpusError("corpus.not_found", path=str(path)) from error
    except OSError as error:
        raise CorpusError("corpus.unreadable", path=str(path), reason=error.strerror or str(error)) from error


def _refuse_by_kind(path: Path, told: os.stat_result) -> int:
    if stat.S_ISDIR(told.st_mode):
        raise CorpusError("corpus.directory", path=str(path))
    if not stat.S_ISREG(told.st_mode):
        raise CorpusError("corpus.not_regular", path=str(path))
    if told.st_size > LIMIT_BYTES:
        raise CorpusError("corpus.too_large", path=str(path), size=told.st_size, limit=LIMIT_BYTES)
    if told.st_size == 0:
        raise CorpusError("corpus.empty", path=str(path))
    return told.st_size


def _our_name(encoding: str) -> str | None:
    """The name that ENCODINGS has for an encoding, however it is spelt."""
    try:
        return _OURS.get(codecs.lookup(encoding).name)
    except (LookupError, ValueError):
        return None


def _decode_as_told(data: bytes, encoding: str, path: Path) -> tuple[str, str, int]:
    chosen = _our_name(encoding) or encoding
    decoded = _decode(data, chosen)
    if decoded is None:
        possible = tuple(name for name in ENCODINGS if _reads(data, name))
        raise CorpusError("corpus.encoding", path=str(path), encoding=chosen, alternatives=possible)
    return chosen, *decoded


def _decode_by_guess(data: bytes, marked: str | None, path: Path) -> tuple[str, str, int]:
    """The encoding, the text and the number of damaged places. UTF-8 first: other text hardly ever passes for it."""
    first = marked or "utf-8"
    if _JAPANESE_ESCAPE.search(data) and (decoded := _decode(data, "iso2022_jp")) is not None:
        return "iso2022_jp", *decoded
    if (marked or b"\0" not in data) and (decoded := _decode(data, first)) is not None:
        return first, *decoded
    for encoding in _guesses(data) if first == "utf-8" else ():
        if (decoded := _decode(data, encoding)) is not None and not _is_mostly_control(decoded[0], _ODD_OR_UPPER):
            return encoding, *decoded
    raise CorpusError("corpus.binary", path=str(path))


def _decode(data: bytes, encoding: str) -> tuple[str, int] | None:
    """The text and how many places in it were damaged; None if the encoding does not fit."""
    try:
        return data.decode(encoding), 0
    except UnicodeDecodeError as error:
        text = data.decode(encoding, "replace")
        damaged = text.count("\ufffd")
        beyond_ascii = len(re.sub(r"[\x00-\x7f\ufffd]+", "", text))
        cut_off = damaged == 1 and error.end >= len(data) and beyond_ascii > 0
        return (text, damaged) if cut_off or damaged * 200 <= beyond_ascii else None
    except UnicodeError:
        return None


def _guesses(data: bytes) -> list[str]:
    """Encodings worth trying for data that is not UTF-8, best first."""
    if b"\0" in data:
        whole = [name for name in WIDE if len(data) % (4 if "32" in name else 2) == 0]
        return [name for nats, name in rank(data[:SAMPLE_BYTES], tuple(whole)) if nats < STRANGE]
    sample = _sample(data)
    single = tuple(name for name in ENCODINGS if not name.startswith("utf"))
    ranked = rank(sample, single)
    if ranked[0][0] < STRANGE:
        return [name for _, name in ranked[:8]]
    from charset_normalizer import from_bytes  # 20 ms that only a text of no known language needs

    matches = from_bytes(sample, cp_isolation=[codecs.lookup(name).name for name in single])
    found = [name for match in matches if (name := _our_name(match.encoding))]
    return list(dict.fromkeys([*found, "cp1252", "latin-1"]))


def _sample(data: bytes) -> bytes:
    """Up to SAMPLE_BYTES from where the first byte beyond ASCII stands, cut at line ends where there are any."""
    beyond = np.frombuffer(data, dtype=np.uint8) >= 0x80
    first = int(beyond.argmax())
    start = data.rfind(b"\n", max(0, first - SAMPLE_BYTES // 2), first) + 1 or max(0, first - SAMPLE_BYTES // 2)
    sample = data[start : start + SAMPLE_BYTES]
    end = sample.rfind(b"\n") + 1
    return sample if start + SAMPLE_BYTES >= len(data) or end <= first - start else sample[:end]


def _reads(data: bytes, encoding: str) -> bool:
    """Whether the beginning of the data can be read in this encoding, as text."""
    if encoding.startswith(("utf-16", "utf-32")) and b"\0" not in data[:SAMPLE_BYTES]:
        return False  # any letters in pairs make Chinese signs; real UTF-16 has at least a newline or a space
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(data[:SAMPLE_BYTES], len(data) <= SAMPLE_BYTES)
    except UnicodeError:
        return False
    return "\0" not in text and not _is_mostly_control(text, _ODD_OR_UPPER)


def _is_mostly_control(text: str, odd: re.Pattern[str] = _ODD) -> bool:
    """More than one in fifty is such a control character: a picture, an archive, a program."""
    pieces = (text[start : start + PIECE] for start in range(0, len(text), PIECE))
    return sum(len(found) for piece in pieces for found in odd.findall(piece)) * 50 > len(text)


def _newlines(text: str) -> str:
    pairs = text.count("\r\n")
    counts = {"lf": text.count("\n") - pairs, "crlf": pairs, "cr": text.count("\r") - pairs}
    kinds = [kind for kind, count in counts.items() if count]
    return "none" if not kinds else kinds[0] if len(kinds) == 1 else "mixed"
