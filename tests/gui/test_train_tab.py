"""Train: buttons that follow the phase, fields that follow the settings, words that say how it ended."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLabel, QPushButton

from gpt_studio.engine.config import ModelConfig, with_optimizer
from gpt_studio.engine.events import Ended, Ending, Evaluated, Ready
from gpt_studio.engine.keeping import library
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import Phase, StudioState
from gpt_studio.gui.tabs.train_tab import TrainTab


@pytest.fixture
def state(train_state) -> StudioState:
    return train_state


@pytest.fixture
def tab(state, in_view) -> TrainTab:
    return in_view(TrainTab(state))


def named(tab: TrainTab, kind: type, name: str):
    return tab.findChild(kind, name)


def buttons(tab: TrainTab) -> list[bool]:
    return [named(tab, QPushButton, f"train.{name}").isEnabled() for name in ("start", "pause", "stop")]


def test_start_carries_the_settings_of_the_form(tab, state, qtbot):
    with qtbot.waitSignal(tab.start_asked) as asked:
        named(tab, QPushButton, "train.start").click()
    assert asked.args == [state.train] and state.train.max_steps == 400


def test_buttons_follow_phase_and_ready(tab, state, begin):
    assert buttons(tab) == [True, False, False]
    begin()
    assert buttons(tab) == [False, True, True]
    state.set_phase(Phase.PAUSED)
    assert buttons(tab) == [False, True, True]
    assert tab.controls.pause.text() == "Resume"
    state.set_phase(Phase.IDLE)
    assert buttons(tab) == [True, False, False]
    assert tab.controls.pause.text() == "Pause"


def test_start_waits_for_the_worker_and_says_so(qtbot):
    state = StudioState()
    tab = TrainTab(state)
    qtbot.addWidget(tab)
    assert not tab.controls.start.isEnabled()
    assert "moment" in tab.controls.start.toolTip()
    state.set_ready(Ready(device="cpu", device_name="Processor", threads=1))
    assert tab.controls.start.isEnabled()


def test_pause_becomes_resume(tab, state, begin, qtbot):
    begin()
    with qtbot.waitSignal(tab.pause_asked):
        tab.controls.pause.click()
    state.set_phase(Phase.PAUSED)
    with qtbot.waitSignal(tab.go_on_asked):
        tab.controls.pause.click()
    with qtbot.waitSignal(tab.stop_asked):
        tab.controls.stop.click()


def test_without_a_text_start_says_what_is_missing_and_goes_there(tab, state, qtbot):
    state.choose_corpus(None, None)
    with qtbot.assertNotEmitted(tab.start_asked):
        tab.controls.start.click()
    assert tab.bar.words.startswith("Choose a text first")
    with qtbot.waitSignal(tab.go_asked) as asked:
        tab.bar.button.click()
    assert asked.args == ["corpus"]


def test_a_model_that_was_changed_but_not_created_is_asked_for(tab, state, qtbot, run_record):
    state.choose_model(ModelConfig(n_layer=1), None)
    assert tab.is_empty
    state.set_runs([library.RunSummary(path=Path("runs/a"), record=run_record("a"))])
    assert not tab.is_empty
    tab.controls.start.click()
    with qtbot.waitSignal(tab.go_asked) as asked:
        tab.bar.button.click()
    assert asked.args == ["model"]


def test_tab_goes_from_top_left_to_bottom_right(tab, qtbot):
    tab.activateWindow()
    start = tab.controls.start
    start.setFocus()
    visited = []
    while len(visited) < 16:
        qtbot.keyClick(tab.focusWidget(), Qt.Key.Key_Tab)
        visited.append(tab.focusWidget().objectName().removeprefix("train."))
    fields = ["steps", "batch_size", "optimizer", "learning_rate", "eval_every"]
    chart = ["smooth", "log", "unit", "chart_menu", "loss_plot"]
    assert visited == ["queue", *fields, *chart, "library", "runs", "early_stop", "start", "queue"]


def test_with_nothing_at_all_the_page_is_one_sentence_and_one_button(qtbot):
    tab = TrainTab(StudioState())
    qtbot.addWidget(tab)
    assert tab.is_empty
    assert tab.empty_state.sentence == "Create a model first."
    with qtbot.waitSignal(tab.go_asked) as asked:
        tab.empty_state.button.click()
    assert asked.args == ["model"]


def test_fields_are_locked_while_training_and_show_that_run(tab, state, begin):
    boxes = [named(tab, QAbstractSpinBox, f"train.{name}") for name in ("steps", "batch_size", "learning_rate")]
    begin()
    assert not any(box.isEnabled() for box in boxes)
    assert boxes[1].value() == 32
    assert "until you stop" in boxes[0].toolTip()
    tab.resize(1700, 900)  # room for words beside the lock
    assert tab.controls.form._note.isVisible()
    tab.training_ended(Ending(kind="stopped"))
    state.set_phase(Phase.IDLE)
    assert all(box.isEnabled() for box in boxes)
    assert boxes[1].value() == 8


def test_what_can_be_operated_has_a_name_and_every_field_a_label(tab):
    for widget in tab.findChildren(QAbstractButton) + tab.findChildren(QAbstractSpinBox):
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert widget.accessibleName(), widget.objectName()
    buddies = {label.buddy() for label in tab.findChildren(QLabel)}
    assert all(box in buddies for box in tab.findChildren(QAbstractSpinBox))
    for name in (
        "start",
        "pause",
        "stop",
        "steps",
        "batch_size",
        "learning_rate",
        "loss_plot",
        "timelapse",
        "runs",
        "step",
    ):
        assert tab.findChild(object, f"train.{name}") is not None, name


def test_a_finished_run_says_how_it_went_and_leads_on(tab, state, begin, qtbot, steps_done):
    begin()
    state.add_events([*steps_done(1, 400), Evaluated(step=400, train_loss=1.5, val_loss=1.6, bits_per_char=2.3)])
    state.add_events([Ended(ending="done", step=400, seconds=75.0, val_loss=1.6)])
    state.set_phase(Phase.IDLE)
    tab.training_ended(Ending(kind="done"))
    assert tab.bar.words == (
        "verse-4×128 is done: 400 steps in 1 min 15 s. The best on held-back text was 1.60, at step 400."
    )
    with qtbot.waitSignal(tab.go_asked) as asked:
        tab.bar.button.click()
    assert asked.args == ["write"]


def test_a_stopped_run_can_be_resumed_from_the_message(tab, state, begin, steps_done):
    run = begin()
    state.set_runs([library.RunSummary(path=run.path, record=run.record)])
    state.add_events(steps_done(1, 120))
    state.set_phase(Phase.IDLE)
    tab.training_ended(Ending(kind="stopped"))
    assert tab.bar.words == "verse-4×128 stopped after 120 of 400 steps, and is saved."
    tab.bar.button.click()
    assert tab.runs._go_on.steps.value() == 400


def test_a_failure_is_told_in_a_sentence(tab, state, begin):
    begin()
    state.set_phase(Phase.IDLE)
    tab.training_ended(Ending(kind="failed", code="device.memory", values={}))
    assert "does not fit into memory" in tab.bar.words
    assert tab.bar.property("bar") == "bad"
    begin("next")
    assert tab.bar.words == ""


def test_a_run_that_could_go_on_says_so_when_it_is_opened(tab, state, steps_done, run_record):
    half, whole = (OpenRun(Path("runs") / name, run_record(name, 400)) for name in ("half", "whole"))
    for run, last in ((half, 200), (whole, 400)):
        for event in steps_done(1, last):
            run.add(event)
    state.open_run(half)
    assert tab.bar.words == "half stopped after 200 of 400 steps, and is saved."
    assert tab.bar.button.text() == "Resume…"
    tab.bar.clear()
    state.open_run(half)  # it has only another name
    assert tab.bar.isHidden()
    state.open_run(whole)
    assert tab.bar.isHidden()


def test_another_run_can_be_looked_at_while_one_trains(tab, state, begin, steps_done, run_record):
    run, other = begin(), OpenRun(Path("runs/old"), run_record("old", 900))
    state.set_runs([library.RunSummary(path=each.path, record=each.record) for each in (run, other)])
    state.open_run(other)
    assert [row.status for row in tab.runs._model.rows] == ["training now", "0 of 900"]
    assert tab.controls.form.config.max_steps == 400
    run.curve.add(steps_done(7, 7)[0])
    state.set_phase(Phase.IDLE)
    tab.training_ended(Ending(kind="stopped"))
    assert tab.bar.words.startswith("verse-4×128 stopped after 7")


def test_a_deleted_run_can_be_had_back_for_a_while(tab):
    undone = []
    tab.run_deleted("verse-2×64", lambda: undone.append(True))
    assert tab._undo.isActive()
    tab.bar.button.click()
    assert undone == [True]
    tab.run_deleted("verse-2×64", lambda: None)
    tab._undo.timeout.emit()
    assert tab.bar.words == ""


def test_plain_adamw_is_one_click_away_and_brings_its_own_rate(tab, state):
    box = named(tab, QComboBox, "train.optimizer")
    assert box.currentData() == "muon"
    box.setCurrentIndex(box.findData("adamw"))
    box.activated.emit(box.currentIndex())
    assert state.train == with_optimizer(state.train, state.model, "adamw")
    assert tab.controls.form.config == state.train and tab.controls.form.config.learning_rate < 0.01
    box.setCurrentIndex(box.findData("muon"))
    box.activated.emit(box.currentIndex())
    assert state.train.optimizer == "muon" and tab.controls.form.config.learning_rate == state.train.learning_rate


# For the queue


def test_a_run_can_be_put_into_the_queue_whether_something_trains_or_not(tab, state, begin, qtbot):
    rate = named(tab, QAbstractSpinBox, "train.steps")
    with qtbot.waitSignal(tab.queue_asked) as asked:
        tab.controls.queue.click()
    assert asked.args == [state.train]
    begin()
    assert rate.value() == 400 and not rate.isEnabled() and tab.controls.queue.isEnabled()
    named(tab, QAbstractButton, "train.next_run").click()
    assert rate.isEnabled()
    rate.setValue(900)
    with qtbot.waitSignal(tab.queue_asked) as asked:
        tab.controls.queue.click()
    assert asked.args[0].max_steps == 900 == state.train.max_steps
    named(tab, QAbstractButton, "train.next_run").click()
    assert rate.value() == 400, "the run in training has kept its own"
    with qtbot.waitSignal(tab.queue_asked) as asked:
        tab.controls.queue.click()
    assert asked.args[0].max_steps == 900


def test_without_a_text_nothing_can_be_put_into_the_queue(tab, state, qtbot):
    state.choose_corpus(None, None)
    with qtbot.assertNotEmitted(tab.queue_asked):
        tab.controls.queue.click()
    assert tab.bar.words.startswith("Choose a text first")
