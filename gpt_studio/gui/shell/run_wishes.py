"""What a student wishes of her runs: shown, renamed, handed on, thrown away and had back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.errors import StudioError
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.shell.follower import Follower
from gpt_studio.gui.shell.run_care import RunCare
from gpt_studio.gui.shell.run_shelf import RunShelf
from gpt_studio.gui.state import StudioState

Face = Callable[[str, str, str, Callable[[], None] | None], None]  # tone, words, button or "", what the button does


class RunWishes(QObject):
    """Answers them, and tells what came of it: in the library while it is open, else in the window.

    Args:
        state: Says which run is open.
        shelf, care: Do the work, at once or in the background.
        follower: Looks on where another program trains the run that is opened.
        training: Gives the run in training.
        page: Gives a page by its name.

    Signals:
        told: tone, words, button or "", what the button does or None.
        page_asked: A page is to be shown; carries its name.
    """

    told = Signal(str, str, str, object)
    page_asked = Signal(str)

    def __init__(
        self,
        state: StudioState,
        shelf: RunShelf,
        care: RunCare,
        follower: Follower,
        training: Callable[[], OpenRun | None],
        page: Callable[[str], Any],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._shelf, self._care, self._follower = state, shelf, care, follower
        self._training, self._page = training, page
        self.face: Face | None = None  # the library while it is open
        care.told.connect(self._tell)
        care.arrived.connect(self._welcome)

    def open(self, path: Path) -> None:
        """Show a run; the one in training is shown as it is now, not as it lies on the disk."""
        self._follower.stop()
        training = self._training()
        if training and training.path == path:
            self._state.open_run(training)
            return
        try:
            self._state.open_run(self._shelf.read(path))
        except StudioError as error:
            self.tell_problem(error)
            return
        self._follower.follow_if_in_use(path)

    def show(self, path: Path) -> None:
        """Show a run on the page that it was made on."""
        self.open(path)
        self.page_asked.emit("train")

    def import_archive(self, path: Path) -> None:
        """Make a run of a packed one (`.gptrun`) and show it; what is wrong with the file is told."""
        self._care.import_archive(path)

    def export(self, target: Path) -> None:
        """Pack the open run into one file."""
        if self._state.run is not None:
            self._care.export(self._state.run.path, target)

    def _welcome(self, path: Path) -> None:
        """Show a run that has come; an open library chooses it itself."""
        if self.face is None:
            self.show(path)

    def rename(self, path: Path, name: str) -> None:
        try:
            old = self._shelf.rename(path, name)
        except StudioError as error:
            self.tell_problem(error)
            return
        training = self._training()
        if training and training.path == path:
            self._shelf.renew(training, at_rest=False)
        words = tr("{old} is now called {new}.").format(old=old, new=name.strip())
        self._tell("accent", words, tr("Undo"), lambda: self.rename(path, old))

    def delete(self, path: Path) -> None:
        name = next((run.name for run in self._state.runs if run.path == path), path.name)
        training = self._training()
        if training and training.path == path:
            self.tell_problem(StudioError("run.in_training", run=name))
            return
        try:
            where = self._shelf.throw_away(path)
        except StudioError as error:
            self.tell_problem(error)
            return
        if where and self.face:
            words = tr("{name} is in the trash.").format(name=name)
            self.face("accent", words, tr("Undo"), lambda: self._have_back(where, path))
        elif where:
            self._page("train").run_deleted(name, lambda: self._have_back(where, path))
        else:
            self._tell("accent", tr("{name} is in the system's trash.").format(name=name), "", None)

    def _have_back(self, where: Path, path: Path) -> None:
        try:
            self._shelf.have_back(where, path)
        except StudioError as error:
            self.tell_problem(error)

    # Telling

    def tell_problem(self, error: StudioError) -> None:
        """Why something about a run could not be done: in the library while it is open, else on the Train page."""
        words = messages.sentence(error.code, error.values)
        if self.face is not None:
            self.face("bad", words, "", None)
        else:
            self._page("train").show_problem(words)

    def _tell(self, tone: str, words: str, button: str, then: Callable[[], None] | None) -> None:
        """Of a run: in the library while it is open, else in the window."""
        if self.face is not None:
            self.face(tone, words, button, then)
        else:
            self.told.emit(tone, words, button, then)

    def lose_face(self) -> None:
        """The library is closed."""
        self.face = None
