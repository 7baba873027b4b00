"""The queue with the real worker and tiny models: what it trains equals what would have been trained without it."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gpt_studio.engine import runs, training
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.events import Ending, StepDone
from gpt_studio.engine.experiments.run_queue import Order
from gpt_studio.engine.keeping import keeper
from gpt_studio.engine.requests import CorpusText, TrainRequest
from gpt_studio.engine.workshop import Workshop
from gpt_studio.gui.conversation import Conversation
from gpt_studio.gui.state import StudioState
from gpt_studio.worker.front_desk import FrontDesk

PATIENCE_MS = 60_000


class Page:
    """Train, as the conversation sees it."""

    def training_ended(self, ending: Ending) -> None:
        self.ending = ending

    def show_problem(self, words: str) -> None:
        raise AssertionError(words)


class Program:
    """Everything but the window."""

    def __init__(self, qtbot) -> None:
        self.bot, self.state, self.desk, self.page = qtbot, StudioState(), FrontDesk(), Page()
        self.talk = Conversation(self.state, self.desk, lambda _: self.page)
        self.told: list[str] = []
        self.finished: list[str] = []
        self.talk.told.connect(lambda tone, words, button, then: self.told.append(words))
        self.talk.queue.finished.connect(self.finished.append)
        self.desk.start()
        self.talk.begin()
        self.wait(lambda: self.state.ready is not None)

    def wait(self, condition) -> None:
        self.bot.waitUntil(condition, timeout=PATIENCE_MS)

    def wait_for_the_end(self) -> None:
        self.wait(lambda: not any(entry.is_ahead for entry in self.state.queue))

    def close(self) -> None:
        with self.bot.waitSignal(self.desk.closed, timeout=PATIENCE_MS):
            self.talk.shut_down()
        assert self.desk.wait(PATIENCE_MS)

    @property
    def results(self) -> list[tuple[str, str]]:
        return [(entry.name, entry.status) for entry in self.state.queue]


@pytest.fixture
def program(qtbot, monkeypatch) -> Iterator[Any]:
    """Opens the program; one that is still open is closed after the test."""
    monkeypatch.setattr("gpt_studio.gui.shell.visits.Visits.measure", lambda self, anew=False: None)  # seconds each
    monkeypatch.setattr(keeper, "SAMPLE_LENGTH", 8)
    opened: list[Program] = []

    def make() -> Program:
        opened.append(Program(qtbot))
        return opened[-1]

    yield make
    if opened and opened[-1].desk._thread.isRunning():
        opened[-1].close()


def order(name: str, text: str, steps: int = 24, seed: int = 1, block_size: int = 8) -> Order:
    settings = {"max_steps": steps, "batch_size": 4, "eval_every": 24, "micro_batch": 2, "seed": seed}
    request = TrainRequest(
        corpus=CorpusText(id="toy", title="Toy", text=text),
        model=ModelConfig(n_layer=1, n_head=1, n_embd=8, block_size=block_size, dropout=0.1),
        train=TrainConfig(device="cpu", precision="fp32", threads=1, learning_rate=1e-2, **settings),
        run=Path("wherever"),
        name=name,
    )
    return Order(request=request)


def outcome(run: Path) -> tuple[Any, ...]:
    """The curve, the samples and the weights that a run has left, to the bit, without times."""
    curve = [
        (event.step, event.train_loss, event.grad_norm if isinstance(event, StepDone) else event.val_loss)
        for event in runs.read_metrics(run)
    ]
    newest = list(runs.step_folders(run / "checkpoints").values())[-1]
    samples = [(sample.step, sample.text) for sample in runs.read_samples(run)]
    return curve, samples, (newest / "model.safetensors").read_bytes(), runs.read_record(run).status


def alone(order: Order, run: Path) -> tuple[Any, ...]:
    """What comes out when the same is trained without a queue."""
    for _ in training.train(Workshop(), runs.replace(order.request, run=run)):
        pass
    return outcome(run)


def test_runs_train_in_order_and_one_that_fails_in_the_middle_stops_no_other(program, tiny_text, tmp_path, caplog):
    opened = program()
    orders = [order("a", tiny_text), order("too short", "Ann", seed=2), order("b", tiny_text, seed=3)]
    begun: list[str] = []
    opened.talk.training_changed.connect(lambda run: begun.append(run.name) if run else None)
    with caplog.at_level(logging.ERROR):
        entries = opened.talk.queue.add(orders)
        opened.talk.queue.move(entries[2].id, 0)  # the order is another one before anything has begun
        opened.talk.queue.move(entries[0].id, 2)
        opened.talk.queue.go_on()
        opened.wait_for_the_end()
    assert begun == ["b", "too short", "a"]
    assert opened.results == [("b", "done"), ("too short", "failed"), ("a", "done")]
    assert "characters" in opened.state.queue[1].message and not caplog.records
    assert opened.finished == ["The queue is done: 2 of 3 runs are trained, 1 failed."]
    for place, which in ((0, 2), (2, 0)):
        assert outcome(opened.state.queue[place].run) == alone(orders[which], tmp_path / orders[which].request.name)
    assert {run.name for run in opened.state.runs} == {"a", "b"}, "the library holds ordinary runs"


def test_closed_in_the_middle_and_opened_again_the_queue_comes_to_the_same_end(program, tiny_text, tmp_path):
    opened = program()
    orders = [order("a", tiny_text, steps=240), order("b", tiny_text, seed=2)]
    opened.talk.queue.add(orders)
    opened.talk.queue.go_on()
    opened.wait(lambda: opened.state.training is not None and opened.state.training.curve.step > 10)
    opened.close()
    assert opened.results == [("a", "running"), ("b", "waiting")]
    run = opened.state.queue[0].run
    assert runs.read_record(run).status == "stopped" and runs.read_record(run).progress.step < 240

    again = program()
    again.wait_for_the_end()
    assert "goes on with a" in again.told[0]
    assert again.results == [("a", "done"), ("b", "done")] and again.finished
    for entry, one in zip(again.state.queue, orders, strict=True):
        assert outcome(entry.run) == alone(one, tmp_path / one.request.name)
