"""The middle of the Corpus tab: tools, the overview of the split, and the text itself."""

import re
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gpt_studio.engine import corpus
from gpt_studio.engine.requests import CorpusText
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.corpus.editor_places import Places
from gpt_studio.gui.parts.corpus.find_bar import FindBar
from gpt_studio.gui.parts.corpus.split_bar import SplitBar
from gpt_studio.gui.parts.corpus.text_editor import TextEditor
from gpt_studio.gui.parts.corpus.text_finder import Finder
from gpt_studio.gui.parts.corpus.text_history import TextHistory
from gpt_studio.gui.parts.corpus.text_pages import LONG_LINE, WHOLE, fits_whole, page_at, pages_of
from gpt_studio.gui.widgets import basics
from gpt_studio.gui.widgets.busy import busy_cursor

_KEY = QKeySequence.StandardKey
SETTLE_MS, LONGEST_MS = 350, 600  # after the last key; after the first one, where she never pauses
LARGE = 2_000_000  # characters that the editor takes in more than 0.2 s


class CorpusEditor(basics.Card):
    """Shows a text with its split; an own text can be edited.

    Signals:
        edited: The student changed her text and paused; carries the whole text.
        copy_asked, workshop_asked, rename_asked, delete_asked: Buttons of the same names.
    """

    edited = Signal(str)
    copy_asked = Signal()
    workshop_asked = Signal()
    rename_asked = Signal()
    delete_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._own = False
        self._pages, self._whole = pages_of(""), True
        self._page = 0
        self._settle = QTimer(self, objectName="edits", interval=SETTLE_MS, singleShot=True)
        self._longest = QTimer(self, objectName="long edits", interval=LONGEST_MS, singleShot=True)
        for timer in (self._settle, self._longest):
            timer.timeout.connect(self._take_typing)
        self.editor = TextEditor()
        self.editor.setObjectName("corpus.editor")
        self.editor.setAccessibleName(self.tr("Text"))
        self.editor.setProperty("frameless", "true")
        self.split = SplitBar()
        self.find_bar = FindBar()
        self.history = TextHistory(self.editor, lambda: self._text, self._put)
        self.finder = Finder(self.find_bar, self.editor, self.go_to)
        self.strip = QVBoxLayout()  # room for the facts where the window is narrow
        self._make_tools()
        self._make_page_row()
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
        tools = [self.undo, self.redo, self.find_bar.field, self.find_bar.previous, self.find_bar.next]
        return [*tools, self.workshop, self.copy, self.rename, self.delete, self.split.strip, self.editor]

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
        self._text = self.editor.take_change(self._text)
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
            self.history.replace(new, label)
            self.settle()

    # Making

    def _make_tools(self) -> None:
        self.undo = basics.icon_button("undo", self.tr("Undo (Ctrl+Z)"), "corpus.undo")
        self.redo = basics.icon_button("redo", self.tr("Redo (Ctrl+Shift+Z)"), "corpus.redo")
        self.badge = basics.Badge(self.tr("Ready-made text"), "plain", "lock")
        self.copy = basics.button(self.tr("Edit a copy"), name="corpus.copy")
        self.copy.setToolTip(self.tr("Make a text of your own from this one."))
        self.rename = basics.button(self.tr("Rename"), icon="pencil", name="corpus.rename")
        self.rename.setToolTip(self.tr("Give this text another title (F2)."))
        self.workshop = basics.button(self.tr("Workshop"), icon="wrench", name="corpus.workshop")
        self.workshop.setToolTip(self.tr("Find and mend odd characters, repeats and leaks; take a part, mix, plant."))
        self.delete = basics.icon_button("trash", self.tr("Delete this text"), "corpus.delete")

    def _make_page_row(self) -> None:
        self._page_row = QWidget()
        row = QHBoxLayout(self._page_row)
        row.setContentsMargins(14, 6, 10, 0)
        self._page_words = basics.paragraph("", "caption", "text2")
        self._page_words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.previous_page = basics.icon_button("back", self.tr("Previous page"), "corpus.page.previous", bare=True)
        self.next_page = basics.icon_button("next", self.tr("Next page"), "corpus.page.next", bare=True)
        self.previous_page.clicked.connect(lambda: self._turn(-1))
        self.next_page.clicked.connect(lambda: self._turn(1))
        row.addWidget(self._page_words, 1)
        row.addWidget(self.previous_page)
        row.addWidget(self.next_page)
        self._page_row.hide()

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(12, 9, 12, 9)
        tools.setSpacing(8)
        tools.addWidget(self.undo)
        tools.addWidget(self.redo)
        tools.addWidget(self.find_bar, 1)
        tools.addWidget(self.badge)
        for made in (self.workshop, self.copy, self.rename, self.delete):
            tools.addWidget(made)
        overview = QVBoxLayout()
        overview.setContentsMargins(8, 8, 8, 4)
        overview.addWidget(self.split)
        self.strip.setContentsMargins(14, 2, 14, 8)
        self.body.addLayout(tools)
        self.body.addWidget(basics.rule())
        self.body.addLayout(overview)
        self.body.addLayout(self.strip)
        self.body.addWidget(basics.rule())
        self.body.addWidget(self.editor, 1)
        self.body.addWidget(self._page_row)
        self.setMinimumHeight(theme.px(280))

    def _fit(self) -> None:
        """Tools and text reach to the edges of the card."""
        super()._fit()
        self.head.setContentsMargins(0, 0, 0, 0)
        self.body.setContentsMargins(1, 1, 1, theme.px(9))
        self.body.setSpacing(0)

    def _connect(self) -> None:
        editor, find = self.editor, self.find_bar
        editor.edited.connect(self._note_edit)
        editor.view_moved.connect(self._show_view)
        editor.undo_asked.connect(self.history.undo)
        editor.redo_asked.connect(self.history.redo)
        self.history.changed.connect(self._show_undo)
        editor.installEventFilter(self)
        self.undo.clicked.connect(self.history.undo)
        self.redo.clicked.connect(self.history.redo)
        self.copy.clicked.connect(self.copy_asked)
        self.workshop.clicked.connect(self.workshop_asked)
        self.rename.clicked.connect(self.rename_asked)
        self.delete.clicked.connect(self.delete_asked)
        self.split.strip.jumped.connect(self._jump)
        find.left.connect(editor.setFocus)

    def add_keys(self, owner: QWidget) -> None:
        """Let the keys of the search work wherever the focus is on the tab."""
        self._add_key(owner, _KEY.Find, self.finder.begin)
        self._add_key(owner, _KEY.FindNext, self.find_bar.find_next)
        self._add_key(owner, _KEY.FindPrevious, self.find_bar.find_previous)

    def _add_key(self, owner: QWidget, key: _KEY, then: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(key), owner)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(then)

    # Following

    def _note_edit(self) -> None:
        self._settle.start()
        if not self._longest.isActive():
            self._longest.start()

    def _drop_waiting(self) -> None:
        self._settle.stop()
        self._longest.stop()

    def _show_tools(self) -> None:
        self.badge.setVisible(not self.is_editable)
        self.badge.set(self.tr("Large text") if self._own else self.tr("Ready-made text"))
        self.copy.setVisible(not self._own)
        self.rename.setVisible(self._own)
        self.delete.setVisible(self._own)
        self._show_undo()

    def _show_undo(self) -> None:
        history = self.history
        self.undo.setEnabled(self._own and history.can_undo)
        self.redo.setEnabled(self._own and history.can_redo)
        for button, words, label in (
            (self.undo, self.tr("Undo (Ctrl+Z)"), history.undo_label),
            (self.redo, self.tr("Redo (Ctrl+Shift+Z)"), history.redo_label),
        ):
            told = f"{words}: {label}" if label else words
            why = "" if self._own else " " + self.tr("Only texts of your own can be edited.")
            button.setToolTip(told + why)

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
        self._page_row.setVisible(not self._whole)
        if len(self._text) > WHOLE:
            words = self.tr("Page {n} of {total}. So large a text is shown in pages and cannot be edited here.")
        else:
            words = self.tr("Page {n} of {total}. A line is longer than {most} characters; it cannot be edited here.")
        numbers = {"n": number + 1, "total": len(self._pages), "most": LONG_LINE}
        self._page_words.setText(words.format(**{name: messages.count(value) for name, value in numbers.items()}))
        self.previous_page.setEnabled(number > 0)
        self.next_page.setEnabled(number < len(self._pages) - 1)

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
