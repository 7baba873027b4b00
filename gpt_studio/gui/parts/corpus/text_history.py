"""Undo and redo of the corpus editor: typing, and changes of the whole text, each with a name."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextDocument

from gpt_studio.gui.parts.corpus.text_editor import TextEditor
from gpt_studio.gui.parts.corpus.text_pages import fits_whole


@dataclass(frozen=True)
class _Whole:
    """A change of the whole text that the editor's document could not take, being one of pages."""

    before: str
    after: str
    label: str


class TextHistory(QObject):
    """One history over two: the steps of the document, and before and after them whole texts.

    A document remembers its own steps. A text in pages is not one document, so a change of it is remembered whole; the
    document's steps then begin anew.

    Args:
        text: Gives the whole text as it is now.
        show: Puts another whole text into the editor, which forgets the document's steps.

    Signals:
        changed: What can be undone or redone is another.
    """

    changed = Signal()

    def __init__(self, editor: TextEditor, text: Callable[[], str], show: Callable[[str], None]) -> None:
        super().__init__(editor)
        self._editor, self._text, self._show = editor, text, show
        self._labels: dict[int, tuple[int, str]] = {}  # by the document's count after the step; its count before
        self._done: list[_Whole] = []
        self._undone: list[_Whole] = []
        editor.document().undoCommandAdded.connect(self._forget_other_branch)
        editor.undoAvailable.connect(self.changed)
        editor.redoAvailable.connect(self.changed)

    def clear(self) -> None:
        """Another text is shown."""
        self._labels.clear()
        self._done.clear()
        self._undone.clear()
        self.changed.emit()

    def replace(self, new: str, label: str) -> None:
        """Change the whole text in one step."""
        before = self._text()
        self._undone.clear()
        if not self._editor.isReadOnly() and fits_whole(before) and fits_whole(new):
            count = self._steps
            self._editor.content.replace(before, new)
            self._labels[self._steps] = (count, label)
        else:
            self._done.append(_Whole(before, new, label))
            self._labels.clear()
            self._show(new)
        self.changed.emit()

    def undo(self) -> None:
        """Take the last step back."""
        if self._document.isUndoAvailable():
            self._editor.undo_step()
        elif self._done:
            step = self._done.pop()
            self._undone.append(step)
            self._show(step.before)
        self.changed.emit()

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self._document.isRedoAvailable():
            self._editor.redo_step()
        elif self._undone:
            step = self._undone.pop()
            self._done.append(step)
            self._show(step.after)
        self.changed.emit()

    @property
    def can_undo(self) -> bool:
        return self._document.isUndoAvailable() or bool(self._done)

    @property
    def can_redo(self) -> bool:
        return self._document.isRedoAvailable() or bool(self._undone)

    @property
    def undo_label(self) -> str:
        """What would be taken back; empty for typing."""
        if self._document.isUndoAvailable():
            return self._labels.get(self._steps, (0, ""))[1]
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        """What would be done again; empty for typing."""
        if self._document.isRedoAvailable():
            return next((label for before, label in self._labels.values() if before == self._steps), "")
        return self._undone[-1].label if self._undone else ""

    @property
    def _document(self) -> QTextDocument:
        return self._editor.document()

    @property
    def _steps(self) -> int:
        return self._document.availableUndoSteps()

    def _forget_other_branch(self) -> None:
        """A step is new: what had been taken back before it cannot be done again."""
        self._labels = {after: label for after, label in self._labels.items() if after < self._steps}
        self._undone.clear()
        self.changed.emit()
