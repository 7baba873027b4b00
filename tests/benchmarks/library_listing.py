"""How long a library of many runs takes to be listed: read from the disk, and shown in the window's box.

    QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.library_listing [runs]

Each run is a copy of one that was really trained for a few steps, so its folder has all files of a real one.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from msgspec.structs import replace
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from gpt_studio.engine import clock, runs, training
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.keeping import library, run_parts
from gpt_studio.engine.preferences import Preferences
from gpt_studio.engine.requests import CorpusText, TrainRequest
from gpt_studio.engine.workshop import Workshop
from gpt_studio.gui.parts.train.run_list import RunList
from gpt_studio.gui.shell.library_box import LibraryBox
from gpt_studio.gui.shell.run_care import RunCare
from gpt_studio.gui.shell.run_shelf import RunShelf
from gpt_studio.gui.state import StudioState


def make_runs(home: Path, count: int) -> None:
    request = TrainRequest(
        corpus=CorpusText(id="toy", title="Toy", text="Ann has a cat. Bob has a dog.\n" * 40),
        model=ModelConfig(n_layer=1, n_head=1, n_embd=8, block_size=8),
        train=TrainConfig(max_steps=30, batch_size=2, micro_batch=2),
        run=home / "toy-0",
        name="toy",
    )
    list(training.train(Workshop(), request))
    record = runs.read_record(request.run)
    for number in range(1, count):
        run = shutil.copytree(request.run, home / f"toy-{number}")
        runs.write_record(run, replace(record, name=f"toy {number}"))


def timed(words: str, work) -> None:
    began = clock.now()
    work()
    print(f"{words:58} {1000 * (clock.now() - began):8.0f} ms")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    application = QApplication([])
    with tempfile.TemporaryDirectory() as home:
        os.environ["GPT_STUDIO_HOME"] = home
        make_runs(Path(home) / "runs", count)
        state = StudioState()
        shelf = RunShelf(state)
        care = RunCare(state, shelf, lambda: None)
        train_list = RunList(state)
        train_list.show()
        timed(f"{count} runs read (library.all_runs)", library.all_runs)
        timed("read and shown in the list of Train", shelf.refresh)

        def show() -> None:
            box = LibraryBox(state, care, Preferences(), lambda: None)
            box.resize(1100, 700)
            box.show()
            application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 1)
            boxes.append(box)

        boxes: list[LibraryBox] = []
        timed("the library's box made and painted", show)
        timed("searched for one run", lambda: boxes[0].search.setText("toy 77"))
        timed(
            "room of all measured (beside the window)", lambda: list(run_parts.disk_uses([r.path for r in state.runs]))
        )
        care.background.shut_down()


if __name__ == "__main__":
    main()
