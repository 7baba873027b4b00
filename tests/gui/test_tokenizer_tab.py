"""The Tokenizer tab: chips, the round trip, what a text costs, the vocabulary."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gpt_studio.engine import budget, corpus
from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui import theme
from gpt_studio.gui.parts.tokenizer import character_names
from gpt_studio.gui.parts.tokenizer.token_chips import TokenChips, chip_edge
from gpt_studio.gui.parts.tokenizer.vocabulary_table import matching
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.tabs.tokenizer_tab import LONGEST, ROWS, TokenizerTab

TEXT = "The tide is up.\nSo is the cook, he said, with a fish in each hand.\n" * 40


def choose(state: StudioState, text: str, id: str = "a text") -> Tokenizer:
    tokenizer = Tokenizer.characters(text)
    state.choose_corpus(CorpusText(id=id, title=id, text=text), tokenizer)
    return tokenizer


@pytest.fixture
def tab(qtbot: QtBot, state: StudioState):
    made = TokenizerTab(state)
    qtbot.addWidget(made)
    made.resize(1136, 760)
    made.show()
    yield made
    made.shut_down()


def type_text(qtbot: QtBot, tab: TokenizerTab, text: str) -> None:
    tab.input.clear()
    tab.input.setFocus()
    tab.input.insert(text)
    tab.input.textEdited.emit(text)
    qtbot.waitUntil(lambda: "".join(token.text for token in tab.chips.tokens) == tab.input.text())


def test_without_a_text_the_tab_leads_to_the_corpus(qtbot: QtBot, tab: TokenizerTab, state: StudioState) -> None:
    assert tab.is_empty
    assert tab.empty_state.sentence == "First choose a text."
    with qtbot.waitSignal(tab.go_asked) as told:
        tab.empty_state.button.click()
    assert told.args == ["corpus"]
    assert "tokenizer" not in state.ticks


def test_every_character_is_a_chip_with_its_id(qtbot: QtBot, tab: TokenizerTab, state: StudioState) -> None:
    tokenizer = choose(state, TEXT)
    type_text(qtbot, tab, "The cook.")
    assert [token.id for token in tab.chips.tokens] == tokenizer.encode("The cook.").tolist()
    assert tab.count.text() == "9 tokens"
    assert tab.round_trip.badge.words == "identical"
    assert "tokenizer" in state.ticks


def test_the_tab_begins_with_words_of_the_text_and_leaves_typed_words_alone(
    qtbot: QtBot, tab: TokenizerTab, state: StudioState
) -> None:
    choose(state, TEXT)
    assert tab.input.text() in TEXT
    assert tab.input.text()
    type_text(qtbot, tab, "fish")
    choose(state, TEXT.upper(), "another text")
    assert tab.input.text() == "fish"
    assert all(token.id is None for token in tab.chips.tokens)


def test_what_the_text_lacks_is_marked_and_lost_on_the_round_trip(
    qtbot: QtBot, tab: TokenizerTab, state: StudioState
) -> None:
    choose(state, TEXT)
    type_text(qtbot, tab, "hé 😀")
    assert [token.id is None for token in tab.chips.tokens] == [False, True, False, True]
    assert tab.round_trip.badge.words == "2 characters lost"
    assert tab.count.text() == "2 tokens"
    assert "not in this text" in tab.chips.words(1)


def test_a_click_on_a_chip_chooses_its_row(qtbot: QtBot, tab: TokenizerTab, state: StudioState) -> None:
    tokenizer = choose(state, TEXT)
    type_text(qtbot, tab, "cook")
    tab.search.setText("space")
    qtbot.mouseClick(tab.chips, Qt.MouseButton.LeftButton, pos=tab.chips.cell(3).center())
    assert tab.vocabulary.chosen_id == tokenizer.encode("k")[0]
    assert tab.search.text() == ""
    assert tab.chips.words(3) == f"k, id {tokenizer.encode('k')[0]}, 4 of 4"


def test_the_arrow_keys_go_from_chip_to_chip(qtbot: QtBot, tab: TokenizerTab, state: StudioState) -> None:
    choose(state, TEXT)
    type_text(qtbot, tab, "he said " * 20)
    chips = tab.chips
    chips.setFocus()
    seen = []
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(chips, key)
        seen.append(chips.current)
    assert seen[:4] == [0, 1, 2, 1]
    assert chips.cell(seen[4]).top() > chips.cell(1).top()
    assert seen[5] == 1
    qtbot.keyClick(chips, Qt.Key.Key_End)
    assert chips.current == len("he said " * 20) - 1


def test_chips_wrap_and_scroll_beyond_four_rows(qtbot: QtBot, tab: TokenizerTab, state: StudioState) -> None:
    choose(state, TEXT)
    type_text(qtbot, tab, "short")
    low = tab.chip_pane.height()
    type_text(qtbot, tab, "he said, with a fish in each hand. " * 28)
    assert tab.chip_pane.height() == ROWS * tab.chips.row_height() + 2 > low
    assert tab.chips.height() > tab.chip_pane.height()
    right = max(tab.chips.cell(n).right() for n in range(len(tab.chips.tokens)))
    assert right <= tab.chips.width()


def test_no_more_can_be_typed_than_is_shown(tab: TokenizerTab, state: StudioState) -> None:
    choose(state, TEXT)
    tab.input.setText("x" * (LONGEST + 50))
    assert len(tab.input.text()) == LONGEST


def test_the_vocabulary_shows_ids_names_and_counts(tab: TokenizerTab, state: StudioState) -> None:
    tokenizer = choose(state, TEXT)
    model = tab.vocabulary.model()
    assert model.rowCount() == tokenizer.vocab_size
    cells = [model.index(0, column).data() for column in range(3)]
    assert cells == ["0", "↵", "80"]
    assert model.index(0, 1).data(Qt.ItemDataRole.UserRole) == "new line"
    assert model.index(1, 1).data(Qt.ItemDataRole.UserRole) == "space"
    assert tab.size_label.text() == str(tokenizer.vocab_size)


def test_tokens_are_found_by_character_id_and_name(tab: TokenizerTab, state: StudioState) -> None:
    tokens = tuple("\n !,059Tth")
    assert [tokens[id] for id in matching(tokens, "t")] == ["T", "t"]
    assert matching(tokens, "space") == [1]
    assert matching(tokens, "new line") == [0]
    assert [tokens[id] for id in matching(tokens, "th")] == ["t", "h"]
    assert [tokens[id] for id in matching(tokens, "0")] == ["0", "\n"]
    assert matching(tokens, "8") == [8]
    assert matching(tokens, "") == list(range(len(tokens)))
    choose(state, TEXT)
    tab.search.setText("space")
    assert tab.known.text() == f"1 of {len(set(TEXT))}"


def test_the_costs_follow_text_and_model(tab: TokenizerTab, state: StudioState) -> None:
    tokenizer = choose(state, TEXT)
    for name in ("small", "large", "bigram"):
        preset = PRESETS[name]
        state.choose_model(preset.model, name)
        parts = budget.parameters(preset.model_for(tokenizer.vocab_size))
        told = tab.cost.findChildren(QWidget)
        words = " ".join(label.text() for label in told if hasattr(label, "text"))
        assert f"<b>{parts.token + parts.head:,}</b>" in words
        assert (f"<b>{preset.model.block_size}</b> characters" in words) == (name != "bigram")
        assert f"{len(TEXT):,} tokens" in words


def test_an_edited_text_renews_the_vocabulary(qtbot: QtBot, tab: TokenizerTab, state: StudioState) -> None:
    choose(state, TEXT)
    type_text(qtbot, tab, "Zz")
    assert tab.count.text() == "0 tokens"
    choose(state, TEXT + "Zz")
    assert tab.count.text() == "2 tokens"
    assert tab.vocabulary.model().rowCount() == len(set(TEXT + "Zz"))


def test_a_text_that_goes_away_leaves_the_empty_state(tab: TokenizerTab, state: StudioState) -> None:
    choose(state, TEXT)
    assert not tab.is_empty
    state.choose_corpus(None, None)
    assert tab.is_empty


def test_a_large_text_is_counted_in_the_background(qtbot: QtBot, tab: TokenizerTab, state: StudioState) -> None:
    choose(state, "ab\n" * 600_000)
    qtbot.waitUntil(lambda: tab.vocabulary.model().index(0, 2).data() == "600,000")


def test_the_filled_button_goes_on_to_the_model(qtbot: QtBot, tab: TokenizerTab, state: StudioState) -> None:
    choose(state, TEXT)
    with qtbot.waitSignal(tab.go_asked) as told:
        tab.use.click()
    assert told.args == ["model"]


def test_characters_without_ink_have_a_sign_or_a_number() -> None:
    assert character_names.shown(" ") == "␣"
    assert character_names.shown("a") == "a"
    assert character_names.shown("\u0301") == "U+0301"
    assert character_names.name("\u0301") == "combining acute accent"
    assert character_names.name("\u00a0") == "no-break space"
    assert character_names.name("é") == ""
    assert character_names.spoken(" ") == "space"


@pytest.mark.parametrize("choice", ["light", "dark", "contrast"])
def test_frames_of_chips_stand_out_from_the_card(qtbot: QtBot, choice: str) -> None:
    from gpt_studio.gui.widgets.contrast import contrast

    theme.use(choice)
    surface = theme.current().surface
    for fill in theme.current().chips:
        assert contrast(chip_edge(fill, surface), theme.color("surface")) >= 3


def test_every_built_in_text_can_be_shown(qtbot: QtBot, tab: TokenizerTab, state: StudioState) -> None:
    for id in ("startup_pitches", "verse_drama"):
        choose(state, corpus.load(id).text, id)
        assert not tab.grab().isNull()
    assert tab.findChild(TokenChips, "tokenizer.chips") is not None
    for name in ("tokenizer.input", "tokenizer.vocabulary", "tokenizer.find", "tokenizer.use"):
        widget = tab.findChild(QWidget, name)
        assert widget is not None
        assert widget.accessibleName()
