"""Devices that fail, and losses that leave all bounds: injected at the places where a device is asked."""

import math

import numpy as np
import pytest
import torch

from gpt_studio.cli import words
from gpt_studio.engine import clock, device, faults, runs, training
from gpt_studio.engine.course.loss_watch import LossWatch
from gpt_studio.engine.course.pace import Pace
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Noticed, StepDone
from gpt_studio.engine.keeping import keeper
from gpt_studio.engine.requests import ResumeRequest, Subject
from gpt_studio.engine.workshop import Workshop
from gpt_studio.gui import messages

from .toy import curve, outcome, request, told_by


@pytest.fixture(autouse=True)
def short_samples(monkeypatch):
    monkeypatch.setattr(keeper, "SAMPLE_LENGTH", 8)
    monkeypatch.setattr(device, "_lost", {})


def failing(place: str, error: Exception, at: int = 1, times: int = 1):
    """A plan that raises at a place, from the time number `at` on, so many times."""
    passed = 0

    def plan(name: str) -> None:
        nonlocal passed
        passed += name == place
        if name == place and at <= passed < at + times:
            raise error

    return plan


def full() -> Exception:
    return torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


@pytest.mark.parametrize(
    "error",
    [
        full(),
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate"),
    ],
)
def test_where_memory_is_full_a_batch_is_worked_through_in_smaller_parts_with_the_same_sum(
    tmp_path, monkeypatch, error
):
    plain, split = request(tmp_path / "plain", micro_batch=4), request(tmp_path / "split", micro_batch=4)
    plain, split = (
        training.TrainRequest(
            corpus=each.corpus,
            model=training.replace(each.model, dropout=0.0),
            train=each.train,
            run=each.run,
            name=each.name,
        )
        for each in (plain, split)
    )
    told_by(training.train(Workshop(), plain))
    monkeypatch.setattr(faults, "plan", failing("device.forward", error, at=5, times=2))
    told = told_by(training.train(Workshop(), split))
    notices = [event for event in told if isinstance(event, Noticed)]
    assert [(notice.code, notice.values["rows"]) for notice in notices] == [
        ("device.split", "2"),
        ("device.split", "1"),
    ]
    ours, theirs = (np.array([row[1] for row in curve(each.run)[1:]], float) for each in (split, plain))
    np.testing.assert_allclose(ours, theirs, rtol=1e-3)
    assert runs.micro_batch(split.run, runs.read_record(split.run)) == 1  # a resume begins so


def test_after_three_halvings_the_run_is_saved_and_told_what_to_do(tmp_path, monkeypatch):
    wanted = request(tmp_path / "run", batch_size=16, micro_batch=16)
    monkeypatch.setattr(faults, "plan", failing("device.forward", full(), at=5, times=1000))
    told = []
    with pytest.raises(StudioError) as failed:
        for report in training.train(Workshop(), wanted):
            told += report or ()
    assert failed.value.code == "device.memory"
    assert [event.values["rows"] for event in told if isinstance(event, Noticed)] == ["8", "4", "2"]
    assert max(runs.step_folders(wanted.run / "checkpoints")) == 4
    monkeypatch.undo()
    assert told_by(training.resume(Workshop(), ResumeRequest(run=wanted.run)))[-1].ending == "done"


@pytest.mark.parametrize("place", ["device.forward", "device.apply", "device.read"])
def test_a_device_that_is_lost_is_never_touched_again_and_the_run_can_go_on_after_a_restart(
    tmp_path, monkeypatch, place
):
    whole, wanted, workshop = request(tmp_path / "whole"), request(tmp_path / "run"), Workshop()
    told_by(training.train(Workshop(), whole))
    lost = torch.AcceleratorError("CUDA error: an illegal memory access was encountered")
    touched = []

    def plan(name):
        if name in faults.ON_DEVICE:
            touched.append(name)
            if touched.count(place) >= 5:
                raise lost

    monkeypatch.setattr(faults, "plan", plan)
    with pytest.raises(StudioError) as failed:
        told_by(training.train(workshop, wanted))
    assert failed.value.code == "device.lost"
    before = len(touched)
    for job in (
        training.train(workshop, request(tmp_path / "new")),
        training.resume(workshop, ResumeRequest(run=wanted.run)),
    ):
        with pytest.raises(StudioError) as refused:
            told_by(job)
        assert refused.value.code == "device.lost"
    with pytest.raises(StudioError):
        workshop.copy_of(Subject(run=wanted.run))
    assert len(touched) == before
    assert runs.read_record(wanted.run).status == "training"  # so the next start offers to continue it
    monkeypatch.setattr(faults, "plan", None)
    monkeypatch.setattr(device, "_lost", {})  # as in a new process
    told_by(training.resume(Workshop(), ResumeRequest(run=wanted.run)))
    assert outcome(wanted.run) == outcome(whole.run)


def test_a_fault_in_the_middle_of_applying_a_step_goes_back_to_the_last_good_state(tmp_path, monkeypatch):
    whole, wanted = request(tmp_path / "whole"), request(tmp_path / "run")
    told_by(training.train(Workshop(), whole))
    monkeypatch.setattr(faults, "plan", failing("device.apply", full(), at=6))
    with pytest.raises(StudioError) as failed:
        told_by(training.train(Workshop(), wanted))
    assert failed.value.values["back_to"] == 0
    monkeypatch.setattr(faults, "plan", None)
    told_by(training.resume(Workshop(), ResumeRequest(run=wanted.run)))
    assert outcome(wanted.run) == outcome(whole.run)


def test_a_loss_that_explodes_within_the_numbers_puts_the_model_back(tmp_path, monkeypatch):
    wanted, workshop = request(tmp_path / "run", max_steps=200, eval_every=1000), Workshop()
    with pytest.raises(StudioError) as failed:
        for report in training.train(workshop, wanted):
            if any(isinstance(event, StepDone) and event.step == 30 for event in report or ()):
                with torch.no_grad():
                    workshop.bench.flat.values.mul_(1000.0)
    assert failed.value.code == "training.exploded"
    assert failed.value.values["back_to"] < 30
    assert failed.value.values["step"] < 60
    assert float(workshop.bench.flat.values.abs().max()) < 100.0
    assert runs.read_record(wanted.run).status == "failed"


def test_one_hard_batch_and_overfitting_are_no_explosion():
    watch = LossWatch(65, [0.1] * 100)
    watch.add(9.0)
    assert watch.suspicious  # not a state to save
    assert not watch.exploded
    assert not LossWatch(65, [0.1] * 50 + [2.0] * 50).exploded  # worse, and still far better than guessing
    assert LossWatch(65, [1.4] * 50 + [9.0] * 20).exploded


# Time


def test_a_gap_between_two_steps_is_not_counted():
    pace = Pace()
    for _ in range(20):
        assert pace.believed(0.05) == 0.05
    assert pace.believed(3600.0) == 0.05  # the laptop slept
    assert pace.believed(-3600.0) == 0.05  # the clock was put back
    assert pace.believed(0.2) == 0.2


def test_a_clock_that_jumps_spoils_neither_the_time_of_training_nor_the_saving(tmp_path, monkeypatch):
    class Jumping(clock.SystemClock):
        jump = 0.0

        def now(self):
            return super().now() + self.jump

    monkeypatch.setattr(clock, "source", Jumping())
    saved = []
    for report in training.train(Workshop(), request(tmp_path / "run", max_steps=40)):
        for event in report or ():
            if isinstance(event, StepDone):
                clock.source.jump = {10: 3600.0, 20: -3600.0}.get(event.step, clock.source.jump)
                last = event
            if event.__class__.__name__ == "Saved":
                saved.append(event.step)
    assert last.seconds < 30.0
    assert math.isfinite(last.tokens_per_s)
    assert len(saved) >= 3


# The first kernel


@pytest.fixture
def with_gpu(monkeypatch):
    """A computer whose torch believes that it has a GPU."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(device, "_first_kernels", {})


def test_a_gpu_that_fails_at_its_first_kernel_is_passed_over_and_told_in_a_sentence(with_gpu, monkeypatch, tmp_path):
    told = "CUDA error: no kernel image is available for execution on the device\nCUDA kernel errors might be …"
    monkeypatch.setattr(faults, "plan", failing("device.first_kernel", torch.AcceleratorError(told)))
    assert device.choose("auto") == "cpu"
    problem = device.passed_over()
    assert problem.code == "device.passed_over" and problem.values["reason"] == told.splitlines()[0]
    assert "no kernel image" in messages.sentence(problem.code, problem.values)
    assert "no kernel image" in words.sentence(problem)
    assert device.describe("cpu").passed_over == told.splitlines()[0]
    assert told_by(training.train(Workshop(), request(tmp_path / "run")))[-1].ending == "done"


def test_a_gpu_that_was_asked_for_and_cannot_compute_is_refused(with_gpu, monkeypatch):
    monkeypatch.setattr(faults, "plan", failing("device.first_kernel", RuntimeError("")))
    with pytest.raises(StudioError) as refused:
        device.choose("cuda")
    assert refused.value.code == "device.unusable" and refused.value.values["reason"] == "RuntimeError"
