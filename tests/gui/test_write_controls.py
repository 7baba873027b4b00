"""The prompt and the settings of the Write tab, each by itself."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gpt_studio.engine.config import Sampling
from gpt_studio.gui.parts.write.prompt_field import PromptField, beginning_of
from gpt_studio.gui.parts.write.sampling_card import SamplingCard


@pytest.fixture
def prompt(qtbot):
    prompt = PromptField("Begin with", "write.prompt")
    qtbot.addWidget(prompt)
    prompt.show()
    return prompt


@pytest.fixture
def card(qtbot):
    card = SamplingCard()
    qtbot.addWidget(card)
    card.set_vocabulary(60)
    card.show_sampling("Balanced", "", Sampling(temperature=0.8, top_k=40))
    card.show()
    return card


def find(card: SamplingCard, name: str) -> QWidget:
    return card.findChild(QWidget, f"write.{name}")


def test_prompt_shows_line_breaks_and_enter_writes(qtbot, prompt):
    line = prompt.line
    qtbot.keyClicks(line, "One")
    qtbot.keyClick(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QGuiApplication.clipboard().setText("two\r\nthree")
    qtbot.keyClick(line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert line.text() == "One↵two↵three"
    assert prompt.words == "One\ntwo\nthree"
    line.undo()
    line.redo()
    assert prompt.words == "One\ntwo\nthree"
    with qtbot.waitSignal(prompt.write_asked):
        qtbot.keyClick(line, Qt.Key.Key_Return)


def test_copied_words_have_their_line_breaks_back(qtbot, prompt):
    prompt.set_words("One\ntwo")
    prompt.line.selectAll()
    qtbot.keyClick(prompt.line, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "One\ntwo"


def test_a_script_may_set_real_line_breaks(prompt):
    prompt.line.setText("One\ntwo")
    assert prompt.line.text() == "One↵two" and prompt.words == "One\ntwo"


def test_beginning_is_the_first_line_or_its_first_words():
    assert beginning_of("\n\nFishwife:\nHerring") == "Fishwife:\n"
    assert beginning_of("Every June, Odalys Brandt walked nine miles of beet rows") == "Every June, Odalys Brandt "
    assert beginning_of("x" * 100) == ""
    assert beginning_of(" \n\n") == ""


@pytest.mark.parametrize("name", ["temperature", "top_k", "top_p", "length"])
def test_slider_and_number_agree(qtbot, card, name):
    box, slider = find(card, name), find(card, f"{name}.slider")
    slider.setValue(slider.maximum())
    assert box.value() == box.maximum()
    slider.setValue(slider.minimum())
    assert box.value() == box.minimum()
    for _ in range(3):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert box.value() == pytest.approx(box.minimum() + 3 * box.singleStep())
    box.setValue(box.maximum())
    assert slider.value() == slider.maximum()


def test_slid_lengths_are_round_numbers(card):
    slider = find(card, "length.slider")
    for place in range(0, slider.maximum(), 7):
        slider.setValue(place)
        length = card.length.value
        assert length % 10 == 0 and float(f"{length:.2g}") == length


def test_a_typed_all_is_the_whole_vocabulary(qtbot, card):
    box = find(card, "top_k")
    box.selectAll()
    qtbot.keyClicks(box, "all")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == 60 and box.text() == "all"
    box.selectAll()
    qtbot.keyClicks(box, "12")
    with qtbot.waitSignal(card.changed) as told:
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert told.args == [Sampling(temperature=0.8, top_k=12)]


def test_top_p_is_all_or_the_share_that_may_be_drawn(qtbot, card):
    box = find(card, "top_p")
    assert box.text() == "all"
    with qtbot.waitSignal(card.changed) as told:
        box.setValue(0.9)
    assert told.args == [Sampling(temperature=0.8, top_k=40, top_p=0.9)]
    with qtbot.waitSignal(card.changed) as told:
        find(card, "top_p.slider").setValue(find(card, "top_p.slider").maximum())
    assert told.args == [Sampling(temperature=0.8, top_k=40)]


def test_a_text_may_have_a_hundred_thousand_tokens(qtbot, card):
    box = find(card, "length")
    box.selectAll()
    qtbot.keyClicks(box, "100000")
    with qtbot.waitSignal(card.length_changed):
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert card.length.value == 100_000
    letters = box.fontMetrics().horizontalAdvance(box.text())
    assert box.text() == "100,000" and letters < box.lineEdit().width()


def test_showing_a_style_tells_nothing(qtbot, card):
    with qtbot.assertNotEmitted(card.changed):
        card.show_sampling("Focused", "", Sampling(temperature=0.3, top_k=5))
        card.set_vocabulary(30)
    assert (card.temperature.value, card.top_k.value) == (pytest.approx(0.3), 5)


def test_new_seed_is_small_enough_to_be_told(card):
    seeds = set()
    for _ in range(20):
        before = find(card, "seed").value()
        find(card, "seed.new").click()
        seeds.add(find(card, "seed").value())
        assert find(card, "seed").value() != before
    assert max(seeds) < 1000 and len(seeds) > 5
