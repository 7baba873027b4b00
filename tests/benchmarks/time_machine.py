"""How soon the window shows another step: from moving the slider to the new letters, odds, attention, text and sample.

    python tests/benchmarks/time_machine.py [small large …]

The real window with the real worker, drawn off the screen, at rest; the clock runs from the slider's move to the end of
the painting of what has changed. Each step is visited once from the disk and once more from memory. Of every kind the
median and the slowest are told, in milliseconds. The runs are toys of the preset's size: speed does not depend on what
was learnt.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from msgspec.structs import replace
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from gpt_studio.app import Studio
from gpt_studio.engine import clock, corpus, runs
from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.events import TextRead, Written
from gpt_studio.engine.inside.seen import AttentionSeen
from gpt_studio.engine.preferences import Preferences
from gpt_studio.engine.requests import TrainRequest
from gpt_studio.gui.state import Visit

LIMITS_MS = {"small": 100, "large": 300}
KEPT = 25  # steps of the toy run: snapshots at 0, 10 and 25


def make_run(preset: str, folder: Path) -> Path:
    """A run of the preset's model, trained on a few lines."""
    from gpt_studio.engine import training
    from gpt_studio.engine.workshop import Workshop

    text = corpus.load("verse_drama")
    chosen = PRESETS[preset]
    request = TrainRequest(
        corpus=replace(text, text=text.text[:8000]),
        model=chosen.model,
        train=replace(chosen.train, max_steps=KEPT, batch_size=1, micro_batch=1, eval_every=1000, device="cpu"),
        run=folder,
        name=preset,
        preset=preset,
    )
    for _ in training.train(Workshop(), request):
        pass
    return folder


class Stopwatch:
    """Moves the sliders of the real window and waits for what they change."""

    def __init__(self) -> None:
        self.studio = Studio(Preferences())
        self.state, self.window = self.studio.state, self.studio.window
        self.window.resize(1440, 900)
        self.studio.open()
        self.wait(lambda: len(self.window.made_pages) == self.window.page_count)
        self.wait(lambda: self.state.ready is not None and self.state.visit is Visit.NONE)

    def wait(self, fits: Callable[[], bool], seconds: float = 300) -> None:
        loop, looking = QEventLoop(), QTimer(interval=5)  # a shorter one would take the worker's time
        looking.timeout.connect(lambda: fits() and loop.quit())
        limit = QTimer(singleShot=True, interval=int(1000 * seconds))
        limit.timeout.connect(lambda: loop.exit(1))
        looking.start()
        limit.start()
        if loop.exec():
            sys.exit(f"waited {seconds:.0f} s in vain")

    def calm(self) -> None:
        self.wait(lambda: self.state.visit is Visit.NONE)

    def open(self, run: Path, page: str) -> None:
        self.studio.conversation.runs.open(run)
        self.state.choose_step(None)
        self.window.go(page)
        self.calm()

    def move(self, step: int | None, awaited: type | None, page: str) -> float:
        """Milliseconds from the slider's move to the painting of the first event of a kind."""
        self.calm()
        slider = self.window.page(page).findChild(object, f"{page}.step")
        began = clock.now()
        slider.setValue(slider.stops.index(step))
        if awaited is not None:
            self._hear(awaited)
        self.window.page(page).repaint()
        return 1000 * (clock.now() - began)

    def _hear(self, awaited: type) -> None:
        """Wait until the worker has told something of this kind, without looking again and again."""
        loop = QEventLoop()

        def hear(_: int, events: list) -> None:
            if any(isinstance(event, awaited) for event in events):
                loop.quit()

        self.studio.desk.reported.connect(hear)  # after the page, which has heard it then
        loop.exec()
        self.studio.desk.reported.disconnect(hear)

    def close(self) -> None:
        self.studio.conversation.closed.connect(QApplication.quit)
        self.studio.conversation.shut_down()
        self.wait(lambda: self.studio.desk.wait(0))


def measure(watch: Stopwatch, preset: str, run: Path) -> None:
    kinds: dict[str, tuple[str, type | None]] = {
        "sample on Train": ("train", None),
        "letters and odds on Write": ("write", Written),
        "text on Generalize": ("generalize", TextRead),
        "attention on Look inside": ("look", AttentionSeen),
    }
    limit = LIMITS_MS.get(preset)
    for name, (page, awaited) in kinds.items():
        watch.open(run, page)
        if page == "generalize":
            watch.window.findChild(object, "generalize.run").click()
            watch.wait(lambda: watch.state.visit is Visit.TESTING)
            watch.calm()
            watch.wait(lambda: watch.window.page("generalize").card._read is not None)
        if page == "look":
            watch.wait(lambda: watch.window.page("look").view.seen is not None)
        steps = [step for step in runs.snapshot_steps(run) if step != KEPT]
        first = [watch.move(step, awaited, page) for step in steps]
        again = [watch.move(step, awaited, page) for _ in range(5) for step in steps]
        worst = max(*first, *again)
        verdict = "" if limit is None else f"   {'within' if worst <= limit else 'OVER'} {limit} ms"
        print(
            f"{preset:6} {name:26} from the disk {max(first):6.0f}   "
            f"again {statistics.median(again):6.0f} (slowest {max(again):.0f}){verdict}",
            flush=True,
        )


def main() -> None:
    presets = sys.argv[1:] or [*LIMITS_MS]
    with tempfile.TemporaryDirectory() as home:
        os.environ["GPT_STUDIO_HOME"] = home
        made = {preset: make_run(preset, Path(home) / "runs" / preset) for preset in presets}
        application = QApplication(sys.argv[:1])
        watch = Stopwatch()
        for preset, run in made.items():
            measure(watch, preset, run)
        watch.close()
        del application


if __name__ == "__main__":
    main()
