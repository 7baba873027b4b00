"""Start-up and wiring of the window; the only file that knows every room."""

import gc
import logging
import os
import sys

if sys.platform == "win32":
    import torch  # noqa: F401  before Qt, whose libraries otherwise keep torch's from loading (pytorch issue 166628)

import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from gpt_studio import __version__, paths
from gpt_studio.engine.config import TokenizerConfig
from gpt_studio.engine.preferences import Preferences
from gpt_studio.gui import messages, theme
from gpt_studio.gui.conversation import Conversation
from gpt_studio.gui.main_window import MainWindow
from gpt_studio.gui.shell import dialogs
from gpt_studio.gui.shell.faults import Faults, keep_log
from gpt_studio.gui.shell.notice import Notice
from gpt_studio.gui.shell.opened_files import OpenedFiles
from gpt_studio.gui.state import Phase, StudioState, Visit
from gpt_studio.gui.widgets.page import Page
from gpt_studio.worker.front_desk import FrontDesk

log = logging.getLogger("gpt_studio.app")

RUN_PAGES = ("train", "write", "generalize", "look")  # they can show a run of last time

NO_DISPLAY = (
    "gpt-studio: there is no display to open a window on. The commands work without one: hardware, train, generate, "
    "evaluate, attention, runs, self-test (gpt-studio --help)."
)


def has_display(environment: dict[str, str] | None = None, platform: str = sys.platform) -> bool:
    """Whether a window can be opened. Only X11 and Wayland can be without; Qt would end the process over it."""
    told = os.environ if environment is None else environment
    if platform in ("win32", "darwin"):
        return True
    return any(told.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def tabs(state: StudioState, preferences: Preferences) -> dict[str, Callable[[], Page]]:
    """How to make each page. A page is imported when it is made, so the window does not wait for its widgets."""

    def hardware() -> Page:
        from gpt_studio.gui.tabs.hardware_tab import HardwareTab

        return HardwareTab(state)

    def corpus() -> Page:
        from gpt_studio.gui.tabs.corpus_tab import CorpusTab

        tab = CorpusTab(state)
        tab.reopen(preferences.get("last_corpus"))
        return tab

    def tokenizer() -> Page:
        from gpt_studio.gui.tabs.tokenizer_tab import TokenizerTab

        return TokenizerTab(state)

    def model() -> Page:
        from gpt_studio.gui.tabs.model_tab import ModelTab

        return ModelTab(state)

    def train() -> Page:
        from gpt_studio.gui.tabs.train_tab import TrainTab

        return TrainTab(state)

    def write() -> Page:
        from gpt_studio.gui.tabs.write_tab import WriteTab

        return WriteTab(state, preferences)

    def generalize() -> Page:
        from gpt_studio.gui.tabs.generalize_tab import GeneralizeTab

        return GeneralizeTab(state, preferences)

    def look() -> Page:
        from gpt_studio.gui.tabs.look_tab import LookTab

        return LookTab(state)

    def experiments() -> Page:
        from gpt_studio.gui.tabs.experiments_tab import ExperimentsTab

        return ExperimentsTab(state)

    makers = (hardware, corpus, tokenizer, model, train, write, generalize, look, experiments)
    return {maker.__name__: maker for maker in makers}


class Studio(QObject):
    """The rooms, wired together. `open` shows the window; torch is loaded in the worker's thread after that."""

    def __init__(self, preferences: Preferences, faults: Faults | None = None) -> None:
        super().__init__()
        self.state = StudioState(self)
        self.desk = FrontDesk(self)
        self.window = MainWindow(self.state, preferences, tabs(self.state, preferences))
        self.conversation = Conversation(self.state, self.desk, self.window.page, self)
        self.conversation.slot.snapshot_budget = lambda: preferences.get("snapshot_budget_gb") * 1024**3
        self._preferences = preferences
        self._pages_wanted = False
        self._wire(faults)

    def _wire(self, faults: Faults | None) -> None:
        window, conversation = self.window, self.conversation
        for name in window.made_pages:
            conversation.attach(name, window.page(name))
        window.page_made.connect(conversation.attach)
        window.leave_asked.connect(conversation.shut_down)
        conversation.told.connect(window.show_message)
        conversation.page_asked.connect(window.go)
        conversation.library_asked.connect(self.show_library)
        window.library_asked.connect(self.show_library)
        window.import_asked.connect(conversation.runs.import_archive)
        window.texts_asked.connect(self._add_texts)
        window.export_asked.connect(conversation.runs.export)
        conversation.training_changed.connect(window.status.follow)
        conversation.queue.finished.connect(Notice(window).tell)
        conversation.closed.connect(window.finish)
        state = self.state
        for change in (state.ready_changed, state.visit_changed, state.curve_grown):
            change.connect(self._make_pages_when_calm, Qt.ConnectionType.QueuedConnection)
        if faults is not None:
            conversation.unforeseen.connect(faults.tell)
            faults.happened.connect(self._show_fault)

    def open(self) -> None:
        self.window.painted.connect(self._begin)
        self.window.show()

    def show_library(self) -> None:
        """All runs, over the window."""
        from gpt_studio.gui.shell.library_box import show_library

        show_library(self.window, self.conversation)

    def _add_texts(self, files: list[Path]) -> None:
        """Text files that were dropped anywhere become texts of the student's own."""
        self.window.go("corpus")
        self.window.page("corpus").open_files(files)  # type: ignore[attr-defined]

    def _begin(self) -> None:
        """The window is on the screen: now load torch, look at the computer, and list the runs."""
        log.info("window shown")
        self.desk.start()
        hardware_page: Any = self.window.page("hardware")
        hardware_page.look()
        self.conversation.begin()
        self._reopen()
        for problem in self._preferences.problems:
            self.window.show_message("warn", messages.sentence(problem.code, problem.values))

    def _make_pages_when_calm(self) -> None:
        """Make the other pages after the worker's first job, which measures the machine or trains.

        Both run Python, of which one thread runs at a time: made together, torch was loaded half a second later and the
        machine seemed slower than it is.
        """
        state = self.state
        loaded = state.ready is not None or state.broken
        training = state.training or state.run
        begins = state.phase is Phase.TRAINING and training is not None and not training.curve.step
        if loaded and state.visit is Visit.NONE and not begins and not self._pages_wanted:
            self._pages_wanted = True
            QTimer.singleShot(0, self.window.make_remaining_pages)

    def _reopen(self) -> None:
        """Show the run that was open last time, on the page where it was looked at, and settings like its own."""
        told, page = self._preferences.get("last_run"), self._preferences.get("last_page")
        if page == "experiments":  # it shows something without a run, too
            self.window.go(page)
        if told and (Path(told) / "run.json").is_file():
            self.conversation.runs.open(Path(told))
            if self.state.run is not None:
                self.state.follow_run(self.state.run.record)
                if page in RUN_PAGES:
                    self.window.go(page)
        get = self._preferences.get
        self.state.choose_tokens(TokenizerConfig(kind=get("tokenizer"), vocab_size=get("vocab_size")))

    def _show_fault(self, details: str) -> None:
        dialogs.fault(self.window, details, str(paths.log_file())).open()


def main(watch: Callable[[Studio], None] | None = None, packed: Path | None = None) -> int:
    """Open the window; gives the exit code.

    Args:
        watch: Is shown the rooms before the window is opened: the stopwatch.
        packed: A packed run that was double-clicked; it is taken into the library and shown.
    """
    if not has_display():
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = theme.application(sys.argv)
    app.setApplicationName("GPT Studio")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("gpt-studio")
    keep_log(paths.log_file())
    faults = Faults()
    faults.watch(paths.log_file().with_name("crashes.log"))
    preferences = Preferences()
    theme.use(preferences.get("theme"))
    if theme.choice() != "projector":
        theme.set_zoom(preferences.get("zoom"))
    studio = Studio(preferences, faults)
    interrupts = _Interrupts(studio.window.leave)
    studio.window.all_made.connect(favour_the_window)
    if sys.platform == "darwin":  # elsewhere a double click is an argument, and listening to all events costs time
        OpenedFiles(app).asked.connect(studio.conversation.runs.import_archive)
    if packed is not None:
        studio.window.painted.connect(lambda: studio.conversation.runs.import_archive(packed))
    if watch is not None:
        watch(studio)
    studio.open()
    code = app.exec()
    interrupts.leave()
    studio.desk.wait()
    faults.leave()
    log.info("closed")
    return code


def favour_the_window() -> None:
    """All is loaded: from now on nothing that Python does in between holds the window up for long.

    It looks for rubbish again, but not among what has been loaded, a quarter of a million objects. And the window waits
    at most 1 ms, not 5, until the worker's Python lets it run.
    """
    gc.freeze()
    gc.enable()
    sys.setswitchinterval(0.001)


class _Interrupts(QObject):
    """Ctrl+C in the terminal, and the system's wish to end the program, close the window properly."""

    def __init__(self, then: Callable[[], None]) -> None:
        super().__init__()
        self._then = then
        self._ours, self._theirs = socket.socketpair()
        for end in (self._ours, self._theirs):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._take)
        self._before = {kind: signal.signal(kind, lambda *_: None) for kind in (signal.SIGINT, signal.SIGTERM)}
        signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)

    def _take(self) -> None:
        with suppress(BlockingIOError):
            self._ours.recv(64)
        self._then()

    def leave(self) -> None:
        signal.set_wakeup_fd(-1)
        for kind, before in self._before.items():
            signal.signal(kind, before)
        self._notifier.setEnabled(False)
        self._ours.close()
        self._theirs.close()
