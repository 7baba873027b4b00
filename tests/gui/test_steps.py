"""One chosen step for the whole window: who offers it, who follows it, and what becomes of it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from gpt_studio.engine.events import Ending, Kept, Sample
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import Phase, StudioState, Visit
from gpt_studio.gui.tabs.train_tab import TrainTab
from gpt_studio.gui.tabs.write_tab import WriteTab
from gpt_studio.gui.widgets.step_choice import StepChoice


@pytest.fixture
def run(run_record, steps_done) -> OpenRun:
    """A run at rest after 400 steps, with the models of five of them."""
    made = OpenRun(Path("runs") / "verse", run_record("verse"))
    for event in steps_done(1, 400):
        made.add(event)
    made.samples = [Sample(step=step, text=f"words at {step}") for step in (0, 100, 250, 400)]
    made.kept = [0, 100, 250, 350, 400]
    return made


@pytest.fixture
def choice(qtbot, state: StudioState, run: OpenRun, in_view) -> StepChoice:
    state.open_run(run)
    return in_view(StepChoice(state, "write.step", "at step"), 600, 40)


def test_of_a_run_at_rest_the_last_step_is_now(state, run):
    state.open_run(run)
    assert state.stops == [0, 100, 250, 350, None]
    state.set_phase(Phase.TRAINING)
    assert state.stops == [0, 100, 250, 350, 400, None], "now moves on, and the last snapshot stays"


def test_only_a_step_that_was_kept_can_be_chosen(state, run):
    state.open_run(run)
    state.choose_step(100)
    assert state.subject.step == 100
    state.choose_step(101)
    assert state.subject.step == 100


def test_all_sliders_stand_at_the_same_step(qtbot, choice, state, in_view):
    other = in_view(StepChoice(state, "look.step", "at step"), 600, 40)
    qtbot.keyClick(choice.slider, Qt.Key.Key_Left)
    assert state.step == other.slider.stop == 350
    assert other.where.text() == "350"
    assert other.slider.accessibleDescription() == "step 350"
    qtbot.keyClick(other.slider, Qt.Key.Key_Right)
    assert state.step is None
    assert choice.where.text() == choice.slider.accessibleDescription() == "now"


def test_a_step_that_was_thinned_away_is_left_and_not_offered(choice, state):
    state.choose_step(250)
    state.add_events([Kept(steps=(0, 100, 400))])
    assert state.step is None
    assert choice.slider.stops == [0, 100, None]
    assert choice.slider.stop is None


def test_new_snapshots_do_not_move_who_looks_at_an_old_one(choice, state):
    state.choose_step(100)
    told = []
    state.step_changed.connect(lambda: told.append(state.step))
    state.add_events([Kept(steps=(0, 100, 250, 350, 400, 500))])
    assert (state.step, choice.slider.stop, told) == (100, 100, [])


def test_another_run_is_shown_as_it_is_now(state, run, run_record):
    state.open_run(run)
    state.choose_step(100)
    state.open_run(run)
    assert state.step == 100, "the same run, renewed"
    state.open_run(OpenRun(Path("runs") / "other", run_record("other")))
    assert state.step is None


def test_while_only_now_is_kept_the_slider_says_why_it_is_still(choice, state, run_record):
    state.open_run(OpenRun(Path("runs") / "other", run_record("other")))
    assert not choice.slider.isEnabled()
    assert choice.slider.toolTip() == "Only the model of now is kept so far."


@pytest.fixture
def train_tab(qtbot, train_state, run, in_view) -> TrainTab:
    made = in_view(TrainTab(train_state))
    train_state.open_run(run)
    return made


def test_the_timelapse_chooses_for_the_whole_window_and_follows_it(qtbot, train_tab, train_state):
    slider = train_tab.timelapse.slider
    assert slider.stops == [0, 100, 250, 350, None]
    slider.setValue(1)
    assert train_state.step == 100
    train_state.choose_step(250)
    assert train_tab.timelapse.chosen.text == "words at 250"
    train_state.choose_step(350)
    assert "No sample" in train_tab.timelapse.chosen.text


def test_a_sample_whose_model_is_gone_can_still_be_read(train_tab, train_state):
    train_state.add_events([Kept(steps=(0, 400))])
    train_tab.timelapse.slider.setValue(1)
    assert train_tab.timelapse.chosen.text == "words at 100"
    assert train_state.step is None, "there is no model for the other pages"


@pytest.fixture
def write_tab(qtbot, state, run, in_view) -> WriteTab:
    made = WriteTab(state)
    made.asked = []
    made.write_asked.connect(made.asked.append)
    made.write_asked.connect(lambda _: state.set_visit(Visit.WRITING))
    state.open_run(run)
    return in_view(made)


def test_moving_the_slider_writes_the_same_again_with_the_model_of_then(write_tab, state):
    write_tab.prompt.set_words("Madam")
    write_tab.write()
    state.choose_step(100)
    first, second = write_tab.asked
    assert (first.subject.step, second.subject.step) == (None, 100)
    assert (second.prompt, second.seed, second.samplings) == (first.prompt, first.seed, first.samplings)
    write_tab.visit_ended(Ending("stopped"))
    assert write_tab.is_writing, "the end of the one that was replaced is not that of the other"


def test_a_page_that_nobody_sees_follows_when_it_is_shown(write_tab, state):
    write_tab.hide()
    state.choose_step(100)
    assert not write_tab.asked
    write_tab.show()
    assert [request.subject.step for request in write_tab.asked] == [100]
