"""The table of a scaling: a row for each size, planned, in training or done."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QSizePolicy

from gpt_studio.engine.experiments.effects import Outcome
from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.engine.experiments.scaling import Plan, Size
from gpt_studio.engine.experiments.scaling_fit import Law
from gpt_studio.engine.experiments.scaling_record import Notes
from gpt_studio.gui import messages, theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.experiments import scaling_words as words
from gpt_studio.gui.widgets.figures_table import FiguresModel, FiguresView, Rows

PLANNED = ("Parameters", "Layers × width", "Steps", "Operations", "Time, about")
DONE = ("Parameters", "Form", "Operations", "Training", "Held back", "At step", "Beside line")
GIVE_WAY = (2, 1, 5)  # columns, in this order, where there is no room for all
ROW, HEAD = 28, 32


class SizesTable(FiguresView):
    """As high as its rows; a whole row is chosen at a time.

    Signals:
        chosen(int): Another row.
        open_asked: Enter, or a double click.
    """

    chosen = Signal(int)
    open_asked = Signal()

    def __init__(self, name: str, title: str, columns: Sequence[str]) -> None:
        self.figures = FiguresModel([tr(column) for column in columns], [])
        super().__init__(self.figures, name)
        self.setAccessibleName(title)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentChanged.connect(lambda index, _: self.chosen.emit(index.row()))
        self.activated.connect(lambda _index: self.open_asked.emit())
        theme.notifier().changed.connect(self._fit)
        self._fit()

    def show_rows(self, rows: Rows) -> None:
        self.figures.show_rows(rows)
        self._fit()

    @property
    def row(self) -> int:
        """The chosen one; -1 for none."""
        return self.currentIndex().row()

    def choose(self, row: int) -> None:
        self.setCurrentIndex(self.figures.index(row, 0))

    def _fit(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        self.horizontalHeader().setFixedHeight(theme.px(HEAD))
        self.setFixedHeight(theme.px(HEAD) + len(self.figures.rows) * theme.px(ROW) + 2)
        self._give_way()

    def _give_way(self) -> None:
        """Leave out columns that there is no room for."""
        header = self.horizontalHeader()
        widths = [
            max(self.sizeHintForColumn(column), header.sectionSizeHint(column))
            for column in range(len(self.figures.columns))
        ]
        needed = sum(widths)
        for column in GIVE_WAY:
            if column < len(widths):
                self.setColumnHidden(column, needed > self.viewport().width())
                needed -= widths[column] if self.isColumnHidden(column) else 0

    # Qt's own

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()


def plan_rows(plan: Plan) -> list[list[str]]:
    return [
        [
            messages.count(size.parameters),
            words.form_words(size),
            messages.count(size.train.max_steps),
            words.power_of_ten(size.flops),
            messages.time_left(size.seconds),
        ]
        for size in plan.sizes
    ]


def done_rows(notes: Notes, law: Law | None, entries: dict[str, Entry], live: tuple[str, OpenRun] | None) -> Rows:
    """What there is to tell of each size now."""
    lives = {live[0]: live[1]} if live else {}
    return [
        [
            messages.count(size.parameters),
            words.form_words(size),
            words.power_of_ten(size.flops),
            *_told(size, notes.outcomes.get(role), law, entries.get(role), lives.get(role)),
        ]
        for size, role in zip(notes.sizes, notes.roles, strict=True)
    ]


def _told(size: Size, outcome: Outcome | None, law: Law | None, entry: Entry | None, live: OpenRun | None) -> list[str]:
    """Time, loss, its step, and how far it lies beside the line."""
    about = tr("about {time}").format(time=messages.time_left(size.seconds))
    if live is not None:
        best = live.curve.best
        told = words.bits(live.record.bits_per_character(best[1])) if best else tr("trains")
        at = tr("{step} of {steps}").format(
            step=messages.count(live.curve.step), steps=messages.count(size.train.max_steps)
        )
        return [messages.duration(live.curve.seconds), f"{told} …", at, ""]
    if entry is not None and entry.is_ahead:
        return [about, tr("waits") if entry.status == "waiting" else tr("trains"), "", ""]
    if outcome is None:
        return [about, tr("failed") if entry and entry.status == "failed" else tr("not trained"), "", ""]
    time = messages.duration(outcome.seconds)
    if outcome.final is None or outcome.best is None:
        return [time, tr("stopped"), messages.count(outcome.step), ""]
    beside = "" if law is None else words.beside(outcome.best / law.at(size.parameters) - 1)
    return [time, words.bits(outcome.best), messages.count(outcome.best_step or 0), beside]
