"""The Write tab: what it asks for, how it shows what comes, and what it does when something is missing."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTextEdit, QWidget

from gpt_studio.engine.config import STYLES, ModelConfig, Sampling, TrainConfig
from gpt_studio.engine.events import Candidates, Ending, WritingBegun, Written
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.run_record import CorpusRecord, RunRecord
from gpt_studio.gui import theme
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import Visit
from gpt_studio.gui.tabs.write_tab import WriteTab

WIDE, NARROW = (1136, 760), (800, 610)


def a_run(name: str = "verse-2×64", vocab_size: int = 60) -> OpenRun:
    record = RunRecord(
        name=name,
        created="2026-01-01T10:00:00",
        model=ModelConfig(vocab_size=vocab_size),
        train=TrainConfig(),
        corpus=CorpusRecord(id="verse_drama", title="Verse drama", sha256="0" * 64, characters=1000),
    )
    return OpenRun(Path("/runs") / name, record)


def written(row: int, words: str, probability: float = 0.2) -> list[Written]:
    some = Candidates(
        tokens=tuple("abcdefghijkl"), before=np.full(12, 0.05, np.float32), after=np.full(12, 0.06, np.float32)
    )
    return [Written(row, letter, probability, probability / 2, 3, some) for letter in words]


@pytest.fixture
def asked():
    return []


@pytest.fixture
def tab(qtbot, state, asked):
    """A tab with an open run, in a window that grants every wish to write."""
    tab = WriteTab(state)
    qtbot.addWidget(tab)
    tab.write_asked.connect(asked.append)
    tab.write_asked.connect(lambda _request: state.set_visit(Visit.WRITING))
    tab.stop_asked.connect(lambda: state.set_visit(Visit.NONE))
    tab.stop_asked.connect(lambda: tab.visit_ended(Ending("stopped")))
    tab.resize(*WIDE)
    state.open_run(a_run())
    tab.show()
    return tab


def find(tab: WriteTab, name: str) -> QWidget:
    found = tab.findChild(QWidget, name)
    assert found is not None, name
    return found


def test_without_a_model_there_is_one_sentence_and_one_button(qtbot, tab, state):
    state.open_run(None)
    assert tab.is_empty and "No model yet" in tab.empty_state.sentence
    with qtbot.waitSignal(tab.go_asked) as told:
        qtbot.mouseClick(tab.empty_state.button, Qt.MouseButton.LeftButton)
    assert told.args == ["train"]
    state.open_run(a_run())
    assert not tab.is_empty


def test_every_control_is_found_by_name_and_says_what_it_is(tab):
    names = "prompt generate stop style.focused style.balanced style.creative temperature top_k length seed output odds"
    for name in names.split():
        widget = find(tab, f"write.{name}")
        assert widget.accessibleName(), name
    assert find(tab, "write.generate").isVisible() and not find(tab, "write.stop").isVisible()


def test_side_by_side_asks_for_all_three_styles_and_their_odds(tab, asked):
    tab.prompt.set_words("MASTER:\nMadam")
    find(tab, "write.generate").click()
    (request,) = asked
    assert request.prompt == "MASTER:\nMadam"
    assert request.samplings == tuple(STYLES.values())
    assert (request.length, request.seed, request.candidates) == (500, 1337, 12)
    assert request.subject.step is None, "the model as it is now, in training or not"
    assert find(tab, "write.stop").isVisible() and not find(tab, "write.generate").isVisible()


def test_one_card_asks_for_the_chosen_style_alone(tab, asked):
    find(tab, "write.mode.one").click()
    find(tab, "write.style.focused").click()
    find(tab, "write.generate").click()
    assert asked[0].samplings == (STYLES["focused"],)
    tab.receive([WritingBegun("", ()), *written(0, "abc")])
    assert find(tab, "write.output").toPlainText() == "abc"


@pytest.mark.parametrize("held", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier])
def test_an_empty_prompt_is_allowed(qtbot, tab, asked, held):
    find(tab, "write.prompt").clear()
    qtbot.keyClick(find(tab, "write.prompt"), Qt.Key.Key_Return, held)
    assert asked[0].prompt == ""


def test_enter_while_writing_begins_anew_in_place_of_the_other(qtbot, tab, asked):
    tab.write()
    tab.prompt.set_words("Another")
    qtbot.keyClick(find(tab, "write.prompt"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert asked[1].prompt == "Another" and find(tab, "write.stop").isVisible()


def test_escape_stops(qtbot, tab, state):
    tab.write()
    qtbot.keyClick(tab.texts.card.output, Qt.Key.Key_Escape)
    assert state.visit is Visit.NONE and find(tab, "write.generate").isVisible()


def test_text_streams_into_its_card_with_its_progress(tab, state):
    tab.write()
    tab.receive([WritingBegun("So: ", ()), *written(0, "aaaa"), *written(1, "bb")])
    tab.receive(written(2, "c\nc"))
    assert [card.output.text() for card in tab.texts.cards.values()] == ["So: aaaa", "So: bb", "So: c\nc"]
    assert [card.foot.progress.text() for card in tab.texts.cards.values()] == ["4 of 500", "2 of 500", "3 of 500"]
    assert "write" in state.ticks
    assert all(card.foot.bar.isVisible() and not card.foot.save_button.isVisible() for card in tab.texts.cards.values())
    state.set_visit(Visit.NONE)
    tab.visit_ended(Ending("done"))
    assert all(card.foot.save_button.isVisible() and not card.foot.bar.isVisible() for card in tab.texts.cards.values())
    assert tab.rate.text().endswith("tokens/s")


def test_unknown_characters_are_named(tab):
    tab.write()
    tab.receive([WritingBegun("Stra", ("ß", "é"))])
    assert tab.messages.isVisible()
    assert tab.messages.accessibleName() == "The model has never seen: ß, é. They were left out."
    tab.visit_ended(Ending("done"))
    tab.write()
    tab.receive([WritingBegun("Stra", ("\n",))])
    assert tab.messages.accessibleName() == "The model has never seen: ↵. It was left out."


def test_a_chosen_character_is_explained(qtbot, tab):
    tab.write()
    tab.receive([WritingBegun("", ()), *written(0, "xa"), *written(1, "xb"), *written(2, "xc", 0.5)])
    assert tab.odds.chart.odds[tab.odds.chart.chosen_place].token == "x", "the first character shows the way"
    creative = tab.texts.cards["creative"]
    creative.output.setFocus()
    creative.output.select(0)
    qtbot.keyClick(creative.output, Qt.Key.Key_Right)
    assert tab.texts.style_key == "creative"
    assert tab.odds.told.text() == "chance 50 %, then 25 %; third of 60"
    assert tab.odds.chart.odds[tab.odds.chart.chosen_place].token == "c"
    assert "chance 50 %, then 25 %" in creative.output.accessibleDescription()


def test_the_chosen_card_is_the_one_that_answers_to_the_short_names(tab):
    for style, card in tab.texts.cards.items():
        find(tab, f"write.style.{style}").click()
        assert tab.findChildren(QTextEdit, "write.output") == [card.output]
        assert tab.settings.title.text() == tab.texts.titles[style]


def test_settings_belong_to_the_chosen_card_and_reach_the_next_text(tab, asked):
    find(tab, "write.style.creative").click()
    find(tab, "write.temperature").setValue(1.5)
    find(tab, "write.style.focused").click()
    assert find(tab, "write.temperature").value() == pytest.approx(0.3)
    find(tab, "write.top_k").setValue(7)
    find(tab, "write.length").setValue(120)
    find(tab, "write.seed").setValue(42)
    tab.write()
    (request,) = asked
    assert request.samplings[0] == Sampling(temperature=0.3, top_k=7)
    assert request.samplings[1:] == (STYLES["balanced"], Sampling(temperature=1.5, top_k=200))
    assert (request.length, request.seed) == (120, 42)


def test_settings_changed_after_writing_are_told_apart_from_those_of_the_text(tab):
    tab.write()
    tab.receive(written(1, "abc"))
    find(tab, "write.temperature").setValue(1.0)
    assert "<b" in tab.texts.card.settings.text() and "0.8" in tab.texts.card.settings.text()
    assert "next text: 1 / 40" in tab.texts.card.settings.text()
    assert tab.texts.card.sampling == STYLES["balanced"]


def test_top_k_of_the_whole_vocabulary_means_all(tab, state, asked):
    top_k = find(tab, "write.top_k")
    find(tab, "write.style.creative").click()
    assert top_k.text() == "all"
    find(tab, "write.style.balanced").click()
    top_k.setValue(60)
    assert top_k.text() == "all"
    tab.write()
    assert asked[0].samplings[1].top_k == 0 and asked[0].samplings[2].top_k == 200


def test_text_can_be_copied_and_saved(qtbot, tab, state, tmp_path):
    tab.write()
    tab.receive([WritingBegun("So: ", ()), *written(0, "é\na")])
    state.set_visit(Visit.NONE)
    focused = tab.texts.cards["focused"]
    focused.foot.copy_button.click()
    assert QGuiApplication.clipboard().text() == "So: é\na"
    target = tmp_path / "text.txt"
    suggested = []
    tab.taking.ask_file = lambda path: suggested.append(path) or str(target)
    focused.foot.save_button.click()
    assert target.read_text("utf-8") == "So: é\na"
    assert "verse-2×64, focused.txt" in suggested[0]
    assert str(target) in tab.messages.accessibleName()


def test_a_place_that_cannot_be_written_is_told(tab, tmp_path):
    tab.taking.ask_file = lambda _path: str(tmp_path / "nowhere" / "sub" / "text.txt")
    (tmp_path / "nowhere").write_text("a file, not a folder")
    tab.taking.save()
    assert tab.messages.isVisible() and "could not be written" in tab.messages.accessibleName()


def test_failure_is_told_where_it_happened(tab, state):
    tab.write()
    state.set_visit(Visit.NONE)
    tab.visit_ended(Ending("failed", "run.no_checkpoint", {"run": "verse"}))
    assert tab.messages.property("bar") == "bad" and "verse" in tab.messages.accessibleName()
    assert not tab.texts.card.output._writing


def test_another_run_begins_with_empty_cards_and_a_rename_keeps_them(tab, state):
    tab.write()
    tab.receive(written(1, "abc"))
    state.set_visit(Visit.NONE)
    state.open_run(a_run())
    assert tab.texts.card.output.text() == "abc"
    state.open_run(a_run("other", vocab_size=30))
    assert tab.texts.card.output.text() == ""
    assert find(tab, "write.top_k").maximum() == 30


def test_prompt_is_suggested_from_the_text_until_the_student_types(qtbot, tab, state):
    assert tab.prompt.words == ""
    state.choose_corpus(CorpusText(id="verse_drama", title="Verse", text="\nFishwife:\nHerring, new herring"), None)
    state.open_run(a_run("second"))
    assert tab.prompt.words == "Fishwife:\n"
    qtbot.keyClicks(find(tab, "write.prompt"), "My")
    state.open_run(a_run("third"))
    assert tab.prompt.words.startswith("Fishwife:\n") and "My" in tab.prompt.words


def test_narrow_page_shows_one_card_and_the_styles_are_its_tabs(tab, qtbot):
    assert [card.isVisible() for card in tab.texts.cards.values()] == [True, True, True]
    tab.resize(*NARROW)
    assert [card.isVisible() for card in tab.texts.cards.values()] == [False, True, False]
    find(tab, "write.style.creative").click()
    assert [card.isVisible() for card in tab.texts.cards.values()] == [False, False, True]
    assert tab.texts.card.legend.isVisible()


@pytest.mark.parametrize("zoom", [100, 150, 250])
@pytest.mark.parametrize("size", [WIDE, (1024, 610)])
def test_nothing_is_wider_than_the_page(qtbot, tab, zoom, size):
    theme.set_zoom(zoom)
    tab.resize(*size)
    tab.write()
    tab.receive([WritingBegun("So: ", ()), *written(0, "abc"), *written(1, "abc"), *written(2, "abc")])
    for style in tab.texts.cards:
        tab.texts.choose(style)
        find(tab, "write.temperature").setValue(1.15)
        QGuiApplication.processEvents()
        assert tab.scroll.widget().width() <= tab.scroll.viewport().width(), (zoom, size, style)


def test_all_themes_repaint_what_is_written(tab):
    tab.write()
    tab.receive([WritingBegun("So: ", ()), *written(1, "a strong one", 0.001)])
    pictures = set()
    for choice in ("light", "dark", "contrast"):
        theme.use(choice)
        QGuiApplication.processEvents()
        pictures.add(tab.grab().toImage().pixelColor(2, 2).name())
        assert tab.texts.card.settings.text().count(theme.current().text) == 2
    assert len(pictures) == 3
