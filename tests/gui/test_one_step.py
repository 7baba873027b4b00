"""One step and slow motion on the Train tab: who asks, what is shown, and when it ends."""

import numpy as np
import pytest

from gpt_studio.engine.config import PATIENCE
from gpt_studio.engine.events import GradientPart, StepSeen
from gpt_studio.gui import theme
from gpt_studio.gui.parts.train.step_bars import rows_of
from gpt_studio.gui.state import Phase, StudioState
from gpt_studio.gui.tabs.train_tab import TrainTab


@pytest.fixture
def state(train_state) -> StudioState:
    return train_state


@pytest.fixture
def tab(state, in_view) -> TrainTab:
    return in_view(TrainTab(state))


def a_step(step: int = 8) -> StepSeen:
    return StepSeen(
        step=step,
        texts=("the tide is up", "so is the cook"),
        pieces=24,
        context="the tide is u",
        target="p",
        tokens=("p", "s", " "),
        before=np.array([0.12, 0.3, 0.2]),
        after=np.array([0.34, 0.21, 0.2]),
        gradients=(GradientPart("token", 0, 0.5), GradientPart("attention", 1, 0.25)),
    )


def test_a_step_needs_a_run_that_can_go_on_and_says_what_is_missing(tab, state, begin, steps_done):
    assert not tab.steps.one.isEnabled()
    assert tab.steps.one.toolTip() == "Start a run first, or open one."
    begin()
    assert tab.steps.one.isEnabled() and tab.steps.slow.isEnabled()
    state.add_events(steps_done(1, 400))
    state.set_phase(Phase.IDLE)
    assert tab.steps.one.toolTip() == "This run has made all its steps."


def test_a_step_takes_the_place_of_the_samples_until_it_is_closed(tab, state, begin, steps_done, qtbot):
    begin()
    state.add_events(steps_done(1, 7))
    with qtbot.waitSignal(tab.step_asked):
        tab.steps.one.click()
    state.set_phase(Phase.PAUSED)
    state.add_events(steps_done(8, 8))
    state.step_seen.emit(a_step())
    assert tab.seen.isVisible() and not tab.timelapse.isVisible()
    assert tab.seen._words.text() == "step 8 · loss 1.81 on these pieces"
    tab.seen._close.click()
    assert tab.timelapse.isVisible() and not tab.seen.isVisible()


def test_what_is_painted_is_said_as_well(tab, state, begin):
    begin()
    state.step_seen.emit(a_step())
    assert tab.seen.batch.accessibleDescription() == "the tide is up\nso is the cook"
    told = tab.seen.odds.accessibleDescription()
    assert "p really follows" in told and "p 12 %, 34 %" in told
    assert tab.seen.gradient.accessibleDescription().endswith("tokens 0.5; attention 1 0.25")
    for choice in ("dark", "light"):  # and it can be painted in every theme
        theme.use(choice)
        assert not tab.seen.grab().isNull()


def test_slow_motion_asks_again_after_each_step_until_it_is_held(tab, state, begin, qtbot):
    begin()
    asked = []
    tab.step_asked.connect(lambda: asked.append(True))
    tab.steps.slow.click()
    assert len(asked) == 1 and tab.steps.slow.text() == "Hold"
    state.set_phase(Phase.PAUSED)
    state.step_seen.emit(a_step())
    assert tab.steps._beat.isActive()
    tab.steps._beat.timeout.emit()
    assert len(asked) == 2
    tab.steps.slow.click()
    assert not tab.steps._beat.isActive() and tab.steps.slow.text() == "Slow motion"
    state.step_seen.emit(a_step(9))
    assert not tab.steps._beat.isActive()


def test_letting_the_run_go_on_ends_slow_motion(tab, state, begin):
    begin()
    state.set_phase(Phase.PAUSED)
    tab.steps.slow.click()
    state.set_phase(Phase.TRAINING)
    assert not tab.steps.slow.isChecked()
    assert not tab.steps._beat.isActive()


def test_a_run_may_be_told_to_end_by_itself(tab, state, begin):
    tab.steps.early.click()
    assert state.train.early_stop == PATIENCE
    assert tab.controls.form.config.early_stop == PATIENCE
    tab.steps.early.click()
    assert state.train.early_stop == 0
    begin()
    assert not tab.steps.early.isEnabled()


def test_the_blocks_of_a_deep_model_are_taken_together():
    deep = [GradientPart("token", 0, 1.0), *(GradientPart("attention", block, 3.0) for block in range(1, 17))]
    assert rows_of(deep) == [("token", "tokens", 1.0), ("attention", "attention", 12.0)]
