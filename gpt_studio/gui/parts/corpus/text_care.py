"""What a student does with a text of her own: edit, rename, delete, clean up; all of it can be taken back."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from gpt_studio.engine.requests import CorpusText
from gpt_studio.gui import messages
from gpt_studio.gui.parts.corpus.corpus_checks import CONTROLS, without_controls
from gpt_studio.gui.parts.corpus.corpus_editor import CorpusEditor
from gpt_studio.gui.parts.corpus.texts import Texts
from gpt_studio.gui.widgets.basics import MessageBar

UNDO_MS = 10_000


class TextCare(QObject):
    """Changes own texts, and makes own texts from ready-made ones.

    Signals:
        gone: A text was deleted; carries its id.
        renamed: A text has another title; carries it as a CorpusText.
    """

    gone = Signal(str)
    renamed = Signal(object)

    def __init__(self, texts: Texts, editor: CorpusEditor, bar: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._texts, self._editor, self._bar = texts, editor, bar
        self._told = ""
        self._timer = QTimer(self, objectName="undo bar", interval=UNDO_MS, singleShot=True)
        self._timer.timeout.connect(self._clear)

    def copy(self, text: CorpusText) -> None:
        """Make an own text from a ready-made one."""
        self._texts.add(self.tr("My {title}").format(title=text.title), text.text)

    def duplicate(self, text: CorpusText) -> None:
        """Make another own text of an own one; the title that is taken gets a number."""
        self._texts.add(text.title, text.text)

    def rename(self, id: str, title: str) -> None:
        """Give a text another title."""
        self._editor.settle()
        entry = self._texts.entry(id)
        renamed = self._texts.rename(id, title)
        if renamed and entry:
            self.renamed.emit(renamed)
            words = self.tr("“{old}” is now “{new}”.").format(old=entry.title, new=renamed.title)
            self._offer_undo(words, lambda: self._rename_back(renamed.id, entry.title))

    def delete(self, id: str) -> None:
        """Delete a text; for ten seconds a bar offers to take it back."""
        self._editor.settle()
        deleted = self._texts.delete(id)
        if deleted:
            self.gone.emit(id)
            words = self.tr("“{title}” was deleted.").format(title=deleted.title)
            self._offer_undo(words, lambda: self._texts.add(deleted.title, deleted.text))

    def remove_controls(self, text: CorpusText, own: bool) -> None:
        """Take the control characters out; of a ready-made text a copy is made first."""
        count = len(CONTROLS.findall(text.text))
        words = self.tr("{count} control characters taken out; tabs became spaces.").format(count=messages.count(count))
        self.change(text, own, without_controls(text.text), self.tr("Remove control characters"), words)

    def change(self, text: CorpusText, own: bool, new: str, label: str, words: str) -> None:
        """Change a whole text in one step that can be taken back; of a ready-made one a changed copy is made.

        Args:
            text: As it is now.
            own: Whether it is the student's.
            new: As it shall be.
            label: What is done, for the tip of Undo.
            words: What was done, for the bar.
        """
        if own:
            self._editor.replace_text(new, label)
            self._offer_undo(words, self._editor.undo.click)
        else:
            self._texts.add(self.tr("My {title}").format(title=text.title), new)
            self._offer(self.tr("This is a copy. {what}").format(what=words))

    def _rename_back(self, id: str, title: str) -> None:
        renamed = self._texts.rename(id, title)
        if renamed:
            self.renamed.emit(renamed)

    def _offer_undo(self, words: str, undo: Callable[[], None]) -> None:
        self._offer(words, self.tr("Undo"), undo)

    def _offer(self, words: str, button: str | None = None, then: Callable[[], None] | None = None) -> None:
        self._bar.tell("accent", words, button, then)
        self._told = words
        self._timer.start()

    def _clear(self) -> None:
        if self._bar.words == self._told:  # not what was told since
            self._bar.clear()
