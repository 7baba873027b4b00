"""Between the window and the worker: wishes become requests, reports go to whoever asked.

It is handed the front desk and the pages and imports neither, so a test can talk to it with a desk of its own.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gpt_studio.engine import library
from gpt_studio.engine.config import PRESETS, TrainConfig
from gpt_studio.engine.dial import LessonPlan
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ending, Event, Noticed, Ready, Started, StepSeen
from gpt_studio.engine.requests import SNAPSHOT_BUDGET, Changes, ForkRequest, ResumeRequest, TrainRequest
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.shell.follower import Follower
from gpt_studio.gui.shell.queue_runner import QueueRunner
from gpt_studio.gui.shell.rescue import Rescue, start_anew
from gpt_studio.gui.shell.run_care import RunCare
from gpt_studio.gui.shell.run_shelf import RunShelf, first_record
from gpt_studio.gui.shell.run_wishes import RunWishes
from gpt_studio.gui.shell.series_shelf import SeriesShelf
from gpt_studio.gui.shell.visits import Visits
from gpt_studio.gui.state import OpenRun, Phase, StudioState, Visit

log = logging.getLogger(__name__)


@dataclass
class Training:
    """The job in the training slot."""

    ticket: int
    run: OpenRun
    before: OpenRun | None  # what was open, should the run never begin
    resumes: bool  # its curve goes on from what lies on the disk
    is_new: bool  # should it never begin, there is nothing to show of it


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
        self.snapshot_budget: Callable[[], int] = lambda: SNAPSHOT_BUDGET  # bytes, of all runs together
        self._desk, self._page = desk, page
        self._training: Training | None = None
        self.visits = Visits(state, desk, page, self)
        self.rescue, self.follower = Rescue(self), Follower(state, self.shelf, self)
        self.runs = RunWishes(state, self.shelf, self.care, self.follower, lambda: self.training, page, self)
        self.series = SeriesShelf(state, self)
        self.queue = QueueRunner(state, self.series, self)
        for teller in (self.runs, self.queue, self.series):
            teller.told.connect(self.told)
        self.runs.page_asked.connect(self.page_asked)
        self.rescue.told.connect(self.told)
        self.follower.told.connect(self.told)
        self.rescue.elsewhere_asked.connect(self._save_elsewhere)
        self.rescue.restart_asked.connect(self._restart)
        desk.ready.connect(self._greet)
        desk.broken.connect(self._mourn)
        desk.reported.connect(self._pass_on)
        desk.ended.connect(self._end)
        desk.closed.connect(self.closed)

    @property
    def training(self) -> OpenRun | None:
        return self._training.run if self._training else None

    def attach(self, name: str, page: Any) -> None:
        """Listen to the wishes of a page that has just been made."""
        visits, runs = self.visits, self.runs
        wishes: dict[str, dict[str, Callable[..., object]]] = {
            "hardware": {
                "measure_asked": visits.measure_anew,
                "stop_asked": visits.stop,
                "use_asked": self.use_preset,
                "plan_asked": self.use_plan,
            },
            "train": {
                "start_asked": self.start,
                "pause_asked": self.pause,
                "go_on_asked": self.go_on,
                "stop_asked": self.stop,
                "step_asked": self.step,
                "open_asked": runs.open,
                "resume_asked": self.resume,
                "fork_asked": self.fork,
                "rename_asked": runs.rename,
                "delete_asked": runs.delete,
                "library_asked": self.library_asked.emit,
            },
            "write": {"write_asked": visits.write, "stop_asked": visits.stop},
            "generalize": {"test_asked": visits.test, "read_asked": visits.test, "stop_asked": visits.stop},
            "look": {"look_asked": visits.look},
            "experiments": {
                "order_asked": self.queue.order,
                "series_asked": self.series.write,
                "forget_asked": self.series.forget,
                "open_asked": runs.show,
                "move_asked": self.queue.move,
                "remove_asked": self.queue.remove,
                "hold_asked": self.queue.hold,
                "clear_asked": self.queue.clear,
            },
        }
        for wish, answer in wishes.get(name, {}).items():
            getattr(page, wish).connect(answer)

    # Training

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

    def start(self, train: TrainConfig) -> None:
        """Begin a new run with the chosen text and model."""
        corpus = self.state.corpus
        if corpus is None or self.state.phase is not Phase.IDLE:
            self.runs.tell_problem(StudioError("training.no_text" if corpus is None else "worker.training"))
            return
        name = self.shelf.free_name(library.suggest_name(corpus, self.state.model))
        path = library.new_folder_for(name)
        model, tokens = replace(self.state.model, vocab_size=self.state.vocab_size), self.state.tokens
        minutes = self.state.minutes if train.max_steps == self.state.train.max_steps else None
        record = replace(first_record(name, corpus, model, train, self.state.preset), minutes=minutes, tokenizer=tokens)
        request = TrainRequest(
            corpus=corpus,
            model=model,
            train=train,
            run=path,
            name=name,
            preset=self.state.preset,
            tokenizer=tokens,
            minutes=minutes,
            snapshot_budget=self.snapshot_budget(),
        )
        before = self.state.run
        if before is not None:
            words = tr("This is a new run, {new}. {old} is kept as it is.").format(new=name, old=before.name)
            self.told.emit("accent", words, "", None)
        self._begin_training(request, OpenRun(path, record), is_new=True)

    def resume(self, path: Path, max_steps: int) -> None:
        """Go on with a run, up to `max_steps` (0: as many as it was to make)."""
        if self.state.phase is not Phase.IDLE:
            self.runs.tell_problem(StudioError("worker.training"))
            return
        try:
            run = self.shelf.read(path)
        except StudioError as error:
            self.runs.tell_problem(error)
            return
        request = ResumeRequest(run=path, max_steps=max_steps or None, snapshot_budget=self.snapshot_budget())
        self._begin_training(request, run, resumes=True)

    def fork(self, step: int | None, changes: Changes) -> None:
        """Branch off the open run at a step (None: now) and train the branch."""
        parent = self.state.run
        if parent is None or self.state.phase is not Phase.IDLE:
            self.runs.tell_problem(StudioError("worker.training"))
            return
        at = parent.curve.step if step is None else step
        name = self.shelf.free_name(library.fork_name(parent.name, at))
        path = library.new_folder_for(name)
        request = ForkRequest(
            parent=parent.path, step=step, run=path, name=name, changes=changes, snapshot_budget=self.snapshot_budget()
        )
        record = replace(parent.record, name=name, status="training")
        run = OpenRun(path, record, samples=[sample for sample in parent.samples if sample.step <= at])
        self._begin_training(request, run, resumes=True, is_new=True)

    def _begin_training(self, request: object, run: OpenRun, resumes: bool = False, is_new: bool = False) -> None:
        self.follower.stop()
        self._training = Training(self._desk.begin(request), run, self.state.run, resumes, is_new)
        self.state.open_run(run)
        self.state.set_phase(Phase.TRAINING)
        self.training_changed.emit(run)

    def pause(self) -> None:
        if self._training and self.state.phase is Phase.TRAINING:
            self._desk.pause(self._training.ticket)
            self.state.set_phase(Phase.PAUSED)

    def go_on(self) -> None:
        if self._training and self.state.phase is Phase.PAUSED:
            self._desk.go_on(self._training.ticket)
            self.state.set_phase(Phase.TRAINING)

    def step(self) -> None:
        """One step of the run in training, which is paused for it; else of the open one, which is taken up for it."""
        if self._training is None and self.state.run is not None:
            self.resume(self.state.run.path, 0)
        self.pause()
        if self._training:
            self._desk.step(self._training.ticket)

    def stop(self) -> None:
        if self._training:
            self._desk.stop(self._training.ticket)

    # What the worker says

    def _greet(self, ready: Ready) -> None:
        self.state.set_ready(ready)
        log.info("ready: %s, %s, %d threads", ready.device, ready.device_name, ready.threads)
        known = any(probe.device == ready.device for probe in self.state.probes)
        if not known and self.state.visit is Visit.NONE and self.state.phase is Phase.IDLE:
            self.visits.measure()

    def _mourn(self, details: str) -> None:
        self.state.set_broken()
        self.told.emit("bad", messages.sentence("worker.broken", {}), "", None)
        self.unforeseen.emit(details)

    def _pass_on(self, ticket: int, events: list[Event]) -> None:
        if self._training and ticket == self._training.ticket:
            self._hear_training(self._training, events)
        else:
            self.visits.hear(ticket, events)

    def _hear_training(self, training: Training, events: list[Event]) -> None:
        begun = next((event for event in events if isinstance(event, Started)), None)
        if begun is not None:
            self._take_up(training, begun)
        for event in events:
            if isinstance(event, Noticed):
                self._notice(training, event)
        if self.state.run is training.run:
            self.state.add_events(events)
            for event in events:
                if isinstance(event, StepSeen):
                    self.state.step_seen.emit(event)
        else:  # another run is being looked at meanwhile
            for event in events:
                training.run.add(event)

    def _notice(self, training: Training, event: Noticed) -> None:
        if event.code == "saving.moved":
            training.run.path = Path(event.values["run"])
            self.training_changed.emit(training.run)
            self.shelf.refresh()
        self.rescue.hear(event)

    def _save_elsewhere(self, folder: str) -> None:
        if self._training:
            self._desk.save_elsewhere(self._training.ticket, Path(folder))

    def _restart(self) -> None:
        start_anew()
        self.shut_down()

    def _take_up(self, training: Training, begun: Started) -> None:
        """The run lies on the disk now. After a resume its logs end at the checkpoint, so the curve is read again."""
        if training.resumes:
            try:
                fresh = self.shelf.read(training.run.path)
            except StudioError as error:
                log.warning("the curve of %s cannot be read: %s", training.run.path, error)
            else:
                training.run.curve, training.run.samples = fresh.curve, fresh.samples
        training.run.started = begun
        self.shelf.renew(training.run, at_rest=False)
        self.shelf.refresh()
        if self.state.run is training.run:
            self.state.open_run(training.run)

    def _end(self, ticket: int, ending: Ending) -> None:
        if ending.code == "unforeseen":
            self.unforeseen.emit(ending.details)
        if self._training and ticket == self._training.ticket:
            self._end_training(self._training, ending)
        else:
            self.visits.end(ticket, ending)

    def _end_training(self, training: Training, ending: Ending) -> None:
        self._training = None
        if training.run.started is None and training.is_new:  # it never began
            self.state.open_run(training.before)
        self.shelf.renew(training.run)
        self.state.set_phase(Phase.IDLE)
        self.training_changed.emit(None)
        self._page("train").training_ended(ending)
        self.rescue.hear_ending(ending)
        self.shelf.refresh()

    # Beginning and end

    def begin(self) -> None:
        """List the runs, and offer to go on with one that was cut off."""
        self.shelf.refresh()
        self.series.refresh()
        self.queue.refresh()
        if found := self.shelf.interrupted():
            run, step = found
            words = tr("{run} was interrupted. It can go on at step {step}.").format(
                run=run.name, step=messages.count(step)
            )
            self.told.emit("warn", words, tr("Continue"), lambda: self._continue(run.path))

    def _continue(self, path: Path) -> None:
        self.page_asked.emit("train")
        self.resume(path, 0)

    def shut_down(self) -> None:
        """Stop all jobs, which saves the run in training; `closed` comes when the worker is gone."""
        self._desk.shut_down()
