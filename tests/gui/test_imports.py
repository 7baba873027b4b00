"""Tables and folders that are dropped on the Corpus tab: what is asked, and the text that comes of it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gpt_studio.engine.texts.encodings import ENCODINGS
from gpt_studio.gui.parts.corpus.encoding_card import NAMES
from gpt_studio.gui.tabs.corpus_tab import CorpusTab

REVIEWS = 'id,stars,review\n1,5,Wonderful & short.\n2,1,\n3,4,"Long, but good."\n' + "4,3,Fair enough.\n" * 30


@pytest.fixture
def tab(corpus_tab: CorpusTab) -> CorpusTab:
    return corpus_tab


@pytest.fixture
def open_path(qtbot: QtBot, tab: CorpusTab, tmp_path: Path):
    """Writes a file and opens it; waits until the tab asks about it."""

    def open_it(name: str, content: str | bytes = "") -> Path:
        path = tmp_path / name
        if content:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        with qtbot.waitSignal(tab.adding.asking, timeout=20_000):
            tab.open_files([path])
        return path

    return open_it


def test_a_table_asks_for_its_columns_and_shows_the_first_rows(qtbot: QtBot, tab: CorpusTab, open_path) -> None:
    open_path("reviews.csv", REVIEWS)
    card = tab.view.table
    assert tab.view.card is card
    assert tab.view.header.title.text() == "reviews.csv"
    assert card.chosen == [2]
    assert card.tick(2).text() == "review:  Wonderful && short."
    assert card.preview.toPlainText().startswith("Wonderful & short.\n\nLong, but good.\n\nFair")
    card.tick(1).setChecked(True)
    card.between_columns.setCurrentIndex(card.between_columns.findText("Colon"))
    card.between_rows.setCurrentIndex(1)
    assert card.preview.toPlainText().startswith("5: Wonderful & short.\n1\n4: Long")
    with qtbot.waitSignal(tab.study.compared):
        card.use.click()
    assert tab.view.header.title.text() == "reviews"
    assert tab.editor.text.startswith("5: Wonderful & short.\n1\n4: Long, but good.\n3: Fair enough.\n")
    assert tab.editor.text.count("Fair") == 30


def test_no_column_makes_no_text_and_the_file_can_be_taken_whole(qtbot: QtBot, tab: CorpusTab, open_path) -> None:
    open_path("reviews.csv", REVIEWS)
    card = tab.view.table
    card.tick(2).setChecked(False)
    assert not card.use.isEnabled()
    assert card.use.toolTip() == "Tick at least one column."
    with qtbot.waitSignal(tab.study.compared):
        card.whole.click()
    assert tab.editor.text == REVIEWS


def test_a_table_that_is_not_wanted_leaves_things_as_they_were(tab: CorpusTab, open_path, choose_text) -> None:
    choose_text("verse_drama")
    open_path("a.jsonl", '{"text": "one"}\n{"text": "two"}\n')
    tab.view.table.cancel.click()
    assert tab.view.card is tab.editor
    assert tab.view.header.title.text() == "Verse drama"


def test_a_table_in_an_old_encoding_is_asked_about_twice(qtbot: QtBot, tab: CorpusTab, open_path) -> None:
    open_path("polski.csv", ("id;tekst\n1;Zażółć gęślą jaźń, świat się śmieje.\n" * 3).encode("cp1250"))
    assert tab.view.card is tab.view.encoding
    with qtbot.waitSignal(tab.adding.asking):
        tab.view.encoding.use.click()
    assert tab.view.card is tab.view.table
    assert "Zażółć gęślą" in tab.view.table.preview.toPlainText()


def test_a_damaged_table_is_refused_with_its_line(qtbot: QtBot, tab: CorpusTab, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "one"}\n{"text": \n', "utf-8")
    tab.open_files([path])
    qtbot.waitUntil(lambda: tab.bar.isVisible())
    assert "bad.jsonl" in tab.bar.words
    assert "line 2" in tab.bar.words


def test_json_of_another_kind_is_a_text(qtbot: QtBot, tab: CorpusTab, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"a": [1, 2, 3]}', "utf-8")
    with qtbot.waitSignal(tab.study.compared):
        tab.open_files([path])
    assert tab.editor.text == '{"a": [1, 2, 3]}'


def test_a_folder_lists_what_comes_along_and_what_does_not(
    qtbot: QtBot, tab: CorpusTab, tmp_path: Path, open_path
) -> None:
    root = tmp_path / "notes"
    (root / "deep").mkdir(parents=True)
    (root / "a.txt").write_text("first file\n" * 20, "utf-8")
    (root / "deep" / "b.md").write_text("second file\n" * 20, "utf-8")
    (root / "c.txt").write_text("third file\n" * 20, "utf-8")
    (root / "picture.png").write_bytes(b"\x89PNG")
    open_path("notes")
    card = tab.view.folder
    assert tab.view.card is card
    rows = [card.list.item(row).text() for row in range(card.list.count())]
    assert [row.split("  ·  ")[0] for row in rows] == ["a.txt", "c.txt", "deep/b.md", "picture.png"]
    assert "no text" in rows[3]
    card.list.item(1).setCheckState(Qt.CheckState.Unchecked)
    card.names.setChecked(True)
    with qtbot.waitSignal(tab.study.compared):
        card.use.click()
    assert tab.view.header.title.text() == "notes"
    assert tab.editor.text.startswith("=== a.txt ===\n\nfirst file\n")
    assert "=== deep/b.md ===\n\nsecond file" in tab.editor.text
    assert "third" not in tab.editor.text


def test_files_behind_a_question_wait_for_their_turn(qtbot: QtBot, tab: CorpusTab, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(REVIEWS, "utf-8")
    (tmp_path / "b.txt").write_text("plain text\n" * 30, "utf-8")
    with qtbot.waitSignal(tab.adding.asking):
        tab.open_files([tmp_path / "a.csv", tmp_path / "b.txt"])
    assert tab.texts.entry("b") is None
    tab.view.table.cancel.click()
    qtbot.waitUntil(lambda: tab.texts.entry("b") is not None)
    assert tab.texts.entry("a") is None


def test_a_pdf_is_refused_in_one_clear_sentence(qtbot: QtBot, tab: CorpusTab, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7\n")
    tab.open_files([tmp_path / "paper.pdf"])
    qtbot.waitUntil(lambda: tab.bar.isVisible())
    assert "A PDF holds drawn pages" in tab.bar.words


def test_every_encoding_that_is_offered_has_a_name_for_people() -> None:
    assert set(NAMES) == set(ENCODINGS)
