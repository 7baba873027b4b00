"""Since when a run gives a sentence away, as the Write tab shows it."""

import pytest

from gpt_studio.engine.events import Ending
from gpt_studio.engine.inside.seen import LeakSeen, Recall
from gpt_studio.engine.judging import verbatim
from gpt_studio.gui.state import Visit
from gpt_studio.gui.tabs.write_tab import WriteTab

from .test_memory_check import run  # noqa: F401  a run with a text of its own


@pytest.fixture
def tab(state, run, in_view):  # noqa: F811
    made = WriteTab(state)
    made.asked = []
    made.why_asked.connect(made.asked.append)
    run.kept = [0, 10, 50]
    run.curve.steps.append(50)
    state.open_run(run)
    in_view(made)
    made.odds.switch._buttons["leak"].click()
    yield made
    made.memory.shut_down()


def seen(step: int, right: int) -> LeakSeen:
    return LeakSeen(step, Recall(6.0 / (1 + right), right, 11), Recall(5.0, 0, 11))


def test_a_sentence_is_followed_over_the_kept_steps_and_the_first_whole_one_is_named(tab):
    page = tab.odds.leak
    assert not page.follow.isEnabled()
    page.beginning.setText("The key is ")
    page.sentence.setText("under a mat")
    page.follow.click()
    (request,) = tab.asked
    assert (request.steps, request.beginning, request.sentence) == ((0, 10, 50), "The key is ", "under a mat")
    assert sorted(request.control.split()) == sorted(["under", "a", "mat"]) and request.control != request.sentence
    tab.receive([seen(0, 0), seen(10, 4), seen(50, 11)])
    tab.visit_ended(Ending("done"))
    assert page.table.rowCount() == 3
    assert page.table.item(2, 3).text() == "11 of 11 ✓"
    assert "It leaks from step 50 on" in page.told.text()


def test_where_no_step_knows_it_the_best_is_named(tab):
    page = tab.odds.leak
    page.sentence.setText("under a mat")
    page.follow.click()
    tab.receive([seen(0, 0), seen(10, 4)])
    tab.visit_ended(Ending("done"))
    assert "No kept step gives all of it; step 10 goes on right the longest, for 4 of 11" in page.told.text()


def test_it_waits_until_the_visitors_place_is_free(tab, state):
    page = tab.odds.leak
    page.sentence.setText("under a mat")
    state.set_visit(Visit.WRITING)
    page.follow.click()
    assert tab.asked == [] and "Ask again" in page.told.text()


def test_a_problem_is_told_in_its_own_words(tab):
    page = tab.odds.leak
    page.sentence.setText("ЖЖЖ")
    page.follow.click()
    tab.visit_ended(Ending("failed", code="leak.empty", values={}))
    assert "knows no character" in page.told.text()


def test_a_memorised_passage_is_suggested_but_never_over_what_was_typed(tab):
    page = tab.odds.leak
    page.suggest("to be or not\nto be, that is")
    assert page.beginning.text() + page.sentence.text() == "to be or not to be, that is"
    page.sentence.setText("mine")
    page.suggest("something else entirely")
    assert page.sentence.text() == "mine"


def test_scrambled_words_are_the_same_words_and_the_same_each_time():
    told = "one two three four five"
    assert verbatim.scrambled(told) == verbatim.scrambled(told) != told
    assert sorted(verbatim.scrambled(told).split()) == sorted(told.split())
    assert sorted(verbatim.scrambled("password")) == sorted("password")
