"""What is asked of the model, by the controls of the page: a text, another one, the same again, one of earlier."""

from dataclasses import dataclass

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.events import Ending
from gpt_studio.engine.keeping.writings import Writing
from gpt_studio.engine.requests import WriteRequest
from gpt_studio.gui.parts.write.authoring import Authoring
from gpt_studio.gui.parts.write.branching import Branching
from gpt_studio.gui.parts.write.keeping import Keeping
from gpt_studio.gui.parts.write.odds import MOST
from gpt_studio.gui.parts.write.prompt_field import PromptField
from gpt_studio.gui.parts.write.repeating import Earlier, Repeating
from gpt_studio.gui.parts.write.sampling_card import SamplingCard
from gpt_studio.gui.parts.write.writing_cards import WritingCards
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import MessageBar, Segmented


@dataclass(frozen=True)
class Controls:
    """What the student sets, and what it is for."""

    prompt: PromptField
    mode: Segmented
    settings: SamplingCard
    texts: WritingCards
    bar: MessageBar


class Asking(QObject):
    """Reads the controls and has texts written; for a repetition it sets them first.

    Args:
        controls: Of the page.
        authoring: Has it written.
        branching: Knows which model wrote a text.
        keeping: Keeps what is left unfinished.

    Signals:
        mode_changed: There are as many texts as were asked for, not as the student had chosen.
    """

    mode_changed = Signal()

    def __init__(
        self,
        state: StudioState,
        controls: Controls,
        authoring: Authoring,
        branching: Branching,
        keeping: Keeping,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._state, self._authoring, self._branching, self._keeping = state, authoring, branching, keeping
        self._controls, self._texts, self._settings = controls, controls.texts, controls.settings
        self._repeating = Repeating(controls.texts, controls.bar, self)
        authoring.whole.connect(self._repeating.compare)

    def write(self) -> None:
        """A text with the settings of now; it takes the place of one that is being written, which is kept."""
        self._keep_unfinished()
        self.follow_step()

    def follow_step(self) -> None:
        """As `write`; what is left unfinished was written for a step that the student has only passed."""
        subject = self._state.subject
        if self._state.run is None or subject is None:
            return
        rows = self._texts.rows_of(self._controls.mode.key == "side")
        request = WriteRequest(
            subject=subject,
            prompt=self._controls.prompt.words,
            samplings=tuple(self._texts.samplings[style] for style in rows.values()),
            length=round(self._settings.length.value),
            seed=self._settings.seed.value(),
            candidates=MOST,
        )
        self._ask(rows, request)

    def write_again(self) -> None:
        """Another text by the same settings: with another seed."""
        self._settings.draw_seed()
        self.write()

    def write_same(self) -> None:
        """The chosen card's text once more, and those that were written beside it."""
        chosen = self._texts.card.tree
        if chosen is None:
            return
        trees = {style: card.tree for style, card in self._texts.cards.items() if card.tree}
        first = {style: tree.first for style, tree in trees.items() if tree.first.request is chosen.first.request}
        request = replace(chosen.first.request, subject=self._branching.subject_of(chosen.first))
        earlier = Earlier({style: branch.text for style, branch in first.items()}, chosen.first.step)
        self._repeat({branch.row: style for style, branch in first.items()}, request, earlier)

    def write_earlier(self, writing: Writing) -> None:
        """An earlier text once more, by the model of then where its weights are kept."""
        run = self._state.run
        if run is None:
            return
        rows = {one.row: one.style for one in writing.texts if one.style in self._texts.cards}
        if len(rows) > 1:
            self._controls.mode.set("side")
            self.mode_changed.emit()
        elif rows:
            self._texts.choose(*rows.values())
        request = writing.request(run.path, writing.step if writing.step in run.kept else None, MOST)
        self._repeat(rows, request, Earlier({one.style: one.text for one in writing.texts}, writing.step))

    def _repeat(self, rows: dict[int, str], request: WriteRequest, earlier: Earlier) -> None:
        """Put what was asked for back into the controls, and ask for it again."""
        self._keep_unfinished()
        self._controls.prompt.set_words(request.prompt)
        self._settings.length.set(request.length)
        self._settings.seed.setValue(request.seed)
        self._texts.set_samplings({style: request.samplings[row] for row, style in rows.items()})
        self._ask(rows, request)
        self._repeating.expect(earlier)

    def _keep_unfinished(self) -> None:
        """What comes of the present writing from now on is not shown any more."""
        if self._authoring.is_busy:
            self._keeping.keep(Ending(kind="stopped"))

    def _ask(self, rows: dict[int, str], request: WriteRequest) -> None:
        self._controls.bar.clear()
        self._branching.drop()
        self._repeating.expect(None)
        self._controls.prompt.remember(request.prompt)
        self._authoring.write(rows, request)
