"""The matrix: its colours, its cells, its keys, and the sentences about a row."""

import math

import pytest
from PySide6.QtCore import Qt

from gpt_studio.engine.events import Tested
from gpt_studio.engine.requests import CorpusText
from gpt_studio.gui import theme
from gpt_studio.gui.parts.generalize import units, verdict
from gpt_studio.gui.parts.generalize.held_back import TextChoice
from gpt_studio.gui.parts.generalize.matrix import Matrix
from gpt_studio.gui.parts.generalize.matrix_data import Entry, Heading, Shown, cell_color, level


def measured(perplexity: float, row: int = 0, column: int = 0, unknown: float = 0.0) -> Tested:
    loss = math.log(perplexity)
    return Tested(row, column, loss, perplexity, loss / math.log(2), unknown, 40_842)


def table(rows: int = 2, columns: int = 3) -> Shown:
    entries = {
        (row, column): Entry(f"{5 + row}.{column}", 5 + row, row == column, False, f"cell {row} {column}")
        for row in range(rows)
        for column in range(columns)
    }
    names = tuple(Heading(f"text {column}", "last 10 %", "tip") for column in range(columns))
    return Shown(tuple(Heading(f"model {row}", "Small") for row in range(rows)), names, entries, 60)


@pytest.fixture
def matrix(qtbot):
    matrix = Matrix("generalize.matrix")
    qtbot.addWidget(matrix)
    matrix.resize(900, 300)
    matrix.show_table(table())
    matrix.show()
    return matrix


# Colours


def test_three_is_the_lightest_cell_and_pure_guessing_the_darkest(qtbot):
    assert level(3, 60) == level(1, 60) == 0
    assert level(60, 60) == level(4000, 60) == 1
    assert level(math.sqrt(3 * 60), 60) == pytest.approx(0.5)


@pytest.mark.parametrize("choice", ["light", "dark", "contrast"])
def test_the_ends_of_the_scale_are_the_ends_of_the_map(qtbot, choice):
    theme.use(choice)
    stops = theme.current().maps["surprise"]
    assert cell_color(2, 60).name().upper() == stops[0]
    assert cell_color(99, 60).name().upper() == stops[-1]


def test_even_a_vocabulary_of_two_has_a_scale(qtbot):
    assert 0 <= level(2, 2) <= 1


# Cells


def test_a_click_chooses_a_cell_and_a_second_click_asks_again(qtbot, matrix):
    place = matrix.visualRect(matrix.model().index(1, 2)).center()
    told = []
    matrix.chosen.connect(lambda row, column: told.append((row, column)))
    qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told == [(1, 2)]
    qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told == [(1, 2), (1, 2)]


def test_arrow_keys_move_from_cell_to_cell(qtbot, matrix):
    matrix.select(0, 0)
    with qtbot.waitSignal(matrix.chosen) as told:
        qtbot.keyClick(matrix, Qt.Key.Key_Down)
    assert told.args == [1, 0]
    with qtbot.waitSignal(matrix.chosen) as told:
        qtbot.keyClick(matrix, Qt.Key.Key_Right)
    assert told.args == [1, 1]


def test_reaching_the_matrix_with_the_tab_key_opens_nothing(qtbot, matrix):
    with qtbot.assertNotEmitted(matrix.chosen):
        matrix.clearFocus()
        matrix.setFocus(Qt.FocusReason.TabFocusReason)


def test_the_chosen_cell_stays_when_numbers_arrive(qtbot, matrix):
    matrix.select(1, 1)
    with qtbot.assertNotEmitted(matrix.chosen):
        matrix.show_table(table())
        matrix.show_table(table(rows=3))
    assert matrix.selected == (1, 1)


def test_every_cell_and_heading_speaks(matrix):
    model = matrix.model()
    assert model.data(model.index(1, 2), Qt.ItemDataRole.AccessibleTextRole) == "cell 1 2"
    assert model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole) == "text 0, last 10 %"
    assert model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) == "tip"


def test_columns_share_the_width_and_many_of_them_scroll(matrix):
    assert matrix.horizontalScrollBar().maximum() == 0
    assert matrix.columnWidth(0) == (900 - matrix.verticalHeader().width()) // 3
    matrix.show_table(table(columns=12))
    matrix.grab()
    assert matrix.columnWidth(0) == 96
    assert matrix.horizontalScrollBar().maximum() > 0


def test_all_rows_are_seen_without_scrolling(matrix):
    matrix.show_table(table(rows=9))
    assert matrix.viewport().height() >= sum(matrix.rowHeight(row) for row in range(9))


@pytest.mark.parametrize("choice", ["light", "dark", "contrast"])
def test_the_matrix_is_painted_in_every_theme(matrix, choice):
    theme.use(choice)
    matrix.show_table(Shown(table().rows, table().columns, {(0, 0): Entry("…"), (0, 1): Entry("46", 46, True, True)}))
    matrix.select(0, 1)
    image = matrix.grab().toImage()
    cell = matrix.visualRect(matrix.model().index(0, 1)).translated(matrix.viewport().pos())
    assert image.pixelColor(cell.left() + 12, cell.bottom() - 12) == cell_color(46, 65)


# Sentences


def choice(key: str, title: str) -> TextChoice:
    return TextChoice(key, title, lambda: CorpusText(id=key, title=title, text=""))


VERSE, PYTHON, MINE = (
    choice("verse_drama", "Verse drama"),
    choice("python_code", "Python code"),
    choice("recipes", "Grandma's recipes"),
)


def test_the_verdict_names_the_best_and_the_worst_text():
    cells = [(MINE, measured(15.1)), (VERSE, measured(5.0)), (PYTHON, measured(46))]
    title, line = verdict.verdict("Your model", cells, 60)
    assert title == "Your model is at home in verse drama and lost in Python code."
    assert line == "In verse drama it hesitates among 5.0 characters, in Python code among 46: 9 times as many."


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        (5.0, 9.0, "at home in verse drama, less so in “Grandma's recipes”"),
        (5.0, 5.5, "reads all these texts about equally well"),
        (50.0, 58.0, "is lost everywhere"),
    ],
)
def test_the_verdict_does_not_exaggerate(good, bad, words):
    title, _ = verdict.verdict("Your model", [(VERSE, measured(good)), (MINE, measured(bad))], 60)
    assert words in title


def test_one_text_alone_is_compared_with_guessing():
    title, line = verdict.verdict("bigram", [(VERSE, measured(11.7))], 60)
    assert title == "bigram hesitates among 11.7 characters in verse drama."
    assert "among 60 characters" in line


@pytest.mark.parametrize(
    ("value", "words"), [(1.0, "1.0"), (5.04, "5.0"), (19.94, "19.9"), (20, "20"), (1234, "1,234")]
)
def test_perplexity_is_written_as_exactly_as_it_can_be_read(value, words):
    assert units.perplexity(value) == words


def test_a_cell_tells_its_loss_its_length_and_its_unknown_characters():
    words = verdict.cell_sentence("verse-4×128", "Python code", measured(46, unknown=0.021), False, True)
    assert words == (
        "verse-4×128 on Python code: perplexity 46, loss 3.829 nats, 5.52 bits per character, 40,842 characters, "
        "trained on this text, 2.1 % unknown characters, counted as pure guesses"
    )
    assert verdict.cell_sentence("a", "b", None, True, False) == "a on b: being tested"
