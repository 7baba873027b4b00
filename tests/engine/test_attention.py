"""Looking inside: the weights that are shown are those that the model works with."""

import io

import numpy as np
import pytest
from PIL import Image

from gpt_studio.engine import training
from gpt_studio.engine.attention import attend
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.inside.attention_picture import as_npz, as_png
from gpt_studio.engine.inside.seen import AttentionSeen
from gpt_studio.engine.requests import AttentionRequest, Subject
from gpt_studio.engine.workshop import Workshop

from .conftest import run_job


def look(run, text, step=None):
    return run_job(attend(Workshop(), AttentionRequest(subject=Subject(run=run, step=step), text=text)))[0]


def test_every_head_of_every_layer_is_shown(trained):
    seen = look(trained, "Ann has")
    assert seen.tokens == tuple("Ann has")
    assert seen.weights.shape == (2, 2, 7, 7)
    np.testing.assert_allclose(seen.weights.sum(-1), 1.0, atol=1e-5)
    assert np.triu(seen.weights, 1).max() == 0.0


def test_what_follows_changes_nothing_of_what_came_before(trained):
    shorter, longer = look(trained, "Ann has"), look(trained, "Ann has 3")
    np.testing.assert_allclose(shorter.weights, longer.weights[..., :7, :7], atol=1e-6)


def test_a_text_beyond_the_context_is_cut_and_the_cut_is_told(trained):
    seen = look(trained, "Ann has 2 cats.\nBob")
    assert len(seen.tokens) == 16
    assert seen.cut == 3


def test_unknown_characters_are_left_out_and_told(trained):
    seen = look(trained, "Aжnn")
    assert seen.tokens == ("A", "n", "n")
    assert seen.unknown == ("ж",)


@pytest.mark.parametrize("text", ["", "жж"])
def test_nothing_to_look_at_is_told(trained, text):
    with pytest.raises(StudioError) as refused:
        look(trained, text)
    assert refused.value.code == "look.empty"


def test_a_bigram_model_has_nothing_to_show(toy_request):
    request = toy_request(model={"n_layer": 0, "n_head": 1, "n_embd": 1}, max_steps=2)
    run_job(training.train(Workshop(), request))
    with pytest.raises(StudioError) as refused:
        look(request.run, "Ann")
    assert refused.value.code == "look.bigram"


def test_the_npz_holds_weights_and_tokens(trained):
    seen = look(trained, "Ann has")
    kept = np.load(io.BytesIO(as_npz(seen)), allow_pickle=False)
    np.testing.assert_array_equal(kept["weights"], seen.weights)
    assert tuple(kept["tokens"]) == seen.tokens


def test_the_png_shows_strong_weights_dark_and_the_future_blank(trained):
    seen = look(trained, "Ann has")
    picture = np.asarray(Image.open(io.BytesIO(as_png(seen))).convert("L")).astype(int)
    assert picture.shape[0] > 200
    assert picture.min() < 60  # the first token can look at itself alone: weight 1
    assert picture.max() == 255


@pytest.mark.parametrize("tokens", [tuple("Ann has"), (" the", "\n\n", "<0xE2>", " immeasurably long")])
def test_the_names_of_tokens_stand_beside_the_map_and_not_on_it(tokens):
    none, weights = np.zeros((1, 1, 1, 1), np.float32), np.zeros((1, 1, len(tokens), len(tokens)), np.float32)
    seen = AttentionSeen(tokens=tokens, weights=weights, queries=none, keys=none, values=none, unknown=(), cut=0)
    picture = np.asarray(Image.open(io.BytesIO(as_png(seen))).convert("L"))
    height, width = picture.shape
    side = 14 * len(tokens)
    x, y = width - 24 - side, height - 24 - side
    assert (picture[y + 1 : y + side, x + 1 : x + side] == 255).all()
    assert picture[y:, 24 : x - 1].min() < 255 and picture[y - (x - 24) : y - 1, x:].min() < 255


def test_the_png_of_many_heads_over_a_long_text_stays_of_a_size_that_can_be_opened():
    none = np.zeros((1, 64, 600, 1), np.float32)
    weights = np.ones((1, 64, 600, 600), np.float32)
    seen = AttentionSeen(tokens=("a",) * 600, weights=weights, queries=none, keys=none, values=none, unknown=(), cut=0)
    picture = Image.open(io.BytesIO(as_png(seen)))
    assert max(picture.size) < 10_000
