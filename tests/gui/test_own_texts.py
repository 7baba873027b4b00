"""The student's own texts on the Corpus tab: from files and the clipboard, edited, renamed, deleted."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gpt_studio.engine import corpus
from gpt_studio.gui.parts.corpus.corpus_checks import control_check, without_controls
from gpt_studio.gui.parts.corpus.text_care import UNDO_MS
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.tabs.corpus_tab import CorpusTab

VERSE = "verse_drama"


@pytest.fixture
def tab(corpus_tab: CorpusTab) -> CorpusTab:
    return corpus_tab


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


def test_a_file_that_is_rejected_leaves_what_was_there(
    qtbot: QtBot, tab: CorpusTab, tmp_path: Path, choose_text
) -> None:
    choose_text(VERSE)
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
    qtbot: QtBot, tab: CorpusTab, state: StudioState, tmp_path: Path, kind: str, said: str, choose_text
) -> None:
    choose_text(VERSE)
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


def drop(tab: CorpusTab, data: QMimeData) -> bool:
    """Drag something over the tab and let it fall; whether it was wanted."""
    copy, left, no_key = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(50, 50), copy, data, left, no_key)
    QApplication.sendEvent(tab, entering)
    QApplication.sendEvent(tab, QDropEvent(QPointF(50, 50), copy, data, left, no_key))
    return entering.isAccepted()


def test_several_files_can_be_dropped_on_the_tab_at_once(qtbot: QtBot, tab: CorpusTab, tmp_path: Path) -> None:
    names = ["first", "second", "third"]
    for name in names:
        (tmp_path / f"{name}.txt").write_text(f"{name} text\n" * 30, "utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / f"{name}.txt")) for name in names])
    assert drop(tab, data)
    qtbot.waitUntil(lambda: [text.title for text in corpus.my_texts()] == names)
    qtbot.waitUntil(lambda: not tab.texts.background.busy)
    assert [entry.title for entry in tab.texts.entries if entry.own] == names


def test_text_can_be_dropped_and_a_packed_run_is_left_to_the_window(qtbot: QtBot, tab: CorpusTab) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/home/ann/verse.gptrun")])
    assert not drop(tab, data)
    data = QMimeData()
    data.setText("Dropped words\n" * 30)
    with qtbot.waitSignal(tab.study.compared):
        assert drop(tab, data)
    assert tab.view.header.title.text() == "Dropped words"


def test_the_clipboard_becomes_a_text_named_by_its_first_line(qtbot: QtBot, tab: CorpusTab) -> None:
    QGuiApplication.clipboard().setText("\n  A poem about the sea\n" + "waves and waves\n" * 20)
    with qtbot.waitSignal(tab.study.compared):
        tab.shelf.paste.click()
    assert tab.view.header.title.text() == "A poem about the sea"


def test_an_empty_clipboard_offers_to_write_instead(qtbot: QtBot, tab: CorpusTab, type_text) -> None:
    QGuiApplication.clipboard().clear()
    tab.shelf.paste.click()
    assert "holds no text" in tab.bar.words
    with qtbot.waitSignal(tab.study.compared):
        tab.bar.button.click()
    type_text("My own words")
    assert tab.editor.text == "My own words"


def test_what_is_typed_renews_the_facts_and_is_kept(
    qtbot: QtBot, tab: CorpusTab, state: StudioState, own_text, type_text
) -> None:
    id = own_text("abc abc\n" * 20)
    type_text("Zz ")
    assert tab.side.figures.value("characters") == "163"
    assert state.corpus is not None
    assert state.corpus.text.startswith("Zz abc")
    assert state.tokenizer is not None
    assert "Z" in state.tokenizer.tokens
    qtbot.waitUntil(lambda: not tab.texts.has_unsaved)
    assert corpus.load(id).text.startswith("Zz abc")


def test_what_was_typed_at_the_last_moment_is_kept_when_the_window_closes(
    qtbot: QtBot, tab: CorpusTab, own_text
) -> None:
    id = own_text("abc abc\n" * 20)
    qtbot.keyClicks(tab.editor.editor, "last words ")
    tab.shut_down()
    assert corpus.load(id).text.startswith("last words abc")
    assert not tab.texts.background.busy


def test_an_emptied_text_keeps_its_last_version_and_says_so(
    qtbot: QtBot, tab: CorpusTab, state: StudioState, own_text
) -> None:
    id = own_text("abc abc\n" * 20)
    tab.editor.editor.selectAll()
    with qtbot.waitSignal(tab.editor.edited):
        qtbot.keyClick(tab.editor.editor, Qt.Key.Key_Delete)
    assert "cannot be kept" in tab.bar.words
    assert state.corpus is None
    tab.shut_down()
    assert corpus.load(id).text == "abc abc\n" * 20


def test_a_ready_made_text_is_edited_as_a_copy(qtbot: QtBot, tab: CorpusTab, choose_text) -> None:
    choose_text(VERSE)
    with qtbot.waitSignal(tab.study.compared):
        tab.editor.tools.copy.click()
    assert tab.view.header.title.text() == "My Verse drama"
    assert tab.editor.is_editable
    assert tab.editor.text == corpus.load(VERSE).text


def test_a_new_title_can_be_taken_back(tab: CorpusTab, state: StudioState, own_text, type_text) -> None:
    own_text("abc abc\n" * 20, "Before")
    type_text("new ")
    tab.shelf.list.renamed.emit(tab.shelf.list.chosen_id, "After")
    assert [text.title for text in corpus.my_texts()] == ["After"]
    assert corpus.load("After").text.startswith("new abc")
    assert tab.view.header.title.text() == "After"
    assert state.corpus is not None
    assert state.corpus.title == "After"
    tab.bar.button.click()
    assert [text.title for text in corpus.my_texts()] == ["Before"]
    assert tab.view.header.title.text() == "Before"


def test_a_text_is_duplicated_under_a_title_with_a_number(qtbot: QtBot, tab: CorpusTab, own_text) -> None:
    own_text("abc abc\n" * 20, "Diary")
    with qtbot.waitSignal(tab.study.compared):
        tab.editor.tools.duplicate.trigger()
    assert [text.title for text in corpus.my_texts()] == ["Diary", "Diary 2"]
    assert tab.view.header.title.text() == "Diary 2"
    with qtbot.waitSignal(tab.study.compared):
        tab.shelf.list.duplicate_asked.emit("Diary")
    assert [text.title for text in corpus.my_texts()] == ["Diary", "Diary 2", "Diary 3"]


def test_f2_edits_the_title_in_the_list(qtbot: QtBot, tab: CorpusTab, own_text) -> None:
    own_text("abc abc\n" * 20, "Before")
    qtbot.keyClick(tab.shelf.list, Qt.Key.Key_F2)
    field = tab.shelf.list.findChild(QWidget, "corpus.title")
    assert field is not None
    qtbot.keyClicks(field, "Diary")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.view.header.title.text() == "Diary")


def test_a_deleted_text_can_be_brought_back_for_ten_seconds(
    qtbot: QtBot, tab: CorpusTab, state: StudioState, own_text, type_text
) -> None:
    own_text("abc abc\n" * 20, "Diary")
    type_text("new ")
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


def test_the_offer_to_undo_goes_after_a_while_and_takes_no_other_message_along(tab: CorpusTab, own_text) -> None:
    id = own_text("abc abc\n" * 20, "Diary")
    tab.care.delete(id)
    tab.care._timer.timeout.emit()
    assert tab.bar.words == ""
    tab.care.delete(own_text("abc abc\n" * 20, "Diary"))
    tab.bar.tell("bad", "Something else.")
    tab.care._timer.timeout.emit()
    assert tab.bar.words == "Something else."


def test_control_characters_are_shown_and_taken_out_and_that_can_be_undone(tab: CorpusTab, own_text) -> None:
    text = "one\ttwo three\x07 four\n" * 20
    own_text(text)
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
