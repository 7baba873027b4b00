"""Runs that are packed, unpacked, copied, measured and thinned. Hostile ones are in tests/test_hostile_runs.py."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gpt_studio.engine import files, runs, training
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.keeping import archive, library, run_parts, snapshot_room, stored_models
from gpt_studio.engine.keeping.run_parts import Carried
from gpt_studio.engine.requests import ResumeRequest
from gpt_studio.engine.workshop import Workshop

from .conftest import run_job


def carried(job: Iterator[Carried]) -> Path:
    """The result of a job, after all of it."""
    *_, last = job
    assert last.done_bytes == last.total_bytes
    return last.result


def contents(run: Path) -> dict[str, bytes]:
    return {part.name: part.path.read_bytes() for part in run_parts.parts(run) if part.name != "run.json"}


@pytest.fixture
def packed(trained: Path, tmp_path: Path) -> Path:
    return carried(archive.pack(trained, tmp_path / "toy.gptrun"))


# Out and in


def test_a_run_that_was_packed_and_unpacked_is_the_same_run(trained, packed, tmp_path):
    run = carried(archive.unpack(packed, tmp_path / "library"))
    assert contents(run) == contents(trained)
    before, after = runs.read_record(trained), runs.read_record(run)
    assert after == before
    model, step = stored_models.load_model(run, after.model)
    assert step == 30 and model.config == before.model


def test_a_run_of_before_parts_could_be_left_out_is_opened_and_goes_on(trained, tmp_path):
    told = json.loads((trained / "run.json").read_bytes())
    for newer in ("without", "head_bias"):
        del told["model"][newer]
    (trained / "run.json").write_text(json.dumps(told), "utf-8")
    old = carried(archive.pack(trained, tmp_path / "old.gptrun"))
    run = carried(archive.unpack(old, tmp_path / "library"))
    record = runs.read_record(run)
    assert record.model.without == () and not record.model.head_bias
    assert stored_models.load_model(run, record.model)[1] == 30
    assert run_job(training.resume(Workshop(), ResumeRequest(run=run, max_steps=32)))[-1].ending == "done"


def test_an_archive_is_an_ordinary_zip_and_weights_are_stored_as_they_are(packed):
    with zipfile.ZipFile(packed) as opened:
        kinds = {info.filename.rpartition(".")[2]: info.compress_type for info in opened.infolist()}
        assert opened.testzip() is None
    assert kinds["safetensors"] == zipfile.ZIP_STORED and kinds["jsonl"] == zipfile.ZIP_DEFLATED


def test_a_name_that_is_taken_gets_a_number(packed, tmp_path):
    home = tmp_path / "library"
    names = [runs.read_record(carried(archive.unpack(packed, home))).name for _ in range(3)]
    assert names == ["trained", "trained (2)", "trained (3)"]
    assert len({run.path for run in library.all_runs(home)}) == 3


def test_a_folder_that_was_zipped_by_hand_is_taken_too(trained, tmp_path):
    by_hand = tmp_path / "mine.gptrun"
    with zipfile.ZipFile(by_hand, "w") as made:
        for part in run_parts.parts(trained):
            made.write(part.path, f"my run/{part.name}")
        made.writestr("__MACOSX/my run/._run.json", b"\x00")
        made.writestr("my run/notes.txt", b"mine")
    run = carried(archive.unpack(by_hand, tmp_path / "library"))
    assert contents(run) == contents(trained)


def test_what_a_crash_cut_off_is_no_interrupted_run_on_another_machine(trained, tmp_path):
    runs.write_record(trained, runs.replace(runs.read_record(trained), status="training"))
    packed = carried(archive.pack(trained, tmp_path / "toy.gptrun"))
    assert runs.read_record(carried(archive.unpack(packed, tmp_path / "library"))).status == "stopped"


def test_links_in_a_run_are_not_packed(trained, tmp_path):
    (tmp_path / "secret.json").write_text("{}")
    (trained / "results").mkdir()
    (trained / "results" / "matrix.json").symlink_to(tmp_path / "secret.json")
    packed = carried(archive.pack(trained, tmp_path / "toy.gptrun"))
    assert "results/matrix.json" not in zipfile.ZipFile(packed).namelist()


@pytest.mark.parametrize("packing", [True, False])
def test_a_job_that_is_stopped_leaves_nothing(packed, trained, tmp_path, packing):
    place = tmp_path / "elsewhere"
    job = archive.pack(trained, place / "again.gptrun") if packing else archive.unpack(packed, place)
    next(job)
    next(job)
    job.close()
    assert [*place.iterdir()] == []


def test_a_full_disk_leaves_nothing_half_made(packed, tmp_path, monkeypatch):
    class FullDisk(files.SystemDisk):
        room = 20_000

        def write(self, descriptor: int, data: memoryview) -> int:
            self.room -= len(data)
            if self.room < 0:
                raise OSError(28, "No space left on device")
            return super().write(descriptor, data)

    monkeypatch.setattr(files, "disk", FullDisk())
    home = tmp_path / "library"
    with pytest.raises(StudioError, match=r"files\.write"):
        carried(archive.unpack(packed, home))
    assert [*home.iterdir()] == []


def test_a_run_that_is_being_written_is_neither_packed_nor_copied_nor_thinned(trained, tmp_path):
    with files.locked(trained):
        for job in (archive.pack(trained, tmp_path / "x.gptrun"), library.duplicate(trained, tmp_path / "library")):
            with pytest.raises(RunError, match=r"run\.in_use"):
                carried(job)
        with pytest.raises(RunError, match=r"run\.in_use"):
            snapshot_room.thin(trained, [10])


# Copies


def test_a_copy_has_all_that_the_run_has_and_a_name_of_its_own(trained, tmp_path):
    (trained / "notes.txt").write_text("unknown files are kept")
    home = tmp_path / "library"
    copy = carried(library.duplicate(carried(library.duplicate(trained, home)), home))
    record = runs.read_record(copy)
    assert contents(copy) == contents(trained)
    assert record.name == "trained (2)"
    assert record.parent is not None
    assert (record.parent.run, record.parent.step, record.parent.changes) == ("trained", 30, None)


# Room


def test_the_room_of_a_run_is_that_of_its_files(trained):
    use = run_parts.disk_use(trained)
    everything = [path for path in trained.rglob("*") if path.is_file()]
    assert use.total_bytes == sum(path.stat().st_size for path in everything)
    kept = [path for path in everything if {"snapshots", "optimizers"} & {*path.parts}]
    assert use.snapshot_bytes == sum(path.stat().st_size for path in kept)


def test_thinning_takes_the_oldest_between_the_first_and_the_last(trained):
    assert runs.snapshot_steps(trained) == [0, 10, 25, 30]
    sizes = [
        sum(run_parts.disk_use(trained / kind / f"step-{step:06d}").total_bytes for kind in run_parts.SNAPSHOTS)
        for step in (10, 25)
    ]
    assert snapshot_room.plan_thinning(trained) == snapshot_room.Thinning((10,), sizes[0])
    assert snapshot_room.plan_thinning(trained, over_bytes=sizes[0] + 1).steps == (10, 25)
    assert snapshot_room.thin(trained, [10]) == sizes[0]
    assert snapshot_room.thin(trained, [25, 777]) == sizes[1]
    assert runs.snapshot_steps(trained) == [0, 30]
    assert snapshot_room.plan_thinning(trained).steps == ()
    with pytest.raises(RunError, match=r"run\.no_snapshot"):
        stored_models.load_model(trained, runs.read_record(trained).model, 10)
