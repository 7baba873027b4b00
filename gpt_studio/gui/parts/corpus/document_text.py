"""A text in a Qt document: put in, changed as a whole, and taken out again to the very character."""

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextCursor, QTextDocument

from gpt_studio.gui.parts.corpus.editor_places import Places, changed_part, from_document, to_document


class DocumentText(QObject):
    """Knows where each character of a text stands in the document, and which part was changed since it was last asked.

    Signals:
        edited: The document was changed after `places` were set.
    """

    edited = Signal()

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._document = document
        self._is_watching = False
        self.places = Places("")
        self._forget()
        document.contentsChange.connect(self._note)

    def begin(self, places: Places) -> None:
        """Something else is about to be shown; its changes are none until `watch`."""
        self._is_watching = False
        self.places = places

    def watch(self) -> None:
        """It is shown: from now on every change is an edit."""
        self._is_watching = True
        self._forget()

    def text(self) -> str:
        """The whole text as it stands, no-break spaces and all (`toPlainText` would lose them)."""
        return from_document(self._document.toRawText())

    def replace(self, before: str, new: str) -> None:
        """Change the text, `before`, in one step of the undo history; what is the same at both ends is left alone."""
        start, end, changed = changed_part(before, new)
        cursor = QTextCursor(self._document)
        self._document.setModified(False)  # here and below: typing beside it is not joined with this step
        cursor.beginEditBlock()
        cursor.setPosition(self.places.position(start))
        cursor.setPosition(self.places.position(end), QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        cursor.insertText(to_document(changed))
        cursor.endEditBlock()
        self._document.setModified(False)

    def take_change(self, before: str) -> str:
        """The text after what was typed since it was `before`; only the part that changed is fetched, since the whole
        of a large text would hold typing up.
        """
        count = self._document.characterCount() - 1
        start = min(self._kept_before, self.places.positions, count)
        kept = min(self._kept_after, self.places.positions - start, count - start)
        cursor = QTextCursor(self._document)
        cursor.setPosition(start)
        cursor.setPosition(count - kept, QTextCursor.MoveMode.KeepAnchor)
        new = from_document(cursor.selectedText())
        first, last = self.places.place(start), self.places.place(self.places.positions - kept)
        text = "".join((before[:first], new, before[last:]))
        self.places.replace(first, last, new)
        if self.places.positions != count:  # cannot be; but a text is too dear to rely on it
            text = self.text()
            self.places = Places(text)
        self._forget()
        return text

    def _forget(self) -> None:
        self._kept_before = self._kept_after = sys.maxsize  # positions at both ends that no change has touched

    def _note(self, position: int, removed: int, added: int) -> None:
        if self._is_watching and (removed or added):
            after = self._document.characterCount() - 1 - position - added
            self._kept_before = min(self._kept_before, position)
            self._kept_after = min(self._kept_after, max(0, after))
            self.edited.emit()
