"""The ways by which a text becomes one of the student's own: a file, the clipboard, a drop, her own typing."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from gpt_studio.engine.corpus import TextFile
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.text_files import title_of
from gpt_studio.gui import messages
from gpt_studio.gui.parts.corpus.encoding_card import EncodingCard
from gpt_studio.gui.parts.corpus.text_intake import TextIntake
from gpt_studio.gui.parts.corpus.texts import Texts
from gpt_studio.gui.widgets.basics import MessageBar

LONGEST_TITLE = 40


class TextAdding(QObject):
    """Adds texts; what cannot be used is told in a bar, and a doubtful encoding is asked about on a card.

    Signals:
        asking: The card has a question and wants to be seen; carries the name of the file.
        asked: It has been answered.
        writing: An own text was begun; the next one to be shown is to be written over.
    """

    asking = Signal(str)
    asked = Signal()
    writing = Signal()

    def __init__(self, texts: Texts, card: EncodingCard, bar: MessageBar, parent: QWidget) -> None:
        super().__init__(parent)
        self._texts, self._card, self._bar, self._window = texts, card, bar, parent
        self._intake = TextIntake(texts.background, self)
        self._intake.read.connect(self._take)
        self._intake.unsure.connect(self._ask)
        self._intake.refused.connect(self._refuse)
        card.accepted.connect(self._accept)
        card.other_asked.connect(lambda file, encoding: self._intake.open_as(file.path, encoding))
        card.rejected.connect(self._end_question)

    def open_files(self, paths: Iterable[Path]) -> None:
        """Add text files, one after the other."""
        self._bar.clear()
        self._intake.open(paths)

    def ask_for_files(self) -> None:
        """Let the student pick text files."""
        kinds = self.tr("Text (*.txt *.md *.py *.csv *.json *.html *.tex *.log);;All files (*)")
        names, _ = QFileDialog.getOpenFileNames(self._window, self.tr("Add text files"), "", kinds)
        self.open_files(map(Path, names))

    def paste(self) -> None:
        """Make a text from the clipboard."""
        if not self.take(QGuiApplication.clipboard().mimeData()):
            words = self.tr("The clipboard holds no text. Copy some first, or write a text here.")
            self._bar.tell("warn", words, self.tr("Write"), self.write)

    def take(self, found: QMimeData | None) -> bool:
        """Add what was pasted or dropped: files or text. False when it is neither."""
        if found is None:  # an empty clipboard, on some platforms
            return False
        files = [Path(url.toLocalFile()) for url in found.urls() if url.isLocalFile()]
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
        self._card.show_file(file)
        self.asking.emit(file.path.name)

    def _refuse(self, path: Path, error: StudioError) -> None:
        words = messages.sentence(error.code, error.values)
        told = f"{path.name}: {words}" if path.name else words
        self._bar.tell("bad", told.replace("<", "‹"))  # no markup from the name of a file

    def _accept(self, file: TextFile) -> None:
        self.asked.emit()
        self._take(file)
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
