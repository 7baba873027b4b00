"""What is to be known of a text: counted at once when it is small, in the background when it is large."""

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine import corpus
from gpt_studio.engine.corpus import CorpusFacts
from gpt_studio.engine.repetition import repetition
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui.background import Background, Errand

AT_ONCE = 1_500_000  # characters that are counted in less than 50 ms


class TextStudy(QObject):
    """Counts a text, builds its vocabulary and looks for repetitions.

    Signals:
        counted: Carries the CorpusText, its CorpusFacts and its Tokenizer.
        compared: Carries the CorpusText and its Repetition.
    """

    counted = Signal(object, object, object)
    compared = Signal(object, object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._text: CorpusText | None = None
        self._errands: list[Errand] = []

    def study(self, text: CorpusText) -> bool:
        """Begin; answers for an earlier text are dropped. True when `counted` was told already."""
        self.drop()
        self._text = text
        at_once = len(text.text) <= AT_ONCE
        if at_once:
            self.counted.emit(text, *_count(text.text))
        else:
            self._run("counting a text", lambda: _count(text.text), lambda found: self.counted.emit(text, *found))
        self._run("comparing a text", lambda: repetition(text.text), lambda found: self.compared.emit(text, found))
        return at_once

    def drop(self) -> None:
        """Want no more answers for the text that is being studied."""
        for errand in self._errands:
            errand.cancel()
        self._errands = []

    def _run(self, name: str, work: object, done: object) -> None:
        errand = self._background.run(name, work, done)  # type: ignore[arg-type]
        self._errands.append(errand)


def _count(text: str) -> tuple[CorpusFacts, Tokenizer]:
    return corpus.facts(text), Tokenizer.characters(text)
