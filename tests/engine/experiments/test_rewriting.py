"""Training texts made worse on purpose: what stays as it was."""

from collections import Counter

import pytest

from gpt_studio.engine.corpus import split
from gpt_studio.engine.experiments.rewriting import rewritten
from gpt_studio.engine.requests import CorpusText

from ..conftest import TEXT

TOY = CorpusText(id="toy", title="Toy", text=TEXT)


@pytest.mark.parametrize("rewriting", ["letters", "words", "tenth"])
def test_the_held_back_part_and_the_length_stay_as_they_were(rewriting):
    changed = rewritten(TOY, rewriting, seed=1)
    before, after = split(TOY.text), split(changed.text)
    assert after[1] == before[1]
    assert len(after[0]) == len(before[0])
    assert after[0] != before[0]


@pytest.mark.parametrize("rewriting", ["letters", "words", "tenth"])
def test_the_same_seed_gives_the_same_text_and_another_one_another(rewriting):
    assert rewritten(TOY, rewriting, 1) == rewritten(TOY, rewriting, 1)
    assert rewritten(TOY, rewriting, 1).text != rewritten(TOY, rewriting, 2).text


def test_shuffled_letters_are_the_same_letters():
    assert Counter(rewritten(TOY, "letters", 1).text) == Counter(TEXT)


def test_shuffled_words_are_the_same_words_on_lines_as_long():
    changed = rewritten(TOY, "words", 1).text
    assert Counter(changed.split()) == Counter(TEXT.split())
    assert [len(line.split()) for line in changed.splitlines()] == [len(line.split()) for line in TEXT.splitlines()]


def test_a_tenth_is_a_tenth_of_the_paragraphs_again_and_again():
    train = split(TEXT)[0]
    changed = split(rewritten(TOY, "tenth", 1).text)[0]
    length = len(train) // 10
    *whole, _ = changed[:length].splitlines(keepends=True)
    assert len(whole) > 3
    places = [train.index(line) for line in whole]
    assert places == sorted(places)
    assert changed[length : 2 * length] == changed[:length]


def test_a_text_that_is_not_rewritten_is_the_same_one():
    assert rewritten(TOY, "none", 1) is TOY
