"""The runs of the student: tick to compare, open, rename, go on with, delete."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListView, QSizePolicy, QSpinBox, QWidget

from gpt_studio.engine.config import TrainConfig
from gpt_studio.engine.run_record import RunRecord
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.train import run_differences
from gpt_studio.gui.parts.train.figures_box import FiguresBox
from gpt_studio.gui.parts.train.run_rows import Row, RunDelegate, RunModel, row_for
from gpt_studio.gui.state import Phase, StudioState
from gpt_studio.gui.widgets.basics import Card, button, icon_button, paragraph, set_property, text
from gpt_studio.gui.widgets.fields import field_facts
from gpt_studio.gui.widgets.loss_words import best_held_back, in_bits

COMPARING = "Ticked runs appear in the chart. Lower is better; compare only runs on the same text."
NONE_YET = "No run yet. Start makes the first one, and it stays here."


def steps_to_propose(step: int, max_steps: int) -> int:
    """How far a resumed run goes unless the student says otherwise: to its end, or as far again when it is there."""
    return max_steps if step < max_steps else step + max_steps


class RunView(QListView):
    """The list itself. F2 renames, Enter or a double click opens, Space ticks, Del deletes."""

    open_asked = Signal()
    delete_asked = Signal()

    def __init__(self, model: RunModel) -> None:
        super().__init__()
        self._model = model
        self.setObjectName("train.runs")
        self.setAccessibleName(tr("Runs"))
        self.setModel(model)
        self.setItemDelegate(RunDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("frameless", "true")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(lambda _index: self.open_asked.emit())
        theme.notifier().changed.connect(self.doItemsLayout)

    @property
    def is_editing(self) -> bool:
        return self.state() == QAbstractItemView.State.EditingState

    def sizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(84))  # it takes what room there is

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(160), theme.px(84))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index, key = self.currentIndex(), event.key()
        if self.is_editing or not index.isValid():
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Space:
            self._model.tick(index)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_asked.emit()
        elif key == Qt.Key.Key_Delete:
            self.delete_asked.emit()
        else:
            super().keyPressEvent(event)


class RunList(Card):
    """The card of runs.

    Signals:
        open_asked(Path), rename_asked(Path, str), delete_asked(Path): Wishes about a run.
        resume_asked(Path, int): Go on with a run, up to that many steps.
        compared_changed: `compared` has other runs.
        library_asked: All runs are to be shown, with all that can be done with them.
    """

    open_asked = Signal(object)
    rename_asked = Signal(object, str)
    delete_asked = Signal(object)
    resume_asked = Signal(object, int)
    compared_changed = Signal()
    library_asked = Signal()

    def __init__(self, state: StudioState) -> None:
        super().__init__(tr("Runs"))
        self._state, self._model = state, RunModel()
        self._training: OpenRun | None = None
        self._low = False
        self._records: dict[Path, RunRecord] = {}
        self.view = RunView(self._model)
        self._caption = paragraph("", "caption", "text3")
        self.rename = button(tr("Rename"), name="train.rename")
        self.resume = button(tr("Resume"), name="train.resume")
        self.delete = icon_button("trash", tr("Move this run to the trash"), "train.delete")
        self.differ = button(tr("What differs"), "flat", name="train.differences")
        self.library = icon_button("more", tr("Library of runs (Ctrl+L)"), "train.library", bare=True)
        self._lay_out()
        self._connect()
        self._list_runs()

    def _lay_out(self) -> None:
        self.head.insertWidget(1, self.library)
        self._unit = text(best_held_back(bits=False), "caption", "text3")
        self.head.addWidget(self._unit)
        actions = QHBoxLayout()
        actions.setSpacing(theme.px(4))
        for each in (self.rename, self.resume):
            set_property(each, "tight", "true")
            actions.addWidget(each, 1)
        actions.addWidget(self.delete)
        self._go_on = _GoOn()
        self.body.addWidget(self.view, 1)
        actions.setContentsMargins(theme.px(4), 0, theme.px(4), 0)
        self._caption.setContentsMargins(theme.px(10), 0, theme.px(4), 0)
        self.body.addWidget(self._caption)
        self.differ.setToolTip(tr("The settings of the ticked runs, side by side"))
        set_property(self.differ, "tight", "true")
        self.differ.hide()
        self.body.addWidget(self.differ)
        self.body.addWidget(self._go_on)
        self.body.addLayout(actions)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._fit()

    def _connect(self) -> None:
        self._soon = QTimer(self, interval=1000, singleShot=True, objectName="runs")
        self._soon.timeout.connect(self._list_runs)
        for signal in (self._state.runs_changed, self._state.phase_changed):
            signal.connect(self._list_runs)
        self._state.ready_changed.connect(self._show_actions)
        self._state.run_changed.connect(self._follow_run)
        self._state.curve_grown.connect(self._list_soon)
        self._model.ticked.connect(self.compared_changed)
        self._model.ticked.connect(self._show_actions)
        self._model.renamed.connect(self.rename_asked)
        self.view.selectionModel().currentChanged.connect(self._show_actions)
        self.view.open_asked.connect(self._open)
        self.view.delete_asked.connect(self._delete)
        self.rename.clicked.connect(lambda: self.view.edit(self.view.currentIndex()))
        self.resume.clicked.connect(self.ask_steps)
        self.delete.clicked.connect(self._delete)
        self.library.clicked.connect(self.library_asked)
        self.differ.clicked.connect(self.show_differences)
        self._go_on.chosen.connect(self._resume)

    @property
    def compared(self) -> list[Row]:
        """Ticked runs other than the open one."""
        return self._model.compared

    @property
    def chosen(self) -> Row | None:
        index = self.view.currentIndex()
        return self._model.rows[index.row()] if index.isValid() else None

    def show_training(self, run: OpenRun | None) -> None:
        """Which run is in training; it need not be the open one."""
        self._training = run
        self._list_runs()

    def set_low(self, low: bool) -> None:
        """In a low window the list goes before the general advice below it."""
        self._low = low
        self._show_actions()

    def choose(self, path: Path) -> None:
        """Put the selection on a run."""
        for place, row in enumerate(self._model.rows):
            if row.path == path:
                self.view.setCurrentIndex(self._model.index(place))

    def ask_steps(self) -> None:
        """Ask how far the chosen run shall go on."""
        row = self.chosen
        if row and row.path in self._records:
            record = self._records[row.path]
            step = record.progress.step
            if row.is_open and self._state.run:
                step = max(step, self._state.run.curve.step)
            self._go_on.ask(row.path, step, steps_to_propose(step, record.train.max_steps))

    def _records_compared(self) -> list[RunRecord]:
        """Of the open run and of the ticked ones; empty while there is nothing to compare."""
        run, others = self._state.run, [self._records[row.path] for row in self.compared if row.path in self._records]
        return [run.record, *others] if run and others else []

    def show_differences(self) -> None:
        """The settings of the compared runs, side by side."""
        if records := self._records_compared():
            told = run_differences.sentence(records)
            columns, rows = run_differences.differences(records)
            FiguresBox(self.window(), "train.differences_box", tr("What differs"), told, columns, rows).open()

    # Showing

    def _list_soon(self) -> None:
        """Words change once a second at most."""
        if not self._soon.isActive():
            self._soon.start()

    def _follow_run(self) -> None:
        self._list_runs()
        if self._state.run:
            self.choose(self._state.run.path)

    def _list_runs(self) -> None:
        if self.view.is_editing:  # the editor would be filled anew under the student's hands
            self._list_soon()
            return
        chosen = self.chosen
        state = self._state
        self._records = {each.path: each.record for each in state.runs if each.record}
        before = self.compared
        bits = in_bits(state.runs)
        self._unit.setText(best_held_back(bits))
        self._model.show_rows([row_for(each, state.run, self._training, state.phase, bits) for each in state.runs])
        if self.chosen is None:
            wanted = chosen.path if chosen else state.run.path if state.run else None
            if wanted:
                self.choose(wanted)
        if [row.path for row in before] != [row.path for row in self.compared]:
            self.compared_changed.emit()
        self._show_actions()

    def _show_actions(self, *_: QModelIndex) -> None:
        row = self.chosen
        busy = self._state.phase is not Phase.IDLE
        in_training = row is not None and row.in_training
        usable = row is not None and not row.damaged
        if not row or row.path != self._go_on.path:
            self._go_on.hide()
        self._caption.setText(row.hint if row and row.hint else tr(COMPARING if self._model.rows else NONE_YET))
        self._caption.setVisible(not self._low or bool(row and row.hint))
        self.differ.setVisible(bool(self._records_compared()))
        self.rename.setEnabled(usable)
        self.resume.setEnabled(usable and not busy and self._state.ready is not None)
        self.delete.setEnabled(row is not None and not in_training)
        choose = tr("Choose a run first.")
        self.rename.setToolTip("" if usable else choose)
        self.resume.setToolTip(
            tr("Go on with this run") if usable and not busy else tr("Until you stop.") if busy else choose
        )
        self.delete.setToolTip(
            tr("Until you stop.") if in_training else tr("Move this run to the trash") if row else choose
        )
        if busy:
            self._go_on.hide()

    def _fit(self) -> None:
        super()._fit()
        self.setFixedWidth(theme.px(236))
        self.head.setContentsMargins(theme.px(18), theme.px(14), theme.px(18), 0)
        self.body.setContentsMargins(theme.px(8), theme.px(8), theme.px(8), theme.px(12))

    # Wishes

    def _open(self) -> None:
        if self.chosen and not self.chosen.is_open:
            self.open_asked.emit(self.chosen.path)

    def _delete(self) -> None:
        if self.chosen and self.delete.isEnabled():
            self.delete_asked.emit(self.chosen.path)

    def _resume(self, steps: int) -> None:
        if self.chosen:
            self.resume_asked.emit(self.chosen.path, steps)


class _GoOn(QWidget):
    """Asks up to which step a run shall go on; Enter says yes, Esc says no.

    Signals:
        chosen: Up to this step.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        facts = field_facts(TrainConfig, "max_steps")
        self.path: Path | None = None
        self.steps = QSpinBox(objectName="train.resume_steps", maximum=int(facts.high), singleStep=100)
        self.steps.setGroupSeparatorShown(True)
        self.steps.setAccessibleName(tr("Go on until step"))
        label = text(tr("until step"), "caption", "text2")
        label.setBuddy(self.steps)
        self._yes = button(tr("Go on"), "outlined", name="train.resume_yes")
        self._yes.clicked.connect(self._say_yes)
        self.steps.lineEdit().returnPressed.connect(self._say_yes)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(4), 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(label)
        row.addWidget(self.steps, 1)
        row.addWidget(self._yes)
        self.hide()

    def ask(self, path: Path, step: int, proposed: int) -> None:
        self.path = path
        self.steps.setMinimum(step + 1)
        self.steps.setValue(proposed)
        self.show()
        self.steps.setFocus()
        self.steps.selectAll()

    def _say_yes(self) -> None:
        self.hide()
        self.chosen.emit(self.steps.value())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
