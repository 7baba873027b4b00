"""The ladder on the page of experiments: what is counted, what a toy of a model learns, and what is said of it."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QWidget

from gpt_studio.engine import files, runs, training
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.corpus import read_my_text, save_my_text
from gpt_studio.engine.events import Evaluated, Probed, StepDone
from gpt_studio.engine.experiments import ladder_record
from gpt_studio.engine.experiments.ladder import RUNGS, Rung
from gpt_studio.engine.experiments.ladder_record import Notes, notes_of
from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.engine.experiments.series import Series
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.workshop import Workshop
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.experiments import ladder_words as words
from gpt_studio.gui.parts.experiments.ladder_progress import progress_of
from gpt_studio.gui.parts.experiments.ladder_view import LadderView
from gpt_studio.gui.shell.run_shelf import first_record
from gpt_studio.gui.state import StudioState

NAME = "experiments.ladder"
PATIENCE_MS = 60_000  # on a busy computer; it is a second or two
TOY = ModelConfig(n_layer=1, n_head=1, n_embd=8, block_size=8)
STEPS = TrainConfig(max_steps=2, batch_size=2, micro_batch=2, threads=1, precision="fp32", eval_every=1)
RUNGS_OF_TOYS = (
    *(rung for rung in RUNGS if rung.id in ("letters", "five")),
    Rung(id="head", title="one attention head", adds="It looks back.", after="letters", model=TOY, train=STEPS),
    Rung(id="full", title="the full model", adds="All of it.", after="head", model=TOY, train=STEPS),
)
TRAINED = ("head", "full")


class Lab:
    """The view, and a window that keeps what it asks for and trains what it orders, at once or not at all."""

    def __init__(self, qtbot, view: LadderView, state: StudioState) -> None:
        self.bot, self.view, self.state = qtbot, view, state
        self.trains = True
        self.asked: list[tuple] = []
        view.order_asked.connect(self._order)
        view.series_asked.connect(self.keep)
        view.forget_asked.connect(self._forget)
        for name in ("open_asked", "again_asked", "move_asked", "hold_asked", "stop_asked"):
            getattr(view, name).connect(lambda *told, name=name: self.asked.append((name, *told)))

    def find(self, name: str) -> QWidget:
        found = self.view.findChild(QWidget, f"{NAME}.{name}")
        assert found is not None, name
        return found

    def press(self, name: str) -> None:
        assert self.find(name).isEnabled() and self.find(name).isVisible(), name
        self.find(name).click()

    def climb(self) -> None:
        """Begin, and wait until all that can be done is noted."""
        before = len(self.state.series)
        self.press("begin")
        self.wait(lambda: len(self.state.series) > before and not self.view.keeper.background.busy)
        if self.trains:
            self.wait(lambda: not self.notes.missing and not self.view.keeper.background.busy)

    def wait(self, condition) -> None:
        self.bot.waitUntil(condition, timeout=PATIENCE_MS)

    @property
    def series(self) -> Series:
        return self.state.series[0]

    @property
    def notes(self) -> Notes:
        return notes_of(self.series)

    def row(self, id: str) -> words.Row:
        return next(row for row in self.view.list.rows.rows if row.id == id)

    def choose(self, id: str) -> None:
        self.view.list.choose(id)

    def set(self, **status: str) -> None:
        """What has become of the entries of some rungs."""
        entries = [replace(each, status=status.get(each.order.role, each.status)) for each in self.state.queue]
        self.state.set_queue(entries, self.state.queue_held, True)

    def run_of(self, id: str) -> OpenRun:
        """The run of a rung, in the training slot."""
        order = next(entry.order for entry in self.state.queue if entry.order.role == id).request
        self.set(**{id: "running"})
        self.state.training = OpenRun(order.run, first_record(order.name, order.corpus, order.model, order.train, None))
        return self.state.training

    def keep(self, series: Series) -> None:
        others = [other for other in self.state.series if other.id != series.id]
        self.state.set_series(sorted([series, *others], key=lambda each: each.created, reverse=True))

    def _order(self, series: Series, orders: list) -> None:
        taken = len(self.state.queue)
        named = [replace(each, request=replace(each.request, run=each.request.run / str(taken))) for each in orders]
        self.keep(replace(series, runs=series.runs | {each.role: str(each.request.run) for each in named}))
        entries = [Entry(id=f"{each.role}{taken}", order=each, status="waiting") for each in named]
        if self.trains:
            for each in named:
                for _ in training.train(Workshop(), each.request):
                    pass
            entries = [replace(each, status="done") for each in entries]
        self.state.set_queue([*self.state.queue, *entries], False, True)

    def _forget(self, id: str) -> None:
        self.state.set_series([each for each in self.state.series if each.id != id])


@pytest.fixture
def text(tiny_text) -> str:
    """A text of the student's own; gives its id."""
    return save_my_text("Toy", tiny_text).id


@pytest.fixture
def lab(qtbot, in_view, state, text) -> Iterator[Lab]:
    made = Lab(qtbot, in_view(LadderView(state, rungs=RUNGS_OF_TOYS), 1300, 800), state)
    made.view.head.texts.setCurrentIndex(made.view.head.texts.findData(text))
    yield made
    made.view.keeper.background.shut_down()


@pytest.fixture
def waiting(lab) -> Lab:
    """A ladder of which nothing is trained yet."""
    lab.trains = False
    lab.climb()
    return lab


def test_before_anything_is_run_each_rung_says_what_it_adds(lab):
    for rung in RUNGS_OF_TOYS:
        lab.choose(rung.id)
        assert lab.find("adds").text() == rung.adds
        assert lab.row(rung.id).spoken == rung.title
    assert not lab.find("show_run").isEnabled()
    assert not lab.find("progress").isVisible()


def test_how_long_a_ladder_takes_is_told_before_it_is_begun(lab):
    assert "On two cores it takes about" in lab.find("promise").text()
    lab.state.set_probes([Probed("tiny", 0.05, 40_000.0, 3e10, 5)], "tiny")
    assert "Here it takes about" in lab.find("promise").text()


def test_one_click_counts_and_trains_all_rungs_and_shows_their_bits_and_their_texts(lab):
    lab.climb()
    for id in TRAINED:
        path = lab.series.run(id)
        assert lab.notes.results[id].final == runs.read_metrics(path)[-1].bits_per_char
        lab.choose(id)
        assert lab.find("text").toPlainText() == runs.read_samples(path)[-1].text
    assert lab.row("letters").bits > lab.row("five").bits
    assert lab.row("letters").text
    assert "letter counts, " in lab.view.list.accessibleDescription()
    assert not lab.find("go_on").isVisible() and not lab.find("stop").isVisible()


def test_a_trained_rung_opens_on_train_and_a_counted_one_has_nothing_to_open(lab):
    lab.climb()
    lab.choose("head")
    lab.press("show_run")
    lab.view.list.activated.emit(lab.view.list.currentIndex())
    assert lab.asked == [("open_asked", lab.series.run("head"))] * 2
    lab.choose("five")
    assert not lab.find("show_run").isVisible()


def test_a_run_that_was_deleted_by_hand_leaves_its_figures(lab):
    lab.climb()
    figure = lab.row("head").figure
    lab.choose("head")
    files.remove(lab.series.run("head") / "run.json")
    lab.state.set_runs([])
    assert not lab.find("show_run").isEnabled()
    assert lab.find("show_run").toolTip() == "The run is not there any more."
    assert lab.row("head").figure == figure
    assert not lab.find("go_on").isVisible()


def test_the_counted_rungs_are_there_while_the_trained_ones_wait(waiting):
    assert [waiting.row(id).bits is not None for id in ("letters", "five", "head", "full")] == [
        True,
        True,
        False,
        False,
    ]
    assert waiting.row("head").status == "waits"
    assert waiting.find("progress").text() == "Waiting in the queue."
    waiting.state.set_queue(waiting.state.queue, True, True)
    assert waiting.find("progress").text() == "The queue is held."


def test_the_rung_in_training_grows_with_its_checks(waiting):
    run = waiting.run_of("head")
    run.add(StepDone(step=1, train_loss=4.0, learning_rate=0.1, grad_norm=1.0, tokens_per_s=9.0, seconds=2.0))
    run.add(Evaluated(step=1, train_loss=None, val_loss=3.5, bits_per_char=5.05))
    waiting.wait(lambda: waiting.row("head").bits == 5.05)
    assert waiting.row("head").is_live
    assert "step 1 of 2" in waiting.row("head").spoken
    assert waiting.find("progress").text().startswith("Rung 3 of 4: one attention head, step 1 of 2")


def test_stop_stops_the_run_in_training_and_holds_what_only_waits(waiting):
    waiting.press("stop")
    waiting.run_of("head")
    waiting.press("stop")
    assert waiting.asked == [("hold_asked", True), ("stop_asked",)]


def test_a_ladder_that_was_stopped_goes_on_where_it_stood(waiting):
    waiting.set(head="stopped")
    waiting.state.set_queue(waiting.state.queue, True, True)
    assert waiting.row("head").status == "stopped"
    waiting.set(full="stopped")
    assert waiting.find("progress").text() == "2 rungs have not got to their end."
    waiting.set(full="waiting")
    assert waiting.find("progress").text() == "The queue is held."
    assert not waiting.find("stop").isVisible()
    waiting.press("go_on")
    assert waiting.asked == [("again_asked", "head0"), ("move_asked", "head0", 0), ("hold_asked", False)]


def test_a_rung_that_failed_says_why_and_can_be_tried_again(waiting):
    entries = [
        replace(each, status="failed", message="The disk is full.") if each.order.role == "full" else each
        for each in waiting.state.queue
    ]
    waiting.state.set_queue(entries, False, True)
    waiting.choose("full")
    assert waiting.row("full").is_bad
    assert waiting.find("why").text() == "The disk is full."
    waiting.set(head="stopped")
    waiting.press("go_on")
    assert [each for each in waiting.asked if each[0] == "again_asked"] == [
        ("again_asked", "head0"),
        ("again_asked", "full0"),
    ]


def test_what_has_left_the_queue_is_ordered_anew(waiting):
    waiting.state.set_queue([], False, True)
    assert waiting.find("progress").text() == "2 rungs have not got to their end."
    waiting.trains = True
    waiting.press("go_on")
    waiting.wait(lambda: not waiting.notes.missing)
    assert len(waiting.state.series) == 1
    assert all((waiting.series.run(id) / "run.json").is_file() for id in TRAINED)


def test_another_ladder_stands_beside_the_first_and_either_can_be_shown(waiting):
    first = waiting.series
    waiting.climb()
    assert waiting.view._id == waiting.series.id != first.id
    box = waiting.find("ladders")
    box.setCurrentIndex(box.findData(first.id))
    assert waiting.view._id == first.id
    assert box.count() == 2


def test_a_ladder_of_an_earlier_day_is_shown_as_soon_as_it_is_known(waiting, qtbot, in_view):
    state = StudioState()
    view = in_view(LadderView(state, rungs=RUNGS_OF_TOYS))
    state.set_series([waiting.series])
    assert view._id == waiting.series.id
    assert view.list.rows.rows[0].bits == waiting.row("letters").bits
    view.keeper.background.shut_down()


def test_a_forgotten_ladder_is_back_when_that_is_undone(waiting):
    kept = waiting.series
    waiting.press("forget")
    assert not waiting.state.series
    assert not waiting.find("ladders").isVisible()
    waiting.view.message.button.click()
    assert waiting.state.series == [kept]
    assert waiting.view._id == kept.id


def test_a_text_that_is_too_short_is_refused_in_a_sentence(lab):
    short = save_my_text("Short", "Ann has.").id
    lab.view.head.refresh_texts()
    lab.view.head.texts.setCurrentIndex(lab.view.head.texts.findData(short))
    lab.press("begin")
    lab.wait(lambda: lab.view.message.isVisible())
    assert lab.view.message.words.startswith("This text has 8 characters")
    assert not lab.state.series
    assert lab.find("begin").isEnabled()


def test_what_was_not_counted_before_the_program_ended_is_counted_at_the_next_start(lab, text):
    lab.keep(ladder_record.begun(read_my_text(text), text, RUNGS_OF_TOYS))
    lab.wait(lambda: {"letters", "five"} == set(lab.notes.results))


def test_a_ladder_whose_text_is_another_one_now_is_not_counted_and_says_so_once(lab, text):
    read = read_my_text(text)
    told = []
    lab.view.keeper.failed.connect(told.append)
    lab.keep(ladder_record.begun(replace(read, text=read.text + "!"), text, RUNGS_OF_TOYS))
    lab.wait(lambda: bool(told) and not lab.view.keeper.background.busy)
    lab.view.keeper.look()
    assert not lab.view.keeper.background.busy
    assert lab.view.message.words.startswith("“Toy” is another text now")


def test_a_run_that_was_cut_off_and_is_not_in_the_queue_any_more_is_read_once(waiting):
    path = waiting.run_of("head").path
    runs.create(path, waiting.state.training.record, "text", Tokenizer.characters("text"))  # its status is "training"
    waiting.state.set_queue([], False, True)
    waiting.wait(lambda: waiting.find("go_on").isVisible())
    with waiting.bot.assertNotEmitted(waiting.view.keeper.settled, wait=100):
        pass
    assert "head" not in waiting.notes.results


def test_time_left_follows_what_the_rungs_have_taken_so_far(waiting):
    run = waiting.run_of("full")
    run.add(StepDone(step=1, train_loss=4.0, learning_rate=0.1, grad_norm=1.0, tokens_per_s=9.0, seconds=90.0))
    entries, result = waiting.view.keeper.entries(waiting.series.id), waiting.notes.results["five"]
    notes = replace(waiting.notes, results={**waiting.notes.results, "head": result})
    now = progress_of(notes, entries, waiting.state, False)
    assert 0.5 < now.share < 1.0
    assert now.words.startswith("Rung 4 of 4: the full model, step 1 of 2, about ")
    whole = replace(notes, results={**notes.results, "full": result})
    assert progress_of(whole, {}, waiting.state, False).words is None
