"""The Corpus tab, with real texts and files."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gpt_studio.engine import corpus
from gpt_studio.engine.config import PRESETS
from gpt_studio.gui import theme
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.tabs.corpus_tab import CorpusTab
from gpt_studio.gui.text_care import UNDO_MS
from gpt_studio.gui.widgets.corpus_checks import control_check, without_controls

VERSE = "verse_drama"


@pytest.fixture
def state() -> StudioState:
    return StudioState()


@pytest.fixture
def tab(qtbot: QtBot, state: StudioState):
    theme.use("light")
    made = CorpusTab(state)
    qtbot.addWidget(made)
    made.resize(1136, 760)
    made.show()
    qtbot.waitUntil(lambda: not made.texts.background.busy)
    yield made
    made.shut_down()


def choose(qtbot: QtBot, tab: CorpusTab, id: str) -> None:
    with qtbot.waitSignal(tab.study.compared):
        tab.open(id)


def own(tab: CorpusTab, qtbot: QtBot, text: str, title: str = "Mine") -> str:
    """The id of a text of the student's own, shown on the tab."""
    with qtbot.waitSignal(tab.study.compared):
        tab.texts.add(title, text)
    return tab.shelf.list.chosen_id or ""


def type_text(qtbot: QtBot, tab: CorpusTab, text: str) -> None:
    with qtbot.waitSignal(tab.editor.edited):
        qtbot.keyClicks(tab.editor.editor, text)


def test_nothing_is_chosen_at_first_and_the_tab_says_what_to_do(tab: CorpusTab, state: StudioState) -> None:
    assert tab.view.card is tab.view.nothing
    assert tab.view.nothing.sentence == "Choose a text on the left."
    assert not tab.view.use.isVisible()
    assert state.corpus is None
    assert tab.shelf.list.ids() == list(corpus.BUILT_IN)


def test_choosing_a_text_makes_it_the_one_to_train_on(qtbot: QtBot, tab: CorpusTab, state: StudioState) -> None:
    choose(qtbot, tab, VERSE)
    text = corpus.load(VERSE)
    assert state.corpus == text
    assert state.tokenizer is not None
    assert state.tokenizer.vocab_size == len(set(text.text))
    assert "corpus" in state.ticks
    assert tab.view.header.title.text() == "Verse drama"
    figures = tab.side.figures
    assert figures.value("characters") == f"{len(text.text):,}"
    assert figures.value("distinct") == str(len(set(text.text)))
    assert tab.side.checks.words("length") == "Long enough for the model Small"
    assert tab.side.checks.words("repeated") == "Nothing repeated word for word"
    assert tab.side.checks.words("control") == ""


def test_the_filled_button_goes_on_to_the_tokenizer(qtbot: QtBot, tab: CorpusTab) -> None:
    choose(qtbot, tab, VERSE)
    with qtbot.waitSignal(tab.go_asked) as told:
        tab.view.use.click()
    assert told.args == ["tokenizer"]


def test_the_list_is_worked_with_the_arrow_keys(qtbot: QtBot, tab: CorpusTab) -> None:
    choose(qtbot, tab, "startup_pitches")
    with qtbot.waitSignal(tab.study.compared):
        qtbot.keyClick(tab.shelf.list, Qt.Key.Key_Down)
    assert tab.view.header.title.text() == "Python code"


def test_a_file_becomes_a_text_of_ones_own(qtbot: QtBot, tab: CorpusTab, state: StudioState, tmp_path: Path) -> None:
    file = tmp_path / "Großmutters Rezepte.txt"
    file.write_bytes("Käse und Brot 🧀\r\n".encode() * 30)
    with qtbot.waitSignal(tab.study.compared):
        tab.open_files([file])
    assert state.corpus is not None
    assert state.corpus.text == "Käse und Brot 🧀\n" * 30
    assert [text.title for text in corpus.my_texts()] == ["Großmutters Rezepte"]
    assert tab.editor.is_editable


def test_a_guessed_encoding_is_shown_and_can_be_corrected(qtbot: QtBot, tab: CorpusTab, tmp_path: Path) -> None:
    file = tmp_path / "cyrillic.txt"
    file.write_bytes("Привет, мир, как дела сегодня вечером?\n".encode("koi8-r") * 20)
    with qtbot.waitSignal(tab.adding.asking):
        tab.open_files([file])
    card = tab.view.encoding
    assert tab.view.card is card
    assert tab.view.header.title.text() == "cyrillic.txt"
    with qtbot.waitSignal(tab.adding.asking):
        card.choice.setCurrentIndex(card.choice.findData("cp1251"))
        card.choice.activated.emit(card.choice.currentIndex())
    assert "Привет" not in card.preview.toPlainText()
    with qtbot.waitSignal(tab.adding.asking):
        card.choice.activated.emit(card.choice.findData("koi8-r"))
    assert card.preview.toPlainText().startswith("Привет, мир")
    with qtbot.waitSignal(tab.study.compared):
        card.use.click()
    assert tab.editor.text.startswith("Привет, мир")


def test_a_file_that_is_rejected_leaves_what_was_there(qtbot: QtBot, tab: CorpusTab, tmp_path: Path) -> None:
    choose(qtbot, tab, VERSE)
    (tmp_path / "f.txt").write_bytes("déjà vu à la fenêtre\n".encode("cp1252"))
    with qtbot.waitSignal(tab.adding.asking):
        tab.open_files([tmp_path / "f.txt"])
    assert not tab.view.use.isVisible()
    tab.view.encoding.rejected.emit()
    assert tab.view.card is tab.editor
    assert tab.view.header.title.text() == "Verse drama"
    assert corpus.my_texts() == []


def _make_bad(kind: str, folder: Path) -> Path:
    path = folder / f"{kind}.txt"
    if kind == "empty":
        path.touch()
    elif kind == "binary":
        path.write_bytes(bytes(range(256)) * 40)
    elif kind == "folder":
        path.mkdir()
    elif kind == "large":
        with path.open("wb") as file:
            file.truncate(500_000_000)
    elif kind == "pipe":
        os.mkfifo(path)
    return path


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("empty", "This file is empty"),
        ("binary", "not text"),
        ("folder", "This is a folder"),
        ("missing", "not there any more"),
        ("large", "Cut it into smaller files"),
        pytest.param("pipe", "not an ordinary file", marks=pytest.mark.skipif(os.name == "nt", reason="no pipes")),
    ],
)
def test_what_is_no_text_file_is_refused_in_a_sentence_and_nothing_is_lost(
    qtbot: QtBot, tab: CorpusTab, state: StudioState, tmp_path: Path, kind: str, said: str
) -> None:
    choose(qtbot, tab, VERSE)
    tab.open_files([_make_bad(kind, tmp_path)])
    qtbot.waitUntil(lambda: tab.bar.isVisible())
    assert said in tab.bar.words
    assert f"{kind}.txt" in tab.bar.words
    assert tab.view.card is tab.editor
    assert state.corpus is not None
    assert state.corpus.id == VERSE


def test_one_bad_file_among_several_does_not_stop_the_others(qtbot: QtBot, tab: CorpusTab, tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("good text\n" * 50, "utf-8")
    with qtbot.waitSignal(tab.study.compared):
        tab.open_files([tmp_path / "missing.txt", good])
    assert "missing.txt" in tab.bar.words
    assert tab.view.header.title.text() == "good"


def test_a_text_that_is_too_short_says_how_much_is_needed(qtbot: QtBot, tab: CorpusTab, state: StudioState) -> None:
    own(tab, qtbot, "Too short.")
    minimum = corpus.minimum_characters(state.model.block_size)
    said = tab.side.checks.words("length")
    assert f"{minimum} characters are needed, this text has 10" in said
    assert not tab.view.use.isEnabled()
    assert tab.view.use.toolTip() == said + "."
    assert "corpus" not in state.ticks


def test_a_smaller_model_can_make_a_text_long_enough(qtbot: QtBot, tab: CorpusTab, state: StudioState) -> None:
    state.choose_model(PRESETS["gpt2"].model, "gpt2")
    own(tab, qtbot, "Some words of my own.\n" * 30)
    assert not tab.view.use.isEnabled()
    state.choose_model(PRESETS["tiny"].model, "tiny")
    assert tab.view.use.isEnabled()
    assert tab.side.checks.words("length") == "Long enough for the model Tiny"
    assert "corpus" in state.ticks


def test_files_and_text_can_be_dropped_on_the_tab(qtbot: QtBot, tab: CorpusTab, tmp_path: Path) -> None:
    file = tmp_path / "dropped.txt"
    file.write_text("dropped text\n" * 30, "utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    copy, left, no_key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(50, 50), copy, data, left, no_key)
    tab.dragEnterEvent(entering)
    assert entering.isAccepted()
    with qtbot.waitSignal(tab.study.compared):
        tab.dropEvent(QDropEvent(QPointF(50, 50), copy, data, left, no_key))
    assert tab.view.header.title.text() == "dropped"


def test_the_clipboard_becomes_a_text_named_by_its_first_line(qtbot: QtBot, tab: CorpusTab) -> None:
    QGuiApplication.clipboard().setText("\n  A poem about the sea\n" + "waves and waves\n" * 20)
    with qtbot.waitSignal(tab.study.compared):
        tab.shelf.paste.click()
    assert tab.view.header.title.text() == "A poem about the sea"


def test_an_empty_clipboard_offers_to_write_instead(qtbot: QtBot, tab: CorpusTab) -> None:
    QGuiApplication.clipboard().clear()
    tab.shelf.paste.click()
    assert "holds no text" in tab.bar.words
    with qtbot.waitSignal(tab.study.compared):
        tab.bar.button.click()
    type_text(qtbot, tab, "My own words")
    assert tab.editor.text == "My own words"


def test_what_is_typed_renews_the_facts_and_is_kept(qtbot: QtBot, tab: CorpusTab, state: StudioState) -> None:
    id = own(tab, qtbot, "abc abc\n" * 20)
    type_text(qtbot, tab, "Zz ")
    assert tab.side.figures.value("characters") == "163"
    assert state.corpus is not None
    assert state.corpus.text.startswith("Zz abc")
    assert state.tokenizer is not None
    assert "Z" in state.tokenizer.tokens
    qtbot.waitUntil(lambda: not tab.texts.has_unsaved)
    assert corpus.load(id).text.startswith("Zz abc")


def test_what_was_typed_at_the_last_moment_is_kept_when_the_window_closes(qtbot: QtBot, tab: CorpusTab) -> None:
    id = own(tab, qtbot, "abc abc\n" * 20)
    qtbot.keyClicks(tab.editor.editor, "last words ")
    tab.shut_down()
    assert corpus.load(id).text.startswith("last words abc")
    assert not tab.texts.background.busy


def test_an_emptied_text_keeps_its_last_version_and_says_so(qtbot: QtBot, tab: CorpusTab, state: StudioState) -> None:
    id = own(tab, qtbot, "abc abc\n" * 20)
    tab.editor.editor.selectAll()
    with qtbot.waitSignal(tab.editor.edited):
        qtbot.keyClick(tab.editor.editor, Qt.Key.Key_Delete)
    assert "cannot be kept" in tab.bar.words
    assert state.corpus is None
    tab.shut_down()
    assert corpus.load(id).text == "abc abc\n" * 20


def test_a_ready_made_text_is_edited_as_a_copy(qtbot: QtBot, tab: CorpusTab) -> None:
    choose(qtbot, tab, VERSE)
    with qtbot.waitSignal(tab.study.compared):
        tab.editor.copy.click()
    assert tab.view.header.title.text() == "My Verse drama"
    assert tab.editor.is_editable
    assert tab.editor.text == corpus.load(VERSE).text


def test_a_new_title_can_be_taken_back(qtbot: QtBot, tab: CorpusTab, state: StudioState) -> None:
    own(tab, qtbot, "abc abc\n" * 20, "Before")
    type_text(qtbot, tab, "new ")
    tab.shelf.list.renamed.emit(tab.shelf.list.chosen_id, "After")
    assert [text.title for text in corpus.my_texts()] == ["After"]
    assert corpus.load("After").text.startswith("new abc")
    assert tab.view.header.title.text() == "After"
    assert state.corpus is not None
    assert state.corpus.title == "After"
    tab.bar.button.click()
    assert [text.title for text in corpus.my_texts()] == ["Before"]
    assert tab.view.header.title.text() == "Before"


def test_f2_edits_the_title_in_the_list(qtbot: QtBot, tab: CorpusTab) -> None:
    own(tab, qtbot, "abc abc\n" * 20, "Before")
    qtbot.keyClick(tab.shelf.list, Qt.Key.Key_F2)
    field = tab.shelf.list.findChild(QWidget, "corpus.title")
    assert field is not None
    qtbot.keyClicks(field, "Diary")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.view.header.title.text() == "Diary")


def test_a_deleted_text_can_be_brought_back_for_ten_seconds(qtbot: QtBot, tab: CorpusTab, state: StudioState) -> None:
    own(tab, qtbot, "abc abc\n" * 20, "Diary")
    type_text(qtbot, tab, "new ")
    qtbot.keyClick(tab.shelf.list, Qt.Key.Key_Delete)
    assert corpus.my_texts() == []
    assert state.corpus is None
    assert tab.view.card is tab.view.nothing
    assert "“Diary” was deleted" in tab.bar.words
    assert UNDO_MS == 10_000
    with qtbot.waitSignal(tab.study.compared):
        tab.bar.button.click()
    assert tab.editor.text.startswith("new abc")
    assert [text.title for text in corpus.my_texts()] == ["Diary"]


def test_control_characters_are_shown_and_taken_out_and_that_can_be_undone(qtbot: QtBot, tab: CorpusTab) -> None:
    text = "one\ttwo three\x07 four\n" * 20
    own(tab, qtbot, text)
    assert tab.side.checks.words("control") == "40 control characters (U+0007, tab). Show or remove"
    tab.side.checks.show_control_asked.emit()
    assert tab.editor.editor.textCursor().selectedText() == "\t"
    tab.side.checks.remove_controls_asked.emit()
    assert tab.editor.text == "one two three four\n" * 20
    assert tab.side.checks.words("control") == ""
    tab.bar.button.click()
    assert tab.editor.text == text


def test_a_single_control_character_is_told_in_the_singular() -> None:
    check = control_check("a\tb", 1)
    assert check is not None
    assert check.words.startswith("1 control character (tab).")
    assert control_check("ab\n", 0) is None
    assert without_controls("a\tb\x00c\n") == "a bc\n"


def test_repeated_passages_are_told_and_shown(qtbot: QtBot, tab: CorpusTab) -> None:
    unique = "".join(f"line {n} is like no other line of this text, number {n * n}.\n" for n in range(200))
    own(tab, qtbot, unique + unique[:4000])
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


def test_in_a_narrow_window_the_facts_move_below_the_split_bar(qtbot: QtBot, tab: CorpusTab) -> None:
    choose(qtbot, tab, VERSE)
    tab.resize(1024, 610)
    figures = tab.findChild(QWidget, "corpus.facts")
    assert tab.editor.isAncestorOf(figures)
    assert figures.isVisible()
    assert not tab.side.isVisible()
    assert tab.side.chart.isVisible()
    assert tab.editor.editor.height() > 200
    tab.resize(1136, 760)
    assert tab.side.isAncestorOf(figures)


def test_a_text_chosen_elsewhere_is_shown(qtbot: QtBot, tab: CorpusTab, state: StudioState) -> None:
    choose(qtbot, tab, VERSE)
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
    file.write_text("".join(f"line {n} of a large text\n" for n in range(130_000)), "utf-8")
    with qtbot.waitSignal(tab.study.compared, timeout=20_000):
        tab.open_files([file])
    assert tab.editor.page_count > 10
    assert tab.side.figures.value("lines") == "130,000"
    assert state.corpus is not None
    assert not tab.editor.is_editable


def test_everything_that_can_be_operated_has_a_name(qtbot: QtBot, tab: CorpusTab) -> None:
    own(tab, qtbot, "abc\tabc\n" * 20)
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
def test_the_tab_is_drawn_in_every_theme(qtbot: QtBot, tab: CorpusTab, choice: str) -> None:
    choose(qtbot, tab, VERSE)
    theme.use(choice)
    assert not tab.grab().isNull()
    theme.use("light")
