"""Compared runs side by side: only what differs. And the chart as a table."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from gpt_studio.engine.events import Evaluated
from gpt_studio.engine.keeping import library
from gpt_studio.engine.run_record import Progress
from gpt_studio.gui.parts.train.figures_box import FiguresBox
from gpt_studio.gui.parts.train.run_differences import differences, sentence
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.tabs.train_tab import TrainTab


@pytest.fixture
def state(train_state) -> StudioState:
    return train_state


@pytest.fixture
def tab(state, in_view) -> TrainTab:
    return in_view(TrainTab(state))


@pytest.fixture
def pair(run_record):
    """Two runs that differ in width, rate and optimiser."""
    first = replace(run_record("wide"), progress=Progress(step=400, best_val_loss=1.59))
    model = replace(first.model, n_embd=64)
    train = replace(first.train, learning_rate=0.001, optimizer="adamw", eval_every=50)
    second = replace(first, name="narrow", model=model, train=train, progress=Progress(step=120))
    return first, second


def test_only_what_differs_is_shown_and_what_came_of_it(pair):
    columns, rows = differences(pair)
    assert columns == ["Setting", "wide", "narrow"]
    assert [row[0] for row in rows] == [
        "Width",
        "Parameters",
        "Learning rate",
        "Check every",
        "Optimiser",
        "Steps made",
        "Best held back",
    ]
    found = {row[0]: row[1:] for row in rows}
    assert found["Width"] == ["128", "64"]
    assert found["Check every"] == ["auto", "50"]
    assert found["Learning rate"] == ["0.040", "0.0010"]
    assert found["Best held back"] == ["1.590", "–"]


def test_runs_that_are_alike_are_said_to_be(pair):
    first, _ = pair
    assert sentence([first, replace(first, name="again")]) == "These runs have the same settings."
    assert [row[0] for row in differences([first, first])[1]] == ["Steps made", "Best held back"]


def test_the_button_comes_with_the_first_ticked_run(tab, state, begin, run_record, qtbot):
    run = begin()
    other = library.RunSummary(path=Path("runs/other"), record=run_record("other", steps=900))
    state.set_runs([library.RunSummary(path=run.path, record=run.record), other])
    assert not tab.runs.differ.isVisible()
    tab.runs._model.tick(tab.runs._model.index(1))
    assert tab.runs.differ.isVisible()
    tab.runs.differ.click()
    box = tab.window().findChild(FiguresBox, "train.differences_box")
    model = box.view.model()
    assert [model.data(model.index(0, column)) for column in range(3)] == ["Steps", "400", "900"]
    box.close()
    tab._company.curves._background.shut_down()


def test_the_chart_is_a_table_with_a_row_for_each_check(tab, state, begin, steps_done, qtbot):
    begin()
    state.add_events(steps_done(1, 120))
    for step, loss in ((50, 2.0), (100, 1.75)):
        state.run.add(Evaluated(step=step, train_loss=1.8, val_loss=loss, bits_per_char=2.52))
    tab._follow()
    qtbot.keyClick(tab.loss.plot, Qt.Key.Key_T)
    box = tab.window().findChild(FiguresBox, "train.loss_table")
    model = box.view.model()
    rows = [[model.data(model.index(row, column)) for column in range(3)] for row in range(model.rowCount())]
    assert [row[0] for row in rows] == ["0", "50", "100", "120"]
    assert rows[2][2] == "1.75" and rows[3][2] == ""
    assert float(rows[2][1]) == pytest.approx(1.525, abs=0.01)
    assert box.sentence.text() == tab.loss.plot.describe()
    said = model.data(model.index(2, 2), Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Step 100: Held back 1.75"
    assert model.data(model.index(3, 2), Qt.ItemDataRole.AccessibleTextRole) == "Step 120: Held back none"
    qtbot.keyClick(box.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("Step\tTraining\tHeld back")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not box.isVisible()
