"""The series as the window keeps them: what several runs together were made for."""

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments import series as records
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
