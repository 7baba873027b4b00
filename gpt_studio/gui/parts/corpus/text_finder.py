"""Goes from match to match in the editor, and marks those in view."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from gpt_studio.gui.parts.corpus.find_bar import FindBar
from gpt_studio.gui.parts.corpus.text_editor import TextEditor
from gpt_studio.gui.parts.corpus.text_search import find_all, nearest

LONGEST_FROM_SELECTION = 60  # characters; a longer selection is not meant as a word to look for


class Finder(QObject):
    """Joins the find bar with the editor.

    Args:
        go_to: Shows a place of the text and selects so many characters there, on whichever page.
    """

    def __init__(self, bar: FindBar, editor: TextEditor, go_to: Callable[[int, int], None]) -> None:
        super().__init__(bar)
        self._bar, self._editor, self._go_to = bar, editor, go_to
        self._text = ""
        self._found: list[int] = []
        self._current: int | None = None
        self._marked = False
        bar.changed.connect(self._search)
        bar.next_asked.connect(lambda: self._step(True))
        bar.previous_asked.connect(lambda: self._step(False))

    def begin(self) -> None:
        """Start a search, with the selected word if there is one."""
        chosen = self._editor.textCursor().selectedText()
        self._bar.begin(chosen if len(chosen) <= LONGEST_FROM_SELECTION and "\u2029" not in chosen else "")

    def take_text(self, text: str) -> None:
        """Count the matches anew; the text is another one, or was edited."""
        self._text = text
        self._found, self._current = find_all(text, self._bar.word), None
        self._show()

    def mark(self) -> None:
        """Mark the matches in view; those elsewhere are marked when they come into view."""
        if not self._found:
            if self._marked:
                self._editor.set_found(())
            self._marked = False
            return
        first, last = self._editor.visible_places()
        begin = nearest(self._found, first, True) or 0
        near = self._found[max(0, begin - 1) : begin + 2_000]
        self._editor.set_found([(place, len(self._bar.word)) for place in near if place <= last])
        self._marked = True

    def _search(self, word: str) -> None:
        self._found, self._current = find_all(self._text, word), None
        if self._found:
            self._step(True, from_view=True)
        self._show()

    def _step(self, forward: bool, from_view: bool = False) -> None:
        """Go to the next or the previous match, seen from the cursor."""
        if not self._found:
            return
        cursor, places = self._editor.textCursor(), self._editor.places
        start = places.place(cursor.selectionStart())
        if from_view:
            start = self._editor.visible_places()[0]
        elif forward and cursor.hasSelection():
            start += 1
        self._current = nearest(self._found, start, forward)
        if self._current is not None:
            self._go_to(self._found[self._current], len(self._bar.word))
        self._show()

    def _show(self) -> None:
        self._bar.show_count(None if self._current is None else self._current + 1, len(self._found))
        self.mark()
