"""The 5-gram as a yardstick: measured on the same characters as a GPT, and by the same rules."""

import math

import numpy as np
import pytest

from gpt_studio.engine.corpus import split
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.judging.counting import Counter
from gpt_studio.engine.ngrams import NGram


@pytest.fixture(scope="module")
def counter(tiny_text):
    return Counter.learn(tiny_text)


def test_every_character_but_the_first_is_predicted_as_by_a_gpt(counter, tiny_text):
    learnt, held_back = split(tiny_text)
    measured = counter.measure(held_back)
    alone = NGram.learn(learnt, 5).surprises(held_back)[1:]
    assert measured.loss == pytest.approx(alone.mean())
    assert measured.bits_per_char == pytest.approx(alone.mean() / math.log(2))
    assert (measured.unknown_share, measured.characters) == (0.0, len(held_back))


def test_unknown_characters_count_as_pure_guesses_and_are_passed_over(counter):
    known, mixed = counter.measure("my lord, good day"), counter.measure("my lоrd, good day".replace("о", "oж"))
    assert mixed.loss == pytest.approx((known.loss * 16 + math.log(counter.vocab_size)) / 17)
    assert mixed.unknown_share == pytest.approx(1 / 18)
    assert counter.measure("жжж").loss == pytest.approx(math.log(counter.vocab_size))


def test_its_chances_of_a_next_character_sum_to_one_over_its_alphabet():
    text = "abcabcabcabc" * 9 + "xyz"  # the last three stand in the held-back part alone
    counter = Counter.learn(text)
    total = sum(math.exp(-counter._surprises("bca" + each)[3]) for each in sorted(set(text)))
    assert total == pytest.approx(1.0)


def test_reading_tells_what_measuring_counts(counter):
    text = "good my lordж, what news?"
    read, measured = counter.read(text), counter.measure(text)
    assert "".join(read.tokens) == text
    assert np.isnan(read.losses[0])
    assert np.nanmean(read.losses) == pytest.approx(measured.loss, rel=1e-5)
    assert list(np.flatnonzero(~read.known)) == [12]
    for place in (3, 9, 20):
        chances = read.candidate_probabilities[place]
        assert chances[0] >= chances[1] >= chances[2] > 0
        if text[place] in read.candidate_tokens[place]:
            chance = chances[read.candidate_tokens[place].index(text[place])]
            assert read.losses[place] == pytest.approx(-math.log(chance), rel=1e-4)


@pytest.mark.parametrize("text", ["a", ""])
def test_nothing_to_predict_is_refused(counter, text):
    with pytest.raises(StudioError) as refused:
        counter.measure(text)
    assert refused.value.code == "test.too_short"
