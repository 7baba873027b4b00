"""Models that only count, and what they reach on a text."""

import math
import random
from collections import Counter

import numpy as np
import pytest

from gpt_studio.engine import corpus
from gpt_studio.engine.judging import yardsticks
from gpt_studio.engine.ngrams import NGram

TEXT = "the cat sat on the mat, the rat ate the hat; that cat and that rat had a chat.\n" * 2 + "so it ends?"


def counted_by_hand(text: str, top: int, context: str, last: str) -> float:
    """Kneser-Ney as the paper writes it, one probability at a time; `context` has at most top - 1 characters."""
    order = len(context) + 1
    below = counted_by_hand(text, top, context[1:], last) if context else 1 / (len(set(text)) + 1)
    counts = counts_of(text, order, top)
    ones, twos, threes, fours = (sum(count == n for count in counts.values()) for n in (1, 2, 3, 4))
    discounts = [0.0, 0.5, 0.5, 0.5]
    if ones and twos and threes:
        y = ones / (ones + 2 * twos)
        found = (1 - 2 * y * twos / ones, 2 - 3 * y * threes / twos, 3 - 4 * y * fours / threes)
        discounts[1:] = [min(max(each, 0.05), n) for n, each in enumerate(found, 1)]
    after = {piece: count for piece, count in counts.items() if piece[:-1] == context}
    total = sum(after.values())
    if not total:
        return below
    count = after.get(context + last, 0)
    freed = sum(discounts[min(each, 3)] for each in after.values())
    return (count - discounts[min(count, 3)] + freed * below) / total


def counts_of(text: str, order: int, top: int) -> Counter[str]:
    if order == top:
        return Counter(text[i : i + order] for i in range(len(text) - order + 1))
    longer = {text[i : i + order + 1] for i in range(len(text) - order)}
    return Counter([piece[1:] for piece in longer] + [text[:order]])  # the beginning counts as one more character


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_every_chance_is_the_one_counted_by_hand(order: int) -> None:
    model = NGram.learn(TEXT, order)
    read = "that rat sat, zat?"
    found = np.exp(-model.surprises(read))
    by_hand = [
        counted_by_hand(TEXT, order, read[max(0, place - order + 1) : place], read[place]) for place in range(len(read))
    ]
    np.testing.assert_allclose(found, by_hand, rtol=1e-12)


@pytest.mark.parametrize("context", ["", "t", "the ", "that cat", "qqqq", "\u00e9t", "?", "ends?"])
def test_the_odds_are_those_of_reading_and_leave_a_little_for_the_unknown(context: str) -> None:
    model = NGram.learn(TEXT, 4)
    characters, chances = model.odds(context)
    assert characters == tuple(sorted(set(TEXT)))
    unknown = math.exp(-model.surprises(context[-3:] + "\u4e00")[-1])
    assert chances.sum() + unknown == pytest.approx(1)
    for character, chance in zip(characters, chances, strict=True):
        assert math.exp(-model.surprises(context[-3:] + character)[-1]) == pytest.approx(chance)


def test_a_longer_memory_expects_a_real_text_better() -> None:
    learnt, held_back = corpus.split(corpus.load("verse_drama").text[:100_000])
    reached = [NGram.learn(learnt, order).bits_per_character(held_back) for order in (1, 2, 3, 4)]
    assert reached == sorted(reached, reverse=True)
    assert reached[-1] < 0.65 * reached[0]


def test_letter_counts_reach_the_entropy_of_independent_letters() -> None:
    chance = random.Random(3)
    text = "".join(chance.choices("abc", weights=(0.5, 0.25, 0.25), k=20_000))
    assert NGram.learn(text[:10_000], 1).bits_per_character(text[10_000:]) == pytest.approx(1.5, abs=0.01)


@pytest.mark.parametrize("text", ["a", "ab", "aaaa", "\n", "\ud800x", "😀😀"])
def test_the_shortest_and_oddest_texts_are_learnt_too(text: str) -> None:
    model = NGram.learn(text, 5)
    assert np.isfinite(model.surprises(text + "z")).all()
    assert (model.odds(text)[1] > 0).all()


def test_nothing_cannot_be_learnt_and_an_empty_text_has_no_mean() -> None:
    with pytest.raises(ValueError, match="needs a text"):
        NGram.learn("", 2)
    with pytest.raises(ValueError, match="needs a text"):
        NGram.learn("abc", 0)
    assert math.isnan(NGram.learn("abc", 2).bits_per_character(""))


def test_the_yardsticks_of_a_real_text_stand_in_their_order() -> None:
    text = corpus.load("startup_pitches").text
    found = yardsticks.measure(text)
    assert found is not None
    assert found.xz is not None
    assert found.uniform == pytest.approx(math.log2(len(set(text))))
    assert found.uniform > found.letters > found.two > found.xz > found.five > 1
    assert found.characters == len(corpus.split(text)[1])
    assert not found.sampled


def test_a_text_without_two_parts_has_no_yardsticks() -> None:
    assert yardsticks.measure("") is None
    assert yardsticks.measure("a") is None
    assert yardsticks.measure("ab") is not None


def test_of_a_very_long_text_the_parts_beside_the_cut_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(random.Random(5).choices("abcd", k=3_000))
    monkeypatch.setattr(yardsticks, "LIMIT", 1_000)
    found = yardsticks.measure("x" * 7_000 + text)
    assert found is not None
    assert found.sampled
    assert found.characters == 100
    assert found.uniform == 2  # no x: it lies far from the cut
