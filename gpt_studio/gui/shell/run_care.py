"""What is done with whole runs beside the window: packed, unpacked, copied, measured, thinned."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from gpt_studio.engine import runs
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.keeping import archive, library, run_parts, snapshot_room
from gpt_studio.engine.keeping.run_parts import Carried, DiskUse
from gpt_studio.gui import messages
from gpt_studio.gui.background import Background, Errand
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.shell.run_shelf import RunShelf
from gpt_studio.gui.state import StudioState

log = logging.getLogger(__name__)
SOON_MS = 300  # what takes longer is told, with a button that stops it


class RunCare(QObject):
    """Works in the background and tells what came of it.

    Signals:
        told: Tone, words, button or "", what the button does or None.
        arrived: A run is there that was not, imported or copied; carries its folder.
        measured: `uses` knows more.
    """

    told = Signal(str, str, str, object)
    arrived = Signal(object)
    measured = Signal()

    def __init__(
        self, state: StudioState, shelf: RunShelf, training: Callable[[], OpenRun | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state, self._shelf, self._training = state, shelf, training
        self.background = Background(self)
        self.uses: dict[Path, DiskUse] = {}
        self._measuring: Errand | None = None

    # To and fro

    def import_archive(self, path: Path) -> None:
        """Make a run of a `.gptrun`; a file of another kind is refused."""
        if path.suffix.casefold() != archive.ENDING:
            self._fail(StudioError("archive.kind", archive=path.name))
            return

        def welcome(folder: Path) -> None:
            self._take_in(folder, tr("{name} is imported."))

        words = tr("{name} is being imported.").format(name=path.name)
        self._carry(words, lambda: archive.unpack(path), welcome)

    def duplicate(self, path: Path) -> None:
        """Copy a run under a name of its own."""

        def welcome(folder: Path) -> None:
            self._take_in(folder, tr("{name} is a copy that you can change."))

        self._carry(self._words(tr("{name} is being copied."), path), lambda: library.duplicate(path), welcome, path)

    def export(self, path: Path, target: Path) -> None:
        """Pack a run into one file."""

        def tell(written: Path) -> None:
            self.told.emit("good", tr("Saved: {path}").format(path=written), "", None)

        words = self._words(tr("{name} is being saved as one file."), path)
        self._carry(words, lambda: archive.pack(path, target), tell, path)

    def _carry(
        self, words: str, job: Callable[[], Iterator[Carried]], then: Callable[[Path], None], run: Path | None = None
    ) -> None:
        if run is not None and self._is_training(run):
            return
        late = QTimer(self, interval=SOON_MS, singleShot=True, objectName="late")

        def hear(carried: Carried) -> None:
            if carried.result is not None:
                late.stop()
                then(carried.result)

        def stop() -> None:
            errand.cancel()
            self.told.emit("accent", tr("Stopped. Nothing was changed."), "", None)

        def fail(error: Exception) -> None:
            late.stop()
            self._fail(error)

        errand = self.background.run("carry a run", job, told=hear, failed=fail)
        errand.ended.connect(late.deleteLater)
        late.timeout.connect(lambda: self.told.emit("accent", words, tr("Stop"), stop))
        late.start()

    def _take_in(self, folder: Path, words: str) -> None:
        self._shelf.refresh()
        self.arrived.emit(folder)
        self.told.emit("good", self._words(words, folder), "", None)

    # Room

    def measure(self) -> None:
        """Find out anew how much room each run takes."""
        if self._measuring is not None:
            self._measuring.cancel()
        paths = [run.path for run in self._state.runs]
        self.uses = {path: use for path, use in self.uses.items() if path in {*paths}}
        errand = self.background.run("measure runs", lambda: run_parts.disk_uses(paths), told=self._take_uses)
        errand.ended.connect(lambda: self._end_measuring(errand))
        self._measuring = errand

    @property
    def is_measuring(self) -> bool:
        return self._measuring is not None

    def _take_uses(self, uses: dict[Path, DiskUse]) -> None:
        self.uses |= uses
        self.measured.emit()

    def _end_measuring(self, errand: Errand) -> None:
        if self._measuring is errand:
            self._measuring = None
            self.measured.emit()

    def offer_thinning(self, path: Path, over_bytes: int) -> None:
        """Tell which snapshots of a run would go, and remove them when the student agrees."""
        if self._is_training(path):
            return
        try:
            plan = snapshot_room.plan_thinning(path, over_bytes)
        except StudioError as error:
            self._fail(error)
            return
        if not plan.steps:
            words = self._words(
                tr("{name} keeps only its first and last snapshot, and forked ones; there is nothing to thin."),
                path,
            )
            self.told.emit("accent", words, "", None)
            return
        words = tr(
            "{name}: the {count} snapshots of steps {first} to {last} would go and free {size}. "
            "The models of those steps cannot be had back."
        )
        if len(plan.steps) == 1:
            words = tr(
                "{name}: the snapshot of step {first} would go and free {size}. "
                "The model of that step cannot be had back."
            )
        words = words.format(
            name=self._name(path),
            count=len(plan.steps),
            first=messages.count(plan.steps[0]),
            last=messages.count(plan.steps[-1]),
            size=messages.size(plan.freed_bytes),
        )
        self.told.emit("warn", words, tr("Thin out"), lambda: self._thin(path, plan.steps))

    def _thin(self, path: Path, steps: tuple[int, ...]) -> None:
        def tell(freed: int) -> None:
            self.measure()
            if self._state.run is not None and self._state.run.path == path:
                self._state.set_kept(runs.kept_steps(path))
            words = tr("{name}: {size} are free again.").format(name=self._name(path), size=messages.size(freed))
            self.told.emit("good", words, "", None)

        self.background.run("thin a run", lambda: snapshot_room.thin(path, steps), done=tell, failed=self._fail)

    # Telling

    def _is_training(self, path: Path) -> bool:
        training = self._training()
        if training is not None and training.path == path:
            self._fail(StudioError("run.in_training", run=training.name))
            return True
        return False

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            log.error("a run could not be carried", exc_info=error)
            error = StudioError("unforeseen")
        self.told.emit("bad", messages.sentence(error.code, error.values), "", None)

    def _name(self, path: Path) -> str:
        return next((run.name for run in self._state.runs if run.path == path), path.name)

    def _words(self, words: str, path: Path) -> str:
        return words.format(name=self._name(path))
