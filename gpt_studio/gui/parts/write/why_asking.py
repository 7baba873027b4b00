"""Asks the worker why a token was written, when the writer rests and the student has stopped at a token."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from gpt_studio.engine.events import Ending, Event
from gpt_studio.engine.inside.seen import WhySeen
from gpt_studio.engine.requests import WhyRequest
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.state import StudioState, Visit

ASK_AFTER_MS = 120  # so that arrow keys run over characters without asking of each


class WhyAsking(QObject):
    """One question at a time, the newest; a visitor at work is never put out for it.

    Args:
        state: Its visit tells whether the visitor's place is free.
        is_seen: Whether a page is looked at that shows the answer.

    Signals:
        asked: Carries a WhyRequest.
        answered: What was told of the newest question; carries a WhySeen.
        waits: Why there is no answer yet; carries a sentence.
    """

    asked = Signal(object)
    answered = Signal(object)
    waits = Signal(str)

    def __init__(self, state: StudioState, is_seen: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._is_seen = state, is_seen
        self._wanted: WhyRequest | None = None
        self._answered: WhyRequest | None = None
        self._under_way: WhyRequest | None = None
        self._timer = QTimer(self, objectName="why", singleShot=True, interval=ASK_AFTER_MS)
        self._timer.timeout.connect(self._ask)
        state.visit_changed.connect(self.renew)

    def want(self, request: WhyRequest | None) -> None:
        """Want to know this from now on; None: nothing."""
        if request != self._wanted:
            self._wanted = request
            self._answered = None
        self.renew()

    def renew(self) -> None:
        """Ask what is still to be asked, as soon as that can be."""
        if self._wanted is None or self._wanted == self._answered or not self._is_seen():
            self._timer.stop()
        elif self._state.visit is Visit.NONE:
            self._timer.start()
        elif self._under_way is None:
            self.waits.emit(tr("This is looked up as soon as the text is written."))

    def _ask(self) -> None:
        if self._state.visit is Visit.NONE and self._wanted is not None:
            self._under_way = self._wanted
            self.asked.emit(self._wanted)

    def take(self, event: Event) -> None:
        if isinstance(event, WhySeen) and self._under_way == self._wanted is not None:
            self._answered = self._wanted
            self.answered.emit(event)

    def ended(self, ending: Ending) -> None:
        """The question under way is over."""
        asked, self._under_way = self._under_way, None
        if ending.kind == "failed" and asked == self._wanted:
            self._answered = asked
            self.waits.emit(messages.sentence(ending.code, ending.values))
        self.renew()
