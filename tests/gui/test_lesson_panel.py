"""The lesson beside each step."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from gpt_studio.gui import pages, theme
from gpt_studio.gui.shell import lesson_text
from gpt_studio.gui.shell.lesson_panel import LessonPanel
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import Paragraph

WRITTEN = """## What is happening

The model *guesses*.
It is wrong.

## Try this

- Press **Start**.
- Wait.

## Unknown to us

Left out.

## Formula

*p*<sub>i</sub> = e<sup>x</sup> < 1
"""


@pytest.fixture
def panel(qtbot) -> LessonPanel:
    made = LessonPanel(StudioState())
    qtbot.addWidget(made)
    made.resize(304, 760)
    made.show_page("train")
    made.show()
    return made


def words_of(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(Paragraph) if label.isVisibleTo(widget)]


def test_a_lesson_is_split_at_its_headings():
    lesson = lesson_text.parse(WRITTEN)
    assert lesson.happening == ("The model <i>guesses</i>. It is wrong.",)
    assert lesson.try_this == ("• Press <b>Start</b>.<br>• Wait.",)
    assert lesson.formula == ("<i>p</i><sub>i</sub> = e<sup>x</sup> &lt; 1",)
    assert lesson.why == lesson.learned == ()


@pytest.mark.parametrize("step", pages.STEPS, ids=lambda step: step.name)
def test_every_step_has_a_whole_lesson_without_leftover_marks(step: pages.Step):
    lesson = lesson_text.read(step.name)
    for section in (lesson.happening, lesson.why, lesson.try_this, lesson.learned, lesson.formula):
        assert section, step.name
        assert not any("*" in words or "##" in words for words in section)


def test_a_lesson_that_cannot_be_read_leaves_the_panel_empty():
    assert lesson_text.read("nowhere") == lesson_text.Lesson()


def test_what_was_learned_appears_with_the_tick(panel: LessonPanel):
    learned = lesson_text.read("train").learned
    assert not set(learned) & set(words_of(panel))
    panel._state.tick("train")
    assert set(learned) <= set(words_of(panel))


def test_the_formula_is_closed_until_asked_and_kept_for_each_page(panel: LessonPanel, qtbot):
    press = panel.findChild(QPushButton, "lesson.formula")
    formula = set(lesson_text.read("train").formula)
    assert press.text() == "Show the formula" and not formula & set(words_of(panel))
    qtbot.mouseClick(press, Qt.MouseButton.LeftButton)
    assert press.text() == "Hide the formula" and formula <= set(words_of(panel))
    panel.show_page("model")
    assert press.text() == "Show the formula"
    panel.show_page("train")
    assert press.text() == "Hide the formula" and formula <= set(words_of(panel))


def test_next_leads_to_the_next_step_and_the_last_has_none(panel: LessonPanel, qtbot):
    press = panel.findChild(QPushButton, "lesson.next")
    assert press.text() == "Next: 6 Write" and press.accessibleName() == "Next: 6 Write"
    with qtbot.waitSignal(panel.next_asked) as asked:
        qtbot.mouseClick(press, Qt.MouseButton.LeftButton)
    assert asked.args == ["write"]
    panel.show_page("look")
    assert press.isHidden()


def test_going_to_another_page_leaves_no_word_of_the_one_before(panel: LessonPanel):
    panel.show_page("corpus")
    lesson = lesson_text.read("corpus")
    shown = words_of(panel)
    assert shown == [*lesson.happening, *lesson.why, *lesson.try_this]


def test_the_close_button_asks_to_be_put_away(panel: LessonPanel, qtbot):
    with qtbot.waitSignal(panel.close_asked):
        qtbot.mouseClick(panel.findChild(QWidget, "lesson.close"), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("zoom", [100, 120, 150])
def test_no_line_of_a_lesson_is_cut_off_at_any_zoom(panel: LessonPanel, zoom: int):
    theme.set_zoom(zoom)
    panel.resize(theme.px(304), 700)
    for step in pages.STEPS:
        panel.show_page(step.name)
        QApplication.processEvents()
        shown = [each for each in panel.findChildren(Paragraph) if each.isVisible()]
        assert shown and all(each.height() >= each.heightForWidth(each.width()) for each in shown), step.name


def test_questions_are_folded_until_asked_for_and_stay_open_for_their_page(panel):
    panel.show_page("look")
    button = panel.findChild(QPushButton, "lesson.questions")
    assert button.text() == "Classic questions, answered"
    button.click()
    assert any("Why the mask?" in each.text() for each in panel.findChildren(Paragraph))
    panel.show_page("train")
    assert not button.isVisibleTo(panel)
    panel.show_page("look")
    assert button.text() == "Hide the questions"
    button.click()
    assert not any("Why the mask?" in each.text() for each in panel.findChildren(Paragraph) if each.isVisibleTo(panel))
