"""What stands beside the open run's curve: other runs, lines to compare with, and the doctor's word."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.train.compared_curves import ComparedCurves
from gpt_studio.gui.parts.train.curves import OtherCurve
from gpt_studio.gui.parts.train.doctor_strip import RunDoctor
from gpt_studio.gui.parts.train.loss_card import LossCard
from gpt_studio.gui.parts.train.run_list import RunList
from gpt_studio.gui.parts.train.run_references import RunReferences, best_earlier
from gpt_studio.gui.state import Phase, StudioState


class ChartCompany(QObject):
    """Reads it beside the window and puts it into the loss card.

    Args:
        state: Says which run is open.
        card: Where it is shown.
        runs: Says which runs are compared.
        training: Gives the run in training.
    """

    def __init__(
        self, state: StudioState, card: LossCard, runs: RunList, training: Callable[[], OpenRun | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._state, self._card, self._runs, self._training = state, card, runs, training
        self.curves, self._references, self._doctor = ComparedCurves(self), RunReferences(self), RunDoctor()
        self.curves.arrived.connect(self.show_compared)
        runs.compared_changed.connect(self.show_compared)
        self._references.arrived.connect(self.show_references)
        state.runs_changed.connect(self.show_references)

    def show_compared(self) -> None:
        others = []
        for row in self._runs.compared:
            losses = self.curves.get(row.path)
            if losses and len(losses[0]):
                others.append(OtherCurve(row.name, *losses, other_text=row.other_text))
        self._card.show_others(others)

    def show_references(self) -> None:
        """Lines to compare the loss with; what is not measured yet comes later."""
        run = self._state.run
        found = self._references.get(run) if run else None
        earlier = best_earlier(run, self._state.runs) if run else None
        self._card.plot.show_references(found.yardsticks if found else None, earlier)
        self.ask_doctor()

    def ask_doctor(self) -> None:
        """What the curve of the open run says about it."""
        run = self._state.run
        known = self._references.get(run) if run else None
        trains = run is not None and run is self._training() and self._state.phase is not Phase.IDLE
        self._card.doctor.show_finding(self._doctor.finding(run, known), trains, self._card.plot.scale_now)
