"""The list of runs: what it says, and the wishes that it sends."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt

from gpt_studio.engine import run_record
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.errors import RunError
from gpt_studio.engine.events import Evaluated, Ready
from gpt_studio.engine.keeping import library
from gpt_studio.gui import theme
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.train.run_list import RunList, steps_to_propose
from gpt_studio.gui.state import Phase, StudioState


def summary(name: str, step: int = 1500, steps: int = 1500, text: str = "verse", status="done") -> library.RunSummary:
    record = run_record.RunRecord(
        name=name,
        created="2026-01-01T00:00:00Z",
        model=ModelConfig(vocab_size=60),
        train=TrainConfig(max_steps=steps),
        corpus=run_record.CorpusRecord(id=text, title=text.title(), sha256=text, characters=4000),
        status=status,
        progress=run_record.Progress(step=step, best_val_loss=1.98, best_step=step),
    )
    return library.RunSummary(path=Path("runs") / name, record=record)


@pytest.fixture
def state() -> StudioState:
    made = StudioState()
    made.set_ready(Ready(device="cpu", device_name="Processor", threads=1))
    broken = library.RunSummary(
        path=Path("runs/broken"), problem=RunError("run.damaged", run="broken", file="run.json")
    )
    made.set_runs([summary("first"), summary("second", 700, status="stopped"), summary("third", text="x"), broken])
    return made


@pytest.fixture
def run_list(qtbot, state) -> RunList:
    made = RunList(state)
    qtbot.addWidget(made)
    made.resize(236, 460)
    made.show()
    return made


def open_first(state: StudioState) -> OpenRun:
    run = OpenRun(state.runs[0].path, state.runs[0].record)
    state.open_run(run)
    return run


def statuses(run_list: RunList) -> list[str]:
    return [row.status for row in run_list._model.rows]


def test_every_run_is_listed_with_how_far_it_came_and_a_damaged_one_with_a_sentence(run_list):
    assert statuses(run_list) == ["1,500 steps", "700 of 1,500", "1,500 steps", "damaged"]
    damaged = run_list._model.rows[3]
    assert "run.json is damaged" in damaged.spoken
    run_list.choose(damaged.path)
    assert "run.json is damaged" in run_list._caption.text()
    assert not run_list.rename.isEnabled()
    assert run_list.delete.isEnabled()


def test_runs_on_other_texts_are_marked_when_a_run_is_open(run_list, state):
    open_first(state)
    assert statuses(run_list)[2].startswith("other text")
    assert "do not compare" in run_list._model.rows[2].spoken


def test_the_run_in_training_says_so_and_its_best_loss_follows(run_list, state):
    run = open_first(state)
    state.set_phase(Phase.TRAINING)
    run_list.show_training(run)
    run.curve.add(Evaluated(step=100, train_loss=None, val_loss=1.5, bits_per_char=2.0))
    run_list._list_runs()
    assert statuses(run_list)[0] == "training now"
    assert run_list._model.rows[0].best == "1.50"
    state.set_phase(Phase.PAUSED)
    assert statuses(run_list)[0] == "paused"


def test_space_ticks_a_run_for_comparison_and_the_open_one_keeps_its_tick(run_list, state, qtbot):
    open_first(state)
    run_list.choose(state.runs[1].path)
    with qtbot.waitSignal(run_list.compared_changed):
        qtbot.keyClick(run_list.view, Qt.Key.Key_Space)
    assert [row.name for row in run_list.compared] == ["second"]
    run_list.choose(state.runs[0].path)
    qtbot.keyClick(run_list.view, Qt.Key.Key_Space)
    assert run_list._model.data(run_list.view.currentIndex(), Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked


def test_a_library_without_runs_says_how_the_first_one_comes(run_list, state):
    assert run_list._caption.text().startswith("Ticked runs")
    state.set_runs([])
    assert run_list._caption.text().startswith("No run yet.")


def test_a_click_on_the_box_ticks_too(run_list, qtbot):
    box = run_list.view.visualRect(run_list._model.index(2))
    place = QPoint(box.left() + theme.px(18), box.center().y())
    with qtbot.waitSignal(run_list.compared_changed):
        qtbot.mouseClick(run_list.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [row.name for row in run_list.compared] == ["third"]


def test_ticks_stay_when_the_library_is_listed_anew(run_list, state, qtbot):
    run_list.choose(state.runs[1].path)
    qtbot.keyClick(run_list.view, Qt.Key.Key_Space)
    state.set_runs([summary("new"), *state.runs])
    assert [row.name for row in run_list.compared] == ["second"]
    assert run_list.chosen.name == "second"


def test_enter_opens_a_run(run_list, state, qtbot):
    run_list.choose(state.runs[1].path)
    with qtbot.waitSignal(run_list.open_asked) as asked:
        qtbot.keyClick(run_list.view, Qt.Key.Key_Return)
    assert asked.args == [state.runs[1].path]


def test_f2_renames_in_place(run_list, state, qtbot):
    run_list.choose(state.runs[1].path)
    run_list.view.setFocus()
    qtbot.keyClick(run_list.view, Qt.Key.Key_F2)
    editor = run_list.view.findChild(type(run_list._go_on.steps.lineEdit()))
    assert editor.text() == "second"
    editor.setText("shorter")
    with qtbot.waitSignal(run_list.rename_asked) as asked:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert asked.args == [state.runs[1].path, "shorter"]


def test_a_name_that_is_being_typed_survives_the_training(run_list, state, qtbot):
    run_list.choose(state.runs[1].path)
    qtbot.keyClick(run_list.view, Qt.Key.Key_F2)
    editor = run_list.view.findChild(type(run_list._go_on.steps.lineEdit()))
    editor.setText("half a na")
    state.set_runs([summary("first"), summary("second", 800)])
    assert editor.text() == "half a na"


def test_resume_proposes_the_end_of_the_run_or_as_far_again(run_list, state, qtbot):
    assert steps_to_propose(700, 1500) == 1500
    assert steps_to_propose(1500, 1500) == 3000
    run_list.choose(state.runs[1].path)
    run_list.resume.click()
    assert run_list._go_on.steps.value() == 1500
    run_list._go_on.steps.setValue(2000)
    with qtbot.waitSignal(run_list.resume_asked) as asked:
        qtbot.keyClick(run_list._go_on.steps.lineEdit(), Qt.Key.Key_Return)
    assert asked.args == [state.runs[1].path, 2000]
    assert run_list._go_on.isHidden()


def test_a_run_cannot_be_resumed_to_where_it_is_already(run_list, state):
    run_list.choose(state.runs[1].path)
    run_list.ask_steps()
    assert run_list._go_on.steps.minimum() == 701


def test_del_deletes_but_never_the_run_in_training(run_list, state, qtbot):
    run = open_first(state)
    run_list.choose(state.runs[1].path)
    with qtbot.waitSignal(run_list.delete_asked) as asked:
        qtbot.keyClick(run_list.view, Qt.Key.Key_Delete)
    assert asked.args == [state.runs[1].path]
    state.set_phase(Phase.TRAINING)
    run_list.show_training(run)
    run_list.choose(run.path)
    assert not run_list.delete.isEnabled()
    assert run_list.delete.toolTip() == "Until you stop."
    with qtbot.assertNotEmitted(run_list.delete_asked):
        qtbot.keyClick(run_list.view, Qt.Key.Key_Delete)


def test_a_run_of_last_time_can_be_resumed_as_soon_as_the_worker_is_ready(state, qtbot):
    ready, state.ready = state.ready, None
    run_list = RunList(state)
    qtbot.addWidget(run_list)
    run_list.choose(state.runs[1].path)
    assert not run_list.resume.isEnabled()
    state.set_ready(ready)
    assert run_list.resume.isEnabled()


def test_while_a_run_trains_no_other_can_be_resumed(run_list, state):
    run = open_first(state)
    state.set_phase(Phase.TRAINING)
    run_list.show_training(run)
    run_list.choose(state.runs[1].path)
    assert not run_list.resume.isEnabled()
    assert run_list.delete.isEnabled()
