"""How text becomes the numbers that a model reads, and back: one token per character."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ints

PIECE = 1 << 20  # characters handled at once, so that 50 MB of text need no second 200 MB of working memory
UNKNOWN = "<unk>"  # the file format wants the name of such a token; it is in no vocabulary, so the unknown is an error


@dataclass(frozen=True)
class Tokenizer:
    """One token per character (Unicode code point). Made by `characters(text)` or `from_json(file)`.

    Half characters (lone surrogates, which only a damaged text holds) are never part of a vocabulary.
    """

    tokens: tuple[str, ...]  # by id

    @classmethod
    def characters(cls, text: str) -> "Tokenizer":
        """The tokenizer whose vocabulary is every character of `text`, in the order of their code points."""
        present = np.zeros(0x110000, dtype=np.bool_)
        for piece in pieces(text):
            present[code_points(piece)] = True
        present[0xD800:0xE000] = False
        return cls(tuple(map(chr, np.flatnonzero(present).tolist())))

    @property
    def vocab_size(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> Ints:
        """The id of every character, (T).

        Raises:
            StudioError: `tokenizer.unknown` with those `characters` that the vocabulary lacks.
        """
        ids = self._look_up(text)
        if ids.size and ids.min() < 0:
            raise StudioError("tokenizer.unknown", characters=self.unknown(text))
        return ids

    def encode_known(self, text: str) -> tuple[Ints, NDArray[np.bool_]]:
        """The ids of the characters that the vocabulary has, (K), and for every character whether it has it, (T)."""
        ids = self._look_up(text)
        known = ids >= 0
        return (ids if known.all() else ids[known]), known

    def unknown(self, text: str) -> tuple[str, ...]:
        """The distinct characters of `text` that the vocabulary lacks, in order of appearance."""
        found: dict[str, None] = {}
        for piece in pieces(text):
            points = code_points(piece)
            found.update(dict.fromkeys(map(chr, points[self._ids_of(points) < 0].tolist())))
        return tuple(found)

    def decode(self, ids: "Iterable[int] | Ints") -> str:
        """The text that these ids stand for."""
        places = np.asarray(ids if isinstance(ids, np.ndarray) else list(ids), dtype=np.int64)
        if places.size and (places.min() < 0 or places.max() >= self.vocab_size):
            raise IndexError(f"ids run from {places.min()} to {places.max()}, the vocabulary has {self.vocab_size}")
        return self._points[places].astype("<u4").tobytes().decode("utf-32-le")

    def to_json(self) -> str:
        """This tokenizer as a file that the `tokenizers` library opens; both give the same ids."""
        model = _WordLevel(vocab={token: place for place, token in enumerate(self.tokens)})
        return msgspec.json.format(msgspec.json.encode(_File(model=model)), indent=2).decode()

    @classmethod
    def from_json(cls, file: str) -> "Tokenizer":
        """The tokenizer that `to_json` wrote.

        Raises:
            StudioError: `tokenizer.damaged` for all else, also for files of the library that split text differently.
        """
        try:
            read = msgspec.json.decode(file, type=_File)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
            raise StudioError("tokenizer.damaged", reason=str(error)) from error
        vocabulary = read.model.vocab
        if msgspec.structs.replace(read, model=_WordLevel(vocab={})) != _File(model=_WordLevel(vocab={})):
            raise StudioError("tokenizer.damaged", reason="text is not split into characters")
        if not vocabulary or sorted(vocabulary.values()) != list(range(len(vocabulary))):
            raise StudioError("tokenizer.damaged", reason="ids do not count up from 0")
        if any(len(token) != 1 for token in vocabulary) or read.model.unk_token != UNKNOWN:
            raise StudioError("tokenizer.damaged", reason="a token is not one character")
        return cls(tuple(sorted(vocabulary, key=vocabulary.__getitem__)))

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


def code_points(text: str) -> NDArray[np.uint32]:
    """The number that Unicode gives each character, (T)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def pieces(text: str) -> Iterator[str]:
    """The text in parts of bounded size."""
    for start in range(0, len(text), PIECE):
        yield text[start : start + PIECE]


class _WordLevel(Struct, frozen=True, forbid_unknown_fields=True):
    vocab: dict[str, int]
    type: Literal["WordLevel"] = "WordLevel"
    unk_token: str = UNKNOWN


class _Pattern(Struct, frozen=True, forbid_unknown_fields=True):
    Regex: str = r"[\s\S]"  # any character; a plain dot would leave out the newline


class _Split(Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["Split"] = "Split"
    pattern: _Pattern = _Pattern()
    behavior: Literal["Isolated"] = "Isolated"
    invert: bool = False


class _Fuse(Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["Fuse"] = "Fuse"  # tokens are joined without the spaces that the library puts between them otherwise


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the `tokenizers` library, as far as it says "split into characters and look them up"."""

    model: _WordLevel
    version: str = "1.0"
    truncation: None = None
    padding: None = None
    added_tokens: tuple[()] = ()
    normalizer: None = None
    pre_tokenizer: _Split = _Split()
    post_processor: None = None
    decoder: _Fuse = _Fuse()
