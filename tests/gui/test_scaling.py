"""Scaling on the page of experiments: a plan, real runs of toys, the line, and the next larger model."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gpt_studio.engine import budget, training
from gpt_studio.engine.config import PRESETS, ModelConfig, TrainConfig, with_optimizer
from gpt_studio.engine.events import Evaluated, Probed, StepDone
from gpt_studio.engine.experiments import scaling_record
from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.engine.experiments.scaling import Plan, Size
from gpt_studio.engine.experiments.scaling_record import Notes
from gpt_studio.engine.experiments.series import Series
from gpt_studio.engine.requests import TrainRequest
from gpt_studio.engine.workshop import Workshop
from gpt_studio.gui import theme
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.experiments import scaling_words as words
from gpt_studio.gui.parts.experiments.scaling_view import ScalingView
from gpt_studio.gui.shell.run_shelf import first_record
from gpt_studio.gui.state import StudioState

NAME = "experiments.scaling"
PATIENCE_MS = 60_000  # on a busy computer; it is a second or two


def probes(factor: float = 1.0) -> list[Probed]:
    """A quick machine, or one that is so many times slower."""
    tiny = PRESETS["tiny"]
    operations = budget.flops_per_step(tiny.model_for(60), tiny.train.batch_size)
    step_s = 0.01 * factor
    return [
        Probed(
            preset="tiny",
            step_s=step_s,
            tokens_per_s=1.0,
            flops_per_s=operations / step_s,
            steps_measured=9,
            precision="fp32",
            threads=2,
            device="cpu",
        )
    ]


class Lab:
    """The view, and a window that keeps what it asks for and trains what it orders, at once."""

    def __init__(self, qtbot, view: ScalingView, state: StudioState, trained: Path) -> None:
        self.bot, self.view, self.state, self._trained = qtbot, view, state, trained
        self.trains = True
        self.asked: list[tuple] = []
        view.order_asked.connect(self._order)
        view.series_asked.connect(self._keep)
        view.forget_asked.connect(self._forget)
        for wish in ("open_asked", "go_asked", "again_asked", "hold_asked"):
            getattr(view, wish).connect(lambda value, wish=wish: self.asked.append((wish, value)))
        view.stop_asked.connect(lambda: self.asked.append(("stop_asked",)))

    def find(self, name: str) -> QWidget:
        found = self.view.findChild(QWidget, f"{NAME}.{name}")
        assert found is not None, name
        return found

    def press(self, name: str) -> None:
        assert self.find(name).isEnabled(), name
        assert self.find(name).isVisible(), name
        self.find(name).click()

    def said(self, name: str) -> str:
        return self.find(name).text()

    def cells(self, name: str = "runs") -> list[list[str]]:
        return [[*row] for row in self.find(name).figures.rows]

    @property
    def series(self) -> Series:
        return self.state.series[0]

    @property
    def notes(self) -> Notes:
        return scaling_record.notes_of(self.series)

    def wait(self) -> None:
        """Until nothing is being read or prepared."""
        self.bot.waitUntil(lambda: not self.view.keeper.background.busy, timeout=PATIENCE_MS)

    def begin(self, plan: Plan, text: str) -> None:
        self.view.keeper.begin(plan, text)
        self.bot.waitUntil(lambda: bool(self.state.series) and self.is_over, timeout=PATIENCE_MS)

    @property
    def is_over(self) -> bool:
        return set(self.notes.outcomes) == set(self.notes.roles) and not self.view.keeper.background.busy

    def _keep(self, series: Series) -> None:
        self.state.set_series([series, *(other for other in self.state.series if other.id != series.id)])

    def _order(self, series: Series, orders: list) -> None:
        runs = {order.role: str(order.request.run) for order in orders}
        self._keep(replace(series, runs=series.runs | runs))
        entries = [Entry(id=order.role, order=order, status="waiting") for order in orders]
        if self.trains:
            for order in orders:
                self._train(order.request)
            entries = [replace(entry, status="done") for entry in entries]
        others = [entry for entry in self.state.queue if entry.id not in {new.id for new in entries}]
        self.state.set_queue([*others, *entries], False, True)

    def _train(self, request: TrainRequest) -> None:
        """Once for each model; later tests take a copy of the run."""
        known = self._trained / str(budget.parameters(request.model).total)
        if not known.exists():
            for _ in training.train(Workshop(), request):
                pass
            shutil.copytree(request.run, known)
        elif not request.run.exists():
            shutil.copytree(known, request.run)

    def _forget(self, id: str) -> None:
        self.state.set_series([each for each in self.state.series if each.id != id])


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """Where runs are kept that were trained already."""
    return tmp_path_factory.mktemp("trained")


@pytest.fixture
def text_file(tmp_path, tiny_text) -> str:
    file = tmp_path / "toy.txt"
    file.write_text(tiny_text, "utf-8")
    return str(file)


@pytest.fixture
def plan() -> Plan:
    """Four models of two steps each."""
    sizes = []
    for width in (8, 16, 24, 40):
        model = ModelConfig(n_layer=1, n_head=2, n_embd=width, block_size=16, vocab_size=60)
        train = TrainConfig(
            max_steps=2, batch_size=2, eval_every=1, micro_batch=2, threads=1, precision="fp32", device="cpu"
        )
        sizes.append(Size(model=model, train=with_optimizer(train, model, "muon"), seconds=2.0))
    return Plan(minutes=5, epochs=0.1, sizes=tuple(sizes))


@pytest.fixture
def lab(qtbot, in_view, state, trained) -> Iterator[Lab]:
    state.set_probes(probes(), "small")
    made = Lab(qtbot, in_view(ScalingView(state)), state, trained)
    made.wait()
    yield made
    made.view.keeper.background.shut_down()


@pytest.fixture
def waiting_lab(lab: Lab, plan: Plan, text_file: str) -> Lab:
    """A scaling whose runs wait in the queue."""
    lab.trains = False
    lab.view.keeper.begin(plan, text_file)
    lab.bot.waitUntil(lambda: len(lab.state.queue) == 4)
    lab.wait()
    return lab


@pytest.fixture
def done_lab(lab: Lab, plan: Plan, text_file: str) -> Lab:
    lab.begin(plan, text_file)
    return lab


def with_status(lab: Lab, role: str, **changes) -> None:
    entries = [replace(each, **changes) if each.order.role == role else each for each in lab.state.queue]
    lab.state.set_queue(entries, False, True)


# The plan


def test_the_plan_is_seen_before_anything_is_trained(lab):
    rows = lab.cells("plan")
    assert 5 <= len(rows) <= 7
    assert rows[0][1] == "1 × 24"
    assert f"{len(rows)} models" in lab.said("said")
    assert lab.said("begin") == f"Train these {len(rows)} models"
    assert not lab.state.series


def test_other_minutes_make_another_plan(lab):
    before = lab.cells("plan")
    lab.find("minutes.20").click()
    lab.wait()
    assert int(lab.cells("plan")[-1][0].replace(",", "")) > int(before[-1][0].replace(",", ""))


def test_without_a_measurement_the_way_to_it_is_offered(lab):
    lab.state.set_probes([], None)
    assert "has not been measured yet" in lab.said("said")
    assert not lab.find("begin").isVisible()
    lab.press("measure")
    assert lab.asked == [("go_asked", "hardware")]
    lab.state.set_probes(probes(), "small")
    lab.wait()
    assert lab.find("begin").isEnabled()


def test_too_few_minutes_for_the_machine_are_refused_in_a_sentence(lab):
    lab.state.set_probes(probes(300), "bigram")
    lab.wait()
    assert "Choose more minutes." in lab.said("said")
    assert not lab.find("begin").isEnabled()


def test_one_click_orders_all_runs_of_the_plan_smallest_first(lab):
    lab.trains = False
    sizes = [int(row[0].replace(",", "")) for row in lab.cells("plan")]
    lab.press("begin")
    lab.bot.waitUntil(lambda: bool(lab.state.queue))
    lab.wait()
    ordered = [budget.parameters(entry.order.request.model).total for entry in lab.state.queue]
    assert ordered == sizes
    assert lab.series.kind == "scaling"
    assert not lab.find("plan").isVisible()
    assert {row[4] for row in lab.cells()} == {"waits"}


# The runs


def test_finished_runs_are_points_on_both_charts_with_a_line_and_the_next_one_foretold(done_lab):
    lab = done_lab
    for axis in ("parameters", "flops"):
        chart = lab.find(axis)
        assert chart.accessibleDescription().count("bits") == 5  # four runs, and the next one
        assert lab.said(f"{axis}_law").startswith("loss = ")
    assert [row[4] for row in lab.cells()] == [words.bits(bits) for _, bits in lab.notes.counted()]
    assert "The next one, " in lab.said("told")
    assert not lab.find("progress").isVisible()


def test_the_next_one_is_trained_and_compared_with_what_was_foretold(done_lab):
    lab = done_lab
    law = scaling_record.law(lab.notes)
    lab.press("next")
    lab.bot.waitUntil(lambda: len(lab.notes.sizes) == 5 and lab.is_over, timeout=PATIENCE_MS)
    told, came = lab.notes.foretold["size:5"], lab.notes.outcomes["size:5"].best
    assert told.bits == pytest.approx(law.at(lab.notes.sizes[4].parameters))
    assert f"came to {came:.2f} bits; foretold were {told.bits:.2f}" in lab.said("told")
    assert len(lab.cells()) == 5
    assert scaling_record.law(lab.notes).points == 5
    assert lab.find("next").isVisible()


def test_the_run_in_training_grows_and_its_progress_is_told(waiting_lab):
    lab = waiting_lab
    entry, request = lab.state.queue[0], lab.state.queue[0].order.request
    with_status(lab, "size:1", status="running")
    run = OpenRun(entry.run, first_record(request.name, request.corpus, request.model, request.train, None))
    lab.state.training = run
    for step, loss in ((0, 4.0), (1, 3.0)):
        run.add(Evaluated(step=step, train_loss=None, val_loss=loss, bits_per_char=loss / 0.6931))
        if step:
            done = StepDone(
                step=step, train_loss=loss, learning_rate=0.04, grad_norm=1.0, tokens_per_s=1.0, seconds=0.5
            )
            run.add(done)
    lab.bot.waitUntil(lambda: "step 1 of 2" in lab.said("progress"))
    assert lab.said("progress").startswith("Training model 1 of 4: ")
    assert lab.cells()[0][4].endswith("…")
    assert "bits" in lab.find("parameters").accessibleDescription()
    assert not lab.find("next").isVisible()
    lab.press("stop")
    assert lab.asked == [("stop_asked",)]


def test_what_was_stopped_or_failed_is_told_and_can_be_taken_up(waiting_lab):
    lab = waiting_lab
    for role in ("size:1", "size:2", "size:3"):
        with_status(lab, role, status="done")
    with_status(lab, "size:4", status="failed", message="The disk is full.")
    lab.wait()
    assert "have not got to their end" in lab.said("progress")
    assert "The disk is full." in lab.said("progress")
    assert lab.cells()[3][4] == "failed"
    lab.press("go_on")
    assert ("again_asked", "size:4") in lab.asked


def test_runs_that_left_the_queue_are_ordered_anew(waiting_lab):
    lab = waiting_lab
    lab.state.set_queue([], False, True)
    assert lab.said("progress").startswith("4 models have not got to their end.")
    lab.press("go_on")
    lab.bot.waitUntil(lambda: len(lab.state.queue) == 4)
    assert [entry.order.role for entry in lab.state.queue] == lab.notes.roles


def test_figures_of_a_run_that_was_deleted_by_hand_stay(done_lab):
    lab = done_lab
    shutil.rmtree(lab.series.run("size:2"))
    lab.state.set_runs([])
    lab.view.runs.table.choose(1)
    lab.bot.waitUntil(lambda: "Deleted since" in lab.said("told"))
    assert not lab.find("show_run").isEnabled()
    assert scaling_record.law(lab.notes).points == 4


def test_a_point_that_is_clicked_chooses_its_run_which_can_be_opened(done_lab):
    lab = done_lab
    chart = lab.view.charts.cards[0].chart
    lab.bot.waitUntil(lambda: chart.at(2) is not None)
    place = chart.mapFromScene(chart.at(2))
    lab.bot.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=place)
    lab.bot.waitUntil(lambda: lab.view.runs.table.row == 2)
    lab.press("show_run")
    assert lab.asked == [("open_asked", Path(lab.series.runs["size:3"]))]


def test_it_can_be_forgotten_taken_back_and_begun_again(done_lab):
    lab = done_lab
    known = lab.series
    lab.press("forget")
    assert not lab.state.series
    assert lab.find("corpus").isVisible()
    lab.view.message.button.click()
    assert lab.series == known
    assert lab.find("runs").isVisible()
    lab.press("again")
    lab.wait()
    assert lab.find("minutes.5").isChecked()
    assert lab.find("corpus").isVisible()
    assert lab.state.series == [known]


def test_in_a_narrow_window_columns_give_way_and_none_is_cut(done_lab):
    lab, table = done_lab, done_lab.view.runs.table
    wide = [column for column in range(7) if not table.isColumnHidden(column)]
    theme.set_zoom(150)
    lab.view.resize(760, 900)
    lab.bot.waitUntil(lambda: table.isColumnHidden(2))
    assert wide == [*range(7)]
    shown = [column for column in range(7) if not table.isColumnHidden(column)]
    assert sum(table.columnWidth(column) for column in shown) <= table.viewport().width()
    assert table.columnWidth(0) >= table.sizeHintForColumn(0)
