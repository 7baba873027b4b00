"""Counting a text: at once or in the background, and never an answer for a text that is no longer wanted."""

import pytest

from gpt_studio.engine.requests import CorpusText
from gpt_studio.gui.background import Background
from gpt_studio.gui.text_study import AT_ONCE, TextStudy


def a_text(id: str, text: str) -> CorpusText:
    return CorpusText(id=id, title=id, text=text)


@pytest.fixture
def study(qtbot):
    background = Background()
    yield TextStudy(background)
    background.shut_down()


def test_a_small_text_is_counted_at_once_and_a_large_one_a_moment_later(qtbot, study: TextStudy):
    counted = []
    study.counted.connect(lambda text, facts, tokenizer: counted.append((text.id, facts.lines, tokenizer.vocab_size)))
    assert study.study(a_text("small", "ab\n" * 10))
    assert counted == [("small", 10, 3)]
    assert not study.study(a_text("large", "ab\n" * AT_ONCE))
    assert len(counted) == 1
    qtbot.waitUntil(lambda: not study._background.busy)
    assert counted[-1] == ("large", AT_ONCE, 3)


def test_answers_for_an_earlier_text_are_dropped(qtbot, study: TextStudy):
    compared = []
    study.compared.connect(lambda text, found: compared.append(text.id))
    study.study(a_text("first", "one two three\n" * 100))
    study.study(a_text("second", "one two three\n" * 100))
    qtbot.waitUntil(lambda: not study._background.busy)
    assert compared == ["second"]
