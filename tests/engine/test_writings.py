"""What was written is kept with the run: read again, within limits, whatever the disk and others do."""

import json
import os
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from gpt_studio.engine import files
from gpt_studio.engine.config import STYLES, Sampling
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.keeping import archive, writings
from gpt_studio.engine.keeping.writings import Writing, WrittenText
from gpt_studio.engine.requests import Begun


@pytest.fixture
def run(tmp_path: Path) -> Path:
    path = tmp_path / "verse"
    path.mkdir()
    (path / "run.json").write_text("{}")
    return path


def a_writing(number: int = 0, text: str = "had the pier", **other: object) -> Writing:
    made = Writing(
        id=f"id{number}",
        when=f"2026-01-01T10:00:00.{number:06d}+00:00",
        prompt="So ",
        shown_prompt="So ",
        samplings=tuple(STYLES.values()),
        length=500,
        seed=1337 + number,
        step=300,
        texts=tuple(WrittenText(row=row, style=style, text=text) for row, style in enumerate(STYLES)),
    )
    return replace(made, **other)


def test_what_is_kept_comes_back_newest_first(run):
    assert writings.read(run) == []
    kept = [a_writing(number, text=f"é\n\u2028 {number}") for number in range(3)]
    for writing in kept:
        writings.keep(run, writing)
    assert writings.read(run) == kept[::-1]


def test_the_same_text_once_more_is_kept_once(run):
    for number, seed in enumerate((1, 2, 1)):
        writings.keep(run, a_writing(number, seed=seed))
    assert [(writing.id, writing.seed) for writing in writings.read(run)] == [("id2", 1), ("id1", 2)]


def test_it_can_be_asked_for_once_more(run):
    writing = a_writing(begun=Begun(row=1, tokens=(3, 4)))
    writings.keep(run, writing)
    request = writings.read(run)[0].request(run, 300, candidates=12)
    assert (request.prompt, request.seed, request.length) == ("So ", 1337, 500)
    assert request.samplings == tuple(STYLES.values()) and request.subject.step == 300
    assert request.begun == Begun(row=1, tokens=(3, 4), retold=True)


def test_torn_damaged_and_newer_lines_are_passed_over_and_kept(run):
    writings.keep(run, a_writing(1))
    path = run / writings.FILE
    newer = json.dumps({"format": 99, "id": "new", "when": "2026-01-01T09", "something": "else"})
    path.write_text(path.read_text() + "no json\n" + newer + "\n" + '{"format": 1, "id": "to', "utf-8")
    assert [writing.id for writing in writings.read(run)] == ["id1"]
    writings.keep(run, a_writing(2))
    assert [writing.id for writing in writings.read(run)] == ["id2", "id1"]
    writings.forget(run, {"id1"})
    left = path.read_text("utf-8")
    assert "no json" in left and '"new"' in left and "id1" not in left


@pytest.mark.parametrize(
    "wrong",
    [
        {"samplings": []},
        {"texts": [{"row": 7, "style": "focused", "text": "x"}]},
        {"seed": -1},
        {"length": 10**9},
        {"begun": {"row": 5, "tokens": [1]}},
        {"prompt": 7},
    ],
)
def test_a_line_that_cannot_be_true_is_passed_over(run, wrong):
    writings.keep(run, a_writing(1))
    line = json.loads((run / writings.FILE).read_text("utf-8"))
    (run / writings.FILE).write_text(json.dumps(line | wrong) + "\n", "utf-8")
    assert writings.read(run) == []


def test_the_newest_two_hundred_are_kept(run):
    lines = [a_writing(number) for number in range(writings.KEPT + 5)]
    writings.restore(run, lines)
    assert [writing.id for writing in writings.read(run)] == [line.id for line in lines[5:]][::-1]
    writings.keep(run, a_writing(900))
    assert len((run / writings.FILE).read_text("utf-8").splitlines()) == writings.KEPT


def test_long_texts_are_kept_as_far_as_there_is_room(run, monkeypatch):
    monkeypatch.setattr(writings, "KEPT_BYTES", 5_000)
    for number in range(4):
        writings.keep(run, a_writing(number, text="x" * 600))
    assert [writing.id for writing in writings.read(run)] == ["id3", "id2"]
    writings.keep(run, a_writing(9, text="x" * 10_000))
    assert [writing.id for writing in writings.read(run)] == ["id9"], "the newest is kept however long it is"


def test_what_was_deleted_can_be_had_back_in_its_place(run):
    kept = [a_writing(number) for number in range(4)]
    writings.restore(run, kept)
    writings.forget(run, {"id1", "id2"})
    assert [writing.id for writing in writings.read(run)] == ["id3", "id0"]
    writings.restore(run, kept[1:3])
    assert writings.read(run) == kept[::-1]
    writings.forget(run, {writing.id for writing in kept})
    assert writings.read(run) == []


def test_a_full_disk_is_told_and_leaves_what_was_there(run, monkeypatch):
    writings.restore(run, [a_writing(0), a_writing(1)])
    before = (run / writings.FILE).read_bytes()

    class Full(files.SystemDisk):
        def write(self, descriptor: int, data: memoryview) -> int:
            if len(data) > 10:
                return os.write(descriptor, data[:10])
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "disk", Full())
    for does in (lambda: writings.keep(run, a_writing(2)), lambda: writings.forget(run, {"id1"})):
        with pytest.raises(StudioError, match=r"files\.write"):
            does()
        assert (run / writings.FILE).read_bytes() == before


def test_a_run_that_is_gone_does_not_come_back_as_half_a_folder(tmp_path):
    with pytest.raises(StudioError, match=r"files\.write"):
        writings.keep(tmp_path / "gone", a_writing())
    assert not (tmp_path / "gone").exists()


def test_a_file_that_is_no_file_is_told(run):
    (run / writings.FILE).mkdir(parents=True)
    with pytest.raises(StudioError, match=r"run\.damaged"):
        writings.read(run)


def test_a_run_in_training_can_have_its_texts_kept(run):
    with files.locked(run):
        writings.keep(run, a_writing(1))
    assert len(writings.read(run)) == 1


def test_another_window_at_the_same_file_is_waited_for(run, monkeypatch):
    (run / "results").mkdir()
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with files.locked(run / "results"):
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    inside.wait(10)
    monkeypatch.setattr(writings, "_WAIT_S", 0.0)
    with pytest.raises(RunError, match=r"run\.in_use"):
        writings.keep(run, a_writing(1))
    monkeypatch.setattr(writings, "_WAIT_S", 10.0)
    leave.set()
    writings.keep(run, a_writing(1))
    thread.join(10)
    assert len(writings.read(run)) == 1


def test_a_packed_run_takes_its_texts_along():
    assert archive.limit_of(writings.FILE.as_posix()) > 2 * writings.KEPT_BYTES


def test_of_a_huge_file_only_the_end_is_read(run, monkeypatch):
    writings.restore(run, [a_writing(number) for number in range(9)])
    monkeypatch.setattr(writings, "_READ_BYTES", 2_500)
    assert [writing.id for writing in writings.read(run)][:2] == ["id8", "id7"]
    assert 0 < len(writings.read(run)) < 9


def test_a_text_of_no_row_is_refused():
    with pytest.raises(ValueError):
        replace(a_writing(), samplings=(Sampling(),))
