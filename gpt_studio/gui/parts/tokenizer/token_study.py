"""What a text becomes with each kind of token: the tokenizer, and how often each of its tokens occurs."""

import logging
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from gpt_studio.engine import corpus
from gpt_studio.engine.config import TokenizerConfig, TokenizerKind
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.tokenizer import Tokenizer, drained
from gpt_studio.engine.tokens.byte_pair_learning import learning
from gpt_studio.gui.background import Background, Errand
from gpt_studio.gui.text_study import AT_ONCE

if TYPE_CHECKING:
    from gpt_studio.engine.arrays import Ints

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TokenStudy:
    """A text in tokens of one kind."""

    tokenizer: Tokenizer
    counts: "Ints"  # (V) how often each token occurs
    train: int  # tokens of the training part
    held_back: int

    @property
    def total(self) -> int:
        return self.train + self.held_back


class TokenStudies(QObject):
    """Studies one text with all kinds: small texts at once, large ones and byte pairs in the background.

    Signals:
        changed: Something is known, or being learnt, that was not before.
    """

    changed = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._text: CorpusText | None = None
        self._found: dict[TokenizerKind, TokenStudy] = {}
        self._errands: dict[TokenizerKind, Errand] = {}
        self.size = TokenizerConfig().vocab_size  # of byte pairs
        self.problem: StudioError | None = None  # why no byte pairs could be learnt

    def show_text(self, text: CorpusText, characters: Tokenizer) -> None:
        """Study another text; answers for the earlier one are dropped."""
        self.drop()
        self._text = text
        made: list[tuple[TokenizerKind, Tokenizer]] = [("char", characters), ("byte", Tokenizer.of_bytes())]
        for kind, tokenizer in made:
            if len(text.text) <= AT_ONCE:
                self._found[kind] = drained(_counting(tokenizer, text.text))
            else:
                self._run(kind, _told(_counting(tokenizer, text.text)))
        self.changed.emit()

    def learn(self, size: int) -> None:
        """Learn byte pairs, unless that is done, or being done."""
        known = "bpe" in self._found or "bpe" in self._errands or self.problem is not None
        if self._text is None or (known and size == self.size):
            return
        self.leave()
        self._found.pop("bpe", None)
        self.size, self.problem = size, None
        self._run("bpe", _told(_learning(self._text.text, size)))
        self.changed.emit()

    def leave(self) -> None:
        """Learn no more."""
        if errand := self._errands.pop("bpe", None):
            errand.cancel()
            self.changed.emit()

    def of(self, kind: TokenizerKind) -> TokenStudy | None:
        """What is known so far."""
        return self._found.get(kind)

    @property
    def is_learning(self) -> bool:
        return "bpe" in self._errands

    def drop(self) -> None:
        """Forget the text."""
        for errand in self._errands.values():
            errand.cancel()
        self._text, self.problem = None, None
        self._found, self._errands = {}, {}

    def _run(self, kind: TokenizerKind, work: Iterator[TokenStudy | None]) -> None:
        text = self._text

        def take(study: TokenStudy | None) -> None:
            if study is not None and text is self._text:
                self._found[kind] = study
                self._errands.pop(kind, None)
                self.changed.emit()

        def fail(error: Exception) -> None:
            if not isinstance(error, StudioError):
                log.error("tokens could not be counted", exc_info=error)
            elif text is self._text:
                self.problem = error
                self._errands.pop(kind, None)
                self.changed.emit()

        self._errands[kind] = self._background.run(f"counts tokens ({kind})", lambda: work, failed=fail, told=take)


def _told(steps: Generator[None, None, TokenStudy]) -> Iterator[TokenStudy | None]:
    """The places to stop, and at last the result."""
    yield (yield from steps)


def _learning(text: str, size: int) -> Generator[None, None, TokenStudy]:
    tokenizer = yield from learning(corpus.split(text)[0], size)
    return (yield from _counting(tokenizer, text))


def _counting(tokenizer: Tokenizer, text: str) -> Generator[None, None, TokenStudy]:
    counts, lengths = np.zeros(tokenizer.vocab_size, dtype=np.int64), []
    for part in corpus.split(text):
        ids, _ = yield from tokenizer.encoding_known(part)
        counts += np.bincount(ids, minlength=tokenizer.vocab_size)
        lengths.append(len(ids))
    return TokenStudy(tokenizer, counts, *lengths)
