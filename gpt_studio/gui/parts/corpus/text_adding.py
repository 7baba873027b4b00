"""The ways by which a text becomes one of the student's own: a file, the clipboard, a drop, her own typing."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from gpt_studio.engine.corpus import TextFile
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.keeping.archive import ENDING
from gpt_studio.engine.texts.folder_texts import FolderTexts
from gpt_studio.engine.texts.tables import Table
from gpt_studio.engine.texts.text_files import title_of
from gpt_studio.gui import messages
from gpt_studio.gui.parts.corpus.encoding_card import EncodingCard
from gpt_studio.gui.parts.corpus.folder_card import FolderCard
from gpt_studio.gui.parts.corpus.table_card import TableCard
from gpt_studio.gui.parts.corpus.text_intake import TextIntake
from gpt_studio.gui.parts.corpus.texts import Texts
from gpt_studio.gui.widgets.basics import MessageBar
from gpt_studio.gui.widgets.drops import local_files

LONGEST_TITLE = 40


class ImportCards(NamedTuple):
    """The cards that ask before a file or folder becomes a text."""

    encoding: EncodingCard
    table: TableCard
    folder: FolderCard


class TextAdding(QObject):
    """Adds texts; what cannot be used is told in a bar, and a doubtful encoding is asked about on a card.

    Signals:
        asking: A card has a question and wants to be seen; carries the name of the file, and the card.
        asked: It has been answered.
        writing: An own text was begun; the next one to be shown is to be written over.
    """

    asking = Signal(str, object)
    asked = Signal()
    writing = Signal()

    def __init__(self, texts: Texts, cards: ImportCards, bar: MessageBar, parent: QWidget) -> None:
        super().__init__(parent)
        self._texts, self._cards, self._bar, self._window = texts, cards, bar, parent
        self._intake = TextIntake(texts.background, self)
        self._intake.read.connect(self._take)
        self._intake.unsure.connect(self._ask)
        self._intake.tabular.connect(self._ask_for_columns)
        self._intake.folder.connect(self._ask_for_files_of)
        self._intake.looking.connect(self._tell_looking)
        self._intake.refused.connect(self._refuse)
        cards.encoding.accepted.connect(self._accept)
        cards.encoding.other_asked.connect(lambda file, encoding: self._intake.open_as(file.path, encoding))
        cards.table.accepted.connect(lambda file, text: self._accept_text(title_of(file.path), text))
        cards.table.as_it_is.connect(lambda file: self._accept_text(title_of(file.path), file.text))
        cards.folder.accepted.connect(self._accept_text)
        for card in cards:
            card.rejected.connect(self._end_question)

    def open_files(self, paths: Iterable[Path]) -> None:
        """Add text files, one after the other."""
        self._bar.clear()
        self._intake.open(paths)

    def ask_for_files(self) -> None:
        """Let the student pick text files."""
        kinds = self.tr("Text (*.txt *.md *.py *.csv *.tsv *.json *.jsonl *.docx *.html *.tex *.log);;All files (*)")
        names, _ = QFileDialog.getOpenFileNames(self._window, self.tr("Add text files"), "", kinds)
        self.open_files(map(Path, names))

    def ask_for_folder(self) -> None:
        """Let the student pick a folder, whose files become one text."""
        name = QFileDialog.getExistingDirectory(self._window, self.tr("Add a folder of text files"))
        if name:
            self.open_files([Path(name)])

    def paste(self) -> None:
        """Make a text from the clipboard."""
        if not self.take(QGuiApplication.clipboard().mimeData()):
            words = self.tr("The clipboard holds no text. Copy some first, or write a text here.")
            self._bar.tell("warn", words, self.tr("Write"), self.write)

    def wants(self, found: QMimeData) -> bool:
        """Whether what hovers over the tab is text, or may be; a packed run is the window's."""
        is_run = any(path.suffix == ENDING for path in local_files(found))
        return not is_run and (found.hasUrls() or found.hasText())

    def take(self, found: QMimeData | None) -> bool:
        """Add what was pasted or dropped: files or text. False when it is neither."""
        if found is None:  # an empty clipboard, on some platforms
            return False
        files = local_files(found)
        if files:
            self.open_files(files)
        elif found.text().strip():
            self._bar.clear()
            self._texts.add(_title_from(found.text()) or self.tr("Pasted text"), found.text())
        return bool(files or found.text().strip())

    def write(self) -> None:
        """Make a text of one sentence that typing replaces."""
        self._bar.clear()
        self.writing.emit()
        self._texts.add(self.tr("My text"), self.tr("Write or paste your text here.") + "\n")

    def _take(self, file: TextFile) -> None:
        self._texts.add(title_of(file.path), file.text)
        if file.replaced:
            words = self.tr("{count} damaged places in “{name}” now hold the sign \ufffd.")
            self._bar.tell(
                "warn", words.format(count=messages.count(file.replaced), name=file.path.name.replace("<", "‹"))
            )

    def _ask(self, file: TextFile) -> None:
        self._bar.clear()
        self._cards.encoding.show_file(file)
        self.asking.emit(file.path.name, self._cards.encoding)

    def _ask_for_columns(self, file: TextFile, table: Table) -> None:
        self._bar.clear()
        self._cards.table.show_table(file, table)
        self.asking.emit(file.path.name, self._cards.table)

    def _ask_for_files_of(self, found: FolderTexts) -> None:
        self._bar.clear()
        self._cards.folder.show_folder(found)
        self.asking.emit(found.root.name, self._cards.folder)

    def _tell_looking(self, folder: Path, count: int) -> None:
        words = self.tr("“{name}” is being read: {count} files so far.")
        self._bar.tell("accent", words.format(name=folder.name.replace("<", "‹"), count=messages.count(count)))

    def _refuse(self, path: Path, error: StudioError) -> None:
        words = messages.sentence(error.code, error.values)
        told = f"{path.name}: {words}" if path.name else words
        self._bar.tell("bad", told.replace("<", "‹"))  # no markup from the name of a file

    def _accept(self, file: TextFile) -> None:
        self.asked.emit()
        self._intake.take(file)

    def _accept_text(self, title: str, text: str) -> None:
        self.asked.emit()
        if text.strip():
            self._texts.add(title, text)
        else:
            self._bar.tell("bad", self.tr("There is no text in what you have chosen. Choose other columns or files."))
        self._intake.go_on()

    def _end_question(self) -> None:
        self.asked.emit()
        self._intake.go_on()


def _title_from(text: str) -> str:
    """The first line that says something, cut between words."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= LONGEST_TITLE:
        return line
    return line[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,.;:-") + "…"
