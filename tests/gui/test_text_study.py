"""Counting a text: at once or in the background, and never an answer for a text that is no longer wanted."""

import threading

import pytest

from gpt_studio.engine.judging import yardsticks
from gpt_studio.engine.requests import CorpusText
from gpt_studio.gui import text_study
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
    with qtbot.waitSignal(study.compared):
        assert not study.study(a_text("large", "ab\n" * AT_ONCE))
        assert len(counted) == 1
    assert counted[-1] == ("large", AT_ONCE, 3)


def test_answers_for_an_earlier_text_are_dropped(qtbot, study: TextStudy):
    told = []
    study.compared.connect(lambda text, found: told.append(("compared", text.id)))
    study.measured.connect(lambda text, found: told.append(("measured", text.id)))
    study.study(a_text("first", "one two three\n" * 100))
    study.study(a_text("second", "one two three\n" * 100))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert set(told) == {("compared", "second"), ("measured", "second")}


def test_of_many_texts_typed_during_one_computation_only_the_last_is_studied(qtbot, study: TextStudy, monkeypatch):
    go_on, begun, told = threading.Event(), [], []

    def slow(text: str):
        begun.append(text)
        go_on.wait(10)

    monkeypatch.setattr(text_study, "repetition", slow)
    study.compared.connect(lambda text, _: told.append(text.id))
    study.study(a_text("0", "0"))
    qtbot.waitUntil(lambda: begun == ["0"])
    for number in range(1, 20):
        study.study(a_text(str(number), str(number)))
    go_on.set()
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["19"]
    assert begun == ["0", "19"]


def test_yardsticks_are_measured_once_for_the_same_text(qtbot, study: TextStudy, monkeypatch):
    calls = []
    monkeypatch.setattr(text_study, "measuring", lambda text: calls.append(text) or yardsticks.measuring(text))
    for id, text in (("one", "abc\n" * 50), ("two", "abc\n" * 50), ("three", "abd\n" * 50)):
        with qtbot.waitSignal(study.measured) as told:
            study.study(a_text(id, text))
        assert told.args[0].id == id
        assert told.args[1].letters > told.args[1].five
    assert len(calls) == 2


def test_a_text_too_short_to_be_measured_has_no_yardsticks(qtbot, study: TextStudy):
    with qtbot.waitSignal(study.measured) as told:
        study.study(a_text("short", "a"))
    assert told.args[1] is None
