"""The page "Over training": the chart, what it takes to fill it, and how far that is."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from gpt_studio.engine import clock
from gpt_studio.gui import messages, theme
from gpt_studio.gui.parts.generalize.course_chart import CourseChart, CourseLine
from gpt_studio.gui.parts.generalize.units import Unit
from gpt_studio.gui.widgets.basics import button, paragraph, text
from gpt_studio.gui.widgets.step_slider import Stop

_GUESS_AFTER_S = 1.5  # of measuring, before the time left is told


class CoursePage(QWidget):
    """A button that measures, a chart, a bar while it is measured."""

    def __init__(self) -> None:
        super().__init__()
        self.unit: Unit = "perplexity"
        self.chart = CourseChart()
        self.measure = button(self.tr("Measure all kept steps"), name="generalize.course.measure")
        self.stop = button(self.tr("Stop"), icon="stop", name="generalize.course.stop")
        self.told = paragraph("", "caption", "text3")
        self._bar = QProgressBar(textVisible=False, accessibleName=self.tr("Figures measured"))
        self._progress = text("", "caption", "text2")
        self._began_s = 0.0
        row = QHBoxLayout()
        row.setSpacing(10)
        for each in (self.measure, self.stop, self._bar, self._progress):
            row.addWidget(each)
        row.addWidget(self.told, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.chart, 1)
        theme.notifier().changed.connect(self._fit)
        self._fit()
        self.show_progress(None, False)

    def show_lines(self, lines: Sequence[CourseLine], stops: Sequence[Stop], chosen: Stop) -> None:
        self.chart.show_lines(lines, stops, chosen, self.unit)

    def show_progress(self, measured: tuple[int, int] | None, is_whole: bool) -> None:
        """How many figures are measured, of how many; None while nothing is."""
        busy = measured is not None
        self.measure.setVisible(not busy and not is_whole)
        for each in (self.stop, self._bar, self._progress):
            each.setVisible(busy)
        told = self.tr(
            "One line for each text, at every step that was kept, spaced as on the slider. Training text: a piece of "
            "it as long as what is held back."
        )
        self.told.setText(told)
        if measured is None:
            self._began_s = 0.0
            return
        done, total = measured
        self._began_s = self._began_s or clock.now()
        elapsed_s = clock.now() - self._began_s
        words = self.tr("{done} of {total}").format(done=done, total=total or "…")
        if done and elapsed_s > _GUESS_AFTER_S and done < total:
            words += ", " + self.tr("about {time} left").format(
                time=messages.time_left(elapsed_s / done * (total - done))
            )
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._progress.setText(words)

    def _fit(self) -> None:
        self._bar.setFixedWidth(theme.px(110))
