"""Has texts written, and asked why: what was asked of the worker, and what comes of it."""

from collections import deque

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine import clock
from gpt_studio.engine.events import Ending, Event, WritingBegun, Written
from gpt_studio.engine.inside.seen import LeakSeen, WhySeen
from gpt_studio.engine.requests import LeakRequest, WhyRequest, WriteRequest
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.write.why_asking import WhyAsking
from gpt_studio.gui.parts.write.writing_cards import WritingCards
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import MessageBar

FIGURES_EVERY_S = 1.0


class Authoring(QObject):
    """Knows what is under way, puts what is written into the cards, and says when a text is whole.

    Args:
        texts: The cards that the texts go to.
        why: Its questions are asked here, for their ends come in the order of asking, as those of texts do.
        bar: Where it tells what went wrong.

    Signals:
        write_asked: Carries a WriteRequest.
        why_asked: Carries a WhyRequest or a LeakRequest.
        leak_seen, leak_ended: What came of a LeakRequest, and its end; carry a LeakSeen, and an Ending.
        begun: A text begins; carries its WritingBegun.
        whole: Nothing more comes of what was asked, and nothing else is under way; carries the Ending.
        rated: How fast it goes, in words.
    """

    write_asked = Signal(object)
    why_asked = Signal(object)
    begun = Signal(object)
    whole = Signal(object)
    rated = Signal(str)
    leak_seen = Signal(object)
    leak_ended = Signal(object)

    def __init__(
        self, state: StudioState, texts: WritingCards, why: WhyAsking, bar: MessageBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._state, self._texts, self._why, self._bar = state, texts, why, bar
        self._asked = 0  # writings under way; each ends once, in the order of asking
        self._visits: deque[str] = deque()  # what was asked of the worker, "text", "why" or "leak", oldest first
        self._begun_s = self._shown_s = 0.0
        self.written_step: int | None = None  # that the window showed when what is shown was written

    @property
    def is_busy(self) -> bool:
        """Whether something is being written, or may still come of it."""
        return self._asked > 0

    def write(self, rows: dict[int, str], request: WriteRequest) -> None:
        """Have a new text written in the cards of some styles, by row."""
        run = self._state.run
        assert run is not None
        self._texts.begin(rows, request, run.record.model.vocab_size)
        self.written_step = self._state.step
        self.ask(request)

    def ask(self, request: WriteRequest) -> None:
        """Ask for texts that the cards know of, or for a branch of one."""
        self.rated.emit("")
        self._begun_s = self._shown_s = clock.now()
        self._asked += 1
        self._visits.append("text")
        self.write_asked.emit(request)

    def ask_why(self, request: WhyRequest) -> None:
        self._visits.append("why")
        self.why_asked.emit(request)

    def ask_leak(self, request: LeakRequest) -> None:
        self._visits.append("leak")
        self.why_asked.emit(request)

    def receive(self, events: list[Event]) -> None:
        """Show what the writing told, oldest first; of one that has been replaced, nothing."""
        for event in events:
            if isinstance(event, WhySeen):
                self._why.take(event)
            elif isinstance(event, LeakSeen):
                self.leak_seen.emit(event)
        if self._asked > 1:
            return
        for event in events:
            if isinstance(event, WritingBegun):
                self._texts.take_begun(event)
                self.begun.emit(event)
                if self._texts.growing_first is None:  # of a branch it was told before
                    self._tell_unknown(event.unknown)
        written = [event for event in events if isinstance(event, Written)]
        if written:
            self._texts.add(written)
            self._rate()
            self._state.tick("write")

    def visit_ended(self, ending: Ending) -> None:
        """A writing is over, for whatever reason, or a question."""
        visit = self._visits.popleft() if self._visits else "text"
        if visit == "why":
            self._why.ended(ending)
        elif visit == "leak":
            self.leak_ended.emit(ending)
        else:
            self._writing_ended(ending)

    def _writing_ended(self, ending: Ending) -> None:
        self._asked = max(0, self._asked - 1)
        if self._asked:
            return  # another has taken its place
        self._texts.end()
        self._texts.settle()
        self._rate(at_last=True)
        self.whole.emit(ending)
        if ending.kind == "failed":
            self._bar.tell("bad", messages.sentence(ending.code, ending.values))

    def _tell_unknown(self, unknown: tuple[str, ...]) -> None:
        if unknown:
            told = tr("The model has never seen: {characters}. They were left out.")
            if len(unknown) == 1:
                told = tr("The model has never seen: {characters}. It was left out.")
            self._bar.tell("warn", told.format(characters=messages.quoted(unknown)))

    def _rate(self, at_last: bool = False) -> None:
        now = clock.now()
        if not at_last and now - self._shown_s < FIGURES_EVERY_S:
            return
        self._shown_s = now
        written = self._texts.tokens_written
        if written and now > self._begun_s:
            per_second = messages.count(written / (now - self._begun_s))
            self.rated.emit(tr("{number} tokens/s").format(number=per_second))
