"""A run that is given minutes keeps to them: on a clock of the test's own, so nothing here waits."""

import itertools
import shutil

import pytest

from gpt_studio.engine import clock, faults, forking, runs, training
from gpt_studio.engine.config import TrainConfig
from gpt_studio.engine.course.schedule import Revision, learning_rate_at
from gpt_studio.engine.events import Ended, Evaluated, Revised, Sample, Started, StepDone
from gpt_studio.engine.keeping import keeper
from gpt_studio.engine.requests import ForkRequest, ResumeRequest
from gpt_studio.engine.workshop import Workshop

from .conftest import run_job

CHECK, SAMPLE = 2, 1  # steps that one takes as long as


class Clock(clock.SystemClock):
    """Goes on only where it is moved."""

    def __init__(self) -> None:
        self.at, self.step_s = 1000.0, 0.5

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def computer(monkeypatch):
    """A computer whose steps take as long as the test says."""

    def take(point: str) -> None:
        if point == "step.applied":
            clock.source.at += clock.source.step_s

    monkeypatch.setattr(keeper, "SAMPLE_LENGTH", 4)
    monkeypatch.setattr(clock, "source", Clock())
    monkeypatch.setattr(faults, "plan", take)
    return clock.source


def followed(job, at=None):
    """All that a job tells, and the seconds of the clock from Started to Ended; checks and samples take theirs.

    Args:
        job: The training.
        at: What happens after a step, by its number.
    """
    told, began = [], None
    for report in job:
        for event in report or ():
            told.append(event)
            if isinstance(event, Started):
                began = clock.now()
            elif isinstance(event, Evaluated):
                clock.source.at += CHECK * clock.source.step_s
            elif isinstance(event, Sample):
                clock.source.at += SAMPLE * clock.source.step_s
            elif isinstance(event, StepDone) and at and event.step in at:
                at[event.step]()
            elif isinstance(event, Ended):
                return told, clock.now() - began
    return told, None


def timed(request, minutes):
    return training.replace(request, minutes=minutes)


@pytest.mark.parametrize("planned", [20, 100, 2000])
def test_a_run_takes_the_minutes_that_it_was_given_however_wrong_the_plan_was(toy_request, computer, planned):
    wanted = timed(toy_request(max_steps=planned, eval_every=20), 1)
    told, seconds = followed(training.train(Workshop(), wanted))
    assert 0.94 * 60 < seconds < 60
    assert told[-1].ending == "done" and told[-1].step == runs.max_steps(wanted.run, runs.read_record(wanted.run))


@pytest.mark.parametrize("minutes", [1, 2])
def test_it_still_does_when_the_computer_is_half_as_fast_from_the_middle_on(toy_request, computer, minutes):
    wanted = timed(toy_request(max_steps=100 * minutes, eval_every=25), minutes)

    def slow_down():
        computer.step_s = 1.0

    told, seconds = followed(training.train(Workshop(), wanted), {45 * minutes: slow_down})
    assert 0.94 * 60 * minutes < seconds <= 61 * minutes
    revised = [event for event in told if isinstance(event, Revised)]
    assert revised and told[-1].step == revised[-1].max_steps < 100 * minutes
    rates = [event.learning_rate for event in told if isinstance(event, StepDone)]
    falls = [earlier - later for earlier, later in itertools.pairwise(rates[5:])]
    assert min(falls) >= 0 and max(falls) < 0.05 * max(rates)
    assert rates[-1] < 0.05 * max(rates)


def test_it_also_does_where_a_handful_of_steps_is_most_of_the_time(toy_request, computer):
    computer.step_s = 12.0
    told, seconds = followed(training.train(Workshop(), timed(toy_request(max_steps=100, eval_every=50), 2)))
    assert 0.85 * 120 < seconds < 1.1 * 120 and told[-1].step == 3


def test_a_pause_and_a_computer_that_slept_do_not_count(toy_request, computer):
    workshop = Workshop()

    def pause():
        workshop.save_soon()
        clock.source.at += 600.0

    def sleep():
        clock.source.at += 3600.0

    told, seconds = followed(
        training.train(workshop, timed(toy_request(max_steps=100, eval_every=50), 1)), {20: pause, 60: sleep}
    )
    assert 0.94 * 60 < seconds - 4200 < 61
    assert told[-1].step > 90


def test_a_run_without_minutes_makes_the_steps_that_it_was_given(toy_request, computer):
    told, _ = followed(training.train(Workshop(), toy_request()))
    assert told[-1].step == 30 and not any(isinstance(event, Revised) for event in told)


def test_a_resumed_run_equals_one_that_never_stopped_revisions_and_all(toy_request, computer):
    whole, cut = (timed(toy_request(name, max_steps=400, eval_every=25), 1) for name in ("whole", "cut"))
    followed(training.train(Workshop(), whole))
    revised = [action.step for action in runs.read_actions(whole.run)]
    assert revised
    job = training.train(Workshop(), cut)
    for report in job:
        if any(isinstance(event, StepDone) and event.step == revised[0] + 2 for event in report or ()):
            break
    job.close()
    shutil.copyfile(whole.run / "actions.jsonl", cut.run / "actions.jsonl")  # as if it had been cut off later
    run_job(training.resume(Workshop(), ResumeRequest(run=cut.run)))
    steps = [
        [(event.step, event.train_loss, event.learning_rate) for event in runs.read_metrics(run.run)[1:]
         if isinstance(event, StepDone)]
        for run in (whole, cut)
    ]  # fmt: skip
    assert steps[0] == steps[1]
    assert runs.read_record(cut.run).minutes == 1


def test_a_resumed_run_is_checked_at_the_same_steps_where_these_were_chosen_too(toy_request, computer):
    wanted = timed(toy_request("whole", max_steps=400, eval_every=0), 1)
    followed(training.train(Workshop(), wanted))
    assert {action.action for action in runs.read_actions(wanted.run)} == {"revision", "eval_every"}
    fork = ForkRequest(parent=wanted.run, step=25, run=wanted.run.parent / "fork", name="fork")
    run_job(forking.fork(Workshop(), fork))
    checks = [[e for e in runs.read_metrics(run) if isinstance(e, Evaluated)] for run in (wanted.run, fork.run)]
    assert checks[0] == checks[1]


def test_more_steps_that_are_asked_for_later_begin_a_course_of_their_own(toy_request, computer):
    wanted = timed(toy_request(max_steps=400, eval_every=25), 1)
    followed(training.train(Workshop(), wanted))
    record = runs.read_record(wanted.run)
    done = runs.max_steps(wanted.run, record)
    run_job(training.resume(Workshop(), ResumeRequest(run=wanted.run, max_steps=done + 10)))
    assert runs.steps(wanted.run, record) == (done + 10, [])
    assert runs.read_metrics(wanted.run)[-1].step == done + 10


# The learning rate's course

CONFIG = TrainConfig(learning_rate=1.0, warmup_steps=5, decay_share=0.5)


def course(planned, revisions=()):
    end = revisions[-1].max_steps if revisions else planned
    return [learning_rate_at(step, CONFIG, planned, revisions) for step in range(end + 1)]


@pytest.mark.parametrize("made_at", [10, 40, 60, 90])
@pytest.mark.parametrize("to", [95, 100, 150, 300])
def test_a_revision_never_makes_the_rate_jump_or_rise_and_it_ends_at_zero(made_at, to):
    rates = course(100, [Revision(made_at, to)])
    assert rates[made_at] == pytest.approx(course(100)[made_at])
    falls = [earlier - later for earlier, later in itertools.pairwise(rates[5:])]
    assert min(falls) >= -1e-12 and max(falls) <= 1 / (to - made_at) + 1 / 45
    assert rates[-1] == 0


def test_a_revision_before_the_fall_gives_the_course_that_was_meant_for_that_number():
    assert course(100, [Revision(10, 200)]) == course(200)


def test_a_record_that_somebody_has_made_up_gives_no_rate_below_zero():
    revisions = [Revision(20, 8), Revision(15, 30), Revision(25, 26), Revision(10**9, 5)]
    assert min(learning_rate_at(step, CONFIG, 100, revisions) for step in range(200)) >= 0


def test_the_same_number_again_changes_nothing():
    assert course(100, [Revision(70, 100)]) == pytest.approx(course(100))
