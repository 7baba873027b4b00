"""The queue at work: what begins when, and what is said of it. The desk is a toy: no worker, no torch."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject

from gpt_studio import paths
from gpt_studio.engine import runs
from gpt_studio.engine.config import TrainConfig
from gpt_studio.engine.events import Ending, Noticed, Started, StepDone
from gpt_studio.engine.experiments import series as records
from gpt_studio.engine.experiments.run_queue import Order
from gpt_studio.engine.experiments.series import Series
from gpt_studio.engine.requests import ResumeRequest, TrainRequest
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.shell.queue_runner import QueueRunner
from gpt_studio.gui.shell.run_shelf import RunShelf
from gpt_studio.gui.shell.series_shelf import SeriesShelf
from gpt_studio.gui.shell.training_slot import TrainingSlot
from gpt_studio.gui.state import Phase, StudioState


class Desk:
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.stopped = 0

    def begin(self, request: object) -> int:
        self.requests.append(request)
        return len(self.requests)

    def stop(self, ticket: int) -> None:
        self.stopped += 1

    def pause(self, ticket: int) -> None:
        pass


class Page:
    """Train, as the slot sees it."""

    def training_ended(self, ending: Ending) -> None:
        pass

    def turn_to(self, view: str) -> None:
        self.turned_to = view


class Room(QObject):
    """A program that is open; `again` is its next start."""

    def __init__(self, state: StudioState, begin: bool = True) -> None:
        super().__init__()
        self.state, self.desk, self.page = state, Desk(), Page()
        self.shelf, self.series = RunShelf(state, self), SeriesShelf(state, self)
        self.slot = TrainingSlot(state, self.desk, self.shelf, lambda _: self.page, self)
        self.queue = QueueRunner(state, self.slot, self.shelf, self.series, lambda _: self.page, self)
        self.told: list[tuple[Any, ...]] = []
        self.finished: list[str] = []
        self.problems: list[str] = []
        for teller in (self.slot, self.queue, self.series):
            teller.told.connect(lambda *said: self.told.append(said))
        self.slot.problem.connect(lambda error: self.problems.append(error.code))
        self.queue.finished.connect(self.finished.append)
        if begin:
            self.greeted = self.queue.greet(None)
            self.queue.go_on()

    def add(self, *steps: int) -> list[str]:
        """Puts runs of so many steps into the queue; gives their ids."""
        before = {entry.id for entry in self.state.queue}
        for each in steps:
            self.queue.add_next_run(TrainConfig(max_steps=each))
        return [entry.id for entry in self.state.queue if entry.id not in before]

    def press(self) -> None:
        """The button of the newest message."""
        self.told[-1][3]()

    @property
    def words(self) -> str:
        return self.told[-1][1]

    @property
    def trains(self) -> int | None:
        """The steps of the run that was begun last, while it trains."""
        return self.desk.requests[-1].train.max_steps if self.slot.run else None

    @property
    def statuses(self) -> list[str]:
        return [entry.status for entry in self.state.queue]

    def begun(self, checkpoint: bool = True) -> Path:
        """The worker has made the folder of the run in training, and perhaps a checkpoint."""
        request = self.desk.requests[-1]
        if isinstance(request, TrainRequest):
            runs.create(request.run, self.slot.run.record, request.corpus.text, self.state.tokenizer)
        if checkpoint:
            (request.run / "checkpoints" / "step-000010").mkdir(parents=True, exist_ok=True)
        self.slot.hear([started(request.run), step_done(10)])
        return request.run

    def ends(self, kind: str = "done", code: str = "", **values: object) -> None:
        self.slot.end(Ending(kind, code, values))

    def stops(self) -> None:
        self.slot.stop()
        self.ends("stopped")


def started(run: Path) -> Started:
    facts = {"device": "cpu", "precision": "fp32", "parameters": 1, "vocab_size": 9, "max_steps": 500, "step": 0}
    return Started(run=str(run), train_tokens=1260, val_tokens=140, **facts)


def step_done(step: int) -> StepDone:
    return StepDone(step=step, train_loss=2.0, learning_rate=1e-3, grad_norm=0.5, tokens_per_s=1.0, seconds=1.0)


@pytest.fixture
def rooms(train_state):
    """Opens the program, and opens it again after it was closed or killed."""
    opened: list[Room] = []

    def make(killed: bool = False, **more: bool) -> Room:
        state = train_state
        if opened:
            if not killed:
                opened[-1].queue.leave()
                if opened[-1].slot.run:
                    opened[-1].ends("stopped")
            opened[-1].queue.close()
            state.training = None
            state.set_phase(Phase.IDLE)
            state.open_run(None)
        opened.append(Room(state, **more))
        opened[-1].shelf.refresh()
        return opened[-1]

    yield make
    opened[-1].queue.close()


@pytest.fixture
def room(rooms) -> Room:
    return rooms()


def test_runs_train_one_after_another_and_the_end_is_told(room: Room):
    room.add(100, 200, 300)
    assert (room.trains, room.statuses) == (100, ["running", "waiting", "waiting"])
    for steps in (200, 300):
        room.ends()
        assert room.trains == steps
    assert not room.finished
    room.ends()
    assert room.trains is None and room.statuses == ["done"] * 3
    assert room.finished == ["The queue is done: 3 runs are trained."] and room.told[-1][0] == "good"
    assert "experiments" in room.state.ticks
    room.press()
    assert room.page.turned_to == "queue"


def test_what_is_added_says_when_it_begins(room: Room):
    room.add(100)
    assert room.words == "verse-4×128 begins: 100 steps, batch 24, learning rate 0.040."
    room.add(200)
    assert room.words.startswith("verse-4×128 (2) waits behind 1 other: 200 steps")
    room.queue.hold(True)
    room.add(300)
    assert room.words.startswith("verse-4×128 (3) waits behind 2 others") and room.words.endswith("queue is held.")


def test_without_a_text_nothing_is_added_and_the_page_says_why(room: Room):
    room.state.choose_corpus(None, None)
    assert room.add(100) == [] and room.problems == ["training.no_text"]


def test_nothing_begins_before_the_worker_is_ready(room: Room):
    ready, room.state.ready = room.state.ready, None
    room.add(100)
    assert room.desk.requests == []
    room.state.ready = ready
    room.queue.go_on()
    assert room.trains == 100


def test_a_run_that_fails_is_marked_with_its_sentence_and_the_next_begins(room: Room):
    room.add(100, 200, 300)
    room.ends()
    room.ends("failed", "corpus.too_short", characters=5, minimum=90)
    assert room.trains == 300 and room.statuses == ["done", "failed", "running"]
    assert "5 characters" in room.state.queue[1].message and "The next run begins" in room.words
    room.ends()
    assert room.finished == ["The queue is done: 2 of 3 runs are trained, 1 failed."]
    assert room.told[-1][0] == "warn"


def test_stop_ends_that_run_and_holds_the_queue_until_it_is_told_to_go_on(room: Room):
    room.add(100, 200)
    room.begun()
    room.stops()
    assert room.trains is None and room.statuses == ["stopped", "waiting"] and room.state.queue_held
    assert room.words == "verse-4×128 is stopped and saved. The queue is held: 1 run waits."
    room.press()
    assert room.trains == 200 and not room.state.queue_held


def test_stopping_the_last_one_says_nothing_of_an_end(room: Room):
    room.add(100)
    told = len(room.told)
    room.stops()
    assert room.statuses == ["stopped"] and not room.finished and len(room.told) == told


def test_a_held_queue_lets_the_run_in_training_end_and_begins_no_other(room: Room):
    room.add(100, 200)
    room.queue.hold(True)
    room.ends()
    assert room.trains is None and room.statuses == ["done", "waiting"] and "1 run waits" in room.words
    room.queue.hold(False)
    assert room.trains == 200


def test_a_students_own_start_comes_before_what_is_held_and_the_queue_stays_held(room: Room):
    room.add(100, 200)
    room.stops()
    room.slot.start(TrainConfig(max_steps=50))
    assert room.trains == 50 and room.statuses == ["stopped", "waiting"]
    room.ends()
    assert room.trains is None and room.state.queue_held


def test_what_waits_begins_when_the_students_own_run_is_done_but_not_when_she_stops_it(room: Room):
    room.slot.start(TrainConfig(max_steps=50))
    room.add(100, 200)
    assert room.trains == 50 and room.statuses == ["waiting", "waiting"]
    room.ends()
    assert room.trains == 100
    room.ends()
    room.ends()
    room.slot.start(TrainConfig(max_steps=50))
    room.add(300)
    room.stops()
    assert room.trains is None and room.state.queue_held


def test_an_own_run_takes_no_name_and_no_folder_that_are_promised(room: Room):
    room.state.ready = None
    room.add(100)
    room.slot.start(TrainConfig(max_steps=50))
    assert room.desk.requests[-1].name == "verse-4×128 (2)"
    assert room.desk.requests[-1].run != room.state.queue[0].run


def test_a_run_of_the_queue_is_shown_only_to_those_who_look_at_no_other(room: Room, run_record):
    room.add(100, 200, 300)
    room.begun()
    assert room.state.run is room.slot.run
    room.ends()
    assert room.state.run is room.slot.run and room.slot.run.name == "verse-4×128 (2)"
    other = OpenRun(Path("other"), run_record("other"))
    room.state.open_run(other)
    room.ends()
    assert room.state.run is other and room.slot.run.name == "verse-4×128 (3)"
    assert room.state.training is room.slot.run


def test_a_removed_run_can_be_had_back_and_does_not_train_meanwhile(room: Room):
    ids = room.add(100, 200, 300)
    room.queue.remove(ids[1])
    assert room.words == "verse-4×128 (2) is out of the queue."
    room.press()
    assert [entry.id for entry in room.state.queue] == ids
    room.queue.remove(ids[1])
    room.ends()
    assert room.trains == 300
    room.queue.remove(ids[2])
    assert "Stop it first" in room.words


def test_the_order_is_the_students(room: Room):
    ids = room.add(100, 200, 300)
    room.queue.move(ids[2], 0)
    room.ends()
    assert room.trains == 300


def test_one_that_failed_can_be_tried_again(room: Room):
    ids = room.add(100)
    room.begun()
    room.ends("failed", "training.diverged", step=3, learning_rate=1, back_to=0)
    room.queue.try_again(ids[0])
    assert room.trains == 100 and isinstance(room.desk.requests[-1], TrainRequest)
    assert room.desk.requests[0].run != room.desk.requests[1].run, "the first one is kept as it is"


def test_one_that_was_stopped_goes_on_when_it_is_tried_again(room: Room):
    ids = room.add(100)
    run = room.begun()
    room.stops()
    room.queue.try_again(ids[0])
    assert isinstance(room.desk.requests[-1], ResumeRequest) and room.desk.requests[-1].run == run


# From one start to the next


def test_after_closing_the_queue_goes_on_where_it_was(rooms):
    room = rooms()
    room.add(100, 200)
    run = room.begun()
    again = rooms()
    assert again.greeted and again.words == "The queue goes on with verse-4×128. 1 run waits behind it."
    assert [type(request) for request in again.desk.requests] == [ResumeRequest]
    assert again.desk.requests[0].run == run and again.statuses == ["running", "waiting"]
    again.ends()
    assert again.trains == 200


def test_after_a_crash_the_run_goes_on_from_its_checkpoint_or_begins_anew(rooms):
    room = rooms()
    room.add(100)
    run = room.begun(checkpoint=False)
    again = rooms(killed=True)
    assert isinstance(again.desk.requests[0], TrainRequest) and again.desk.requests[0].run == run
    assert not run.exists() and len(list((paths.runs_home() / ".trash").iterdir())) == 1
    assert again.desk.requests[0].corpus.text == room.state.corpus.text


def test_one_that_was_cut_off_after_its_last_step_is_done(rooms):
    rooms().add(100, 200)
    again = rooms(killed=True)
    again.ends("failed", "run.already_done", run="a", step=100)
    assert again.statuses == ["done", "running"]


def test_not_now_holds_the_queue_and_lets_the_run_wait_again(rooms):
    room = rooms()
    room.add(100, 200)
    run = room.begun()
    again = rooms()
    again.press()
    assert again.desk.stopped == 1
    again.ends("stopped")
    assert again.statuses == ["waiting", "waiting"] and again.state.queue_held and again.trains is None
    again.queue.hold(False)
    assert again.desk.requests[-1].run == run and isinstance(again.desk.requests[-1], ResumeRequest)


def test_a_queue_that_was_held_or_whose_run_was_paused_waits_for_a_word(rooms):
    room = rooms()
    room.add(100, 200)
    room.begun()
    room.slot.pause()
    again = rooms()
    assert again.desk.requests == [] and again.words == "The queue is held: 2 runs wait."
    assert again.statuses == ["waiting", "waiting"], "it is not in training, so it can be taken out"
    again.press()
    assert isinstance(again.desk.requests[0], ResumeRequest)


def test_a_run_of_her_own_that_was_cut_off_is_asked_about_first(rooms):
    rooms().add(100)
    again = rooms(killed=True, begin=False)
    assert not again.queue.greet(Path("her own"))
    assert again.state.queue_held and again.desk.requests == []


def test_when_the_device_is_lost_the_run_goes_on_at_the_next_start(rooms):
    room = rooms()
    room.add(100, 200)
    run = room.begun()
    room.ends("failed", "device.lost")
    assert room.statuses == ["running", "waiting"] and len(room.desk.requests) == 1
    assert rooms().desk.requests[0].run == run


def test_a_second_window_does_not_train_what_the_first_one_has(room: Room, train_state):
    room.add(100, 200)
    second = Room(StudioState())
    second.state.set_ready(train_state.ready)
    second.queue.refresh()
    assert not second.greeted and second.desk.requests == [] and len(second.state.queue) == 2
    second.queue.hold(False)
    assert "Another window" in second.words
    room.queue.close()
    second.queue._elsewhere.timeout.emit()  # looks again every few seconds
    assert isinstance(second.desk.requests[0], TrainRequest) and "goes on with verse" in second.words
    assert not second.queue._elsewhere.isActive()
    second.queue.close()


# Series


def an_experiment() -> Series:
    facts = {"kind": "experiment", "created": records.now(), "corpus_id": "verse", "corpus_title": "Verse"}
    return Series(id=records.new_id(), title="Dropout", **facts)


def test_a_series_knows_its_runs_at_once_and_they_know_it_when_they_have_ended(room: Room):
    series = an_experiment()
    orders = [Order(request=room.slot.next_run(TrainConfig(max_steps=each)), role=f"{each}") for each in (100, 200)]
    room.queue.order(series, orders)
    assert room.words == "2 runs are in the queue." and room.trains == 100
    kept = records.read_all()[0]
    assert {role: Path(run) for role, run in kept.runs.items()} == {
        entry.order.role: entry.run for entry in room.state.queue
    }
    run = room.begun()
    room.ends()
    assert records.read_from(run) == room.state.series[0]


def test_a_series_follows_a_run_that_the_disk_drives_away(room: Room, tmp_path: Path):
    series = an_experiment()
    room.queue.order(series, [Order(request=room.slot.next_run(TrainConfig(max_steps=100)), role="a")])
    room.begun()
    moved = Noticed(code="saving.moved", values={"run": str(tmp_path / "elsewhere")})
    room.slot.hear([moved])
    assert records.read_all()[0].run("a") == tmp_path / "elsewhere" == room.state.queue[0].run


def test_a_series_whose_folder_was_taken_meanwhile_knows_the_new_one(room: Room):
    room.state.ready, ready = None, room.state.ready
    room.queue.order(an_experiment(), [Order(request=room.slot.next_run(TrainConfig()), role="a")])
    promised = room.state.queue[0].run
    (promised / "kept").mkdir(parents=True)
    room.state.ready = ready
    room.queue.go_on()
    assert room.state.series[0].run("a") == room.state.queue[0].run == room.desk.requests[-1].run != promised
