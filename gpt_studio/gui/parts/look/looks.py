"""One look at a time: what the student waits for comes first, what is measured in the background waits."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.events import Ending, Event, Tested, WritingBegun, Written
from gpt_studio.engine.inside.seen import (
    AttentionSeen,
    CostSeen,
    EmbeddingsSeen,
    GradientsSeen,
    HeadRoles,
    HeadsWorth,
    LayersSeen,
    NeuronsSeen,
)
from gpt_studio.engine.requests import (
    AttentionRequest,
    CostRequest,
    EmbeddingsRequest,
    GradientsRequest,
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
    GradientsRequest: (GradientsSeen,),
    CostRequest: (CostSeen,),
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
    one. A wish always takes the place of an older one of its own name.

    Args:
        may_ask: Whether the page is seen and the visitor's place is free.

    Signals:
        asked: Hand this request to the worker.
        answered: A wish and what was told of it.
    """

    asked = Signal(object)
    answered = Signal(object, object)

    def __init__(self, may_ask: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._may_ask = may_ask
        self._waiting: dict[str, Wish] = {}
        self._asked: deque[Wish] = deque()  # under way; each ends once, in this order
        self._shown: dict[str, Wish] = {}  # by name, what was answered last

    def want(self, wish: Wish) -> bool:
        """Want to know something, unless it is known or asked already; True when it is new."""
        under_way = (self._waiting.get(wish.name), self._asked[-1] if self._asked else None)
        if any(each is not None and each.request == wish.request for each in under_way):
            return False
        self._waiting.pop(wish.name, None)
        shown = self._shown.get(wish.name)
        if shown is not None and shown.request == wish.request:
            return False
        self._waiting[wish.name] = wish
        self.ask()
        return True

    def forget(self) -> None:
        """What is shown is out of date: it will be asked anew when it is wanted."""
        self._shown.clear()

    def drop(self) -> None:
        """Want nothing more of what has been wanted; answers that still come belong to nothing that is shown."""
        self._waiting.clear()
        self._shown.clear()

    def shown(self, name: str) -> Wish | None:
        """What was asked for what is shown."""
        return self._shown.get(name)

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
        if busy is not None and busy.name != following.name:
            if busy.urgent or not following.urgent:
                return
            self._waiting.setdefault(busy.name, busy)
        del self._waiting[following.name]
        self._asked.append(following)
        self.asked.emit(following.request)

    def take(self, event: Event) -> None:
        """Find the wish that an event answers."""
        wish = next((wish for wish in self._asked if isinstance(event, ANSWERS[type(wish.request)])), None)
        if wish is not None:
            self._shown[wish.name] = wish
            self.answered.emit(wish, event)

    def end(self, ending: Ending) -> Wish | None:
        """The oldest wish under way has ended; gives it."""
        ended = self._asked.popleft() if self._asked else None
        if ended is not None and ending.kind != "stopped" and self._waiting.get(ended.name) == ended:
            del self._waiting[ended.name]  # it was done before it could be cut short
        if ended is not None and ending.kind == "stopped" and self._shown.get(ended.name) == ended:
            del self._shown[ended.name]  # more might have been told: it is asked anew when it is wanted
        return ended
