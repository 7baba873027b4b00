"""The editor of the corpus: places, pages, the band at the boundary, the search."""

import random
import re

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from gpt_studio.engine.requests import CorpusText
from gpt_studio.gui import theme
from gpt_studio.gui.parts.corpus.corpus_editor import CorpusEditor
from gpt_studio.gui.parts.corpus.editor_places import FOLD, Places
from gpt_studio.gui.parts.corpus.text_editor import TextEditor
from gpt_studio.gui.parts.corpus.text_pages import LONG_LINE, PAGE, WHOLE, fits_whole, page_at, pages_of
from gpt_studio.gui.parts.corpus.text_search import MOST, Match, PatternError, Search, nearest


@pytest.fixture
def editor(qtbot: QtBot) -> TextEditor:
    made = TextEditor()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    return made


@pytest.fixture
def card(qtbot: QtBot) -> CorpusEditor:
    made = CorpusEditor()
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    return made


def show(card: CorpusEditor, text: str, own: bool = True) -> None:
    card.show_text(CorpusText(id="a text", title="A text", text=text), own)


@pytest.mark.parametrize(
    "text", ["", "plain", "a😀b😀😀c\n", "x" * (2 * FOLD + 5) + "\n" + "😀" * (FOLD + 1), "line\n" * 50]
)
def test_every_place_of_a_text_is_found_again(text: str) -> None:
    places = Places(text, start=1000, fold=True)
    for place in range(1000, 1000 + len(text) + 1):
        assert places.place(places.position(place)) == place
    assert len(places.shown.encode("utf-16-le")) // 2 == places.position(1000 + len(text))


def test_folds_are_not_counted_as_lines(editor: TextEditor) -> None:
    text = "first\n" + "x" * (2 * FOLD + 10) + "\nlast"
    editor.show_text(Places(text, fold=True), read_only=True, first_line=10)
    block, numbers = editor.document().firstBlock(), []
    while block.isValid():
        numbers.append(editor.line_number(block))
        block = block.next()
    assert numbers == [10, 11, None, None, 12]


def test_the_held_back_part_begins_on_a_line_of_its_own_at_the_very_character(editor: TextEditor) -> None:
    text = "word " * 40 + "\n" + "more words here\n" * 3
    editor.show_text(Places(text), read_only=True)
    editor.set_boundary(7)
    editor.grab()
    layout = editor.document().firstBlock().layout()
    starts = [layout.lineAt(n).textStart() for n in range(layout.lineCount())]
    assert 7 in starts
    before, after = layout.lineAt(starts.index(7) - 1), layout.lineAt(starts.index(7))
    assert after.y() - (before.y() + before.height()) >= editor.band_height


def test_moving_the_boundary_leaves_no_gap_behind(editor: TextEditor) -> None:
    editor.show_text(Places("one two three\nfour five six\n"), read_only=True)
    editor.grab()
    height = editor.document().documentLayout().blockBoundingRect(editor.document().firstBlock()).height()
    editor.set_boundary(4)
    editor.grab()
    editor.set_boundary(18)
    editor.grab()
    again = editor.document().documentLayout().blockBoundingRect(editor.document().firstBlock()).height()
    assert again == height


def test_an_edit_in_the_line_of_the_boundary_keeps_the_band(qtbot: QtBot, editor: TextEditor) -> None:
    editor.show_text(Places("one two three\nfour five six\n"), read_only=False)
    editor.set_boundary(4)
    editor.setFocus()
    qtbot.keyClicks(editor, "ab")
    editor.grab()
    assert editor.held_back_from() is not None
    layout = editor.document().firstBlock().layout()
    assert layout.lineCount() == 2
    assert editor.text().startswith("abone two")


def test_a_click_on_a_line_of_the_held_back_part_puts_the_cursor_there(qtbot: QtBot, editor: TextEditor) -> None:
    editor.show_text(Places("one two three\nfour five six\n"), read_only=False)
    editor.set_boundary(14)
    editor.grab()
    middle = round((editor.held_back_from() or 0) + editor.band_height + editor.line_pitch / 2)
    qtbot.mouseClick(editor.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(2, middle))
    assert editor.textCursor().position() == 14


def test_text_comes_back_as_it_was_with_no_break_spaces_and_line_separators(editor: TextEditor) -> None:
    text = "a\u00a0b\u2028c\td\n\n😀 end"
    editor.show_text(Places(text), read_only=False)
    assert editor.text() == text


def test_short_texts_are_one_page_and_large_ones_end_pages_at_lines() -> None:
    assert pages_of("short\n") == [(0, 6, 1)]
    assert not fits_whole("x" * (LONG_LINE + 1))
    text = "a line of some words\n" * (WHOLE // 21 + 1000)
    pages = pages_of(text)
    assert len(pages) > 10
    assert [page.start for page in pages[1:]] == [page.end for page in pages[:-1]]
    assert pages[-1].end == len(text)
    for number, page in enumerate(pages):
        assert page.end - page.start <= PAGE
        assert text[page.end - 1] == "\n"
        assert page.first_line == text.count("\n", 0, page.start) + 1
        assert page_at(pages, page.start) == number


def test_a_page_without_line_ends_is_cut_all_the_same() -> None:
    pages = pages_of("x" * (3 * PAGE))
    assert [page.start for page in pages] == [0, PAGE, 2 * PAGE]


def places_of(search: Search, text: str) -> list[int]:
    return [match.start for match in search.find(text)]


def test_words_are_found_whatever_their_case_and_signs_are_no_patterns() -> None:
    assert places_of(Search("cook"), "The cook and the COOK.") == [4, 17]
    assert places_of(Search("."), "a.b.c") == [1, 3]
    assert places_of(Search(""), "anything") == []
    assert len(Search("x").find("x" * (MOST + 10))) == MOST + 1
    assert places_of(Search("stra"), "İstanbul Straße") == [9]


def test_capitals_and_whole_words_can_be_minded() -> None:
    assert places_of(Search("cook", case=True), "The cook and the COOK.") == [4]
    assert places_of(Search("a", whole=True), "a ab 😀a a_b ä a\n") == [0, 6, 14]


def test_a_pattern_finds_in_characters_whatever_stands_before(card: CorpusEditor) -> None:
    assert Search(r"^\w+$", is_pattern=True).find("😀\none\ntwo three\nfour") == [Match(2, 3), Match(16, 4)]
    assert Search("x*", is_pattern=True).find("axxb") == [Match(1, 2)]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(a", "A bracket ( is not closed."),
        ("a)", "A bracket ) was never opened."),
        ("[a", "A bracket [ is not closed."),
        ("*a", "There is nothing that *, + or ? could repeat."),
        ("a\\", "It ends with a single \\."),
        ("(?<n", "This is no pattern."),
        ("(a+)+$", "This pattern takes too long on this text."),
    ],
)
def test_a_pattern_that_cannot_work_is_told_in_words(pattern: str, said: str) -> None:
    for search in (Search(pattern, is_pattern=True), Search(pattern, is_pattern=True, whole=True)):
        with pytest.raises(PatternError, match=re.escape(said)):
            search.find("a" * 3_000 + "!")


def test_a_replacement_takes_up_what_the_brackets_found() -> None:
    names = Search(r"(\w+) (\w+)", is_pattern=True)
    assert names.replaced("😀 Ada Lovelace\nAlan Turing", r"$2, \1\t") == ("😀 Lovelace, Ada\t\nTuring, Alan\t", 2)
    assert Search("a.").replaced("a.b ab", r"\1$") == (r"\1$b ab", 1)
    assert Search("q").replaced("text", "x") == ("text", 0)


def test_the_search_goes_round_at_the_ends() -> None:
    found = [Match(place, 1) for place in (2, 5, 9)]
    assert [nearest(found, place, True) for place in (0, 5, 6, 10)] == [0, 1, 2, 0]
    assert [nearest(found, place, False) for place in (0, 5, 6)] == [2, 0, 1]
    assert nearest([], 3, True) is None


def test_matches_are_replaced_one_by_one_and_all_at_once(qtbot: QtBot, card: CorpusEditor) -> None:
    text = "A cook, a Cook, 😀 a cook\n"
    show(card, text)
    card.finder.begin_replacing()
    row = card.find_bar.row
    assert row.isVisible()
    card.find_bar.field.setText("cook")
    row.field.setText("king")
    qtbot.keyClick(row.field, Qt.Key.Key_Return)  # chooses the first
    assert card.text == text
    qtbot.keyClick(row.field, Qt.Key.Key_Return)
    assert card.text == "A king, a Cook, 😀 a cook\n"
    assert card.editor.textCursor().selectedText() == "Cook"
    row.all.click()
    assert card.text == "A king, a king, 😀 a king\n"
    assert row.words == "2 places replaced."
    card.undo.click()
    assert card.text == "A king, a Cook, 😀 a cook\n"
    card.undo.click()
    assert card.text == text
    row.case.click()
    card.find_bar.settle()
    assert card.find_bar.field.outcome == "1 of 2"
    row.pattern.click()
    card.find_bar.field.setText("(c")
    row.all.click()
    assert "bracket ( is not closed" in row.words
    assert card.text == text
    qtbot.keyClick(row.field, Qt.Key.Key_Escape)
    assert not row.isVisible()
    assert not row.case.isChecked()


def test_a_ready_made_text_is_searched_but_not_replaced(card: CorpusEditor) -> None:
    show(card, "some text\n", own=False)
    card.finder.begin_replacing()
    assert not card.find_bar.row.all.isEnabled()
    assert "Only texts of your own" in card.find_bar.row.all.toolTip()
    assert card.find_bar.row.whole.isEnabled()


def test_the_letters_of_the_text_are_zoomed_alone(card: CorpusEditor) -> None:
    show(card, "some text\n")
    before = card.editor.line_pitch
    for _ in range(3):
        card.foot.larger.click()
    assert card.editor.line_pitch > before
    assert card.foot.percent.text() == "120 %"
    theme.use("dark")
    assert card.editor.line_pitch > before
    for _ in range(40):
        card.foot.smaller.click()
    assert 0 < card.editor.line_pitch < before


def test_the_line_below_says_where_the_cursor_is(card: CorpusEditor) -> None:
    show(card, "one\n😀😀 two\n")
    card.go_to(6)
    assert card.foot.words == "Line 2, column 3"
    card.go_to(4, 2)
    assert card.foot.words == "Line 2, column 3; 2 selected"


def test_finding_counts_and_goes_from_match_to_match(qtbot: QtBot, card: CorpusEditor) -> None:
    show(card, "cook and cook\n" * 30)
    card.find_bar.field.setText("cook")
    qtbot.keyClick(card.find_bar.field, Qt.Key.Key_Return)
    assert card.find_bar.field.outcome == "1 of 60"
    qtbot.keyClick(card.find_bar.field, Qt.Key.Key_Return)
    assert card.find_bar.field.outcome == "2 of 60"
    assert card.editor.textCursor().selectedText() == "cook"
    card.find_bar.find_previous()
    card.find_bar.find_previous()
    assert card.find_bar.field.outcome == "60 of 60"
    assert card.editor.extraSelections()
    qtbot.keyClick(card.find_bar.field, Qt.Key.Key_Escape)
    assert card.find_bar.field.outcome == ""
    assert not card.editor.extraSelections()


def test_a_word_that_is_not_there_is_said_to_be_missing(card: CorpusEditor) -> None:
    show(card, "some text\n")
    card.find_bar.field.setText("xyz")
    card.find_bar.find_next()
    assert card.find_bar.field.outcome == "not found"


def test_the_overview_shows_the_split_and_jumps(qtbot: QtBot, card: CorpusEditor) -> None:
    show(card, "a line of words\n" * 2000)
    strip = card.split.strip
    assert strip.view[0] == 0
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(strip.width() // 2, strip.height() // 2))
    assert strip.view[0] == pytest.approx(0.5, abs=0.02)
    qtbot.keyClick(strip, Qt.Key.Key_End)
    assert strip.view[1] == pytest.approx(1.0, abs=0.01)
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    assert strip.view[0] == 0


def test_a_large_text_is_shown_in_pages_and_every_place_can_be_reached(card: CorpusEditor) -> None:
    text = "x" * (LONG_LINE + 1) + "\n" + "".join(f"line {n} of the text\n" for n in range(160_000))
    show(card, text)
    assert card.page_count > 10
    assert not card.is_editable
    place = text.index("line 123456 ")
    card.go_to(place, len("line 123456"))
    assert card.editor.textCursor().selectedText() == "line 123456"
    assert card.editor.line_number(card.editor.textCursor().block()) == 123_458
    card.find_bar.field.setText("line 77777 ")
    card.find_bar.find_next()
    assert card.find_bar.field.outcome == "1 of 1"
    assert card.editor.textCursor().selectedText() == "line 77777 "


def test_typing_is_told_once_the_student_pauses_and_undo_takes_it_back(qtbot: QtBot, card: CorpusEditor) -> None:
    show(card, "some text\n")
    with qtbot.waitSignal(card.edited) as told:
        qtbot.keyClicks(card.editor, "more ")
    assert told.args == ["more some text\n"]
    assert card.undo.isEnabled()
    with qtbot.waitSignal(card.edited) as told:
        card.undo.click()
    assert card.text == "some text\n"
    assert card.redo.isEnabled()


def test_a_ready_made_text_cannot_be_changed(qtbot: QtBot, card: CorpusEditor) -> None:
    show(card, "some text\n", own=False)
    qtbot.keyClicks(card.editor, "more ")
    assert card.text == "some text\n"
    assert not card.undo.isEnabled()
    assert "Only texts of your own" in card.undo.toolTip()
    assert card.tools.badge.isVisible()
    assert card.tools.copy.isVisible()


def test_the_editor_follows_theme_and_zoom(editor: TextEditor) -> None:
    editor.show_text(Places("text\n" * 100), read_only=True)
    editor.set_boundary(100)
    pitch = editor.line_pitch
    theme.set_zoom(150)
    editor.grab()
    assert editor.line_pitch > 1.4 * pitch
    theme.set_zoom(100)
    theme.use("dark")
    assert editor.grab().toImage().pixelColor(editor.width() - 40, 5).lightnessF() < 0.3


SHIFT = Qt.KeyboardModifier.ShiftModifier
AWKWARD = "a\u2029b\u2028c\ufdd0d\ufdd1e\rf\u00a0g\x0ch😀\u200fשלום\n\ttabs\n"


@pytest.mark.parametrize(
    "after", ["", "other", AWKWARD, "one\n😀 two\nthree\n", "ONE\n😀 two\nTHREE\n", "one\n😀 tw\n"]
)
def test_a_change_of_the_whole_text_is_one_step_and_comes_back_to_the_very_character(
    card: CorpusEditor, after: str
) -> None:
    for before in (AWKWARD, "one\n😀 two\nthree\n"):
        show(card, before)
        card.replace_text(after, "Tidy up")
        assert card.text == after
        if after == before:
            continue
        assert "Tidy up" in card.undo.toolTip()
        card.undo.click()
        assert card.text == before
        assert not card.undo.isEnabled()
        assert "Tidy up" in card.redo.toolTip()
        card.redo.click()
        assert card.text == after


def test_undo_goes_back_through_typing_and_changes_of_the_whole_text(qtbot: QtBot, card: CorpusEditor) -> None:
    show(card, "some text\n")
    qtbot.keyClicks(card.editor, "more ")
    card.replace_text("MORE SOME TEXT\n", "Capitals")
    qtbot.keyClicks(card.editor, "x")
    assert "Capitals" not in card.undo.toolTip()
    versions = [card.text]
    while card.undo.isEnabled():
        qtbot.keyClick(card.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        versions.append(card.text)
    assert versions[1:] == ["MORE SOME TEXT\n", "more some text\n", "some text\n"]
    qtbot.keyClicks(card.editor, "other ")
    assert not card.redo.isEnabled()
    assert "Capitals" not in card.undo.toolTip() + card.redo.toolTip()


def test_a_change_that_turns_a_text_into_pages_is_undone_all_the_same(card: CorpusEditor) -> None:
    show(card, "short\n")
    card.replace_text("x" * (LONG_LINE + 1), "Join lines")
    assert not card.is_editable
    assert "Join lines" in card.undo.toolTip()
    card.undo.click()
    assert card.text == "short\n"
    assert card.is_editable
    card.redo.click()
    assert card.text == "x" * (LONG_LINE + 1)


def test_what_is_typed_is_known_after_each_pause_wherever_it_was(qtbot: QtBot, card: CorpusEditor) -> None:
    chance = random.Random(3)
    show(card, "one 😀 two\n\u2029three\u00a0four 😀😀\n" * 6)
    document, cursor = card.editor.document(), card.editor.textCursor()
    for _ in range(120):
        for _ in range(chance.randrange(1, 4)):
            does = chance.randrange(5)
            if does == 0:
                (card.editor.undo_step if chance.random() < 0.6 else card.editor.redo_step)()
                continue
            places = [card.editor.places.position(chance.randrange(200)) for _ in range(2)]
            whole = Places(card.editor.text())
            start, end = (whole.position(whole.place(min(place, document.characterCount() - 1))) for place in places)
            cursor.setPosition(start)
            if does < 3:
                cursor.setPosition(end, cursor.MoveMode.KeepAnchor)
            cursor.insertText(chance.choice(["", "a", "😀", "b\n\nc", "😀😁\u2028"]))
        assert card.text == card.editor.text()
        assert card.editor.places.positions == Places(card.text).positions


def test_the_keyboard_leaves_the_text_with_ctrl_and_tab(qtbot: QtBot, card: CorpusEditor) -> None:
    show(card, "some text\n")
    card.editor.setFocus()
    for key, shift in ((Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_Backtab, SHIFT)):
        qtbot.keyClick(card.editor, key, Qt.KeyboardModifier.ControlModifier | shift)
        assert not card.editor.hasFocus()
        card.editor.setFocus()
    assert card.text == "some text\n"
