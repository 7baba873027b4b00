"""How soon Look inside answers. A benchmark, not a test: it prints what it saw.

    python tests/benchmarks/look_latency.py [--preset large] [--characters 256] [--times 15]

First picture: from the wish to the moment when all parts of the page are painted, with weights that lie on the disk and
with weights that an earlier look has read. Another head, the average, the roll-out: from the choice until all is
painted; the worker is not asked. The page is as large as in a window of 1440 x 900, the worker is the real one.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer

from gpt_studio.engine import clock, corpus, runs, training
from gpt_studio.engine.config import PRESETS, TrainConfig
from gpt_studio.engine.inside.seen import AttentionSeen
from gpt_studio.engine.requests import CorpusText, TrainRequest
from gpt_studio.engine.workshop import Workshop
from gpt_studio.gui import theme
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.tabs.look_tab import LookTab
from gpt_studio.worker.front_desk import FrontDesk


def a_run(folder: Path, preset: str) -> Path:
    """A run of one tiny step: how long a look takes does not depend on what was learnt."""
    text = corpus.load("verse_drama").text[:9_000]
    request = TrainRequest(
        corpus=CorpusText(id="verse_drama", title="Verse drama", text=text),
        model=PRESETS[preset].model,
        train=TrainConfig(max_steps=1, batch_size=1, eval_every=1, device="cpu", precision="fp32"),
        run=folder / "run",
        name="look",
    )
    for _ in training.train(Workshop(), request):
        pass
    return request.run


class Bench:
    """The page, its worker, and a clock."""

    def __init__(self, run: Path, words: str) -> None:
        self.state, self.words = StudioState(), words
        self.tab = LookTab(self.state)
        self.desk = FrontDesk()
        self._requests: dict[int, object] = {}
        self.asked = 0
        self.tab.look_asked.connect(self._begin)
        self.desk.reported.connect(lambda _, events: self.tab.receive(events))
        self.desk.ended.connect(lambda _, ending: self.tab.visit_ended(ending))
        self.wait_for(self.desk.ready, self.desk.start)
        self.tab.resize(1136, 760)
        self.tab.show()
        self.tab._own_words = True
        self.tab.line.setText(words)
        self.run = OpenRun(run, runs.read_record(run))

    def _begin(self, request: object) -> None:
        self.asked += 1
        self.desk.begin(request)

    def wait_for(self, signal, begin: Callable[[], object], fits: Callable[..., bool] = lambda *_: True) -> None:
        loop = QEventLoop()
        signal.connect(lambda *told: loop.quit() if fits(*told) else None)
        QTimer.singleShot(120_000, loop.quit)
        QTimer.singleShot(0, begin)
        loop.exec()

    def first_picture(self, begin: Callable[[], object]) -> float:
        """Milliseconds from the wish to the painted page."""
        begun = 0.0

        def start() -> None:
            nonlocal begun
            begun = clock.now()
            begin()

        def seen(_: int, events: list[object]) -> bool:
            return any(isinstance(event, AttentionSeen) for event in events)

        self.wait_for(self.desk.reported, start, seen)
        self.paint()
        took = 1000 * (clock.now() - begun)
        self.rest()
        return took

    def rest(self) -> None:
        """Until the background has measured what the heads do."""
        while self.tab._looks._asked:
            self.wait_for(self.desk.ended, lambda: None)

    def paint(self) -> None:
        self.tab.repaint()  # all that is in view

    def change(self, choose: Callable[[], object]) -> float:
        """Milliseconds from a choice to the painted page."""
        begun = clock.now()
        choose()
        self.paint()
        return 1000 * (clock.now() - begun)


def told(name: str, times: list[float]) -> None:
    print(f"{name:34} median {statistics.median(times):6.1f} ms   worst {max(times):6.1f} ms   of {len(times)}")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--preset", default="large", choices=[name for name in PRESETS if name != "bigram"])
    reader.add_argument("--characters", type=int, default=256)
    reader.add_argument("--times", type=int, default=15)
    options = reader.parse_args()
    theme.application(["look_latency"])
    theme.use("light")
    words = corpus.load("verse_drama").text[: options.characters]
    with tempfile.TemporaryDirectory() as folder:
        run = a_run(Path(folder), options.preset)
        bench = Bench(run, words)
        layers, heads = bench.run.record.model.n_layer, bench.run.record.model.n_head
        told("first picture, weights on the disk", [bench.first_picture(lambda: bench.state.open_run(bench.run))])
        told("again", [bench.first_picture(bench.tab._ask) for _ in range(options.times)])
        asked = bench.asked
        places = [(n % layers, (n * 5 + 1) % heads) for n in range(options.times)]
        view = bench.tab.view
        told("another head", [bench.change(lambda place=place: view.grid.chosen.emit(*place)) for place in places])
        ways = ("average", "rollout", "head")
        for way in ways:
            choose = view.heads_card.way.option(way).click
            told(f"{way}, first time", [bench.change(choose)])
        told(
            "average, roll-out, one head",
            [bench.change(view.heads_card.way.option(ways[n % 3]).click) for n in range(options.times)],
        )
        print(f"the worker was asked {bench.asked - asked} times for these")
        bench.tab._background.shut_down()
        bench.wait_for(bench.desk.closed, bench.desk.shut_down)


if __name__ == "__main__":
    main()
