"""From noise to words: the row of samples and its slider."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt

from gpt_studio.engine.events import Sample
from gpt_studio.gui import theme
from gpt_studio.gui.parts.train.timelapse import Timelapse, shown_places

STEPS = (0, 10, 25, 50, 100, 250, 500, 1000)
SAMPLES = [Sample(step=step, text=f"words at {step}\n" * 3) for step in STEPS]


@pytest.fixture
def timelapse(qtbot) -> Timelapse:
    made = Timelapse()
    qtbot.addWidget(made)
    made.resize(1000, 214)
    made.show()
    return made


def shown(timelapse: Timelapse) -> list[int]:
    return [STEPS[place] for place in timelapse._places]


def test_before_the_first_sample_it_says_what_will_come(timelapse):
    assert timelapse._waiting.isVisible()
    assert not timelapse.play.isVisible()
    assert timelapse.chosen is None


def test_the_newest_sample_is_chosen_and_stays_so_when_more_come(timelapse):
    timelapse.show_samples(SAMPLES[:4])
    assert timelapse.chosen.step == 50
    timelapse.show_samples(SAMPLES[:5])
    assert timelapse.chosen.step == 100


def test_who_looks_at_an_older_sample_is_left_there(timelapse):
    timelapse.show_samples(SAMPLES[:4])
    timelapse.slider.setValue(1)
    timelapse.show_samples(SAMPLES)
    assert timelapse.chosen.step == 10


def test_another_run_begins_at_its_own_newest_sample(timelapse):
    timelapse.show_samples(SAMPLES)
    timelapse.slider.setValue(2)
    timelapse.show_samples([Sample(step=0, text="other"), Sample(step=500, text="other")])
    assert timelapse.chosen.step == 500


def test_slider_stops_are_equally_far_apart(timelapse):
    timelapse.show_samples(SAMPLES)
    slider = timelapse.slider
    places = [slider._place(index) for index in range(len(STEPS))]
    gaps = {round(b - a, 6) for a, b in pairwise(places)}
    assert len(gaps) == 1
    assert slider.maximum() == len(STEPS) - 1


def test_arrow_keys_and_clicks_choose_a_step(timelapse, qtbot):
    timelapse.show_samples(SAMPLES)
    slider = timelapse.slider
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert timelapse.chosen.step == 500
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider._place(3)), 14))
    assert timelapse.chosen.step == 50
    assert slider.accessibleDescription() == "step 50"


def test_the_first_the_last_and_the_chosen_sample_are_always_there(timelapse):
    timelapse.show_samples(SAMPLES)
    for place in range(len(STEPS)):
        timelapse.slider.setValue(place)
        assert {0, 1000, STEPS[place]} <= set(shown(timelapse))
        assert len(shown(timelapse)) < len(STEPS)


def test_choosing_another_sample_moves_one_card_at_most():
    before = shown_places(12, 11, 6)
    for chosen in range(12):
        assert len(set(shown_places(12, chosen, 6)) - set(before)) <= 1


def test_a_click_on_a_card_chooses_its_sample(timelapse, qtbot):
    timelapse.show_samples(SAMPLES)
    qtbot.mouseClick(timelapse._cards[0], Qt.MouseButton.LeftButton)
    assert timelapse.chosen.step == 0


def test_in_a_low_window_the_chosen_sample_stands_alone(timelapse):
    timelapse.show_samples(SAMPLES)
    timelapse.set_only_chosen(True)
    assert shown(timelapse) == [1000]
    assert timelapse.sizeHint().height() < theme.px(214)


def test_play_goes_from_the_first_to_the_last_and_stops_there(timelapse, qtbot):
    timelapse.show_samples(SAMPLES)
    timelapse.player.timer.setInterval(0)
    seen = []
    timelapse.slider.valueChanged.connect(seen.append)
    with qtbot.waitSignal(timelapse.slider.valueChanged, check_params_cb=lambda value: value == len(STEPS) - 1):
        timelapse.play.click()
    assert seen == list(range(len(STEPS)))
    assert not timelapse.player.is_playing
    assert timelapse.play.text() == "Play"


def test_the_chosen_sample_can_be_reached_and_read_by_keyboard(timelapse):
    timelapse.show_samples(SAMPLES)
    card = timelapse._cards[len(timelapse._places) - 1]
    assert card._text.focusPolicy() is Qt.FocusPolicy.StrongFocus
    assert card._text.accessibleName() == "Sample at step 1,000"
    assert timelapse._cards[0]._text.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_while_now_moves_on_its_card_says_when_it_was_written(timelapse):
    timelapse.show_samples(SAMPLES[:4], now=70)
    assert timelapse.slider.stops == [0, 10, 25, 50, None]
    titles = [card._title.text() for card in timelapse._cards[:5]]
    assert titles[-2:] == ["step 50", "now, as of step 50"]
