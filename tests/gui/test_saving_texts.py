"""Nothing that is typed is lost: not by a crash, a full disk or a locked folder."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gpt_studio import paths
from gpt_studio.engine import corpus, files
from gpt_studio.engine.texts import drafts
from gpt_studio.gui.parts.corpus import text_saver
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.tabs.corpus_tab import CorpusTab

ROOT = Path(__file__).parent.parent.parent
TYPIST = """
import sys
from PySide6.QtTest import QTest
from gpt_studio.engine import corpus, files
from gpt_studio.gui import theme
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.tabs.corpus_tab import CorpusTab

app = theme.application([])
id = corpus.save_my_text("Diary", "old words\\n" * 30).id
tab = CorpusTab(StudioState())
tab.show()
while not tab.texts.is_listed:
    app.processEvents()
tab.texts.opened.connect(lambda _: ready.append(True))
ready = []
tab.texts.open(id)
while not ready:
    app.processEvents()
for letter in "never lost ":  # without a pause that would be long enough to settle
    QTest.keyClick(tab.editor.editor, letter)
    QTest.qWait(120)
print("typed", flush=True)
app.exec()
"""


@pytest.fixture
def tab(corpus_tab: CorpusTab) -> CorpusTab:
    return corpus_tab


class Failing(files.SystemDisk):
    """A disk that is full below some folders."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders

    def write(self, descriptor: int, data: memoryview) -> int:
        where = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        if any(folder in where.parents for folder in self.folders):
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(descriptor, data)


@pytest.fixture
def full(monkeypatch):
    if not Path("/proc/self/fd").exists():
        pytest.skip("this system does not tell which file is written")

    def fill(*folders: Path) -> None:
        monkeypatch.setattr(files, "disk", Failing(*folders))

    return fill


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no SIGKILL")
def test_what_was_typed_survives_kill_minus_9() -> None:
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    program = subprocess.Popen([sys.executable, "-c", TYPIST], env=settings, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    assert program.stdout.readline() == "typed\n"
    program.send_signal(signal.SIGKILL)
    program.wait(30)
    program.stdout.close()
    assert corpus.load("Diary").text.startswith("never")  # all but what was typed in the last second


def test_a_full_disk_is_told_and_everything_is_saved_once_there_is_room(
    qtbot: QtBot, tab: CorpusTab, own_text, type_text, full, monkeypatch
) -> None:
    monkeypatch.setattr(text_saver, "RETRY_MS", 50)
    id = own_text("abc abc\n" * 20)
    full(paths.user_home())
    type_text("precious ")
    qtbot.waitUntil(lambda: tab.bar.isVisible())
    assert "could not be saved (No space left on device)" in tab.bar.words
    assert "before you close" in tab.bar.words
    assert tab.editor.text.startswith("precious abc")
    full()
    with qtbot.waitSignal(tab.texts.saver.recovered):
        pass
    assert tab.bar.words == "Everything is saved again."
    assert corpus.load(id).text.startswith("precious abc")


def test_what_could_not_be_saved_is_offered_at_the_next_start(
    qtbot: QtBot, state: StudioState, tab: CorpusTab, own_text, full
) -> None:
    id = own_text("abc abc\n" * 20)
    full(paths.texts_home())
    qtbot.keyClicks(tab.editor.editor, "precious ")
    tab.shut_down()
    assert corpus.load(id).text.startswith("abc")
    full()
    again = CorpusTab(StudioState())
    qtbot.addWidget(again)
    qtbot.waitUntil(lambda: "“Mine” could not be saved last time" in again.view.draft_bar.words)
    with qtbot.waitSignal(again.study.compared):
        again.view.draft_bar.button.click()
    assert again.editor.text.startswith("precious abc")
    assert "Bring back the draft" in again.editor.undo.toolTip()
    again.shut_down()
    assert corpus.load(id).text.startswith("precious abc")
    assert drafts.drafts() == []


def test_a_pasted_text_that_cannot_be_kept_is_tried_again(
    qtbot: QtBot, tab: CorpusTab, state: StudioState, full
) -> None:
    full(paths.user_home())
    with qtbot.waitSignal(tab.texts.add_failed):
        tab.texts.add("A poem", "waves and waves\n" * 20)
    assert "“A poem” could not be saved" in tab.bar.words
    full()
    with qtbot.waitSignal(tab.study.compared):
        tab.bar.button.click()
    assert [text.title for text in corpus.my_texts()] == ["A poem"]


def test_a_text_whose_file_was_deleted_meanwhile_is_written_again(
    qtbot: QtBot, tab: CorpusTab, own_text, type_text
) -> None:
    id = own_text("abc abc\n" * 20)
    (paths.texts_home() / f"{id}.txt").unlink()
    type_text("still here ")
    qtbot.waitUntil(lambda: not tab.texts.has_unsaved)
    assert corpus.load(id).text.startswith("still here abc")


def test_what_cannot_be_deleted_stays_with_what_was_typed(
    qtbot: QtBot, tab: CorpusTab, own_text, type_text, monkeypatch
) -> None:
    id = own_text("abc abc\n" * 20)
    type_text("more ")
    qtbot.waitUntil(lambda: not tab.texts.has_unsaved)

    class Locked(files.SystemDisk):
        def replace(self, source: Path, target: Path) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(files, "disk", Locked())
    tab.care.delete(id)
    assert "Permission denied" in tab.bar.words
    assert tab.editor.text.startswith("more abc")
    assert corpus.load(id).text.startswith("more abc")
