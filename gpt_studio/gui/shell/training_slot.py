"""The training slot of the worker: what is in it, what is asked of it, and what it tells."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.config import TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ending, Event, Noticed, Started, StepSeen
from gpt_studio.engine.keeping import library
from gpt_studio.engine.requests import SNAPSHOT_BUDGET, Changes, ForkRequest, ResumeRequest, TrainRequest
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.shell.run_shelf import RunShelf, first_record
from gpt_studio.gui.state import Phase, StudioState

log = logging.getLogger(__name__)


@dataclass
class Training:
    """The job in the slot."""

    ticket: int
    run: OpenRun
    before: OpenRun | None  # what was open, should the run never begin
    resumes: bool  # its curve goes on from what lies on the disk
    is_new: bool  # should it never begin, there is nothing to show of it


class TrainingSlot(QObject):
    """Begins, pauses and stops a run, keeps `phase` true, and takes what the worker tells of it into the state.

    Signals:
        told: tone, words, button or "", what the button does or None.
        problem: What was asked cannot be done; carries the StudioError.
        changed: Another run is in training, or none, or it lies elsewhere; carries an OpenRun or None.
        noticed: Something had to be done otherwise; carries the Noticed.
        stop_asked: The student has asked for the end of the run.
        ended: The run is over and all is put away; carries the OpenRun and the Ending.
    """

    told = Signal(str, str, str, object)
    problem = Signal(object)
    changed = Signal(object)
    noticed = Signal(object)
    stop_asked = Signal()
    ended = Signal(object, object)

    def __init__(
        self, state: StudioState, desk: Any, shelf: RunShelf, page: Callable[[str], Any], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state, self._desk, self._shelf, self._page = state, desk, shelf, page
        self._training: Training | None = None
        self.snapshot_budget: Callable[[], int] = lambda: SNAPSHOT_BUDGET  # bytes, of all runs together

    @property
    def run(self) -> OpenRun | None:
        return self._training.run if self._training else None

    def holds(self, ticket: int) -> bool:
        return self._training is not None and self._training.ticket == ticket

    # Beginning

    def next_run(self, train: TrainConfig) -> TrainRequest:
        """A new run with the chosen text and model, under a name and in a folder that are free.

        Raises:
            StudioError: `training.no_text`.
        """
        state, corpus = self._state, self._state.corpus
        if corpus is None:
            raise StudioError("training.no_text")
        name = self._shelf.free_name(library.suggest_name(corpus, state.model))
        return TrainRequest(
            corpus=corpus,
            model=replace(state.model, vocab_size=state.vocab_size),
            train=train,
            run=library.new_folder_for(name, taken=self._shelf.promised),
            name=name,
            preset=state.preset,
            tokenizer=state.tokens,
            minutes=state.minutes if train.max_steps == state.train.max_steps else None,
            snapshot_budget=self.snapshot_budget(),
        )

    def start(self, train: TrainConfig) -> None:
        """Begin a new run with the chosen text and model."""
        if not self._is_free():
            return
        try:
            request = self.next_run(train)
        except StudioError as error:
            self.problem.emit(error)
            return
        before = self._state.run
        if before is not None:
            words = tr("This is a new run, {new}. {old} is kept as it is.").format(new=request.name, old=before.name)
            self.told.emit("accent", words, "", None)
        self.begin(request)

    def begin(self, request: TrainRequest, shown: bool = True) -> None:
        """Train a new run; `shown` tells whether the window is to show it."""
        record = first_record(request.name, request.corpus, request.model, request.train, request.preset)
        record = replace(record, minutes=request.minutes, tokenizer=request.tokenizer)
        self._begin(request, OpenRun(request.run, record), is_new=True, shown=shown)

    def resume(self, path: Path, max_steps: int = 0) -> None:
        """Go on with a run, up to `max_steps` (0: as many as it was to make)."""
        if self._is_free():
            try:
                self.take_up(path, max_steps)
            except StudioError as error:
                self.problem.emit(error)

    def take_up(self, path: Path, max_steps: int = 0, shown: bool = True) -> None:
        """As `resume`, while nothing trains; `shown` tells whether the window is to show it.

        Raises:
            RunError: The folder cannot be read as a run.
        """
        run = self._shelf.read(path)
        request = ResumeRequest(run=path, max_steps=max_steps or None, snapshot_budget=self.snapshot_budget())
        self._begin(request, run, resumes=True, shown=shown)

    def fork(self, step: int | None, changes: Changes) -> None:
        """Branch off the open run at a step (None: now) and train the branch."""
        parent = self._state.run
        if parent is None or not self._is_free():
            return
        at = parent.curve.step if step is None else step
        name = self._shelf.free_name(library.fork_name(parent.name, at))
        request = ForkRequest(
            parent=parent.path,
            step=step,
            run=library.new_folder_for(name, taken=self._shelf.promised),
            name=name,
            changes=changes,
            snapshot_budget=self.snapshot_budget(),
        )
        record = replace(parent.record, name=name, status="training")
        run = OpenRun(request.run, record, samples=[sample for sample in parent.samples if sample.step <= at])
        self._begin(request, run, resumes=True, is_new=True)

    def _is_free(self) -> bool:
        if self._state.phase is not Phase.IDLE:
            self.problem.emit(StudioError("worker.training"))
            return False
        return True

    def _begin(
        self, request: object, run: OpenRun, resumes: bool = False, is_new: bool = False, shown: bool = True
    ) -> None:
        self._training = Training(self._desk.begin(request), run, self._state.run, resumes, is_new)
        self._state.training = run
        if shown:
            self._state.open_run(run)
        self._state.set_phase(Phase.TRAINING)
        self.changed.emit(run)

    # While it trains

    def pause(self) -> None:
        if self._training and self._state.phase is Phase.TRAINING:
            self._desk.pause(self._training.ticket)
            self._state.set_phase(Phase.PAUSED)

    def go_on(self) -> None:
        if self._training and self._state.phase is Phase.PAUSED:
            self._desk.go_on(self._training.ticket)
            self._state.set_phase(Phase.TRAINING)

    def step(self) -> None:
        """One step of the run in training, which is paused for it; else of the open one, which is taken up for it."""
        if self._training is None and self._state.run is not None:
            self.resume(self._state.run.path)
        self.pause()
        if self._training:
            self._desk.step(self._training.ticket)

    def stop(self) -> None:
        if self._training:
            self.stop_asked.emit()
            self._desk.stop(self._training.ticket)

    def save_elsewhere(self, folder: str) -> None:
        if self._training:
            self._desk.save_elsewhere(self._training.ticket, Path(folder))

    # What the worker says

    def hear(self, events: list[Event]) -> None:
        """Take what the job in the slot tells."""
        training = self._training
        if training is None:
            return
        begun = next((event for event in events if isinstance(event, Started)), None)
        if begun is not None:
            self._take_up(training, begun)
        for event in events:
            if isinstance(event, Noticed):
                self._notice(training, event)
        if self._state.run is training.run:
            self._state.add_events(events)
            for event in events:
                if isinstance(event, StepSeen):
                    self._state.step_seen.emit(event)
        else:  # another run is being looked at meanwhile
            for event in events:
                training.run.add(event)

    def _notice(self, training: Training, event: Noticed) -> None:
        if event.code == "saving.moved":
            training.run.path = Path(event.values["run"])
            self.changed.emit(training.run)
            self._shelf.refresh()
        self.noticed.emit(event)

    def _take_up(self, training: Training, begun: Started) -> None:
        """The run lies on the disk now. After a resume its logs end at the checkpoint, so the curve is read again."""
        if training.resumes:
            try:
                fresh = self._shelf.read(training.run.path)
            except StudioError as error:
                log.warning("the curve of %s cannot be read: %s", training.run.path, error)
            else:
                training.run.curve, training.run.samples = fresh.curve, fresh.samples
        training.run.started = begun
        self._shelf.renew(training.run, at_rest=False)
        self._shelf.refresh()
        if self._state.run is training.run:
            self._state.open_run(training.run)

    def end(self, ending: Ending) -> None:
        """The job in the slot is over."""
        training, self._training = self._training, None
        if training is None:
            return
        self._state.training = None
        if training.run.started is None and training.is_new and self._state.run is training.run:  # it never began
            self._state.open_run(training.before)
        self._shelf.renew(training.run)
        self._state.set_phase(Phase.IDLE)
        self.changed.emit(None)
        self._page("train").training_ended(ending)
        self._shelf.refresh()
        self.ended.emit(training.run, ending)
