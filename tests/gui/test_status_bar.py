"""The strip at the foot of the window."""

import math
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.events import Evaluated, Ready, Started, StepDone
from gpt_studio.engine.requests import CorpusText
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.shell.run_shelf import first_record
from gpt_studio.gui.shell.status_bar import StatusBar
from gpt_studio.gui.state import Phase, StudioState, Visit
from gpt_studio.gui.status_words import losses

TEXT = CorpusText(id="verse_drama", title="Verse drama", text="O muse, " * 100)


def a_run(name: str = "verse-4×128", steps: int = 3000) -> OpenRun:
    return OpenRun(Path("run"), first_record(name, TEXT, ModelConfig(), TrainConfig(max_steps=steps), "small"))


def told(steps: int, step_s: float = 0.25) -> list:
    events: list = [
        Started(
            run="run",
            parameters=1,
            device="cpu",
            precision="fp32",
            vocab_size=60,
            train_tokens=900,
            val_tokens=100,
            max_steps=3000,
        )
    ]
    for step in range(1, steps + 1):
        events.append(
            StepDone(
                step=step,
                train_loss=2.0,
                learning_rate=1e-3,
                grad_norm=0.5,
                tokens_per_s=22140.0,
                seconds=step * step_s,
            )
        )
    events.append(Evaluated(step=steps, train_loss=1.36, val_loss=1.6, bits_per_char=2.3))
    return events


@pytest.fixture
def bar(state: StudioState, qtbot) -> StatusBar:
    made = StatusBar(state)
    qtbot.addWidget(made)
    made.resize(1440, 36)
    made.show()
    return made


def words(bar: StatusBar, name: str) -> str:
    return bar.findChild(QLabel, f"status.{name}").text()


def shown(bar: StatusBar, name: str) -> bool:
    return bar.findChild(QWidget, f"status.{name}").isVisible()


def test_it_says_that_it_is_getting_ready_until_the_worker_is(bar: StatusBar, state: StudioState):
    assert words(bar, "phase") == "Getting ready"
    assert words(bar, "device") == "" and not shown(bar, "device")
    state.set_ready(Ready("cpu", "Processor", 6))
    assert words(bar, "phase") == "Idle"
    assert words(bar, "device") == "Processor, 6 threads"
    assert words(bar, "run") == "No run yet" and not shown(bar, "losses")


def test_a_gpu_is_called_by_its_name(bar: StatusBar, state: StudioState):
    state.set_ready(Ready("cuda", "NVIDIA H200", 8))
    assert words(bar, "device") == "NVIDIA H200"


def test_training_is_told_in_words_and_numbers(bar: StatusBar, state: StudioState):
    state.set_ready(Ready("cpu", "Processor", 6))
    state.open_run(a_run())
    state.add_events(told(2460))
    state.set_phase(Phase.TRAINING)
    assert words(bar, "run") == "verse-4×128"
    assert words(bar, "phase") == "Training"
    assert words(bar, "step") == "2,460"
    progress = bar.findChild(QProgressBar, "status.progress")
    assert (progress.value(), progress.maximum()) == (2460, 3000)
    assert progress.accessibleName() == "Progress: 2,460 / 3,000 steps"
    assert words(bar, "time") == "2 min 20 s left"
    assert words(bar, "speed") == "22,140 tokens/s"
    losses = bar.findChild(QWidget, "status.losses")
    assert losses.isVisible() and losses.accessibleName().endswith("held back 1.60")


def test_the_training_loss_is_that_of_the_last_batches_not_of_all_since_the_check(state: StudioState):
    run = a_run()
    for event in told(100):
        run.add(event)
    run.add(StepDone(step=101, train_loss=math.nan, learning_rate=1e-3, grad_norm=0.5, tokens_per_s=1.0, seconds=30.0))
    assert losses(run) == (2.0, 1.6)
    assert losses(a_run()) == (None, None)


def test_more_batches_count_for_the_training_loss_as_the_curve_gets_flat():
    run = a_run()
    for event in told(12):
        run.add(event)
    run.curve.train_loss.values[:] = range(12)
    assert losses(run)[0] == 11.0, "the last one alone, while the loss falls steeply"
    later = a_run()
    for event in told(1200):
        later.add(event)
    later.curve.train_loss.values[:] = range(1200)
    assert losses(later)[0] == pytest.approx(1199 - 29.5), "the mean of the last sixty"


def test_the_time_left_waits_for_twenty_steps(bar: StatusBar, state: StudioState):
    state.open_run(a_run())
    state.add_events(told(19))
    state.set_phase(Phase.TRAINING)
    assert words(bar, "time") == ""


def test_a_finished_run_says_how_long_it_took(bar: StatusBar, state: StudioState):
    run = a_run()
    for event in told(3000, 0.18):
        run.add(event)
    state.open_run(run)
    assert words(bar, "time") == "done in 9 min"
    assert words(bar, "speed") == ""


def test_phase_and_visit_stand_side_by_side(bar: StatusBar, state: StudioState):
    state.set_ready(Ready("cpu", "Processor", 6))
    state.set_phase(Phase.PAUSED)
    state.set_visit(Visit.WRITING)
    assert (words(bar, "phase"), words(bar, "visit")) == ("Paused", "Writing")
    assert shown(bar, "visit")
    state.set_visit(Visit.NONE)
    assert not shown(bar, "visit")


def test_the_run_in_training_is_told_of_even_while_another_is_looked_at(bar: StatusBar, state: StudioState):
    trains, other = a_run("first"), a_run("second")
    bar.follow(trains)
    state.open_run(other)
    assert words(bar, "run") == "first"
    bar.follow(None)
    assert words(bar, "run") == "second"


def test_speed_then_time_then_device_give_way_and_the_rest_never(bar: StatusBar, state: StudioState):
    state.set_ready(Ready("cpu", "Processor", 6))
    run = a_run()
    state.open_run(run)
    state.add_events(told(2460))
    state.set_phase(Phase.TRAINING)
    gone = []
    for width in range(1300, 560, -10):
        bar.resize(width, 36)
        for name in ("speed", "time", "device"):
            if not shown(bar, name) and name not in gone:
                gone.append(name)
        assert all(shown(bar, name) for name in ("run", "phase", "step", "losses"))
    assert gone == ["speed", "time", "device"]


def test_nothing_that_must_stay_is_cut_in_the_smallest_window(bar: StatusBar, state: StudioState, qtbot):
    state.set_ready(Ready("cpu", "Processor", 6))
    state.open_run(a_run())
    state.add_events(told(2460))
    state.set_phase(Phase.TRAINING)
    state.set_visit(Visit.MEASURING)
    bar.resize(1024, 36)
    for name in ("run", "phase", "step"):
        label = bar.findChild(QLabel, f"status.{name}")
        qtbot.waitUntil(lambda label=label: label.width() >= label.sizeHint().width())
    assert bar.findChild(QWidget, "status.losses").geometry().right() <= bar.width()


def test_leaving_is_told(bar: StatusBar, state: StudioState):
    bar.say_leaving()
    assert words(bar, "phase") == "Saving and closing"
