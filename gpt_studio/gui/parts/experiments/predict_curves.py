"""The card with the chart: the forecast drawn by hand, and the curves of both sides over it."""

import math
from functools import partial

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments.effects import Outcome, side_outcomes
from gpt_studio.engine.experiments.experiment import Experiment, Side
from gpt_studio.engine.experiments.record import Forecast, Notes, text_of
from gpt_studio.gui.background import Background
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.experiments.predict_chart import Kind, Line, PredictChart
from gpt_studio.gui.widgets.basics import Card, Segmented, text

SIDES: tuple[Side, Side] = ("a", "b")


class CurvesCard(Card):
    """Bits per character of held-back text, or of training text."""

    def __init__(self, background: Background) -> None:
        super().__init__(tr("Bits per character"), "experiments.predict.curves")
        self._background = background
        self._experiment: Experiment | None = None
        self._guessing: dict[str, float] = {}  # bits of pure guessing, by text
        self._notes: Notes | None = None
        self._live: Outcome | None = None
        self.chart = PredictChart()
        self._hint = text("", "caption", "text3")
        self.kind = Segmented(
            [("held_back", tr("Held back")), ("training", tr("Training text"))], "experiments.predict.curve_kind"
        )
        self.part = Segmented([("whole", tr("Whole")), ("end", tr("Last half"))], "experiments.predict.curve_part")
        self.head.addWidget(self._hint)
        self.head.addWidget(self.part)
        self.head.addWidget(self.kind)
        self.body.addWidget(self.chart, 1)
        for switch in (self.kind, self.part):
            switch.chosen.connect(lambda _key: self._draw())

    def begin(self, experiment: Experiment, forecast: Forecast | None = None) -> None:
        """An experiment without curves yet: to be drawn, or with the forecast that was made."""
        self._experiment, self._notes, self._live = experiment, None, None
        self.kind.set("held_back")
        self.part.set("whole")
        for switch in (self.kind, self.part):
            switch.setVisible(forecast is not None)
        self._hint.setText("" if forecast else tr("draw your forecast here"))
        self._draw()
        if forecast is not None:
            self.chart.draw_side(None)
            self.chart.wipe()
            for side, points in forecast.curves.items():
                self.chart.set_curve(side, points)
        self._learn_guessing(experiment)

    def show_notes(self, notes: Notes, live: Outcome | None) -> None:
        """The curves of the runs that have ended, and of the one in training."""
        if (notes, live) != (self._notes, self._live):
            self._notes, self._live = notes, live
            self._draw()

    def _draw(self) -> None:
        if self._experiment is None:
            return
        steps = max(each.train.max_steps for each in (self._experiment.a, self._experiment.b))
        guessing = self._guessing.get(self._experiment.a.corpus, 0.0)
        hint = tr("Draw with the mouse how the curve will fall, or give a figure only.")
        begin = steps // 2 if self.part.key == "end" else 0
        self.chart.show_lines(self._lines(), steps, guessing, "" if self._notes else hint, begin)

    def _lines(self) -> list[Line]:
        if self._notes is None:
            return []
        kind: Kind = "training" if self.kind.key == "training" else "held_back"
        outcomes = [*self._notes.outcomes.values(), *([self._live] if self._live else [])]
        lines = []
        for side in SIDES:
            label = f"{side.upper()}, {tr(self._notes.experiment.setting(side).label)}"
            for place, each in enumerate(side_outcomes(outcomes, side)):
                points = each.training if kind == "training" else each.held_back
                lines.append(Line("" if place else label, points, kind, side, is_faint=place > 0))
        return lines

    def _learn_guessing(self, experiment: Experiment) -> None:
        """Where an untrained model begins: it needs the text's characters, which are counted beside the window."""
        name = experiment.a.corpus
        if name not in self._guessing and experiment.a.tokenizer.kind == "char":
            self._background.run(
                "characters of a text",
                lambda: math.log2(max(2, len(set(text_of(name).text)))),
                done=partial(self._take_guessing, name),
                failed=self._pass_over,
            )

    def _take_guessing(self, name: str, bits: float) -> None:
        self._guessing[name] = bits
        self._draw()

    def _pass_over(self, error: Exception) -> None:
        if not isinstance(error, StudioError):  # a text that cannot be read is told when it is to be learnt from
            raise error
