"""How text becomes the numbers that a model reads, and back: one token per character, per byte, or per piece of a word.

Characters are told here; bytes and byte pairs in `byte_pairs.py`, the file of a run in `tokenizer_file.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from gpt_studio.engine.arrays import Ints
from gpt_studio.engine.config import TokenizerKind
from gpt_studio.engine.errors import StudioError

if TYPE_CHECKING:
    from gpt_studio.engine.tokens.byte_pairs import BytePairs

T = TypeVar("T")
PIECE = 1 << 20  # characters handled at once, so that 50 MB of text need no second 200 MB of working memory


@dataclass(frozen=True)
class Token:
    """A piece of a text and its id; None where the vocabulary lacks it."""

    text: str  # as people can read it: a byte that is no character is written as "<0xE2>"
    id: int | None
    goes_on: bool = False  # it begins within a character that the token before it has begun


class Stream(ABC):
    """Text that arrives token by token, as it is written."""

    @abstractmethod
    def push(self, id: int) -> str:
        """What this token adds to the text: whole characters only, so it may be nothing."""


class Tokenizer(ABC):
    """Cuts text into tokens. Made by `characters(text)`, `of_bytes()`, `byte_pairs.learn(text, size)` or
    `from_json(file)`.

    Half characters (lone surrogates, which only a damaged text holds) are never part of a vocabulary.

    Attributes:
        kind: What a token is.
        tokens: By id, each as people can read it.
    """

    kind: TokenizerKind
    tokens: tuple[str, ...]

    @staticmethod
    def characters(text: str) -> "CharacterTokenizer":
        """The tokenizer whose vocabulary is every character of `text`, in the order of their code points."""
        present = np.zeros(0x110000, dtype=np.bool_)
        for piece in pieces(text):
            present[code_points(piece)] = True
        present[0xD800:0xE000] = False
        return CharacterTokenizer(tuple(map(chr, np.flatnonzero(present).tolist())))

    @staticmethod
    def of_bytes() -> "BytePairs":
        """The tokenizer of the 256 bytes; an id is the byte's value in UTF-8."""
        from gpt_studio.engine.tokens.byte_pairs import BytePairs

        return BytePairs.plain()

    @staticmethod
    def from_json(file: str) -> "Tokenizer":
        """The tokenizer that `to_json` wrote.

        Raises:
            StudioError: `tokenizer.damaged` for all else, also for files of the library that split text differently.
        """
        from gpt_studio.engine.tokens import tokenizer_file

        return tokenizer_file.read(file)

    def to_json(self) -> str:
        """This tokenizer as a file that the `tokenizers` library opens; both give the same ids."""
        from gpt_studio.engine.tokens import tokenizer_file

        return tokenizer_file.written(self)

    @property
    def vocab_size(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> Ints:
        """The ids of a text, (T).

        Raises:
            StudioError: `tokenizer.unknown` with those `characters` that the vocabulary lacks.
        """
        return drained(self.encoding(text))

    def encoding(self, text: str) -> Generator[None, None, Ints]:
        """As `encode`, with a place to stop now and then, where that takes long."""
        ids, known = yield from self.encoding_known(text)
        if not known.all():
            raise StudioError("tokenizer.unknown", characters=self.unknown(text))
        return ids

    def encode_known(self, text: str) -> tuple[Ints, NDArray[np.bool_]]:
        """The ids of what the vocabulary has, (K), and for every character of the text whether it has it."""
        return drained(self.encoding_known(text))

    @abstractmethod
    def encoding_known(self, text: str) -> Generator[None, None, tuple[Ints, NDArray[np.bool_]]]:
        """As `encode_known`, with a place to stop now and then, where that takes long."""

    @abstractmethod
    def unknown(self, text: str) -> tuple[str, ...]:
        """The distinct characters of `text` that the vocabulary lacks, in order of appearance."""

    @abstractmethod
    def cut(self, text: str) -> tuple[Token, ...]:
        """A short text as its tokens, in order; a character that the vocabulary lacks is one without an id."""

    @abstractmethod
    def decode(self, ids: "Iterable[int] | Ints") -> str:
        """The text that these ids stand for; bytes that are no characters become U+FFFD.

        Raises:
            IndexError: The vocabulary has no such id.
        """

    @abstractmethod
    def stream(self) -> Stream:
        """Decodes a text while it is being written."""

    @abstractmethod
    def characters_after_first(self, ids: Ints) -> int:
        """How many characters of a text are whole only with a token after the first: those that are predicted."""

    @property
    def beginning(self) -> int:
        """What a text begins with where nothing is given: a new line, or else the vocabulary's first token."""
        return self.tokens.index("\n") if "\n" in self.tokens else 0

    def _checked(self, ids: "Iterable[int] | Ints") -> NDArray[np.int64]:
        places = np.asarray(ids if isinstance(ids, np.ndarray) else list(ids), dtype=np.int64)
        if places.size and (places.min() < 0 or places.max() >= self.vocab_size):
            raise IndexError(f"ids run from {places.min()} to {places.max()}, the vocabulary has {self.vocab_size}")
        return places


@dataclass(frozen=True)
class CharacterTokenizer(Tokenizer):
    """One token per character (Unicode code point)."""

    tokens: tuple[str, ...]
    kind = "char"

    def encoding_known(self, text: str) -> Generator[None, None, tuple[Ints, NDArray[np.bool_]]]:
        ids = self._look_up(text)
        known = ids >= 0
        yield from ()  # it never takes long
        return (ids if known.all() else ids[known]), known

    def unknown(self, text: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for piece in pieces(text):
            points = code_points(piece)
            found.update(dict.fromkeys(map(chr, points[self._ids_of(points) < 0].tolist())))
        return tuple(found)

    def cut(self, text: str) -> tuple[Token, ...]:
        ids = self._look_up(text).tolist()
        return tuple(Token(char, None if id < 0 else id) for char, id in zip(text, ids, strict=True))

    def decode(self, ids: "Iterable[int] | Ints") -> str:
        return self._points[self._checked(ids)].astype("<u4").tobytes().decode("utf-32-le")

    def stream(self) -> Stream:
        return _CharacterStream(self.tokens)

    def characters_after_first(self, ids: Ints) -> int:
        return max(0, len(ids) - 1)

    @cached_property
    def _points(self) -> NDArray[np.uint32]:
        return code_points("".join(self.tokens))

    @cached_property
    def _table(self) -> NDArray[np.int32]:
        """The id for every code point up to the highest known one; -1 where there is none, and at the end."""
        table = np.full(int(self._points.max(initial=0)) + 2, -1, dtype=np.int32)
        table[self._points] = np.arange(self.vocab_size, dtype=np.int32)
        return table

    def _ids_of(self, points: NDArray[np.uint32]) -> NDArray[np.int32]:
        return self._table[np.minimum(points, len(self._table) - 1)]

    def _look_up(self, text: str) -> Ints:
        """Ids, (T), with -1 for unknown characters."""
        ids = np.empty(len(text), dtype=np.int64)
        done = 0
        for piece in pieces(text):
            ids[done : done + len(piece)] = self._ids_of(code_points(piece))
            done += len(piece)
        return ids


@dataclass(frozen=True)
class _CharacterStream(Stream):
    tokens: tuple[str, ...]

    def push(self, id: int) -> str:
        return self.tokens[id]


def code_points(text: str) -> NDArray[np.uint32]:
    """The number that Unicode gives each character, (T)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def pieces(text: str) -> Iterator[str]:
    """The text in parts of bounded size."""
    for start in range(0, len(text), PIECE):
        yield text[start : start + PIECE]


def drained(steps: Generator[None, None, T]) -> T:
    """What a generator returns, at once."""
    try:
        while True:
            next(steps)
    except StopIteration as end:
        value: T = end.value
        return value
