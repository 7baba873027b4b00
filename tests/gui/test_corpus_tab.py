"""The Corpus tab, with real texts and files."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gpt_studio.engine import corpus
from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.judging import yardsticks
from gpt_studio.engine.judging.yardsticks import Yardsticks
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.corpus.text_pages import LONG_LINE
from gpt_studio.gui.parts.corpus.yardstick_bars import rows_of, sentence_of
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.tabs.corpus_tab import CorpusTab

VERSE = "verse_drama"


@pytest.fixture
def tab(corpus_tab: CorpusTab) -> CorpusTab:
    return corpus_tab


def test_nothing_is_chosen_at_first_and_the_tab_says_what_to_do(tab: CorpusTab, state: StudioState) -> None:
    assert tab.view.card is tab.view.nothing
    assert tab.view.nothing.sentence == "Choose a text on the left."
    assert not tab.view.use.isVisible()
    assert state.corpus is None
    assert tab.shelf.list.ids() == list(corpus.BUILT_IN)


def test_choosing_a_text_makes_it_the_one_to_train_on(tab: CorpusTab, state: StudioState, choose_text) -> None:
    choose_text(VERSE)
    text = corpus.load(VERSE)
    assert state.corpus == text
    assert state.tokenizer is not None
    assert state.tokenizer.vocab_size == len(set(text.text))
    assert "corpus" in state.ticks
    assert tab.view.header.title.text() == "Verse drama"
    assert "Comic plays" in tab.view.header.subtitle.text()
    assert f"Licence: CC0-1.0. {messages.size(len(text.text))}." in tab.view.header.subtitle.text()
    figures = tab.side.figures
    assert figures.value("characters") == f"{len(text.text):,}"
    assert figures.value("distinct") == str(len(set(text.text)))
    assert tab.side.checks.words("length") == "Long enough for the model Small"
    assert tab.side.checks.words("repeated") == "Nothing repeated word for word"
    assert tab.side.checks.words("control") == ""


def test_the_filled_button_goes_on_to_the_tokenizer(qtbot: QtBot, tab: CorpusTab, choose_text) -> None:
    choose_text(VERSE)
    with qtbot.waitSignal(tab.go_asked) as told:
        tab.view.use.click()
    assert told.args == ["tokenizer"]


def test_the_list_is_worked_with_the_arrow_keys(qtbot: QtBot, tab: CorpusTab, choose_text) -> None:
    choose_text("startup_pitches")
    with qtbot.waitSignal(tab.study.compared):
        qtbot.keyClick(tab.shelf.list, Qt.Key.Key_Down)
    assert tab.view.header.title.text() == "Python code"


def test_a_text_that_is_too_short_says_how_much_is_needed(tab: CorpusTab, state: StudioState, own_text) -> None:
    own_text("Too short.")
    minimum = corpus.minimum_characters(state.model.block_size)
    said = tab.side.checks.words("length")
    assert f"{minimum} characters are needed, this text has 10" in said
    assert not tab.view.use.isEnabled()
    assert tab.view.use.toolTip() == said + "."
    assert "corpus" not in state.ticks


def test_a_smaller_model_can_make_a_text_long_enough(tab: CorpusTab, state: StudioState, own_text) -> None:
    state.choose_model(PRESETS["gpt2"].model, "gpt2")
    own_text("Some words of my own.\n" * 30)
    assert not tab.view.use.isEnabled()
    state.choose_model(PRESETS["tiny"].model, "tiny")
    assert tab.view.use.isEnabled()
    assert tab.side.checks.words("length") == "Long enough for the model Tiny"
    assert "corpus" in state.ticks


def test_repeated_passages_are_told_and_shown(tab: CorpusTab, own_text) -> None:
    unique = "".join(f"line {n} is like no other line of this text, number {n * n}.\n" for n in range(200))
    own_text(unique + unique[:4000])
    assert "is repeated word for word" in tab.side.checks.words("repeated")
    tab.side.checks.show_repeated_asked.emit()
    assert tab.editor.cursor_place == len(unique)


def test_shakespeare_is_offered_where_it_is_missing_and_a_failed_download_says_why(
    qtbot: QtBot, tab: CorpusTab, state: StudioState
) -> None:
    tab.shelf.download.click()
    card = tab.view.download
    assert tab.view.card is card
    tab.texts.source = "http://127.0.0.1:9/nobody"
    with qtbot.waitSignal(tab.texts.fetch_failed):
        card.fetch.click()
    assert "Try again, or take it from a file" in card.problem.words
    assert card.fetch.text() == "Try again"
    assert card.fetch.isVisible()
    assert state.corpus is None


def test_a_wrong_file_for_shakespeare_is_refused(qtbot: QtBot, tab: CorpusTab, tmp_path: Path) -> None:
    tab.open("shakespeare")
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("To be or not to be", "utf-8")
    with qtbot.waitSignal(tab.texts.fetch_failed):
        tab.texts.accept(wrong)
    assert "another text than expected" in tab.view.download.problem.words


def test_a_download_can_be_cancelled(qtbot: QtBot, tab: CorpusTab) -> None:
    tab.open("shakespeare")
    tab.texts.source = "http://127.0.0.1:9/nobody"
    tab.texts.fetch()
    with qtbot.waitSignal(tab.texts.fetched) as told:
        tab.texts.cancel_fetch()
    assert told.args == [False]
    assert tab.view.download.fetch.isVisible()
    qtbot.waitUntil(lambda: not tab.texts.background.busy)
    assert tab.view.download.problem.words == ""


def test_in_a_narrow_window_the_facts_move_below_the_split_bar(tab: CorpusTab, choose_text) -> None:
    choose_text(VERSE)
    tab.resize(1024, 610)
    figures = tab.findChild(QWidget, "corpus.facts")
    assert tab.editor.isAncestorOf(figures)
    assert figures.isVisible()
    assert not tab.side.isVisible()
    assert tab.side.chart.isVisible()
    assert tab.editor.editor.height() > 200
    tab.resize(1136, 760)
    assert tab.side.isAncestorOf(figures)


def test_what_counting_reaches_is_told_in_bits_with_a_sentence_of_what_it_means(
    qtbot: QtBot, tab: CorpusTab, state: StudioState
) -> None:
    with qtbot.waitSignal(tab.study.measured, timeout=20_000):
        tab.open(VERSE)
    found = yardsticks.measure(corpus.load(VERSE).text)
    assert found is not None
    assert tab.side.figures.value("counting") == f"{found.five:.2f} bits"
    chart = tab.side.yardsticks
    assert f"{found.five:.2f} bits for each character held back" in chart.sentence
    assert "characters on both sides of the cut" not in chart.sentence
    assert f"xz {found.xz:.2f}" in chart.accessibleDescription()
    tab.side.charts.switch.findChild(QWidget, "corpus.charts.bits").click()
    assert chart.isVisible()
    assert not tab.side.bars.isVisible()


def test_another_text_shows_no_figures_of_the_one_before(qtbot: QtBot, tab: CorpusTab, own_text) -> None:
    with qtbot.waitSignal(tab.study.measured):
        own_text("abc abc\n" * 40)
    assert tab.side.figures.value("counting").endswith("bits")
    with qtbot.waitSignal(tab.study.measured):
        own_text("a", "Short")
        assert not tab.side.figures.value("counting").endswith("bits")
    assert tab.side.figures.value("counting") == "–"
    assert "too short" in tab.side.yardsticks.sentence


def test_a_sample_is_said_to_be_one() -> None:
    found = Yardsticks(uniform=6, letters=4.5, two=3.4, five=2.1, xz=None, characters=120_000, sampled=True)
    assert "Measured on 1,200,000 characters" in sentence_of(found)
    assert [name for name, _ in rows_of(found)] == ["Guessing", "Letters", "2-gram", "5-gram"]


def test_a_text_that_counting_foretells_is_said_to_repeat_itself() -> None:
    found = Yardsticks(uniform=3, letters=2, two=1, five=0.02, xz=0.1, characters=100, sampled=False)
    assert "repeats itself" in sentence_of(found)


def test_typing_into_a_ready_made_text_offers_a_copy(qtbot: QtBot, tab: CorpusTab, choose_text) -> None:
    choose_text(VERSE)
    qtbot.keyClick(tab.editor.editor, Qt.Key.Key_Down)
    assert tab.bar.words == ""
    qtbot.keyClicks(tab.editor.editor, "x")
    assert "stay as they are" in tab.bar.words
    with qtbot.waitSignal(tab.study.compared):
        tab.bar.button.click()
    assert tab.editor.is_editable
    assert corpus.load(VERSE).text == tab.editor.text


def test_a_text_chosen_elsewhere_is_shown(qtbot: QtBot, tab: CorpusTab, state: StudioState, choose_text) -> None:
    choose_text(VERSE)
    pitches = corpus.load("startup_pitches")
    assert state.tokenizer is not None
    with qtbot.waitSignal(tab.study.compared):
        state.choose_corpus(pitches, state.tokenizer.characters(pitches.text))
    assert tab.shelf.list.chosen_id == "startup_pitches"
    assert state.corpus == pitches


def test_a_large_text_is_counted_in_the_background_and_shown_in_pages(
    qtbot: QtBot, tab: CorpusTab, state: StudioState, tmp_path: Path
) -> None:
    file = tmp_path / "large.txt"
    lines = "".join(f"line {n} of a large text\n" for n in range(130_000))
    file.write_text("x" * (LONG_LINE + 1) + "\n" + lines, "utf-8")
    with qtbot.waitSignal(tab.study.compared, timeout=20_000):
        tab.open_files([file])
    assert tab.editor.page_count > 10
    assert tab.side.figures.value("lines") == "130,001"
    assert state.corpus is not None
    assert not tab.editor.is_editable


def test_everything_that_can_be_operated_has_a_name(tab: CorpusTab, own_text) -> None:
    own_text("abc\tabc\n" * 20)
    focusable = [
        widget
        for widget in tab.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
    ]
    nameless = [widget for widget in focusable if not widget.accessibleName()]
    assert not nameless, [(type(widget).__name__, widget.objectName()) for widget in nameless]
    for name in ("corpus.list", "corpus.add", "corpus.paste", "corpus.editor", "corpus.facts", "corpus.use"):
        assert tab.findChild(QWidget, name) is not None, name


@pytest.mark.parametrize("choice", ["dark", "contrast", "projector", "light"])
def test_the_tab_is_drawn_in_every_theme(tab: CorpusTab, choice: str, choose_text) -> None:
    choose_text(VERSE)
    theme.use(choice)
    assert not tab.grab().isNull()
