"""The queue on the page of experiments: what waits, trains and has ended, and in which order."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from gpt_studio.gui import icons, queue_words, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments.queue_list import QueueList
from gpt_studio.gui.parts.experiments.queue_rows import QueueModel, rows_of
from gpt_studio.gui.state import StudioState
from gpt_studio.gui.widgets.basics import Card, EmptyState, button, icon_button, paragraph, set_property, text
from gpt_studio.gui.widgets.elements import ICON_GAP

FIGURES_MS = 1000  # figures in text change once a second


class QueueView(QWidget):
    """Follows the queue of the state.

    Signals:
        move_asked(str, int): An entry is to get another place among those that wait.
        remove_asked(str), again_asked(str): An entry is to leave the queue, or to wait again.
        hold_asked(bool): The queue is to be held, or to go on.
        clear_asked: What has ended is to leave the queue.
        refresh_asked: The queue is to be looked at anew; another window may have let go of it.
        open_asked(Path): A run is to be shown on Train.
        go_asked(str): Another page is wanted.
    """

    move_asked = Signal(str, int)
    remove_asked = Signal(str)
    again_asked = Signal(str)
    hold_asked = Signal(bool)
    clear_asked = Signal()
    refresh_asked = Signal()
    open_asked = Signal(object)
    go_asked = Signal(str)

    def __init__(self, state: StudioState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._model = state, QueueModel()
        self._make()
        self._lay_out()
        self._connect()
        self._show()

    def _make(self) -> None:
        self.told = text("", "strong")
        self.told.setWordWrap(True)
        self.hold = button(tr("Hold"), "outlined", "pause", "experiments.hold")
        self.clear = button(tr("Clear what has ended"), name="experiments.clear")
        self.list = QueueList(self._model)
        self.why = paragraph("", "body", "bad")
        self.up = icon_button("up", tr("Earlier (Alt+Up)"), "experiments.up")
        self.down = icon_button("down", tr("Later (Alt+Down)"), "experiments.down")
        self.show_run = button(tr("Show on Train"), name="experiments.show_run")
        self.again = button(tr("Try again"), name="experiments.again")
        self.remove = button(tr("Take out"), name="experiments.remove")
        self.empty_state = EmptyState(
            tr("No run waits. “Add to queue” on Train puts one here."), tr("Go to 5 Train"), "experiments.queue.go"
        )

    def _lay_out(self) -> None:
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.told, 1)
        head.addWidget(self.hold)
        head.addWidget(self.clear)
        actions: tuple[QWidget, ...] = (self.up, self.down, self.show_run, self.again, self.remove)
        for each in actions:
            foot.addWidget(each)
        foot.addStretch(1)
        card = Card()
        card.body.addLayout(head)
        card.body.addWidget(self.list, 1)
        card.body.addWidget(self.why)
        card.body.addLayout(foot)
        self._rows = (head, foot)
        self._stack = QStackedLayout(self)
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)
        self._stack.addWidget(filled)
        self._stack.addWidget(self.empty_state)
        self._fit()

    def _connect(self) -> None:
        state = self._state
        self._each_second = QTimer(self, interval=FIGURES_MS, objectName="queue figures")
        self._each_second.timeout.connect(self._show_rows)
        for signal in (state.queue_changed, state.phase_changed, state.runs_changed, state.series_changed):
            signal.connect(self._show)
        self._model.moved.connect(self.move_asked)
        self.list.selectionModel().currentChanged.connect(self._show_actions)
        self.list.open_asked.connect(self._open)
        self.list.remove_asked.connect(self._remove)
        self.list.step_asked.connect(self._step)
        self.up.clicked.connect(lambda: self._step(-1))
        self.down.clicked.connect(lambda: self._step(1))
        self.show_run.clicked.connect(self._open)
        self.again.clicked.connect(self._try_again)
        self.remove.clicked.connect(self._remove)
        self.hold.clicked.connect(self._hold_or_go_on)
        self.clear.clicked.connect(self.clear_asked)
        self.empty_state.asked.connect(lambda: self.go_asked.emit("train"))
        theme.notifier().changed.connect(self._fit)

    # Wishes

    def _open(self) -> None:
        if (row := self.list.chosen) and self.show_run.isEnabled():
            self.open_asked.emit(row.run)

    def _remove(self) -> None:
        if (row := self.list.chosen) and self.remove.isEnabled():
            self.remove_asked.emit(row.id)

    def _try_again(self) -> None:
        if row := self.list.chosen:
            self.again_asked.emit(row.id)

    def _step(self, distance: int) -> None:
        row = self.list.chosen
        place = self._model.place_of(row.id) if row else -1
        if row and place >= 0 and 0 <= place + distance < len(self._model.waiting):
            self.move_asked.emit(row.id, place + distance)

    def _hold_or_go_on(self) -> None:
        if self._state.queue_is_ours:
            self.hold_asked.emit(not self._state.queue_held)
        else:
            self.refresh_asked.emit()

    # Showing

    def _show(self) -> None:
        self._show_rows()
        self._stack.setCurrentIndex(0 if self._model.rows else 1)
        self._show_head()
        self._show_actions()

    def _show_rows(self) -> None:
        chosen = self.list.chosen
        self._model.show_rows(rows_of(self._state))
        if self._model.rows and self.list.chosen is None:
            self.list.choose(chosen.id if chosen else self._model.rows[0].id)
            if self.list.chosen is None:
                self.list.setCurrentIndex(self._model.index(0))

    def _show_head(self) -> None:
        state = self._state
        ahead = [entry for entry in state.queue if entry.is_ahead]
        self.told.setText(queue_words.standing(state.queue, state.queue_held, state.queue_is_ours))
        self.hold.setVisible(bool(ahead))
        trains = any(entry.status == "running" for entry in state.queue)
        words = tr("Go on") if state.queue_held else tr("Hold after this run") if trains else tr("Hold")
        self.hold.setText(words if state.queue_is_ours else tr("Look again"))
        self.hold.setAccessibleName(self.hold.text())
        self.hold.setToolTip(tr("The run that trains goes on to its end; the next one waits.") if trains else "")
        held = state.queue_held and state.queue_is_ours
        icons.set_icon(self.hold, "play" if held else "pause", "on_accent" if held else "accent", gap=ICON_GAP)
        set_property(self.hold, "kind", "primary" if held else "outlined")
        self.clear.setVisible(len(ahead) < len(state.queue) and state.queue_is_ours)

    def _show_actions(self, *_: object) -> None:
        row, ours = self.list.chosen, self._state.queue_is_ours
        place, last = self._model.place_of(row.id) if row else -1, len(self._model.waiting) - 1
        self.up.setEnabled(ours and place > 0)
        self.down.setEnabled(ours and 0 <= place < last)
        is_there = row is not None and (row.run / "run.json").is_file()
        self.show_run.setEnabled(is_there)
        self.show_run.setToolTip("" if is_there else tr("There is nothing to show yet."))
        self.again.setVisible(row is not None and row.status in ("stopped", "failed"))
        self.again.setText(tr("Go on with it") if row and row.status == "stopped" else tr("Try again"))
        self.again.setAccessibleName(self.again.text())
        removable = row is not None and row.status != "running" and ours
        self.remove.setEnabled(removable)
        self.remove.setToolTip("" if removable else tr("Stop it on Train first.") if row and ours else "")
        self.why.setText(row.detail if row and row.status == "failed" else "")
        self.why.setVisible(bool(self.why.text()))

    def _fit(self) -> None:
        for row in self._rows:
            row.setSpacing(theme.px(8))

    # Qt's own

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._each_second.start()
        self.refresh_asked.emit()
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._each_second.stop()
