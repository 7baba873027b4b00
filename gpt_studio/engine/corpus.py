"""The texts that a model learns from: built-in ones and the student's own, what can be counted, what is held back."""

from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from gpt_studio.engine import corpus_sources
from gpt_studio.engine.errors import CorpusError
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.texts.my_texts import (
    MyText,
    delete_my_text,
    is_my_text,
    my_texts,
    read_my_text,
    rename_my_text,
    save_my_text,
)
from gpt_studio.engine.texts.text_files import ENCODINGS, LIMIT_BYTES, TextFile, read_text_file, tidy
from gpt_studio.engine.tokenizer import code_points, pieces

__all__ = [
    "BUILT_IN",
    "ENCODINGS",
    "LIMIT_BYTES",
    "BuiltIn",
    "CorpusFacts",
    "MyText",
    "TextFile",
    "available",
    "check",
    "count_characters",
    "cut_of",
    "delete_my_text",
    "facts",
    "load",
    "load_any",
    "minimum_characters",
    "my_texts",
    "read_text_file",
    "rename_my_text",
    "save_my_text",
    "split",
    "tidy",
]

TRAINING_SHARE = 0.9
_TOP = 12  # as many of the most frequent characters as a chart has room for
_SPACES = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
_CONTROLS = [point for point in (*range(0x20), *range(0x7F, 0xA0)) if point != ord("\n")]


class BuiltIn(Struct, frozen=True, kw_only=True):
    """A text that the program knows by name."""

    id: str
    title: str
    description: str
    licence: str


BUILT_IN: dict[str, BuiltIn] = {
    text.id: text
    for text in (
        BuiltIn(
            id="startup_pitches",
            title="Startup pitches",
            description="Pitches for companies that do not exist, written for this program and free to use.",
            licence="CC0-1.0",
        ),
        BuiltIn(
            id="python_code",
            title="Python code",
            description="Real programs: parts of Python's own standard library.",
            licence="PSF-2.0",
        ),
        BuiltIn(
            id="verse_drama",
            title="Verse drama",
            description="Comic plays in old-fashioned English, written for this program and free to use.",
            licence="CC0-1.0",
        ),
        BuiltIn(
            id="shakespeare",
            title="Shakespeare",
            description="Scenes from Shakespeare's plays, the classic text for small models.",
            licence="public domain",
        ),
    )
}


class CorpusFacts(Struct, frozen=True, kw_only=True):
    """What can be counted in a text."""

    characters: int
    distinct: int
    lines: int
    words: int  # runs of characters between white space
    train_characters: int
    val_characters: int
    most_frequent: tuple[tuple[str, float], ...]  # at most 12: the character and its share of all, highest first
    control_characters: int  # all but the newline; a tab is one


def available(id: str) -> bool:
    """Whether a built-in text can be loaded now. Only Shakespeare may have to be fetched first."""
    return corpus_sources.find(id) is not None or (id == "python_code" and corpus_sources.can_gather())


def load(id: str) -> CorpusText:
    """A built-in text, or one of the student's own.

    Raises:
        CorpusError: `corpus.not_fetched` for Shakespeare before it is there, `corpus.unknown` for a name that is none,
            and whatever `read_text_file` raises.
    """
    if id not in BUILT_IN:
        return read_my_text(id)
    if id == "python_code":
        return CorpusText(id=id, title=BUILT_IN[id].title, text=corpus_sources.python_code())
    path = corpus_sources.find(id)
    if path is None:
        raise CorpusError("corpus.not_fetched" if id == "shakespeare" else "corpus.not_found", path=id, id=id)
    return CorpusText(id=id, title=BUILT_IN[id].title, text=read_text_file(path, "utf-8").text)


def load_any(id_or_path: str) -> CorpusText:
    """What a person means by a word on the command line: a built-in id, the title of an own text, or a file.

    Raises:
        CorpusError: what `load` and `read_text_file` raise; `corpus.unknown` for a word that looks like no file.
    """
    if id_or_path in BUILT_IN or is_my_text(id_or_path):
        return load(id_or_path)
    path = Path(id_or_path).expanduser()
    try:
        return read_text_file(path).corpus
    except CorpusError as error:
        if error.code == "corpus.not_found" and path.name == id_or_path and not path.suffix:
            raise CorpusError("corpus.unknown", id=id_or_path, known=tuple(BUILT_IN)) from error
        raise


def cut_of(length: int) -> int:
    """Where a text of `length` characters is cut: at character int(0.9 n)."""
    return int(TRAINING_SHARE * length)


def split(text: str) -> tuple[str, str]:
    """The part to train on and the part held back."""
    cut = cut_of(len(text))
    return text[:cut], text[cut:]


def minimum_characters(block_size: int) -> int:
    """The shortest text that can be trained on: one full window to learn from, two characters to be tested on."""
    length = block_size + 1
    while cut_of(length) < block_size + 1 or length - cut_of(length) < 2:
        length += 1
    return length


def check(text: str, block_size: int) -> None:
    """Refuse a text that a model with this context cannot learn from.

    Raises:
        CorpusError: `corpus.too_short` with `characters` and the `minimum`, or `corpus.one_symbol`.
    """
    minimum = minimum_characters(block_size)
    if len(text) < minimum:
        raise CorpusError("corpus.too_short", characters=len(text), minimum=minimum, block_size=block_size)
    if text == text[0] * len(text):
        raise CorpusError("corpus.one_symbol", character=text[0])


def facts(text: str) -> CorpusFacts:
    """Count what there is to count. About a second for 50 MB, some milliseconds for a built-in text."""
    counts = _counts(text)
    order = [point for point in np.argsort(-counts, kind="stable")[:_TOP].tolist() if counts[point]]
    return CorpusFacts(
        characters=len(text),
        distinct=int(np.count_nonzero(counts)),
        lines=text.count("\n") + (not text.endswith("\n") and bool(text)),
        words=_words(text),
        train_characters=cut_of(len(text)),
        val_characters=len(text) - cut_of(len(text)),
        most_frequent=tuple((chr(point), float(counts[point]) / len(text)) for point in order),
        control_characters=int(sum(counts[point] for point in _CONTROLS if point < len(counts))),
    )


def count_characters(text: str) -> dict[str, int]:
    """How often each character occurs, in the order of their code points (that of a character vocabulary)."""
    counts = _counts(text)
    return {chr(point): int(counts[point]) for point in np.flatnonzero(counts).tolist()}


def _counts(text: str) -> NDArray[np.int64]:
    """Occurrences by code point."""
    counts = np.zeros(0, dtype=np.int64)
    for piece in pieces(text):
        found = np.bincount(code_points(piece))
        longer, shorter = (found, counts) if len(found) > len(counts) else (counts, found)
        longer[: len(shorter)] += shorter
        counts = longer
    return counts


def _words(text: str) -> int:
    """How many words `text.split()` would give, without making them."""
    is_space = np.zeros(0x3002, dtype=np.bool_)
    is_space[code_points(_SPACES)] = True
    words, after_space = 0, True
    for piece in pieces(text):
        space = is_space[np.minimum(code_points(piece), 0x3001)]
        words += int(np.count_nonzero(space[:-1] & ~space[1:])) + (after_space and not space[0])
        after_space = bool(space[-1])
    return words
