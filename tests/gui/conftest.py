"""What every test of the window is given."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.events import Evaluated, Ready, Started, StepDone
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.run_record import CorpusRecord, RunRecord
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.gui import theme
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import Phase, StudioState
from gpt_studio.gui.tabs.corpus_tab import CorpusTab


@pytest.fixture(autouse=True)
def earlier_widgets_are_gone() -> None:
    """Delete what earlier tests left to be deleted later: outside an event loop Qt keeps it, and every change of theme
    then restyles it again. Seven times quicker for the tests of one tab.
    """
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def light_at_100(qapp, earlier_widgets_are_gone) -> None:
    """Each test begins in the light theme without zoom, whatever the one before has left."""
    if theme.choice() != "light":
        theme.use("light")
    theme.set_zoom(100)


@pytest.fixture
def in_view(qtbot):
    """Shows a widget, as large as a tab in a usual window unless told otherwise; it is closed after the test."""

    def make(widget, width: int = 1136, height: int = 760):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        return widget

    return make


@pytest.fixture
def state(qapp) -> StudioState:
    return StudioState()


# The Corpus tab, with real texts and files


@pytest.fixture
def corpus_tab(qtbot, state: StudioState, in_view) -> Iterator[CorpusTab]:
    made = in_view(CorpusTab(state))
    qtbot.waitUntil(lambda: not made.texts.background.busy)
    yield made
    made.shut_down()


@pytest.fixture
def choose_text(qtbot, corpus_tab: CorpusTab) -> Callable[[str], None]:
    """Chooses a text by its id, and waits until all is known of it."""

    def choose(id: str) -> None:
        with qtbot.waitSignal(corpus_tab.study.compared):
            corpus_tab.open(id)

    return choose


@pytest.fixture
def own_text(qtbot, corpus_tab: CorpusTab) -> Callable[..., str]:
    """Makes a text of the student's own, shown on the tab; gives its id."""

    def make(text: str, title: str = "Mine") -> str:
        with qtbot.waitSignal(corpus_tab.study.compared):
            corpus_tab.texts.add(title, text)
        return corpus_tab.shelf.list.chosen_id or ""

    return make


@pytest.fixture
def type_text(qtbot, corpus_tab: CorpusTab) -> Callable[[str], None]:
    """Types where the cursor is, and waits until the tab has taken it."""

    def type_it(text: str) -> None:
        with qtbot.waitSignal(corpus_tab.editor.edited):
            qtbot.keyClicks(corpus_tab.editor.editor, text)

    return type_it


# A run in training, without a worker


@pytest.fixture
def train_state(tiny_text) -> StudioState:
    """A student who has chosen a text and made a model; the worker is ready."""
    made = StudioState()
    made.choose_corpus(CorpusText(id="verse", title="Verse", text=tiny_text), Tokenizer.characters(tiny_text))
    made.choose_train(TrainConfig(max_steps=400, batch_size=8, learning_rate=3e-3, eval_every=50))
    made.create_model()
    made.set_ready(Ready(device="cpu", device_name="Processor", threads=1))
    return made


@pytest.fixture
def run_record() -> Callable[..., RunRecord]:
    def make(name: str, steps: int = 400) -> RunRecord:
        return RunRecord(
            name=name,
            created="2026-01-01T00:00:00Z",
            model=ModelConfig(vocab_size=60),
            train=TrainConfig(max_steps=steps, batch_size=32),
            corpus=CorpusRecord(id="verse", title="Verse", sha256="a", characters=4000),
        )

    return make


@pytest.fixture
def steps_done() -> Callable[[int, int], list[StepDone]]:
    """What a training job tells of the steps from a first to a last one, with a falling loss."""

    def make(first: int, last: int) -> list[StepDone]:
        return [
            StepDone(
                step=step,
                train_loss=1.5 + 2.5 / step,
                learning_rate=1.7e-3,
                grad_norm=0.61,
                tokens_per_s=22_140.0,
                seconds=step * 0.05,
            )
            for step in range(first, last + 1)
        ]

    return make


@pytest.fixture
def begin(state: StudioState, run_record) -> Callable[..., OpenRun]:
    """Training begins, as the window does it: the run is opened, then the phase changes."""

    def make(name: str = "verse-4×128") -> OpenRun:
        run = OpenRun(Path("runs") / name, run_record(name))
        started = Started(
            run="r",
            parameters=1,
            device="cpu",
            precision="fp32",
            vocab_size=60,
            train_tokens=1,
            val_tokens=1,
            max_steps=400,
        )
        state.open_run(run)
        state.set_phase(Phase.TRAINING)
        state.add_events([started, Evaluated(step=0, train_loss=None, val_loss=4.1, bits_per_char=5.9)])
        return run

    return make
