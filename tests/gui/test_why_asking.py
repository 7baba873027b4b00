"""Why this character: it is asked once the student has stopped at one, when the writer rests."""

import numpy as np
import pytest

from gpt_studio.engine.events import Candidates, Ending, WritingBegun, Written
from gpt_studio.engine.inside.seen import WhySeen
from gpt_studio.engine.requests import Subject, WhyRequest
from gpt_studio.gui.parts.write.why_asking import WhyAsking
from gpt_studio.gui.state import Visit
from gpt_studio.gui.tabs.write_tab import WriteTab

from .test_write_tab import a_run


def seen_with(attention: np.ndarray) -> WhySeen:
    return WhySeen(
        step=3,
        tokens=("a", " ", "b"),
        begins=0,
        guesses=(("x", "y"), ("y", "x"), ("b", "x")),
        chances=np.array([[0.5, 0.1], [0.4, 0.2], [0.7, 0.1]], np.float32),
        own_chance=np.array([0.1, 0.4, 0.05], np.float32),
        own_rank=np.array([4, 1, 3]),
        attention=attention,
    )


@pytest.fixture
def tab(state, in_view, qtbot):
    made = WriteTab(state)
    made.write_asked.connect(lambda _request: state.set_visit(Visit.WRITING))
    state.open_run(a_run())
    in_view(made)
    made.mode._buttons["one"].click()
    made.odds.switch.option("layers").click()
    return made


def write(tab, state, words: str = "abcd") -> None:
    some = Candidates(tuple("abcdefghijkl"), np.full(12, 0.05, np.float32), np.full(12, 0.06, np.float32))
    tab.write()
    tab.receive([WritingBegun("A", (), 3)])
    tab.receive([Written(0, one, 0.2, 0.1, 3, some, id=place) for place, one in enumerate(words)])


def end(tab, state) -> None:
    state.set_visit(Visit.NONE)
    tab.visit_ended(Ending("done"))


def test_while_something_is_written_nothing_is_asked_and_the_page_says_when_it_will_be(qtbot, tab, state):
    write(tab, state)
    with qtbot.assertNotEmitted(tab.why_asked, wait=200):
        pass
    assert "as soon as the text is written" in tab.odds.waiting.text()
    with qtbot.waitSignal(tab.why_asked):
        end(tab, state)


def test_keys_that_run_over_characters_ask_once_and_of_the_last(qtbot, tab, state):
    write(tab, state)
    asked = []
    tab.why_asked.connect(asked.append)
    for place in (1, 2, 3):
        tab.texts.card.output.select(place)
        tab.texts.card.token_chosen.emit(tab.texts.card.style_key)
    with qtbot.waitSignal(tab.why_asked):
        end(tab, state)
    (request,) = asked
    assert request.tokens == (0, 1, 2) and request.written == 3


def test_the_answer_is_shown_and_an_end_belongs_to_the_question_not_to_a_text(qtbot, tab, state):
    write(tab, state)
    with qtbot.waitSignal(tab.why_asked):
        end(tab, state)
    state.set_visit(Visit.LOOKING)
    tab.receive([seen_with(np.full((2, 2, 3), 1 / 3, np.float32))])
    table = tab.odds.layers
    assert table.isVisible() and not tab.odds.waiting.isVisible()
    assert [table.item(row, 1).text() for row in range(3)] == ["x", "y", "b"]
    assert table.item(1, 3).toolTip() == "40 %, place 1"
    with qtbot.assertNotEmitted(tab.why_asked, wait=200):
        end(tab, state)


def test_attention_is_averaged_or_of_one_head_and_the_strongest_are_named(qtbot, tab, state):
    attention = np.zeros((2, 2, 3), np.float32)
    attention[0, 0], attention[0, 1], attention[1] = (1, 0, 0), (0, 1, 0), (0, 0, 1)
    page = tab.odds.leaned
    page.show_seen(seen_with(attention))
    np.testing.assert_allclose(page.weights, (0.25, 0.25, 0.5))
    assert page.told.text().startswith("Most: b (50 %, 1 back), a (25 %, 3 back)")
    page.layer.setCurrentIndex(1)
    page.head.setCurrentIndex(2)
    np.testing.assert_allclose(page.weights, (0, 1, 0))
    page.show_seen(seen_with(np.zeros((0, 0, 3), np.float32)))
    assert "without attention" in page.told.text()


def test_a_question_that_was_put_out_is_asked_again_and_a_failure_is_told(qtbot, state, qapp):
    asking = WhyAsking(state, lambda: True, state)
    request = WhyRequest(subject=Subject(run=a_run().path), prompt="", tokens=(), written=1)
    with qtbot.waitSignal(asking.asked):
        asking.want(request)
    with qtbot.waitSignal(asking.asked):
        asking.ended(Ending("stopped"))
    with qtbot.waitSignal(asking.waits) as told:
        asking.ended(Ending("failed", "look.bigram"))
    assert "bigram" in told.args[0]
    with qtbot.assertNotEmitted(asking.asked, wait=200):
        asking.renew()
