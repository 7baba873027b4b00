"""How soon Write answers in the real window, and how fluent it stays. A benchmark, not a test: it prints what it saw.

    python tests/benchmarks/writing_latency.py [--preset large] [--times 12] [--characters 100000]

First character: from the press of Generate (three styles) until a written character has been painted; the very first
time the weights are read from the disk. Stop: from the press until the window says that nothing is written any more,
after half a second of writing. Both idle, then while a small model trains, of the model in training; there a turn of
the training is a micro-batch.

Long texts: three styles side by side grow to so many characters each, written by a tiny model. How late a timer of
16 ms fires over the last tenth of it, and how long a frame takes that scrolls the chosen text to another place.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from msgspec.structs import replace
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QPushButton

from gpt_studio import stopwatch
from gpt_studio.app import Studio, favour_the_window
from gpt_studio.engine import clock, corpus
from gpt_studio.engine.config import LONGEST_WRITING, PRESETS
from gpt_studio.engine.preferences import Preferences
from gpt_studio.engine.requests import TrainRequest
from gpt_studio.engine.training import train
from gpt_studio.engine.workshop import Workshop
from gpt_studio.gui import theme
from gpt_studio.gui.state import Phase, Visit


def a_run(folder: Path, preset_id: str) -> Path:
    """A run of one step: speed does not depend on what was learnt."""
    preset = PRESETS[preset_id]
    brief = replace(preset.train, max_steps=1, batch_size=1, eval_every=1)
    request = TrainRequest(
        corpus=corpus.load("verse_drama"), model=preset.model, train=brief, run=folder / preset_id, name=preset_id
    )
    for _ in train(Workshop(), request):
        pass
    return request.run


class Desk:
    """The window as a student has it before her, on Write."""

    def __init__(self) -> None:
        self.studio = Studio(Preferences())
        self.studio.open()
        state = self.state = self.studio.state
        stopwatch._wait(lambda: state.ready is not None and state.visit is Visit.NONE)
        window = self.studio.window
        stopwatch._wait(lambda: len(window.made_pages) == window.page_count)
        favour_the_window()
        window.resize(1440, 900)
        self.tab = window.page("write")

    def show(self, run: Path | None = None) -> None:
        if run is not None:
            self.studio.conversation.runs.open(run)
            stopwatch._wait(lambda: self.state.run is not None and self.state.run.path == run)
        self.studio.window.go("write")
        self.idle()

    def press(self, name: str) -> None:
        self.tab.findChild(QPushButton, name).click()

    def idle(self) -> None:
        stopwatch._wait(lambda: self.state.visit is Visit.NONE)
        stopwatch._pass(200)

    def first_character_s(self) -> float:
        """Press, and wait until it is painted."""
        self.tab.settings.length.set(10_000)
        card = self.tab.texts.card
        began = clock.now()
        self.press("write.generate")
        soon(lambda: len(card.written) > 0)
        card.output.viewport().repaint()
        return clock.now() - began

    def stop_s(self) -> float:
        began = clock.now()
        self.press("write.stop")
        soon(lambda: self.state.visit is Visit.NONE)
        return clock.now() - began

    def close(self) -> None:
        self.studio.window.leave()
        stopwatch._wait(lambda: not self.studio.window.isVisible())
        self.studio.desk.wait()


def soon(ready: Callable[[], bool]) -> None:
    """Let the window live until `ready`, looking every 2 ms: more often would keep the worker from working."""
    loop, timer = QEventLoop(), QTimer(interval=2)
    timer.timeout.connect(lambda: loop.quit() if ready() else None)
    timer.start()
    loop.exec()
    timer.stop()


def answers(desk: Desk, times: int) -> tuple[list[float], list[float]]:
    """First characters and stops, in milliseconds."""
    first, stop = [], []
    for _ in range(times):
        first.append(1000 * desk.first_character_s())
        stopwatch._pass(400 + random.randrange(200))  # some moment: a wish may come at any place in a turn
        stop.append(1000 * desk.stop_s())
        desk.idle()
    return first, stop


def told(what: str, figures: list[float]) -> None:
    ordered = sorted(figures)
    print(f"  {what:42} median {statistics.median(ordered):6.1f} ms   worst {ordered[-1]:6.1f} ms", flush=True)


def idle(desk: Desk, preset_id: str, run: Path, times: int) -> None:
    print(f"{preset_id}, idle")
    desk.show(run)
    cold, _ = answers(desk, 1)
    told("first character, weights read from the disk", cold)
    first, stop = answers(desk, times)
    told("first character", first)
    told("stop", stop)


def training(desk: Desk, preset_id: str, times: int) -> None:
    print(f"{preset_id}, while it trains itself")
    stopwatch._begin_training(desk.studio, preset_id)
    state = desk.state
    stopwatch._wait(lambda: state.run is not None and state.run.curve.step > 30)
    desk.show()
    first, stop = answers(desk, times)
    record, curve = state.run.record, state.run.curve
    turns = -(-record.train.batch_size // (record.train.micro_batch or record.train.batch_size))
    turn = 1000 * curve.seconds / curve.step / turns
    told("first character", first)
    told("stop", stop)
    print(
        f"  a turn of training takes {turn:.0f} ms: {statistics.median(first) / turn:.1f} turns to the first character"
    )
    desk.studio.conversation.slot.stop()
    stopwatch._wait(lambda: state.phase is Phase.IDLE)


def long_text(desk: Desk, run: Path, characters: int) -> None:
    print(f"three texts of {characters:,} characters")
    desk.show(run)
    tab, card = desk.tab, desk.tab.texts.card
    tab.settings.length.set(characters)
    desk.press("write.generate")
    soon(lambda: len(card.written) >= characters // 2)
    late_half = stopwatch._late(3.0)
    soon(lambda: len(card.written) >= 0.9 * characters)
    late = stopwatch._late(3.0)
    for when, found in (("in the middle", late_half), ("near the end", late)):
        ordered = sorted(16 + each for each in found)
        spot = ordered[int(0.95 * len(ordered))]
        print(f"  a beat of 16 ms, {when}: 95th percentile {spot:.1f} ms, worst {ordered[-1]:.1f} ms", flush=True)
    stopwatch.LIMIT_S = 1000.0  # the other two styles may take a while longer
    desk.idle()
    scrolling(desk)


def scrolling(desk: Desk) -> None:
    output = desk.tab.texts.card.output
    bar, frames = output.verticalScrollBar(), []
    for _ in range(100):
        began = clock.now()
        bar.setValue(random.randint(0, bar.maximum()))
        output.viewport().repaint()
        frames.append(1000 * (clock.now() - began))
    ordered = sorted(frames)
    print(f"  a frame that scrolls anywhere: 95th percentile {ordered[94]:.1f} ms, worst {ordered[-1]:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=list(PRESETS), default="large")
    parser.add_argument("--times", type=int, default=12)
    parser.add_argument("--characters", type=int, default=LONGEST_WRITING)
    options = parser.parse_args()
    random.seed(1)
    application = theme.application(sys.argv[:1])
    theme.use("light")
    with stopwatch._elsewhere(), tempfile.TemporaryDirectory() as folder:
        large, tiny = a_run(Path(folder), options.preset), a_run(Path(folder), "tiny")
        desk = Desk()
        idle(desk, options.preset, large, options.times)
        long_text(desk, tiny, options.characters)
        training(desk, "small", options.times)
        desk.close()
    del application


if __name__ == "__main__":
    main()
