"""A series is kept at home and with its runs."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from gpt_studio import paths
from gpt_studio.engine.experiments import series
from gpt_studio.engine.experiments.series import Series


def made(title: str = "Dropout", **more) -> Series:
    usual = {"id": series.new_id(), "kind": "experiment", "created": series.now()}
    return Series(**{**usual, "title": title, "corpus_id": "toy", "corpus_title": "Toy", **more})


def a_run(name: str) -> Path:
    run = paths.runs_home() / name
    run.mkdir(parents=True)
    (run / "run.json").write_text("{}")
    return run


def test_ids_sort_by_the_time_at_which_they_were_made():
    ids = [series.new_id() for _ in range(50)]
    assert len({*ids}) == 50 and ids == sorted(ids)


def test_a_series_is_kept_and_read_newest_first():
    old, new = made("Old", created="2026-01-01T00:00:00"), made("New", notes={"forecast": {"gap": 0.1}})
    series.write(old)
    series.write(new)
    assert series.read_all() == [new, old]
    series.write(replace(old, title="Older"))
    assert [each.title for each in series.read_all()] == ["New", "Older"]
    series.delete(new.id)
    assert [each.title for each in series.read_all()] == ["Older"]


def test_nothing_is_read_where_nothing_was_kept():
    assert series.read_all() == []


def test_a_run_carries_its_series_as_soon_as_it_is_there():
    there, absent = a_run("a"), paths.runs_home() / "b"
    written = made(runs={"first": str(there), "second": str(absent)})
    series.write(written)
    assert series.read_from(there) == written
    assert series.read_from(absent) is None and not absent.exists()
    assert written.run("first") == there and written.run("third") is None


def test_runs_are_found_again_when_the_whole_home_has_moved(tmp_path):
    here, gone = a_run("a"), tmp_path / "before" / "b"
    written = made(runs={"first": str(tmp_path / "before" / "a"), "second": str(gone)})
    series.write(written)
    (read,) = series.read_all()
    assert read.run("first") == here and read.run("second") == gone


@pytest.mark.parametrize("damage", [b"", b'{"format": 1, "id"', b"\xff", b'{"format": 1, "kind": "other"}'])
def test_a_damaged_series_is_put_aside_and_the_others_are_read(damage):
    sound, unsound = made("Sound"), made("Unsound")
    series.write(sound)
    series.write(unsound)
    (paths.experiments_home() / f"{unsound.id}.json").write_bytes(damage)
    assert series.read_all() == [sound]
    assert len(list(paths.experiments_home().glob("*.corrupt"))) == 1


def test_a_series_of_a_newer_version_is_left_alone():
    path = paths.experiments_home() / "x.json"
    path.parent.mkdir()
    path.write_text('{"format": 2, "id": "x"}')
    assert series.read_all() == [] and path.exists()
