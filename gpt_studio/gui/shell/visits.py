"""The visitor's place at the worker: who asked for the visit under way, and where what it tells goes."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from gpt_studio.engine.events import Ending, Event
from gpt_studio.engine.requests import ProbeRequest
from gpt_studio.gui.state import StudioState, Visit


class Visits(QObject):
    """Begins visits for the pages and keeps `visit` true; the newest takes the place of the one under way.

    Args:
        state: Its `visit` is kept here.
        desk: The front desk.
        page: Gives a page by its name.
    """

    def __init__(
        self, state: StudioState, desk: Any, page: Callable[[str], Any], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state, self._desk, self._page = state, desk, page
        self._asked: dict[int, tuple[str, Visit]] = {}  # by ticket
        self._newest = 0

    def measure(self, anew: bool = False) -> None:
        request = ProbeRequest(vocab_size=self._state.vocab_size, anew=anew)
        self._begin("hardware", Visit.MEASURING, request)

    def measure_anew(self) -> None:
        """As the student asked: how runs are best computed here is decided anew, too."""
        self.measure(anew=True)

    def write(self, request: object) -> None:
        self._begin("write", Visit.WRITING, request)

    def test(self, request: object) -> None:
        self._begin("generalize", Visit.TESTING, request)

    def look(self, request: object) -> None:
        self._begin("look", Visit.LOOKING, request)

    def explain(self, request: object) -> None:
        """Look, for the page of writing."""
        self._begin("write", Visit.LOOKING, request)

    def stop(self) -> None:
        if self._newest in self._asked:
            self._desk.stop(self._newest)

    def _begin(self, page: str, visit: Visit, request: object) -> None:
        self._newest = self._desk.begin(request)  # whoever visits now is stopped by the worker, and its end told
        self._asked[self._newest] = (page, visit)
        self._state.set_visit(visit)

    # What the worker says

    def hear(self, ticket: int, events: list[Event]) -> None:
        if ticket in self._asked:
            self._page(self._asked[ticket][0]).receive(events)

    def end(self, ticket: int, ending: Ending) -> None:
        if ticket in self._asked:
            page, _ = self._asked.pop(ticket)
            if ticket == self._newest:
                self._state.set_visit(Visit.NONE)
            self._page(page).visit_ended(ending)
