"""Shannon's guessing game."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpt_studio.engine import corpus
from gpt_studio.engine.judging.guessing import guesses_of, score
from gpt_studio.engine.ngrams import NGram


def test_whoever_always_guesses_right_leaves_nothing_open() -> None:
    found = score([1] * 30)
    assert found is not None
    assert (found.at_once, found.mean_guesses, found.least_bits, found.most_bits) == (1.0, 1.0, 0.0, 0.0)


def test_blind_guesses_among_eight_leave_three_bits_open() -> None:
    found = score(list(range(1, 9)) * 5)
    assert found is not None
    assert found.least_bits == pytest.approx(3)
    assert found.most_bits == pytest.approx(3)


def test_the_bounds_of_a_game_computed_by_hand() -> None:
    found = score([1, 1, 1, 2])  # q = 3/4, 1/4
    assert found is not None
    assert found.most_bits == pytest.approx(0.75 * math.log2(4 / 3) + 0.25 * 2)
    assert found.least_bits == pytest.approx(2 * 0.25 * 1)
    assert (found.characters, found.at_once, found.mean_guesses) == (4, 0.75, 1.25)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60))
def test_the_lower_bound_never_passes_the_upper(guesses: list[int]) -> None:
    found = score(guesses)
    assert found is not None
    assert -1e-9 <= found.least_bits <= found.most_bits + 1e-9


def test_before_the_first_guess_there_is_no_score() -> None:
    assert score([]) is None


def test_a_counting_model_guesses_in_the_order_of_its_odds() -> None:
    model = NGram.learn("abababac", 2)  # after a: b three times, c once
    assert guesses_of(model, "abaca", 1) == [1, 1, 2, 1]
    assert guesses_of(model, "az", 1) == [4]


def test_its_entropy_lies_within_the_bounds_on_a_text_of_its_own_kind() -> None:
    chance = random.Random(1)
    text = "".join(chance.choices("abcd", weights=(0.6, 0.2, 0.1, 0.1), k=4000))
    found = score(guesses_of(NGram.learn(text[:3000], 1), text, 3000))
    entropy = -sum(p * math.log2(p) for p in (0.6, 0.2, 0.1, 0.1))
    assert found is not None
    assert found.least_bits - 0.05 < entropy < found.most_bits + 0.05


def test_on_real_text_a_longer_memory_guesses_better() -> None:
    learnt, held_back = corpus.split(corpus.load("verse_drama").text[:100_000])
    two, five = (score(guesses_of(NGram.learn(learnt, order), held_back[:300], 4)) for order in (2, 5))
    assert two is not None
    assert five is not None
    assert five.at_once > two.at_once
    assert five.mean_guesses < two.mean_guesses
