"""What of a text stands word for word in another one."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpt_studio.engine import corpus
from gpt_studio.engine.judging import verbatim
from gpt_studio.engine.judging.verbatim import Match, Source, share


def longest_by_trying(source: str, text: str, start: int) -> int:
    return max(length for length in range(len(text) - start + 1) if text[start : start + length] in source)


letters = st.text(alphabet="ab\n", max_size=40)


@given(letters, letters)
def test_the_longest_passage_is_the_one_that_trying_all_finds(source: str, text: str) -> None:
    found = Source(source)
    for start in range(len(text)):
        match = found.longest(text, start)
        assert match.length == longest_by_trying(source, text, start)
        assert source[match.source : match.source + match.length] == text[start : start + match.length]


@given(letters, letters, st.integers(1, 6))
def test_the_passages_are_all_those_that_lie_in_no_longer_one(source: str, text: str, at_least: int) -> None:
    spans = [
        (start, start + length)
        for start in range(len(text))
        if (length := longest_by_trying(source, text, start)) >= at_least
    ]
    whole = [
        span
        for span in spans
        if not any(other != span and other[0] <= span[0] and span[1] <= other[1] for other in spans)
    ]
    found = Source(source).matches(text, at_least)
    assert [(match.start, match.start + match.length) for match in found] == whole


def test_passages_copied_from_a_real_text_are_found_with_their_places() -> None:
    text = corpus.load("verse_drama").text[:60_000]
    chance = random.Random(4)
    source = Source(text)
    places = [chance.randrange(len(text) - 200) for _ in range(20)]
    mixed = "\x00".join(text[place : place + 120] for place in places)
    found = source.matches(mixed, 30)
    assert [(match.start, match.length) for match in found] == [(121 * turn, 120) for turn in range(20)]
    assert all(text[match.source :][:120] == mixed[match.start :][:120] for match in found)
    assert share(found, len(mixed)) == pytest.approx(2400 / len(mixed))


def test_a_passage_beyond_the_limit_counts_as_long_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbatim, "LONGEST", 50)
    text = "".join(random.Random(2).choices("abcdefgh", k=400))
    assert Source(text).longest(text, 0) == Match(0, 50, 0)
    assert share(Source(text).matches(text, 20), len(text)) == 1.0


@pytest.mark.parametrize("source", ["", "a", "\ud800", "😀😀"])
def test_short_and_odd_sources_do_no_harm(source: str) -> None:
    assert Source(source).longest("b", 0).length == 0
    assert Source(source).matches("", 1) == []
    assert Source(source).longest(source + "!", 0).length == len(source)


def test_overlapping_passages_are_counted_once() -> None:
    assert share([Match(0, 6, 0), Match(4, 6, 9), Match(12, 2, 3)], 20) == 0.6
    assert share([], 0) == 0.0


@given(letters, st.text(alphabet="ab\n", min_size=1, max_size=4))
def test_the_places_of_an_ending_and_what_follows_are_those_that_trying_all_finds(source: str, ending: str) -> None:
    places = [end for end in range(len(ending), len(source) + 1) if source[:end].endswith(ending)]
    found = Source(source).endings(ending)
    assert found.places.tolist() == places and found.count == len(places)
    after = [source[place] for place in places if place < len(source)]
    assert dict(found.followers) == {character: after.count(character) for character in after}


@given(letters, letters, st.integers(1, 3))
def test_the_longest_ending_is_the_one_that_trying_all_finds(source: str, before: str, at_least: int) -> None:
    occurs = [sum(source.startswith(before[start:], at) for at in range(len(source))) for start in range(len(before))]
    fitting = [len(before) - start for start, count in enumerate(occurs) if count >= at_least]
    assert Source(source).longest_ending(before, at_least) == max(fitting, default=0)
