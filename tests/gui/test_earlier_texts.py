"""What is written is kept with the run: listed, read, written once more, deleted and had back; and exported."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget

from gpt_studio.engine import files
from gpt_studio.engine.config import STYLES, ModelConfig, TrainConfig
from gpt_studio.engine.events import Ending, WritingBegun, Written
from gpt_studio.engine.keeping import writings
from gpt_studio.engine.run_record import CorpusRecord, RunRecord
from gpt_studio.gui import theme
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.write.earlier_box import EarlierBox
from gpt_studio.gui.state import StudioState, Visit
from gpt_studio.gui.tabs.write_tab import WriteTab


def a_run(path: Path, name: str = "verse") -> OpenRun:
    record = RunRecord(
        name=name,
        created="2026-01-01T10:00:00",
        model=ModelConfig(vocab_size=60),
        train=TrainConfig(),
        corpus=CorpusRecord(id="verse_drama", title="Verse drama", sha256="0" * 64, characters=1000),
    )
    folder = path / name
    folder.mkdir()
    (folder / "run.json").write_text("{}")
    return OpenRun(folder, record, kept=[300])


@pytest.fixture
def asked():
    return []


@pytest.fixture
def tab(qtbot, state: StudioState, asked, tmp_path):
    tab = WriteTab(state)
    qtbot.addWidget(tab)
    tab.write_asked.connect(asked.append)
    tab.write_asked.connect(lambda _request: state.set_visit(Visit.WRITING))
    tab.stop_asked.connect(lambda: answer(tab, ending="stopped"))
    tab.resize(1136, 760)
    state.open_run(a_run(tmp_path))
    tab.show()
    yield tab
    tab.keeping.shut_down()
    tab.memory.shut_down()


def find(parent: QWidget, name: str) -> QWidget:
    found = parent.findChild(QWidget, f"write.{name}")
    assert found is not None, name
    return found


def answer(tab: WriteTab, *words: str, step: int = 300, ending: str = "done") -> None:
    """What the model writes, by row, and the end of it."""
    if words:
        tab.receive([WritingBegun("So ", (), step)])
        letters = [(row, letter) for row, text in enumerate(words) for letter in text]
        tab.receive([Written(row, letter, 0.2, 0.1, 3, None, id=ord(letter)) for row, letter in letters])
    tab._state.set_visit(Visit.NONE)
    tab.visit_ended(Ending(ending))


def settle(qtbot, tab: WriteTab) -> None:
    qtbot.waitUntil(lambda: not tab.keeping._background.busy and not tab.keeping._waiting)


def write(qtbot, tab: WriteTab, *words: str, prompt: str = "So ") -> None:
    tab.prompt.set_words(prompt)
    find(tab, "generate").click()
    answer(tab, *words)
    settle(qtbot, tab)


def kept(tab: WriteTab) -> list[writings.Writing]:
    return writings.read(tab._state.run.path)


def open_box(qtbot, tab: WriteTab) -> EarlierBox:
    find(tab, "earlier").click()
    settle(qtbot, tab)
    return next(box for box in tab.findChildren(EarlierBox) if box.isVisible())


def test_a_finished_and_a_stopped_writing_are_kept_with_all_that_made_them(qtbot, tab):
    find(tab, "seed").setValue(7)
    write(qtbot, tab, "abc", "abd", "abe")
    find(tab, "generate").click()
    answer(tab, "a", "a", "a", ending="stopped")
    settle(qtbot, tab)
    stopped, whole = kept(tab)
    assert (whole.prompt, whole.seed, whole.length, whole.step, whole.is_whole) == ("So ", 7, 500, 300, True)
    assert whole.samplings == tuple(STYLES.values())
    assert [(text.style, text.text) for text in whole.texts] == [
        ("focused", "abc"),
        ("balanced", "abd"),
        ("creative", "abe"),
    ]
    assert not stopped.is_whole


def test_where_nothing_was_written_nothing_is_kept(qtbot, tab):
    find(tab, "generate").click()
    answer(tab, ending="stopped")
    settle(qtbot, tab)
    assert kept(tab) == []


def test_a_writing_that_makes_room_for_another_one_is_kept(qtbot, tab, state, tmp_path):
    find(tab, "generate").click()
    tab.receive([WritingBegun("So ", (), 300), Written(0, "a", 0.2, 0.1, 3, None)])
    find(tab, "again").click()
    settle(qtbot, tab)
    assert [text.text for text in kept(tab)[0].texts] == ["a"]
    tab.visit_ended(Ending("stopped"))
    tab.receive([WritingBegun("So ", (), 300), Written(1, "b", 0.2, 0.1, 3, None)])
    before = state.run.path
    state.open_run(a_run(tmp_path, "other"))
    settle(qtbot, tab)
    assert [text.text for text in writings.read(before)[0].texts] == ["b"], "with the run that wrote it"
    assert kept(tab) == []


def test_an_earlier_text_is_shown_and_written_once_more(qtbot, tab, asked):
    write(qtbot, tab, "abc", "abd", "abe", prompt="So ")
    find(tab, "style.creative").click()
    find(tab, "temperature").setValue(1.9)
    find(tab, "mode.one").click()
    write(qtbot, tab, "xyz", prompt="Other")
    box = open_box(qtbot, tab)
    assert [writing.prompt for writing in box.list.writings] == ["Other", "So "]
    assert box.reading.toPlainText() == "So xyz" and "1.9" in box.settings.text()
    qtbot.keyClick(box.list, Qt.Key.Key_Down)
    find(box, "earlier.style.focused").click()
    assert box.reading.toPlainText() == "So abc" and "0.3" in box.settings.text() and "step 300" in box.facts.text()
    find(box, "earlier.again").click()
    assert asked[-1].samplings == tuple(STYLES.values()) and asked[-1].prompt == "So " == tab.prompt.words
    assert asked[-1].subject.step == 300 and tab.mode.key == "side"
    assert find(tab, "temperature").value() == pytest.approx(1.2)
    answer(tab, "abc", "abd", "abe")
    assert "letter for letter" in tab.messages.words
    settle(qtbot, tab)
    assert len(kept(tab)) == 2, "the same text is kept once"


def test_a_branch_is_written_once_more_from_its_beginning(qtbot, tab, asked):
    write(qtbot, tab, "abcdefg", "abcdefg", "abcdefg")
    tab.texts.card.output._choose(2)
    tab.branching.pick(ord("x"))
    tab.receive([WritingBegun("So ", (), 300)])
    tab.receive([Written(1, letter, 0.2, 0.1, 3, None, id=ord(letter)) for letter in "xyz"])
    answer(tab)
    settle(qtbot, tab)
    box = open_box(qtbot, tab)
    assert box.reading.toPlainText() == "So abxyz"
    find(box, "earlier.again").click()
    assert asked[-1].begun.retold and asked[-1].begun.tokens == tuple(map(ord, "abx"))
    tab.receive([WritingBegun("So ", (), 300)])
    tab.receive([Written(1, letter, 0.2, 0.1, 3, None, id=ord(letter)) for letter in "abxyz"])
    answer(tab)
    assert tab.texts.card.output.text() == "So abxyz" and "letter for letter" in tab.messages.words
    assert tab.texts.cards["focused"].output.text() == "So abcdefg", "the others stay as they are"


def test_texts_are_deleted_and_had_back(qtbot, tab):
    for words in ("one", "two", "six"):
        write(qtbot, tab, words, prompt=words)
    box = open_box(qtbot, tab)
    before = box.list.writings
    qtbot.keyClick(box.list, Qt.Key.Key_Down)
    qtbot.keyClick(box.list, Qt.Key.Key_Delete)
    settle(qtbot, tab)
    assert [writing.prompt for writing in kept(tab)] == ["six", "one"]
    assert box.list.writing.prompt == "one", "the next one is chosen"
    box.bar.button.click()
    settle(qtbot, tab)
    assert kept(tab) == before
    find(box, "earlier.delete_all").click()
    qtbot.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)  # before the disk has answered
    settle(qtbot, tab)
    assert kept(tab) == before == box.list.writings
    find(box, "earlier.delete_all").click()
    settle(qtbot, tab)
    assert kept(tab) == [] and not find(box, "earlier.again").isEnabled()


def test_a_disk_that_refuses_is_told_of_once(qtbot, tab, monkeypatch):
    class ReadOnly(files.SystemDisk):
        def open(self, path: Path, flags: int, mode: int = 0o666) -> int:
            raise OSError(30, "Read-only file system")

    monkeypatch.setattr(files, "disk", ReadOnly())
    write(qtbot, tab, "abc", "abd", "abe")
    assert "not kept with the run" in tab.messages.words and "Read-only" in tab.messages.words
    assert tab.texts.card.output.text() == "So abd"
    write(qtbot, tab, "abc", "abd", "abe")
    assert not tab.messages.isVisible()


def test_earlier_beginnings_come_back_with_the_arrow_keys(qtbot, tab, state):
    for prompt in ("one", "two", "one"):
        write(qtbot, tab, "abc", prompt=prompt)
    line = find(tab, "prompt")
    line.clear()
    qtbot.keyClicks(line, "new")
    for key, words in (("Up", "one"), ("Up", "two"), ("Up", "two"), ("Down", "one"), ("Down", "new"), ("Down", "new")):
        qtbot.keyClick(line, getattr(Qt.Key, f"Key_{key}"))
        assert tab.prompt.words == words, key
    other = WriteTab(state)
    qtbot.addWidget(other)
    settle(qtbot, other)
    qtbot.keyClick(other.prompt.line, Qt.Key.Key_Up)
    assert other.prompt.words == "one", "also with the next start"
    other.keeping.shut_down()


def export(tab: WriteTab, kind: str, target: Path) -> str:
    tab.taking.ask_file = lambda _suggested: str(target)
    action = tab.findChild(QAction, f"write.export.{kind}")
    action.trigger()
    return target.read_text("utf-8")


def test_all_texts_are_exported_with_how_they_came_about(qtbot, tab, tmp_path):
    assert not find(tab, "export").isEnabled()
    write(qtbot, tab, "a`b", "<b>", "é\nx")
    plain = export(tab, "txt", tmp_path / "t.txt")
    assert "Run: verse" in plain and "So é\nx" in plain and "top-k 5" in plain and "Seed: 1337" in plain
    marked = export(tab, "md", tmp_path / "t.md")
    assert "```text\nSo a`b\n```" in marked and "## Balanced" in marked
    told = json.loads(export(tab, "json", tmp_path / "t.json"))
    assert [text["text"] for text in told["texts"]] == ["a`b", "<b>", "é\nx"]
    assert told["texts"][0]["bits"] == [2.322] * 3 and told["texts"][1]["top_k"] == 40
    page = export(tab, "html", tmp_path / "t.html")
    assert "&lt;b&gt;" in page and 'class="t' in page and "<b>" not in page
    assert str(tmp_path / "t.html") in tab.messages.words


def test_only_what_is_shown_is_exported(qtbot, tab, tmp_path):
    write(qtbot, tab, "abc", "abd", "abe")
    find(tab, "mode.one").click()
    assert [text["style"] for text in json.loads(export(tab, "json", tmp_path / "t.json"))["texts"]] == ["Balanced"]


@pytest.mark.parametrize("zoom", [100, 150])
def test_the_box_fits_and_follows_the_theme(qtbot, tab, zoom):
    theme.set_zoom(zoom)
    write(qtbot, tab, "abc", "abd", "abe")
    box = open_box(qtbot, tab)
    QGuiApplication.processEvents()
    assert box.width() <= max(tab.width(), box.minimumSizeHint().width())
    theme.use("dark")
    assert theme.current().text in box.settings.text()
    for name in ("list", "text", "copy", "delete", "delete_all", "close", "again"):
        assert find(box, f"earlier.{name}").accessibleName(), name
