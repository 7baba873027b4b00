"""Train while a run grows: what is drawn and said, and what gives way where there is little room."""

import math

import pytest

from gpt_studio.engine import runs
from gpt_studio.engine.events import Evaluated, Sample
from gpt_studio.engine.keeping import library
from gpt_studio.gui import theme
from gpt_studio.gui.parts.train.loss_card import LossCard
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.tabs.train_tab import TrainTab


@pytest.fixture
def state(train_state) -> StudioState:
    return train_state


@pytest.fixture
def tab(state, in_view) -> TrainTab:
    return in_view(TrainTab(state))


def test_curves_follow_in_one_drawing_for_many_reports(tab, state, begin, qtbot, steps_done):
    begin()
    drawn = []
    follow = tab.loss.plot.follow
    tab.loss.plot.follow = lambda: (drawn.append(1), follow())
    for first in range(1, 101, 5):
        state.add_events(steps_done(first, first + 4))
    with qtbot.waitSignal(tab._draw.timeout):
        pass
    assert len(drawn) == 1
    assert tab.loss.plot.lines.smoothed.getData()[0][-1] == 100


def test_a_page_that_nobody_sees_draws_nothing(tab, state, begin, steps_done):
    begin()
    tab.hide()
    tab._draw.stop()
    state.add_events(steps_done(1, 50))
    assert not tab._draw.isActive()
    tab.show()
    assert tab.loss.plot.lines.smoothed.getData()[0][-1] == 50


def test_figures_are_said_in_words(tab, state, begin, steps_done):
    begin()
    state.add_events(steps_done(1, 100))
    state.add_events([Evaluated(step=100, train_loss=1.62, val_loss=1.71, bits_per_char=2.5)])
    tab._follow()
    tab._show_figures()
    assert tab.loss.plot.accessibleDescription() == "Loss, step 100: training 1.62, held back 1.71, best 1.71 at 100"
    assert tab.small.speed.accessibleDescription() == "Characters per second: 22,140"
    assert tab.small.rate.accessibleDescription() == "Learning rate: 0.0017"
    assert tab.loss._held_back.accessibleName() == "held back 1.71"


def test_samples_reach_the_timelapse(tab, state, begin):
    begin()
    state.add_events([Sample(step=0, text="qzx"), Sample(step=10, text="the")])
    assert tab.timelapse.chosen.text == "the"


def test_ticked_runs_are_drawn_from_their_folders(tab, state, begin, qtbot, studio_home, run_record):
    path = studio_home / "runs" / "other"
    path.mkdir(parents=True)
    checks = [
        Evaluated(step=step, train_loss=None, val_loss=4 - step / 100, bits_per_char=1.0) for step in (0, 50, 100)
    ]
    runs.append_events(path, checks)
    begin()
    state.set_runs([library.RunSummary(path=path, record=run_record("other"))])
    with qtbot.waitSignal(tab._company.curves.arrived):
        tab.runs._model.tick(tab.runs._model.index(0))
    (line,) = tab.loss.plot.lines.others
    assert line.getData()[1].tolist() == [4.0, 3.5, 3.0]
    assert tab.loss._others.isVisible()
    tab._company.curves._background.shut_down()


def test_in_a_low_window_the_small_charts_fold_into_the_loss_card(tab, state, begin, steps_done):
    begin()
    state.add_events(steps_done(1, 50))
    tab.resize(1024, 610)
    assert tab.loss.is_folded
    assert tab.loss.switch.isVisible()
    assert not tab.small.isVisible()
    tab.loss.switch.setCurrentIndex(3)
    assert tab.small.speed.isVisible()
    assert not tab.loss.plot.isVisible()
    tab.resize(1136, 760)
    assert tab.loss.plot.isVisible()
    assert tab.small.speed.isVisible()
    assert tab.small.isVisible()


def test_the_head_of_the_loss_card_gives_way_one_after_the_other(in_view):
    card = in_view(LossCard(), 900, 300)
    card.setMinimumWidth(1)  # as in the page's layout: its words do not hold it open
    shown = [(900, (True, True)), (360, (False, True)), (900, (True, True))]
    for width, wanted in shown:
        card.resize(width, 300)
        assert (card.smooth.isVisible(), card._training.isVisible()) == wanted
        assert card.more.geometry().right() <= card.width()
    box = next(action for action in card.menu().actions() if action.text() == card.smooth.text())
    assert box.isChecked(), "what has no room in the head stands in the menu"


@pytest.mark.parametrize(("width", "height", "zoom"), [(1136, 760, 100), (1024, 610, 100), (1136, 760, 150)])
def test_nothing_is_wider_than_the_page(tab, state, begin, width, height, zoom, steps_done):
    theme.set_zoom(zoom)
    begin()
    state.add_events(steps_done(1, 50))
    tab.resize(width, height)
    sheet = tab.scroll.widget()
    assert sheet.minimumSizeHint().width() <= tab.scroll.viewport().width()
    form = tab.controls.form
    assert form.layout().sizeHint().width() <= form.width()


def test_saving_the_figures_says_where_they_are(tab, begin, state, monkeypatch, studio_home, steps_done):
    begin()
    state.add_events(steps_done(1, 5))
    target = studio_home / "figures.csv"
    monkeypatch.setattr(tab.loss, "_ask_where", lambda *_: target)
    tab.loss.save_figures()
    assert len(target.read_text().splitlines()) == 7
    assert str(target) in tab.bar.words
    assert math.isclose(float(target.read_text().splitlines()[2].split(",")[1]), 4.0)
