"""Keeps what stands beside a text true: its facts, its checks, and whether the chosen model can learn from it."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from gpt_studio.engine.corpus import CorpusFacts
from gpt_studio.engine.judging.repetition import WINDOW, Repetition
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui.parts.corpus.corpus_checks import control_check, length_check, repetition_check
from gpt_studio.gui.parts.corpus.corpus_view import CorpusView
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.text_study import TextStudy


class TextFacts(QObject):
    """Shows on the view what the study finds out, and takes a text that is known for training.

    Args:
        go_to: Shows a place of the text and selects so many characters there.
    """

    def __init__(
        self,
        study: TextStudy,
        view: CorpusView,
        state: StudioState,
        go_to: Callable[[int, int], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._study, self._view, self._side, self._state, self._go_to = study, view, view.side, state, go_to
        self._text: CorpusText | None = None
        self._is_counted = False
        self._repetition: Repetition | None = None
        study.counted.connect(self._show_facts)
        study.compared.connect(self._show_repetition)
        study.measured.connect(lambda _text, found: self._side.show_yardsticks(found))
        state.model_changed.connect(self._show_length)
        self._side.checks.show_repeated_asked.connect(self._show_repeated)

    def show(self, text: CorpusText) -> None:
        """Study a text; of the same one as before the figures stay until there are new ones."""
        if self._text is None or self._text.id != text.id:
            self._side.show_measuring()
            self._is_counted = False
        self._text = text
        self._side.checks.show_check("repeated", None)
        if not self._study.study(text):
            self._side.checks.show_check("control", None)
            if not self._is_counted:
                self._side.show_facts(None)
        self._show_length()

    def clear(self) -> None:
        """No text is shown."""
        self._text = None
        self._study.drop()

    def _show_facts(self, text: CorpusText, facts: CorpusFacts, tokenizer: Tokenizer) -> None:
        self._is_counted = True
        self._side.show_facts(facts)
        self._side.checks.show_check("control", control_check(text.text, facts.control_characters))
        self._state.choose_corpus(text if text.text else None, tokenizer if text.text else None)
        self._show_length()

    def _show_repetition(self, _text: CorpusText, found: Repetition) -> None:
        self._repetition = found
        self._side.checks.show_check("repeated", repetition_check(found))

    def _show_repeated(self) -> None:
        if self._repetition and self._repetition.first is not None:
            self._go_to(self._repetition.first, WINDOW)

    def _show_length(self) -> None:
        """Whether the chosen model can learn from the text; decides about the button and the tick."""
        if self._text is None:
            return
        model = self._state.preset.capitalize() if self._state.preset else self.tr("of your own")
        check = length_check(self._text.text, self._state.model.block_size, model)
        self._side.checks.show_check("length", check)
        fits = check.tone == "good"
        self._view.use.setEnabled(fits)
        self._view.use.setToolTip("" if fits else self._side.checks.words("length") + ".")
        if fits and self._is_counted:
            self._state.tick("corpus")
