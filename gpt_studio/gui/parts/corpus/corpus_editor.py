"""The middle of the Corpus tab: tools, the overview of the split, and the text itself."""

import re
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gpt_studio.engine import corpus
from gpt_studio.engine.requests import CorpusText
from gpt_studio.gui import theme
from gpt_studio.gui.parts.corpus.editor_foot import EditorFoot
from gpt_studio.gui.parts.corpus.editor_places import Places
from gpt_studio.gui.parts.corpus.editor_tools import EditorTools
from gpt_studio.gui.parts.corpus.split_bar import SplitBar
from gpt_studio.gui.parts.corpus.text_editor import TextEditor
from gpt_studio.gui.parts.corpus.text_finder import Finder
from gpt_studio.gui.parts.corpus.text_history import TextHistory
from gpt_studio.gui.parts.corpus.text_pages import WHOLE, fits_whole, page_at, pages_of
from gpt_studio.gui.widgets import basics
from gpt_studio.gui.widgets.busy import busy_cursor

_KEY = QKeySequence.StandardKey
SETTLE_MS, LONGEST_MS = 350, 600  # after the last key; after the first one, where she never pauses
PER_MS = 10_000  # characters for which a large text waits a millisecond longer
LARGE = 2_000_000  # characters that the editor takes in more than 0.2 s


class CorpusEditor(basics.Card):
    """Shows a text with its split; an own text can be edited.

    Signals:
        edited: The student changed her text and paused; carries the whole text.
        refused: She typed into a text that cannot be changed here.
        copy_asked, workshop_asked, rename_asked, duplicate_asked, delete_asked: Buttons of the same names.
    """

    edited = Signal(object)  # not str: Qt would make two copies of it
    refused = Signal()
    copy_asked = Signal()
    workshop_asked = Signal()
    rename_asked = Signal()
    duplicate_asked = Signal()
    delete_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._own = False
        self._pages, self._whole = pages_of(""), True
        self._page = 0
        self._settle = QTimer(self, objectName="edits", interval=SETTLE_MS, singleShot=True)
        self._longest = QTimer(self, objectName="long edits", singleShot=True)
        for timer in (self._settle, self._longest):
            timer.timeout.connect(self._take_typing)
        self.editor = TextEditor()
        self.editor.setObjectName("corpus.editor")
        self.editor.setAccessibleName(self.tr("Text"))
        self.editor.setAccessibleDescription(self.tr("Ctrl+Tab leaves the text."))
        self.editor.setProperty("frameless", "true")
        self.split = SplitBar()
        self.tools, self.foot = EditorTools(), EditorFoot()
        self.undo, self.redo, self.find_bar = self.tools.undo, self.tools.redo, self.tools.find_bar
        self.history = TextHistory(self.editor, lambda: self._text, self._put)
        self.finder = Finder(self.find_bar, self.editor, self.go_to, self.replace_text)
        self.strip = QVBoxLayout()  # room for the facts where the window is narrow
        self._lay_out()
        self._connect()

    # Showing

    def show_text(self, text: CorpusText, own: bool) -> None:
        """Show a text from its beginning."""
        self._drop_waiting()
        self._own = own
        with busy_cursor(len(text.text) > LARGE):
            self._show_whole(text.text)
        self.history.clear()

    @property
    def text(self) -> str:
        """The whole text as it is now."""
        self.settle()
        return self._text

    @property
    def is_editable(self) -> bool:
        return self._own and self._whole

    @property
    def cursor_place(self) -> int:
        """Which character the cursor stands before."""
        return self.editor.places.place(self.editor.textCursor().selectionStart())

    @property
    def focus_parts(self) -> list[QWidget]:
        """What takes the focus, from top left to bottom right."""
        return [*self.tools.focus_parts, self.split.strip, self.editor, *self.foot.focus_parts]

    @property
    def page_count(self) -> int:
        return len(self._pages)

    def settle(self) -> None:
        """Take what was typed just now, without waiting for a pause."""
        if self._settle.isActive():
            self._take_typing()

    def _show_whole(self, text: str) -> None:
        self._text = text
        self._pages, self._whole = pages_of(text), fits_whole(text)
        self._show_page(0)
        self._show_tools()
        self._show_split()
        self.finder.take_text(text)

    def _put(self, text: str) -> None:
        """Another version of the whole text, from the history."""
        self._drop_waiting()
        place = self.editor.visible_places()[0]
        self._show_whole(text)
        self.go_to(min(place, len(text)))
        self.edited.emit(text)

    def _take_typing(self) -> None:
        self._drop_waiting()
        self._text = self.editor.content.take_change(self._text)
        self._pages = [self._pages[0]._replace(end=len(self._text))]
        self._show_split()
        self.finder.take_text(self._text)
        self.edited.emit(self._text)

    def begin_over(self) -> None:
        """Select everything, so that typing replaces it."""
        self.editor.selectAll()
        self.editor.setFocus()

    def go_to(self, place: int, length: int = 0) -> None:
        """Show a place of the text, on whichever page; with a length, select what stands there."""
        page = page_at(self._pages, place)
        if page != self._page:
            self._show_page(page)
        self.editor.go_to(place, length)
        self._show_view()

    def show_next(self, pattern: re.Pattern[str]) -> None:
        """Go to the next place after the cursor that fits, and at the end to the first one."""
        found = pattern.search(self.text, self.cursor_place + 1) or pattern.search(self.text)
        if found:
            self.go_to(found.start(), len(found[0]))

    def replace_text(self, new: str, label: str) -> None:
        """Change the whole text in one step, which Undo takes back to the very character.

        Args:
            new: The text as it shall be.
            label: What is done, for the tip of Undo: "Remove control characters".
        """
        self.settle()
        if new != self._text:
            place = self.editor.visible_places()[0]
            self.history.replace(new, label)
            self.settle()
            if self.editor.visible_places()[0] != place:
                self.go_to(min(place, len(new)))

    # Making

    def _lay_out(self) -> None:
        overview = QVBoxLayout()
        overview.setContentsMargins(8, 8, 8, 4)
        overview.addWidget(self.split)
        self.strip.setContentsMargins(14, 2, 14, 8)
        self.body.addWidget(self.tools)
        self.body.addWidget(basics.rule())
        self.body.addLayout(overview)
        self.body.addLayout(self.strip)
        self.body.addWidget(basics.rule())
        self.body.addWidget(self.editor, 1)
        self.body.addWidget(self.foot)
        self.setMinimumHeight(theme.px(280))

    def _fit(self) -> None:
        """Tools and text reach to the edges of the card."""
        super()._fit()
        self.head.setContentsMargins(0, 0, 0, 0)
        self.body.setContentsMargins(1, 1, 1, theme.px(9))
        self.body.setSpacing(0)

    def _connect(self) -> None:
        editor, find, tools = self.editor, self.find_bar, self.tools
        editor.edited.connect(self._note_edit)
        editor.view_moved.connect(self._show_view)
        editor.undo_asked.connect(self.history.undo)
        editor.redo_asked.connect(self.history.redo)
        self.history.changed.connect(self._show_history)
        editor.cursorPositionChanged.connect(self._show_cursor)
        editor.selectionChanged.connect(self._show_cursor)
        editor.refused.connect(self.refused)
        editor.zoom_asked.connect(self._zoom)
        self.foot.zoomed.connect(self._zoom)
        self.foot.turned.connect(self._turn)
        editor.installEventFilter(self)
        self.undo.clicked.connect(self.history.undo)
        self.redo.clicked.connect(self.history.redo)
        tools.copy.clicked.connect(self.copy_asked)
        tools.workshop.clicked.connect(self.workshop_asked)
        tools.rename.triggered.connect(self.rename_asked)
        tools.duplicate.triggered.connect(self.duplicate_asked)
        tools.delete.triggered.connect(self.delete_asked)
        self.split.strip.jumped.connect(self._jump)
        find.left.connect(editor.setFocus)

    def add_keys(self, owner: QWidget) -> None:
        """Let the keys of the search work wherever the focus is on the tab."""
        self._add_key(owner, _KEY.Find, self.finder.begin)
        self._add_key(owner, "Ctrl+H", self.finder.begin_replacing)
        self._add_key(owner, "Ctrl+D", self._ask_for_duplicate)
        self._add_key(owner, _KEY.FindNext, self.find_bar.find_next)
        self._add_key(owner, _KEY.FindPrevious, self.find_bar.find_previous)

    def _add_key(self, owner: QWidget, key: _KEY | str, then: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(key), owner)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(then)

    def _ask_for_duplicate(self) -> None:
        (self.duplicate_asked if self._own else self.copy_asked).emit()

    # Following

    def _note_edit(self) -> None:
        self._settle.start()
        if not self._longest.isActive():
            self._longest.start(LONGEST_MS + len(self._text) // PER_MS)

    def _drop_waiting(self) -> None:
        self._settle.stop()
        self._longest.stop()

    def _show_tools(self) -> None:
        self.tools.show_kind(self._own, self.is_editable)
        self._show_history()

    def _show_history(self) -> None:
        self.tools.show_history(self.history, self._own)

    def _show_cursor(self) -> None:
        cursor = self.editor.textCursor()
        block = cursor.block()
        column = self.editor.places.place(cursor.position()) - self.editor.places.place(block.position()) + 1
        ends = (self.editor.places.place(end) for end in (cursor.selectionStart(), cursor.selectionEnd()))
        first, last = ends
        self.foot.show_cursor(self.editor.line_number(block), column, last - first)

    def _zoom(self, by: int) -> None:
        self.foot.show_size(self.editor.zoom(by))

    def _show_split(self) -> None:
        train, held_back = _split_lengths(len(self._text))
        self.split.show_counts(train, held_back)
        self.editor.set_boundary(train if held_back else None)
        self._show_view()

    def _show_view(self) -> None:
        total = len(self._text)
        if total and self.isVisible():
            first, last = self.editor.visible_places()
            self.split.strip.show_view(min(first / total, 1.0), min(last / total, 1.0))
            self.finder.mark()

    def _show_page(self, number: int) -> None:
        self._page = number
        page = self._pages[number]
        shown = self._text if self._whole else self._text[page.start : page.end]
        self.editor.show_text(Places(shown, page.start, fold=not self._whole), not self.is_editable, page.first_line)
        self.editor.set_boundary(_split_lengths(len(self._text))[0])
        self.foot.show_page(number, 0 if self._whole else len(self._pages), len(self._text) > WHOLE)
        self._show_cursor()

    def _turn(self, by: int) -> None:
        self._show_page(self._page + by)
        self._show_view()

    def _jump(self, share: float) -> None:
        self.go_to(round(share * max(0, len(self._text) - 1)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.editor and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.set_chosen(event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)


def _split_lengths(characters: int) -> tuple[int, int]:
    """How many characters are trained on, and how many are held back; as `corpus.split` cuts, without cutting."""
    train = corpus.cut_of(characters)
    return train, characters - train
