"""Tinted text: what it shows, how a character is chosen, and that it stays fluent."""

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor

from gpt_studio.gui import theme
from gpt_studio.gui.widgets.text_places import place_at, rects_of
from gpt_studio.gui.widgets.tinted_text import TintedText, tint_level
from gpt_studio.gui.widgets.tints import TintLegend, TintScale, tint_color

WORDS = "had the pier the marked\nthat said it in the sea."


@pytest.fixture
def view(qtbot):
    view = TintedText("write.output")
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.show()
    return view


def fill(view: TintedText, words: str = WORDS, surprise: float = 1.0) -> None:
    view.append(list(words), [surprise] * len(words))


def background(view: TintedText, place: int) -> str | None:
    cursor = QTextCursor(view.document())
    cursor.setPosition(place + 1)
    brush = cursor.charFormat().background()
    return None if brush.style() == Qt.BrushStyle.NoBrush else brush.color().name()


def click(qtbot, view: TintedText, place: int) -> None:
    middle = rects_of(view, place, place + 1)[0].center().toPoint()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)


def test_surprise_becomes_sixteen_tints_and_nothing_has_none():
    assert [tint_level(value) for value in (None, math.nan, 0.0, 0.9, 5.0, 30.0)] == [0, 0, 0, 0, 15, 15]
    assert len({tint_level(step / 10) for step in range(60)}) == 16


def test_each_character_has_the_tint_of_its_surprise(view):
    view.append(["a", "b", "c"], [0.1, 5.0, None])
    assert [background(view, place) for place in range(3)] == [None, tint_color(15).name(), None]


def test_prompt_is_grey_and_does_not_count(view, qtbot):
    view.set_prompt("Madam, I ")
    fill(view)
    assert view.texts() == list(WORDS)
    assert view.text() == "Madam, I " + WORDS == view.toPlainText()
    click(qtbot, view, 2)
    assert view.chosen_index is None
    with qtbot.waitSignal(view.chosen) as told:
        click(qtbot, view, len("Madam, I ") + 2)
    assert told.args == [2]


def test_arrow_keys_walk_over_spaces_line_breaks_and_lines(view, qtbot):
    fill(view)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.chosen_index == 0
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.texts()[view.chosen_index] == " "
    qtbot.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert view.chosen_index == len(WORDS) - 1
    view.select(WORDS.index("\n"))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.texts()[view.chosen_index] == "t"
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.chosen_index == 0
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.chosen_index == 0


def test_click_right_of_a_line_chooses_its_line_break(view, qtbot):
    fill(view)
    click(qtbot, view, WORDS.index("\n"))
    assert view.chosen_index == WORDS.index("\n")


def test_every_character_is_found_where_it_is_drawn(view):
    odd = "naïve 🙂 a\tb\r\n\nx\x00y end of a line that is long enough to wrap twice in so narrow a view"
    view.append(list(odd), [2.0] * len(odd))
    for index, start in enumerate(view._starts):
        if odd[index] in " \n":
            continue  # a space may hang over the end of its line
        assert place_at(view, rects_of(view, start, start + 1)[0].center()) == start, index


def test_chosen_character_speaks(view):
    view.append(["h", " "], [-math.log(0.17), None])
    view.select(0)
    assert "h" in view.accessibleDescription() and "17" in view.accessibleDescription()
    view.select(1)
    assert "␣" in view.accessibleDescription()
    view.describe = lambda index: f"number {index}"
    view.select(0)
    assert view.accessibleDescription() == "number 0"
    view.clear()
    assert view.accessibleDescription() == "" and view.texts() == []


def test_a_text_to_be_read_begins_at_its_beginning_and_stays_there(qtbot):
    view = TintedText("generalize.text", role="read", follows=False)
    qtbot.addWidget(view)
    view.resize(300, 120)
    view.show()
    fill(view, f"{WORDS}\n" * 40)
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 0)
    assert view.verticalScrollBar().value() == 0
    theme.use("dark")
    assert view.verticalScrollBar().value() == 0


def test_view_follows_the_end_unless_the_student_scrolled_up(view, qtbot):
    bar = view.verticalScrollBar()
    fill(view, "line\n" * 100)
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert bar.value() == bar.maximum()
    bar.setValue(10)
    fill(view, "line\n" * 100)
    assert bar.value() == 10
    bar.setValue(bar.maximum())
    fill(view, "line\n" * 100)
    assert bar.value() == bar.maximum()


def test_new_colours_keep_text_choice_and_place(view, qtbot):
    view.set_prompt("So: ")
    fill(view, "line\n" * 100, surprise=5.0)
    view.select(17)
    before = view.verticalScrollBar().value()
    theme.use("dark")
    assert background(view, 4) == tint_color(15).name() and theme.current().is_dark
    assert (view.chosen_index, view.verticalScrollBar().value()) == (17, before)


def test_lines_grow_with_the_zoom(view):
    fill(view, "one\ntwo")
    before = rects_of(view, 4, 5)[0].top()
    theme.set_zoom(200)
    assert rects_of(view, 4, 5)[0].top() > 1.8 * before


@pytest.mark.parametrize("words", ["a line of words\n" * 6250, "x" * 100_000], ids=["lines", "one line"])
def test_a_hundred_thousand_characters_arrive_in_turns_and_all(view, qtbot, words):
    surprises = [index % 60 / 10 for index in range(len(words))]
    view.append(list(words), surprises)
    assert len(view.toPlainText()) < len(words) / 4  # the window may answer in between
    view.select(99_000)
    assert len(view.toPlainText()) == len(words)
    view.append("more", [1.0] * 4)
    qtbot.waitUntil(lambda: view.toPlainText() == words + "more")


def test_a_line_without_end_grows_less_often_and_loses_nothing(view, qtbot):
    for number in range(60):
        view.append(["word"] * 20 + [" "], [number / 10] * 21)
    qtbot.waitUntil(lambda: view.toPlainText() == view.text())
    assert len(view.texts()) == 60 * 21


def test_a_text_that_takes_the_place_of_another_is_not_selected(in_view):
    view = in_view(TintedText("read", follows=False), 400, 200)
    for _ in range(2):
        view.clear()
        view.append(list("a few words"), [0.5] * 11)
        assert not view.textCursor().hasSelection()


def test_legend_tells_in_bits_where_tints_begin_and_end(qtbot):
    legend = TintLegend()
    qtbot.addWidget(legend)
    legend.show()
    scale = legend.findChild(TintScale)
    assert (scale._low, scale._high) == ("1.3", "7.2 bits")
    assert tint_level(1.2 * math.log(2)) == 0 and tint_level(7.3 * math.log(2)) == 15
    assert "7.2 bits are 0.7 %" in legend.toolTip()
    wide = legend.sizeHint().width()
    legend.set_brief(True)
    assert scale.isVisible() and legend.sizeHint().width() < wide
