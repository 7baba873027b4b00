"""Pick another: what else could have stood there takes its place, and the text branches off in its card."""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.events import WritingBegun
from gpt_studio.engine.requests import Subject, WriteRequest
from gpt_studio.gui import messages
from gpt_studio.gui.parts.write.sampling_card import SamplingCard
from gpt_studio.gui.parts.write.writing_card import WritingCard
from gpt_studio.gui.parts.write.writing_cards import WritingCards
from gpt_studio.gui.parts.write.writing_tree import Branch, Trees, WritingTree, parting
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import MessageBar


@dataclass(frozen=True)
class _Wish:
    """A token to be picked as soon as the present writing is over."""

    card: WritingCard
    branch: Branch
    place: int
    id: int


class Branching(QObject):
    """Has branches written, and goes back and forth between those that are.

    Args:
        state: Its run is what the texts are by.
        texts: The cards; picked is in the chosen one.
        settings: Seed and length of a branch.
        bar: Where it tells what waits, and what differs.
        is_busy: Whether something is being written, or may still come of it.

    Signals:
        write_asked: Carries the WriteRequest of a branch.
        stop_asked: The present writing shall end, for a branch to begin.
    """

    write_asked = Signal(object)
    stop_asked = Signal()

    def __init__(
        self,
        state: StudioState,
        texts: WritingCards,
        settings: SamplingCard,
        bar: MessageBar,
        is_busy: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._is_busy = is_busy
        self._state, self._texts, self._settings, self._bar = state, texts, settings, bar
        self._wish: _Wish | None = None
        for card in texts.cards.values():
            card.branches.chosen.connect(self._shows(card))
            card.output.back_asked.connect(self.back)
            card.output.forward_asked.connect(self.forward)

    # Picking

    def pick(self, id: int) -> None:
        """Have a token stand at the chosen place of the chosen card; while a text is being written, after that."""
        card = self._texts.card
        place = card.output.chosen_index
        if card.tree is None or place is None:
            return
        wish = _Wish(card, card.tree.shown, place, id)
        if self._is_busy():
            self._wish = wish
            told = self.tr("The text branches off here as soon as what is being written is whole.")
            self._bar.tell("accent", told, self.tr("Stop that and begin"), self.stop_asked.emit)
        else:
            self._grant(wish)

    def go_on(self) -> None:
        """The writing is over: what waited for it begins."""
        if self._wish:
            wish, self._wish = self._wish, None
            self._bar.clear()
            self._grant(wish)

    def drop(self) -> None:
        """Want no branch any more: other texts take the place of these."""
        self._wish = None

    def _grant(self, wish: _Wish) -> None:
        tree = wish.card.tree
        if tree is None or wish.branch not in tree.branches:
            return
        tree.show(wish.branch)
        request = tree.pick(wish.place, wish.id, self._request(wish))
        wish.card.show_branch(wish.place)
        if request is None or self._texts.style_key != wish.card.style_key:
            self._texts.choose(wish.card.style_key)
        if request:
            self._texts.begin_branch(wish.card.style_key)
            self.write_asked.emit(request)

    def _request(self, wish: _Wish) -> WriteRequest:
        """By the settings of now; the model and what came before are those of the text."""
        tree = wish.card.tree
        assert tree is not None
        first = tree.first
        samplings = list(first.request.samplings)
        samplings[first.row] = self._texts.samplings[wish.card.style_key]
        length, done = round(self._settings.length.value), wish.place + 1
        return replace(
            first.request,
            subject=self.subject_of(first),
            samplings=tuple(samplings),
            seed=self._settings.seed.value(),
            length=length if length > done else done + length,  # where the text would end here, it goes on for as long
        )

    def subject_of(self, first: Branch) -> Subject:
        """The model that wrote the text; where its weights were not kept, the model as it is now."""
        run, subject = self._state.run, first.request.subject
        if run is not None and subject.step is None and first.step in run.kept:
            return replace(subject, step=first.step)
        return subject

    # The writing of a branch

    def hear(self, begun: WritingBegun) -> None:
        """Say where the beginning of a text and its branch are by different models."""
        first = self._texts.growing_first
        if first is not None and None not in (first.step, begun.step) and first.step != begun.step:
            told = self.tr("The model has learnt on: the text is of step {then}, its branch of step {now}.")
            then, now = messages.count(first.step or 0), messages.count(begun.step or 0)
            self._bar.tell("warn", told.format(then=then, now=now))

    # Going back

    def back(self) -> None:
        """Show what the chosen card showed before: another branch, or the text before this one."""
        self._go(lambda way: way.back())

    def forward(self) -> None:
        """The other way."""
        self._go(lambda way: way.forward())

    def _go(self, step: Callable[[WritingTree | Trees], bool]) -> None:
        card = self._texts.card
        if card.tree is None:
            return
        before = card.tree.shown
        if step(card.tree):
            self._present(card, before)
        elif not self._is_busy() and step(card.trees):
            card.show_branch(card.tree.shown.place)
            self._texts.choose(card.style_key)
            self._tell_which(card.tree.first)

    def _tell_which(self, first: Branch) -> None:
        told = self.tr("Here again: the text that was written at step {step} with the seed {seed}.")
        if first.step is not None:
            self._bar.tell("accent", told.format(step=messages.count(first.step), seed=first.request.seed))

    def _shows(self, card: WritingCard) -> Callable[[Branch], None]:
        def show(branch: Branch) -> None:
            assert card.tree is not None
            before = card.tree.shown
            card.tree.show(branch)
            self._present(card, before)

        return show

    def _present(self, card: WritingCard, before: Branch) -> None:
        """Show another text of a card, at the place where it parts from the one before."""
        assert card.tree is not None
        card.show_branch(parting(before, card.tree.shown))
        self._texts.choose(card.style_key)
