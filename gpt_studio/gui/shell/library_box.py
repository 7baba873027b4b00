"""The library of runs: all that the student has trained, to find, open, rename, copy, hand on and throw away."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gpt_studio.engine.preferences import Preferences
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.library.family_tree import FamilyTree
from gpt_studio.gui.parts.library.library_rows import ORDERS, LibraryRow, fitting, in_order, row_for, together
from gpt_studio.gui.parts.library.library_table import LibraryTable
from gpt_studio.gui.parts.library.room_bar import RoomBar
from gpt_studio.gui.shell import run_files
from gpt_studio.gui.shell.dialogs import Box
from gpt_studio.gui.shell.run_care import RunCare
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import Card, EmptyState, MessageBar, Segmented, button, icon_button, text
from gpt_studio.gui.widgets.drops import Drops, local_files
from gpt_studio.gui.widgets.loss_words import in_bits
from gpt_studio.gui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from gpt_studio.gui.conversation import Conversation
    from gpt_studio.gui.main_window import MainWindow

LARGEST, MARGIN = (1180, 760), 40
LIVE_MS = 1000  # a run in training changes its row once a second at most
_KEY = QKeySequence.StandardKey


class LibraryBox(Box):
    """The box. What happens to runs while it is open is told in its own bar.

    Signals:
        open_asked(Path), rename_asked(Path, str), delete_asked(Path): Wishes about a run.
        train_asked: There is no run yet, and the student wants one.
    """

    open_asked = Signal(object)
    rename_asked = Signal(object, str)
    delete_asked = Signal(object)
    train_asked = Signal()

    def __init__(
        self,
        state: StudioState,
        care: RunCare,
        preferences: Preferences,
        training: Callable[[], OpenRun | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, "library", tr("Library of runs"), 640)
        self._state, self._care, self._preferences, self._training = state, care, preferences, training
        self._order = "date"
        self._all: list[LibraryRow] = []
        self.bar, self.table, self.family = MessageBar("library.message"), LibraryTable(), FamilyTree()
        self.room = RoomBar(preferences.get("snapshot_budget_gb"), preferences.is_locked("snapshot_budget_gb"))
        self._live = QTimer(self, interval=LIVE_MS, singleShot=True, objectName="library")
        self._lay_out()
        self._add_buttons()
        self._connect()
        self._show_rows()
        if state.run:
            self.table.choose(state.run.path)
        if self.table.chosen is None:
            self.table.choose_place(0)
        self._care.measure()
        self._fit_into(parent)
        (self.table if self.table.chosen else self._import).setFocus()

    def _lay_out(self) -> None:
        self.search = SearchField(tr("Find by name, text or model"))
        self.search.setObjectName("library.search")
        self.search.setAccessibleName(tr("Find runs"))
        self.order = QComboBox(objectName="library.order")
        self.order.setAccessibleName(tr("Order"))
        theme.set_role(self.order, "body")
        for key, words in ORDERS.items():
            self.order.addItem(tr(words), key)
        self.view = Segmented([("list", tr("List")), ("family", tr("Family"))], "library.view")
        self.view.set("list")
        self._import = button(tr("Import…"), icon="plus", name="library.import")
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        head.addWidget(self.search, 1)
        head.addWidget(self.order)
        head.addWidget(self.view)
        head.addWidget(self._import)
        card = Card()
        self._stack = QStackedWidget()
        self._none = EmptyState("", "", "library.none")
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._none)
        self._stack.addWidget(self.family)
        card.body.addWidget(self._stack, 1)
        card.body.setContentsMargins(theme.px(6), theme.px(4), theme.px(6), theme.px(6))
        self.hint = text("", "caption", "text2")
        self.hint.setObjectName("library.hint")
        self.hint.setWordWrap(True)
        below = QVBoxLayout()
        below.setSpacing(theme.px(8))
        below.addWidget(self.hint)
        below.addWidget(self.room)
        for part in (head, self.bar, card, below):
            if isinstance(part, QWidget):
                self.body.addWidget(part, 1 if part is card else 0)
            else:
                self.body.addLayout(part)

    def _add_buttons(self) -> None:
        self.rename = button(tr("Rename"), name="library.rename")
        self.copy = button(tr("Duplicate"), name="library.duplicate")
        self.export = button(tr("Export…"), name="library.export")
        self.reveal = button(tr("Show folder"), name="library.reveal")
        self.delete = icon_button("trash", tr("Move this run to the trash"), "library.delete")
        for place, each in enumerate((self.rename, self.copy, self.export, self.reveal, self.delete)):
            self.foot.insertWidget(place, each)
        for each in (self._import, self.room.thin, self.rename, self.copy, self.export, self.reveal, self._none.button):
            each.setAutoDefault(False)  # Enter opens, whatever was pressed last
        self.add_button(tr("Close"), "plain", "close")
        self.add_button(tr("Open"), "primary", "open", self._open)
        self.opens = self.foot.itemAt(self.foot.count() - 1).widget()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._show_found)
        self.search.entered.connect(self.table.setFocus)
        self.order.currentIndexChanged.connect(lambda _: self._take_order(self.order.currentData()))
        self.table.order_asked.connect(lambda key: self.order.setCurrentIndex(self.order.findData(key)))
        self.table.chosen_changed.connect(self._show_chosen)
        self.table.open_asked.connect(self._open)
        self.view.chosen.connect(self._show_view)
        self.family.open_asked.connect(self._open)
        self.family.chosen_changed.connect(self.table.choose)
        self.table.delete_asked.connect(self._delete)
        self.table.rows.renamed.connect(self.rename_asked)
        self.rename.clicked.connect(self._rename)
        self.copy.clicked.connect(lambda: self._with_chosen(self._care.duplicate))
        self.export.clicked.connect(self._export)
        self.reveal.clicked.connect(lambda: self._with_chosen(self._reveal))
        self.delete.clicked.connect(self._delete)
        self._import.clicked.connect(self._ask_for_one)
        self._none.asked.connect(self._help_out)
        self.room.budget_changed.connect(lambda gb: self._preferences.set("snapshot_budget_gb", gb))
        self.room.thin_asked.connect(lambda: self._with_chosen(self._thin))
        self._live.timeout.connect(self._show_rows)
        self._state.runs_changed.connect(self._show_rows)
        self._state.runs_changed.connect(self._measure)
        self._state.phase_changed.connect(self._show_rows)
        self._state.run_changed.connect(self._show_rows)
        self._state.curve_grown.connect(self._show_soon)
        self._care.measured.connect(self._show_room)
        self._care.arrived.connect(self._choose_new)
        for keys, does in (
            (_KEY.Find, self.search.setFocus),
            (QKeySequence("Ctrl+D"), self.copy.click),
            (QKeySequence("Ctrl+S"), self.export.click),
            (QKeySequence("Ctrl+I"), self._import.click),
            (_KEY.Undo, self._undo),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(does)
        self.copy.setToolTip("Ctrl+D")
        self.export.setToolTip(tr("As one file to hand on (Ctrl+S)"))
        self._import.setToolTip(tr("Add a run that somebody has exported (Ctrl+I), or drop its file on the window"))
        self.rename.setToolTip("F2")
        Drops(self, lambda mime: bool(local_files(mime))).dropped.connect(self._take_files)

    def _fit_into(self, parent: QWidget | None) -> None:
        if parent is not None:
            wide, high = (theme.px(side) for side in LARGEST)
            self.resize(min(wide, parent.width() - MARGIN), min(high, parent.height() - MARGIN))

    # Showing

    def tell(self, tone: str, words: str, button: str = "", then: Callable[[], None] | None = None) -> None:
        """What happened to a run, where it happened."""
        self.bar.tell(tone, words, button or None, then)

    def _measure(self) -> None:
        self._care.measure()

    def _show_soon(self) -> None:
        if not self._live.isActive():
            self._live.start()

    def _show_rows(self) -> None:
        if self.table.is_editing:  # the editor would be filled anew under the student's hands
            self._show_soon()
            return
        state, training = self._state, self._training()
        bits = in_bits(state.runs)
        rows = [row_for(each, self._care.uses.get(each.path), state.run, training, bits) for each in state.runs]
        self._all = in_order(rows, self._order)
        self._show_found()

    def _show_found(self) -> None:
        place, chosen = self.table.currentIndex().row(), self.table.chosen
        found = fitting(self._all, self.search.text())
        self.table.rows.show_rows(found)
        self.family.show_runs(self._state.runs)
        if not (chosen and self.table.choose(chosen.path)):
            self.table.choose_place(max(0, place))
        self._show_emptiness(bool(found))
        asked = self.search.text().strip()
        self.search.show_outcome(tr("{found} of {all}").format(found=len(found), all=len(self._all)) if asked else "")
        self._show_chosen()

    def _show_view(self, view: str) -> None:
        """The list, or the tree of the family; the chosen run is the same."""
        if view == "family":
            self.search.clear()  # a tree shows all
        self._show_found()
        (self.family if view == "family" else self.table).setFocus()

    def _show_emptiness(self, any_found: bool) -> None:
        any_runs = bool(self._state.runs)
        if not any_runs:
            self._none.set(tr("No run yet. Two minutes of training make the first one."), tr("Go to 5 Train"))
        elif not any_found:
            self._none.set(tr("No run has these words in it."), tr("Show all runs"))
        as_family = self.view.key == "family"
        self._stack.setCurrentIndex(2 if any_runs and as_family else 0 if any_found else 1)
        self.opens.setVisible(any_found)  # the filled button is then the one in the middle
        for each in (self.room, self.rename, self.copy, self.export, self.reveal, self.delete):
            each.setVisible(any_runs)
        self.search.setEnabled(any_runs and not as_family)
        self.order.setEnabled(any_runs and not as_family)
        self.view.setEnabled(any_runs)

    def _show_chosen(self) -> None:
        row = self.table.chosen
        self.family.choose(row.path if row else None)
        usable = row is not None and not row.damaged
        why_not = tr("Choose a run first.") if row is None else row.hint
        for each in (self.rename, self.copy, self.export, self.room.thin, self.opens):
            each.setEnabled(usable)
            each.setStatusTip("" if usable else why_not)
        for each in (self.reveal, self.delete):
            each.setEnabled(row is not None)
        if row is not None and row.in_training:
            for each in (self.copy, self.export, self.room.thin, self.delete):
                each.setEnabled(False)
        trains = row is not None and row.in_training
        self.delete.setToolTip(tr("Until you stop.") if trains else tr("Move this run to the trash"))
        self.hint.setText(self._hint())

    def _hint(self) -> str:
        row, count = self.table.chosen, len(self._state.runs)
        if row is not None and row.damaged:
            return row.hint
        if row is not None and row.in_training:
            return tr("{name} is in training; stop it to copy, export, thin or delete it.").format(name=row.name)
        if row is not None:
            return ", ".join(part for part in (row.name, row.text, row.model, row.date) if part)
        return tr("{count} runs").format(count=messages.count(count)) if count else ""

    def _show_room(self) -> None:
        """Sizes arrive by and by; a large library is not sorted anew for each handful."""
        (self._show_soon if self._care.is_measuring else self._show_rows)()
        known = not self._care.is_measuring or len(self._care.uses) == len(self._state.runs)
        self.room.show_use(together(self._care.uses) if known else None)

    def _choose_new(self, path: Path) -> None:
        self.search.clear()
        self.table.choose(path)
        self.table.setFocus()

    # Wishes

    def _with_chosen(self, then: Callable[[Path], object]) -> None:
        if self.table.chosen:
            then(self.table.chosen.path)

    def _rename(self) -> None:
        """Names are changed in the list."""
        if self.view.key != "list":
            self.view.set("list")
            self._show_view("list")
        self.table.rename_chosen()

    def _take_order(self, key: str) -> None:
        self._order = key
        self._all = in_order(self._all, key)
        self._show_found()

    def _open(self) -> None:
        if self.table.chosen and not self.table.chosen.damaged:
            path = self.table.chosen.path
            self.close()
            self.open_asked.emit(path)

    def _delete(self) -> None:
        if self.table.chosen and self.delete.isEnabled():
            self.delete_asked.emit(self.table.chosen.path)
            self.table.setFocus()

    def _export(self) -> None:
        if self.table.chosen and (target := run_files.ask_where(self, self.table.chosen.path)):
            self._care.export(self.table.chosen.path, target)

    def _ask_for_one(self) -> None:
        if path := run_files.ask_for_one(self):
            self._care.import_archive(path)

    def _take_files(self, mime: QMimeData) -> None:
        for path in local_files(mime):
            self._care.import_archive(path)

    def _reveal(self, path: Path) -> None:
        if not run_files.show_folder(path):
            self.tell("warn", tr("No file manager answered. The run lies in {path}.").format(path=path))

    def _thin(self, path: Path) -> None:
        self._care.offer_thinning(path, self.room.over_bytes)

    def _help_out(self) -> None:
        if self._state.runs:
            self.search.clear()
            self.table.setFocus()
        else:
            self.close()
            self.train_asked.emit()

    def _undo(self) -> None:
        if self.bar.isVisible() and self.bar.button.text() == tr("Undo"):
            self.bar.button.click()


def show_library(window: "MainWindow", conversation: "Conversation") -> LibraryBox:
    """Open the library over the window; once is enough."""
    if isinstance(there := window.findChild(Box, "library"), LibraryBox):
        return there
    conversation.shelf.refresh()
    box = LibraryBox(window.state, conversation.care, window.preferences, lambda: conversation.training, window)
    box.open_asked.connect(conversation.runs.show)
    box.rename_asked.connect(conversation.runs.rename)
    box.delete_asked.connect(conversation.runs.delete)
    box.train_asked.connect(lambda: window.go("train"))
    conversation.runs.face = box.tell
    box.finished.connect(conversation.runs.lose_face)
    box.open()
    return box
