"""The map of the tokens, the neurons, the gradients: what they show, and how they are read without a mouse."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gpt_studio.engine.inside.seen import EmbeddingsSeen, GradientsSeen, LayersSeen, NeuronsSeen, PartSeen
from gpt_studio.gui import theme
from gpt_studio.gui.parts.look.embeddings_view import EmbeddingsView
from gpt_studio.gui.parts.look.gradients_view import GradientsView
from gpt_studio.gui.parts.look.neurons_view import NeuronsView
from gpt_studio.gui.parts.look.token_kinds import kind_of

TOKENS = ("\n", " ", "A", "a", "e", "t")
POINTS = np.array([[0, -1], [0, 1], [-1, 0], [1, 0], [1, 0.3], [0.5, 0.9]], np.float32)


def a_map(step: int | None, points: np.ndarray = POINTS, positions: int = 8) -> EmbeddingsSeen:
    near = np.array([[n for n in range(6) if n != token][:4] for token in range(6)])
    return EmbeddingsSeen(
        asked=step,
        step=step or 300,
        tokens=TOKENS,
        width=16,
        points=points,
        reach=1.0,
        share=0.41,
        neighbours=near,
        cosines=np.tile(np.array([0.9, 0.5, 0.1, -0.2], np.float32), (6, 1)),
        positions=np.random.default_rng(0).normal(size=(positions, 16)).astype(np.float32)[:positions],
    )


@pytest.fixture
def view(in_view):
    view = in_view(EmbeddingsView())
    view.take(a_map(None))
    return view


def test_a_map_begins_with_a_letter_and_tells_its_neighbours(view):
    assert view.near_card.title.text() == "Nearest to a"
    assert view.near.rows[0] == ("↵", pytest.approx(0.9))
    assert view.map.accessibleDescription() == "a; nearest: ↵, ␣, A, e"
    assert "41 %" in view.about.text()


@pytest.mark.parametrize(("token", "kind"), [("e", "vowel"), ("é", "vowel"), ("t", "consonant"), ("T", "capital"),
                                             (" ", "mark"), ("7", "mark"), (" the", "consonant")])  # fmt: skip
def test_every_token_has_a_kind(token, kind):
    assert kind_of(token).key == kind


def test_the_arrow_keys_go_to_the_nearest_token_that_way(qtbot, view):
    with qtbot.waitSignal(view.map.chosen) as told:
        qtbot.keyClick(view.map, Qt.Key.Key_Up)
    assert TOKENS[told.args[0]] == "e"
    assert view.near_card.title.text() == "Nearest to e"
    qtbot.keyClick(view.map, Qt.Key.Key_Left)
    assert TOKENS[view.map.token] in ("t", " ")


def test_a_click_chooses_and_a_search_finds(qtbot, view):
    qtbot.mouseClick(view.map, Qt.MouseButton.LeftButton, pos=view.map._at(2).toPoint())
    assert view.map.token == 2
    view.search.setText("t")
    assert TOKENS[view.map.token] == "t"
    view.search.setText("↵")
    assert TOKENS[view.map.token] == "\n"


def test_going_through_the_steps_moves_the_points_and_keeps_the_token(qtbot, view):
    view.map.choose(5)
    view.take(a_map(10, points=POINTS * 0.2))
    view.go_to(10)
    qtbot.waitUntil(lambda: not view.map.is_moving)
    np.testing.assert_allclose(view.map._points, POINTS * 0.2, atol=1e-6)
    assert view.map.token == 5


def test_a_step_that_is_not_known_yet_is_shown_when_it_comes(qtbot, view):
    view.go_to(50)
    np.testing.assert_allclose(view.map._points, POINTS)
    view.take(a_map(50, points=-POINTS))
    qtbot.waitUntil(lambda: not view.map.is_moving)
    np.testing.assert_allclose(view.map._points, -POINTS, atol=1e-6)


def test_positions_are_shown_as_curves_and_by_their_likeness(view):
    view.kind.option("positions").click()
    assert view.curves.isVisible()
    assert len(view.curves.numbers) == 5
    np.testing.assert_allclose(np.diagonal(view.likeness.cosines), 1.0, atol=1e-5)
    assert "Neighbouring positions" in view.likeness.accessibleDescription()


def test_a_model_without_positions_says_so(view):
    view.kind.option("positions").click()
    view.clear()
    view.take(a_map(None, positions=0))
    assert not view.kind.option("positions").isEnabled()
    assert "without position" in view.kind.option("positions").toolTip()
    assert view.map.isVisible()


def test_the_map_can_be_zoomed_by_keys_and_drawn_in_every_theme(qtbot, view):
    before = view.map._at(2)
    qtbot.keyClick(view.map, Qt.Key.Key_Plus)
    assert view.map._at(2) != before
    qtbot.keyClick(view.map, Qt.Key.Key_0)
    assert view.map._at(2) == before
    for choice in ("dark", "contrast", "light"):
        theme.use(choice)
        assert not view.grab().isNull()


# Neurons


@pytest.fixture
def neurons(in_view):
    view = in_view(NeuronsView())
    view.set_width(8)
    none = np.ones((2, 3), np.float32)
    view.show_layers(
        LayersSeen(
            tokens=("o", "h", "!"),
            vocabulary=("!", "h", "o"),
            candidates=np.zeros((2, 3, 1), np.int64),
            chances=np.ones((2, 3, 1), np.float32),
            forming=np.ones((2, 3, 1), np.float32),
            truth=none,
            stream=none,
            attention_adds=none[:1],
            mlp_adds=none[:1],
            neurons=np.array([[[0, 1]], [[0, 2]], [[1, 5]]]),
            fired=np.array([[1.0], [2.0], [7.25]], np.float32),
            unknown=(),
            cut=0,
        ),
        2,
    )
    return view


def found() -> NeuronsSeen:
    fired = np.full((2, 8, 2), -np.inf, np.float32)
    places = np.zeros((2, 8, 2), np.int64)
    fired[1, 5], places[1, 5] = (7.5, 3.25), (9, 4)
    return NeuronsSeen(step=0, tokens=tuple("the cat sat"), window=4, fired=fired, places=places, read=8)


def test_what_fires_at_a_token_leads_to_its_passages(qtbot, neurons):
    assert neurons.firing_card.title.text() == "What fires at !"
    assert neurons.firing.item(0).text() == "Layer 2, neuron 6: 7.25"
    neurons.show_neurons(found())
    with qtbot.waitSignal(neurons.layer_wanted) as told:
        neurons.firing.setCurrentRow(0)
    assert told.args == [1]
    first, second = neurons.passages.passages
    assert ("".join(first.before), first.token, "".join(first.after)) == ("s", "a", "t")  # its window begins at the s
    assert (second.token, second.strength) == ("c", 3.25)
    assert neurons.reading.text() == "8 of 11 tokens read"


def test_another_neuron_is_shown_by_its_number(neurons):
    neurons.show_neurons(found())
    neurons.set_layer(1)
    neurons.number.setValue(6)
    assert len(neurons.passages.passages) == 2
    neurons.number.setValue(7)
    assert neurons.passages.passages == []  # nothing was read that excited it yet


def test_the_neurons_page_can_be_drawn_in_every_theme(neurons):
    neurons.show_neurons(found())
    for choice in ("dark", "contrast", "light"):
        theme.use(choice)
        assert not neurons.grab().isNull()


# Gradients


def parts(step: int, gradient: float) -> GradientsSeen:
    return GradientsSeen(
        asked=step,
        step=step,
        loss=2.0,
        parts=(
            PartSeen(part="token", block=0, weights=3.0, gradient=gradient, moved=None),
            PartSeen(part="attention", block=1, weights=5.5, gradient=gradient / 1000, moved=0.002 if step else None),
            PartSeen(part="feed_forward", block=1, weights=5.5, gradient=0.0, moved=None),
            PartSeen(part="norm", block=0, weights=1.0, gradient=0.5, moved=None),
        ),
    )


def test_every_part_tells_its_weights_its_gradient_and_how_it_moves(in_view):
    view = in_view(GradientsView())
    view.take(parts(0, 1.0))
    view.take(parts(10, 0.25))
    assert "step 10" in view.where.text()
    told = view.rows.accessibleDescription()
    assert told.startswith("Token vectors: weights 3, gradient 0.25, moves by — of its length per step")
    assert "Layer 1, attention: weights 5.5, gradient 0.00025, moves by 0.002" in told
    view.go_to(0)
    assert "step 0" in view.where.text()
    for choice in ("dark", "contrast", "light"):
        theme.use(choice)
        assert not view.grab().isNull()
    view.clear()
    assert view.rows.accessibleDescription() == ""
