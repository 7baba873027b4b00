"""The workshop of the Corpus tab, with real texts: what it finds, shows, changes, and that all can be taken back."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gpt_studio.engine import corpus
from gpt_studio.engine.text_care.edits import Edit, Finding
from gpt_studio.engine.text_care.inspection import KINDS
from gpt_studio.gui import theme
from gpt_studio.gui.parts.corpus.workshop_card import WorkshopCard
from gpt_studio.gui.parts.corpus.workshop_preview import WorkshopPreview, visible
from gpt_studio.gui.tabs.corpus_tab import CorpusTab

SENTENCE = "Here is a sentence that comes again, and it is much longer than the window of sixty-four."
VERSE = corpus.load("verse_drama").text[:20_000]
MESSY = f"{SENTENCE}\n\n{VERSE[:4000]}tab\there, no\u00a0break, сat\n\n{SENTENCE}\n"
ODD = "be\x07ll\u2028li\ufeffne ze\u200bro ﬁsh e\u0301 \ufffd \ue000 tail  \n\n\n\n\U0001f600"
NEARLY = SENTENCE.replace("comes", "goes") + "\n"


@pytest.fixture
def tab(corpus_tab: CorpusTab) -> CorpusTab:
    return corpus_tab


@pytest.fixture
def card(tab: CorpusTab) -> WorkshopCard:
    return tab.view.workshop


@pytest.fixture
def open_workshop(qtbot: QtBot, tab: CorpusTab) -> Callable[[], None]:
    def open_it() -> None:
        with qtbot.waitSignal(tab.workshop.looked, timeout=30_000):
            tab.editor.tools.workshop.click()

    return open_it


@pytest.fixture
def apply(qtbot: QtBot, tab: CorpusTab, card: WorkshopCard) -> Callable[[str], None]:
    """Chooses a step, presses Apply, and waits until the changed text has been looked through."""

    def do(key: str) -> None:
        card.list.choose(key)
        with qtbot.waitSignal(tab.workshop.looked, timeout=30_000):
            card.apply.click()

    return do


def test_it_opens_over_the_editor_and_counts_what_it_finds(tab, card, own_text, open_workshop) -> None:
    own_text(MESSY)
    open_workshop()
    assert tab.view.card is card
    counts = {kind: card.list.count_of(kind) for kind in KINDS}
    assert {kind for kind, count in counts.items() if count != "–"} == {
        "leaks", "repeated_lines", "repeated_passages", "tabs", "spaces", "look_alikes", "seldom",
    }  # fmt: skip
    assert counts["tabs"] == counts["leaks"] == "1"
    card.back.click()
    assert tab.view.card is tab.editor


def test_each_change_is_shown_before_it_is_made(tab, card, own_text, open_workshop) -> None:
    own_text(MESSY)
    open_workshop()
    card.list.choose("leaks")
    shown = card.preview.toPlainText()
    assert shown.startswith("Line 1 · also in line")
    assert SENTENCE in shown
    assert "1 place: 90 characters go." in card.told.text()
    card.list.choose("look_alikes")
    assert "U+0441" in card.preview.toPlainText()
    assert "cyrillic small letter es" in card.told.text()


def test_each_change_is_one_step_that_undo_takes_back_to_the_byte(
    qtbot: QtBot, tab, card, own_text, open_workshop, apply
) -> None:
    text = MESSY + ODD + NEARLY
    own_text(text)
    open_workshop()
    for key in (*KINDS, "part", "plant"):
        apply(key)
        assert tab.editor.text != text, key
        with qtbot.waitSignal(tab.workshop.looked, timeout=30_000):
            tab.bar.button.click()
        assert tab.editor.text == text, key
        assert not tab.editor.undo.isEnabled()


def test_a_change_is_told_and_the_workshop_stays(tab, card, own_text, open_workshop, apply) -> None:
    own_text(MESSY)
    open_workshop()
    apply("part")
    assert tab.bar.words.startswith("Use a part of it: the text has 2")
    assert tab.view.card is card
    assert "Use a part of it" in tab.editor.undo.toolTip()


def test_what_was_mended_is_found_no_more(tab, card, own_text, open_workshop, apply) -> None:
    own_text(MESSY)
    open_workshop()
    apply("leaks")
    assert card.list.count_of("leaks") == "–"
    assert "Nothing of this kind" in card.preview.toPlainText()
    assert not card.apply.isEnabled()
    assert card.apply.toolTip() == "There is nothing to change."


def test_a_ready_made_text_stays_and_its_copy_is_changed(tab, card, choose_text, open_workshop, apply) -> None:
    choose_text("startup_pitches")
    open_workshop()
    assert card.apply.text() == "Apply to a copy"
    apply("part")
    assert tab.view.header.title.text() == "My Startup pitches"
    assert tab.view.card is card
    assert len(tab.editor.text) == pytest.approx(len(corpus.load("startup_pitches").text) / 2, rel=0.02)


def test_a_sentence_is_planted_in_the_training_part(tab, card, own_text, open_workshop, apply) -> None:
    own_text(VERSE)
    open_workshop()
    card.list.choose("plant")
    card.plant.sentence.setText("The ghost is called Wilhelmina.")
    card.plant.times.setValue(3)
    assert card.preview.toPlainText().count("Wilhelmina") == 3
    apply("plant")
    train, held_back = corpus.split(tab.editor.text)
    assert (train.count("Wilhelmina"), held_back.count("Wilhelmina")) == (3, 0)


def test_what_cannot_be_planted_is_told_beside_the_fields(card, own_text, open_workshop) -> None:
    own_text(VERSE)
    open_workshop()
    card.list.choose("plant")
    card.plant.sentence.clear()
    assert "Type one" in card.problem.words
    assert not card.apply.isEnabled()
    card.plant.sentence.setText("Something.")
    assert card.problem.words == ""
    assert card.apply.isEnabled()


def test_texts_are_mixed_into_a_new_one(qtbot: QtBot, tab, card, own_text, open_workshop) -> None:
    own_text(VERSE)
    open_workshop()
    card.list.choose("mix")
    assert not card.apply.isEnabled()
    assert "at least two" in card.mix.told.text()
    pitches = card.mix.findChild(QWidget, "corpus.workshop.mix.0")
    pitches.click()
    card.mix.size_field.setValue(20_000)
    card.mix.title.setText("Both")
    with qtbot.waitSignal(tab.study.compared):
        card.apply.click()
    assert tab.view.header.title.text() == "Both"
    assert len(tab.editor.text) == pytest.approx(20_000, abs=4_000)
    assert tab.view.card is tab.editor


def test_how_seldom_is_seldom_can_be_set(card, own_text, open_workshop) -> None:
    own_text("e" * 3000 + "zz\n" + "q" * 20)
    open_workshop()
    card.list.choose("seldom")
    assert card.list.count_of("seldom") == "2"
    card.seldom.least.setValue(30)
    assert card.list.count_of("seldom") == "22"
    card.seldom.least.setValue(2)
    assert card.list.count_of("seldom") == "–"


def test_the_check_beside_the_text_leads_to_its_step(qtbot: QtBot, tab, card, own_text) -> None:
    own_text(MESSY)
    with qtbot.waitSignal(tab.workshop.looked, timeout=30_000):
        tab.side.checks.remove_repeated_asked.emit()
    assert tab.view.card is card
    assert card.list.key == "repeated_passages"
    assert SENTENCE in card.preview.toPlainText()


def test_another_text_closes_it(qtbot: QtBot, tab, card, own_text, choose_text, open_workshop) -> None:
    own_text(VERSE)
    open_workshop()
    choose_text("verse_drama")
    assert tab.view.card is tab.editor
    assert not tab.workshop.is_open


def test_it_is_worked_by_keys_and_everything_has_a_name(qtbot: QtBot, tab, card, own_text, open_workshop) -> None:
    own_text(MESSY)
    open_workshop()
    assert card.list.hasFocus()
    qtbot.keyClick(card.list, Qt.Key.Key_Down)
    assert card.list.key == "near_leaks"
    for key in ("plant", "mix", "seldom", "part"):
        card.list.choose(key)
        focusable = [
            widget
            for widget in card.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
            if widget.objectName() != "qt_spinbox_lineedit"  # the number box speaks for it
        ]
        assert [type(widget).__name__ for widget in focusable if not widget.accessibleName()] == []
    qtbot.keyClick(card.list, Qt.Key.Key_Escape)
    assert tab.view.card is tab.editor


def test_a_preview_counts_what_it_does_not_show(qtbot: QtBot) -> None:
    preview = WorkshopPreview()
    qtbot.addWidget(preview)
    edits = tuple(Edit(2 * n, 2 * n + 1) for n in range(100))
    preview.show_finding("\tx" * 100, Finding(kind="tabs", edits=edits))
    assert preview.toPlainText().endswith("… and 60 more")
    theme.use("dark")
    assert preview.toPlainText().endswith("… and 60 more")


def test_every_character_leaves_ink_in_a_preview() -> None:
    assert visible("a\t\u200b\u00a0b\n") == "a⇥⟨200B⟩⍽b↵ "
    assert visible("a b", with_spaces=True) == "a␣b"
