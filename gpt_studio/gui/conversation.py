"""Between the window and the worker: wishes become requests, reports go to whoever asked.

It is handed the front desk and the pages and imports neither, so a test can talk to it with a desk of its own.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.dial import LessonPlan
from gpt_studio.engine.events import Ending, Event, Ready
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.shell.follower import Follower
from gpt_studio.gui.shell.queue_runner import QueueRunner
from gpt_studio.gui.shell.rescue import Rescue, start_anew
from gpt_studio.gui.shell.run_care import RunCare
from gpt_studio.gui.shell.run_shelf import RunShelf
from gpt_studio.gui.shell.run_wishes import RunWishes
from gpt_studio.gui.shell.series_shelf import SeriesShelf
from gpt_studio.gui.shell.training_slot import TrainingSlot
from gpt_studio.gui.shell.visits import Visits
from gpt_studio.gui.state import Phase, StudioState, Visit

log = logging.getLogger(__name__)


class Conversation(QObject):
    """Knows every ticket: begins jobs, keeps `phase` and `visit` true, opens and puts away runs.

    Signals:
        told: Something for the whole window: tone, words, button or "", what the button does or None.
        training_changed: Another run is in training, or none; carries an OpenRun or None.
        unforeseen: A job failed as nobody expected; carries the details.
        page_asked: A page is to be shown; carries its name.
        library_asked: The library of runs is to be shown.
        closed: The worker's thread is gone.
    """

    told = Signal(str, str, str, object)
    training_changed = Signal(object)
    unforeseen = Signal(str)
    page_asked = Signal(str)
    library_asked = Signal()
    closed = Signal()

    def __init__(
        self, state: StudioState, desk: Any, page: Callable[[str], Any], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.state, self.shelf = state, RunShelf(state, self)
        self.care = RunCare(state, self.shelf, lambda: self.training, self)
        self.slot = TrainingSlot(state, desk, self.shelf, page, self)
        self._desk = desk
        self._is_measured = False
        self.visits = Visits(state, desk, page, self)
        self.rescue, self.follower = Rescue(self), Follower(state, self.shelf, self)
        self.runs = RunWishes(state, self.shelf, self.care, self.follower, lambda: self.training, page, self)
        self.series = SeriesShelf(state, self)
        self.queue = QueueRunner(state, self.slot, self.shelf, self.series, page, self)
        for teller in (self.slot, self.runs, self.queue, self.series, self.rescue, self.follower):
            teller.told.connect(self.told)
        for asker in (self.runs, self.queue):
            asker.page_asked.connect(self.page_asked)
        self.slot.problem.connect(self.runs.tell_problem)
        self.slot.changed.connect(self._follow_training)
        self.slot.noticed.connect(self.rescue.hear)
        self.slot.ended.connect(self._look_after)
        self.rescue.elsewhere_asked.connect(self.slot.save_elsewhere)
        self.rescue.restart_asked.connect(self._restart)
        desk.ready.connect(self._greet)
        desk.broken.connect(self._mourn)
        desk.reported.connect(self._pass_on)
        desk.ended.connect(self._end)
        desk.closed.connect(self.queue.close)
        desk.closed.connect(self.closed)

    @property
    def training(self) -> OpenRun | None:
        return self.slot.run

    def attach(self, name: str, page: Any) -> None:
        """Listen to the wishes of a page that has just been made."""
        visits, runs, slot, queue = self.visits, self.runs, self.slot, self.queue
        wishes: dict[str, dict[str, Callable[..., object]]] = {
            "hardware": {
                "measure_asked": visits.measure_anew,
                "stop_asked": visits.stop,
                "use_asked": self.use_preset,
                "plan_asked": self.use_plan,
            },
            "train": {
                "start_asked": slot.start,
                "queue_asked": queue.add_next_run,
                "pause_asked": slot.pause,
                "go_on_asked": slot.go_on,
                "stop_asked": slot.stop,
                "step_asked": slot.step,
                "open_asked": runs.open,
                "resume_asked": slot.resume,
                "fork_asked": slot.fork,
                "rename_asked": runs.rename,
                "delete_asked": runs.delete,
                "library_asked": self.library_asked.emit,
            },
            "write": {"write_asked": visits.write, "why_asked": visits.explain, "stop_asked": visits.stop},
            "generalize": {"test_asked": visits.test, "read_asked": visits.test, "stop_asked": visits.stop},
            "look": {"look_asked": visits.look},
            "experiments": {
                "order_asked": queue.order,
                "series_asked": self.series.write,
                "forget_asked": self.series.forget,
                "open_asked": runs.show,
                "stop_asked": slot.stop,
                "move_asked": queue.move,
                "remove_asked": queue.remove,
                "again_asked": queue.try_again,
                "hold_asked": queue.hold,
                "clear_asked": queue.clear,
                "refresh_asked": queue.refresh,
            },
        }
        for wish, answer in wishes.get(name, {}).items():
            getattr(page, wish).connect(answer)

    def _follow_training(self, run: OpenRun | None) -> None:
        if run is not None and self.state.run is run:  # what another program does elsewhere is not shown any more
            self.follower.stop()
        self.training_changed.emit(run)

    def _look_after(self, _: OpenRun, ending: Ending) -> None:
        self.rescue.hear_ending(ending)
        self._measure_if_unknown()

    # Choosing

    def use_preset(self, name: str) -> None:
        """Take a preset's model and training, and go on to the text."""
        preset = PRESETS[name]
        self.state.choose_model(preset.model_for(self.state.vocab_size), name, preset.train)
        self.page_asked.emit("corpus")

    def use_plan(self, plan: LessonPlan) -> None:
        """Take the dial's model, its training and its minutes, and go on to the text."""
        model = replace(plan.model, vocab_size=self.state.vocab_size)
        self.state.choose_plan(model, plan.preset, plan.train, plan.minutes)
        self.page_asked.emit("corpus")

    # What the worker says

    def _greet(self, ready: Ready) -> None:
        self.state.set_ready(ready)
        log.info("ready: %s, %s, %d threads", ready.device, ready.device_name, ready.threads)
        self.queue.go_on()
        self._measure_if_unknown()

    def _measure_if_unknown(self) -> None:
        """Once, and not while a run of the queue trains, which would make the machine seem slow."""
        state = self.state
        if self._is_measured or state.ready is None or state.visit is not Visit.NONE or state.phase is not Phase.IDLE:
            return
        if all(probe.device != state.ready.device for probe in state.probes):
            self._is_measured = True
            self.visits.measure()

    def _mourn(self, details: str) -> None:
        self.state.set_broken()
        self.told.emit("bad", messages.sentence("worker.broken", {}), "", None)
        self.unforeseen.emit(details)

    def _pass_on(self, ticket: int, events: list[Event]) -> None:
        if self.slot.holds(ticket):
            self.slot.hear(events)
        else:
            self.visits.hear(ticket, events)

    def _end(self, ticket: int, ending: Ending) -> None:
        if ending.code == "unforeseen":
            self.unforeseen.emit(ending.details)
        if self.slot.holds(ticket):
            self.slot.end(ending)
        else:
            self.visits.end(ticket, ending)

    def _restart(self) -> None:
        start_anew()
        self.shut_down()

    # Beginning and end

    def begin(self) -> None:
        """List the runs, and offer to go on with one that was cut off."""
        self.shelf.refresh()
        self.series.refresh()
        found = self.shelf.interrupted()
        if self.queue.greet(found[0].path if found else None):
            return
        if found:
            run, step = found
            words = tr("{run} was interrupted. It can go on at step {step}.").format(
                run=run.name, step=messages.count(step)
            )
            self.told.emit("warn", words, tr("Continue"), lambda: self._continue(run.path))

    def _continue(self, path: Path) -> None:
        self.page_asked.emit("train")
        self.slot.resume(path)

    def shut_down(self) -> None:
        """Stop all jobs, which saves the run in training; `closed` comes when the worker is gone."""
        self.queue.leave()
        self._desk.shut_down()
