"""The conversation: reports, then exactly one `ended`; prompt stops; visitors that change nothing."""

import itertools
import random
import weakref
from collections import defaultdict
from pathlib import Path

import pytest
import torch

from gpt_studio.engine import device, generation, runs
from gpt_studio.engine.config import STYLES, ModelConfig, Sampling, TrainConfig
from gpt_studio.engine.events import Ended, Evaluated, Noticed, Saved, Started, StepDone, StepSeen, Tested, Written
from gpt_studio.engine.inside.seen import AttentionSeen
from gpt_studio.engine.requests import (
    AttentionRequest,
    CorpusText,
    ReadRequest,
    ResumeRequest,
    Subject,
    TestRequest,
    TrainRequest,
    WriteRequest,
)
from gpt_studio.worker.front_desk import FrontDesk

WAIT_MS = 60_000


class Log:
    """All that came back, by ticket, in order."""

    def __init__(self, desk: FrontDesk) -> None:
        self.events: dict[int, list] = defaultdict(list)
        self.endings: dict[int, list] = defaultdict(list)
        self.late: list[int] = []  # tickets that reported after they had ended
        desk.reported.connect(self._note_report)
        desk.ended.connect(self._note_ending)

    def _note_report(self, ticket, events):
        self.events[ticket] += events
        if self.endings[ticket]:
            self.late.append(ticket)

    def _note_ending(self, ticket, ending):
        self.endings[ticket].append(ending)

    def of(self, ticket, kind):
        return [event for event in self.events[ticket] if isinstance(event, kind)]


@pytest.fixture
def desk(qtbot):
    desk = FrontDesk()
    with qtbot.waitSignal(desk.ready, timeout=WAIT_MS):
        desk.start()
    yield desk
    with qtbot.waitSignal(desk.closed, timeout=WAIT_MS):
        desk.shut_down()


@pytest.fixture
def log(desk):
    log = Log(desk)
    yield log
    assert not log.late
    assert all(len(endings) == 1 for endings in log.endings.values() if endings)


def request(folder: Path, text: str, **train) -> TrainRequest:
    settings = {"max_steps": 40, "batch_size": 4, "learning_rate": 1e-2, "eval_every": 20, "micro_batch": 2, **train}
    return TrainRequest(
        corpus=CorpusText(id="verse", title="Verse", text=text),
        model=ModelConfig(n_layer=1, n_head=2, n_embd=16, block_size=16, dropout=0.1),
        train=TrainConfig(**settings),
        run=folder,
        name=folder.name,
    )


def wait_for(qtbot, log, ticket, kind):
    qtbot.waitUntil(lambda: bool(log.of(ticket, kind)), timeout=WAIT_MS)


def wait_for_end(qtbot, log, *tickets):
    qtbot.waitUntil(lambda: all(log.endings[ticket] for ticket in tickets), timeout=WAIT_MS)


def curve(run):
    return [(event.step, event.train_loss, getattr(event, "val_loss", None)) for event in runs.read_metrics(run)]


def test_a_run_is_reported_and_ended_once(qtbot, desk, log, tmp_path, tiny_text):
    ticket = desk.begin(request(tmp_path / "run", tiny_text))
    wait_for_end(qtbot, log, ticket)
    assert log.endings[ticket][0].kind == "done"
    assert isinstance(log.events[ticket][0], Started)
    assert [event.step for event in log.of(ticket, StepDone)] == list(range(1, 41))
    assert isinstance(log.events[ticket][-1], Ended)


def test_visitors_during_training_change_nothing_in_the_curve(qtbot, desk, log, tmp_path, tiny_text):
    alone = desk.begin(request(tmp_path / "alone", tiny_text))
    wait_for_end(qtbot, log, alone)
    visited = desk.begin(request(tmp_path / "visited", tiny_text))
    wait_for(qtbot, log, visited, StepDone)
    subject = Subject(run=tmp_path / "visited")
    text = CorpusText(id="t", title="T", text=tiny_text[:300])
    visits = itertools.cycle(
        [
            WriteRequest(subject=subject, prompt="To ", samplings=tuple(STYLES.values()), length=30),
            TestRequest(subjects=(subject,), texts=(text,)),
            AttentionRequest(subject=subject, text="Good morrow"),
            ReadRequest(subject=subject, text=tiny_text[:100]),
        ]
    )
    tickets = []
    while not log.endings[visited]:
        tickets.append(desk.begin(next(visits)))
        wait_for_end(qtbot, log, tickets[-1])
    assert {log.endings[ticket][0].kind for ticket in tickets} == {"done"}
    assert len(tickets) >= 4
    assert curve(tmp_path / "visited") == curve(tmp_path / "alone")


def test_a_visitor_is_answered_while_training_goes_on(qtbot, desk, log, tmp_path, tiny_text):
    training = desk.begin(request(tmp_path / "run", tiny_text, max_steps=100_000))
    wait_for(qtbot, log, training, StepDone)
    subject = Subject(run=tmp_path / "run")
    writing = desk.begin(WriteRequest(subject=subject, prompt="", samplings=(Sampling(),), length=40))
    wait_for_end(qtbot, log, writing)
    assert len(log.of(writing, Written)) == 40
    looking = desk.begin(AttentionRequest(subject=subject, text="Good"))
    wait_for_end(qtbot, log, looking)
    assert log.of(looking, AttentionSeen)[0].weights.shape == (1, 2, 4, 4)
    assert not log.endings[training]
    desk.stop(training)
    wait_for_end(qtbot, log, training)


@pytest.mark.parametrize("kind", [None, Started, StepDone, Evaluated, Saved])
def test_training_stops_in_every_phase_and_can_go_on(qtbot, desk, log, tmp_path, tiny_text, kind):
    run = tmp_path / "run"
    ticket = desk.begin(request(run, tiny_text))
    if kind:
        wait_for(qtbot, log, ticket, kind)
    desk.stop(ticket)
    wait_for_end(qtbot, log, ticket)
    assert log.endings[ticket][0].kind in ("stopped", "done")
    if run.exists() and runs.read_record(run).status != "done":
        again = desk.begin(ResumeRequest(run=run))
        wait_for_end(qtbot, log, again)
        assert log.endings[again][0].kind == "done"
        assert curve(run)[-1][0] == 40


def test_stopping_twice_or_after_the_end_does_no_harm(qtbot, desk, log, tmp_path, tiny_text):
    ticket = desk.begin(request(tmp_path / "run", tiny_text, max_steps=2))
    desk.stop(ticket)
    desk.stop(ticket)
    wait_for_end(qtbot, log, ticket)
    desk.stop(ticket)
    desk.pause(ticket)
    desk.go_on(ticket)
    other = desk.begin(request(tmp_path / "other", tiny_text, max_steps=2))
    wait_for_end(qtbot, log, other)
    assert log.endings[other][0].kind == "done"


def test_a_paused_run_stands_still_while_visitors_come(qtbot, desk, log, tmp_path, tiny_text):
    training = desk.begin(request(tmp_path / "run", tiny_text, max_steps=100_000))
    wait_for(qtbot, log, training, StepDone)
    desk.pause(training)
    texts = []
    subject = Subject(run=tmp_path / "run")
    steps = []
    for _ in range(2):
        writing = desk.begin(WriteRequest(subject=subject, prompt="", samplings=(Sampling(),), length=30, seed=3))
        wait_for_end(qtbot, log, writing)
        texts.append([event.text for event in log.of(writing, Written)])
        steps.append(len(log.of(training, StepDone)))
    assert texts[0] == texts[1]
    assert steps[0] == steps[1]
    desk.go_on(training)
    qtbot.waitUntil(lambda: len(log.of(training, StepDone)) > steps[0], timeout=WAIT_MS)
    desk.stop(training)
    wait_for_end(qtbot, log, training)


def test_a_paused_run_makes_one_step_when_asked_and_the_curve_is_the_same(qtbot, desk, log, tmp_path, tiny_text):
    alone = desk.begin(request(tmp_path / "alone", tiny_text))
    wait_for_end(qtbot, log, alone)
    slow = desk.begin(request(tmp_path / "slow", tiny_text))
    desk.pause(slow)  # before it has begun
    for count in range(1, 4):
        desk.step(slow)
        qtbot.waitUntil(lambda count=count: len(log.of(slow, StepSeen)) == count, timeout=WAIT_MS)
        assert [event.step for event in log.of(slow, StepDone)] == list(range(1, count + 1))
    reading = desk.begin(ReadRequest(subject=Subject(run=tmp_path / "slow"), text=tiny_text[:100]))
    wait_for_end(qtbot, log, reading)
    assert len(log.of(slow, StepDone)) == 3  # it stands still again
    desk.go_on(slow)
    wait_for_end(qtbot, log, slow)
    assert len(log.of(slow, StepSeen)) == 3
    assert curve(tmp_path / "slow") == curve(tmp_path / "alone")


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_run_that_is_paused_within_a_step_is_looked_at_all_the_same(qtbot, desk, log, tmp_path, tiny_text, turns):
    wanted = request(tmp_path / "run", tiny_text, max_steps=100_000, micro_batch=2)
    slow = desk.begin(wanted)
    wait_for(qtbot, log, slow, StepDone)
    for _ in range(turns):  # wherever in a step that is
        desk.pause(slow)
        desk.step(slow)
        seen = len(log.of(slow, StepSeen))
        qtbot.waitUntil(lambda seen=seen: len(log.of(slow, StepSeen)) > seen, timeout=WAIT_MS)
        assert log.of(slow, StepDone)[-1].step == log.of(slow, StepSeen)[-1].step
        desk.go_on(slow)
    desk.stop(slow)
    wait_for_end(qtbot, log, slow)


def test_a_paused_run_has_been_saved_where_it_stands(qtbot, desk, log, tmp_path, tiny_text):
    run = tmp_path / "run"
    training = desk.begin(request(run, tiny_text, max_steps=100_000))
    qtbot.waitUntil(lambda: len(log.of(training, StepDone)) > 5, timeout=WAIT_MS)
    desk.pause(training)
    qtbot.waitUntil(lambda: max(runs.step_folders(run / "checkpoints")) > 5, timeout=WAIT_MS)
    assert max(runs.step_folders(run / "checkpoints")) == log.of(training, StepDone)[-1].step
    assert runs.read_metrics(run)[-1].step == log.of(training, StepDone)[-1].step
    desk.stop(training)
    wait_for_end(qtbot, log, training)
    assert log.endings[training][0].kind == "stopped"


def test_a_run_whose_folder_is_gone_waits_and_goes_on_in_another_one(qtbot, desk, log, tmp_path, tiny_text):
    training = desk.begin(request(tmp_path / "run", tiny_text, max_steps=200))
    wait_for(qtbot, log, training, StepDone)
    (tmp_path / "run").rename(tmp_path / "away")  # as when a stick is pulled out
    wait_for(qtbot, log, training, Noticed)
    assert log.of(training, Noticed)[0].code == "saving.waits"
    home = tmp_path / "elsewhere"
    home.mkdir()
    desk.save_elsewhere(training, home)
    wait_for_end(qtbot, log, training)
    assert log.endings[training][0].kind == "done"
    assert [event.step for event in runs.read_metrics(home / "run") if isinstance(event, StepDone)] == [*range(1, 201)]


def test_a_new_visitor_takes_the_place_of_the_one_that_is_there(qtbot, desk, log, tmp_path, tiny_text):
    training = desk.begin(request(tmp_path / "run", tiny_text, max_steps=2))
    wait_for_end(qtbot, log, training)
    subject = Subject(run=tmp_path / "run")
    long = desk.begin(WriteRequest(subject=subject, prompt="", samplings=(Sampling(),), length=1_000_000))
    wait_for(qtbot, log, long, Written)
    short = desk.begin(TestRequest(subjects=(subject,), texts=(CorpusText(id="t", title="T", text=tiny_text),)))
    wait_for_end(qtbot, log, long, short)
    assert log.endings[long][0].kind == "stopped"
    assert len(log.of(short, Tested)) == 1


def test_a_second_training_is_refused_and_the_first_goes_on(qtbot, desk, log, tmp_path, tiny_text):
    first = desk.begin(request(tmp_path / "first", tiny_text))
    second = desk.begin(request(tmp_path / "second", tiny_text))
    wait_for_end(qtbot, log, first, second)
    assert log.endings[second][0].code == "worker.training"
    assert log.endings[first][0].kind == "done"


def test_what_a_person_can_mend_comes_back_as_a_code_and_the_desk_stays_open(qtbot, desk, log, tmp_path):
    failing = desk.begin(request(tmp_path / "run", "too short"))
    wait_for_end(qtbot, log, failing)
    ending = log.endings[failing][0]
    assert (ending.kind, ending.code) == ("failed", "corpus.too_short")
    missing = desk.begin(AttentionRequest(subject=Subject(run=tmp_path / "nowhere"), text="x"))
    wait_for_end(qtbot, log, missing)
    assert log.endings[missing][0].code == "run.not_found"


def test_shutting_down_saves_the_run_at_a_whole_step(qtbot, tmp_path, tiny_text):
    desk = FrontDesk()
    log = Log(desk)
    desk.start()
    ticket = desk.begin(request(tmp_path / "run", tiny_text, max_steps=100_000))
    wait_for(qtbot, log, ticket, StepDone)
    with qtbot.waitSignal(desk.closed, timeout=WAIT_MS):
        desk.shut_down()
    assert log.endings[ticket][0].kind == "stopped"
    record = runs.read_record(tmp_path / "run")
    assert record.status == "stopped"
    assert record.progress.step in runs.step_folders(tmp_path / "run" / "checkpoints")
    assert curve(tmp_path / "run")[-1][0] == record.progress.step


def test_a_desk_that_was_never_opened_closes(qtbot):
    desk = FrontDesk()
    with qtbot.waitSignal(desk.closed, timeout=WAIT_MS):
        desk.shut_down()


def test_reports_come_at_most_twenty_times_a_second(qtbot, desk, tmp_path, tiny_text):
    reports, events = [], []
    desk.reported.connect(lambda ticket, told: (reports.append(ticket), events.extend(told)))
    with qtbot.waitSignal(desk.ended, timeout=WAIT_MS):
        desk.begin(request(tmp_path / "run", tiny_text, max_steps=400, eval_every=400, micro_batch=4))
    seconds = events[-1].wall_seconds
    assert len(reports) <= 20 * seconds + 3
    assert len(events) > 400


def test_a_worker_that_cannot_load_torch_says_so_and_refuses_every_request(qtbot, tmp_path, tiny_text, monkeypatch):
    def fail(_device):
        raise OSError("libtorch_cpu.so: cannot open shared object file")

    monkeypatch.setattr(device, "describe", fail)
    desk = FrontDesk()
    log = Log(desk)
    with qtbot.waitSignal(desk.broken, timeout=WAIT_MS) as broken:
        desk.start()
    assert "libtorch_cpu.so" in broken.args[0]
    ticket = desk.begin(request(tmp_path / "run", tiny_text))
    wait_for_end(qtbot, log, ticket)
    assert (log.endings[ticket][0].kind, log.endings[ticket][0].code) == ("failed", "worker.broken")
    with qtbot.waitSignal(desk.closed, timeout=WAIT_MS):
        desk.shut_down()


def test_a_job_that_fails_leaves_no_tensor_behind_and_the_desk_open(qtbot, desk, log, tmp_path, tiny_text, monkeypatch):
    left = []

    def fail(model, *arguments):
        tensor = torch.ones(8)
        left.append(weakref.ref(tensor))
        raise RuntimeError(f"no kernel for {tensor.shape}")

    done = desk.begin(request(tmp_path / "done", tiny_text, max_steps=2))
    wait_for_end(qtbot, log, done)
    monkeypatch.setattr(generation.Writer, "next", fail)
    writing = desk.begin(WriteRequest(subject=Subject(run=tmp_path / "done"), prompt="", samplings=(Sampling(),)))
    training = desk.begin(request(tmp_path / "run", tiny_text, max_steps=2))
    wait_for_end(qtbot, log, writing, training)
    for ticket in (writing, training):  # the one writes, the other takes a sample
        assert (log.endings[ticket][0].kind, log.endings[ticket][0].code) == ("failed", "unforeseen")
        assert "no kernel" in log.endings[ticket][0].details
    assert runs.read_record(tmp_path / "run").status == "failed"
    monkeypatch.undo()
    again = desk.begin(ResumeRequest(run=tmp_path / "run"))
    wait_for_end(qtbot, log, again)
    assert log.endings[again][0].kind == "done"
    assert left and not any(tensor() is not None for tensor in left)


def test_whatever_is_asked_in_whatever_order_every_ticket_ends_once_and_the_curve_is_the_same(
    qtbot, desk, log, tmp_path, tiny_text
):
    settings = {"max_steps": 60, "eval_every": 15}
    alone = desk.begin(request(tmp_path / "alone", tiny_text, **settings))
    wait_for_end(qtbot, log, alone)
    chance, run = random.Random(5), tmp_path / "hammered"
    subject, text = Subject(run=tmp_path / "alone"), CorpusText(id="t", title="T", text=tiny_text[:300])
    tickets = [desk.begin(request(run, tiny_text, **settings))]
    wait_for(qtbot, log, tickets[0], Started)  # a stop that comes sooner leaves no run to go on with
    wishes = {
        "stop": lambda: desk.stop(chance.choice(tickets)),
        "pause": lambda: desk.pause(chance.choice(tickets)),
        "go on": lambda: desk.go_on(chance.choice(tickets)),
        "train": lambda: tickets.append(desk.begin(ResumeRequest(run=run))),
        "write": lambda: tickets.append(
            desk.begin(WriteRequest(subject=subject, prompt="To", samplings=(Sampling(),), length=50))
        ),
        "test": lambda: tickets.append(desk.begin(TestRequest(subjects=(subject,), texts=(text,)))),
        "look": lambda: tickets.append(desk.begin(AttentionRequest(subject=subject, text="Good"))),
        "nonsense": lambda: tickets.append(desk.begin(object())),
        "wait": lambda: qtbot.wait(chance.randrange(15)),
    }
    for _ in range(400):
        wishes[chance.choice([*wishes])]()
    for ticket in tickets:
        desk.stop(ticket)
    wait_for_end(qtbot, log, *tickets)
    codes = {ending.code for ticket in tickets for ending in log.endings[ticket]}
    assert codes <= {"", "worker.training", "worker.broken", "run.already_done"}
    assert all(len(log.endings[ticket]) == 1 for ticket in tickets)
    if runs.read_record(run).status != "done":
        wait_for_end(qtbot, log, desk.begin(ResumeRequest(run=run)))
    assert curve(run) == curve(tmp_path / "alone")
