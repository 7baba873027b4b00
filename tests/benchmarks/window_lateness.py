"""How late the window answers while a model trains, beside how late it is when nothing happens.

A timer of 16 ms runs in the window's thread; when it fires late, something kept the window from answering. The real
window, worker and Train tab run for `--seconds` idle, then as long with the preset `small` in training and Train
visible. Other work on the machine counts too: compare the two columns, and measure when nothing else runs.

    python tests/benchmarks/window_lateness.py --seconds 120
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

TICK_MS = 16
SETTLE_MS = 3000  # pages are made and measured before anything is timed
TRAIN_STEPS = 1_000_000  # more than will be made


def main() -> int:
    """Measure and print; gives the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seconds", type=float, default=30.0, help="how long each of the two measurements lasts")
    arguments.add_argument("--corpus", default="verse_drama", help="a built-in text")
    arguments.add_argument("--json", action="store_true", help="print one object instead of a table")
    asked = arguments.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["GPT_STUDIO_HOME"] = home
        idle, training, steps = _measure(asked.seconds, asked.corpus)
    _print(idle, training, steps, asked.json)
    return 0


def _measure(seconds: float, corpus_id: str) -> tuple[list[float], list[float], int]:
    """Lateness in ms of every tick, idle and in training, and how many steps were made meanwhile."""
    from msgspec.structs import replace
    from PySide6.QtWidgets import QApplication

    from gpt_studio.app import Studio
    from gpt_studio.engine import corpus
    from gpt_studio.engine.config import PRESETS
    from gpt_studio.engine.preferences import Preferences
    from gpt_studio.engine.tokenizer import Tokenizer
    from gpt_studio.gui import theme
    from gpt_studio.gui.state import Phase, Visit

    app = QApplication.instance() or QApplication(sys.argv[:1])
    theme.use("light")
    studio = Studio(Preferences())
    state = studio.state
    studio.open()
    _wait(lambda: state.ready is not None and state.visit is Visit.NONE)  # torch is loaded, the probe is done
    text, small = corpus.load(corpus_id), PRESETS["small"]
    tokenizer = Tokenizer.characters(text.text)
    state.choose_corpus(text, tokenizer)
    state.choose_model(small.model_for(tokenizer.vocab_size), small.id, replace(small.train, max_steps=TRAIN_STEPS))
    state.create_model()
    studio.window.go("train")
    _pass(SETTLE_MS)
    idle = _lateness(seconds)
    studio.conversation.start(state.train)
    _wait(lambda: state.run is not None and state.run.curve.step > 0)
    first = state.run.curve.step
    training = _lateness(seconds)
    steps = state.run.curve.step - first
    studio.conversation.stop()
    _wait(lambda: state.phase is Phase.IDLE)
    studio.window.leave()
    _wait(lambda: not studio.window.isVisible())
    studio.desk.wait()
    app.processEvents()
    return idle, training, steps


def _lateness(seconds: float) -> list[float]:
    from time import perf_counter

    from PySide6.QtCore import QEventLoop, Qt, QTimer

    loop, late = QEventLoop(), []
    before = perf_counter()
    end = before + seconds

    def tick() -> None:
        nonlocal before
        now = perf_counter()
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


def _wait(ready: Callable[[], bool], limit_s: float = 120.0) -> None:
    """Let the window live until `ready`."""
    from time import perf_counter

    end = perf_counter() + limit_s
    while not ready():
        if perf_counter() > end:
            raise TimeoutError("the window did not get so far")
        _pass(20)


def _pass(milliseconds: int) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _figures(late: list[float]) -> dict[str, float]:
    ordered = sorted(late)

    def part(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return {"p50": part(0.5), "p99": part(0.99), "worst": ordered[-1]}


def _print(idle: list[float], training: list[float], steps: int, as_json: bool) -> None:
    import json

    calm, busy = _figures(idle), _figures(training)
    ratio = {name: busy[name] / max(calm[name], 0.1) for name in calm}  # less than 0.1 ms is no lateness
    if as_json:
        counts = {"ticks": [len(idle), len(training)], "steps": steps}
        facts = {"idle_ms": calm, "training_ms": busy, "ratio": ratio, **counts}
        print(json.dumps(facts))
        return
    print(f"{'lateness of a 16 ms timer':28}{'idle':>10}{'training':>10}{'ratio':>8}")
    for name in calm:
        print(f"{name + ', ms':28}{calm[name]:>10.2f}{busy[name]:>10.2f}{ratio[name]:>8.1f}")
    print(f"{'ticks':28}{len(idle):>10}{len(training):>10}")
    print(f"{'training steps meanwhile':28}{'':>10}{steps:>10}")


if __name__ == "__main__":
    sys.exit(main())
