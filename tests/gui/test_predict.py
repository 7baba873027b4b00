"""Predict on the page of experiments: a forecast, two real runs of a toy, and what is said of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from gpt_studio.engine import training
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.events import Evaluated, Probed
from gpt_studio.engine.experiments import series as records
from gpt_studio.engine.experiments.catalogue import EXPERIMENTS
from gpt_studio.engine.experiments.effects import Outcome
from gpt_studio.engine.experiments.experiment import Experiment, Setting
from gpt_studio.engine.experiments.own import Words, own
from gpt_studio.engine.experiments.record import Forecast, Notes, begun, notes_of, text_of, with_notes
from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.engine.experiments.series import Series
from gpt_studio.engine.workshop import Workshop
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.experiments import predict_words as words
from gpt_studio.gui.parts.experiments.predict_list import OWN
from gpt_studio.gui.parts.experiments.predict_view import PredictView
from gpt_studio.gui.shell.run_shelf import first_record
from gpt_studio.gui.state import StudioState

NAME = "experiments.predict"
PATIENCE_MS = 60_000  # on a busy computer; it is a second or two


class Lab:
    """The view, and a window that keeps what it asks for and trains what it orders, at once."""

    def __init__(self, qtbot, view: PredictView, state: StudioState) -> None:
        self.bot, self.view, self.state = qtbot, view, state
        self.trains = True
        self.opened: list[Path] = []
        view.order_asked.connect(self._order)
        view.series_asked.connect(self._keep)
        view.forget_asked.connect(self._forget)
        view.open_asked.connect(self.opened.append)

    def find(self, name: str) -> QWidget:
        found = self.view.findChild(QWidget, f"{NAME}.{name}")
        assert found is not None, name
        return found

    def press(self, name: str) -> None:
        assert self.find(name).isEnabled(), name
        self.find(name).click()

    @property
    def series(self) -> Series:
        return self.state.series[0]

    @property
    def notes(self) -> Notes:
        return notes_of(self.series)

    def run(self, guess: str = "unknown") -> None:
        """Make a forecast, and wait until all runs of it are noted."""
        self.press(f"lower.{guess}")
        self.press("run")
        self.bot.waitUntil(lambda: bool(self.state.series) and self.is_over, timeout=PATIENCE_MS)

    @property
    def is_over(self) -> bool:
        is_noted = set(self.notes.outcomes) == set(self.series.runs) and bool(self.series.runs)
        return is_noted and self.view.keeper.is_over(self.series.id) and not self.view.keeper.background.busy

    def _keep(self, series: Series) -> None:
        others = [other for other in self.state.series if other.id != series.id]
        self.state.set_series([series, *others])

    def _order(self, series: Series, orders: list) -> None:
        runs = {order.role: str(order.request.run) for order in orders}
        self._keep(replace(series, runs=series.runs | runs))
        entries = [Entry(id=order.role, order=order, status="waiting") for order in orders]
        if not self.trains:
            self.state.set_queue([*self.state.queue, *entries], False, True)
            return
        for order in orders:
            for _ in training.train(Workshop(), order.request):
                pass
        self.state.set_queue([*self.state.queue, *(replace(each, status="done") for each in entries)], False, True)

    def _forget(self, id: str) -> None:
        self.state.set_series([each for each in self.state.series if each.id != id])


@pytest.fixture
def experiment(tmp_path, tiny_text) -> Experiment:
    """Two toys that differ in their number of heads."""
    file = tmp_path / "toy.txt"
    file.write_text(tiny_text, "utf-8")
    toy = Setting(
        label="",
        model=ModelConfig(n_layer=1, n_head=1, n_embd=16, block_size=16),
        train=TrainConfig(max_steps=2, batch_size=2, micro_batch=2, threads=1, precision="fp32"),
        corpus=str(file),
    )
    made = own(toy, "n_head", (1, 2), Words("Heads", "Do two heads help?", "Two heads.", ("one head", "two heads")))
    return replace(made, spread=1e-9)  # so that one pair is enough


@pytest.fixture
def lab(qtbot, in_view, state) -> Iterator[Lab]:
    made = Lab(qtbot, in_view(PredictView(state)), state)
    qtbot.waitUntil(lambda: not made.view.keeper.background.busy)
    yield made
    made.view.keeper.background.shut_down()


@pytest.fixture
def toy_lab(lab: Lab, experiment: Experiment) -> Lab:
    lab.view.show_new(OWN, experiment)
    return lab


def noted(lab: Lab, **changes) -> Series:
    """A record without runs, kept."""
    series = begun(EXPERIMENTS["dropout"], Forecast(lower="a", by=0.1, because="it is short"), text_of("verse_drama"))
    series = with_notes(series, replace(notes_of(series), **changes))
    lab._keep(series)
    return series


def test_nothing_can_be_run_before_a_forecast_or_a_word_that_there_is_none(lab):
    assert not lab.find("run").isEnabled()
    lab.press("lower.unknown")
    assert lab.find("run").isEnabled()


def test_a_figure_is_asked_for_only_where_a_side_is_named(lab):
    for guess, is_asked in (("a", True), ("same", False), ("b", True), ("unknown", False)):
        lab.press(f"lower.{guess}")
        assert lab.find("by").isEnabled() is is_asked


def test_the_forecast_is_kept_before_anything_is_trained(toy_lab):
    toy_lab.trains = False
    toy_lab.press("lower.b")
    toy_lab.find("by").setValue(0.25)
    toy_lab.find("because").setText("two see more")
    toy_lab.press("run")
    toy_lab.bot.waitUntil(lambda: len(toy_lab.state.queue) == 2)
    assert toy_lab.notes.forecast == Forecast(lower="b", by=0.25, because="two see more")
    assert toy_lab.notes.outcomes == {}
    assert [entry.order.role for entry in toy_lab.state.queue] == ["a:1337", "b:1337"]
    assert toy_lab.find("progress").text() == "Waiting in the queue."


def test_so_small_a_difference_brings_two_more_seeds_of_each_side_once(toy_lab, experiment):
    toy_lab.view.show_new(OWN, replace(experiment, spread=0.03))
    toy_lab.run()
    assert sorted(toy_lab.series.runs) == [f"{side}:{seed}" for side in "ab" for seed in (1337, 1338, 1339)]
    effect = toy_lab.notes.effect
    assert (effect.runs_a, effect.runs_b) == (3, 3)
    assert toy_lab.find("verdict").text() == words.verdict(toy_lab.notes.experiment, effect)
    interval = f"{words.bits(effect.low, signed=True)} to {words.bits(effect.high, signed=True)}"
    assert interval in toy_lab.view.result.certainty.text()
    toy_lab.press("more_seeds")
    toy_lab.bot.waitUntil(lambda: len(toy_lab.series.runs) == 10 and toy_lab.is_over, timeout=PATIENCE_MS)
    assert toy_lab.notes.effect.runs_a == 5


def test_both_curves_are_drawn_and_the_runs_can_be_opened(toy_lab):
    toy_lab.run()
    chart = toy_lab.view.curves.chart
    assert "A, one head ends at" in chart.accessibleDescription()
    assert "B, two heads ends at" in chart.accessibleDescription()
    assert not toy_lab.view.grab().isNull()
    toy_lab.press("show.b")
    assert toy_lab.opened == [Path(toy_lab.series.runs["b:1337"])]
    assert toy_lab.find("sample.a").toPlainText()


def test_a_curve_is_drawn_by_mouse(lab):
    chart, plot = lab.view.curves.chart, lab.view.curves.chart._plot()
    places = [QPointF(plot.left(), plot.top()), QPointF(plot.right(), plot.bottom() - plot.height() / 2)]
    lab.bot.mousePress(chart, Qt.MouseButton.LeftButton, pos=places[0].toPoint())
    chart._draw_to(places[1])
    lab.bot.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=places[1].toPoint())
    curve = lab.view.forecast.forecast.curves["b"]
    assert [curve[0][0], curve[-1][0]] == [0, 300]
    assert curve[0][1] == pytest.approx(6.5, abs=0.1)
    assert curve[-1][1] == pytest.approx(3.25, abs=0.1)
    heights = [bits for _, bits in curve]
    assert heights == sorted(heights, reverse=True)


def test_a_curve_is_drawn_by_keys_and_wiped(lab):
    chart = lab.view.curves.chart
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        lab.bot.keyClick(chart, key)
    (first, *_, last) = chart.curve("b")
    assert (first[0], last[0]) == (0, 20)
    assert last[1] == pytest.approx(first[1] - 0.05, abs=0.002)
    lab.press("wipe")
    assert chart.curve("b") == ()


def test_a_forecast_that_was_begun_is_there_again(lab):
    lab.press("lower.a")
    lab.view.list.ready.itemClicked.emit(lab.view.list.ready.currentItem())
    assert lab.find("lower.a").isChecked()
    lab.find("because").setText("it peeks")
    lab.view.choose("dropout")
    assert not lab.find("lower.a").isChecked()
    assert lab.find("because").text() == ""
    lab.view.choose("without_mask")
    assert lab.find("lower.a").isChecked()
    assert lab.find("because").text() == "it peeks"


def test_a_list_that_is_only_given_the_focus_opens_nothing(lab, qtbot):
    noted(lab)
    lab.view.choose("dropout")
    lab.view.list.done.setFocus(Qt.FocusReason.TabFocusReason)
    assert lab.find("run").isVisibleTo(lab.view)
    lab.view.list.done.setCurrentRow(0)
    assert not lab.find("run").isVisibleTo(lab.view)


def test_the_conclusion_saves_itself_and_comes_back(lab, qtbot):
    first = noted(lab)
    lab.view.show_record(first.id)
    lab.find("conclusion").setPlainText("Dropout costs in a short run.")
    qtbot.waitUntil(lambda: notes_of(lab.series).conclusion != "")
    lab.view.choose("letters")
    lab.view.show_record(first.id)
    assert lab.find("conclusion").toPlainText() == "Dropout costs in a short run."


def test_what_is_typed_last_is_kept_when_another_experiment_is_chosen(lab):
    first = noted(lab)
    lab.view.show_record(first.id)
    lab.find("conclusion").setPlainText("soon gone?")
    lab.view.choose("letters")
    assert lab.notes.conclusion == "soon gone?"


def test_a_record_is_deleted_and_had_back(lab):
    first = noted(lab)
    lab.view.show_record(first.id)
    lab.press("delete")
    assert lab.state.series == []
    assert lab.view.list.done.count() == 0
    lab.view.message.button.click()
    assert [series.id for series in lab.state.series] == [first.id]


def test_an_experiment_is_repeated_with_a_forecast_of_its_own(toy_lab):
    toy_lab.run("same")
    toy_lab.press("repeat")
    assert toy_lab.find("run").isVisibleTo(toy_lab.view)
    assert not toy_lab.find("run").isEnabled()
    assert toy_lab.view.question.title.text() == "Heads"


def test_a_run_that_left_the_queue_is_missed_in_a_sentence(toy_lab):
    toy_lab.trains = False
    toy_lab.press("lower.same")
    toy_lab.press("run")
    toy_lab.bot.waitUntil(lambda: len(toy_lab.state.queue) == 2)
    first, second = toy_lab.state.queue
    failed = replace(first, status="failed", message="The text is too short.")
    toy_lab.state.set_queue([failed, replace(second, status="stopped")], False, True)
    assert toy_lab.find("progress").text().endswith("was not trained: The text is too short.")
    toy_lab.state.set_queue([], False, True)
    assert toy_lab.find("progress").text().startswith("Not all of it was trained: 2 runs")


def test_the_run_in_training_is_drawn_as_far_as_it_is(toy_lab, qtbot):
    toy_lab.trains = False
    toy_lab.press("lower.same")
    toy_lab.press("run")
    qtbot.waitUntil(lambda: len(toy_lab.state.queue) == 2)
    first, second = toy_lab.state.queue
    toy_lab.state.set_queue([replace(first, status="running"), second], False, True)
    request = first.order.request
    record = first_record(request.name, request.corpus, request.model, request.train, None)
    toy_lab.state.open_run(OpenRun(first.run, record))
    toy_lab.state.add_events([Evaluated(step=0, train_loss=None, val_loss=4.0, bits_per_char=5.77)])
    qtbot.waitUntil(lambda: "A, one head ends at 5.77" in toy_lab.view.curves.chart.accessibleDescription())
    assert "Training run 1 of 2: A, one head, seed 1337" in toy_lab.find("progress").text()


def test_a_run_that_did_not_get_to_its_end_is_named(lab):
    outcomes = {
        role: Outcome(role=role, held_back=(), training=(), final=end, best=2.0, best_step=1, step=1)
        for role, end in (("a:1", 2.2), ("b:1", None))
    }
    lab.view.show_record(noted(lab, outcomes=outcomes).id)
    assert lab.find("verdict").text() == "There is nothing to compare: B, seed 1 did not get to its end."


def test_the_list_tells_what_was_done(lab):
    noted(lab)
    done = [lab.view.list.ready.item(n).text() for n in range(lab.view.list.ready.count())]
    assert [each for each in done if "✓" in each] == ["Dropout  ✓"]
    assert lab.view.list.done.item(0).text().startswith("Dropout\n")


def test_the_text_of_a_record_has_figures_forecast_and_conclusion(toy_lab, tmp_path):
    toy_lab.run("b")
    toy_lab.find("conclusion").setPlainText("Too short to tell.")
    toy_lab.view.conclusion.save()
    toy_lab.view.save_as(tmp_path / "told", "text")
    told = (tmp_path / "told.md").read_text("utf-8")
    assert "| Heads | 1 | 2 |" in told
    assert "You expected B (two heads) to end lower." in told
    assert f"{toy_lab.notes.outcomes['a:1337'].final:.3f}" in told
    assert "Too short to tell." in told
    toy_lab.view.save_as(tmp_path / "chart", "picture")
    assert QImage(str(tmp_path / "chart.png")).width() > 400


def test_what_was_measured_before_is_told_only_after_the_student_has_measured(lab):
    figure = words.bits(EXPERIMENTS["dropout"].measured.b)
    outcomes = {
        f"{side}:1": Outcome(role=f"{side}:1", held_back=(), training=(), final=end, best=end, best_step=1, step=1)
        for side, end in (("a", 2.2), ("b", 2.9))
    }
    before = noted(lab)
    lab.view.show_record(before.id)
    assert not lab.find("measured_before").isVisibleTo(lab.view)
    lab._keep(with_notes(before, replace(notes_of(before), outcomes=outcomes)))
    assert figure in lab.find("measured_before").text()
    lab.view.choose("dropout")
    assert not lab.find("measured_before").isVisibleTo(lab.view)


def test_an_own_experiment_is_made_of_one_changed_thing(lab):
    lab.view.choose(OWN)
    made = []
    lab.view.own.made.connect(made.append)
    thing = lab.find("own.thing")
    thing.setCurrentIndex(thing.findData("n_head"))
    lab.view.own.values["b"].number.setText("2")
    assert (made[-1].a.model.n_head, made[-1].b.model.n_head) == (4, 2)
    assert lab.find("run").isVisibleTo(lab.view)
    assert "Heads: A 4, B 2" in lab.view.question.settings.accessibleDescription()


@pytest.mark.parametrize(
    ("thing", "value", "told"),
    [
        ("dropout", "0", "Both runs would be the same."),
        ("dropout", "1.5", "Dropout cannot be 1.5: it must be < 1.0."),
        ("dropout", "much", "takes a number"),
        ("n_head", "5", "64 does not divide evenly among 5 heads"),
    ],
)
def test_an_own_experiment_that_makes_no_sense_is_refused_in_a_sentence(lab, thing, value, told):
    lab.view.choose(OWN)
    box = lab.find("own.thing")
    box.setCurrentIndex(box.findData(thing))
    lab.view.own.values["b"].number.setText(value)
    assert told in lab.find("own.said").text()
    assert not lab.find("run").isVisibleTo(lab.view)


def test_every_thing_that_can_be_changed_has_a_name_and_two_values(lab):
    lab.view.choose(OWN)
    box = lab.find("own.thing")
    for place in range(box.count()):
        box.setCurrentIndex(place)
        assert lab.find("own.said").text()
    assert len({box.itemText(place) for place in range(box.count())}) == box.count()


def test_of_an_own_experiment_it_is_told_how_long_it_takes_here(lab):
    lab.view.choose(OWN)
    box = lab.find("own.thing")
    box.setCurrentIndex(box.findData("n_head"))
    lab.view.own.values["b"].number.setText("2")
    assert "when the speed has been measured" in lab.find("own.said").text()
    lab.state.set_probes([Probed("tiny", 0.05, 40_000.0, 3e10, 5)], "tiny")
    lab.view.own.values["b"].number.setText("1")
    assert "Together they take about" in lab.find("own.said").text()


def test_an_own_experiment_asks_how_much_is_chance(lab):
    lab.view.choose(OWN)
    made = []
    lab.view.own.made.connect(made.append)
    box = lab.find("own.thing")
    box.setCurrentIndex(box.findData("seed"))
    assert made[-1].seeds_differ and made[-1].a.train == made[-1].b.train
    assert not any(value.isEnabled() for value in lab.view.own.values.values())
    assert lab.find("run").isVisibleTo(lab.view)
    box.setCurrentIndex(box.findData("n_head"))
    assert all(value.isEnabled() for value in lab.view.own.values.values())


def test_an_own_experiment_starts_from_a_run_of_the_library(toy_lab):
    from gpt_studio.engine.keeping import library

    toy_lab.run()
    toy_lab.state.set_runs(library.all_runs())
    toy_lab.view.choose(OWN)
    base = toy_lab.find("own.base")
    base.setCurrentIndex(base.count() - 1)
    made = []
    toy_lab.view.own.made.connect(made.append)
    box = toy_lab.find("own.thing")
    box.setCurrentIndex(box.findData("n_embd"))
    toy_lab.view.own.values["b"].number.setText("32")
    assert (made[-1].a.model.n_embd, made[-1].b.model.n_embd) == (16, 32)
    assert text_of(made[-1].a.corpus).text


def test_only_what_a_student_would_call_different_is_marked(lab):
    marked = {id: [row.title for row in words.rows(EXPERIMENTS[id]) if row.differs] for id in EXPERIMENTS}
    assert marked["bigram"] == ["Model", "Optimiser"]
    assert marked["optimizer"] == ["Optimiser"]
    assert marked["without_mask"] == ["Causal mask"]
    assert marked["tenth"] == ["Training text"]
    assert marked["seed"] == ["Seed"]
    assert all(marked.values())


def test_series_of_other_kinds_are_left_alone(lab):
    lab._keep(Series(id=records.new_id(), kind="ladder", title="L", created="", corpus_id="", corpus_title=""))
    assert lab.view.list.done.count() == 0


@pytest.mark.parametrize("zoom", [100, 150])
def test_every_experiment_can_be_shown(lab, zoom):
    from gpt_studio.gui import theme

    theme.set_zoom(zoom)
    for id in EXPERIMENTS:
        lab.view.choose(id)
        assert lab.view.question.settings.accessibleDescription()
