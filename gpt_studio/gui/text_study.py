"""What is to be known of a text: counted at once when it is small, in the background when it is large."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from gpt_studio.engine import corpus
from gpt_studio.engine.corpus import CorpusFacts
from gpt_studio.engine.judging.repetition import repetition
from gpt_studio.engine.judging.yardsticks import Yardsticks, measuring
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui.background import Background, Errand

AT_ONCE = 500_000  # characters that are counted in less than 10 ms
REST_MS = 900  # how long a large text is left alone before its yardsticks are measured: that takes seconds
_KEPT = 64  # measured texts that are remembered
Told = tuple[Any, ...]  # the name of a signal and what it carries; empty: nothing


class TextStudy(QObject):
    """Counts a text, builds its vocabulary, looks for repetitions, and measures how well simple means expect it.

    Signals:
        counted: Carries the CorpusText, its CorpusFacts and its Tokenizer.
        compared: Carries the CorpusText and its Repetition.
        measured: Carries the CorpusText and its Yardsticks, or None where it is too short for any.
    """

    counted = Signal(object, object, object)
    compared = Signal(object, object)
    measured = Signal(object, object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._text = CorpusText(id="", title="", text="")
        self._counting = _Lane(background, "counting a text", self._tell, self)
        self._measuring = _Lane(background, "measuring a text", self._tell, self)
        self._known: dict[bytes, Yardsticks | None] = {}  # by the digest of a text
        self._rest = QTimer(self, objectName="measuring", singleShot=True)
        self._rest.timeout.connect(lambda: self._measuring.begin(partial(self._measure, self._text)))

    def study(self, text: CorpusText) -> bool:
        """Begin; answers for an earlier text are dropped. True when `counted` was told already."""
        self.drop()
        self._text = text
        at_once = len(text.text) <= AT_ONCE
        if at_once:
            self.counted.emit(text, *_count(text.text))
        self._counting.begin(partial(_count_and_compare, text, at_once))
        self._rest.start(0 if at_once else REST_MS)
        return at_once

    def drop(self) -> None:
        """Want no more answers for the text that is being studied."""
        self._rest.stop()
        self._counting.drop()
        self._measuring.drop()

    def _tell(self, told: Told) -> None:
        if told:
            name, *values = told
            getattr(self, name).emit(*values)

    def _measure(self, text: CorpusText) -> Iterator[Told]:
        """In a thread of its own. The same text is measured once."""
        digest = hashlib.sha256(text.text.encode("utf-8", "surrogatepass")).digest()
        if digest not in self._known:
            found = None
            for found in measuring(text.text):  # noqa: B007
                yield ()  # a place to stop
            for oldest in [*self._known][: 1 - _KEPT]:
                del self._known[oldest]
            self._known[digest] = found
        yield "measured", text, self._known[digest]


class _Lane(QObject):
    """One computation at a time: a new one takes the place of the one that runs, and begins when that has ended.

    So someone who types into a large text never has more than one thread at work behind her in each lane.
    """

    def __init__(self, background: Background, name: str, tell: Callable[[Told], None], parent: QObject) -> None:
        super().__init__(parent)
        self._background, self._name, self._tell = background, name, tell
        self._running: Errand | None = None
        self._next: Callable[[], Iterator[Told]] | None = None

    def begin(self, stages: Callable[[], Iterator[Told]]) -> None:
        """Run a generator once the lane is free; what it yields is told in the thread of the window."""
        self.drop()
        self._next = stages
        if self._running is None:
            self._start()

    def drop(self) -> None:
        """Want nothing more."""
        self._next = None
        if self._running:
            self._running.cancel()

    def _start(self) -> None:
        if self._next:
            stages, self._next = self._next, None
            self._running = self._background.run(self._name, stages, told=self._tell)
            self._running.ended.connect(self._go_on)

    def _go_on(self) -> None:
        self._running = None
        self._start()


def _count_and_compare(text: CorpusText, is_counted: bool) -> Iterator[Told]:
    if not is_counted:
        yield "counted", text, *_count(text.text)
    yield "compared", text, repetition(text.text)


def _count(text: str) -> tuple[CorpusFacts, Tokenizer]:
    return corpus.facts(text), Tokenizer.characters(text)
