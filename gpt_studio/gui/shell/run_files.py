"""The file dialogs for packed runs, and the file manager."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from gpt_studio.engine.keeping.archive import ENDING
from gpt_studio.gui.messages import tr


def ask_for_one(parent: QWidget) -> Path | None:
    """Let the student pick a packed run."""
    kinds = tr("Runs (*{ending})").format(ending=ENDING)
    chosen, _ = QFileDialog.getOpenFileName(parent, tr("Import a run"), _documents(), kinds)
    return Path(chosen) if chosen else None


def ask_where(parent: QWidget, run: Path) -> Path | None:
    """Let the student say where a copy of a run shall lie."""
    kinds = tr("Runs (*{ending})").format(ending=ENDING)
    proposed = str(Path(_documents()) / f"{run.name}{ENDING}")
    chosen, _ = QFileDialog.getSaveFileName(parent, tr("Export the run"), proposed, kinds)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix == ENDING else path.with_name(path.name + ENDING)


def show_folder(run: Path) -> bool:
    """Open the folder of a run in the file manager; False when none answers."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(run)))


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
