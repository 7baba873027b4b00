"""How long the window takes: to be there, to be ready, to train; and how late it answers while a model trains.

    python -m gpt_studio.stopwatch start [--preset tiny] [--times 3]
    python -m gpt_studio.stopwatch lateness [--preset small] [--seconds 30]

Both print one JSON object. Other work on the machine counts too, so measure when nothing else runs. The user's own
folder is never touched. Where there is no display, the window is drawn into memory. Like app.py, this file knows every
room.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING

from gpt_studio.engine import clock

if TYPE_CHECKING:
    from gpt_studio.app import Studio

TICK_MS = 16
SETTLE_MS = 3000  # after the last page was made
TRAIN_STEPS = 1_000_000  # more than will be made
LIMIT_S = 120.0
CORPUS = "verse_drama"


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; gives the exit code."""
    import argparse  # here, because `begin` is part of what is timed
    import json
    import subprocess

    from gpt_studio.engine.config import PRESETS

    parser = argparse.ArgumentParser(prog="python -m gpt_studio.stopwatch", description=__doc__.splitlines()[0])
    kinds = parser.add_subparsers(required=True)
    start_parser = kinds.add_parser("start", help="seconds from the start of the process to window, torch, first step")
    start_parser.add_argument("--preset", choices=PRESETS, default="tiny")
    start_parser.add_argument("--times", type=int, default=3, help="so many starts; the median of each figure counts")
    start_parser.set_defaults(measure=lambda asked: start(asked.preset, asked.times))
    lateness_parser = kinds.add_parser("lateness", help="of a 16 ms timer in the window, idle and in training")
    lateness_parser.add_argument("--preset", choices=PRESETS, default="small")
    lateness_parser.add_argument("--seconds", type=float, default=30.0, help="how long each of the two lasts")
    lateness_parser.set_defaults(measure=lambda asked: lateness(asked.preset, asked.seconds))
    asked = parser.parse_args(arguments)
    try:
        figures = asked.measure(asked)
    except (TimeoutError, subprocess.SubprocessError) as error:
        print(f"gpt-studio: the window could not be timed: {error}", file=sys.stderr)
        return 1
    print(json.dumps(figures))
    return 0


# Start


def start(preset: str, times: int = 3, warm_up: bool = True) -> dict[str, object]:
    """Seconds from the start of a process to the first paint, to torch being ready, to the first training step.

    Training is asked for as soon as the window is on the screen, sooner than anybody could. Before the first step the
    run chooses its micro-batch, makes its first check and its first sample, and saves. The step counts when the window
    hears of it. `warm_up`: one more start goes first, so that those that count find all files in memory.
    """
    if warm_up:
        _one_start(preset)
    starts = [_one_start(preset) for _ in range(times)]
    figures: dict[str, object] = {name: round(median(each[name] for each in starts), 3) for name in starts[0]}
    return {"preset": preset, "starts": times, **figures}


def _one_start(preset: str) -> dict[str, float]:
    import json
    import subprocess

    with _elsewhere():
        code = f"from gpt_studio import stopwatch; stopwatch.begin({preset!r}, {clock.now()!r})"
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, timeout=LIMIT_S, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def begin(preset: str, since: float) -> None:
    """In a process of its own: open the window as the program does, train one step, print the figures and close.

    Args:
        preset: What to train.
        since: When the process was started, on the clock of the one that started it; it is the machine's.
    """
    import gc

    gc.disable()  # as gpt_studio.__main__ does
    from gpt_studio import app

    figures: dict[str, float] = {}
    app.main(lambda studio: _follow(studio, preset, since, figures))
    import json

    print(json.dumps(figures))


def _follow(studio: "Studio", preset: str, since: float, figures: dict[str, float]) -> None:
    """Note the moments of a start as they come, and end it after the last one."""
    from PySide6.QtCore import QTimer

    def note(name: str) -> None:
        figures.setdefault(name, clock.now() - since)

    def train() -> None:
        note("window_s")
        QTimer.singleShot(0, lambda: _begin_training(studio, preset))  # the program's own beginning comes first

    def hear() -> None:
        if studio.state.run is not None and studio.state.run.curve.step > 0 and "first_step_s" not in figures:
            note("first_step_s")
            studio.window.leave()

    studio.window.painted.connect(train)
    studio.state.ready_changed.connect(lambda: note("ready_s"))
    studio.state.curve_grown.connect(hear)


# Lateness


def lateness(preset: str, seconds: float) -> dict[str, object]:
    """How late a timer of 16 ms fires in the window's thread: idle, then as long with a model in training.

    The real window, worker and Train tab run. When the timer fires late, something kept the window from answering.
    """
    with _elsewhere():
        return _lateness(preset, seconds)


def _lateness(preset: str, seconds: float) -> dict[str, object]:
    from PySide6.QtWidgets import QApplication

    from gpt_studio.app import Studio, favour_the_window
    from gpt_studio.engine.preferences import Preferences
    from gpt_studio.gui import theme
    from gpt_studio.gui.state import Phase, Visit

    app = QApplication.instance() or theme.application(sys.argv)
    theme.use("light")
    studio = Studio(Preferences())
    state = studio.state
    studio.open()
    _wait(lambda: state.ready is not None and state.visit is Visit.NONE)  # torch is loaded, the probe is done
    _wait(lambda: len(studio.window.made_pages) == studio.window.page_count)
    favour_the_window()
    studio.window.go("train")
    _pass(min(SETTLE_MS, round(1000 * seconds)))
    idle = _late(seconds)
    _begin_training(studio, preset)
    _wait(lambda: state.run is not None and state.run.curve.step > 0)
    assert state.run is not None
    curve = state.run.curve
    first, trained = curve.step, curve.seconds
    training = _late(seconds)
    steps, trained = curve.step - first, curve.seconds - trained
    studio.conversation.slot.stop()
    _wait(lambda: state.phase is Phase.IDLE)
    studio.window.leave()
    _wait(lambda: not studio.window.isVisible())
    studio.desk.wait()
    app.processEvents()
    return {
        "preset": preset,
        "seconds": seconds,
        "idle_ms": percentiles(idle),
        "training_ms": percentiles(training),
        "ticks": [len(idle), len(training)],
        "steps": steps,
        "step_ms": 1000 * trained / max(1, steps),
    }


def percentiles(late: list[float]) -> dict[str, float]:
    """The usual parts of a distribution, and its worst value."""
    ordered = sorted(late)
    parts = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
    found = {name: ordered[min(len(ordered) - 1, int(part * len(ordered)))] for name, part in parts.items()}
    return {**found, "worst": ordered[-1]}


def _late(seconds: float) -> list[float]:
    """How late each tick was, in ms."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    loop, late = QEventLoop(), list[float]()
    before = clock.now()
    end = before + seconds

    def tick() -> None:
        nonlocal before
        now = clock.now()
        late.append(max(0.0, (now - before) * 1000 - TICK_MS))
        before = now
        if now >= end:
            loop.quit()

    timer = QTimer(interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start()
    loop.exec()
    timer.stop()
    return late


# Both


def _begin_training(studio: "Studio", preset_id: str) -> None:
    """What a student does in four tabs: choose a text, a tokenizer and a model, and start."""
    from msgspec.structs import replace

    from gpt_studio.engine import corpus
    from gpt_studio.engine.config import PRESETS
    from gpt_studio.engine.tokenizer import Tokenizer

    state, preset = studio.state, PRESETS[preset_id]
    text = corpus.load(CORPUS)
    tokenizer = Tokenizer.characters(text.text)
    train = replace(preset.train, max_steps=TRAIN_STEPS)
    state.choose_corpus(text, tokenizer)
    state.choose_model(preset.model_for(tokenizer.vocab_size), preset.id, train)
    state.create_model()
    studio.conversation.slot.start(train)


@contextmanager
def _elsewhere() -> Iterator[None]:
    """A folder for runs and settings that is gone afterwards; a display in memory where there is none."""
    before = os.environ.copy()
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["GPT_STUDIO_HOME"] = home
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def _wait(ready: Callable[[], bool]) -> None:
    """Let the window live until `ready`."""
    end = clock.now() + LIMIT_S
    while not ready():
        if clock.now() > end:
            raise TimeoutError("the window did not get so far")
        _pass(20)


def _pass(milliseconds: int) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
