"""The series as the window keeps them: what several runs together were made for."""

from collections import defaultdict
from collections.abc import Iterable

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments import series as records
from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.engine.experiments.series import Series
from gpt_studio.gui import messages
from gpt_studio.gui.state import StudioState


class SeriesShelf(QObject):
    """Reads and writes them, and renews what the state says of them.

    Signals:
        told: tone, words, button or "", what the button does or None.
    """

    told = Signal(str, str, str, object)

    def __init__(self, state: StudioState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state

    def refresh(self) -> None:
        """Read all anew."""
        self._state.set_series(records.read_all())

    def write(self, series: Series) -> bool:
        """Keep a new or changed one; tells whether that could be done."""
        try:
            records.write(series)
        except StudioError as error:
            self._tell(error)
            return False
        others = [other for other in self._state.series if other.id != series.id]
        self._state.set_series(sorted([series, *others], key=lambda each: each.created, reverse=True))
        return True

    def settle(self, entries: Iterable[Entry]) -> None:
        """Note where runs of a series lie, and give each a copy of it that is there by now."""
        places = defaultdict[str, dict[str, str]](dict)
        for entry in entries:
            places[entry.order.series][entry.order.role] = str(entry.run)
        for series in [each for each in self._state.series if each.id in places]:
            self.write(replace(series, runs=series.runs | places[series.id]))

    def forget(self, id: str) -> None:
        """Its runs stay what they are."""
        try:
            records.delete(id)
        except StudioError as error:
            self._tell(error)
            return
        self._state.set_series([each for each in self._state.series if each.id != id])

    def _tell(self, error: StudioError) -> None:
        self.told.emit("bad", messages.sentence(error.code, error.values), "", None)
