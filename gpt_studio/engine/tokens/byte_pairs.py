"""Tokens of bytes: the 256 bytes of UTF-8 alone, or with pieces that byte-pair encoding (BPE) has learnt from a text.

Every text can be written with bytes, so nothing is unknown but half characters. BPE begins with the bytes and joins
the most frequent pair of neighbours into a new token, again and again (Sennrich et al. 2016; over bytes as in Radford
et al. 2019). Text is first cut into words as GPT-2 does: a space belongs to the word behind it, and no token reaches
across. The `tokenizers` library learns (`byte_pair_learning.py`) and encodes; it is loaded only where that is done.
"""

import codecs
import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gpt_studio.engine.arrays import Ints
from gpt_studio.engine.config import BYTES, TokenizerKind
from gpt_studio.engine.tokenizer import Stream, Token, Tokenizer, code_points

if TYPE_CHECKING:
    import tokenizers

PORTION = 1 << 16  # characters that are encoded in one go, about 50 ms

HALVES = re.compile("([\ud800-\udfff]+)")  # lone surrogates
_WORD_BEGINS = re.compile(r"(?<=\S)[ \n]")
_HEX = "gpt_studio.hex"


def _in_hex(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "".join(f"<0x{byte:02X}>" for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_HEX, _in_hex)


def readable(piece: bytes) -> str:
    """A token as people can read it: bytes that are no whole character are written as "<0xE2>"."""
    return piece.decode("utf-8", _HEX)


def _letters() -> list[str]:
    """How the library writes bytes: one visible letter for each, as GPT-2 has it."""
    visible = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(value if value in visible else next(others)) for value in range(BYTES)]


LETTERS = _letters()  # by byte
BYTE_OF = {letter: value for value, letter in enumerate(LETTERS)}


def as_bytes(letters: str) -> bytes:
    """What the library has written."""
    return bytes(BYTE_OF[letter] for letter in letters)


@dataclass(frozen=True)
class Join:
    """One step of the encoding of a text: everywhere, a pair of neighbours becomes one token."""

    left: int  # ids
    right: int
    made: int
    ids: tuple[int, ...]  # of the whole text, afterwards


@dataclass(frozen=True)
class BytePairs(Tokenizer):
    """The 256 bytes, each with its value as its id, and the tokens that were learnt, in the order of learning."""

    parts: tuple[bytes, ...]  # what each id stands for
    pairs: tuple[tuple[int, int], ...]  # ids that are joined, the most urgent first
    kind: TokenizerKind = "bpe"

    @classmethod
    def plain(cls) -> "BytePairs":
        """Every byte is a token; nothing is joined, not even words are told apart."""
        return cls(tuple(bytes([value]) for value in range(BYTES)), (), "byte")

    @classmethod
    def joined(cls, pairs: Iterable[tuple[bytes, bytes]]) -> "BytePairs":
        """The tokenizer that these joins make, in this order."""
        ids = {bytes([value]): value for value in range(BYTES)}
        found = []
        for left, right in pairs:
            found.append((ids[left], ids[right]))
            ids.setdefault(left + right, len(ids))
        return cls(tuple(ids), tuple(found), "bpe")

    @cached_property
    def tokens(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(map(readable, self.parts))

    @property
    def vocab_size(self) -> int:
        return len(self.parts)

    @property
    def beginning(self) -> int:
        return ord("\n")

    def encoding_known(self, text: str) -> Generator[None, None, tuple[Ints, NDArray[np.bool_]]]:
        points = code_points(text)
        known = (points < 0xD800) | (points > 0xDFFF)
        found = [np.empty(0, dtype=np.int64)]
        for whole in [text] if known.all() else HALVES.split(text)[::2]:
            for portion in portions(whole):
                found.append(self._ids(portion))
                yield
        return np.concatenate(found), known

    def unknown(self, text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys("".join(HALVES.findall(text))))

    def cut(self, text: str) -> tuple[Token, ...]:
        tokens: list[Token] = []
        for place, piece in enumerate(HALVES.split(text)):
            if place % 2:
                tokens += [Token(half, None) for half in piece]
            else:
                ids = self.encode(piece).tolist()
                tokens += [Token(self.tokens[id], id, self.parts[id][0] & 0xC0 == 0x80) for id in ids]
        return tuple(tokens)

    def decode(self, ids: "Iterable[int] | Ints") -> str:
        return self._joined(ids).decode("utf-8", "replace")

    def stream(self) -> Stream:
        return _ByteStream(self.parts)

    def characters_after_first(self, ids: Ints) -> int:
        whole_in_first = self._joined(ids[:1]).decode("utf-8", "ignore")
        return len(self.decode(ids)) - len(whole_in_first)

    def joins(self, text: str) -> Iterator[Join]:
        """How a short text is encoded, from its bytes to its tokens, one join after the other."""
        words = [as_bytes(word) for word, _ in self._library.pre_tokenizer.pre_tokenize_str(text)]
        ranks = {pair: rank for rank, pair in reversed([*enumerate(self.pairs)])}
        ids = {part: id for id, part in enumerate(self.parts)}
        rows = [list(word) for word in words]
        while True:
            known = [ranks[pair] for row in rows for pair in pairwise(row) if pair in ranks]
            if not known:
                return
            left, right = self.pairs[min(known)]
            made = ids[self.parts[left] + self.parts[right]]
            rows = [_with_pair_joined(row, left, right, made) for row in rows]
            yield Join(left, right, made, tuple(id for row in rows for id in row))

    def _joined(self, ids: "Iterable[int] | Ints") -> bytes:
        parts = self.parts
        return b"".join([parts[id] for id in self._checked(ids).tolist()])

    def _ids(self, text: str) -> Ints:
        """The ids of a portion."""
        if self.kind == "byte":
            return np.frombuffer(text.encode("utf-8"), dtype=np.uint8).astype(np.int64)
        (encoded,) = self._library.encode_batch_fast([text], add_special_tokens=False)
        return np.array(encoded.ids, dtype=np.int64)

    @cached_property
    def _library(self) -> "tokenizers.Tokenizer":
        import tokenizers

        return tokenizers.Tokenizer.from_str(self.to_json())


class _ByteStream(Stream):
    """Holds back the bytes of a character until it is whole."""

    def __init__(self, parts: tuple[bytes, ...]) -> None:
        self._parts = parts
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def push(self, id: int) -> str:
        return self._decoder.decode(self._parts[id])


def _with_pair_joined(row: list[int], left: int, right: int, made: int) -> list[int]:
    found: list[int] = []
    for id in row:
        if found and found[-1] == left and id == right:
            found[-1] = made
        else:
            found.append(id)
    return found


def portions(text: str) -> Iterator[str]:
    """A text in parts that are encoded apart without a difference.

    It is cut between ink and the space or line end behind it: words begin there, whatever follows.
    """
    start = 0
    while len(text) - start > PORTION and (cut := _WORD_BEGINS.search(text, start + PORTION)):
        yield text[start : cut.start()]
        start = cut.start()
    if start < len(text):
        yield text[start:]
