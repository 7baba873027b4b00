"""The doctor in the window: calm while all is well; else what is wrong, with its evidence and one button."""

import pytest
from msgspec.structs import replace

from gpt_studio.engine import doctor
from gpt_studio.engine.doctor import Finding
from gpt_studio.engine.events import Evaluated
from gpt_studio.gui import messages
from gpt_studio.gui.parts.train.doctor_strip import DoctorStrip, RunDoctor
from gpt_studio.gui.parts.train.loss_scale import LossScale
from gpt_studio.gui.state import Phase, StudioState
from gpt_studio.gui.tabs.train_tab import TrainTab

TURNED_UP = Finding("doctor.turned_up", {"step": 1900, "best": 1.59, "now": 1.74}, 1900)
HIGH = Finding("doctor.rate_high", {"rate": 1.0, "loss": 3.2, "lowest": 3.23, "step": 200, "began": 4.1}, 200, 0.04)


@pytest.fixture
def strip(in_view) -> DoctorStrip:
    return in_view(DoctorStrip(), 700, 40)


@pytest.fixture
def state(train_state) -> StudioState:
    return train_state


@pytest.fixture
def tab(train_state, in_view) -> TrainTab:
    return in_view(TrainTab(train_state))


def test_learning_is_said_without_colour_and_without_a_button(strip):
    strip.show_finding(Finding("doctor.learning", {"fall": 0.124, "since": 600}), True, LossScale())
    assert strip.words == "Still learning: since step 600 the loss has fallen by 0.12, and nothing is wrong."
    assert strip.accessibleDescription() == strip.words
    assert strip.property("bar") == "" and not strip.button.isVisible()
    strip.show_finding(None, False, LossScale())
    assert strip.isHidden()


def test_trouble_has_its_evidence_in_the_unit_of_the_chart(strip):
    strip.show_finding(TURNED_UP, True, LossScale())
    assert strip.words.startswith("Better to stop: held back was 1.59 at step 1,900 and is 1.74 now")
    assert strip.property("bar") == "warn"
    strip.show_finding(TURNED_UP, True, LossScale(bits=True))
    assert "held back was 2.29" in strip.words


def test_its_button_stops_the_run_or_goes_where_something_can_be_done(strip, qtbot):
    strip.show_finding(TURNED_UP, True, LossScale())
    assert strip.button.text() == "Stop and keep the best"
    with qtbot.waitSignal(strip.stop_asked):
        strip.button.click()
    strip.show_finding(TURNED_UP, False, LossScale())  # nothing trains: there is nothing to stop
    assert not strip.button.isVisible()
    small = Finding("doctor.too_small", {"held_back": 2.7, "two": 2.4})
    strip.show_finding(small, True, LossScale())
    with qtbot.waitSignal(strip.go_asked) as asked:
        strip.button.click()
    assert asked.args == ["model"]


@pytest.mark.parametrize("width", [900, 420])
def test_all_of_a_long_sentence_is_shown(strip, width):
    strip.resize(width, 40)
    strip.show_finding(HIGH, True, LossScale())
    words = strip._words
    assert words.heightForWidth(words.width()) <= words.height() + 1
    assert strip.button.geometry().right() <= strip.width()


def test_a_better_rate_is_taken_for_the_next_run_and_the_one_in_training_is_stopped(
    tab, train_state: StudioState, begin, qtbot
):
    begin()
    tab.loss.doctor.show_finding(HIGH, True, LossScale())
    with qtbot.waitSignal(tab.stop_asked):
        tab.loss.doctor.button.click()
    assert train_state.train.learning_rate == 0.04
    train_state.set_phase(Phase.IDLE)
    tab.loss.doctor.show_finding(HIGH, False, LossScale())
    with qtbot.assertNotEmitted(tab.stop_asked):
        tab.loss.doctor.button.click()


def test_the_tab_follows_the_curve_of_the_open_run(tab, train_state, begin, steps_done):
    begin()
    record = train_state.run.record
    train_state.run.record = replace(record, corpus=replace(record.corpus, characters=400_000))
    train_state.add_events(steps_done(1, 30))
    train_state.add_events([Evaluated(step=30, train_loss=1.6, val_loss=1.7, bits_per_char=2.45)])
    tab._show_figures()
    assert tab.loss.doctor.words.startswith("Still learning") and tab.loss.doctor.isVisible()


def test_a_short_text_is_said_before_the_first_step(train_state, begin):
    run = begin()
    found = RunDoctor().finding(run, None)
    assert (found.code, found.values["characters"]) == ("doctor.too_short", 4000)


def test_without_a_run_it_says_nothing():
    assert RunDoctor().finding(None, None) is None


def test_every_finding_has_its_sentence():
    values = dict.fromkeys((*doctor.LOSSES, "rate", "share", "step", "since", "characters", "least"), "7")
    codes = [code for code in messages.codes() if code.startswith("doctor.")]
    assert len(codes) == 12
    assert not [code for code in codes if "…" in messages.sentence(code, values)]


def test_a_loss_beyond_all_numbers_is_the_one_that_is_red(strip):
    strip.show_finding(Finding("doctor.not_finite", {"step": 12, "rate": 4.0}, 12, 0.04), False, LossScale())
    assert strip.property("bar") == "bad"
    assert strip.button.text() == "Use rate 0.040"
