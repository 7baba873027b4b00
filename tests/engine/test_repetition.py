"""Passages that stand in a text twice."""

import random

import pytest

from gpt_studio.engine.judging.repetition import WINDOW, repetition


def words(count: int, seed: int = 1) -> str:
    chance = random.Random(seed)
    return " ".join("".join(chance.choices("abcdefghij", k=6)) for _ in range(count))


def test_a_text_without_repetitions_has_none() -> None:
    found = repetition(words(2000))
    assert (found.share, found.first, found.earlier) == (0.0, None, None)


@pytest.mark.parametrize("text", ["", "a", "a" * WINDOW])
def test_a_text_shorter_than_two_windows_has_none(text: str) -> None:
    assert repetition(text).share == 0.0


def test_a_copied_passage_is_found_with_the_place_it_was_copied_from() -> None:
    text = words(500)
    found = repetition(text + " - " + text[100:400])
    assert found.first == len(text) + 3
    assert found.earlier == 100
    assert found.share == pytest.approx((300 - WINDOW + 1) / (len(text) + 303 - WINDOW + 1))


def test_a_passage_shorter_than_the_window_does_not_count() -> None:
    text = words(500)
    assert repetition(text + "!" + text[: WINDOW - 1]).share == 0.0


def test_a_large_text_is_judged_by_a_sample_that_finds_the_same_share() -> None:
    half = words(320_000)
    found = repetition(half + half)
    assert len(half) * 2 > 4_000_000
    assert found.share == pytest.approx(0.5, abs=0.01)
    assert found.first is not None
    assert found.earlier is not None
    assert found.first - found.earlier == len(half)


def test_characters_beyond_ascii_and_emoji_count_as_characters() -> None:
    text = "Ü😀ß" * 30
    assert repetition(text).share > 0.2
