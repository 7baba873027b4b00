"""Training: what is told, what is kept, and that stopping costs nothing."""

import itertools
import json
import os
import random
import shutil

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from gpt_studio.engine import files, runs, training
from gpt_studio.engine.course.schedule import learning_rate_at
from gpt_studio.engine.errors import CorpusError, RunError, StudioError
from gpt_studio.engine.events import Ended, Evaluated, Sample, Saved, Started, StepDone
from gpt_studio.engine.keeping.keeper import is_milestone
from gpt_studio.engine.requests import ResumeRequest
from gpt_studio.engine.workshop import Workshop

from .conftest import run_job


def curve(run):
    """The figures of a run that must be equal wherever and however often it was stopped."""
    return [
        (event.step, event.train_loss, event.learning_rate, event.grad_norm)
        if isinstance(event, StepDone)
        else (event.step, event.train_loss, event.val_loss, event.bits_per_char)
        for event in runs.read_metrics(run)
    ]


def weights_of(run):
    newest = list(runs.step_folders(run / "checkpoints").values())[-1]
    return (newest / "model.safetensors").read_bytes()


def stop_after(job, step):
    for report in job:
        if any(isinstance(event, StepDone) and event.step == step for event in report or ()):
            break
    job.close()


def test_a_run_tells_its_story_in_order(toy_request):
    events = run_job(training.train(Workshop(), toy_request()))
    assert isinstance(events[0], Started)
    assert events[0].max_steps == 30
    assert isinstance(events[-1], Ended)
    assert events[-1].ending == "done"
    assert [event.step for event in events if isinstance(event, StepDone)] == list(range(1, 31))
    checks = [event for event in events if isinstance(event, Evaluated)]
    assert [check.step for check in checks] == [0, 10, 20, 30]
    assert checks[-1].val_loss < checks[0].val_loss - 0.5
    assert events[-1].val_loss == checks[-1].val_loss
    assert [event.step for event in events if isinstance(event, Sample)] == [0, 10, 25, 30]
    assert [event.step for event in events if isinstance(event, Saved)] == [0, 30]


def test_the_training_loss_of_a_check_is_the_mean_since_the_last_one(toy_request):
    events = run_job(training.train(Workshop(), toy_request()))
    losses = {event.step: event.train_loss for event in events if isinstance(event, StepDone)}
    check = next(event for event in events if isinstance(event, Evaluated) and event.step == 20)
    assert check.train_loss == pytest.approx(np.mean([losses[step] for step in range(11, 21)]))


def test_the_same_seed_gives_the_same_run_and_another_seed_another(toy_request):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run_job(training.train(Workshop(), toy_request(name, seed=seed)))
    folder = toy_request().run.parent
    assert curve(folder / "a") == curve(folder / "b")
    assert weights_of(folder / "a") == weights_of(folder / "b")
    assert curve(folder / "a") != curve(folder / "c")


@pytest.mark.parametrize(
    ("form", "stop_at"),
    [
        *(({"dropout": dropout}, stop_at) for dropout in (0.0, 0.2) for stop_at in (1, 10, 17)),
        ({"dropout": 0.2, "without": ("scores",)}, 10),
    ],
)
def test_a_stopped_and_resumed_run_equals_one_that_never_stopped(toy_request, form, stop_at):
    whole, halved = (toy_request(name, model=form, micro_batch=3) for name in ("whole", "halved"))
    run_job(training.train(Workshop(), whole))
    stop_after(training.train(Workshop(), halved), stop_at)
    assert runs.read_record(halved.run).status == "stopped"
    run_job(training.resume(Workshop(), ResumeRequest(run=halved.run)))
    assert curve(halved.run) == curve(whole.run)
    assert weights_of(halved.run) == weights_of(whole.run)
    assert runs.read_samples(halved.run) == runs.read_samples(whole.run)


def test_a_run_may_be_stopped_between_any_two_turns(toy_request):
    whole = toy_request("whole", max_steps=6, eval_every=3, micro_batch=2)
    turns = sum(1 for _ in training.train(Workshop(), whole))
    random.seed(1)
    for stop_at in [*random.sample(range(4, turns - 5), 6), *range(turns - 5, turns - 1)]:  # the last ones all
        halved = toy_request(f"halved-{stop_at}", max_steps=6, eval_every=3, micro_batch=2)
        job = training.train(Workshop(), halved)
        for _ in itertools.islice(job, stop_at):
            pass
        job.close()
        if runs.read_record(halved.run).status != "done":  # as it is in the last turns
            run_job(training.resume(Workshop(), ResumeRequest(run=halved.run)))
        assert curve(halved.run) == curve(whole.run)
        assert weights_of(halved.run) == weights_of(whole.run)


def test_a_resume_after_a_crash_cuts_what_lies_past_the_checkpoint(toy_request):
    whole, crashed = toy_request("whole"), toy_request("crashed")
    run_job(training.train(Workshop(), whole))
    workshop = Workshop()
    job = training.train(workshop, crashed)
    for report in job:
        if any(isinstance(event, StepDone) and event.step == 12 for event in report or ()):
            break
    run_job(workshop._keeper.ledger.all_written())  # a folder that is being written cannot be copied
    with (crashed.run / "metrics.jsonl").open("a") as log:
        log.write('{"event":"step","step":13,"train')  # torn
    copy = crashed.run.with_name("copy")  # as a power cut leaves it: the generator's clean-up has not run
    shutil.copytree(crashed.run, copy, ignore=shutil.ignore_patterns("lock"))
    for left in (".best.9fef204a", "checkpoints/.step-000010.0123abcd"):  # half made
        (copy / left).mkdir()
    (copy / "snapshots" / "step-000025").mkdir()  # of the steps that are made anew
    (copy / "mine.txt").write_text("kept")
    job.close()
    resumed = training.resume(Workshop(), ResumeRequest(run=copy))
    stop_after(resumed, 3)
    assert not list(copy.rglob(".*"))
    assert runs.snapshot_steps(copy) == [0]
    run_job(training.resume(Workshop(), ResumeRequest(run=copy)))
    assert curve(copy) == curve(whole.run)
    assert (copy / "mine.txt").exists()


def test_stopping_where_it_was_saved_leaves_the_checkpoint_alone(toy_request):
    request = toy_request()
    stop_after(training.train(Workshop(), request), 12)
    written = (runs.step_folders(request.run / "checkpoints")[12] / "model.safetensors").stat().st_mtime_ns
    job = training.resume(Workshop(), ResumeRequest(run=request.run))
    assert any(isinstance(event, Started) for report in itertools.islice(job, 3) for event in report or ())
    job.close()
    assert (runs.step_folders(request.run / "checkpoints")[12] / "model.safetensors").stat().st_mtime_ns == written


def test_a_run_whose_checkpoints_are_gone_is_not_begun_anew_over_its_curve(trained):
    shutil.rmtree(trained / "checkpoints")
    before = curve(trained)
    with pytest.raises(RunError) as refused:
        run_job(training.resume(Workshop(), ResumeRequest(run=trained, max_steps=40)))
    assert refused.value.code == "run.no_checkpoint"
    assert curve(trained) == before


def test_a_damaged_checkpoint_goes_when_a_sound_one_has_been_written(toy_request):
    request = toy_request()
    for step in (8, 16):
        job = training.resume if request.run.exists() else training.train
        asked = ResumeRequest(run=request.run) if request.run.exists() else request
        stop_after(job(Workshop(), asked), step)
    (runs.step_folders(request.run / "checkpoints")[16] / "model.safetensors").write_bytes(b"")
    stop_after(training.resume(Workshop(), ResumeRequest(run=request.run)), 12)
    assert list(runs.step_folders(request.run / "checkpoints")) == [8, 12]


def test_a_run_that_was_cut_off_after_its_last_checkpoint_is_known_to_be_done(trained):
    runs.write_record(trained, replace(runs.read_record(trained), status="training"))
    with pytest.raises(RunError) as refused:
        run_job(training.resume(Workshop(), ResumeRequest(run=trained)))
    assert refused.value.code == "run.already_done"
    assert runs.read_record(trained).status == "done"


def test_the_logs_are_on_the_disk_before_the_checkpoint_that_they_lead_up_to(toy_request, monkeypatch):
    order = []

    class WatchedDisk(files.SystemDisk):
        def fsync(self, descriptor):
            order.append(os.readlink(f"/proc/self/fd/{descriptor}"))

    if not os.path.exists("/proc/self/fd"):
        pytest.skip("the system does not tell the name of an open file")
    job = training.train(Workshop(), toy_request())
    stop_after(job, 4)
    monkeypatch.setattr(files, "disk", WatchedDisk())
    stop_after(training.resume(Workshop(), ResumeRequest(run=toy_request().run)), 6)
    names = [os.path.basename(path) for path in order]
    assert "metrics.jsonl" in names[: names.index("model.safetensors")]


def test_more_steps_may_be_asked_for_when_a_run_is_done(trained):
    with pytest.raises(RunError) as refused:
        run_job(training.resume(Workshop(), ResumeRequest(run=trained)))
    assert refused.value.code == "run.already_done"
    events = run_job(training.resume(Workshop(), ResumeRequest(run=trained, max_steps=40)))
    assert events[0].step == 30
    assert events[-1].step == 40
    assert runs.max_steps(trained, runs.read_record(trained)) == 40


def test_between_two_turns_all_is_as_found(toy_request):
    torch.manual_seed(9)
    chance, threads = torch.get_rng_state(), torch.get_num_threads()
    for _ in training.train(Workshop(), toy_request(model={"dropout": 0.3}, max_steps=12, threads=1)):
        assert torch.equal(torch.get_rng_state(), chance)
        assert torch.is_grad_enabled()
        assert torch.get_default_dtype() is torch.float32
    assert torch.get_num_threads() == threads


def test_cutting_a_batch_changes_the_sum_only_by_rounding(toy_request):
    for name, micro_batch in (("whole", 4), ("cut", 1)):
        run_job(training.train(Workshop(), toy_request(name, micro_batch=micro_batch, max_steps=3)))
    folder = toy_request().run.parent
    whole, cut = (np.array([row[1] for row in curve(folder / name) if row[0]]) for name in ("whole", "cut"))
    np.testing.assert_allclose(whole, cut, rtol=1e-4)


def test_a_loss_beyond_all_numbers_puts_the_model_back_and_says_so(toy_request):
    request, workshop = toy_request(), Workshop()
    job = training.train(workshop, request)
    for report in job:
        if any(isinstance(event, Saved) for event in report or ()):
            break
    with torch.no_grad():
        workshop.bench.model.wte.weight[0] = float("nan")
    with pytest.raises(StudioError) as failed:
        run_job(job)
    assert failed.value.code == "training.diverged"
    assert failed.value.values["back_to"] == 0
    assert workshop.bench.is_finite()
    assert runs.read_record(request.run).status == "failed"


def test_a_text_that_is_too_short_is_refused_with_the_minimum(toy_request):
    with pytest.raises(CorpusError) as refused:
        run_job(training.train(Workshop(), toy_request(text="ab" * 9)))
    assert refused.value.code == "corpus.too_short"
    assert refused.value.values["minimum"] > 18
    assert not toy_request().run.exists()


def test_a_folder_that_holds_a_run_is_refused_and_stays(toy_request):
    run_job(training.train(Workshop(), toy_request(max_steps=2)))
    before = curve(toy_request().run)
    with pytest.raises(RunError) as refused:
        run_job(training.train(Workshop(), toy_request()))
    assert refused.value.code == "run.exists"
    assert curve(toy_request().run) == before


def test_a_run_has_one_writer(toy_request):
    request = toy_request()
    first = training.train(Workshop(), request)
    for report in first:
        if any(isinstance(event, StepDone) for event in report or ()):
            break
    with pytest.raises(RunError) as refused:
        run_job(training.resume(Workshop(), ResumeRequest(run=request.run)))
    assert refused.value.code == "run.in_use"
    first.close()
    assert run_job(training.resume(Workshop(), ResumeRequest(run=request.run)))[-1].ending == "done"


def test_the_learning_rate_warms_up_and_falls_to_its_share(toy_request):
    config = toy_request(max_steps=100, warmup_steps=5).train
    rates = [learning_rate_at(step, config, 100) for step in range(101)]
    assert rates[0] == pytest.approx(config.learning_rate / 5)
    assert max(rates) == pytest.approx(config.learning_rate)
    assert rates[-1] == pytest.approx(config.learning_rate * config.final_rate)
    assert all(later <= earlier for earlier, later in itertools.pairwise(rates[5:]))


def test_milestones_come_close_at_first_and_far_later():
    assert [step for step in range(3000) if is_milestone(step)] == [0, 10, 25, 50, 100, 250, 500, 1000, 2500]


def test_the_logs_are_the_events_as_json_lines(trained):
    lines = [json.loads(line) for line in (trained / "metrics.jsonl").read_text().splitlines()]
    assert (lines[1]["event"], lines[1]["step"]) == ("step", 1)
    assert {line["event"] for line in lines} == {"step", "evaluated"}
