"""The queue as the window works on it: what is put in, and what is done with it."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments.run_queue import Entry, Order, RunQueue
from gpt_studio.engine.experiments.series import Series
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.shell.series_shelf import SeriesShelf
from gpt_studio.gui.state import StudioState

_Done = TypeVar("_Done")


class QueueRunner(QObject):
    """Answers what a student wishes of the queue.

    Signals:
        told: tone, words, button or "", what the button does or None.
    """

    told = Signal(str, str, str, object)

    def __init__(self, state: StudioState, series: SeriesShelf, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._series = state, series
        self._queue = RunQueue()

    def refresh(self) -> None:
        """See what waits; another window may have changed it."""
        self._queue.refresh()
        self._show()

    def add(self, orders: Iterable[Order]) -> list[Entry]:
        """Put runs at the end of the queue; an empty list when that could not be done."""
        return self._try(lambda: self._queue.add(orders)) or []

    def order(self, series: Series, orders: list[Order]) -> None:
        """Put the runs of a series into the queue, and keep the series with their folders."""
        if not self._series.write(series):
            return
        if entries := self.add(replace(order, series=series.id) for order in orders):
            runs = {entry.order.role: str(entry.run) for entry in entries}
            self._series.write(replace(series, runs=series.runs | runs))

    def move(self, id: str, place: int) -> None:
        self._try(lambda: self._queue.move(id, place))

    def remove(self, id: str) -> None:
        """Take a run out of the queue; it can be put back."""
        if gone := self._try(lambda: self._queue.remove(id)):
            words = tr("{name} is out of the queue.").format(name=gone[0].name)
            self.told.emit("accent", words, tr("Undo"), lambda: self._try(lambda: self._queue.put_back(*gone)))

    def hold(self, held: bool) -> None:
        self._try(lambda: self._queue.hold(held))

    def clear(self) -> None:
        self._try(self._queue.clear_ended)

    def close(self) -> None:
        """The program ends; what is ahead is gone on with at its next start."""
        self._queue.close()

    def _try(self, change: Callable[[], _Done]) -> _Done | None:
        try:
            done = change()
        except StudioError as error:
            self.told.emit("bad", messages.sentence(error.code, error.values), "", None)
            done = None
        except KeyError:  # it is gone already
            done = None
        self._show()
        return done

    def _show(self) -> None:
        self._state.set_queue(self._queue.entries, self._queue.held, self._queue.is_ours)
