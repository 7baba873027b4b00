"""Takes written texts along: to the clipboard, or into files."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from gpt_studio import paths
from gpt_studio.engine import files
from gpt_studio.engine.errors import StudioError
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.write.exporting import KINDS
from gpt_studio.gui.parts.write.writing_cards import WritingCards
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import MessageBar


class TakingAlong(QObject):
    """Copies, saves and exports.

    Args:
        state: Its run gives a file its name.
        texts: What there is to take.
        bar: Where it tells that it is done, or could not be.

    Attributes:
        ask_file: From a suggested path to the chosen one, "" for none.
    """

    def __init__(self, state: StudioState, texts: WritingCards, bar: MessageBar, parent: QWidget) -> None:
        super().__init__(parent)
        self._state, self._texts, self._bar, self._window = state, texts, bar, parent
        self.ask_file: Callable[[str], str] = self._ask_file

    def copy(self) -> None:
        """The chosen card's text to the clipboard."""
        QGuiApplication.clipboard().setText(self._texts.card.output.text())
        self._bar.tell("good", tr("Copied."))

    def save(self) -> None:
        """The chosen card's text to a file."""
        if self._state.run is None:
            return
        name = f"{self._state.run.name}, {self._texts.title.lower()}.txt"
        chosen = self.ask_file(str(paths.texts_home() / name))
        if not chosen:
            return
        self._write(Path(chosen), self._texts.card.output.text())

    def export(self, kind: str) -> None:
        """All shown texts with how they came about, to a file of a kind that `exporting` knows."""
        run, shown = self._state.run, self._texts.shown()
        if run is None or not shown:
            return
        chosen = self.ask_file(str(paths.texts_home() / tr("{run}, texts").format(run=run.name)) + f".{kind}")
        if chosen:
            self._write(Path(chosen), KINDS[kind][1](run.record, shown))

    def _write(self, path: Path, words: str) -> None:
        try:
            files.write_text(path, words)
        except StudioError as error:
            self._bar.tell("bad", messages.sentence(error.code, error.values))
        else:
            self._bar.tell("good", tr("Saved: {path}").format(path=path))

    def _ask_file(self, suggested: str) -> str:
        kind = tr(KINDS[Path(suggested).suffix.removeprefix(".")][0])
        chosen, _ = QFileDialog.getSaveFileName(self._window, tr("Save text"), suggested, kind)
        return chosen
