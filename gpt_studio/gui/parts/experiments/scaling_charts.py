"""Both charts of a scaling, side by side or one over the other, and the table of its runs."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.engine.experiments.scaling import Size
from gpt_studio.engine.experiments.scaling_fit import Law
from gpt_studio.engine.experiments.scaling_record import Axis, Notes
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments import scaling_told
from gpt_studio.gui.parts.experiments import scaling_words as words
from gpt_studio.gui.parts.experiments.scaling_chart import ScalingChart, spoken
from gpt_studio.gui.parts.experiments.scaling_table import DONE, SizesTable, done_rows
from gpt_studio.gui.parts.experiments.scaling_told import Live
from gpt_studio.gui.widgets.basics import Card, button, paragraph, text

NAME = "experiments.scaling"
TITLES: dict[Axis, str] = {
    "parameters": "Held-back loss against parameters",
    "flops": "Held-back loss against compute",
}
Laws = dict[Axis, Law | None]
UNITS: dict[Axis, str] = {"parameters": "parameters", "flops": "operations of training"}


class ChartCard(Card):
    """One chart with its axes in words, and the formula of its line."""

    def __init__(self, axis: Axis) -> None:
        super().__init__(tr(TITLES[axis]), f"{NAME}.{axis}_card")
        self.axis: Axis = axis
        self.chart = ScalingChart(f"{NAME}.{axis}", tr(TITLES[axis]), is_compute=axis == "flops")
        self.formula = text("", "caption_strong", "text2")
        self.formula.setObjectName(f"{NAME}.{axis}_law")
        foot = QHBoxLayout()
        foot.addWidget(self.formula)
        foot.addStretch(1)
        foot.addWidget(text(tr(UNITS[axis]), "caption", "text3"))
        self.body.addWidget(text(tr("bits per character"), "caption", "text3"))
        self.body.addWidget(self.chart, 1)
        self.body.addLayout(foot)

    def show_notes(self, notes: Notes, following: Size | None, laws: Laws, live: Live) -> None:
        """The law of the parameters foretells; the line here is that of this axis."""
        law, line = laws["parameters"], laws[self.axis]
        points = scaling_told.points(notes, live, self.axis)
        expected = scaling_told.expected(notes, following, law, self.axis)
        sizes = [float(getattr(size, self.axis)) for size in notes.sizes]
        self.chart.show_points(sizes, points, line, expected)
        self.chart.setAccessibleDescription(spoken(points, expected, tr("parameters")))
        self.formula.setText(words.law_words(line, self.axis) if line else "")


class Charts(QWidget):
    """The charts; a click on a point chooses its size.

    Signals:
        chosen(int): The place of a size.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.cards = [ChartCard("parameters"), ChartCard("flops")]
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(12)
        for card in self.cards:
            self._row.addWidget(card, 1)
            card.chart.chosen.connect(self.chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._row, 1)

    def show_notes(self, notes: Notes, following: Size | None, laws: Laws, live: Live) -> None:
        for card in self.cards:
            card.show_notes(notes, following, laws, live)

    def mark(self, place: int | None) -> None:
        for card in self.cards:
            card.chart.mark(place)

    def stack(self, is_narrow: bool) -> None:
        """One over the other, where there is no room beside."""
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(direction)


class RunsCard(Card):
    """The runs as figures.

    Signals:
        open_asked: The chosen run is to be shown on Train.
        chosen(int): Another one is chosen.
    """

    open_asked = Signal()
    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__(tr("Runs"), f"{NAME}.runs_card")
        self.table = SizesTable(f"{NAME}.runs", tr("Runs of the scaling"), DONE)
        self.show_run = button(tr("Show on Train"), "plain", name=f"{NAME}.show_run")
        self.legend = paragraph(
            tr(
                "Disc: the lowest check of a run. Ring: in training, or stopped. Diamond: what was foretold. In the "
                "band lie 19 of 20 new runs, if the line goes on. Thin lines: how each run came down."
            ),
            "caption",
            "text3",
        )
        self.head.addWidget(self.show_run)
        for each in (self.legend, self.table):
            self.body.addWidget(each)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.table.chosen.connect(self.chosen)
        self.table.open_asked.connect(self.open_asked)
        self.show_run.clicked.connect(self.open_asked)

    def show_notes(self, notes: Notes, law: Law | None, entries: dict[str, Entry], live: Live) -> None:
        row = self.table.row
        self.table.show_rows(done_rows(notes, law, entries, live))
        if 0 <= row < len(notes.sizes) and self.table.row != row:
            self.table.choose(row)

    def allow(self, is_there: bool) -> None:
        """Whether the chosen run can be shown."""
        self.show_run.setEnabled(is_there)
        why = tr("Choose a run in the table.") if self.table.row < 0 else tr("There is no run to show here.")
        self.show_run.setToolTip("" if is_there else why)
