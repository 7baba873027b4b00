"""Offers what was typed the last time and could not be saved in its place."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from gpt_studio.engine.texts import drafts
from gpt_studio.engine.texts.drafts import Draft
from gpt_studio.gui.parts.corpus.texts import Texts
from gpt_studio.gui.widgets.basics import MessageBar


class DraftOffer(QObject):
    """Looks for drafts at the start and tells of them, one after the other; what is not taken waits until next time.

    Args:
        restore: Puts a draft into its text; once that is saved, the draft is gone.
    """

    def __init__(self, texts: Texts, bar: MessageBar, restore: Callable[[Draft], None], parent: QObject) -> None:
        super().__init__(parent)
        self._texts, self._bar, self._restore = texts, bar, restore
        self._waiting: list[Draft] = []
        texts.listed.connect(self._look)

    def _look(self) -> None:
        """Once it is known which texts there are, look beside the window."""
        if not self._texts.is_listed:
            return
        self._texts.listed.disconnect(self._look)
        self._texts.background.run("looking for drafts", drafts.waiting, self._take)

    def _take(self, found: list[Draft]) -> None:
        self._waiting = found
        self._offer()

    def _offer(self) -> None:
        if self._waiting:
            words = self.tr("“{title}” could not be saved last time. A draft of what you typed is here.")
            told = words.format(title=self._waiting[0].title)
            self._bar.tell("warn", told, self.tr("Bring it back"), self._bring_back)

    def _bring_back(self) -> None:
        self._restore(self._waiting.pop(0))
        self._offer()
