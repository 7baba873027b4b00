"""Memorised or invented: what of a written text stands in the training text, as the Write tab shows it."""

import re

import numpy as np
import pytest

from gpt_studio.engine import corpus, files, run_record, runs
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.events import Candidates, Ending, WritingBegun, Written
from gpt_studio.engine.judging import verbatim
from gpt_studio.engine.keeping import library
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui import messages
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import Visit
from gpt_studio.gui.tabs.write_tab import WriteTab

TEXT = corpus.load("verse_drama").text[:20_000]
WAIT_MS = 20_000


@pytest.fixture
def run() -> OpenRun:
    tokenizer = Tokenizer.characters(TEXT)
    record = run_record.RunRecord(
        name="toy",
        created="2026-01-01T10:00:00Z",
        model=ModelConfig(vocab_size=tokenizer.vocab_size),
        train=TrainConfig(),
        corpus=run_record.CorpusRecord(id="toy", title="Toy", sha256=files.sha256(TEXT.encode()), characters=len(TEXT)),
    )
    path = library.new_folder_for("toy")
    runs.create(path, record, TEXT, tokenizer)
    return OpenRun(path, record)


@pytest.fixture
def tab(state, run, in_view):
    made = WriteTab(state)
    made.write_asked.connect(lambda _request: state.set_visit(Visit.WRITING))
    state.open_run(run)
    in_view(made)
    made.mode._buttons["one"].click()
    yield made
    made.memory.shut_down()


def write(qtbot, tab, state, pieces: list[str]) -> None:
    """Have a text written, and wait until it was looked up."""
    some = Candidates(tuple("abcdefghijkl"), np.full(12, 0.05, np.float32), np.full(12, 0.06, np.float32))
    tab.write()
    tab.receive([WritingBegun(prompt="A", unknown=())])
    tab.receive([Written(0, piece, 0.2, 0.1, 3, some) for piece in pieces])
    state.set_visit(Visit.NONE)
    tab.visit_ended(Ending("done"))
    qtbot.waitUntil(lambda: tab.texts.card.memory.isVisible(), timeout=WAIT_MS)


def test_a_copied_passage_is_underlined_counted_and_shown_where_it_stands(qtbot, tab, state):
    copied = TEXT[5_000:5_060]
    write(qtbot, tab, state, list("qqqq" + copied + "zzzz#zz"))
    card = tab.texts.card
    assert card.memory.text() == "85 % word for word as in the training text"
    assert "60" in card.memory.toolTip()
    (mark,) = card.output.extraSelections()
    assert mark.cursor.selectedText().replace("\u2029", "\n") == copied
    assert mark.format.fontUnderline()
    card.output.select(10)
    card.token_chosen.emit(card.style_key)
    assert tab.odds.origin.isVisible()
    assert "at 28 %" in tab.odds.origin.text()
    card.output.select(0)
    card.token_chosen.emit(card.style_key)
    assert not tab.odds.origin.isVisible()


def test_the_whole_token_is_underlined_where_tokens_are_longer_than_characters(qtbot, tab, state):
    copied = TEXT[5_000:5_060]
    write(qtbot, tab, state, ["##" + copied[:10], copied[10:30], copied[30:] + "##", "end"])
    (mark,) = tab.texts.card.output.extraSelections()
    assert mark.cursor.selectedText().replace("\u2029", "\n") == "##" + copied + "##"


def test_what_was_invented_is_said_to_be(qtbot, tab, state):
    write(qtbot, tab, state, list("Nobody has ever written this sentence of mine."))
    assert tab.texts.card.memory.text() == "nothing word for word"
    assert tab.texts.card.output.extraSelections() == []


def test_a_new_text_takes_the_marks_away_and_an_old_answer_is_not_shown(qtbot, tab, state):
    write(qtbot, tab, state, list(TEXT[5_000:5_060]))
    card, before = tab.texts.card, tab.texts.grown()
    (memory,) = [branch.memory for _, branch in before]
    tab.write()
    assert not card.memory.isVisible()
    assert card.output.extraSelections() == []
    tab.receive([WritingBegun(prompt="A", unknown=())])
    tab.texts.show_memories(before, [memory])
    assert not card.memory.isVisible()


def test_a_stock_phrase_is_no_memory(qtbot, tab, state):
    write(qtbot, tab, state, list("#" + TEXT[5_000 : 5_000 + verbatim.TELLING - 1] + "#"))
    assert tab.texts.card.memory.text() == "nothing word for word"


def counted(before: str) -> dict[str, int]:
    """By brute force: what follows a passage in the training text, and how often."""
    text = corpus.split(TEXT)[0]
    places = [place for place in range(len(text)) if text.startswith(before, place)]
    following = [text[place + len(before)] for place in places if place + len(before) < len(text)]
    return {one: following.count(one) for one in following}


@pytest.fixture
def endings(qtbot, tab, state):
    """The page "Same endings" at the last letter of a text that ends as the training text often does."""
    write(qtbot, tab, state, list("zz the q"))
    output = tab.texts.card.output
    output.select(len("zz the q") - 1)
    output.chosen.emit(output.chosen_index)
    tab.odds.switch._buttons["endings"].click()
    page = tab.odds.endings
    qtbot.waitUntil(lambda: bool(page.places.toPlainText()), timeout=WAIT_MS)
    return page


def test_the_places_with_the_same_ending_are_shown_with_what_followed_there(endings):
    known = counted(" the ")
    assert f"Before it stands  the , as {sum(known.values())} times" in _plain(endings)
    most = max(known, key=known.get)
    assert f"{most} {messages.share(known[most] / sum(known.values()))}" in _plain(endings)
    lines = endings.places.toPlainText().splitlines()
    assert lines and all(" the " in line for line in lines)


def test_a_letter_that_never_followed_there_is_said_to_be_new(endings):
    assert ("Never q." in _plain(endings)) == ("q" not in counted(" the "))


def test_the_ending_is_made_shorter_until_one_character_is_left(qtbot, endings):
    for ending in ("the ", "he ", "e ", " "):
        endings.shorter.click()
        qtbot.waitUntil(lambda ending=ending: f"stands {ending}, as" in _plain(endings), timeout=WAIT_MS)
    assert not endings.shorter.isEnabled() and endings.longer.isEnabled()


def _plain(page) -> str:
    return re.sub("<[^>]*>", "", page.told.text()).replace("\u2423", " ")
