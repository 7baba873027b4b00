"""Memorised or invented: looks up, off the window's thread, what of a written text stands in the training text."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject

from gpt_studio.engine import corpus, runs
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.judging import verbatim
from gpt_studio.engine.judging.verbatim import Match, Source
from gpt_studio.gui import messages
from gpt_studio.gui.background import Background, Errand
from gpt_studio.gui.messages import tr

T = TypeVar("T")
AROUND = 60  # characters of the training text that are shown on each side of a passage


@dataclass(frozen=True)
class Memory:
    """What of one text stands word for word in the training text."""

    matches: tuple[Match, ...]  # of `verbatim.TELLING` characters and more
    share: float  # of all characters
    longest: int
    source: str  # the training text

    def at(self, place: int) -> Match | None:
        """The longest passage that holds a character."""
        holding = [match for match in self.matches if match.start <= place < match.start + match.length]
        return max(holding, key=lambda match: match.length, default=None)

    def origin(self, match: Match) -> tuple[str, str, str, float]:
        """A passage as it stands in the training text: before it, itself, after it, and where, 0 to 1."""
        end = match.source + match.length
        before = self.source[max(0, match.source - AROUND) : match.source]
        return before, self.source[match.source : end], self.source[end : end + AROUND], match.source / len(self.source)


OFTEN = 3  # places that the ending has at least, where its length is not asked for
EXAMPLES, EXAMPLE = 40, 36  # places that are shown, and characters of each on both sides


@dataclass(frozen=True)
class SameEnding:
    """The places of the training text that have the same ending."""

    ending: str  # "" where there is none
    count: int
    longest: int  # of the endings that occur at all
    followers: tuple[tuple[str, int], ...]  # character and how often it follows, most often first
    examples: tuple[tuple[str, str], ...]  # what stands before and after, spread evenly over the places


class MemoryCheck(QObject):
    """Keeps the training text of one run ready to be searched; it is read and sorted when it is first asked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._run: Path | None = None
        self._source: Source | None = None
        self._errands: list[Errand] = []

    def follow(self, run: Path | None) -> None:
        """Search this run's training text from now on; what is under way is dropped."""
        self.drop()
        if run != self._run:
            self._run, self._source = run, None

    def drop(self) -> None:
        """Want nothing more of what was asked."""
        for errand in self._errands:
            errand.cancel()
        self._errands = []

    def look_up(self, texts: list[str], found: Callable[[list[Memory]], None]) -> None:
        """Have texts looked up, and `found` called with what came of it, in their order."""
        if self._run is None or not texts:
            return
        self._search("looking up what was written", lambda source: [_memory(source, text) for text in texts], found)

    def find_ending(self, before: str, length: int, found: Callable[[SameEnding], None]) -> None:
        """Have the places looked up that end as a text does.

        Args:
            before: The text.
            length: How many of its last characters; 0 for as many as occur `OFTEN` times, or at all.
            found: Is called with what came of it.
        """
        if self._run is not None:
            self._search("looking up an ending", lambda source: _same_ending(source, before, length), found)

    def _search(self, name: str, work: Callable[[Source], T], found: Callable[[T], None]) -> None:
        """Have something looked up in the training text, which is made ready where it is not yet."""
        run, source = self._run, self._source
        assert run is not None

        def search() -> tuple[Source, T]:
            ready = source or Source(corpus.split(runs.read_corpus(run).text)[0])
            return ready, work(ready)

        def done(result: tuple[Source, T]) -> None:
            if run == self._run:
                self._source = result[0]
                found(result[1])

        self._errands.append(self._background.run(name, search, done, _pass_over))

    def shut_down(self) -> None:
        self._background.shut_down()


def memory_words(memory: Memory) -> tuple[str, str]:
    """How much of a text stands in the training text, in a few words; and what is meant by that."""
    words = tr("nothing word for word")
    if memory.matches:
        words = tr("{share} word for word as in the training text").format(share=messages.share(memory.share))
    explained = tr(
        "Passages of {least} characters and more that stand in the training text are underlined; the longest "
        "has {longest}."
    )
    return words, explained.format(least=verbatim.TELLING, longest=memory.longest)


def _pass_over(error: Exception) -> None:
    """A run whose text cannot be read any more is told of elsewhere; the text is then simply not marked."""
    if not isinstance(error, StudioError):
        raise error


def _memory(source: Source, text: str) -> Memory:
    matches = tuple(source.matches(text, verbatim.TELLING))
    longest = max((match.length for match in matches), default=0)
    return Memory(matches, verbatim.share(list(matches), len(text)), longest, source.text)


def _same_ending(source: Source, before: str, length: int) -> SameEnding:
    longest = source.longest_ending(before, 1)
    length = length or source.longest_ending(before, OFTEN) or longest
    if not 0 < length <= longest:
        return SameEnding("", 0, longest, (), ())
    found, text = source.endings(before[len(before) - length :]), source.text
    places = found.places[:: max(1, -(-found.count // EXAMPLES))].tolist()
    examples = tuple((text[max(0, end - length - EXAMPLE) : end - length], text[end : end + EXAMPLE]) for end in places)
    return SameEnding(found.ending, found.count, longest, found.followers, examples)
