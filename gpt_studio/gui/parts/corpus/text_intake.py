"""Files on their way into the program: read one after the other, while the window stays alive."""

from collections import deque
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine import corpus
from gpt_studio.engine.corpus import TextFile
from gpt_studio.engine.errors import StudioError
from gpt_studio.gui.background import Background


class TextIntake(QObject):
    """Reads the files that a student opens or drops.

    Signals:
        read: A file whose letters are certain; carries a TextFile.
        unsure: A file whose encoding was guessed; nothing else is read until `go_on`.
        refused: A file that cannot be used; carries its path and the StudioError.
    """

    read = Signal(object)
    unsure = Signal(object)
    refused = Signal(object, object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._waiting: deque[Path] = deque()
        self._busy = False

    def open(self, paths: Iterable[Path]) -> None:
        """Read these files, in this order."""
        self._waiting.extend(paths)
        if not self._busy:
            self.go_on()

    def open_as(self, path: Path, encoding: str) -> None:
        """Read a file again, in the encoding that the student has named."""
        self._read(path, encoding)

    def go_on(self) -> None:
        """The file in question is settled; take the next one."""
        self._busy = bool(self._waiting)
        if self._waiting:
            self._read(self._waiting.popleft(), None)

    def _read(self, path: Path, encoding: str | None) -> None:
        def take(file: TextFile) -> None:
            if file.guessed or encoding:
                self.unsure.emit(file)
            else:
                self.read.emit(file)
                self.go_on()

        def refuse(error: Exception) -> None:
            known = error if isinstance(error, StudioError) else StudioError("unforeseen", reason=str(error))
            self.refused.emit(path, known)
            if encoding is None:
                self.go_on()

        self._busy = True
        self._background.run("reading a file", lambda: corpus.read_text_file(path, encoding), take, refuse)
