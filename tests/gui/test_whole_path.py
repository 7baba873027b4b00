"""The whole path, as a student walks it: real window, real worker, a tiny model, from a text to its attention."""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QWidget

from gpt_studio.app import Studio
from gpt_studio.engine import runs
from gpt_studio.engine.preferences import Preferences
from gpt_studio.gui import theme
from gpt_studio.gui.parts.hardware.computer_cards import ComputerCards
from gpt_studio.gui.state import Phase, Visit

PATIENCE_MS = 60_000  # how long a step may take on a busy computer; each is over in a second or two


class Student:
    """Does in the window what a student does, and finds everything by its name."""

    def __init__(self, qtbot, studio: Studio) -> None:
        self.bot, self.studio, self.state = qtbot, studio, studio.state

    def find(self, name: str) -> QWidget:
        page = self.studio.window.page(name.split(".")[0])
        found = page.findChild(QWidget, name)
        assert found is not None, f"{name} is not on its page"
        return found

    def go(self, page: str) -> None:
        self.studio.window.go(page)
        assert not self.studio.window.page(page).is_empty, f"{page} is empty"

    def press(self, name: str) -> None:
        button = self.find(name)
        assert isinstance(button, QAbstractButton) and button.isEnabled() and button.isVisible(), name
        self.bot.mouseClick(button, Qt.MouseButton.LeftButton)

    def enter(self, name: str, value: float) -> None:
        box = self.find(name)
        box.setValue(value)
        assert box.value() == value, name

    def type(self, name: str, words: str) -> None:
        field = self.find(name)
        field.setFocus()
        field.selectAll()
        for letter in words:
            if letter.isascii():
                self.bot.keyClicks(field, letter)
            else:
                field.insert(letter)  # no key for it

    def wait(self, until: Callable[[], bool]) -> None:
        self.bot.waitUntil(until, timeout=PATIENCE_MS)

    def wait_for_visit(self) -> None:
        self.wait(lambda: self.state.visit is Visit.NONE)

    def choose_text(self, words: str) -> None:
        self.go("corpus")
        QGuiApplication.clipboard().setText(words)
        self.press("corpus.paste")
        self.wait(lambda: self.state.corpus is not None and self.state.corpus.text.strip() == words.strip())

    def build_model(self) -> None:
        self.go("model")
        for name, value in (("n_layer", 2), ("n_head", 2), ("n_embd", 32), ("block_size", 16)):
            self.enter(f"model.{name}", value)
        self.press("model.create")
        assert self.studio.window.current == "train"

    def train(self, steps: int, check_every: int = 20) -> None:
        self.go("train")
        self.enter("train.steps", steps)
        self.enter("train.batch_size", 8)
        self.enter("train.eval_every", check_every)
        self.press("train.start")
        assert self.state.phase is Phase.TRAINING


@contextmanager
def in_front_of_a_window(qtbot) -> Iterator[Student]:
    theme.use("light")
    studio = Studio(Preferences())
    window = studio.window
    window.resize(1440, 900)
    studio.open()
    student = Student(qtbot, studio)
    try:
        student.wait(lambda: studio.state.ready is not None and len(window.made_pages) == window.page_count)
        processor = window.page("hardware").findChild(ComputerCards).cards[0]
        student.wait(lambda: "core" in processor.figure)  # the computer is looked at once the window is there
        yield student
    finally:
        if window.isVisible():
            with qtbot.waitSignal(studio.desk.closed, timeout=PATIENCE_MS):
                window.leave()
        assert studio.desk.wait(PATIENCE_MS)
        studio.window.deleteLater()
        studio.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def student(qtbot, studio_home) -> Iterator[Student]:
    """Someone in front of a window that has just been opened."""
    with in_front_of_a_window(qtbot) as student:
        yield student


def test_a_student_goes_from_a_text_to_what_the_heads_look_at(student, qtbot, tiny_text, studio_home):
    window, state = student.studio.window, student.state
    assert len(window.steps) == 8
    for page in ("write", "generalize", "look"):
        assert "No model yet" in window.page(page).empty_state.sentence

    student.choose_text(tiny_text)
    assert state.tokenizer.decode(state.tokenizer.encode(tiny_text)) == tiny_text
    student.go("tokenizer")
    student.build_model()

    student.train(steps=60)
    student.wait(lambda: state.phase is Phase.IDLE and state.run.ended is not None)
    run = state.run
    assert run.curve.step == 60 and len(run.curve.val_loss) >= 3
    assert run.curve.val_loss.values[-1] < run.curve.val_loss.values[0]
    assert run.curve.val_loss.values[0] == pytest.approx(math.log(state.tokenizer.vocab_size), abs=0.3)
    assert [sample.step for sample in run.samples][:4] == [0, 10, 25, 50]

    student.go("write")
    student.enter("write.length", 60)
    student.type("write.prompt", "Good €")
    student.press("write.generate")
    student.wait_for_visit()
    write = window.page("write")
    assert "€" in write.messages.accessibleName()
    texts = [card.output.text() for card in write.texts.cards.values()]
    assert all(len(text) == 65 and text.startswith("Good ") for text in texts) and len(set(texts)) == 3
    student.press("write.generate")
    student.wait_for_visit()
    assert [card.output.text() for card in write.texts.cards.values()] == texts, "the same seed draws the same text"
    output = student.find("write.output")
    output.setFocus()
    qtbot.keyClick(output, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    odds = write.odds.chart.odds
    assert odds[write.odds.chart.chosen_place].token == output.texts()[-1] and len(odds) == 12
    chart, before = student.find("write.odds"), output.text()
    qtbot.keyClick(output, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    other = next(place for place in range(12) if chart.can_pick(place))
    picked = chart.odds[other].token
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart._slot(other).center().toPoint())
    student.wait_for_visit()
    assert output.text().startswith("Good " + picked) and len(output.text()) == 65
    window.commands.edit("undo")
    assert output.text() == before

    student.go("generalize")
    student.press("generalize.run")
    generalize = window.page("generalize")
    student.wait(lambda: not generalize.is_testing and state.visit is Visit.NONE and "generalize" in state.ticks)

    student.go("look")
    look = window.page("look")
    student.type("look.text", "Herring, new")
    student.wait(lambda: look.view.seen is not None and "".join(look.view.seen.tokens) == "Herring, new")
    assert look.view.seen.weights.shape == (2, 2, 12, 12)
    student.find("look.head").setValue(2)
    assert look.view.chosen == (0, 1)

    assert {"corpus", "model", "train", "write", "generalize"} <= state.ticks
    record = runs.read_record(run.path)
    assert record.status == "done" and record.progress.step == 60
    assert (run.path / "corpus.txt").read_text("utf-8").strip() == tiny_text.strip()
    with qtbot.waitSignal(student.studio.desk.closed, timeout=PATIENCE_MS):
        window.close()
    student.wait(lambda: not window.isVisible())


def test_writing_and_looking_go_on_while_the_model_trains(student, qtbot, tiny_text):
    state = student.state
    student.choose_text(tiny_text)
    student.build_model()
    student.train(steps=100_000)
    student.wait(lambda: state.run is not None and state.run.curve.step > 5)

    student.go("write")
    student.enter("write.length", 40)
    begun_at = state.run.curve.step
    student.press("write.generate")
    assert student.find("write.stop").isVisible()
    student.wait_for_visit()
    assert len(student.find("write.output").texts()) == 40
    student.wait(lambda: state.run.curve.step > begun_at)
    assert state.phase is Phase.TRAINING

    student.enter("write.length", 10_000)
    student.press("write.generate")
    student.wait(lambda: len(student.find("write.output").texts()) > 0)
    student.press("write.stop")
    student.wait_for_visit()
    assert 0 < len(student.find("write.output").texts()) < 10_000
    assert student.find("write.generate").isVisible()

    student.go("train")
    student.press("train.pause")
    student.wait(lambda: state.phase is Phase.PAUSED)
    student.press("train.pause")
    assert state.phase is Phase.TRAINING
    student.press("train.stop")
    student.wait(lambda: state.phase is Phase.IDLE)
    stopped_at = runs.read_record(state.run.path).progress.step
    assert stopped_at > begun_at and runs.read_record(state.run.path).status == "stopped"

    student.go("write")
    student.enter("write.length", 40)
    student.press("write.generate")
    student.wait_for_visit()
    assert len(student.find("write.output").texts()) == 40, "a stopped run is read from its checkpoint"


def test_closing_while_a_model_trains_keeps_the_run(student, qtbot, tiny_text):
    state = student.state
    student.choose_text(tiny_text)
    student.build_model()
    student.train(steps=100_000)
    student.wait(lambda: state.run is not None and state.run.curve.step > 5)
    path: Path = state.run.path
    with qtbot.waitSignal(student.studio.desk.closed, timeout=PATIENCE_MS):
        student.studio.window.leave()
    record = runs.read_record(path)
    lines = (path / "metrics.jsonl").read_text("utf-8").splitlines()
    last = max(event["step"] for event in map(json.loads, lines) if event["event"] == "step")
    assert record.progress.step > 5 and last >= record.progress.step


def test_the_next_start_shows_the_text_and_the_run_of_last_time_and_goes_on_with_it(qtbot, studio_home, tiny_text):
    with in_front_of_a_window(qtbot) as student:
        student.choose_text(tiny_text)
        student.build_model()
        student.train(steps=30)
        student.wait(lambda: student.state.phase is Phase.IDLE and student.state.run.ended is not None)
        path, text = student.state.run.path, student.state.corpus
    with in_front_of_a_window(qtbot) as student:
        state = student.state
        assert state.run is not None and state.run.path == path and state.run.curve.step == 30
        assert student.studio.window.current == "train"
        student.wait(lambda: state.corpus is not None)
        assert state.corpus == text
        assert state.model_created and state.model == state.run.record.model
        assert student.find("train.steps").value() == 30
        assert {"model", "train"} <= state.ticks
        student.studio.conversation.slot.resume(path, 40)
        student.wait(lambda: state.phase is Phase.IDLE and state.run.ended is not None)
        assert list(state.run.curve.steps.values) == list(range(1, 41))
