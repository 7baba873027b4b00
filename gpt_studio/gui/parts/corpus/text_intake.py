"""Files and folders on their way into the program: read one after the other, while the window stays alive."""

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine import corpus
from gpt_studio.engine.corpus import TextFile
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.texts.folder_texts import FolderTexts, read_folder
from gpt_studio.engine.texts.tables import is_table, read_table
from gpt_studio.gui.background import Background


class TextIntake(QObject):
    """Reads what a student opens or drops. After all but `read` and `refused` it waits for `go_on`.

    Signals:
        read: A file whose letters are certain; carries a TextFile.
        unsure: A file whose encoding was guessed; carries a TextFile.
        tabular: A file that holds a table; carries a TextFile and its Table.
        folder: A folder and what is in it; carries a FolderTexts.
        looking: A large folder is being read; carries the folder and how many files were looked at.
        refused: What cannot be used; carries its path and the StudioError.
    """

    read = Signal(object)
    unsure = Signal(object)
    tabular = Signal(object, object)
    folder = Signal(object)
    looking = Signal(object, int)
    refused = Signal(object, object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._waiting: deque[Path] = deque()
        self._busy = False

    def open(self, paths: Iterable[Path]) -> None:
        """Read these files and folders, in this order."""
        self._waiting.extend(paths)
        if not self._busy:
            self.go_on()

    def open_as(self, path: Path, encoding: str) -> None:
        """Read a file again, in the encoding that the student has named."""
        self._read(path, encoding)

    def take(self, file: TextFile) -> None:
        """A file's letters are right: take it, or look for the table in it."""
        if not is_table(file.path):
            self.read.emit(file)
            self.go_on()
            return

        def refuse(error: Exception) -> None:
            if isinstance(error, StudioError) and error.code == "table.none":
                self.read.emit(file)  # JSON of another kind is a text like any other
                self.go_on()
            else:
                self._refuse(file.path, error)

        self._background.run(
            "reading a table",
            lambda: read_table(file.path, file.text),
            lambda table: self.tabular.emit(file, table),
            refuse,
        )

    def go_on(self) -> None:
        """The file in question is settled; take the next one."""
        self._busy = bool(self._waiting)
        if self._waiting:
            self._read(self._waiting.popleft(), None)

    def _read(self, path: Path, encoding: str | None) -> None:
        def follow(found: int | TextFile | FolderTexts) -> None:
            if isinstance(found, int):
                self.looking.emit(path, found)
            elif isinstance(found, FolderTexts):
                self.folder.emit(found)
            elif found.guessed or encoding:
                self.unsure.emit(found)
            else:
                self.take(found)

        self._busy = True
        self._background.run(
            "reading a file",
            lambda: _found_at(path, encoding),
            failed=lambda error: self._refuse(path, error, goes_on=encoding is None),
            told=follow,
        )

    def _refuse(self, path: Path, error: Exception, goes_on: bool = True) -> None:
        known = error if isinstance(error, StudioError) else StudioError("unforeseen", reason=str(error))
        self.refused.emit(path, known)
        if goes_on:
            self.go_on()


def _found_at(path: Path, encoding: str | None) -> Iterator[int | TextFile | FolderTexts]:
    if path.is_dir():
        yield from read_folder(path)
    else:
        yield corpus.read_text_file(path, encoding)
