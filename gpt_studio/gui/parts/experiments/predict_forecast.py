"""The forecast: which side ends lower, by how much, and why. Nothing is trained before it is made."""

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QDoubleSpinBox, QHBoxLayout, QLineEdit, QRadioButton, QWidget

from gpt_studio.engine.experiments.experiment import Experiment, Side
from gpt_studio.engine.experiments.record import LONGEST, Forecast, Guess
from gpt_studio.gui import theme
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments.predict_chart import PredictChart
from gpt_studio.gui.widgets.basics import Card, Segmented, button, paragraph, text

GUESSES: tuple[Guess, ...] = ("a", "b", "same", "unknown")
NAME = "experiments.predict"
Draft = tuple[Guess | None, Forecast]  # which side was chosen, if any, and all else


class ForecastCard(Card):
    """A form beside the chart, on which the curve can be drawn.

    Signals:
        run_asked: The forecast stands, and the runs are to be trained; carries the Forecast.
    """

    run_asked = Signal(object)

    def __init__(self, chart: PredictChart) -> None:
        super().__init__(tr("Your forecast"), f"{NAME}.forecast")
        self._chart = chart
        self._guesses = {guess: QRadioButton() for guess in GUESSES}
        self._group = QButtonGroup(self)
        self.by = QDoubleSpinBox()
        self.because = QLineEdit()
        self.pencil = Segmented([("a", tr("A")), ("b", tr("B"))], f"{NAME}.pencil")
        for side in ("a", "b"):
            self.pencil.option(side).setAccessibleName(tr("Draw the curve of {side}").format(side=side.upper()))
        self.wipe = button(tr("Wipe"), "plain", name=f"{NAME}.wipe")
        self.run = button(tr("Run both"), "primary", "play", f"{NAME}.run")
        self._why_not = paragraph("", "caption", "text3")
        self._make_fields()
        self._lay_out()
        self._group.buttonClicked.connect(self._show)
        self.pencil.chosen.connect(lambda _side: self._show())
        self.wipe.clicked.connect(self._wipe)
        self.run.clicked.connect(lambda: self.run_asked.emit(self.forecast))
        chart.drawn.connect(self._show)

    def _make_fields(self) -> None:
        for guess, each in self._guesses.items():
            each.setObjectName(f"{NAME}.lower.{guess}")
            theme.set_role(each, "body")
            self._group.addButton(each)
        self.by.setObjectName(f"{NAME}.by")
        self.by.setAccessibleName(tr("By how many bits per character"))
        self.by.setLocale(QLocale(QLocale.Language.English))
        self.by.setRange(0.0, 20.0)
        self.by.setDecimals(2)
        self.by.setSingleStep(0.05)
        self.by.setSpecialValueText(tr("no figure"))
        self.by.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.because.setObjectName(f"{NAME}.because")
        self.because.setMaxLength(LONGEST)
        self.because.setPlaceholderText(tr("because …"))
        self.because.setAccessibleName(tr("Because"))
        for field in (self.by, self.because):
            theme.set_role(field, "body")

    def _lay_out(self) -> None:
        self.body.addWidget(text(tr("Which ends lower on held-back text?"), "body", "text2"))
        for each in self._guesses.values():
            self.body.addWidget(each)
        figure = QHBoxLayout()
        label = text(tr("By bits per character"), "body", "text2")
        label.setBuddy(self.by)
        figure.addWidget(label)
        figure.addWidget(self.by, 1)
        self.body.addLayout(figure)
        self.body.addWidget(self.because)
        pencil = QHBoxLayout()
        pencil.addWidget(text(tr("Draw the curve of"), "body", "text2"))
        pencil.addWidget(self.pencil)
        pencil.addStretch(1)
        pencil.addWidget(self.wipe)
        self.body.addLayout(pencil)
        self.body.addStretch(1)
        self.body.addWidget(self._why_not)
        self.body.addWidget(self.run)

    def begin(self, experiment: Experiment, draft: Draft | None = None) -> None:
        """An empty forecast for this experiment, or one that was begun before."""
        lower, started = draft or (None, Forecast(lower="unknown"))
        words = {
            "a": tr("A: {label}").format(label=tr(experiment.a.label)),
            "b": tr("B: {label}").format(label=tr(experiment.b.label)),
            "same": tr("About the same"),
            "unknown": tr("I do not know"),
        }
        self._group.setExclusive(False)
        for guess, each in self._guesses.items():
            each.setText(words[guess])
            each.setAccessibleName(words[guess])
            each.setChecked(guess == lower)
        self._group.setExclusive(True)
        self.by.setValue(started.by or 0.0)
        self.because.setText(started.because)
        self.pencil.set("b")
        self._chart.wipe()
        for side, curve in started.curves.items():
            self._chart.set_curve(side, curve)
        self._show()

    @property
    def draft(self) -> Draft:
        """What stands in the form, to begin with it again."""
        return self._lower, self.forecast

    @property
    def forecast(self) -> Forecast:
        """What stands in the form."""
        lower = self._lower or "unknown"
        has_figure = lower in ("a", "b") and self.by.value() > 0
        sides: tuple[Side, Side] = ("a", "b")
        return Forecast(
            lower=lower,
            by=round(self.by.value(), 2) if has_figure else None,
            curves={side: curve for side in sides if (curve := self._chart.curve(side))},
            because=self.because.text().strip(),
        )

    @property
    def _lower(self) -> Guess | None:
        return next((guess for guess, each in self._guesses.items() if each.isChecked()), None)

    def _wipe(self) -> None:
        self._chart.wipe()
        self._show()

    def _show(self, *_: object) -> None:
        lower = self._lower
        self.by.setEnabled(lower in ("a", "b"))
        self._chart.draw_side("a" if self.pencil.key == "a" else "b")
        self.wipe.setEnabled(bool(self._chart.curve("a") or self._chart.curve("b")))
        self.run.setEnabled(lower is not None)
        why = "" if lower else tr("First a forecast, or “I do not know”.")
        self._why_not.setText(why)
        self._why_not.setVisible(bool(why))
        self.run.setToolTip(why)

    def tab_order(self) -> list[QWidget]:
        pencil = [self.pencil.option(side) for side in ("a", "b")]
        return [*self._guesses.values(), self.by, self.because, *pencil, self.wipe, self.run]
