"""A disk that refuses at any call: training waits with a sentence, and goes on as if nothing had been."""

import errno
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gpt_studio.engine import clock, files, runs, training
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Noticed, StepDone
from gpt_studio.engine.keeping import keeper
from gpt_studio.engine.requests import ResumeRequest
from gpt_studio.engine.workshop import Workshop

from .toy import curve, go_on, outcome, request, told_by


class Hurry(clock.SystemClock):
    """Nobody waits in a test: time passes where the program would sleep."""

    gone = 0.0

    def now(self) -> float:
        return super().now() + self.gone

    def sleep(self, seconds: float) -> None:
        self.gone += 10 * seconds


class Refusing(files.SystemDisk):
    """Refuses from call number `first` on, until it is mended."""

    def __init__(self, first: int, error: int) -> None:
        self.calls, self.first, self.error = 0, first, error

    def _count(self) -> None:
        self.calls += 1
        if self.calls >= self.first:
            raise OSError(self.error, os.strerror(self.error))

    def open(self, path, flags, mode=0o666):
        self._count()
        return super().open(path, flags, mode)

    def make_folder(self, path):
        self._count()
        super().make_folder(path)

    def write(self, descriptor, data):
        self._count()
        return super().write(descriptor, data)

    def fsync(self, descriptor):
        self._count()
        super().fsync(descriptor)

    def cut(self, descriptor, size):
        super().cut(descriptor, size)  # a full disk can be made emptier

    def replace(self, source, target):
        self._count()
        super().replace(source, target)

    def mend(self) -> None:
        self.first = sys.maxsize


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(clock, "source", Hurry())
    monkeypatch.setattr(keeper, "SAMPLE_LENGTH", 8)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    run = tmp_path_factory.mktemp("unbroken") / "run"
    length, keeper.SAMPLE_LENGTH = keeper.SAMPLE_LENGTH, 8
    told_by(training.train(Workshop(), request(run, max_steps=3, eval_every=2)))
    keeper.SAMPLE_LENGTH = length
    return run


def codes(events):
    return [event.code for event in events if isinstance(event, Noticed)]


def test_whatever_call_the_disk_refuses_the_run_waits_and_ends_the_same(tmp_path, monkeypatch, unbroken):
    counting = Refusing(sys.maxsize, 0)
    monkeypatch.setattr(files, "disk", counting)
    told_by(training.train(Workshop(), request(tmp_path / "counted", max_steps=3, eval_every=2)))
    waited = 0
    for first in range(1, counting.calls + 1):
        error = (errno.ENOSPC, errno.EIO, errno.EACCES)[first % 3]
        disk, run = Refusing(first, error), tmp_path / f"run-{first}"
        monkeypatch.setattr(files, "disk", disk)
        told = []
        try:
            for report in training.train(Workshop(), request(run, max_steps=3, eval_every=2)):
                told += report or ()
                if "saving.waits" in codes(told):
                    assert codes(told) == ["saving.waits"] or disk.first == sys.maxsize
                    disk.mend()
        except StudioError as refused:
            assert refused.code == "files.write"
            assert not told  # the run had not begun, and nothing is left of it
            assert sorted(child.name for child in tmp_path.iterdir()) == ["counted"]
            continue
        assert codes(told) == ["saving.waits", "saving.goes_on"]
        assert next(event for event in told if isinstance(event, Noticed)).values["reason"] == os.strerror(error)
        waited += 1
        assert outcome(run) == outcome(unbroken)
        assert not [left for left in run.rglob(".*") if "old-" not in left.name]
        shutil.rmtree(run)
    assert waited > counting.calls / 2


def in_waiting(job):
    """Advance a job until it waits for the disk."""
    for report in job:
        if "saving.waits" in codes(report or ()):
            return
    raise AssertionError("it did not wait")


def stop_after(job, step):
    for report in job:
        if any(isinstance(event, StepDone) and event.step == step for event in report or ()):
            return


def test_a_folder_that_is_gone_does_not_come_back_as_half_a_folder(tmp_path, unbroken):
    run, away = tmp_path / "run", tmp_path / "away"
    job = training.train(Workshop(), request(run, max_steps=3, eval_every=2))
    stop_after(job, 1)
    run.rename(away)  # as when a stick is pulled out
    in_waiting(job)
    assert not run.exists()
    away.rename(run)  # and put back
    assert "saving.goes_on" in codes(told_by(job))
    assert outcome(run) == outcome(unbroken)


def test_a_run_whose_folder_is_gone_for_good_is_saved_elsewhere_whole(tmp_path, unbroken):
    run, home, workshop = tmp_path / "run", tmp_path / "elsewhere", Workshop()
    job = training.train(workshop, request(run, max_steps=3, eval_every=2))
    stop_after(job, 2)
    shutil.rmtree(run)
    in_waiting(job)
    home.mkdir()
    workshop.go_elsewhere(home)
    told = told_by(job)
    assert codes(told) == ["saving.moved", "saving.goes_on"]
    assert workshop.run == home / "run"
    assert curve(home / "run") == curve(unbroken)
    assert runs.read_record(home / "run").status == "done"
    assert go_on_further(home / "run")


def test_what_was_changed_under_way_is_known_where_it_is_saved_elsewhere(tmp_path):
    run, home, workshop = tmp_path / "run", tmp_path / "elsewhere", Workshop()
    told_by(training.train(Workshop(), request(run, max_steps=3)))
    job = training.resume(workshop, ResumeRequest(run=run, max_steps=5))
    stop_after(job, 4)
    shutil.rmtree(run)
    in_waiting(job)
    home.mkdir()
    workshop.go_elsewhere(home)
    told_by(job)
    (action,) = runs.read_actions(home / "run")
    assert (action.action, action.value) == ("max_steps", 5)


def test_another_place_that_refuses_too_is_named_and_the_run_waits_on(tmp_path):
    run, workshop = tmp_path / "run", Workshop()
    job = training.train(workshop, request(run, max_steps=3))
    stop_after(job, 1)
    shutil.rmtree(run)
    in_waiting(job)
    (tmp_path / "file").write_text("")
    workshop.go_elsewhere(tmp_path / "file")
    in_waiting(job)
    workshop.go_elsewhere(tmp_path)
    assert "saving.moved" in codes(told_by(job))


def test_stopping_while_the_disk_refuses_says_so_and_the_last_saved_state_goes_on(tmp_path, monkeypatch, unbroken):
    run = tmp_path / "run"
    job = training.train(Workshop(), request(run, max_steps=3, eval_every=2))
    stop_after(job, 1)
    monkeypatch.setattr(files, "disk", Refusing(1, errno.ENOSPC))
    in_waiting(job)
    with pytest.raises(StudioError) as refused:
        job.close()
    assert refused.value.code == "files.write"
    monkeypatch.undo()
    monkeypatch.setattr(keeper, "SAMPLE_LENGTH", 8)
    go_on(run)
    assert outcome(run) == outcome(unbroken)


def test_a_slow_disk_holds_up_no_step(tmp_path, monkeypatch):
    """The steps go on while a checkpoint waits for the disk; a second one is not begun before the first is written."""
    gate, begun = threading.Event(), []

    class Slow(files.SystemDisk):
        def fsync(self, descriptor):
            if threading.current_thread().name == "autosave":
                begun.append(threading.current_thread())
                gate.wait(30)
            super().fsync(descriptor)

    job = training.train(Workshop(), request(tmp_path / "run", max_steps=50, eval_every=100))
    stop_after(job, 1)
    monkeypatch.setattr(files, "disk", Slow())
    monkeypatch.setattr(keeper, "SAVE_EVERY_S", 0.0)
    steps: list[int] = []
    for report in job:
        steps += [event.step for event in report or () if isinstance(event, StepDone)]
        if steps and steps[-1] >= 9:  # a sample and its snapshot are due at the tenth
            break
    assert len(set(begun)) == 1
    gate.set()
    job.close()
    assert runs.read_record(tmp_path / "run").status == "stopped"


def go_on_further(run: Path) -> bool:
    told = told_by(training.resume(Workshop(), ResumeRequest(run=run, max_steps=5)))
    return told[-1].ending == "done"


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a few hundred kilobytes, where one can be mounted."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_small_disk_that_fills_up_holds_training_until_there_is_room(small_disk, unbroken):
    (small_disk / "ballast").write_bytes(bytes(320_000))
    run = small_disk / "run"
    told = []
    for report in training.train(Workshop(), request(run, max_steps=3, eval_every=2)):
        told += report or ()
        if codes(told) == ["saving.waits"]:
            (small_disk / "ballast").unlink(missing_ok=True)
    assert codes(told) == ["saving.waits", "saving.goes_on"]
    assert outcome(run) == outcome(unbroken)
