"""The pictures of attention: colours, cross-hair, zoom, the grid of heads, the reading and the arcs."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gpt_studio.gui import theme
from gpt_studio.gui.parts.look.attention_arcs import AttentionArcs
from gpt_studio.gui.parts.look.attention_reading import AttentionReading
from gpt_studio.gui.parts.look.attention_words import cell_sentence, context, whereabouts
from gpt_studio.gui.parts.look.heatmap import CLOSEST, Heatmap
from gpt_studio.gui.widgets.attention_image import HIDDEN, attention_image, levels
from gpt_studio.gui.widgets.contrast import contrast, ink_on
from gpt_studio.gui.widgets.head_grid import HeadGrid

TEXT = tuple("Peace, both of ye, and save\n")


def previous(length: int) -> np.ndarray:
    """A head that looks at the character before."""
    weights = np.eye(length, k=-1, dtype=np.float32) * 0.7 + np.eye(length, dtype=np.float32) * 0.3
    weights[0, 0] = 1.0
    return weights


@pytest.fixture
def heatmap(qtbot):
    heatmap = Heatmap("look.attention")
    qtbot.addWidget(heatmap)
    heatmap.resize(420, 420)
    heatmap.set_head(TEXT, previous(len(TEXT)))
    heatmap.show()
    return heatmap


def middle_of(heatmap: Heatmap, row: int, column: int) -> QPoint:
    return heatmap._frame().cell(row, column).center().toPoint()


# Colours


@pytest.mark.parametrize("choice", ["light", "dark", "contrast"])
def test_the_strongest_look_has_the_last_color_of_the_map_and_the_future_that_of_the_mask(qtbot, choice):
    theme.use(choice)
    image = attention_image(previous(4))
    assert image.pixelColor(0, 0).name().upper() == theme.current().maps["attention"][-1]
    assert image.pixelColor(0, 3).name().upper() == theme.current().maps["attention"][0]
    assert image.pixelColor(3, 0) == theme.color("inset")
    assert image.pixelIndex(3, 0) == HIDDEN


def test_where_the_mask_is_gone_the_future_is_shown_and_not_said_to_be_hidden(qtbot, heatmap):
    even = np.full((len(TEXT), len(TEXT)), 1 / len(TEXT), dtype=np.float32)
    image = attention_image(even)
    assert image.pixelIndex(3, 0) == image.pixelIndex(0, 3) != HIDDEN
    assert attention_image(even, limit=7).pixelIndex(5, 0) != HIDDEN
    masked = heatmap.grab().toImage()
    heatmap.set_head(TEXT, even)
    assert "looks at" in heatmap.sentence(0, 5) and "hidden" not in heatmap.sentence(0, 5)
    at = heatmap._frame().cell(3, 20).center().toPoint()  # the words on the mask stand around here
    seen = heatmap.grab().toImage()
    assert seen.pixelColor(at) != masked.pixelColor(at)
    corner = heatmap._frame()
    area = [corner.cell(row, column).center().toPoint() for row in range(8) for column in range(12, 27)]
    assert len({seen.pixelColor(point).name() for point in area}) == 1  # one even colour, and no words on it


def test_where_the_mask_is_gone_the_reading_tells_of_later_places_too(qtbot):
    reading, weights = AttentionReading(), np.full(len(TEXT), 0.01, dtype=np.float32)
    qtbot.addWidget(reading)
    weights[20] = 0.5
    reading.show_row(TEXT, 3, weights, 0)
    assert reading.looks[0] == (20, 0.5)
    weights[4:] = 0.0
    reading.show_row(TEXT, 3, weights, 0)
    assert [at for at, _ in reading.looks] == [0, 1, 2, 3]


def test_faint_looks_are_lifted_unless_the_scale_is_even():
    weights = np.array([0.0, 0.1, 1.0], dtype=np.float32)
    np.testing.assert_allclose(levels(weights), [0, 0.1**0.8, 1], rtol=1e-6)
    np.testing.assert_allclose(levels(weights, linear=True), weights)


def test_a_single_dark_cell_survives_when_a_long_text_is_shrunk(qtbot):
    weights = np.zeros((1000, 1000), dtype=np.float32)
    weights[777, 333] = 1.0
    image = attention_image(weights, limit=250)
    assert image.width() == 250
    assert image.pixelIndex(333 // 4, 777 // 4) == HIDDEN - 1


def test_ink_on_every_level_of_the_cell_map_has_at_least_4_to_1(qtbot):
    from gpt_studio.gui.parts.generalize.matrix_data import cell_color

    for choice in ("light", "dark", "contrast"):
        theme.use(choice)
        for perplexity in np.geomspace(2, 100, 40):
            fill = cell_color(float(perplexity), 60)
            assert contrast(ink_on(fill), fill) >= 4


# Cross-hair


def test_a_click_puts_the_cross_hair_on_the_cell(qtbot, heatmap):
    with qtbot.waitSignal(heatmap.crossed) as told:
        qtbot.mouseClick(heatmap, Qt.MouseButton.LeftButton, pos=middle_of(heatmap, 5, 4))
    assert told.args == [5, 4]
    assert heatmap.cross == (5, 4)


def test_arrow_keys_move_the_cross_hair_and_stop_at_the_edges(qtbot, heatmap):
    heatmap.set_cross(1, 0)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(heatmap, key)
    assert heatmap.cross == (0, 1)


def test_the_first_arrow_key_begins_at_the_last_character(qtbot, heatmap):
    qtbot.keyClick(heatmap, Qt.Key.Key_Up)
    assert heatmap.cross == (len(TEXT) - 1, len(TEXT) - 1)


def test_escape_leaves_the_cross_hair(qtbot, heatmap):
    heatmap.set_cross(3, 2)
    with qtbot.waitSignal(heatmap.crossed) as told:
        qtbot.keyClick(heatmap, Qt.Key.Key_Escape)
    assert told.args == [-1, -1]
    assert heatmap.cross is None


def test_the_cell_under_the_cross_hair_speaks(heatmap):
    heatmap.set_cross(1, 0)
    assert heatmap.accessibleDescription() == "e, position 2, looks at P, position 1: 70 %"
    heatmap.set_cross(0, len(TEXT) - 1)
    assert "cannot see ↵, position 28" in heatmap.accessibleDescription()


# Zoom


def test_a_short_text_is_not_zoomed(heatmap):
    heatmap.zoom(closer=True)
    assert heatmap.view == (0, 0, len(TEXT))
    assert not heatmap.can_zoom_in


def test_a_long_text_can_be_zoomed_to_sixteen_characters_and_back(heatmap):
    heatmap.set_head(tuple("ab" * 128), previous(256))
    assert heatmap.view == (0, 0, 256)
    for _ in range(30):
        heatmap.zoom(closer=True)
    assert heatmap.view[2] == CLOSEST
    for _ in range(30):
        heatmap.zoom(closer=False)
    assert heatmap.view == (0, 0, 256)


def test_the_cross_hair_is_brought_into_view(heatmap):
    heatmap.set_head(tuple("ab" * 128), previous(256))
    heatmap.set_cross(10, 5)
    for _ in range(30):
        heatmap.zoom(closer=True)
    heatmap.set_cross(200, 199)
    row, column, span = heatmap.view
    assert row <= 200 < row + span
    assert column <= 199 < column + span


def test_what_is_under_the_mouse_stays_there_while_zooming(heatmap):
    heatmap.set_head(tuple("ab" * 128), previous(256))
    at = QPointF(middle_of(heatmap, 200, 60))
    heatmap.zoom(closer=True, at=at)
    row, column = heatmap._frame().at(at)
    assert abs(row - 200) <= 1
    assert abs(column - 60) <= 1


def test_the_plain_wheel_is_left_to_the_page(heatmap):
    heatmap.set_head(tuple("ab" * 128), previous(256))

    def turn(modifier: Qt.KeyboardModifier) -> bool:
        event = QWheelEvent(
            QPointF(100, 100), QPointF(100, 100), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, modifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        heatmap.wheelEvent(event)
        return event.isAccepted()

    assert not turn(Qt.KeyboardModifier.NoModifier)
    assert turn(Qt.KeyboardModifier.ControlModifier)
    assert heatmap.view[2] < 256


@pytest.mark.parametrize("length", [1, 2, 64, 65, 256, 900])
def test_every_length_of_text_is_painted_at_every_size(qtbot, length):
    theme.use("dark")
    heatmap = Heatmap("look.attention")
    qtbot.addWidget(heatmap)
    heatmap.set_head(tuple("x" * length), previous(length))
    heatmap.set_cross(length - 1, 0)
    for side in (210, 600):
        heatmap.resize(side, side)
        assert not heatmap.grab().isNull()
    assert heatmap.picture().width() == 2 * heatmap.width()


# The grid of heads


@pytest.fixture
def grid(qtbot):
    grid = HeadGrid("look.grid")
    qtbot.addWidget(grid)
    grid.resize(366, 400)
    grid.set_heads(np.broadcast_to(previous(8), (3, 4, 8, 8)))
    grid.show()
    return grid


def test_the_grid_has_a_head_for_each_layer_and_number(grid):
    model = grid.model()
    assert (model.rowCount(), model.columnCount()) == (3, 4)
    assert model.headerData(0, Qt.Orientation.Vertical) == "Layer 1"
    assert model.headerData(3, Qt.Orientation.Horizontal) == "Head 4"
    assert model.data(model.index(2, 1), Qt.ItemDataRole.AccessibleTextRole) == "Layer 3, head 2"


def test_a_click_on_a_small_head_chooses_it(qtbot, grid):
    place = grid.visualRect(grid.model().index(2, 1)).center()
    with qtbot.waitSignal(grid.chosen) as told:
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [2, 1]


def test_choosing_from_outside_is_not_told(qtbot, grid):
    with qtbot.assertNotEmitted(grid.chosen):
        grid.select(1, 1)
    assert grid.selected == (1, 1)


def test_arrow_keys_move_among_the_heads(qtbot, grid):
    grid.select(1, 1)
    with qtbot.waitSignal(grid.chosen) as told:
        qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert told.args == [1, 2]


def test_a_hundred_and_forty_four_heads_scroll(grid):
    grid.set_heads(np.broadcast_to(previous(8), (12, 12, 8, 8)))
    QApplication.processEvents()
    assert grid.horizontalScrollBar().maximum() > 0
    assert grid.verticalScrollBar().maximum() > 0


# Reading and arcs


def test_the_reading_names_the_six_strongest_looks(qtbot):
    reading = AttentionReading()
    qtbot.addWidget(reading)
    weights = np.zeros(len(TEXT), dtype=np.float32)
    weights[[1, 4, 16]] = 0.5, 0.3, 0.2
    reading.show_row(TEXT, 26, weights)
    assert [at for at, _ in reading.looks[:3]] == [1, 4, 16]
    assert len(reading.looks) == 6
    assert reading.accessibleName().startswith("e, position 27, looks at e, position 2, 50 %; e, position 5, 30 %")


def test_the_first_character_can_only_look_at_itself(qtbot):
    reading = AttentionReading()
    qtbot.addWidget(reading)
    reading.show_row(TEXT, 0, previous(len(TEXT))[0])
    assert reading.looks == [(0, 1.0)]
    assert not reading.grab().isNull()


def test_words_and_neighbours_say_where_a_character_stands():
    assert whereabouts(TEXT, 26) == "in “save”, position 27 of 28"
    assert whereabouts(TEXT, 27) == "position 28 of 28"
    assert context(TEXT, 0) == ("", "P", "ea")
    assert context(TEXT, 27) == ("ve", "↵", "")
    assert cell_sentence(TEXT, 26, 16, 0.3) == "e, position 27, looks at e, position 17: 30 %"


@pytest.fixture
def arcs(qtbot):
    arcs = AttentionArcs("look.arcs")
    qtbot.addWidget(arcs)
    arcs.resize(900, 132)
    arcs.show()
    arcs.show_row(TEXT, 5, previous(len(TEXT))[5])
    return arcs


def test_a_click_on_a_character_of_the_arcs_chooses_it(qtbot, arcs):
    place = arcs.text.key(12).center().toPoint()
    with qtbot.waitSignal(arcs.chosen) as told:
        qtbot.mouseClick(arcs.text, Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [12]


def test_left_and_right_walk_along_the_arcs(qtbot, arcs):
    for key, expected in ((Qt.Key.Key_Left, 4), (Qt.Key.Key_Right, 6), (Qt.Key.Key_End, 27), (Qt.Key.Key_Home, 0)):
        with qtbot.waitSignal(arcs.chosen) as told:
            qtbot.keyClick(arcs.text, key)
        assert told.args == [expected]


def test_arcs_scroll_beyond_thirty_two_characters_and_keep_the_chosen_one_in_view(qtbot, arcs):
    QApplication.processEvents()
    assert arcs.horizontalScrollBar().maximum() == 0
    arcs.show_row(tuple("a" * 100), 90, previous(100)[90])
    QApplication.processEvents()
    assert arcs.horizontalScrollBar().maximum() > 0
    left = arcs.horizontalScrollBar().value()
    assert left <= arcs.text.key(90).center().x() <= left + arcs.viewport().width()
