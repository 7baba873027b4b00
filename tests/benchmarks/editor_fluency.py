"""How fluent the editor of the Corpus tab is with a large text. A benchmark, not a test: it prints what it saw.

    python tests/benchmarks/editor_fluency.py [--mb 10] [--times 150] [--long-lines]

The whole tab is there: while the student types, the text is counted in the background and saved, as in the program.
An input (a turn of the wheel, a key) comes every 50 ms. Its figure is the longest time for which the window did nothing
else until the next one: answering the input, painting, or taking what was typed after a pause. "pause" lets a second
go by after each ten keys, so that counting, saving and renewing the facts all happen.
"""

import argparse
import os
import random
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gpt_studio.app import favour_the_window
from gpt_studio.engine import clock
from gpt_studio.gui import theme
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.tabs.corpus_tab import CorpusTab

INTERVAL_S = 0.05
SENTENCE = "the tide is up so cook bring me nine small ships before they sail away with every bell of Salt Harbour"


def text_of(size_mb: float, long_lines: bool) -> str:
    """Lines of some 40 characters, or paragraphs of some 600 that wrap."""
    random.seed(1)
    words = SENTENCE.split()
    count = 110 if long_lines else 8
    lines = [" ".join(random.choices(words, k=random.randrange(2, 2 * count))) for _ in range(5_000)]
    made, length = [], 0
    while length < size_mb * 1e6:
        line = f"{random.choice(lines)} {len(made)}"
        made.append(line)
        length += len(line) + 1
    return "\n".join(made) + "\n"


class Watch:
    """Feeds the tab with inputs, and notes how long each held the window up."""

    def __init__(self, tab: CorpusTab) -> None:
        self.tab, self.app = tab, QApplication.instance()
        self.held_ms: list[float] = []

    def input(self, does: Callable[[], None], seconds: float = INTERVAL_S) -> None:
        began = clock.now()
        does()
        self.app.processEvents()
        longest = clock.now() - began
        while clock.now() - began < seconds:
            turn = clock.now()
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
            longest = max(longest, clock.now() - turn)
        self.held_ms.append(1000 * longest)

    def wait(self, fits: Callable[[], bool]) -> None:
        while not fits():
            self.app.processEvents()

    def report(self, name: str) -> None:
        in_ms = sorted(self.held_ms)
        p95 = in_ms[min(len(in_ms) - 1, int(0.95 * len(in_ms)))]
        print(f"{name:<22} p50 {statistics.median(in_ms):6.1f} ms   p95 {p95:6.1f} ms   worst {in_ms[-1]:6.1f} ms")
        self.held_ms = []


def wheel(tab: CorpusTab, notches: int) -> None:
    view = tab.editor.editor.viewport()
    middle = QPointF(view.rect().center())
    event = QWheelEvent(
        middle,
        view.mapToGlobal(middle),
        QPoint(),
        QPoint(0, -120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mb", type=float, default=10)
    parser.add_argument("--times", type=int, default=150)
    parser.add_argument("--long-lines", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["GPT_STUDIO_HOME"] = home
        app = theme.application([])
        favour_the_window()
        watch_all(options, Path(home))
        del app


def watch_all(options: argparse.Namespace, home: Path) -> None:
    text = text_of(options.mb, options.long_lines)
    file = home / "large.txt"
    file.write_text(text, "utf-8")
    tab = CorpusTab(StudioState())
    tab.resize(1136, 760)
    tab.show()
    watch = Watch(tab)
    watch.wait(lambda: not tab.texts.background.busy)
    tab.open_files([file])
    for _ in range(40):
        watch.input(lambda: None)
    watch.wait(lambda: not tab.texts.background.busy)
    watch.report("opening")
    print(f"{len(text):,} characters, {text.count(chr(10)):,} lines, editable: {tab.editor.is_editable}")
    for _ in range(options.times):
        watch.input(lambda: wheel(tab, 1))
    watch.report("wheel")
    bar = tab.editor.editor.verticalScrollBar()
    for number in range(options.times):
        place = number * 7919 % bar.maximum()
        watch.input(lambda place=place: bar.setValue(place))
    watch.report("scroll bar")
    if not tab.editor.is_editable:
        tab.shut_down()
        return
    for name, place in (("start", 0), ("middle", len(text) // 2), ("end", len(text))):
        tab.editor.go_to(place)
        tab.editor.editor.setFocus()
        watch.input(lambda: None, 1.0)
        watch.report(f"going to the {name}")
        for number in range(options.times):
            key = Qt.Key.Key_Return if number % 12 == 11 else Qt.Key.Key_A
            watch.input(lambda key=key: QTest.keyClick(tab.editor.editor, key))
        watch.report(f"typing at the {name}")
    for _ in range(5):
        for _ in range(10):
            watch.input(lambda: QTest.keyClick(tab.editor.editor, Qt.Key.Key_B))
        watch.input(lambda: None, 1.5)
    watch.report("typing, with pauses")
    for _ in range(10):
        watch.input(tab.editor.undo.click)
    watch.report("undo")
    tab.shut_down()


if __name__ == "__main__":
    main()
