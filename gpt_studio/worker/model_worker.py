"""The worker: it lives in a thread of its own, owns the model, and advances two jobs in turn."""

import logging
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from gpt_studio.engine import clock
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ending, Event, StepDone, StepSeen
from gpt_studio.engine.requests import TRAINING

if TYPE_CHECKING:
    from collections.abc import Generator

log = logging.getLogger("gpt_studio.worker")

REPORT_EVERY_S = 0.05  # at most 20 reports a second and job


@dataclass
class Job:
    """A generator with its ticket, and what it has told since the last report."""

    ticket: int
    generator: "Generator[list[Event] | None, None, None]"
    trains: bool
    paused: bool = False
    steps_once: bool = False  # paused again after its next step
    gathered: list[Event] = field(default_factory=list)
    reported_at: float = float("-inf")


class ModelWorker(QObject):
    """Owns the model; advances a training job and a visitor in turn, one step of a job per turn of the event loop.

    Signals:
        ready: torch has been loaded; carries a Ready.
        broken: It could not be loaded, so no job can be done; carries the traceback, for the log and "copy details".
        reported: ticket, events (oldest first); at most 20 reports a second.
        ended: ticket, Ending; once per ticket, last, after its clean-up.
    """

    ready = Signal(object)
    broken = Signal(str)
    reported = Signal(int, list)
    ended = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self._jobs: list[Job] = []  # at most one that trains and one visitor; the next in turn stands first
        self._turn = QTimer(self)
        self._turn.setObjectName("turn")
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._advance)
        self._workshop: Any = None
        self._makers: dict[type, Any] = {}

    @Slot()
    def prepare(self) -> None:
        """Load torch, in this thread, and say so."""
        try:
            from gpt_studio.engine.machine import torch_libraries

            torch_libraries.load()
            from gpt_studio.engine import device
            from gpt_studio.engine.workshop import Workshop
            from gpt_studio.worker.jobs import JOBS

            ready = device.describe(device.choose())
        except Exception as error:  # a library that is missing, damaged, or made for another processor or driver
            details = "".join(traceback.format_exception(error))
            log.error("torch could not be loaded\n%s", details)
            self.broken.emit(details)
            return
        self._workshop, self._makers = Workshop(), JOBS
        self.ready.emit(ready)

    @Slot(int, object)
    def begin(self, ticket: int, request: object) -> None:
        """Place a job. A visitor takes the place of the visitor that is there; a second training job is refused."""
        maker = self._makers.get(type(request))
        if maker is None:
            self.ended.emit(ticket, Ending(kind="failed", code="worker.broken", values={}))
            return
        trains = isinstance(request, TRAINING)
        for other in [job for job in self._jobs if job.trains == trains]:
            if trains:
                self.ended.emit(ticket, Ending(kind="failed", code="worker.training", values={}))
                return
            self.stop(other.ticket)
        place = len(self._jobs) if trains else 0  # somebody waits for what a visitor says first: the next turn is its
        self._jobs.insert(place, Job(ticket, maker(self._workshop, request), trains))
        self._turn.start()

    @Slot(int)
    def stop(self, ticket: int) -> None:
        """End a job at its last whole step."""
        job = self._find(ticket)
        if job is None:
            return
        try:
            job.generator.close()  # runs the generator's clean-up, here in this thread
        except Exception as error:
            self._fail(job, error)
        else:
            self._end(job, Ending(kind="stopped"))

    @Slot(int)
    def pause(self, ticket: int) -> None:
        """Give a job no more turns until it goes on. A run in training is saved; what a job has told is reported."""
        if (job := self._find(ticket)) and not job.paused:
            self._look_on(job, False)
            job.paused = True
            if job.trains:
                self._save(job)
            self._report(job)

    def _save(self, job: Job) -> None:
        try:
            job.gathered += self._workshop.save_soon()
        except Exception as error:
            try:
                job.generator.throw(error)  # its clean-up is its own business
            except Exception as told:
                self._fail(job, told)

    @Slot(int, object)
    def save_elsewhere(self, ticket: int, folder: object) -> None:
        """Let a run whose folder cannot be written go on within another one."""
        if (job := self._find(ticket)) and job.trains:
            self._workshop.go_elsewhere(folder)

    @Slot(int)
    def go_on(self, ticket: int) -> None:
        if job := self._find(ticket):
            self._look_on(job, False)
            job.paused = False
            self._turn.start()

    @Slot(int)
    def step(self, ticket: int) -> None:
        """Let a paused run make one step, look at it closely, and pause it again."""
        if (job := self._find(ticket)) and job.trains and job.paused:
            self._look_on(job, True)
            job.paused = False
            self._turn.start()

    def _look_on(self, job: Job, once: bool) -> None:
        if job.trains:
            job.steps_once = self._workshop.watching = once

    def _pause_after_step(self, job: Job, events: "list[Event]") -> None:
        """The pause may have come within a step: that one is made as any other, and the next is looked at."""
        if not job.steps_once or not any(isinstance(event, StepSeen) for event in job.gathered):
            return
        if any(isinstance(event, StepDone) for event in events):
            self._look_on(job, False)
            job.paused = True
            self._workshop.rest()
            self._report(job)

    @Slot()
    def shut_down(self) -> None:
        """Stop all jobs, then end this thread's event loop. From outside, quit() would overtake the stop."""
        for job in [*self._jobs]:
            self.stop(job.ticket)
        QThread.currentThread().quit()

    def _find(self, ticket: int) -> Job | None:
        return next((job for job in self._jobs if job.ticket == ticket), None)

    @Slot()
    def _advance(self) -> None:
        job = next((job for job in self._jobs if not job.paused), None)
        if job is None:
            self._turn.stop()
            return
        self._jobs.remove(job)
        self._jobs.append(job)  # the other one is next
        try:
            events = next(job.generator)
        except StopIteration:
            self._end(job, Ending(kind="done"))
        except Exception as error:
            self._fail(job, error)
        else:
            self._gather(job, events)

    def _gather(self, job: Job, events: list[Event] | None) -> None:
        job.gathered += events or ()
        self._pause_after_step(job, events or [])
        if job.steps_once:  # what was seen of a step is told together with the step
            return
        if job.gathered and clock.now() - job.reported_at >= REPORT_EVERY_S:
            self._report(job)

    def _report(self, job: Job) -> None:
        if job.gathered:
            events, job.gathered = job.gathered, []
            job.reported_at = clock.now()
            self.reported.emit(job.ticket, events)

    def _fail(self, job: Job, error: Exception) -> None:
        if isinstance(error, StudioError):
            log.warning("job %d: %s", job.ticket, error)
            ending = Ending(kind="failed", code=error.code, values=error.values)
        else:
            details = "".join(traceback.format_exception(error))
            log.error("job %d failed\n%s", job.ticket, details)  # as text: a traceback that is kept holds the tensors
            ending = Ending(kind="failed", code="unforeseen", values={}, details=details)
        self._end(job, ending)

    def _end(self, job: Job, ending: Ending) -> None:
        self._jobs.remove(job)
        self._look_on(job, False)
        if not any(not other.paused for other in self._jobs):
            self._turn.stop()
        self._report(job)
        self.ended.emit(job.ticket, ending)
