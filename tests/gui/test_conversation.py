"""Wishes become requests, reports reach whoever asked. The desk here is a small one of our own: no worker, no torch."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from gpt_studio import paths
from gpt_studio.engine import files, run_record, runs
from gpt_studio.engine.config import PRESETS, ModelConfig, Sampling, TokenizerConfig, TrainConfig
from gpt_studio.engine.dial import LessonPlan
from gpt_studio.engine.events import (
    Ending,
    Evaluated,
    Noticed,
    Probed,
    Ready,
    Revised,
    Sample,
    Started,
    StepDone,
    StepSeen,
    Written,
)
from gpt_studio.engine.keeping import library
from gpt_studio.engine.requests import (
    Changes,
    CorpusText,
    ProbeRequest,
    ResumeRequest,
    Subject,
    TrainRequest,
    WriteRequest,
)
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui.conversation import Conversation
from gpt_studio.gui.open_run import Curve
from gpt_studio.gui.shell.run_shelf import RunShelf, first_record
from gpt_studio.gui.state import Phase, StudioState, Visit

TEXT = CorpusText(id="verse_drama", title="Verse drama", text="O muse, sing! " * 100)


class Desk(QObject):
    """Notes what it is asked; a test answers with `says` and `ends`."""

    ready = Signal(object)
    broken = Signal(str)
    reported = Signal(int, list)
    ended = Signal(int, object)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[object] = []
        self.asked: list[tuple[str, int]] = []

    def begin(self, request: object) -> int:
        self.requests.append(request)
        return len(self.requests)

    def stop(self, ticket: int) -> None:
        self.asked.append(("stop", ticket))

    def pause(self, ticket: int) -> None:
        self.asked.append(("pause", ticket))

    def go_on(self, ticket: int) -> None:
        self.asked.append(("go on", ticket))

    def step(self, ticket: int) -> None:
        self.asked.append(("step", ticket))

    def save_elsewhere(self, ticket: int, folder: Path) -> None:
        self.asked.append(("elsewhere", ticket))

    def shut_down(self) -> None:
        self.closed.emit()

    def says(self, ticket: int, *events: object) -> None:
        self.reported.emit(ticket, list(events))

    def ends(self, ticket: int, kind: str = "done", code: str = "", **values: object) -> None:
        self.ended.emit(ticket, Ending(kind, code, values, "Traceback …" if code == "unforeseen" else ""))


class Tab(QObject):
    """A page as the conversation sees it."""

    measure_asked = Signal()
    use_asked = Signal(str)
    plan_asked = Signal(object)
    start_asked = Signal(object)
    queue_asked = Signal(object)
    pause_asked = Signal()
    go_on_asked = Signal()
    stop_asked = Signal()
    step_asked = Signal()
    open_asked = Signal(object)
    resume_asked = Signal(object, int)
    fork_asked = Signal(object, object)
    rename_asked = Signal(object, str)
    delete_asked = Signal(object)
    library_asked = Signal()
    write_asked = Signal(object)
    why_asked = Signal(object)
    test_asked = Signal(object)
    read_asked = Signal(object)
    look_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.received: list[object] = []
        self.endings: list[Ending] = []
        self.problems: list[str] = []
        self.undo: Callable[[], None] | None = None

    def receive(self, events: list) -> None:
        self.received += events

    def visit_ended(self, ending: Ending) -> None:
        self.endings.append(ending)

    def show_problem(self, words: str) -> None:
        self.problems.append(words)

    def training_ended(self, ending: Ending) -> None:
        self.endings.append(ending)

    def run_deleted(self, name: str, undo: Callable[[], None]) -> None:
        self.undo = undo


class Room:
    """State, desk, pages and the conversation between them."""

    def __init__(self) -> None:
        self.state, self.desk = StudioState(), Desk()
        self.pages: dict[str, Tab] = {name: Tab() for name in ("hardware", "train", "write", "generalize", "look")}
        self.talk = Conversation(self.state, self.desk, self.pages.__getitem__)
        self.told: list[tuple] = []
        self.asked_pages: list[str] = []
        self.trains: list[object] = []
        self.talk.told.connect(lambda *said: self.told.append(said))
        self.talk.page_asked.connect(self.asked_pages.append)
        self.talk.training_changed.connect(self.trains.append)
        for name, page in self.pages.items():
            self.talk.attach(name, page)
        self.state.choose_corpus(TEXT, Tokenizer.characters(TEXT.text))

    @property
    def train(self) -> Tab:
        return self.pages["train"]

    def start(self, steps: int = 500) -> tuple[int, TrainRequest]:
        self.train.start_asked.emit(TrainConfig(max_steps=steps))
        request = self.desk.requests[-1]
        assert isinstance(request, TrainRequest)
        return len(self.desk.requests), request


@pytest.fixture
def room(qapp) -> Room:
    return Room()


def started(run: Path, step: int = 0, max_steps: int = 500) -> Started:
    return Started(
        run=str(run),
        parameters=1,
        device="cpu",
        precision="fp32",
        vocab_size=9,
        train_tokens=1260,
        val_tokens=140,
        max_steps=max_steps,
        step=step,
    )


def step_done(step: int) -> StepDone:
    return StepDone(
        step=step, train_loss=2.0, learning_rate=1e-3, grad_norm=0.5, tokens_per_s=1000.0, seconds=step * 0.1
    )


def checked(step: int, loss: float = 2.0) -> Evaluated:
    return Evaluated(step=step, train_loss=loss, val_loss=loss, bits_per_char=loss)


def a_run_on_disk(name: str = "verse", steps: int = 20, status: str = "stopped") -> Path:
    """A run folder as the engine leaves it, without tensors."""
    path = library.new_folder_for(name)
    tokenizer = Tokenizer.characters(TEXT.text)
    model = ModelConfig(vocab_size=tokenizer.vocab_size)
    record = first_record(name, TEXT, model, TrainConfig(max_steps=500), "small")
    runs.create(path, runs.replace(record, status=status), TEXT.text, tokenizer)
    runs.append_events(path, [*(step_done(step) for step in range(1, steps + 1)), checked(steps)])
    runs.append_events(path, [Sample(step=0, text="xq"), Sample(step=steps, text="O m")])
    return path


# Visitors


def test_the_machine_is_measured_by_itself_once_the_worker_is_ready(room: Room):
    room.desk.ready.emit(Ready("cpu", "Processor", 6))
    assert room.state.ready and isinstance(room.desk.requests[0], ProbeRequest)
    assert not room.desk.requests[0].anew
    assert room.state.visit is Visit.MEASURING
    probed = Probed("small", 0.05, 30000.0, 1e11, 10)
    room.desk.says(1, probed)
    room.desk.ends(1)
    assert room.pages["hardware"].received == [probed] and len(room.pages["hardware"].endings) == 1
    assert room.state.visit is Visit.NONE
    room.pages["hardware"].measure_asked.emit()
    assert len(room.desk.requests) == 2


def test_reports_reach_the_page_that_asked_and_no_other(room: Room):
    request = WriteRequest(subject=Subject(run=Path("run")), prompt="O", samplings=(Sampling(),))
    room.pages["write"].write_asked.emit(request)
    assert room.desk.requests == [request] and room.state.visit is Visit.WRITING
    letter = Written(0, "m", 0.5, 0.6, 1, None)
    room.desk.says(1, letter)
    assert room.pages["write"].received == [letter] and not room.pages["look"].received
    room.pages["write"].stop_asked.emit()
    assert room.desk.asked == [("stop", 1)]
    room.desk.ends(1, "stopped")
    room.pages["write"].stop_asked.emit()
    assert room.desk.asked == [("stop", 1)], "there is nothing left to stop"


def test_a_visitor_that_takes_anothers_place_keeps_the_visit_true(room: Room):
    room.pages["write"].write_asked.emit("write, please")
    room.pages["look"].look_asked.emit("look, please")
    assert room.state.visit is Visit.LOOKING
    room.desk.ends(1, "stopped")
    assert room.state.visit is Visit.LOOKING and room.pages["write"].endings[0].kind == "stopped"
    room.desk.ends(2)
    assert room.state.visit is Visit.NONE and len(room.pages["look"].endings) == 1


def test_the_visit_is_over_before_the_page_is_told(room: Room):
    seen = []
    room.pages["generalize"].visit_ended = lambda ending: seen.append(room.state.visit)
    room.pages["generalize"].test_asked.emit("test, please")
    assert room.state.visit is Visit.TESTING
    room.desk.ends(1)
    assert seen == [Visit.NONE]


def test_a_failure_that_nobody_foresaw_is_told_with_its_details(room: Room, qtbot):
    room.pages["look"].look_asked.emit("look, please")
    with qtbot.waitSignal(room.talk.unforeseen) as told:
        room.desk.ends(1, "failed", "unforeseen")
    assert told.args == ["Traceback …"]


# Training


def test_a_worker_that_cannot_load_torch_is_told_with_what_to_do(room: Room, qtbot):
    with qtbot.waitSignal(room.talk.unforeseen) as fault:
        room.desk.broken.emit("Traceback … OSError")
    assert fault.args == ["Traceback … OSError"]
    assert room.state.broken and room.state.ready is None
    assert room.told[-1][0] == "bad" and "Texts and runs are safe" in room.told[-1][1]


def test_start_begins_a_new_run_with_the_chosen_text_and_model(room: Room):
    _, request = room.start()
    assert request.corpus is TEXT and request.name == "verse-4×128" and request.preset == "small"
    assert request.run.parent == paths.runs_home() and not request.run.exists()
    assert room.state.phase is Phase.TRAINING and room.state.run.name == "verse-4×128"
    assert room.trains == [room.state.run]


def test_start_takes_the_chosen_tokens_and_their_vocabulary(room: Room):
    room.state.choose_tokens(TokenizerConfig(kind="bpe", vocab_size=640))
    _, request = room.start()
    assert request.tokenizer == room.state.run.record.tokenizer == TokenizerConfig(kind="bpe", vocab_size=640)
    assert request.model.vocab_size == 640


def test_a_training_run_grows_pauses_goes_on_and_ends(room: Room):
    ticket, request = room.start()
    room.desk.says(ticket, started(request.run), step_done(1), checked(1))
    assert room.state.run.curve.step == 1 and "train" in room.state.ticks
    room.train.pause_asked.emit()
    assert room.state.phase is Phase.PAUSED
    room.train.pause_asked.emit()
    room.train.go_on_asked.emit()
    assert room.state.phase is Phase.TRAINING
    room.train.stop_asked.emit()
    assert room.desk.asked == [("pause", ticket), ("go on", ticket), ("stop", ticket)]
    assert room.state.phase is Phase.TRAINING, "it is over only when the worker says so"
    room.desk.ends(ticket, "stopped")
    assert room.state.phase is Phase.IDLE and room.trains[-1] is None
    assert room.train.endings[0].kind == "stopped"


def test_without_a_text_nothing_begins_and_the_page_says_why(room: Room):
    room.state.choose_corpus(None, None)
    room.train.start_asked.emit(TrainConfig())
    assert not room.desk.requests and room.train.problems == ["First choose a text to train on."]


def test_a_run_that_never_began_leaves_the_earlier_one_open(room: Room):
    path = a_run_on_disk()
    room.train.open_asked.emit(path)
    before = room.state.run
    ticket, _ = room.start()
    room.desk.ends(ticket, "failed", "corpus.too_short", characters=5, minimum=90)
    assert room.state.run is before and room.state.phase is Phase.IDLE
    assert room.train.endings[-1].code == "corpus.too_short"


def test_a_second_start_makes_a_new_run_of_another_name_and_says_so(room: Room):
    room.train.open_asked.emit(a_run_on_disk("verse-4×128"))
    room.talk.shelf.refresh()
    _, request = room.start()
    assert request.name == "verse-4×128 (2)"
    assert "verse-4×128 (2)" in room.told[-1][1] and "kept" in room.told[-1][1]


def test_looking_at_another_run_meanwhile_loses_nothing(room: Room):
    ticket, request = room.start()
    room.desk.says(ticket, started(request.run), step_done(1))
    other = a_run_on_disk("other")
    room.train.open_asked.emit(other)
    room.desk.says(ticket, step_done(2))
    assert room.state.run.path == other and room.state.run.curve.step == 20
    room.train.open_asked.emit(request.run)
    assert room.state.run.curve.step == 2


def test_a_single_step_pauses_the_run_in_training_and_is_shown_to_whoever_looks(room: Room):
    ticket, request = room.start()
    room.desk.says(ticket, started(request.run), step_done(1))
    seen = []
    room.state.step_seen.connect(lambda step: seen.append((step, room.state.run.curve.step)))
    room.train.step_asked.emit()
    assert room.state.phase is Phase.PAUSED
    assert room.desk.asked == [("pause", ticket), ("step", ticket)]
    step = StepSeen(2, ("abc",), 1, "ab", "c", ("c",), np.array([0.1]), np.array([0.2]), ())
    room.desk.says(ticket, step, step_done(2))
    assert seen == [(step, 2)]  # the curve has it already
    room.train.step_asked.emit()
    assert room.desk.asked[-1] == ("step", ticket) and room.state.phase is Phase.PAUSED


def test_a_single_step_of_an_open_run_takes_it_up_and_holds_it(room: Room):
    path = a_run_on_disk(steps=20)
    room.talk.runs.open(path)
    room.train.step_asked.emit()
    assert room.desk.requests == [ResumeRequest(run=path, max_steps=None)]
    assert room.desk.asked == [("pause", 1), ("step", 1)]
    assert room.state.phase is Phase.PAUSED


def test_resume_cuts_the_curve_to_where_the_checkpoint_is(room: Room):
    path = a_run_on_disk(steps=20)
    room.train.resume_asked.emit(path, 800)
    assert room.desk.requests == [ResumeRequest(run=path, max_steps=800)]
    assert room.state.run.curve.step == 20
    runs.cut_logs(path, 15)
    room.desk.says(1, started(path, step=15, max_steps=800), step_done(16))
    assert list(room.state.run.curve.steps.values[-2:]) == [15, 16]
    assert room.state.run.max_steps == 800


def test_a_fork_branches_off_the_open_run_at_its_step(room: Room):
    path = a_run_on_disk(steps=20)
    room.train.open_asked.emit(path)
    changes = Changes(learning_rate=0.01)
    room.train.fork_asked.emit(20, changes)
    (request,) = room.desk.requests
    assert (request.parent, request.step, request.changes, request.name) == (path, 20, changes, "verse@20")
    assert room.state.phase is Phase.TRAINING and room.state.run.name == "verse@20"


def test_a_fork_that_is_refused_leaves_its_parent_open(room: Room):
    room.train.open_asked.emit(a_run_on_disk(steps=20))
    before = room.state.run
    room.train.fork_asked.emit(20, Changes())
    room.desk.ends(1, "failed", "fork.unknown", percent=30, characters=("q",))
    assert room.state.run is before and room.state.phase is Phase.IDLE


def test_only_one_run_trains_at_a_time(room: Room):
    room.start()
    room.train.resume_asked.emit(a_run_on_disk(), 0)
    room.train.start_asked.emit(TrainConfig())
    assert len(room.desk.requests) == 1 and len(room.train.problems) == 2


def test_a_plan_brings_its_minutes_until_other_steps_are_asked_for(room: Room):
    small = PRESETS["small"]
    train = replace(small.train, max_steps=3210)
    plan = LessonPlan(10, "small", small.model, train, 1, 1, 590.0, 1.3, "phrases", "fp32", "")
    room.pages["hardware"].plan_asked.emit(plan)
    assert room.asked_pages[-1] == "corpus"
    assert (room.state.minutes, room.state.train, room.state.preset) == (10, train, "small")
    room.state.choose_train(replace(train, batch_size=8))
    room.pages["train"].start_asked.emit(room.state.train)
    begun = room.desk.requests[-1]
    assert begun.minutes == 10 and begun.train.batch_size == 8 and room.state.run.record.minutes == 10
    room.state.choose_train(replace(train, max_steps=100))
    assert room.state.minutes is None


def test_a_measurement_that_was_kept_is_not_made_again_but_for_another_device(room: Room):
    room.state.set_probes([Probed("small", 0.05, 30000.0, 1e11, 10)], "small")
    room.desk.ready.emit(Ready("cpu", "Processor", 6))
    assert room.desk.requests == []
    room.desk.ready.emit(Ready("cuda", "RTX 3060", 6))
    assert isinstance(room.desk.requests[0], ProbeRequest)


def test_while_the_queue_trains_from_the_start_the_machine_is_measured_afterwards(room: Room):
    room.train.queue_asked.emit(TrainConfig(max_steps=500))
    room.desk.ready.emit(Ready("cpu", "Processor", 6))
    assert [type(request) for request in room.desk.requests] == [TrainRequest]
    room.desk.ends(1)
    assert isinstance(room.desk.requests[1], ProbeRequest)
    room.desk.ends(2, "failed", "device.memory")
    room.start()
    room.desk.ends(3)
    assert len(room.desk.requests) == 3, "it was tried once"
    room.talk.queue.close()


def test_revised_steps_are_taken_over(room: Room):
    ticket, request = room.start()
    room.desk.says(ticket, started(request.run))
    with_ends = []
    room.state.steps_revised.connect(lambda: with_ends.append(room.state.run.max_steps))
    room.desk.says(ticket, Revised(step=3, max_steps=477))
    assert room.state.run.max_steps == 477 and with_ends == [477]


def test_a_preset_from_the_hardware_page_leads_to_the_text(room: Room):
    room.pages["hardware"].use_asked.emit("tiny")
    assert room.state.preset == "tiny" and room.state.model.n_embd == 64
    assert room.state.model.vocab_size == room.state.tokenizer.vocab_size
    assert room.state.train.max_steps == 1000 and room.asked_pages == ["corpus"]


# Runs


def test_an_opened_run_brings_its_curve_and_samples(room: Room):
    room.train.open_asked.emit(a_run_on_disk())
    run = room.state.run
    assert run.curve.step == 20 and run.curve.best == (20, 2.0) and [each.step for each in run.samples] == [0, 20]


def test_a_damaged_run_is_told_and_the_open_one_stays(room: Room):
    path = a_run_on_disk()
    room.train.open_asked.emit(path)
    other = a_run_on_disk("other")
    (other / "run.json").write_text("{")
    room.train.open_asked.emit(other)
    assert room.state.run.path == path and "damaged" in room.train.problems[0]


def test_rename_can_be_undone(room: Room):
    path = a_run_on_disk("verse")
    room.train.open_asked.emit(path)
    room.train.rename_asked.emit(path, "  my best  ")
    assert room.state.run.name == room.state.runs[0].name == "my best"
    tone, words, press, undo = room.told[-1]
    assert (tone, press) == ("accent", "Undo") and words == "verse is now called my best."
    undo()
    assert room.state.run.name == "verse" and path.exists()
    room.train.rename_asked.emit(path, "  ")
    assert room.train.problems == ["A run needs a name. Type one."]


def test_a_deleted_run_can_be_had_back(room: Room):
    path = a_run_on_disk()
    room.talk.begin()
    room.train.open_asked.emit(path)
    room.train.delete_asked.emit(path)
    assert not path.exists() and room.state.runs == [] and room.state.run is None
    room.train.undo()
    assert (path / "run.json").is_file() and len(room.state.runs) == 1


def test_the_run_in_training_cannot_be_deleted(room: Room):
    ticket, request = room.start()
    room.desk.says(ticket, started(request.run))
    room.train.delete_asked.emit(request.run)
    assert "Stop it first" in room.train.problems[0] and room.state.run is not None


def test_a_run_that_a_crash_cut_off_is_offered_at_the_start(room: Room):
    path = a_run_on_disk(status="training")
    room.talk.begin()
    assert not room.told, "without a checkpoint there is nothing to go on from"
    (path / "checkpoints" / "step-000012").mkdir(parents=True)
    room.talk.begin()
    tone, words, press, go_on = room.told[-1]
    assert (tone, press) == ("warn", "Continue") and "step 12" in words
    go_on()
    assert room.asked_pages == ["train"] and room.desk.requests == [ResumeRequest(run=path, max_steps=None)]


def test_a_run_that_another_window_is_training_is_not_offered(room: Room):
    path = a_run_on_disk(status="training")
    (path / "checkpoints" / "step-000012").mkdir(parents=True)
    with files.locked(path):
        room.talk.begin()
    assert not room.told


def test_a_run_that_another_window_trains_is_followed_and_told_when_it_is_free(room: Room):
    path = a_run_on_disk(status="training")
    with files.locked(path):
        room.train.open_asked.emit(path)
        assert "looking on" in room.told[-1][1]
        assert str(os.getpid()) in room.told[-1][1]
        runs.append_events(path, [step_done(21), Sample(step=21, text="O my")])
        room.talk.follower.look()
        assert room.state.run.curve.step == 21
        assert room.state.run.samples[-1].text == "O my"
        runs.append_action(path, run_record.Action(step=21, action="revision", value=4321))
        runs.append_events(path, [step_done(22)])
        room.talk.follower.look()
        assert room.state.run.max_steps == 4321
        with (path / "metrics.jsonl").open("a") as log:
            log.write('{"event":"step","step":23')  # half a line
        room.talk.follower.look()
        assert room.state.run.curve.step == 22
        assert room.state.phase is Phase.IDLE  # so there is nothing to pause or stop
    room.talk.follower.look()
    assert "free" in room.told[-1][1]


def test_while_a_disk_refuses_a_folder_is_offered_and_the_run_is_known_by_its_new_place(room: Room, tmp_path):
    ticket, request = room.start()
    room.desk.says(ticket, started(request.run))
    room.desk.says(ticket, Noticed(code="saving.waits", values={"path": "/p", "reason": "No space left on device"}))
    tone, words, button, _ = room.told[-1]
    assert (tone, button) == ("warn", "Save elsewhere…")
    assert "No space left on device" in words
    room.talk.rescue.elsewhere_asked.emit(str(tmp_path))
    assert room.desk.asked[-1] == ("elsewhere", ticket)
    room.desk.says(ticket, Noticed(code="saving.moved", values={"run": str(tmp_path / "verse")}))
    room.desk.says(ticket, Noticed(code="saving.goes_on"))
    assert str(tmp_path / "verse") in room.told[-1][1]
    assert room.talk.training.path == tmp_path / "verse"


def test_after_a_device_was_lost_a_restart_is_offered(room: Room):
    ticket, request = room.start()
    room.desk.says(ticket, started(request.run))
    room.desk.ends(ticket, "failed", "device.lost", device="cuda")
    assert room.told[-1][2] == "Restart and continue"


def test_listing_runs_reads_no_curves(room: Room):
    path = a_run_on_disk()
    (path / "metrics.jsonl").unlink()
    RunShelf(room.state).refresh()
    assert room.state.runs[0].record is not None


def test_closing_is_told_when_the_worker_is_gone(room: Room, qtbot):
    with qtbot.waitSignal(room.talk.closed):
        room.talk.shut_down()


def test_a_step_that_was_read_from_the_disk_and_is_then_told_stands_in_the_curve_once():
    curve = Curve()
    for step in (1, 2, 2, 3):
        curve.add(
            StepDone(step=step, train_loss=1.0, learning_rate=0.1, grad_norm=1.0, tokens_per_s=1.0, seconds=float(step))
        )
        curve.add(Evaluated(step=step, train_loss=1.0, val_loss=1.0, bits_per_char=1.4))
    assert list(curve.steps.values) == [1, 2, 3]
    assert list(curve.check_steps.values) == [1, 2, 3]


def test_measuring_as_asked_also_decides_anew_how_runs_are_computed(room: Room):
    room.pages["hardware"].measure_asked.emit()
    assert isinstance(room.desk.requests[-1], ProbeRequest) and room.desk.requests[-1].anew


def test_what_had_to_be_done_otherwise_is_told_and_training_goes_on(room: Room):
    ticket, request = room.start()
    room.desk.says(ticket, started(request.run), Noticed(code="device.recording", values={"reason": "no memory"}))
    tone, words = room.told[-1][:2]
    assert tone == "warn" and "no memory" in words and "goes on" in words
    assert room.state.phase is Phase.TRAINING


# The library


def test_an_imported_run_is_opened_and_its_page_shown(room: Room, qtbot, tmp_path):
    path = a_run_on_disk("verse")
    room.talk.shelf.refresh()
    room.talk.runs.open(path)
    packed = tmp_path / "verse.gptrun"
    room.talk.runs.export(packed)
    qtbot.waitUntil(lambda: not room.talk.care.background.busy)
    with qtbot.waitSignal(room.talk.page_asked) as asked:
        room.talk.runs.import_archive(packed)
    assert asked.args == ["train"]
    assert room.state.run.name == "verse (2)" and room.state.run.curve.step == 20
    qtbot.waitUntil(lambda: not room.talk.care.background.busy)


def test_while_the_library_is_open_it_tells_what_happens_to_runs(room: Room):
    path = a_run_on_disk("verse")
    room.talk.shelf.refresh()
    told: list[str] = []
    room.talk.runs.face = lambda tone, words, button, then: told.append(f"{tone} {words} {button}")
    room.talk.runs.rename(path, "verses")
    room.talk.runs.rename(path, "")
    room.talk.runs.delete(path)
    assert told[0] == "accent verse is now called verses. Undo"
    assert told[1].startswith("bad A run needs a name.")
    assert told[2].startswith("accent verses is in the ")
    assert room.train.problems == [] and room.train.undo is None
    room.talk.runs.lose_face()
    room.talk.runs.open(path)
    assert len(room.train.problems) == 1
