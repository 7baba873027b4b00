import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QSpinBox,
)

from gpt_studio.engine import budget
from gpt_studio.engine.config import ABLATIONS, PRESETS
from gpt_studio.engine.events import Probed
from gpt_studio.engine.lesson_models import LESSONS
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.model import giants_card, part_words
from gpt_studio.gui.parts.model.budget_bar import BudgetBar
from gpt_studio.gui.parts.model.budget_card import work_words
from gpt_studio.gui.parts.model.diagram_shapes import shapes
from gpt_studio.gui.parts.model.lower_cards import LowerCards
from gpt_studio.gui.parts.model.model_diagram import ModelDiagram
from gpt_studio.gui.tabs.model_tab import ModelTab
from gpt_studio.gui.widgets import preset_words

TEXT = CorpusText(id="toy", title="Toy", text="to be or not to be, that is the question")


@pytest.fixture
def tab(qtbot, state):
    made = ModelTab(state)
    qtbot.addWidget(made)
    made.resize(1136, 760)
    made.show()
    return made


def spin(tab, name):
    return tab.findChild(QSpinBox, f"model.{name}")


def slider(tab, name):
    return tab.findChild(QSlider, f"model.{name}.slider")


def label(tab, name):
    return tab.findChild(QLabel, f"model.{name}").text()


def choose(tab, preset):
    box = tab.findChild(QComboBox, "model.preset")
    box.setCurrentIndex(box.findData(preset))
    box.activated.emit(box.currentIndex())


def test_slider_and_field_move_together_and_write_the_model(tab, state):
    slider(tab, "n_embd").setValue(slider(tab, "n_embd").value() + 1)
    assert spin(tab, "n_embd").value() == state.model.n_embd == 192
    spin(tab, "n_embd").setValue(200)
    assert state.model.n_embd == 200 and slider(tab, "n_embd").stop == 192
    assert state.preset is None


def test_parameters_are_counted_with_the_vocabulary_of_the_text(tab, state):
    assert label(tab, "parameters") == f"{budget.parameters(PRESETS['small'].model).total:,}"
    tokenizer = Tokenizer.characters(TEXT.text)
    state.choose_corpus(TEXT, tokenizer)
    known = budget.parameters(PRESETS["small"].model_for(tokenizer.vocab_size)).total
    assert label(tab, "parameters") == f"{known:,}"


def test_choosing_a_text_does_not_take_a_created_model_away(tab, state):
    tab.findChild(QPushButton, "model.create").click()
    state.choose_corpus(TEXT, Tokenizer.characters(TEXT.text))
    assert state.model_created


def test_heads_that_do_not_fit_are_told_in_the_card_and_mended_with_one_click(qtbot, tab, state):
    spin(tab, "n_head").setValue(6)
    problem = tab.findChild(object, "model.problem")
    assert problem.isVisible() and problem.words == "128 does not divide evenly among 6 heads. Use 4 or 8."
    assert spin(tab, "n_head").property("tone") == "bad"
    assert state.model.n_head == 4
    fix = tab.findChild(QPushButton, "model.fix")
    assert fix.text() == "Use 4"
    fix.click()
    assert not problem.isVisible() and spin(tab, "n_head").value() == 4


def test_create_with_an_impossible_setting_leads_to_the_field(qtbot, tab, state):
    tab.activateWindow()
    spin(tab, "n_head").setValue(6)
    tab.findChild(QPushButton, "model.create").click()
    assert not state.model_created
    qtbot.waitUntil(lambda: tab.focusWidget() is spin(tab, "n_head"))


def test_create_settles_the_model_and_leads_to_training(qtbot, tab, state):
    state.choose_corpus(TEXT, Tokenizer.characters(TEXT.text))
    with qtbot.waitSignal(tab.go_asked) as asked:
        tab.findChild(QPushButton, "model.create").click()
    assert asked.args == ["train"]
    assert state.model_created and "model" in state.ticks
    assert state.model.vocab_size == state.tokenizer.vocab_size


def test_a_preset_brings_its_model_and_its_training(tab, state):
    choose(tab, "tiny")
    assert state.preset == "tiny" and state.model.n_layer == 2
    assert state.train == PRESETS["tiny"].train


def test_a_bigram_has_no_blocks_and_nothing_to_set(tab, state):
    choose(tab, "bigram")
    assert state.model.is_bigram
    assert not spin(tab, "n_layer").isEnabled() and not slider(tab, "n_embd").isEnabled()
    assert "no blocks" in spin(tab, "n_layer").toolTip()
    assert [box.part for box in tab.findChild(ModelDiagram).boxes] == ["token"]
    choose(tab, "small")
    assert spin(tab, "n_layer").isEnabled() and len(tab.findChild(ModelDiagram).boxes) > 6


def test_every_change_can_be_undone_and_redone(tab, state):
    spin(tab, "n_layer").setValue(6)
    spin(tab, "n_head").setValue(8)
    choose(tab, "tiny")
    for _ in range(3):
        tab.undo()
    assert state.model == PRESETS["small"].model and state.preset == "small"
    for _ in range(3):
        tab.redo()
    assert state.preset == "tiny"


def test_undo_in_a_field_is_left_to_the_window(qtbot, tab):
    for field in (spin(tab, "n_layer"), tab.findChild(QDoubleSpinBox, "model.dropout")):
        key = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        key.ignore()
        QCoreApplication.sendEvent(field, key)
        assert not key.isAccepted()


def test_dragging_a_slider_is_one_step_of_undo(tab, state):
    for place in range(1, 6):
        slider(tab, "n_layer").setValue(place)
    assert tab.undo_stack.count() == 1
    tab.undo_stack.undo()
    assert state.model.n_layer == 4


def test_back_to_the_preset_is_one_click_and_only_there_when_needed(tab, state):
    back = tab.findChild(QPushButton, "model.back")
    assert not back.isVisible()
    spin(tab, "n_layer").setValue(5)
    assert back.isVisible() and back.text() == "Back to preset Small"
    back.click()
    assert state.preset == "small" and not back.isVisible()


def test_settings_that_equal_a_preset_again_are_that_preset(tab, state):
    spin(tab, "n_layer").setValue(5)
    spin(tab, "n_layer").setValue(4)
    assert state.preset == "small"


def test_a_preset_taken_on_another_tab_arrives_here_and_can_be_undone(tab, state):
    preset = PRESETS["medium"]
    state.choose_model(preset.model, "medium", preset.train)
    assert spin(tab, "n_embd").value() == 192
    tab.undo_stack.undo()
    assert state.preset == "small"


def test_undoing_a_size_keeps_training_settings_that_were_changed_since(tab, state):
    spin(tab, "n_layer").setValue(6)
    state.choose_train(replace(state.train, max_steps=77))
    tab.undo_stack.undo()
    assert state.model.n_layer == 4 and state.train.max_steps == 77


def test_a_click_on_a_part_explains_it(qtbot, tab):
    diagram = tab.findChild(ModelDiagram)
    place = next(place for place, box in enumerate(diagram.boxes) if box.part == "head")
    middle = diagram.box_rect(place).center()
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=QPoint(int(middle.x()), int(middle.y())))
    assert diagram.part == "head" and "Head" in diagram.accessibleDescription()
    assert any(word.text() == "Head" for word in tab.findChildren(QLabel))


def test_arrow_keys_walk_through_the_parts(qtbot, tab):
    diagram = tab.findChild(ModelDiagram)
    qtbot.keyClick(diagram, Qt.Key.Key_Home)
    walked = [diagram.part]
    for _ in diagram.boxes[1:]:
        qtbot.keyClick(diagram, Qt.Key.Key_Down)
        walked.append(diagram.part)
    assert set(walked) == {*part_words.PARTS, "residual"}
    bar = tab.findChild(BudgetBar)
    qtbot.keyClick(bar, Qt.Key.Key_Left)
    assert diagram.part in part_words.PARTS


@pytest.mark.parametrize("preset", list(PRESETS))
@pytest.mark.parametrize("part", [*part_words.PARTS, "residual"])
def test_the_numbers_told_of_a_part_are_those_of_the_budget(preset, part):
    model = PRESETS[preset].model
    told = part_words.explain(part, model)
    if not model.is_bigram and part != "residual":
        assert told.total[1] == getattr(budget.parameters(model), part)


def test_the_bar_fills_its_width_and_hides_no_part(tab):
    bar = tab.findChild(BudgetBar)
    pieces = list(bar.pieces().values())
    assert all(piece.width() >= 3 for piece in pieces)
    assert pieces[-1].right() == pytest.approx(bar.width(), abs=1)
    assert list(bar.names()) == list(part_words.PARTS)


def test_time_is_told_once_the_machine_was_measured(tab, state):
    assert label(tab, "time") == "–"
    preset = PRESETS["small"]
    flops = budget.flops_per_step(preset.model, preset.train.batch_size)
    state.set_probes([Probed("small", 0.1, 15360.0, flops / 0.1, 5)], "small")
    assert label(tab, "time") == "2 min 41 s"  # 150 s of steps, and all that is beside them
    assert tab.findChild(QLabel, "model.time").accessibleName().startswith("Measured")
    spin(tab, "n_layer").setValue(8)
    assert tab.findChild(QLabel, "model.time").accessibleName().startswith("Predicted")


def test_work_is_told_in_units_that_fit():
    assert [work_words(n) for n in (8e12, 2.3e10, 7.91e9, 1.8e6)] == ["8.0 TFLOP", "23 GFLOP", "7.9 GFLOP", "1.8 MFLOP"]


@pytest.mark.parametrize(
    "size", [(1136, 760, 100), (1024, 610, 100), (860, 640, 100), (1440, 780, 150), (1464, 900, 150)]
)
def test_nothing_is_wider_than_the_page(qtbot, tab, size):
    *pixels, zoom = size
    theme.set_zoom(zoom)
    tab.resize(*pixels)
    qtbot.wait(1)
    assert tab.scroll.widget().width() <= tab.scroll.viewport().width()


# What is left out


def part(tab, name):
    return tab.findChild(QCheckBox, f"model.without.{name}")


@pytest.mark.parametrize("name", ABLATIONS)
def test_a_part_that_is_unticked_is_left_out_and_comes_back_with_undo(tab, state, name):
    part(tab, name).click()
    assert state.model.without == (name,)
    assert state.preset is None
    assert part(tab, name).accessibleDescription().startswith("Without")
    tab.undo()
    assert state.model == PRESETS["small"].model_for(state.model.vocab_size)
    assert part(tab, name).isChecked()
    tab.redo()
    assert not part(tab, name).isChecked()


def test_what_is_left_out_is_crossed_out_in_the_drawing_and_costs_nothing(tab, state):
    for name in ("position", "mlp"):
        part(tab, name).click()
    boxes = tab.findChild(ModelDiagram).boxes
    assert {box.part for box in boxes if box.off} == {"position", "feed_forward", "norm", "residual"}
    assert [box.off for box in boxes if box.part == "norm"] == [False, True, False]
    told = part_words.explain("feed_forward", state.model)
    assert told.total[1] == 0
    assert told.where == "left out"
    assert told.note == part_words.expectation("mlp")
    assert label(tab, "parameters") == f"{budget.parameters(state.model).total:,}"


def test_a_missing_mask_is_told_in_the_attention_that_lacks_it(tab, state):
    part(tab, "mask").click()
    attention = next(box for box in tab.findChild(ModelDiagram).boxes if box.part == "attention")
    assert not attention.off and attention.detail.endswith("no mask")
    assert part_words.explain("attention", state.model).note == part_words.expectation("mask")


def test_missing_queries_and_keys_stand_crossed_out_beside_an_attention_that_takes_the_mean(tab, state):
    part(tab, "scores").click()
    diagram = tab.findChild(ModelDiagram)
    attention, beside = (next(box for box in diagram.boxes if box.part == name) for name in ("attention", "scores"))
    assert (attention.off, attention.detail) == (False, "plain mean of the past")
    assert beside.off and beside.rect.left() > attention.rect.right()
    told = part_words.explain("attention", state.model)
    assert told.rows[0] == ("V", f"{128 * 128:,}") and told.total[1] == 4 * 2 * 128 * 128
    assert "t" in told.formula and "K" not in told.formula
    missing = part_words.explain("scores", state.model)
    assert (missing.where, missing.note) == ("left out", part_words.expectation("scores"))
    part(tab, "mask").click()
    assert next(box for box in diagram.boxes if box.part == "attention").detail == "plain mean of all"
    assert part_words.explain("attention", state.model).note != told.note


def test_the_code_of_an_attention_without_queries_and_keys_is_that_of_the_mean(tab):
    cards = tab.findChild(LowerCards)
    cards.switch.option("code").click()
    assert "class Attention(" in cards.code.code.toPlainText()
    part(tab, "scores").click()
    for chosen in ("attention", "scores"):
        tab._show_part(chosen)
        assert "class Averaging(" in cards.code.code.toPlainText()
        assert "class Attention(" not in cards.code.code.toPlainText()


def test_the_details_go_to_attention_when_its_queries_and_keys_come_back(tab):
    part(tab, "scores").click()
    tab._show_part("scores")
    part(tab, "scores").click()
    assert tab.findChild(ModelDiagram).part == "attention"


def test_without_attention_there_is_no_switch_for_what_is_a_part_of_it(tab, state):
    part(tab, "scores").click()
    part(tab, "attention").click()
    for name in ("mask", "scores"):
        assert not part(tab, name).isEnabled()
        assert part(tab, name).toolTip().startswith("Attention is left out")
    assert not any(box.part == "scores" for box in tab.findChild(ModelDiagram).boxes)
    part(tab, "attention").click()
    assert part(tab, "scores").isEnabled() and state.model.without == ("scores",)


def test_without_residuals_the_roads_are_closed(tab):
    before = shapes(PRESETS["small"].model, "abc")
    after = shapes(replace(PRESETS["small"].model, without=("residual",)), "abc")
    assert (len(before.roads), len(before.closed)) == (2, 0)
    assert (len(after.roads), len(after.closed)) == (0, 2)
    assert len(after.joints) == 1


def test_a_bigram_has_no_parts_to_leave_out_and_gives_back_what_was_there(tab, state):
    part(tab, "norm").click()
    tab.findChild(QCheckBox, "model.bigram").click()
    assert state.model.is_bigram
    assert not part(tab, "norm").isEnabled() and "bigram" in part(tab, "norm").toolTip()
    tab.findChild(QCheckBox, "model.bigram").click()
    assert state.model.without == ("norm",)


def test_the_finer_points_are_folded_away_and_change_the_model(tab, state):
    more = tab.findChild(QPushButton, "model.more")
    assert not tab.findChild(QCheckBox, "model.bias").isVisible()
    more.click()
    for name in ("bias", "tied", "head_bias"):
        tab.findChild(QCheckBox, f"model.{name}").click()
    box = tab.findChild(QComboBox, "model.activation")
    box.setCurrentIndex(box.findData("relu"))
    box.activated.emit(box.currentIndex())
    assert (state.model.bias, state.model.tied, state.model.head_bias) == (True, False, True)
    assert state.model.activation == "relu"
    for _ in range(4):
        tab.undo()
    assert state.preset == "small"


def test_both_numbers_that_would_fit_are_offered(tab, state):
    spin(tab, "n_head").setValue(6)
    fixes = [tab.findChild(QPushButton, name) for name in ("model.fix", "model.fix.other")]
    assert [fix.text() for fix in fixes if fix.isVisible()] == ["Use 4", "Use 8"]
    fixes[1].click()
    assert state.model.n_head == 8


# Models of other lessons


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_s_model_is_one_click_with_its_training_and_its_source(tab, state, lesson):
    choose(tab, lesson)
    assert replace(state.model, vocab_size=65) == LESSONS[lesson].model
    assert state.train == LESSONS[lesson].train
    assert state.preset is None
    assert tab.findChild(QComboBox, "model.preset").currentData() == lesson
    assert preset_words.lesson(lesson)
    assert not tab.findChild(QPushButton, "model.back").isVisible()


@pytest.mark.parametrize(
    ("lesson", "vocabulary", "stated"),
    [("demo_104k", 13, 103_821), ("lecture_384", 65, 10_788_929), ("nanogpt_cpu", 65, 800_000)],
)
def test_a_lesson_s_model_has_the_parameters_that_its_source_states(lesson, vocabulary, stated):
    counted = budget.parameters(replace(LESSONS[lesson].model, vocab_size=vocabulary)).total
    assert counted == pytest.approx(stated, rel=0.01)


# Under the drawing


def test_the_code_is_that_of_the_chosen_part(tab, state):
    tab.findChild(LowerCards).show_card("code")
    code = tab.findChild(QPlainTextEdit, "model.code")
    assert "def attention_weights" in code.toPlainText()
    tab._show_part("head")
    assert "F.linear(self.ln_f(x)" in code.toPlainText()
    choose(tab, "bigram")
    assert "config.vocab_size, config.vocab_size" in code.toPlainText()


def test_the_code_is_coloured_and_can_be_copied(tab):
    tab.findChild(LowerCards).show_card("code")
    code = tab.findChild(QPlainTextEdit, "model.code")
    inks = {
        run.format.foreground().color().name()
        for number in range(code.blockCount())
        for run in code.document().findBlockByNumber(number).layout().formats()
    }
    assert {theme.color(token).name() for token in ("accent", "text3")} <= inks
    tab.findChild(QPushButton, "model.code.copy").click()
    assert QGuiApplication.clipboard().text() == code.toPlainText()


def test_what_was_reckoned_or_estimated_is_not_called_published(tab):
    tab.findChild(LowerCards).show_card("giants")
    words = [label.text() for label in tab.findChild(LowerCards).giants.findChildren(QLabel)]
    assert [words[words.index(name) + 4][0] for name in ("GPT-2", "GPT-3", "GPT-4")] == ["≈", "3", "≈"]
    assert words.count("published") == 1


def test_the_giants_stand_beside_the_student_s_model_with_their_sources(tab, state):
    lower = tab.findChild(LowerCards)
    lower.show_card("giants")
    figures = [figure.text() for figure in lower.giants.figures]
    assert figures[1] == messages.short_count(budget.parameters(state.model).total)
    assert "OpenAI has not published" in lower.giants.told.text()
    assert giants_card.power(3.14e23) == "3.1 × 10²³"
