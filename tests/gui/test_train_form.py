"""The settings of a training run: limits from TrainConfig, a learning rate that can be typed in every way."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QLabel

from gpt_studio.engine.config import TrainConfig
from gpt_studio.gui.parts.train.train_form import TrainForm
from gpt_studio.gui.widgets.fields import field_facts, next_rate, rate_from, rate_words

SETTINGS = TrainConfig(max_steps=400, batch_size=8, learning_rate=3e-3, eval_every=50, seed=7)


@pytest.fixture
def form(qtbot) -> TrainForm:
    made = TrainForm()
    qtbot.addWidget(made)
    made.show_config(SETTINGS)
    made.show()
    return made


def box(form: TrainForm, name: str):
    return form.findChild(QAbstractSpinBox, f"train.{name}")


def test_showing_settings_changes_nothing(form, qtbot):
    with qtbot.assertNotEmitted(form.changed):
        form.show_config(TrainConfig(max_steps=77))
        form.show_config(SETTINGS)
    assert form.config == SETTINGS


def test_a_field_changes_its_own_setting_alone(form, qtbot):
    with qtbot.waitSignal(form.changed) as changed:
        box(form, "steps").setValue(900)
    assert changed.args[0].max_steps == 900
    assert (changed.args[0].seed, changed.args[0].eval_every) == (7, 50)


@pytest.mark.parametrize(("typed", "rate"), [("0.001", 1e-3), ("1e-3", 1e-3), ("0,002", 2e-3), ("5E-4", 5e-4)])
def test_the_learning_rate_can_be_written_in_every_way(form, qtbot, typed, rate):
    field = box(form, "learning_rate")
    field.lineEdit().selectAll()
    qtbot.keyClicks(field.lineEdit(), typed)
    qtbot.keyClick(field.lineEdit(), Qt.Key.Key_Return)
    assert form.config.learning_rate == rate


@pytest.mark.parametrize("typed", ["0", "1e", "abc", ""])
def test_what_is_no_learning_rate_is_put_back(form, typed):
    field = box(form, "learning_rate")
    field.lineEdit().setText(typed)
    field.editingFinished.emit()
    assert field.value() == 3e-3
    assert field.lineEdit().text() == "0.0030"


def test_arrows_change_the_leading_digit_of_the_rate(form, qtbot):
    assert [next_rate(rate, 1) for rate in (1e-3, 9e-3, 1.5e-3)] == [2e-3, 1e-2, 2e-3]
    assert [next_rate(rate, -1) for rate in (1e-3, 2e-3, 1e-2)] == [9e-4, 1e-3, 9e-3]
    assert [rate_words(rate) for rate in (1e-3, 1.7e-4, 0.03, 2e-6)] == ["0.0010", "0.00017", "0.030", "2e-06"]
    assert rate_from("nan") is None
    with qtbot.waitSignal(form.changed):
        qtbot.keyClick(box(form, "learning_rate"), Qt.Key.Key_Up)
    assert form.config.learning_rate == 4e-3


def test_arrows_of_a_count_go_to_round_numbers(form):
    steps = box(form, "steps")
    steps.setValue(1234)
    steps.stepBy(1)
    assert steps.value() == 1300
    steps.stepBy(-13)
    assert steps.value() == 1


def test_form_check_and_tooltip_agree_with_the_settings(form):
    facts = field_facts(TrainConfig, "batch_size")
    field = box(form, "batch_size")
    assert (field.minimum(), field.maximum()) == (1, 65536) == (facts.low, facts.high)
    assert facts.description in field.toolTip()
    assert "From 1 to 65,536." in field.toolTip()
    assert field.accessibleName() == facts.title == "Batch"


def test_a_locked_form_says_why(form):
    form.set_locked(True)
    assert not box(form, "steps").isEnabled()
    assert form._note.isVisible()
    assert "until you stop" in box(form, "steps").toolTip()
    form.set_narrow(True)
    assert not form._note.isVisible()
    assert form._lock.toolTip() == "Locked until you stop."


def test_minutes_stand_beside_the_steps_that_follow_them(qtbot):
    form = TrainForm()
    qtbot.addWidget(form)
    shown = [label.text() for label in form.findChildren(QLabel) if not label.isHidden()]
    assert not any("min" in words for words in shown)
    narrow = form.width_for(narrow=True)
    form.show_minutes(9.7)
    assert "about 10 minutes" in [label.accessibleName() for label in form.findChildren(QLabel) if not label.isHidden()]
    assert form.width_for(narrow=True) > narrow
