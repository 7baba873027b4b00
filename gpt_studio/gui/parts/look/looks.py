"""One look at a time: what the student waits for comes first, what is measured in the background waits."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.events import (
    AttentionSeen,
    EmbeddingsSeen,
    Ending,
    Event,
    HeadRoles,
    HeadsWorth,
    LayersSeen,
    NeuronsSeen,
    Tested,
    WritingBegun,
    Written,
)
from gpt_studio.engine.requests import (
    AttentionRequest,
    EmbeddingsRequest,
    LayersRequest,
    NeuronsRequest,
    Request,
    RolesRequest,
    TestRequest,
    WorthRequest,
    WriteRequest,
)

ANSWERS: dict[type, tuple[type, ...]] = {
    AttentionRequest: (AttentionSeen,),
    LayersRequest: (LayersSeen,),
    RolesRequest: (HeadRoles,),
    WorthRequest: (HeadsWorth,),
    NeuronsRequest: (NeuronsSeen,),
    EmbeddingsRequest: (EmbeddingsSeen,),
    TestRequest: (Tested,),
    WriteRequest: (WritingBegun, Written),
}


@dataclass(frozen=True)
class Wish:
    """What a view wants to know."""

    name: str  # a newer wish of the same name takes this one's place
    request: Request
    run: Path
    step: int  # that the run was at, or is looked at
    urgent: bool = True  # the student waits for it


class Looks(QObject):
    """Hands wishes to the worker, one after the other, and knows which answer belongs to which.

    An urgent wish cuts short what is measured in the background, which then begins anew; it waits for another urgent
    one, but not for an older one of its own name.

    Args:
        may_ask: Whether the page is seen and the visitor's place is free.

    Signals:
        asked: Hand this request to the worker.
    """

    asked = Signal(object)

    def __init__(self, may_ask: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._may_ask = may_ask
        self._waiting: dict[str, Wish] = {}
        self._asked: deque[Wish] = deque()  # under way; each ends once, in this order

    def want(self, wish: Wish) -> None:
        self._waiting.pop(wish.name, None)
        self._waiting[wish.name] = wish
        self.ask()

    def drop(self, *names: str) -> None:
        """Want these no more; without names, nothing at all."""
        for name in names or tuple(self._waiting):
            self._waiting.pop(name, None)

    def is_wanted(self, name: str) -> bool:
        """Whether such a wish waits or is under way."""
        return name in self._waiting or any(wish.name == name for wish in self._asked)

    @property
    def is_urgent(self) -> bool:
        """Whether the student waits for something that could not be asked yet."""
        return any(wish.urgent for wish in self._waiting.values())

    def ask(self) -> None:
        """Hand over the next wish, if there is one and its turn has come."""
        waiting = sorted(self._waiting.values(), key=lambda wish: not wish.urgent)
        if not waiting or not self._may_ask():
            return
        following, busy = waiting[0], self._asked[-1] if self._asked else None
        if busy is not None:
            if not following.urgent or (busy.urgent and busy.name != following.name):
                return
            if not busy.urgent:
                self._waiting.setdefault(busy.name, busy)
        del self._waiting[following.name]
        self._asked.append(following)
        self.asked.emit(following.request)

    def wish_of(self, event: Event) -> Wish | None:
        """Which wish an event answers."""
        return next((wish for wish in self._asked if isinstance(event, ANSWERS[type(wish.request)])), None)

    def end(self, ending: Ending) -> Wish | None:
        """The oldest wish under way has ended; gives it."""
        ended = self._asked.popleft() if self._asked else None
        if ended is not None and ending.kind != "stopped" and self._waiting.get(ended.name) == ended:
            del self._waiting[ended.name]  # it was done before it could be cut short
        return ended
