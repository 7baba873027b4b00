"""The 5-gram of a run's text at work: it needs no torch, so it counts beside the worker, in the background."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from gpt_studio.engine import runs
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Tested, TextRead
from gpt_studio.engine.judging.counting import Counter
from gpt_studio.engine.requests import CorpusText
from gpt_studio.gui import messages
from gpt_studio.gui.background import Background, Errand


class Counting(QObject):
    """Keeps the counts of one run ready; the text is counted when they are first asked for, in about half a second.

    Args:
        background: Where the counting is done.
    """

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._known: tuple[Path, Counter] | None = None

    def measure(
        self,
        run: Path,
        texts: Sequence[CorpusText],
        told: Callable[[Tested], None],
        ended: Callable[[str | None], None],
    ) -> Errand:
        """Measure it on texts, one Tested for each; `ended` is told what went wrong, or None."""

        def work() -> Iterator[Tested]:
            counter = self._counter(run)
            for column, text in enumerate(texts):
                yield counter.measure(text.text, text.title, column=column)

        problem: list[str] = []
        errand = self._background.run("counting", work, told=told, failed=lambda error: problem.append(_words(error)))
        errand.ended.connect(lambda: ended(problem[0] if problem else None))
        return errand

    def read(self, run: Path, text: str, done: Callable[[TextRead], None], failed: Callable[[str], None]) -> Errand:
        """Have it read a text."""
        return self._background.run(
            "counting", lambda: self._counter(run).read(text), done, lambda error: failed(_words(error))
        )

    def _counter(self, run: Path) -> Counter:
        """In the errand's thread. Of two that come at once both count; what they find is the same."""
        known = self._known
        if known is None or known[0] != run:
            text = runs.read_corpus(run)
            known = self._known = (run, Counter.learn(text.text, text.title))
        return known[1]


def _words(error: Exception) -> str:
    if not isinstance(error, StudioError):
        raise error
    return messages.sentence(error.code, error.values)
