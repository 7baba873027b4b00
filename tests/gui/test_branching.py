"""Pick another on the Write tab: what is asked for, what comes into the card, and the ways back."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gpt_studio.engine.config import STYLES, ModelConfig, Sampling, TrainConfig
from gpt_studio.engine.events import Candidates, Ending, WritingBegun, Written
from gpt_studio.engine.requests import Begun
from gpt_studio.engine.run_record import CorpusRecord, RunRecord
from gpt_studio.gui import theme
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import Visit
from gpt_studio.gui.tabs.write_tab import WriteTab

LETTERS = "abcdefghijkl"  # the candidates of every place, by id from 0
SOME = Candidates(
    tuple(LETTERS),
    np.linspace(0.3, 0.01, 12, dtype=np.float32),
    np.array([0.5, 0.3, 0.2] + [0.0] * 9, dtype=np.float32),
    tuple(range(12)),
)
BALANCED = 1  # its row


def written(words: str, row: int = BALANCED) -> list[Written]:
    return [Written(row, letter, 0.2, 0.1, 3, SOME, id=LETTERS.index(letter)) for letter in words]


def a_run(name: str) -> OpenRun:
    record = RunRecord(
        name=name,
        created="2026-01-01T10:00:00",
        model=ModelConfig(vocab_size=60),
        train=TrainConfig(),
        corpus=CorpusRecord(id="verse_drama", title="Verse drama", sha256="0" * 64, characters=1000),
    )
    return OpenRun(Path("/runs") / name, record)


@pytest.fixture
def asked():
    return []


@pytest.fixture
def tab(qtbot, state, asked):
    """A tab whose three cards have just been written, in a window that grants every wish."""
    tab = WriteTab(state)
    qtbot.addWidget(tab)
    tab.write_asked.connect(asked.append)
    tab.write_asked.connect(lambda _request: state.set_visit(Visit.WRITING))
    tab.stop_asked.connect(lambda: ended(tab, "stopped"))
    tab.resize(1136, 760)
    state.open_run(a_run("verse"))
    tab.settings.length.set(20)
    tab.show()
    tab.write()
    tab.receive([WritingBegun("So ", (), 300)])
    for row in range(3):
        tab.receive(written("abcabcabcabcabcabcab", row))
    ended(tab)
    asked.clear()
    return tab


def ended(tab: WriteTab, how: str = "done", *told: object) -> None:
    """As the window tells it: first that nobody visits any more, then how it ended."""
    tab._state.set_visit(Visit.NONE)
    tab.visit_ended(Ending(how, *told))


def pick(tab: WriteTab, place: int, letter: str) -> None:
    """Choose a token of the chosen card, and click on a candidate."""
    tab.texts.card.output._choose(place)
    chart = tab.odds.chart
    chart.picked.emit(next(one.id for one in chart.odds if one.token == letter))


def grow(tab: WriteTab, place: int, words: str) -> None:
    """Pick the first of these letters, and have all of them written."""
    pick(tab, place, words[0])
    tab.receive([WritingBegun("So ", (), 300), *written(words)])
    ended(tab)


def shown(tab: WriteTab) -> str:
    return tab.texts.card.output.text()


def test_a_click_on_a_bar_asks_for_the_text_from_there_on(qtbot, tab, asked):
    output, chart = tab.texts.card.output, tab.odds.chart
    output._choose(4)
    assert chart.can_pick(0) and not chart.can_pick(1), "what stands there already cannot be picked"
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart._slot(1).center().toPoint())
    assert asked == [], "a click on the drawn one only reads it"
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart._slot(11).center().toPoint())
    (request,) = asked
    assert request.begun == Begun(row=BALANCED, tokens=(0, 1, 2, 0, 11)), "one that was struck out can be picked"
    assert (request.samplings, request.seed, request.length) == (tuple(STYLES.values()), 1337, 20)
    assert request.subject == tab._state.subject and request.prompt == tab.prompt.words
    assert shown(tab) == "So abca" and tab.texts.cards["focused"].output.text() == "So abcabcabcabcabcabcab"


def test_keys_pick_what_they_read(qtbot, tab, asked):
    tab.texts.card.output._choose(4)
    chart = tab.odds.chart
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.accessibleDescription() == "c: chance 25 %, then 20 % · Enter: pick it"
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert asked[0].begun.tokens == (0, 1, 2, 0, 2)


def test_the_branch_grows_in_its_card_and_its_picked_token_is_explained(tab):
    pick(tab, 4, "k")
    card = tab.texts.card
    tab.receive([WritingBegun("So ", (), 300), *written("kk")])
    assert shown(tab) == "So abcakk" and card.foot.progress.text() == "6 of 20" and card.foot.bar.isVisible()
    assert card.output.chosen_index == 4 and tab.odds.chart.odds[tab.odds.chart.chosen_place].token == "k"
    assert card.output.pinned == (4,) and card.output.accessibleDescription().endswith("; texts part here")
    tab.receive(written("l" * 14))
    ended(tab)
    assert shown(tab) == "So abcakk" + "l" * 14 and not card.foot.bar.isVisible()
    assert [len(other.branches.branches) for other in tab.texts.cards.values()] == [1, 2, 1]
    assert card.branches.isVisible() and not tab.texts.cards["focused"].branches.isVisible()


def test_going_back_shows_a_text_from_memory_with_its_odds(qtbot, tab, asked):
    grow(tab, 4, "k" * 16)
    asked.clear()
    tab.undo()
    assert shown(tab) == "So abcabcabcabcabcabcab" and asked == []
    card = tab.texts.card
    assert card.output.chosen_index == 4 and tab.odds.chart.odds[tab.odds.chart.chosen_place].token == "b"
    tab.redo()
    assert shown(tab) == "So abca" + "k" * 16
    card.branches.setFocus()
    qtbot.keyClick(card.branches, Qt.Key.Key_Left)
    assert shown(tab) == "So abcabcabcabcabcabcab"
    qtbot.keyClick(card.branches, Qt.Key.Key_Right)
    assert shown(tab) == "So abca" + "k" * 16
    pick(tab, 4, "b")
    assert shown(tab) == "So abcabcabcabcabcabcab" and asked == [], "what was drawn is there already"
    card.output.setFocus()
    card.output.undo()
    assert shown(tab) == "So abca" + "k" * 16, "undo, where the focus is in the text"


def test_a_click_in_the_tree_shows_that_text(qtbot, tab):
    grow(tab, 4, "k" * 16)
    grow(tab, 9, "g" * 11)
    tree = tab.texts.card.branches
    first = tree.visualRect(tree.model().index(0)).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=first)
    assert shown(tab) == "So abcabcabcabcabcabcab"
    told = tree.model().data(tree.model().index(2), Qt.ItemDataRole.AccessibleTextRole)
    assert told == "level 3, g picked at token 10, seed 1337, goes on: gggggggggg"
    assert tab.texts.card.output.pinned == (4,), "the second branch leaves the first, not this text"


def test_settings_and_seed_of_now_draw_the_branch_and_those_of_then_explain_what_was_before(tab, asked):
    tab.settings.temperature.box.setValue(1.5)
    tab.settings.seed.setValue(7)
    grow(tab, 4, "k" * 16)
    assert asked[0].samplings == (STYLES["focused"], Sampling(temperature=1.5, top_k=40), STYLES["creative"])
    assert asked[0].seed == 7
    card = tab.texts.card
    assert card.sampling.temperature == 1.5 and "1.5" in card.settings.text()
    card.output._choose(3)
    assert tab.odds._after.label.text() == "after 0.8 / 40"
    card.output._choose(5)
    assert tab.odds._after.label.text() == "after 1.5 / 40"


def test_a_pick_at_the_end_of_a_text_goes_on_for_as_long(tab, asked):
    pick(tab, 19, "k")
    assert asked[0].length == 40


def test_a_pick_while_something_is_written_waits_for_its_end(tab, asked):
    tab.write()
    tab.receive([WritingBegun("So ", (), 300), *written("abcabc")])
    asked.clear()
    pick(tab, 2, "k")
    assert asked == [] and "branches off here as soon as" in tab.messages.words
    tab.receive(written("abc"))
    ended(tab)
    assert [request.begun.tokens for request in asked] == [(0, 1, 10)]
    assert not tab.messages.isVisible()


def test_who_does_not_want_to_wait_stops_what_is_written(qtbot, tab, asked):
    tab.write()
    tab.receive([WritingBegun("So ", (), 300), *written("abcabc")])
    asked.clear()
    pick(tab, 2, "k")
    tab.messages.button.click()
    assert len(asked) == 1 and tab._state.visit is Visit.WRITING


def test_new_texts_forget_what_waited_and_begin_new_trees(tab, asked):
    grow(tab, 4, "k" * 16)
    tab.write()
    assert not tab.texts.card.branches.isVisible() and tab.texts.card.output.pinned == ()
    tab.receive([WritingBegun("So ", (), 300), *written("abcabc")])
    pick(tab, 2, "k")
    tab.write()
    asked.clear()
    tab.visit_ended(Ending("stopped"))
    ended(tab)
    assert asked == []


def test_going_back_beyond_the_first_text_brings_the_tree_before_it_with_its_branches(tab, state, asked):
    grow(tab, 4, "k" * 16)
    tab.write()
    tab.receive([WritingBegun("So ", (), 400), *written("cccc")])
    tab.undo()
    assert shown(tab) == "So cccc", "not while it grows"
    ended(tab)
    asked.clear()
    tab.undo()
    assert shown(tab) == "So abca" + "k" * 16 and tab.texts.card.branches.isVisible()
    assert tab.messages.words == "Here again: the text that was written at step 300 with the seed 1337."
    tab.undo()
    assert shown(tab) == "So abcabcabcabcabcabcab"
    tab.redo()
    tab.redo()
    assert shown(tab) == "So cccc" and asked == []
    tab.undo()
    pick(tab, 6, "l")
    assert asked[0].begun.tokens == (0, 1, 2, 0, 10, 10, 11), "an earlier text can branch, too"


def test_a_branch_that_fails_leaves_the_text_as_it_was(tab):
    pick(tab, 4, "k")
    ended(tab, "failed", "write.begun", {})
    assert shown(tab) == "So abcabcabcabcabcabcab" and not tab.texts.card.branches.isVisible()
    assert "go on from there" in tab.messages.words


def test_a_branch_that_is_broken_off_stays_and_goes_on_when_it_is_picked_again(tab, asked):
    grow(tab, 4, "kkk")
    tab.undo()
    pick(tab, 4, "k")
    assert asked[-1].begun.tokens == (0, 1, 2, 0, 10, 10, 10)
    tab.receive([WritingBegun("So ", (), 300), *written("kl")])  # the last one is told anew
    assert shown(tab) == "So abcakkkl"


def test_a_branch_that_grows_unseen_is_whole_when_one_comes_back(tab):
    pick(tab, 4, "k")
    tab.receive([WritingBegun("So ", (), 300), *written("kk")])
    tab.undo()
    tab.receive(written("ll"))
    assert shown(tab) == "So abcabcabcabcabcabcab" and not tab.texts.card.foot.bar.isVisible()
    tab.redo()
    assert shown(tab) == "So abcakkll" and tab.texts.card.foot.bar.isVisible()


def test_the_model_of_the_text_writes_the_branch_where_its_weights_were_kept(tab, state, asked):
    state.set_kept([100, 300])
    pick(tab, 4, "k")
    assert asked[0].subject.step == 300


def test_a_branch_by_a_model_that_has_learnt_on_says_so(tab):
    pick(tab, 4, "k")
    tab.receive([WritingBegun("So ", (), 350), *written("kk")])
    assert tab.messages.words == "The model has learnt on: the text is of step 300, its branch of step 350."


def test_what_a_stopped_writing_of_another_run_still_tells_is_dropped(tab, state):
    tab.write()
    tab.stop_asked.disconnect()  # the window stops it, but its end takes a moment to arrive
    state.open_run(a_run("other"))
    tab.receive([WritingBegun("So ", (), 300), *written("abc")])
    ended(tab, "stopped")
    assert shown(tab) == "" and not tab.odds.chart.odds


def test_another_run_begins_without_branches(tab, state):
    grow(tab, 4, "k" * 16)
    state.open_run(a_run("other"))
    assert shown(tab) == "" and not tab.texts.card.branches.isVisible()
    assert not tab.odds.chart.odds
    tab.undo()
    assert shown(tab) == ""


@pytest.mark.parametrize("size", [(1136, 760), (800, 610)])
def test_a_large_tree_leaves_room_for_the_text_and_shows_the_branch(tab, size):
    tab.resize(*size)
    for place in range(1, 15):
        grow(tab, place, "kl"[place % 2] * (20 - place))
    QGuiApplication.processEvents()
    card = tab.texts.card
    assert max(branch.depth for branch in card.branches.branches) == 14
    assert card.output.height() >= 120 and card.branches.height() <= theme.px(28 * 4)
    row = card.branches.visualRect(card.branches.currentIndex())
    assert card.branches.viewport().rect().contains(row)
    assert tab.scroll.widget().width() <= tab.scroll.viewport().width()


def test_a_growing_branch_is_followed_no_further_than_to_its_picked_token(tab):
    tab.settings.length.set(2_000)
    pick(tab, 4, "k")
    output = tab.texts.card.output
    for _ in range(40):
        tab.receive(written("k" * 40))
        QGuiApplication.processEvents()
    bar = output.verticalScrollBar()
    assert bar.value() < bar.maximum() / 2
    (place, *_) = output.where(4)
    assert 0 <= place.top() < output.viewport().height() / 2


def test_the_tree_is_painted_in_every_theme(tab):
    grow(tab, 4, "k" * 16)
    pictures = set()
    for choice in ("light", "dark", "contrast"):
        theme.use(choice)
        QGuiApplication.processEvents()
        image = tab.texts.card.branches.grab().toImage()
        colors = {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(image.height())}
        assert {theme.current().accent.lower(), theme.current().sel.lower()} <= colors
        pictures.add(frozenset(colors))
    assert len(pictures) == 3


def test_every_part_has_a_name(tab):
    for style, card in tab.texts.cards.items():
        found = tab.findChild(QWidget, f"write.branches.{style}")
        assert found is card.branches and found.accessibleName() == "Branches of this text"
