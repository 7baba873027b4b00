"""Takes the pictures of the real window: from choosing a text to looking inside, after a real training.

    python docs/take_pictures.py FOLDER [--preset small] [--steps N] [--corpus verse_drama] [--minutes 20]

Every tab in the light and the dark theme at 1440 x 900, three at 1024 x 700, all by the window's own widgets and with
the real worker. The student's own files are not touched: the program is given a home of its own. Without a display it
draws off the screen.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from gpt_studio.app import Studio
from gpt_studio.engine import corpus
from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.preferences import Preferences
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui import theme
from gpt_studio.gui.pages import STEPS
from gpt_studio.gui.state import Phase, Visit

LARGE, SMALL = (1440, 900), (1024, 700)


class Photographer:
    """Works the window as a student would and takes pictures on the way."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self._folder, self._options = folder, options
        folder.mkdir(parents=True, exist_ok=True)
        self.studio = Studio(Preferences())
        self.window, self.state = self.studio.window, self.studio.state

    def wait(self, fits: Callable[[], bool], seconds: float) -> None:
        """Let the window live until something is so."""
        loop, looking = QEventLoop(), QTimer(interval=20)
        looking.timeout.connect(lambda: fits() and loop.quit())
        limit = QTimer(singleShot=True, interval=int(1000 * seconds))
        limit.timeout.connect(lambda: loop.exit(1))
        looking.start()
        limit.start()
        if loop.exec():
            sys.exit(f"waited {seconds:.0f} s in vain; the window is at {self.window.current}")

    def settle(self, seconds: float = 0.6) -> None:
        """Let charts, figures and debounced fields catch up."""
        done = []
        QTimer.singleShot(int(1000 * seconds), lambda: done.append(True))
        self.wait(lambda: bool(done), seconds + 10)

    def widget(self, name: str) -> QWidget:
        found = self.window.findChild(QWidget, name)
        if found is None:
            sys.exit(f"there is no widget {name}")
        return found

    def click(self, name: str) -> None:
        button = self.widget(name)
        assert isinstance(button, QAbstractButton)
        button.click()

    def take(self, name: str, themes: tuple[str, ...] = ("light", "dark"), size: tuple[int, int] = LARGE) -> None:
        """A picture per theme; the window is left in the light one."""
        self.window.resize(*size)
        for choice in themes:
            theme.use(choice)
            self.settle()
            ending = "" if size == LARGE else f"_{size[0]}x{size[1]}"
            self.window.grab().save(str(self._folder / f"{name}_{choice}{ending}.png"))
        theme.use("light")
        self.window.resize(*LARGE)

    def go(self, page: str) -> None:
        self.window.go(page)
        self.settle(0.3)

    def everything(self) -> None:
        theme.use("light")
        self.window.resize(*LARGE)
        self.studio.open()
        self.wait(lambda: {step.name for step in STEPS} <= {*self.window.made_pages}, 60)
        self.wait(lambda: self.state.ready is not None and self.state.visit is Visit.NONE, 120)  # undisturbed
        self.go("hardware")
        self.take("1_hardware")
        for page in ("tokenizer", "train", "write"):  # nothing is there yet
            self.go(page)
            self.take(f"empty_{page}", ("light",))
        self.choose_text_and_model()
        self.train()
        self.write()
        self.generalize()
        self.look()
        self.go("experiments")
        self.take("9_experiments")
        self.studio.conversation.closed.connect(QApplication.quit)
        self.studio.conversation.shut_down()
        self.wait(lambda: self.studio.desk.wait(0), 60)

    def choose_text_and_model(self) -> None:
        self.go("corpus")
        text = corpus.load(self._options.corpus)
        self.window.page("corpus").open(text.id)
        self.wait(lambda: self.state.corpus is not None and self.state.corpus.id == text.id, 30)
        self.settle(1.0)
        self.take("2_corpus")
        self.take("2_corpus", ("light",), SMALL)
        self.state.tick("corpus")
        self.go("tokenizer")
        self.widget("tokenizer.input").selectAll()
        QTest.keyClicks(self.widget("tokenizer.input"), "The tide is up, so is the cook.")
        self.settle(1.0)
        self.take("3_tokenizer")
        preset = PRESETS[self._options.preset]
        vocabulary = Tokenizer.characters(text.text).vocab_size
        self.state.choose_model(preset.model_for(vocabulary), preset.id, preset.train)
        self.go("model")
        self.take("4_model")
        self.click("model.create")

    def train(self) -> None:
        self.go("train")
        if self._options.steps:
            self.widget("train.steps").setValue(self._options.steps)
        self.click("train.start")
        self.wait(lambda: self.state.run is not None and self.state.run.started is not None, 120)
        run = self.state.run
        middle = int(0.8 * run.max_steps)
        self.wait(lambda: run.curve.step >= middle, 60 * self._options.minutes)
        self.take("5_train")
        self.take("5_train", ("light",), SMALL)
        self.go("write")
        self.click("write.generate")
        self.settle(3)
        self.take("6_write_while_training", ("light",))
        self.wait(lambda: self.state.phase is Phase.IDLE, 60 * self._options.minutes)
        self.wait(lambda: self.state.visit is Visit.NONE, 120)
        self.go("train")
        self.take("5_train_done", ("light",))

    def write(self) -> None:
        self.go("write")
        self.widget("write.mode.side").click()
        self.click("write.generate")
        self.wait(lambda: self.state.visit is Visit.WRITING, 30)
        self.wait(lambda: self.state.visit is Visit.NONE, 120)
        self.widget("write.output").select(18)
        self.take("6_write")

    def generalize(self) -> None:
        self.go("generalize")
        self.click("generalize.run")
        self.wait(lambda: self.state.visit is Visit.TESTING, 60)
        self.wait(lambda: self.state.visit is Visit.NONE, 300)
        self.settle(2.0)
        self.take("7_generalize")

    def look(self) -> None:
        self.go("look")
        self.wait(lambda: "look" in self.state.ticks or self.state.visit is Visit.NONE, 30)
        self.settle(2.0)
        self.take("8_look_inside")
        self.take("8_look_inside", ("light",), SMALL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--preset", choices=list(PRESETS), default="small")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--corpus", default="verse_drama")
    parser.add_argument("--minutes", type=float, default=20, help="how long the training may take")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["GPT_STUDIO_HOME"] = home
        application = QApplication(sys.argv[:1])
        Photographer(options.folder, options).everything()
        del application


if __name__ == "__main__":
    main()
