"""A run that is killed anywhere goes on as if it had never been: `kill -9` at random moments and at each named place.

The short form takes seconds; GPT_STUDIO_LONG_TESTS=1 kills at 50 random moments and at every place three times.
"""

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from gpt_studio.engine import checkpoint, faults, files, runs, training
from gpt_studio.engine.errors import RunError
from gpt_studio.engine.keeping import keeper
from gpt_studio.engine.requests import ResumeRequest
from gpt_studio.engine.workshop import Workshop

from .toy import outcome, request, told_by

LONG = bool(os.environ.get("GPT_STUDIO_LONG_TESTS"))
TOY = Path(__file__).with_name("toy.py")
ROOT = TOY.parent.parent.parent


class Nursery:
    """Starts programs that train the toy: children of one process that has loaded torch."""

    def __init__(self) -> None:
        command, settings = [sys.executable, str(TOY)], {**os.environ, "PYTHONPATH": str(ROOT)}
        pipe = subprocess.PIPE
        self._mother = subprocess.Popen(command, env=settings, stdin=pipe, stdout=pipe, text=True)

    def start(self, run: Path, steps: int = 12, **environment: str) -> int:
        """Gives the process's id; `ended` must be called before the next one is started."""
        line = json.dumps([str(run), {"TOY_STEPS": str(steps), "GPT_STUDIO_FAULT": "", **environment}])
        print(line, file=self._mother.stdin, flush=True)
        return int(self._mother.stdout.readline())

    def ended(self) -> int:
        status = int(self._mother.stdout.readline())
        assert status in (0, -signal.SIGKILL)
        return status

    def close(self) -> None:
        self._mother.stdin.close()
        self._mother.stdout.close()
        self._mother.wait(60)


@pytest.fixture(scope="module")
def nursery():
    if not hasattr(os, "fork"):
        pytest.skip("the system has neither fork nor SIGKILL")
    nursery = Nursery()
    yield nursery
    nursery.close()


def finished(run: Path, steps: int) -> None:
    """Go on with the run to its end, here; a run that had not begun is begun."""
    if not run.exists():
        told_by(training.train(Workshop(), request(run, max_steps=steps)))
    elif runs.read_record(run).status != "done":
        try:
            told_by(training.resume(Workshop(), ResumeRequest(run=run)))
        except RunError as error:  # it was killed after its last checkpoint: nothing was left to do but to say so
            assert error.code == "run.already_done" and runs.read_record(run).status == "done"


@pytest.fixture(autouse=True)
def short_samples(monkeypatch):
    monkeypatch.setattr(keeper, "SAMPLE_LENGTH", 8)


def whole(folder: Path, steps: int) -> Path:
    run = folder / "whole"
    told_by(training.train(Workshop(), request(run, max_steps=steps)))
    return run


def test_every_named_place_is_passed(tmp_path, monkeypatch):
    passed = set()
    monkeypatch.setattr(faults, "plan", passed.add)
    monkeypatch.setattr(keeper, "SAVE_EVERY_S", 0.0)
    told_by(training.train(Workshop(), request(tmp_path / "run")))
    told_by(training.resume(Workshop(), ResumeRequest(run=tmp_path / "run", max_steps=16)))
    assert passed == {*faults.POINTS, *faults.ON_DEVICE}


def test_a_run_that_is_killed_at_any_named_place_ends_the_same(tmp_path, nursery):
    """In the short form a program is killed at each place once, and the next one at the next place of the same run."""
    steps, expected = 12, outcome(whole(tmp_path, 12))
    killed = 0
    for time_round in range(3 if LONG else 1):
        run = tmp_path / f"run-{time_round}"
        for place in faults.POINTS:
            place_time = f"{place}:{1 + 2 * time_round}"
            if run.exists() and runs.read_record(run).status == "done":
                run = tmp_path / f"{place}-{time_round}"
            nursery.start(run, steps, GPT_STUDIO_FAULT=place_time)
            killed += nursery.ended() != 0
            finished_copy(run, tmp_path, steps, expected)
    assert killed >= len(faults.POINTS) - 2


def finished_copy(run: Path, folder: Path, steps: int, expected: tuple) -> None:
    """What is left by the killed program can be gone on with; the run itself is killed again later."""
    copy = folder / "copy"
    if run.exists():
        shutil.copytree(run, copy, ignore=shutil.ignore_patterns("lock"))
    finished(copy, steps)
    assert outcome(copy) == expected
    assert not list(copy.rglob(".*"))
    shutil.rmtree(copy)


def test_a_run_that_is_killed_at_random_moments_ends_the_same_and_repeats_little(tmp_path, nursery):
    steps = 2000 if LONG else 400
    run, chance = tmp_path / "run", random.Random(6)
    kills, last = 0, 0
    while kills < (50 if LONG else 3):
        program = nursery.start(run, steps, TOY_SAVE_EVERY_S="0.1")
        wait_for_steps(run, last)
        time.sleep(chance.uniform(0.0, 0.3))  # the moment is what is tested
        with suppress(ProcessLookupError):
            os.kill(program, signal.SIGKILL)
        kills += nursery.ended() != 0
        if runs.read_record(run).status == "done":
            break
        seen = runs.read_metrics(run)
        newest = max(runs.step_folders(run / "checkpoints"), default=0)
        lost = [event for event in seen if event.step > newest]
        steps_s = [event.seconds for event in lost if hasattr(event, "seconds")]
        assert not steps_s or steps_s[-1] - steps_s[0] < 5.0  # of what a checkpoint every 0.1 s lets be lost
        last = seen[-1].step if seen else 0
    assert kills > 0
    finished(run, steps)
    assert outcome(run) == outcome(whole(tmp_path, steps))


def step_beyond(run: Path, step: int) -> int:
    """The step that a program has come to, as soon as it is beyond `step`."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        told = runs.read_metrics(run) if (run / "metrics.jsonl").exists() else []
        if told and told[-1].step > step:
            return told[-1].step
        time.sleep(0.02)
    raise TimeoutError(f"step {step} has not come")


def wait_for_steps(run: Path, beyond: int) -> None:
    """Until the program that was just started has made a step of its own."""
    log, limit = run / "metrics.jsonl", time.monotonic() + 60
    before = log.stat().st_mtime_ns if log.exists() else 0
    while time.monotonic() < limit:
        if log.exists() and log.stat().st_mtime_ns != before:
            return
        time.sleep(0.02)


# What the state is made of

PARTS = ("model", "momentum", "exp_avg", "exp_avg_sq", "step/all", "loss_sum", "loss_count", "step")


def without(part: str, run: Path):
    """A restore that leaves one part of the state as it is in a model that has never been trained."""
    restore = checkpoint.restore

    def restored(path, bench):
        fresh_rows = {name: tensor.clone() for name, tensor in bench.optimizer.state().items()}
        fresh_weights = bench.flat.values.clone()
        told = restore(path, bench)
        if part == "model":
            bench.flat.values.copy_(fresh_weights)
        elif part in ("loss_sum", "loss_count", "step"):
            setattr(bench, part, 0 if part != "step" else bench.step - 1)
        else:
            names = [name for name in fresh_rows if name.startswith(f"{part}/") or name == part]
            assert names
            for name in names:
                bench.optimizer.state()[name].copy_(fresh_rows[name])
        return told

    return restored


@pytest.mark.parametrize("part", PARTS)
def test_without_any_one_part_of_the_state_a_resumed_run_is_another_one(tmp_path, monkeypatch, part):
    expected = outcome(whole(tmp_path, 12))
    for name, restore in (("sound", checkpoint.restore), ("lacking", without(part, tmp_path))):
        run = tmp_path / name
        job = training.train(Workshop(), request(run, max_steps=12))
        while not (run / "metrics.jsonl").exists() or max(event.step for event in runs.read_metrics(run)) < 6:
            next(job)
        job.close()
        monkeypatch.setattr(checkpoint, "restore", restore)
        told_by(training.resume(Workshop(), ResumeRequest(run=run)))
        assert (outcome(run) == expected) is (name == "sound"), part


def test_a_lock_of_a_dead_program_is_taken_over(tmp_path, nursery):
    run = tmp_path / "run"
    program = nursery.start(run, 100_000)
    wait_for_steps(run, 0)
    with pytest.raises(files.RunError):
        told_by(training.resume(Workshop(), ResumeRequest(run=run)))
    os.kill(program, signal.SIGKILL)
    nursery.ended()
    job = training.resume(Workshop(), ResumeRequest(run=run))
    assert next(report for report in job if report)
    job.close()


def test_a_program_that_was_held_for_a_while_counts_only_its_own_seconds(tmp_path, nursery):
    run = tmp_path / "run"
    program = nursery.start(run, 100_000, TOY_SAVE_EVERY_S="60")
    held_at = step_beyond(run, 5)  # some usual steps come first
    os.kill(program, signal.SIGSTOP)
    time.sleep(3.0)  # the lid of the laptop is closed for so long
    os.kill(program, signal.SIGCONT)
    step_beyond(run, held_at + 5)
    os.kill(program, signal.SIGKILL)
    nursery.ended()
    seconds = [event.seconds for event in runs.read_metrics(run) if hasattr(event, "seconds")]
    assert len(seconds) > held_at
    assert max(later - earlier for earlier, later in itertools.pairwise(seconds)) < 2.5
