"""The queue keeps its order, its texts and its promises, whatever happens to it."""

import json
import logging
from pathlib import Path

import pytest

from gpt_studio import paths
from gpt_studio.engine import files
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments.run_queue import Order, RunQueue
from gpt_studio.engine.requests import CorpusText, TrainRequest

TEXT = "Ann has a cat.\n" * 40


def order(name: str = "toy", text: str = TEXT, **more: str) -> Order:
    request = TrainRequest(
        corpus=CorpusText(id="toy", title="Toy", text=text),
        model=ModelConfig(n_layer=1, n_head=1, n_embd=8, block_size=8),
        train=TrainConfig(max_steps=12),
        run=Path("anywhere"),
        name=name,
    )
    return Order(request=request, **more)


def names(queue: RunQueue) -> list[str]:
    return [entry.name for entry in queue.entries]


def texts() -> list[Path]:
    return list((paths.queue_home() / "texts").glob("*.txt"))


def opened() -> RunQueue:
    """As a start of the program finds it."""
    queue = RunQueue()
    queue.refresh()
    return queue


@pytest.fixture
def queue():
    made = opened()
    yield made
    made.close()


def reopened(queue: RunQueue) -> RunQueue:
    queue.close()
    return opened()


def test_an_untouched_home_has_an_empty_queue_and_no_folder(queue):
    assert queue.entries == [] and not queue.held and queue.running is None
    assert not paths.queue_home().exists()


def test_what_is_added_is_there_after_the_program_has_ended(queue):
    added = queue.add([order("first", series="s", role="a"), order("second", text="Bob has a dog.\n" * 40)])
    again = reopened(queue)
    assert again.entries == added
    assert again.entries[0].order.request.corpus.text == TEXT
    assert (again.entries[0].order.series, again.entries[0].order.role) == ("s", "a")
    again.close()


def test_names_and_folders_are_free_among_runs_and_among_what_waits(queue):
    (paths.runs_home() / "toy").mkdir(parents=True)
    first, second = queue.add([order("toy"), order("toy")])
    third = queue.add([order("toy")])[0]
    assert [entry.name for entry in (first, second, third)] == ["toy (2)", "toy (3)", "toy (4)"]
    assert len({first.run, second.run, third.run}) == 3 and not first.run.exists()


def test_the_order_can_be_changed_and_is_kept(queue):
    queue.add([order(name) for name in "abcd"])
    queue.move(queue.entries[3].id, 0)
    queue.move(queue.entries[1].id, 99)
    assert names(queue) == ["d", "b", "c", "a"]
    again = reopened(queue)
    assert names(again) == ["d", "b", "c", "a"]
    again.close()


def test_places_count_among_what_waits(queue):
    queue.add([order(name) for name in "abc"])
    queue.begin(queue.entries[0].id)
    queue.move(queue.entries[2].id, 0)
    assert [entry.name for entry in queue.waiting] == ["c", "b"]
    assert queue.running and queue.running.name == "a"


def test_a_removed_entry_can_be_put_back_where_it_was(queue):
    queue.add([order(name) for name in "abc"])
    gone, place = queue.remove(queue.entries[1].id)
    assert names(queue) == ["a", "c"]
    queue.put_back(gone, place)
    assert names(queue) == ["a", "b", "c"]
    assert queue.entries[1].order.request.corpus.text == TEXT


def test_the_last_one_that_was_removed_can_be_put_back(queue):
    added = queue.add([order()])[0]
    gone, place = queue.remove(added.id)
    assert texts() == []
    queue.put_back(gone, place)
    assert names(queue) == ["toy"] and len(texts()) == 1


def test_a_run_that_trains_is_not_removed(queue):
    entry = queue.add([order()])[0]
    queue.begin(entry.id)
    with pytest.raises(StudioError, match=r"queue\.running"):
        queue.remove(entry.id)
    assert names(queue) == ["toy"]


def test_equal_texts_are_stored_once_and_go_when_nothing_needs_them(queue):
    one, two, other = queue.add([order("a"), order("b"), order("c", text="Another text. " * 30)])
    assert len(texts()) == 2
    queue.begin(one.id)
    queue.end(one.id, "done")
    assert len(texts()) == 2 and queue.entries[0].order.request.corpus.text == ""
    queue.begin(two.id)
    queue.end(two.id, "done")
    assert len(texts()) == 1
    queue.remove(other.id)
    assert texts() == []


def test_one_that_was_cut_off_is_running_at_the_next_start(queue):
    first, _ = queue.add([order("a"), order("b")])
    queue.begin(first.id)
    again = reopened(queue)
    assert again.running and again.running.name == "a" and again.running.begun
    assert [entry.name for entry in again.waiting] == ["b"]
    again.close()


def test_a_run_whose_folder_was_taken_meanwhile_gets_another_one(queue):
    entry = queue.add([order()])[0]
    (entry.run / "kept").mkdir(parents=True)
    begun = queue.begin(entry.id)
    assert begun.run != entry.run and not begun.run.exists()


def test_one_that_has_begun_keeps_its_folder(queue):
    entry = queue.add([order()])[0]
    queue.begin(entry.id)
    entry.run.mkdir(parents=True)
    queue.end(entry.id, "stopped")
    queue.wait_again(entry.id)
    assert queue.begin(entry.id).run == entry.run


def test_one_that_failed_begins_anew_when_it_is_tried_again(queue):
    entry = queue.add([order()])[0]
    queue.begin(entry.id)
    entry.run.mkdir(parents=True)
    assert queue.end(entry.id, "failed", "The text is too short.").message == "The text is too short."
    assert not queue.wait_again(entry.id).begun
    assert queue.begin(entry.id).run != entry.run


def test_what_was_in_training_waits_as_the_next_one_and_another_try_as_the_last(queue):
    a, _, c = queue.add([order(name) for name in "abc"])
    queue.begin(a.id)
    queue.move(c.id, 0)
    queue.wait_again(a.id)
    assert [entry.name for entry in queue.waiting] == ["a", "c", "b"]
    queue.begin(a.id)
    queue.end(a.id, "failed", "Why.")
    queue.wait_again(a.id)
    assert [entry.name for entry in queue.waiting] == ["c", "b", "a"]
    assert names(queue) == ["c", "b", "a"]


def test_what_has_ended_can_be_cleared(queue):
    one, two, _ = queue.add([order(name) for name in "abc"])
    for entry, status in ((one, "done"), (two, "failed")):
        queue.begin(entry.id)
        queue.end(entry.id, status)
    assert [entry.name for entry in queue.clear_ended()] == ["a", "b"]
    assert names(queue) == ["c"]


def test_a_held_queue_is_held_at_the_next_start_and_free_when_nothing_is_left(queue):
    entry = queue.add([order()])[0]
    queue.hold()
    again = reopened(queue)
    assert again.held
    again.remove(entry.id)
    assert not again.held
    again.close()


# Two windows


def test_a_second_window_sees_the_queue_and_cannot_change_it(queue):
    entry = queue.add([order()])[0]
    second = opened()
    assert names(second) == ["toy"] and not second.is_ours and queue.is_ours
    for change in (lambda: second.add([order()]), lambda: second.begin(entry.id), lambda: second.remove(entry.id)):
        with pytest.raises(StudioError, match=r"queue\.in_use"):
            change()
    assert names(queue) == ["toy"]


def test_the_second_window_takes_over_when_the_first_is_gone(queue):
    entry = queue.add([order()])[0]
    second = opened()
    queue.close()
    second.refresh()
    assert second.is_ours
    assert second.begin(entry.id).status == "running"
    second.close()


def test_a_queue_with_nothing_ahead_is_free_for_both_windows(queue):
    second = opened()
    entry = queue.add([order("a")])[0]
    queue.begin(entry.id)
    queue.end(entry.id, "done")
    second.add([order("b")])
    assert names(second) == ["a", "b"]
    second.close()


# Damage


def entry_file(queue: RunQueue, place: int) -> Path:
    return paths.queue_home() / f"entry-{queue.entries[place].id}.json"


@pytest.mark.parametrize("damage", [b"", b'{"format": 1, "ent', b"\xff\xfe", b"[" * 5000, b'{"format": 1}'])
def test_a_damaged_entry_is_put_aside_and_the_others_go_on(queue, caplog, damage):
    queue.add([order(name) for name in "abc"])
    entry_file(queue, 1).write_bytes(damage)
    with caplog.at_level(logging.WARNING):
        again = reopened(queue)
    assert names(again) == ["a", "c"]
    assert len(list(paths.queue_home().glob("*.corrupt"))) == 1 and "goes on without" in caplog.text
    again.close()


def test_an_entry_whose_settings_cannot_be_is_put_aside(queue):
    queue.add([order("a"), order("b")])
    stored = json.loads(entry_file(queue, 0).read_text())
    stored["entry"]["order"]["request"]["model"]["n_embd"] = -3
    entry_file(queue, 0).write_text(json.dumps(stored))
    again = reopened(queue)
    assert names(again) == ["b"]
    again.close()


def test_a_text_that_was_changed_takes_its_entries_along_and_no_other(queue):
    queue.add([order("a"), order("b", text="Another text. " * 30)])
    digest = json.loads(entry_file(queue, 0).read_text())["text"]
    (paths.queue_home() / "texts" / f"{digest}.txt").write_text("torn")
    again = reopened(queue)
    assert names(again) == ["b"]
    again.close()


def test_without_a_sound_order_file_the_order_is_that_of_adding_and_the_queue_is_held(queue):
    queue.add([order(name) for name in "abc"])
    queue.move(queue.entries[2].id, 0)
    (paths.queue_home() / "order.json").write_text("{")
    again = reopened(queue)
    assert names(again) == ["a", "b", "c"] and again.held
    again.close()


def test_an_entry_of_a_newer_version_is_left_alone_with_its_text(queue):
    queue.add([order("a"), order("b", text="Another text. " * 30)])
    stored = json.loads(entry_file(queue, 0).read_text())
    entry_file(queue, 0).write_text(json.dumps({**stored, "format": 99, "entry": "unknown"}))
    again = reopened(queue)
    again.remove(again.entries[0].id)
    assert again.entries == [] and len(texts()) == 2
    assert len(list(paths.queue_home().glob("entry-*.json"))) == 1


class FullDisk(files.SystemDisk):
    """A disk that takes so many files and no more."""

    def __init__(self, room: int) -> None:
        self.room = room

    def replace(self, source: Path, target: Path) -> None:
        if target.suffix == ".json":
            self.room -= 1
            if self.room < 0:
                raise OSError(28, "No space left on device")
        super().replace(source, target)


@pytest.mark.parametrize("room", [0, 1, 2, 3])
def test_a_full_disk_leaves_the_queue_as_it_was(queue, monkeypatch, room):
    queue.add([order("a")])
    with monkeypatch.context() as patched, pytest.raises(StudioError, match=r"files\.write"):
        patched.setattr(files, "disk", FullDisk(room))
        queue.add([order("b"), order("c"), order("d")])
    assert names(queue) == ["a"]
    again = reopened(queue)
    assert names(again) == ["a"]
    again.close()
