"""What came out: the measured difference, how sure it is, how the forecast did, and what both models write."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from gpt_studio.engine import runs
from gpt_studio.engine.experiments.effects import Effect, side_outcomes
from gpt_studio.engine.experiments.experiment import Side
from gpt_studio.engine.experiments.record import Notes, drawn_miss
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments import predict_words as words
from gpt_studio.gui.widgets.basics import Card, Figure, announce, button, paragraph, text

NAME = "experiments.predict"
SAMPLE = 400  # characters of a sample that are shown


class ResultCard(Card):
    """The figures and the sentences; says the least that was measured.

    Signals:
        seeds_asked: More seeds of both sides are wished for.
    """

    seeds_asked = Signal()

    def __init__(self) -> None:
        super().__init__(tr("What was measured"), f"{NAME}.result")
        self.verdict = paragraph("", "strong", "text")
        self.verdict.setObjectName(f"{NAME}.verdict")
        self.certainty = paragraph("")
        self.forecast = paragraph("")
        self.forecast.setObjectName(f"{NAME}.forecast_verdict")
        self.compared = paragraph("", "caption", "text2")
        self.before = paragraph("")
        self.before.setObjectName(f"{NAME}.measured_before")
        self.a, self.b = Figure(tr("A")), Figure(tr("B"))
        self.difference = Figure(tr("B less A"))
        self.at_best = Figure(tr("at the lowest checks"))
        self.more = button(tr("More seeds"), "plain", "plus", f"{NAME}.more_seeds")
        self.more.setToolTip(tr("Two more runs of each side, to tell the difference from chance."))
        self.more.clicked.connect(self.seeds_asked)
        figures = QHBoxLayout()
        figures.setSpacing(28)
        for figure in (self.a, self.b, self.difference, self.at_best):
            figures.addWidget(figure)
        figures.addStretch(1)
        self.head.addWidget(self.more)
        self.body.addLayout(figures)
        for each in (self.verdict, self.certainty, self.forecast, self.before, self.compared):
            self.body.addWidget(each)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_notes(self, notes: Notes, effect: Effect, is_over: bool) -> None:
        """Show what is known so far; `is_over`: no run of it is ahead."""
        experiment = notes.experiment
        self.a.set(_figure(effect.mean_a), f"A: {tr(experiment.a.label)}")
        self.b.set(_figure(effect.mean_b), f"B: {tr(experiment.b.label)}")
        compares = effect.verdict not in ("peeks", "texts")
        self.difference.set(_figure(effect.difference if compares else None, signed=True))
        self.at_best.set(_figure(effect.best_difference if compares else None, signed=True))
        verdict = words.verdict(experiment, effect)
        verdict = verdict if is_over else tr("So far: {verdict}").format(verdict=verdict)
        if verdict != self.verdict.text():
            self.verdict.setText(verdict)
            announce(self, verdict)
        self._say(self.certainty, words.certainty(experiment, effect))
        drawn = _drawn(notes)
        said = words.forecast_verdict(experiment, notes.forecast, effect, drawn) if is_over else ""
        self._say(self.forecast, words.joined((words.forecast_words(experiment, notes.forecast), said)))
        self._say(self.before, words.measured_before(experiment) if is_over else "")  # not before the student's own
        self._say(self.compared, words.joined((tr("Held-back bits per character."), tr(experiment.compared))))
        self.more.setVisible(is_over and effect.verdict not in ("failed", "texts"))

    def _say(self, label: QWidget, told: str) -> None:
        label.setText(told)  # type: ignore[attr-defined]
        label.setVisible(bool(told))


def _figure(value: float | None, signed: bool = False) -> str:
    return "–" if value is None else words.bits(value, signed)


def _readable(sample: str) -> str:
    """A sample of nothing but white space, as a model without mask writes it, made visible."""
    return sample if sample.strip() else sample.replace(" ", "\u2423").replace("\n", "\u21b5\n")


def _drawn(notes: Notes) -> float | None:
    """How far the drawn curve of the changed side lies beside the measured one, or that of the other side."""
    sides: tuple[Side, Side] = ("b", "a")
    for side in sides:
        if curve := notes.forecast.curves.get(side):
            return drawn_miss(curve, side_outcomes([*notes.outcomes.values()], side))
    return None


class SamplesCard(Card):
    """What a model of each side has written at its last step, with one prompt and one seed."""

    def __init__(self) -> None:
        super().__init__(tr("What they write"), f"{NAME}.samples")
        self._fields: dict[Side, QPlainTextEdit] = {}
        self._titles = {}
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(12)
        sides: tuple[Side, Side] = ("a", "b")
        for side in sides:
            field = QPlainTextEdit()
            field.setReadOnly(True)
            field.setObjectName(f"{NAME}.sample.{side}")
            theme.set_role(field, "editor", mono=True)
            self._fields[side], self._titles[side] = field, text("", "caption_strong", "text2")
            column = QVBoxLayout()
            column.addWidget(self._titles[side])
            column.addWidget(field)
            self._columns.addLayout(column, 1)
        self.body.addLayout(self._columns)
        self._fit()
        theme.notifier().changed.connect(self._fit)

    def show_runs(self, labels: dict[Side, str], paths: dict[Side, Path | None]) -> None:
        """The last sample of one run of each side."""
        for side, path in paths.items():
            written = [sample.text for sample in runs.read_samples(path)] if path and path.is_dir() else []
            self._titles[side].setText(f"{side.upper()}: {labels[side]}")
            told = _readable(written[-1][:SAMPLE]) if written else tr("The run is not there any more.")
            if self._fields[side].toPlainText() != told:
                self._fields[side].setPlainText(told)
            self._fields[side].setAccessibleName(tr("Written by {label}").format(label=labels[side]))

    def _fit(self) -> None:
        super()._fit()
        for field in getattr(self, "_fields", {}).values():
            field.setFixedHeight(theme.px(170))
