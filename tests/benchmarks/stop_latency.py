"""How soon Pause, Resume and Stop are answered while a preset trains. A benchmark, not a test: it prints what it saw.

    python tests/benchmarks/stop_latency.py [--preset small] [--times 12]

Stop: from the wish to `ended`, which comes after the checkpoint is on the disk. Pause: from the wish until the
worker has
read it, that is until the turn that was under way is over. Resume: from the wish to the next step that is reported;
the worst of it has a check on the held-back text in between.
"""

import argparse
import random
import statistics
import tempfile
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from gpt_studio.engine import clock, corpus
from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.events import StepDone
from gpt_studio.engine.requests import ResumeRequest, TrainRequest
from gpt_studio.worker.front_desk import FrontDesk


class Watch:
    """Waits for what the front desk says, and for nothing else."""

    def __init__(self, desk: FrontDesk) -> None:
        self.desk = desk

    def until(self, signal, fits=lambda *_: True) -> None:
        loop = QEventLoop()

        def look(*told):
            if fits(*told):
                loop.quit()

        signal.connect(look)
        QTimer.singleShot(120_000, loop.quit)
        loop.exec()
        signal.disconnect(look)

    def a_while(self) -> None:
        """Some moment within the next steps: a wish may come at any place in a turn."""
        loop = QEventLoop()
        QTimer.singleShot(random.randrange(200), loop.quit)
        loop.exec()

    def until_steps(self, count: int) -> None:
        seen = 0

        def fits(ticket, events):
            nonlocal seen
            seen += sum(isinstance(event, StepDone) for event in events)
            return seen >= count

        self.until(self.desk.reported, fits)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--preset", choices=list(PRESETS), default="small")
    parser.add_argument("--times", type=int, default=12)
    options = parser.parse_args()
    random.seed(1)
    app = QCoreApplication([])
    desk = FrontDesk()
    watch = Watch(desk)
    desk.start()
    watch.until(desk.ready)
    figures: dict[str, list[float]] = {"pause": [], "resume": [], "stop": []}
    with tempfile.TemporaryDirectory() as folder:
        run, preset = Path(folder) / "run", PRESETS[options.preset]
        request = TrainRequest(
            corpus=corpus.load("startup_pitches"), model=preset.model, train=preset.train, run=run, name="run"
        )
        ticket = desk.begin(request)
        for _ in range(options.times):
            watch.until_steps(7)
            watch.a_while()
            began = clock.now()
            desk.pause(ticket)
            other = desk.begin(ResumeRequest(run=run))  # refused at once, as soon as the worker listens
            watch.until(desk.ended, lambda ended, _, other=other: ended == other)
            figures["pause"].append(clock.now() - began)
            began = clock.now()
            desk.go_on(ticket)
            watch.until_steps(1)
            figures["resume"].append(clock.now() - began)
            watch.until_steps(5)
            watch.a_while()
            began = clock.now()
            desk.stop(ticket)
            watch.until(desk.ended)
            figures["stop"].append(clock.now() - began)
            ticket = desk.begin(ResumeRequest(run=run))
        watch.until_steps(1)
        desk.shut_down()
        watch.until(desk.closed)
    for name, seconds in figures.items():
        in_ms = sorted(1000 * second for second in seconds)
        print(f"{name:<7} median {statistics.median(in_ms):6.1f} ms   worst {in_ms[-1]:6.1f} ms")
    del app


if __name__ == "__main__":
    main()
