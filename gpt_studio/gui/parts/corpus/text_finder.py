"""Goes from match to match in the editor, marks those in view, and replaces them."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from gpt_studio.gui import messages
from gpt_studio.gui.parts.corpus.find_bar import FindBar
from gpt_studio.gui.parts.corpus.text_editor import TextEditor
from gpt_studio.gui.parts.corpus.text_search import Match, PatternError, Search, nearest
from gpt_studio.gui.widgets.busy import busy_cursor

LONGEST_FROM_SELECTION = 60  # characters; a longer selection is not meant as a word to look for
LARGE = 1_000_000  # characters in which replacing takes more than 0.2 s


class Finder(QObject):
    """Joins the find bar with the editor.

    Args:
        go_to: Shows a place of the text and selects so many characters there, on whichever page.
        replace: Puts another whole text in the place of the one shown, as one step with this name.
    """

    def __init__(
        self,
        bar: FindBar,
        editor: TextEditor,
        go_to: Callable[[int, int], None],
        replace: Callable[[str, str], None],
    ) -> None:
        super().__init__(bar)
        self._bar, self._editor, self._go_to, self._replace = bar, editor, go_to, replace
        self._text = ""
        self._search = Search()
        self._found: list[Match] = []
        self._current: int | None = None
        self._marked = False
        bar.changed.connect(self._take_search)
        bar.next_asked.connect(lambda: self._step(True))
        bar.previous_asked.connect(lambda: self._step(False))
        bar.row.replace_asked.connect(self._replace_one)
        bar.row.all_asked.connect(self._replace_all)

    def begin(self) -> None:
        """Start a search, with the selected word if there is one."""
        self._bar.begin(self._chosen())

    def begin_replacing(self) -> None:
        """The same, with the row of the replacement."""
        if chosen := self._chosen():
            self._bar.begin(chosen)
        self._bar.begin_replacing()

    def take_text(self, text: str) -> None:
        """Count the matches anew; the text is another one, or was edited."""
        self._text = text
        self._find()

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
        self._editor.set_found([match for match in near if match.start <= last])
        self._marked = True

    def _chosen(self) -> str:
        chosen = self._editor.textCursor().selectedText()
        return chosen if len(chosen) <= LONGEST_FROM_SELECTION and "\u2029" not in chosen else ""

    def _find(self) -> None:
        self._found, self._current, problem = [], None, ""
        try:
            self._found = self._search.find(self._text)
        except PatternError as error:
            problem = str(error)
        if problem or self._bar.row.words:
            self._bar.row.tell(problem, "bad")
        self._show()

    def _take_search(self, search: Search) -> None:
        self._search = search
        self._find()
        if self._found:
            self._step(True, self._editor.visible_places()[0])

    def _step(self, forward: bool, start: int | None = None) -> None:
        """Go to the next or the previous match, seen from a place, or else from the cursor."""
        if not self._found:
            return
        if start is None:
            cursor = self._editor.textCursor()
            start = self._editor.places.place(cursor.selectionStart())
            start += forward and cursor.hasSelection()
        self._current = nearest(self._found, start, forward)
        if self._current is not None:
            self._go_to(*self._found[self._current])
        self._show()

    def _replace_one(self) -> None:
        """Replace the chosen match and go to the next; where none is chosen yet, choose one."""
        if self._bar.settle():  # something else was just typed: its first match is chosen now
            return
        if self._current is not None:
            match, by = self._found[self._current], self._bar.row.field.text()
            new = self._search.replacement(self._text, match, by)
            end = match.start + match.length
            self._replace(self._text[: match.start] + new + self._text[end:], self.tr("Replace"))
            self._step(True, match.start + len(new))
        else:
            self._step(True)

    def _replace_all(self) -> None:
        self._bar.settle()
        try:
            with busy_cursor(len(self._text) > LARGE):
                new, count = self._search.replaced(self._text, self._bar.row.field.text())
                self._replace(new, self.tr("Replace all"))
        except PatternError as error:
            self._bar.row.tell(str(error), "bad")
            return
        words = self.tr("1 place replaced.") if count == 1 else self.tr("{count} places replaced.")
        told = words.format(count=messages.count(count)) if count else self.tr("There is nothing to replace.")
        self._bar.row.tell(told)

    def _show(self) -> None:
        self._bar.show_count(None if self._current is None else self._current + 1, len(self._found))
        self.mark()
