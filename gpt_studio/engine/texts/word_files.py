"""The words of a .docx file: a zip archive with an XML document in it, read without trust.

No document type, hence no entity that could grow without end or lead to another file; nothing is unpacked to disk; what
is unpacked in memory has a limit. Sections 17.3 of ECMA-376 name the elements.
"""

import io
import zipfile
import zlib
from typing import IO
from xml.parsers import expat

from gpt_studio.engine.errors import CorpusError

_DOCUMENT = "word/document.xml"
_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_GAPS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_CHUNK = 1 << 16


class _Unsound(Exception):
    """The document is not as one should be."""


def text_of_docx(data: bytes, path: str, limit: int) -> str:
    """Paragraphs, each ending in a newline.

    Args:
        data: The whole file.
        path: Its name, for the error.
        limit: Bytes that the document may have when it is unpacked.

    Raises:
        CorpusError: `corpus.docx` when it is none, is damaged, locked, or not to be trusted; `corpus.too_large`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_DOCUMENT) as document:
            return _words(document, path, limit)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, RuntimeError, EOFError, _Unsound) as error:
        raise CorpusError("corpus.docx", path=path) from error
    except (NotImplementedError, OSError, ValueError) as error:  # a way to pack that Python lacks; a broken header
        raise CorpusError("corpus.docx", path=path) from error


def _words(document: IO[bytes], path: str, limit: int) -> str:
    found: list[str] = []
    inside = 0  # of elements that hold text

    def begin(name: str, _attributes: dict[str, str]) -> None:
        nonlocal inside
        plain = name.removeprefix(_WORDS)
        inside += plain == "t"
        found.append(_GAPS.get(plain, ""))

    def end(name: str) -> None:
        nonlocal inside
        inside -= name == f"{_WORDS}t"
        if name == f"{_WORDS}p":
            found.append("\n")

    def take(words: str) -> None:
        if inside:
            found.append(words)

    def refuse(*_told: object) -> None:
        raise _Unsound

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, take
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    read = 0
    while chunk := document.read(_CHUNK):
        read += len(chunk)
        if read > limit:
            raise CorpusError("corpus.too_large", path=path, size=read, limit=limit)
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return "".join(found)
