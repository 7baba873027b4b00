"""The Tokenizer tab: chips, the round trip, what a text costs, the vocabulary."""

from collections.abc import Iterator
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gpt_studio.engine import budget, corpus
from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.tokens.byte_pair_learning import learn
from gpt_studio.gui import theme
from gpt_studio.gui.parts.tokenizer import character_names, token_study
from gpt_studio.gui.parts.tokenizer.chip_card import ROWS
from gpt_studio.gui.parts.tokenizer.token_chips import TokenChips, chip_edge
from gpt_studio.gui.parts.tokenizer.vocabulary_table import matching
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.tabs.tokenizer_tab import LONGEST, TokenizerTab

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


def choose_kind(qtbot: QtBot, tab: TokenizerTab, kind: str, size: int = 280) -> Tokenizer:
    """With the mouse, as a student does it."""
    tab.kinds.size_box.setValue(size)
    qtbot.mouseClick(tab.kinds.kind.option(kind), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: tab.tokenizer is not None and tab.tokenizer.kind == kind)
    assert tab.tokenizer is not None
    return tab.tokenizer


def test_bytes_know_every_character(qtbot: QtBot, tab: TokenizerTab, state: StudioState) -> None:
    choose(state, TEXT)
    assert choose_kind(qtbot, tab, "byte").vocab_size == 256 == state.vocab_size
    tab.input.setText("hé 😀")
    tab.input.textEdited.emit("hé 😀")
    qtbot.waitUntil(lambda: tab.count.text() == "8 tokens")
    assert tab.round_trip.badge.words == "identical"
    assert [token.text for token in tab.chips.tokens][1:4] == ["<0xC3>", "<0xA9>", " "]
    assert state.tokens.kind == "byte" and tab.use.text() == "Use bytes"


def test_byte_pairs_are_learnt_from_the_training_part_and_chosen(
    qtbot: QtBot, tab: TokenizerTab, state: StudioState
) -> None:
    choose(state, TEXT)
    learnt = choose_kind(qtbot, tab, "bpe", 280)
    assert learnt.vocab_size == 280 == state.vocab_size == tab.vocabulary.model().rowCount()
    assert learnt == learn(corpus.split(TEXT)[0], 280)
    type_text(qtbot, tab, "the cook")
    assert [token.id for token in tab.chips.tokens] == learnt.encode("the cook").tolist()
    qtbot.mouseClick(tab.chips, Qt.MouseButton.LeftButton, pos=tab.chips.cell(0).center())
    assert tab.vocabulary.chosen_id == learnt.encode("the cook")[0]
    rows = tab.comparison.rows
    assert [rows[kind][2].text() for kind in ("char", "byte")] == ["8", "8"]
    assert int(rows["bpe"][2].text()) == len(tab.chips.tokens) < 8
    for kind, size in (("char", len(set(TEXT))), ("byte", 256), ("bpe", 280)):
        assert rows[kind][3].text() == f"{size * state.model.n_embd:,}"


def test_a_vocabulary_that_the_text_cannot_fill_offers_what_it_can(
    qtbot: QtBot, tab: TokenizerTab, state: StudioState
) -> None:
    choose(state, TEXT)
    choose_kind(qtbot, tab, "bpe", 280)
    tab.kinds.size_box.setValue(8192)
    qtbot.waitUntil(lambda: tab.problem.isVisible())
    assert "too small for 8,192 tokens" in tab.problem.words
    tab.problem.button.click()
    qtbot.waitUntil(lambda: tab.tokenizer is not None)
    assert not tab.problem.isVisible()
    assert 280 < state.tokens.vocab_size == tab.tokenizer.vocab_size < 8192


def test_one_can_leave_while_byte_pairs_are_learnt(
    qtbot: QtBot, tab: TokenizerTab, state: StudioState, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause, ended = Event(), Event()

    def endless(text: str, size: int) -> Iterator[None]:
        try:
            while not pause.wait(0.01):
                yield
        finally:
            ended.set()

    monkeypatch.setattr(token_study, "learning", endless)
    choose(state, TEXT)
    choose_kind(qtbot, tab, "byte")
    qtbot.mouseClick(tab.kinds.kind.option("bpe"), Qt.MouseButton.LeftButton)
    assert tab.studies.is_learning and tab.tokenizer is None and tab.count.text() == "…"
    qtbot.waitUntil(tab.kinds.leave.isVisible)
    tab.kinds.leave.click()
    assert not tab.studies.is_learning and not tab.kinds.leave.isVisible()
    assert state.tokens.kind == "byte" == tab.kinds.kind.key
    qtbot.waitUntil(ended.is_set)


def test_the_joins_are_replayed_one_by_one(qtbot: QtBot, tab: TokenizerTab, state: StudioState) -> None:
    choose(state, TEXT)
    assert not tab.player.isVisible()
    choose_kind(qtbot, tab, "bpe", 280)
    type_text(qtbot, tab, "the cook")
    player = tab.player
    whole = [token.id for token in tab.chips.tokens]
    assert player.step == player.steps and [token.id for token in player.chips.tokens] == whole
    player.play.click()
    assert player.is_playing and player.step == 0 and len(player.chips.tokens) == 8
    qtbot.waitUntil(lambda: player.step == 1)
    assert len(player.chips.tokens) < 8 and "Join 1 of" in player.words
    player.play.click()
    assert not player.is_playing
    player.on.click()
    player.back.click()
    assert player.step == 1
    player.go(0)
    assert not player.back.isEnabled() and "nothing joined yet" in player.words


def test_the_vocabulary_is_sorted_by_any_column(qtbot: QtBot, tab: TokenizerTab, state: StudioState) -> None:
    choose(state, TEXT)
    choose_kind(qtbot, tab, "bpe", 280)
    model = tab.vocabulary.model()
    tab.vocabulary.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    counts = [int(model.index(row, 2).data().replace(",", "")) for row in range(model.rowCount())]
    assert counts == sorted(counts, reverse=True) and counts[0] > counts[-1]
    assert model.headerData(2, Qt.Orientation.Horizontal) == "count ↓"
    tab.search.setText("the")
    assert all("the" in model.index(row, 1).data().lower() for row in range(model.rowCount()))
    tab.vocabulary.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    tab.search.clear()
    assert model.index(0, 0).data() == "0"


def test_another_text_is_learnt_anew(qtbot: QtBot, tab: TokenizerTab, state: StudioState) -> None:
    choose(state, TEXT)
    before = choose_kind(qtbot, tab, "bpe", 280)
    choose(state, TEXT.replace("cook", "carpenter"), "another text")
    qtbot.waitUntil(lambda: tab.tokenizer is not None)
    assert tab.tokenizer != before and state.tokens.kind == "bpe"


def test_tokens_of_several_characters_are_shown_and_spoken() -> None:
    assert character_names.shown(" the") == "␣the" and character_names.spoken(" the") == "space the"
    assert character_names.shown("\n\n") == "↵↵"
    assert character_names.name("<0xE2>") == "a byte" and character_names.is_code("<0xE2>")
    assert not character_names.is_code(" the")


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
