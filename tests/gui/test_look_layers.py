"""Layer by layer, and from scores to weights: what the two pages show and say."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from gpt_studio.engine.inside.seen import AttentionSeen, LayersSeen
from gpt_studio.gui import theme
from gpt_studio.gui.parts.look.attention_words import context, shown
from gpt_studio.gui.parts.look.calculation_table import MASK, SCORE, WEIGHT, number
from gpt_studio.gui.parts.look.calculation_view import CalculationView
from gpt_studio.gui.parts.look.layers_view import LayersView

TEXT = "a fool\n"
VOCABULARY = tuple(sorted(set(TEXT)))


def layers_seen(text: str = TEXT, layers: int = 3) -> LayersSeen:
    """Stage 0 expects the token itself, the last stage the one that follows."""
    count, size = len(text), len(VOCABULARY)
    ids = [VOCABULARY.index(token) for token in text]
    candidates = np.tile(np.arange(size), (layers + 1, count, 1))
    candidates[0, :, 0] = ids
    candidates[-1, :-1, 0] = ids[1:]
    chances = np.tile(np.linspace(0.5, 0.1, size, dtype=np.float32), (layers + 1, count, 1))
    truth = np.tile(np.linspace(0.01, 0.9, layers + 1, dtype=np.float32)[:, None], (1, count))
    truth[:, -1] = np.nan
    return LayersSeen(
        tokens=tuple(text),
        vocabulary=VOCABULARY,
        candidates=candidates,
        chances=chances,
        forming=chances * np.linspace(0, 1, layers + 1, dtype=np.float32)[:, None, None],
        truth=truth,
        stream=np.full((layers + 1, count), 3.0, np.float32),
        attention_adds=np.full((layers, count), 1.0, np.float32),
        mlp_adds=np.full((layers, count), 2.0, np.float32),
        neurons=np.zeros((count, 4, 2), np.int64),
        fired=np.ones((count, 4), np.float32),
        unknown=(),
        cut=0,
    )


def attention_seen(text: str = TEXT, heads: int = 2, size: int = 8) -> AttentionSeen:
    parts = np.random.default_rng(2).normal(size=(3, 2, heads, len(text), size)).astype(np.float32)
    scores = parts[0] @ parts[1].swapaxes(-1, -2) / np.sqrt(size)
    weights = np.exp(scores) * np.tri(len(text))
    weights /= weights.sum(axis=-1, keepdims=True)
    return AttentionSeen(
        tokens=tuple(text),
        weights=weights.astype(np.float32),
        queries=parts[0],
        keys=parts[1],
        values=parts[2],
        unknown=(),
        cut=0,
    )


@pytest.fixture
def layers(in_view):
    view = in_view(LayersView())
    view.show_seen(layers_seen(), 2)
    return view


@pytest.fixture
def calculation(in_view):
    view = in_view(CalculationView())
    view.show_seen(attention_seen(), 1, 0, 4)
    return view


def test_every_stage_says_what_it_would_have_said_and_what_the_truth_had(layers):
    said = layers.table.stages.sentence(3, 2)
    assert said == "Layer 3, after f, position 3: o, 50 %; what followed had 90 %"
    assert layers.table.stages.sentence(0, 6) == "Input, after ↵, position 7: ↵, 50 %"  # nothing follows the last


def test_the_arrow_keys_move_through_positions_and_stages(qtbot, layers):
    with qtbot.waitSignal(layers.placed) as told:
        qtbot.keyClick(layers.table, Qt.Key.Key_Right)
    assert told.args == [3]
    assert layers.forming_card.title.text() == "What comes after o"
    qtbot.keyClick(layers.table, Qt.Key.Key_Up)
    assert layers.table.currentIndex().row() == 2


def test_what_each_layer_adds_is_told_in_words_too(layers):
    assert layers.adding.accessibleDescription().startswith(
        "Layer 1: attention adds 1.0, feed-forward 2.0, then the stream measures 3.0"
    )


def test_another_page_can_choose_the_position(qtbot, layers):
    with qtbot.assertNotEmitted(layers.placed):
        layers.go_to(5)
    assert layers.table.currentIndex().column() == 5


def test_the_table_of_the_calculation_holds_the_weights_that_were_seen(calculation):
    seen, table = attention_seen(), calculation.table.rows
    for at in range(5):
        weight = float(seen.weights[1, 0, 4, at])
        assert table.index(at, WEIGHT).data() in (f"{weight * 100:.0f} %", f"{weight * 100:.1f} %")
    assert table.index(5, MASK).data() == "−∞"
    assert table.index(5, SCORE).data() != "−∞"  # the score is there before the mask
    assert table.index(5, WEIGHT).data() == "0 %"


def test_without_queries_and_keys_all_scores_are_zero_and_a_sentence_says_why(calculation):
    whole = attention_seen()
    even = np.tri(len(TEXT), dtype=np.float32)
    weights = np.broadcast_to(even / even.sum(axis=1, keepdims=True), whole.weights.shape)
    none = whole.queries[..., :0]
    calculation.show_seen(replace(whole, weights=weights, queries=none, keys=none), 0, 0, 3)
    table = calculation.table.rows
    assert [table.index(at, SCORE).data() for at in range(5)] == ["0.00"] * 5
    assert [table.index(at, WEIGHT).data() for at in range(5)] == ["25 %"] * 4 + ["0 %"]
    assert calculation.query.isHidden() and "plain mean of the values" in calculation.hint.text()
    assert not calculation.grab().isNull()
    calculation.show_seen(whole, 0, 0, 3)
    assert calculation.query.isVisible() and "plain mean" not in calculation.hint.text()


def test_a_click_on_a_token_lets_that_one_look(qtbot, calculation):
    key = calculation.tokens.keys(calculation.tokens.width())[2].center()
    with qtbot.waitSignal(calculation.placed) as told:
        qtbot.mouseClick(calculation.tokens, Qt.MouseButton.LeftButton, pos=QPoint(round(key.x()), round(key.y())))
    assert told.args == [2]
    assert calculation.table.rows.index(3, MASK).data() == "−∞"


def test_a_long_text_scrolls_and_keeps_the_chosen_token_in_view(qtbot, in_view):
    view = in_view(CalculationView(), 700)
    view.show_seen(attention_seen("the more the merrier " * 12), 0, 0, 250)
    area = view.tokens.parent().parent()
    assert area.height() < view.tokens.height()
    key = view.tokens.keys(view.tokens.width())[250]
    qtbot.waitUntil(lambda: view.tokens.visibleRegion().contains(key.center().toPoint()))


@pytest.mark.parametrize(("value", "words"), [(-np.inf, "−∞"), (12.34, "12.3"), (-0.5, "−0.50"), (0.02, "0.0200")])
def test_numbers_keep_the_digits_that_tell(value, words):
    assert number(value) == words


def test_both_pages_can_be_drawn_in_every_theme(layers, calculation):
    for choice in ("dark", "contrast", "light"):
        theme.use(choice)
        assert not layers.grab().isNull()
        assert not calculation.grab().isNull()
    calculation.show_seen(None, 0, 0, 0)
    layers.clear()
    assert not layers.grab().isNull()


def test_tokens_of_several_characters_are_shown_whole_where_there_is_room_and_cut_where_not():
    assert shown(" never") == "␣never"
    assert shown("unforgettable") == "unforgettab…"
    assert context((" the", " cat", " sat"), 1) == ("he", "␣cat", "␣s")
    assert context(tuple("abcde"), 2) == ("ab", "c", "de")
