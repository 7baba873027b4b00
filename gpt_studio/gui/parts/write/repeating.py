"""The same again: a text is written once more, and the two are compared letter by letter."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from gpt_studio.engine.events import Ending
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.write.writing_cards import WritingCards
from gpt_studio.gui.widgets.basics import MessageBar


@dataclass(frozen=True)
class Earlier:
    """What is to come again."""

    texts: dict[str, str]  # by style, without the prompt; as far as they got then
    step: int | None  # of the model that wrote them


class Repeating(QObject):
    """Says of a repetition, as soon as it is whole, whether it is one.

    Args:
        texts: The cards that it is written into.
        bar: Where it is told.
    """

    def __init__(self, texts: WritingCards, bar: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._texts, self._bar = texts, bar
        self._earlier: Earlier | None = None

    def expect(self, earlier: Earlier | None) -> None:
        """What the next text is a repetition of; None: of nothing."""
        self._earlier = earlier

    def compare(self, ending: Ending) -> None:
        """The text is whole."""
        earlier, self._earlier = self._earlier, None
        if earlier is None or ending.kind != "done":
            return
        branches = {card.style_key: branch for card, branch in self._texts.grown()}
        pairs = [(text, branches[style].text) for style, text in earlier.texts.items() if style in branches]
        places = [place for place in (_parting(*pair) for pair in pairs) if place is not None]
        if not places:
            letters = messages.count(sum(len(text) for text, _ in pairs))
            self._bar.tell("good", tr("The same again, letter for letter: {n} characters.").format(n=letters))
            return
        step = next(iter(branches.values())).step
        told = tr("Not the same from character {place} on, though the model, the settings and the seed are.")
        if step != earlier.step and None not in (step, earlier.step):
            told = tr("Not the same from character {place} on: the model was at step {then}, now it is at step {now}.")
        then, now = messages.count(earlier.step or 0), messages.count(step or 0)
        self._bar.tell("warn", told.format(place=messages.count(min(places) + 1), then=then, now=now))


def _parting(earlier: str, now: str) -> int | None:
    """Where a text is not what it was; one that was stopped then may go on now."""
    if now.startswith(earlier):
        return None
    return next((place for place, (a, b) in enumerate(zip(earlier, now, strict=False)) if a != b), len(now))
