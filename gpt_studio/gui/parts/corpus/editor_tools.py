"""The row above the corpus editor's text: undo and redo, the search, and what can be done with the text."""

from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from gpt_studio.gui import theme
from gpt_studio.gui.parts.corpus.find_bar import FindBar
from gpt_studio.gui.parts.corpus.text_history import TextHistory
from gpt_studio.gui.widgets import basics

WIDE = 740  # pixels at 100 % that a ready-made text's row takes with its badge


class EditorTools(QWidget):
    """Buttons and the find bar; below them, while it is open, the row of the replacement."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = basics.icon_button("undo", self.tr("Undo (Ctrl+Z)"), "corpus.undo")
        self.redo = basics.icon_button("redo", self.tr("Redo (Ctrl+Shift+Z)"), "corpus.redo")
        self.find_bar = FindBar()
        self.badge = basics.Badge(self.tr("Ready-made text"), "plain", "lock")
        self.workshop = basics.button(self.tr("Workshop"), icon="wrench", name="corpus.workshop")
        self.workshop.setToolTip(self.tr("Find and mend odd characters, repeats and leaks; take a part, mix, plant."))
        self.copy = basics.button(self.tr("Edit a copy"), name="corpus.copy")
        self.copy.setToolTip(self.tr("Make a text of your own from this one."))
        self.more = basics.button(self.tr("More"), name="corpus.more")
        self.more.setToolTip(self.tr("Rename, duplicate or delete this text."))
        menu = QMenu(self.more)
        self.rename = menu.addAction(self.tr("Rename…\tF2"))
        self.duplicate = menu.addAction(self.tr("Duplicate\tCtrl+D"))
        self.delete = menu.addAction(self.tr("Delete\tDel"))
        self.more.setMenu(menu)
        self._may_tell = True
        self._is_editable = False
        row = QHBoxLayout()
        row.setContentsMargins(12, 9, 12, 9)
        row.setSpacing(8)
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        row.addWidget(self.find_bar, 1)
        row.addWidget(self.badge)
        for each in (self.workshop, self.copy, self.more):
            row.addWidget(each)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(row)
        box.addWidget(self.find_bar.row)

    @property
    def focus_parts(self) -> list[QWidget]:
        """What takes the focus, from top left to bottom right."""
        find, row = self.find_bar, self.find_bar.row
        search = [find.field, find.previous, find.next, find.more]
        replacement = [*row.switches, row.field, row.one, row.all]
        return [self.undo, self.redo, *search, self.workshop, self.copy, self.more, *replacement]

    def show_kind(self, own: bool, is_editable: bool) -> None:
        """Offer what can be done with a text of this kind."""
        self._is_editable = is_editable
        self._show_badge()
        self.badge.set(self.tr("Large text") if own else self.tr("Ready-made text"))
        self.copy.setVisible(not own)
        self.more.setVisible(own)
        self.find_bar.row.set_usable(own, self.tr("Only texts of your own can be edited."))

    def give_way(self, room: int) -> None:
        """Leave the badge out where there is little room, in pixels; "Edit a copy" says the same."""
        self._may_tell = room >= theme.px(WIDE)
        self._show_badge()

    def _show_badge(self) -> None:
        self.badge.setVisible(not self._is_editable and self._may_tell)

    def show_history(self, history: TextHistory, own: bool) -> None:
        """Offer to undo and to redo, and say what."""
        for button, possible, words, label in (
            (self.undo, history.can_undo, self.tr("Undo (Ctrl+Z)"), history.undo_label),
            (self.redo, history.can_redo, self.tr("Redo (Ctrl+Shift+Z)"), history.redo_label),
        ):
            button.setEnabled(own and possible)
            told = f"{words}: {label}" if label else words
            why = "" if own else " " + self.tr("Only texts of your own can be edited.")
            button.setToolTip(told + why)
