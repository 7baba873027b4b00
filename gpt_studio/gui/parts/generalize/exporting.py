"""The matrix as a table and the chart as a picture, for other programs."""

import csv
import io
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from gpt_studio.engine import files
from gpt_studio.engine.errors import StudioError
from gpt_studio.gui import messages
from gpt_studio.gui.parts.generalize import trials_words
from gpt_studio.gui.parts.generalize.course_chart import CourseChart
from gpt_studio.gui.parts.generalize.trial_setup import TrialSetup
from gpt_studio.gui.parts.generalize.trials import COUNTED, Trials
from gpt_studio.gui.parts.generalize.units import per_character
from gpt_studio.gui.widgets import pictures
from gpt_studio.gui.widgets.basics import icon_button

COLUMNS: tuple[str, ...] = ("model", "step", "trained_on", "text", "loss_nats_per_token", "bits_per_character")
COLUMNS += ("perplexity_per_character", "unknown_share", "characters")


def as_csv(trials: Trials) -> str:
    """One line for each cell that the matrix shows."""
    told = io.StringIO()
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(COLUMNS)
    titles = {text.key: text.title for text in trials.texts}
    models = {model.key: model for model in trials.models}
    for (row, key), tested in trials.results.items():
        step = trials.shown[row]
        writer.writerow(
            [
                trials_words.row_name(models[row]),
                "" if step == COUNTED else step,
                models[row].record.corpus.title,
                titles[key],
                f"{tested.loss:.6g}",
                f"{tested.bits_per_char:.6g}",
                f"{per_character(tested):.6g}",
                f"{tested.unknown_share:.6g}",
                tested.characters,
            ]
        )
    return told.getvalue()


class Exporting(QObject):
    """A button with a menu.

    Args:
        setup: Its trials are the table.
        chart: The picture.
        page: The boxes stand before it.

    Signals:
        problem: The file could not be written; carries a sentence.
        saved: It was; carries a sentence.
    """

    problem = Signal(str)
    saved = Signal(str)

    def __init__(self, setup: TrialSetup, chart: CourseChart, page: QWidget) -> None:
        super().__init__(page)
        self._setup, self._chart, self._page = setup, chart, page
        self.button = icon_button("download", self.tr("Save the table or the chart (Ctrl+E)"), "generalize.export")
        menu = QMenu(self.button)
        self.table = menu.addAction(self.tr("Save the matrix as CSV…"), self.save_table)
        self.picture = menu.addAction(self.tr("Save the chart as PNG…"), self.save_picture)
        menu.aboutToShow.connect(self._renew)
        self.button.clicked.connect(lambda: menu.exec(self.button.mapToGlobal(self.button.rect().bottomLeft())))

    def save(self) -> None:
        """What is looked at."""
        if self._chart.isVisible() and self._chart.lines:
            self.save_picture()
        elif self._setup.trials.results:
            self.save_table()

    def save_table(self) -> None:
        if path := self._ask("matrix", "csv", self.tr("Table (*.csv)")):
            self._write(path, as_csv(self._setup.trials).encode())

    def save_picture(self) -> None:
        if path := self._ask("texts-over-training", "png", self.tr("Picture (*.png)")):
            self._write(path, pictures.titled(self._chart.size(), self._title, self._chart.paint_on))

    @property
    def _title(self) -> str:
        models = self._setup.trials.models
        name = models[0].record.name if models else ""
        return self.tr("How well {name} expects each text, over training").format(name=name)

    def _renew(self) -> None:
        self.table.setEnabled(bool(self._setup.trials.results))
        self.picture.setEnabled(bool(self._chart.lines))

    def _ask(self, what: str, ending: str, kinds: str) -> Path | None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        models = self._setup.trials.models
        name = f"{models[0].path.name if models else 'run'}-{what}.{ending}"
        chosen, _ = QFileDialog.getSaveFileName(self._page, self.tr("Save as"), str(Path(folder) / name), kinds)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(f".{ending}")

    def _write(self, path: Path, data: bytes) -> None:
        try:
            files.write_file(path, data)
        except StudioError as error:
            self.problem.emit(messages.sentence(error.code, error.values))
        else:
            self.saved.emit(self.tr("Saved: {path}").format(path=path))
