"""tokenizer.json: a file of the `tokenizers` library, read strictly, for it may have come from anywhere."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from gpt_studio.engine.config import BYTES
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.tokenizer import CharacterTokenizer, Tokenizer
from gpt_studio.engine.tokens.byte_pairs import BYTE_OF, LETTERS, BytePairs

UNKNOWN = "<unk>"  # the file format wants the name of such a token; it is in no vocabulary, so the unknown is an error
MOST = 1 << 18  # tokens; the largest vocabularies of today have as many
LONGEST = 1024  # bytes of a token


def written(tokenizer: Tokenizer) -> str:
    """The file; the library gives the same ids by it."""
    file: _CharacterFile | _ByteFile
    if isinstance(tokenizer, BytePairs):
        names = ["".join(LETTERS[value] for value in part) for part in tokenizer.parts]
        merges = tuple((names[left], names[right]) for left, right in tokenizer.pairs)
        model = _BytePairs(vocab={name: id for id, name in enumerate(names)}, merges=merges)
        file = _byte_file(model, splits=tokenizer.kind == "bpe")
    else:
        file = _CharacterFile(model=_WordLevel(vocab={token: place for place, token in enumerate(tokenizer.tokens)}))
    return msgspec.json.format(msgspec.json.encode(file), indent=2).decode()


def read(file: str) -> Tokenizer:
    """The tokenizer that `written` wrote.

    Raises:
        StudioError: `tokenizer.damaged` for all else, also for files of the library that split text differently.
    """
    try:
        if msgspec.json.decode(file, type=_KindOnly).model.type == "BPE":
            return _byte_pairs(msgspec.json.decode(file, type=_ByteFile))
        return _characters(msgspec.json.decode(file, type=_CharacterFile))
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise _damaged(str(error)) from error


def _damaged(reason: str) -> StudioError:
    return StudioError("tokenizer.damaged", reason=reason)


def _characters(read: "_CharacterFile") -> CharacterTokenizer:
    vocabulary = read.model.vocab
    if replace(read, model=_WordLevel(vocab={})) != _CharacterFile(model=_WordLevel(vocab={})):
        raise _damaged("text is not split into characters")
    if not vocabulary or not _counts_up(vocabulary):
        raise _damaged("ids do not count up from 0")
    if any(len(token) != 1 for token in vocabulary) or read.model.unk_token != UNKNOWN:
        raise _damaged("a token is not one character")
    return CharacterTokenizer(tuple(sorted(vocabulary, key=vocabulary.__getitem__)))


def _byte_pairs(read: "_ByteFile") -> BytePairs:
    vocabulary, merges = read.model.vocab, read.model.merges
    splits = read.pre_tokenizer.use_regex
    nothing = _BytePairs(vocab={}, merges=())
    if replace(read, model=replace(read.model, vocab={}, merges=())) != _byte_file(nothing, splits):
        raise _damaged("text is not split into bytes and words")
    if not _counts_up(vocabulary) or [vocabulary.get(letter) for letter in LETTERS] != list(range(BYTES)):
        raise _damaged("the bytes do not have their values as ids")
    if not all(set(token) <= BYTE_OF.keys() for token in vocabulary):
        raise _damaged("a token is no row of bytes")
    made = {left + right for left, right in merges}
    if len(set(merges)) != len(merges) or made | {*LETTERS} != vocabulary.keys() or not (splits or not merges):
        raise _damaged("tokens and pairs do not fit together")
    if not {token for pair in merges for token in pair} <= vocabulary.keys():
        raise _damaged("a pair is made of what is no token")
    names = sorted(vocabulary, key=vocabulary.__getitem__)
    parts = tuple(bytes(BYTE_OF[letter] for letter in name) for name in names)
    pairs = tuple((vocabulary[left], vocabulary[right]) for left, right in merges)
    return BytePairs(parts, pairs, "bpe" if splits else "byte")


def _counts_up(vocabulary: Mapping[str, int]) -> bool:
    return sorted(vocabulary.values()) == list(range(len(vocabulary)))


class _ModelKind(Struct, frozen=True):
    type: str


class _KindOnly(Struct, frozen=True):
    model: _ModelKind


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


class _CharacterFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the library, as far as it says "split into characters and look them up"."""

    model: _WordLevel
    version: str = "1.0"
    truncation: None = None
    padding: None = None
    added_tokens: tuple[()] = ()
    normalizer: None = None
    pre_tokenizer: _Split = _Split()
    post_processor: None = None
    decoder: _Fuse = _Fuse()


_Name = Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class _BytePairs(Struct, frozen=True, forbid_unknown_fields=True):
    vocab: Annotated[dict[_Name, int], Meta(max_length=MOST)]
    merges: Annotated[tuple[tuple[_Name, _Name], ...], Meta(max_length=MOST)]
    type: Literal["BPE"] = "BPE"
    dropout: None = None
    unk_token: None = None
    continuing_subword_prefix: None = None
    end_of_word_suffix: None = None
    fuse_unk: bool = False
    byte_fallback: bool = False
    ignore_merges: bool = False


class _ByteLevel(Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["ByteLevel"] = "ByteLevel"
    add_prefix_space: bool = False
    trim_offsets: bool = True
    use_regex: bool = True


class _ByteFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the library, as far as it says "split into words as GPT-2 does, and join bytes into pieces"."""

    model: _BytePairs
    version: str = "1.0"
    truncation: None = None
    padding: None = None
    added_tokens: tuple[()] = ()
    normalizer: None = None
    pre_tokenizer: _ByteLevel = _ByteLevel()
    post_processor: None = None
    decoder: _ByteLevel = _ByteLevel()


def _byte_file(model: _BytePairs, splits: bool) -> _ByteFile:
    return _ByteFile(model=model, pre_tokenizer=_ByteLevel(use_regex=splits))
