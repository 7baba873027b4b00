"""The chart of chances: what it shows, what it says, and that everything can be read without a mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from gpt_studio.engine.config import Sampling
from gpt_studio.engine.events import Candidates, Written
from gpt_studio.gui import theme
from gpt_studio.gui.parts.write.odds import odds_around
from gpt_studio.gui.parts.write.odds_card import OddsCard, cut_in_words, numbers, rank_in_words
from gpt_studio.gui.parts.write.odds_chart import OddsChart

BEFORE = np.array([0.4, 0.2, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03, 0.01, 0.009, 0.008, 0.007], dtype=np.float32)
AFTER = np.array([0.6, 0.3, 0.1] + [0.0] * 9, dtype=np.float32)
TWELVE = Candidates(tokens=tuple("whacl ptskn\n"), before=BEFORE, after=AFTER)


@pytest.fixture
def chart(qtbot):
    chart = OddsChart("write.odds")
    qtbot.addWidget(chart)
    chart.resize(600, 160)
    chart.show()
    return chart


def color_at(chart: OddsChart, point: QPointF) -> str:
    return chart.grab().toImage().pixelColor(point.toPoint()).name()


def test_chosen_character_is_found_among_the_likeliest():
    odds, place, has_gap = odds_around(TWELVE, "h", 0.2, 0.3)
    assert (len(odds), place, has_gap) == (12, 1, False)
    assert odds[1].token == "h" and odds[1].after == pytest.approx(0.3)


def test_what_was_cut_away_stands_above_the_bars(chart):
    written = Written(0, "h", 0.2, 0.3, 2, TWELVE, cut=48, cut_share=0.034)
    assert cut_in_words(written, 60) == "Cut away: 48 of 60 tokens, together 3.4 %"
    assert cut_in_words(Written(0, "h", 0.2, 0.3, 2, TWELVE), 60) == "Nothing is cut away"
    chart.show_odds(*odds_around(TWELVE, "h", 0.2, 0.3), note="Cut away: 48")
    assert chart.accessibleDescription().startswith("Cut away: 48; w: chance")


def test_an_unlikely_character_takes_the_last_place():
    odds, place, has_gap = odds_around(TWELVE, "Q", 0.0001, 0.0002)
    assert (len(odds), place, has_gap) == (12, 11, True)
    assert odds[-1].token == "Q" and odds[-1].before == pytest.approx(0.0001)


def test_a_small_vocabulary_is_shown_whole():
    two = Candidates(tokens=("a", "b"), before=BEFORE[:2], after=AFTER[:2])
    assert odds_around(two, "b", 0.2, 0.3)[1:] == (1, False)


def test_tokens_that_look_alike_are_told_apart_by_their_id():
    alike = Candidates(tokens=("<0xE2>", "<0xE2>"), before=BEFORE[:2], after=AFTER[:2], ids=(226, 900))
    odds, place, _ = odds_around(alike, "<0xE2>", 0.2, 0.3, 900)
    assert place == 1 and [one.id for one in odds] == [226, 900]


@pytest.mark.parametrize("held", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier])
def test_candidates_are_picked_by_click_and_key_but_not_the_drawn_one(chart, qtbot, held):
    picked = []
    chart.picked.connect(picked.append)
    known = Candidates(TWELVE.tokens, BEFORE, AFTER, tuple(range(12)))
    chart.show_odds(*odds_around(known, "h", 0.2, 0.3, 1))
    for place in (1, 0):
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart._slot(place).center().toPoint())
    qtbot.mousePress(chart, Qt.MouseButton.LeftButton, pos=chart._slot(5).center().toPoint())
    qtbot.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=chart._slot(6).center().toPoint())
    qtbot.mouseClick(chart, Qt.MouseButton.RightButton, pos=chart._slot(7).center().toPoint())
    assert picked == [0], "nor one that the mouse has left, nor by the other button"
    qtbot.keyClick(chart, Qt.Key.Key_End)
    qtbot.keyClick(chart, Qt.Key.Key_Return, held)
    qtbot.keyClick(chart, Qt.Key.Key_Space)
    assert picked == [0, 11]
    for point in (QPoint(2, 2), chart._slot(3).center().toPoint()):
        qtbot.mouseMove(chart, point)
    assert chart.accessibleDescription().endswith("then struck out \u00b7 click: pick it")
    assert chart.cursor().shape() == Qt.CursorShape.PointingHandCursor


def test_odds_without_ids_are_read_and_not_picked(chart, qtbot):
    picked = []
    chart.picked.connect(picked.append)
    chart.show_odds(*odds_around(TWELVE, "h", 0.2, 0.3))
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart._slot(0).center().toPoint())
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert picked == [] and chart.accessibleDescription() == "w: chance 40 %, then 60 %"


def test_bars_are_grey_before_and_blue_after_and_struck_out_ones_stay_grey(chart):
    chart.show_odds(*odds_around(TWELVE, "h", 0.2, 0.3))
    first, fourth = chart._slot(0), chart._slot(3)
    low = first.bottom() - 3
    now = theme.current()
    assert color_at(chart, QPointF(first.center().x() - 8, low)) == now.other.lower()
    assert color_at(chart, QPointF(first.center().x() + 8, low)) == now.accent.lower()
    assert color_at(chart, QPointF(fourth.center().x() - 8, low)) == now.other.lower()
    assert color_at(chart, QPointF(fourth.center().x() + 8, low)) == now.surface.lower() or (
        color_at(chart, QPointF(fourth.center().x() + 8, low)) == now.window.lower()
    )


def test_arrow_keys_read_what_a_hover_shows_and_it_stays(chart, qtbot):
    chart.show_odds(*odds_around(TWELVE, "h", 0.2, 0.3))
    with qtbot.waitSignal(chart.read) as told:
        qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert told.args == [2] and "a: chance 10 %, then 10 %" in chart.accessibleDescription()
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert "c: chance 8.0 %, then struck out" in chart.accessibleDescription()
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert chart.read_place == 11 and "↵" in chart.accessibleDescription()
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.read_place == -1


def test_mouse_reads_while_it_is_there_and_a_click_stays(chart, qtbot):
    chart.show_odds(*odds_around(TWELVE, "h", 0.2, 0.3))
    second = chart._slot(1).center().toPoint()
    qtbot.mouseMove(chart, second)
    assert chart.read_place == 1
    qtbot.mouseMove(chart, QPoint(2, 2))
    assert chart.read_place == -1
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=second)
    qtbot.mouseMove(chart, QPoint(2, 2))
    assert chart.read_place == 1


@pytest.mark.parametrize("highest", [1.0, 0.3, 0.02, 0.0004, 0.0])
@pytest.mark.parametrize("height", [60, 160, 600])
def test_axis_has_a_few_lines_at_any_scale(chart, highest, height):
    one = Candidates(tokens=("a",), before=np.array([highest]), after=np.array([0.0]))
    chart.resize(400, height)
    chart.show_odds(*odds_around(one, "a", highest, 0.0))
    assert 1 <= chart._highest() / chart._axis_step() <= 6
    chart.grab()


def test_card_asks_why_and_answers_in_words(qtbot):
    card = OddsCard()
    qtbot.addWidget(card)
    card.resize(900, 220)
    card.show()
    assert not card.told.isVisible()
    sampling = Sampling(temperature=0.8, top_k=40)
    card.show_odds(Written(0, "h", 0.17, 0.19, 2, TWELVE), sampling, 60)
    assert card.told.text() == "chance 17 %, then 19 %; second of 60"
    assert card.accessibleName().startswith("Why h here?")
    assert card.chart.odds[card.chart.chosen_place].token == "h"
    assert card.head.indexOf(card._keys) >= 0
    card.resize(500, 220)
    above = card.body.indexOf(card.switch), card.body.indexOf(card._keys), card.body.indexOf(card.chart)
    assert above == (0, 1, 2), "without room, what the bars are stands between the pages and the bars"
    card.show_nothing()
    assert card.chart.odds == []


def test_ranks_and_settings_in_words():
    assert rank_in_words(1, 60) == "likeliest of 60"
    assert rank_in_words(2, 60) == "second of 60"
    assert rank_in_words(31, 1000) == "number 31 of 1,000"
    assert numbers(Sampling(temperature=0.8, top_k=40)) == "0.8 / 40"
    assert numbers(Sampling(temperature=1.25, top_k=0)) == "1.25 / all"
