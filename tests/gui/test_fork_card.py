"""The form of a fork: what it offers, what it says will come of it, and what it asks for."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gpt_studio.engine.events import Kept, Sample
from gpt_studio.engine.requests import Changes, CorpusText
from gpt_studio.engine.run_record import Change, Parent
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.train.fork_card import ForkCard
from gpt_studio.gui.state import Phase, StudioState
from gpt_studio.gui.tabs.train_tab import TrainTab
from gpt_studio.gui.widgets.change_words import origin


@pytest.fixture
def run(run_record, steps_done, tmp_path: Path) -> OpenRun:
    made = OpenRun(tmp_path, run_record("verse"))
    for event in steps_done(1, 400):
        made.add(event)
    made.samples = [Sample(step=step, text=f"words at {step}") for step in (0, 100, 400)]
    made.kept = [0, 100, 400]
    (tmp_path / "optimizers" / "step-000100").mkdir(parents=True)
    return made


@pytest.fixture
def card(in_view, run) -> ForkCard:
    made = in_view(ForkCard(), 1000, 140)
    made.offer(run, 100, None)
    return made


def test_unchanged_it_promises_to_repeat_the_run(card):
    assert card.title.text() == "Fork verse at step 100"
    assert card.outcome.text() == "Nothing is changed: the fork will repeat the run exactly."
    assert card.changes == Changes()


def test_without_the_optimisers_memory_it_promises_less(card, run):
    card.offer(run, 0, None)
    assert "was not kept" in card.outcome.text()


def test_what_is_changed_is_said_and_asked_for(qtbot, card, run):
    card.rate.set_value(0.0005)
    card.rate.editingFinished.emit()
    card.steps.setValue(600)
    card.dropout.setValue(0.1)
    said = "rate 0.04 → 0.0005, dropout 0 → 0.1, steps 400 → 600"
    assert card.outcome.text() == f"Changed: {said}. All else is as in the run."
    with qtbot.waitSignal(card.fork_asked) as asked:
        card.go.click()
    assert asked.args == [100, Changes(learning_rate=0.0005, max_steps=600, dropout=0.1)]


def test_another_optimiser_comes_with_its_usual_rate(card):
    card.optimizer.setCurrentIndex(1 - card.optimizer.currentIndex())
    card.optimizer.activated.emit(card.optimizer.currentIndex())
    assert card.changes.optimizer is not None and card.changes.learning_rate is None
    assert "The optimiser begins anew." in card.outcome.text()


def test_another_text_is_offered_once_it_is_chosen(card, run):
    assert not card.corpus.isEnabled() and "2 Corpus" in card.corpus.toolTip()
    other = CorpusText(id="pitches", title="Pitches", text="abc")
    card.offer(run, 100, other)
    card.corpus.setCurrentIndex(1)
    card.corpus.activated.emit(1)
    assert card.changes.corpus is other
    card.offer(run, 100, CorpusText(id="verse", title="Verse", text="edited since"))
    assert card.corpus.itemText(1) == "Verse, as it is now"
    card.corpus.setCurrentIndex(1)
    card.corpus.activated.emit(1)
    assert "left out" in card.outcome.text()


def test_a_run_that_is_done_is_given_more_steps(card, run):
    card.offer(run, None, None)
    assert card.steps.value() > 400
    assert card.changes.max_steps == card.steps.value()


@pytest.fixture
def tab(in_view, train_state: StudioState, run) -> TrainTab:
    made = in_view(TrainTab(train_state))
    train_state.open_run(run)
    return made


def test_the_form_opens_at_the_chosen_step_and_follows_it(qtbot, tab, train_state):
    train_state.choose_step(100)
    tab.timelapse.fork.click()
    assert tab.fork.isVisible() and "step 100" in tab.fork.title.text()
    train_state.choose_step(0)
    assert "step 0" in tab.fork.title.text()
    qtbot.keyClick(tab.fork, Qt.Key.Key_Escape)
    assert not tab.fork.isVisible()


def test_where_no_fork_can_begin_the_button_says_why(tab, train_state):
    train_state.set_phase(Phase.TRAINING)
    assert tab.timelapse.fork.toolTip() == "A run is in training. Stop it first."
    train_state.set_phase(Phase.IDLE)
    train_state.add_events([Kept(steps=(0, 400))])
    tab.timelapse.slider.setValue(1)
    assert not tab.timelapse.fork.isEnabled()
    assert tab.timelapse.fork.toolTip() == "Only the sample of this step is kept, not its model."


def test_every_field_has_a_name_and_a_label(card):
    for name in ("steps", "rate", "optimizer", "dropout", "text", "start", "close"):
        field = card.findChild(QWidget, f"train.fork_{name}")
        assert field.accessibleName() or field.text(), name


def test_an_edge_says_what_differs():
    change = Change(what="learning_rate", before="0.04", after="0.01")
    assert origin(Parent(run="verse", step=500, changes=(change,)), False) == "from step 500: rate 0.04 → 0.01"
    assert origin(Parent(run="verse", step=500, changes=()), False) == "from step 500, unchanged"
    told = origin(Parent(run="verse", step=1500), True)
    assert told == "a copy, made at step 1,500 (verse is not there any more)"
