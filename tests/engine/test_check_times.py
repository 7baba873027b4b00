"""When a run is checked, and when it ends by itself."""

import shutil

import pytest

from gpt_studio.engine import clock, runs, training
from gpt_studio.engine.course.check_times import FIRST, SHARE, CheckTimes, Choice, even
from gpt_studio.engine.course.early_stop import Patience
from gpt_studio.engine.events import Ended, Evaluated, StepDone
from gpt_studio.engine.requests import ResumeRequest
from gpt_studio.engine.workshop import Workshop

from .conftest import run_job


class Watch:
    """A clock that goes on only when it is told to."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time


@pytest.fixture
def watch(monkeypatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(clock, "source", made)
    return made


def check(times: CheckTimes, watch: Watch, seconds: float) -> None:
    times.begin_check()
    for _ in range(2):
        with times.timing():
            watch.time += seconds / 2
        watch.time += 100.0  # a visitor's turn


def made(times: CheckTimes, watch: Watch, steps: int, step_s: float, check_s: float) -> list[int]:
    """Train for so many steps; gives the steps that were checked."""
    checked = []
    for step in range(steps + 1):
        if step:
            times.after_steps(step, step * step_s, check_s / step_s)
        if times.is_due(step):
            check(times, watch, check_s)
            times.after_check(step, step * step_s)
            checked.append(step)
    return checked


@pytest.mark.parametrize(("step_s", "check_s"), [(0.05, 0.5), (0.05, 0.001), (0.2, 7.0)])
def test_checks_cost_a_twentieth_of_the_time_at_most(watch, step_s, check_s):
    times = CheckTimes(0, 3000)
    checked = made(times, watch, 3000, step_s, check_s)
    every = times.interval(3000)
    assert check_s <= SHARE * every * step_s
    assert checked == [0, *range(every, 3001, every)]
    assert len(checked) <= 102


def test_a_check_that_has_become_slower_is_made_less_often(watch):
    times = CheckTimes(0, 1000)
    made(times, watch, 100, 0.1, 0.05)
    before = times.interval(101)
    step = 100 + before - 100 % before
    check(times, watch, 3.0)
    chosen = times.after_check(step, 0.1 * step)
    assert chosen is not None and chosen.interval > before and SHARE * chosen.interval * 0.1 >= 3.0
    assert (times.interval(step), times.interval(step + 1)) == (before, chosen.interval)


def test_a_first_check_on_a_busy_machine_does_not_make_checks_rare(watch):
    times = CheckTimes(0, 3000)
    check(times, watch, 20.0)
    times.after_check(0, 0.0)
    chosen = times.after_steps(FIRST, 1.0, check_steps=9.0)
    assert chosen is not None and chosen.interval == 300  # 1.5 times 9 steps, of which they may cost 4.5 %


def test_checks_that_turn_out_cheap_are_made_more_often(watch):
    times = CheckTimes(0, 3000, [Choice(FIRST, 1000)])
    times.after_check(0, 0.0)
    check(times, watch, 0.1)
    chosen = times.after_check(1000, 50.0)
    assert chosen is not None and chosen.interval == 50
    check(times, watch, 0.1)
    assert times.after_check(1050, 52.5) is None


def test_a_number_that_was_asked_for_stays(watch):
    times = CheckTimes(7, 100)
    assert made(times, watch, 30, 0.1, 60.0) == [0, 7, 14, 21, 28]


def test_what_was_chosen_is_chosen_at_the_same_steps_again(watch):
    times = CheckTimes(0, 1000, [Choice(FIRST, 10), Choice(40, 50)])
    assert made(times, watch, 110, 0.1, 0.01) == [0, 30, 40, 50, 100]


def test_a_run_that_was_stopped_before_it_was_timed_is_timed_then(watch):
    times = CheckTimes(0, 1000)
    assert not times.is_due(FIRST - 3)
    assert times.is_due(FIRST)


def test_intervals_are_even():
    asked = (0.1, 1, 1.5, 7, 10, 11, 13, 51, 100.5, 1700)
    assert [even(number) for number in asked] == [1, 1, 2, 7, 10, 12, 15, 60, 120, 2000]


def test_an_interval_that_was_chosen_is_an_action_of_the_run_and_a_resume_repeats_it(toy_request):
    halved = toy_request(max_steps=60, eval_every=0)
    job = training.train(Workshop(), halved)
    for report in job:
        if any(isinstance(event, StepDone) and event.step == 45 for event in report or ()):
            break
    job.close()
    (first, *_) = runs.check_choices(halved.run)
    assert first.step == FIRST
    checked = [event.step for event in runs.read_metrics(halved.run) if isinstance(event, Evaluated)]
    for file in (halved.run / "checkpoints").iterdir():  # back to the beginning, as after a crash
        if not file.name.endswith("000000"):
            shutil.rmtree(file)
    events = run_job(training.resume(Workshop(), ResumeRequest(run=halved.run)))
    again = [event.step for event in runs.read_metrics(halved.run) if isinstance(event, Evaluated)]
    assert again[: len(checked)] == checked
    assert events[-1].val_loss is not None and again[-1] == 60


# Ending by itself


def test_patience_counts_checks_since_the_best():
    patience = Patience(2)
    seen = []
    for loss in (3.0, 2.0, 2.1, 2.1, 1.9, 2.0):
        patience.note(loss)
        seen.append(patience.is_spent)
    assert seen == [False, False, False, True, False, False]


def test_without_patience_nothing_ends():
    patience = Patience(0, [1.0, 2.0, 3.0])
    assert not patience.is_spent


def test_a_run_that_ended_by_itself_goes_on_until_there_has_been_a_new_best():
    patience = Patience(1, [2.0, 3.0])
    assert not patience.is_spent
    patience.note(4.0)
    assert not patience.is_spent
    patience.note(1.0)
    patience.note(2.0)
    assert patience.is_spent


def test_a_run_ends_early_with_its_best_model_kept_and_can_go_on(toy_request):
    request = toy_request(max_steps=200, eval_every=2, early_stop=2, learning_rate=0.5)
    events = run_job(training.train(Workshop(), request))
    ended = events[-1]
    assert isinstance(ended, Ended) and (ended.ending, ended.message) == ("stopped", "early_stop")
    assert 4 <= ended.step < 200
    losses = [event.val_loss for event in events if isinstance(event, Evaluated)]
    assert len(losses) - 1 - losses.index(min(losses)) == 2
    record = runs.read_record(request.run)
    assert (record.status, record.progress.best_val_loss) == ("stopped", min(losses))
    assert (request.run / "best").is_dir()
    job = training.resume(Workshop(), ResumeRequest(run=request.run))
    later = []
    for report in job:
        later += [event.step for event in report or () if isinstance(event, StepDone)]
        if len(later) == 3:
            break
    job.close()
    assert later[0] == ended.step + 1
