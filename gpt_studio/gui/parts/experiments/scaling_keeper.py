"""Looks after scalings: makes plans beside the window, begins them, and orders the next larger model."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine import hardware
from gpt_studio.engine.experiments import record, scaling, scaling_record
from gpt_studio.engine.experiments.run_queue import Order
from gpt_studio.engine.experiments.scaling import Plan
from gpt_studio.engine.experiments.scaling_record import Notes
from gpt_studio.engine.experiments.series import Series
from gpt_studio.gui.parts.experiments.series_keeper import Manner, SeriesKeeper
from gpt_studio.gui.state import StudioState


class Wanted(NamedTuple):
    """What a plan is asked for: a text as `record.text_of` takes it, and minutes."""

    text: str
    minutes: float


def _order(series: Series, notes: Notes, places: Sequence[int]) -> list[Order]:
    return scaling_record.orders(notes, places, scaling_record.text_again(series, notes), series.id)


_MANNER = Manner(
    kind="scaling",
    notes_of=scaling_record.notes_of,
    with_outcomes=scaling_record.with_outcomes,
    missing=scaling_record.missing,
    role_of=scaling_record.role_of,
    order=_order,
)


class ScalingKeeper(SeriesKeeper):
    """As every keeper of a series; plans, too.

    Signals:
        planned(Wanted, object): The Plan that was asked for; None where none fits.
    """

    planned = Signal(object, object)

    def __init__(self, state: StudioState, parent: QObject) -> None:
        super().__init__(state, _MANNER, parent)

    def plan(self, wanted: Wanted) -> None:
        """Read the text, look at the free memory, and choose the sizes."""
        probes, ready = [*self.state.probes], self.state.ready

        def choose() -> Plan | None:
            facts = scaling_record.facts_of(record.text_of(wanted.text))
            free = hardware.read().free_to_train(on_gpu=ready is not None and ready.device != "cpu")
            return scaling.plan(probes, wanted.minutes, facts, free)

        self.background.run(
            "plan of a scaling", choose, done=lambda plan: self.planned.emit(wanted, plan), failed=self.fail
        )

    def begin(self, plan: Plan, text: str) -> None:
        """Make a series of a plan, and order its runs."""

        def prepare() -> tuple[Series, list[Order]]:
            known = record.text_of(text)
            series = scaling_record.begun(plan, known, text)
            notes = scaling_record.notes_of(series)
            assert notes is not None
            return series, scaling_record.orders(notes, range(len(plan.sizes)), known, series.id)

        def order(prepared: tuple[Series, list[Order]]) -> None:
            self.order_asked.emit(*prepared)
            self.begun.emit(prepared[0].id)

        self.background.run("scaling", prepare, done=order, failed=self.fail)

    def train_next(self, id: str) -> None:
        """Note what the law foretells of the next larger model, and order it."""
        found = self.find(id)
        size = scaling_record.next_of(found[1]) if found else None
        if found is None or size is None or self.is_busy(id):
            return
        notes = scaling_record.with_next(found[1], size)
        self.order(found[0], notes, [len(notes.sizes) - 1], scaling_record.with_notes(found[0], notes))
