"""The queue on the page of experiments: what it shows, and what can be done with it."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel

from gpt_studio.engine import runs
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.experiments.run_queue import Entry, Order
from gpt_studio.engine.experiments.series import Series
from gpt_studio.engine.keeping import library
from gpt_studio.engine.requests import CorpusText, TrainRequest
from gpt_studio.engine.run_record import Progress
from gpt_studio.gui import queue_words, theme
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.experiments.queue_view import QueueView
from gpt_studio.gui.shell.status_bar import StatusBar
from gpt_studio.gui.state import Phase


def entry(name: str, status: str = "waiting", message: str = "", steps: int = 400, **more: str) -> Entry:
    request = TrainRequest(
        corpus=CorpusText(id="verse", title="Verse drama", text="O muse"),
        model=ModelConfig(),
        train=TrainConfig(max_steps=steps),
        run=Path("runs") / name,
        name=name,
    )
    return Entry(id=name, order=Order(request=request, **more), status=status, message=message)


@pytest.fixture
def view(in_view, state) -> QueueView:
    return in_view(QueueView(state))


def show(view: QueueView, *entries: Entry, held: bool = False, ours: bool = True) -> None:
    view._state.set_queue([*entries], held, ours)


def listed(view: QueueView) -> list[tuple[str, str]]:
    return [(row.name, row.figure) for row in view._model.rows]


def button(view: QueueView, name: str) -> QAbstractButton:
    return view.findChild(QAbstractButton, f"experiments.{name}")


def test_an_empty_queue_is_one_sentence_and_one_button(view, qtbot):
    assert view.empty_state.isVisible() and not view.list.isVisible()
    with qtbot.waitSignal(view.go_asked) as asked:
        view.empty_state.button.click()
    assert asked.args == ["train"]


def test_what_trains_stands_first_then_what_waits_then_what_has_ended(view, state):
    show(
        view,
        entry("a", "done"),
        entry("b", "failed", "The text is too short."),
        entry("c"),
        entry("d", "running"),
        entry("e"),
    )
    assert listed(view) == [("d", "waits"), ("c", "next"), ("e", "2"), ("b", "failed"), ("a", "done")]
    view.list.choose("b")
    assert view.why.isVisible() and view.why.text() == "The text is too short."
    view.list.choose("c")
    assert not view.why.isVisible()


def test_the_run_in_training_shows_its_progress_and_its_time_left(view, state, run_record, steps_done):
    run = OpenRun(Path("runs/a"), run_record("a"))
    state.training = run
    state.set_phase(Phase.TRAINING)
    for step in steps_done(1, 100):
        run.add(step)
    show(view, entry("a", "running"), entry("b"))
    row = view._model.rows[0]
    assert row.detail == "100 of 400 steps · 15 s left" and row.share == 0.25 and row.figure == "trains"
    assert view.told.text() == "a trains, 1 run waits."
    for step in steps_done(101, 200):
        run.add(step)
    view._each_second.timeout.emit()
    assert view._model.rows[0].share == 0.5
    state.set_phase(Phase.PAUSED)
    assert view._model.rows[0].figure == "paused"


def test_a_finished_run_tells_its_best_loss_and_its_series(view, state, run_record):
    record = runs.replace(run_record("renamed"), progress=Progress(step=400, best_val_loss=1.574))
    state.set_runs([library.RunSummary(path=Path("runs/a"), record=record)])
    facts = {"kind": "ladder", "created": "", "corpus_id": "verse", "corpus_title": "Verse"}
    state.set_series([Series(id="s", title="Ladder on Verse", **facts)])
    show(view, entry("a", "done", series="s", role="full"), entry("gone", "done"))
    assert [row.detail for row in view._model.rows] == [
        "not in the library any more",
        "Ladder on Verse · 400 steps · best held back 1.57",
    ]
    assert view._model.rows[1].name == "renamed"


def test_buttons_and_keys_move_what_waits_and_nothing_else(view, qtbot):
    moved = []
    view.move_asked.connect(lambda *asked: moved.append(asked))
    show(view, entry("r", "running"), entry("a"), entry("b"), entry("c"))
    view.list.choose("b")
    button(view, "up").click()
    qtbot.keyClick(view.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert moved == [("b", 0), ("b", 2)]
    view.list.choose("c")
    assert not button(view, "down").isEnabled()
    qtbot.keyClick(view.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    view.list.choose("r")
    assert not button(view, "up").isEnabled() and not button(view, "down").isEnabled()
    qtbot.keyClick(view.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert len(moved) == 2


@pytest.mark.parametrize(
    ("dragged", "row", "place"),
    [("a", 3, 1), ("a", 4, 2), ("c", 1, 0), ("c", 0, 0), ("b", 1, 0), ("b", 2, None), ("b", 3, None), ("a", -1, 2)],
)
def test_dragging_moves_to_where_it_is_dropped(view, dragged, row, place):
    """Rows: r runs, then a, b, c wait; `row` is the gap above which Qt says it was dropped, -1 below all of them."""
    moved = []
    view.move_asked.connect(lambda *asked: moved.append(asked))
    show(view, entry("r", "running"), entry("a"), entry("b"), entry("c"))
    model = view._model
    index = next(model.index(at) for at, each in enumerate(model.rows) if each.id == dragged)
    carried = model.mimeData([index])
    assert model.canDropMimeData(carried, Qt.DropAction.MoveAction, row, 0, QModelIndex())
    model.dropMimeData(carried, Qt.DropAction.MoveAction, row, 0, QModelIndex())
    assert moved == ([] if place is None else [(dragged, place)])
    flags = [bool(model.flags(model.index(at)) & Qt.ItemFlag.ItemIsDragEnabled) for at in range(4)]
    assert flags == [False, True, True, True]


def test_delete_takes_out_what_does_not_train(view, qtbot):
    removed = []
    view.remove_asked.connect(removed.append)
    show(view, entry("r", "running"), entry("a"), entry("b", "done"))
    for name in ("r", "a", "b"):
        view.list.choose(name)
        qtbot.keyClick(view.list, Qt.Key.Key_Delete)
    assert removed == ["a", "b"]
    view.list.choose("r")
    assert "Stop it on Train" in button(view, "remove").toolTip()


def test_a_stopped_or_failed_run_can_have_another_try(view, qtbot):
    show(view, entry("s", "stopped"), entry("f", "failed", "Why."), entry("d", "done"))
    for name, words in (("s", "Go on with it"), ("f", "Try again")):
        view.list.choose(name)
        assert button(view, "again").text() == words
        with qtbot.waitSignal(view.again_asked) as asked:
            button(view, "again").click()
        assert asked.args == [name]
    view.list.choose("d")
    assert not button(view, "again").isVisible()


def test_a_run_is_shown_on_train_as_soon_as_it_is_there(view, qtbot, tmp_path):
    there = entry("a", "done")
    request = replace(there.order.request, run=tmp_path)
    there = replace(there, order=replace(there.order, request=request))
    show(view, there, entry("b"))
    view.list.choose("b")
    assert not button(view, "show_run").isEnabled()
    (tmp_path / "run.json").write_text("{}")
    view.list.choose("a")
    with qtbot.waitSignal(view.open_asked) as asked:
        qtbot.keyClick(view.list, Qt.Key.Key_Return)
    assert asked.args == [tmp_path]


def test_hold_and_go_on_are_one_button_that_says_what_it_does(view, qtbot):
    show(view, entry("r", "running"), entry("a"))
    assert button(view, "hold").text() == "Hold after this run"
    with qtbot.waitSignal(view.hold_asked) as asked:
        button(view, "hold").click()
    assert asked.args == [True]
    show(view, entry("a"), entry("b"), held=True)
    assert button(view, "hold").text() == "Go on" and view.told.text() == "The queue is held: 2 runs wait."
    with qtbot.waitSignal(view.hold_asked) as asked:
        button(view, "hold").click()
    assert asked.args == [False]
    show(view, entry("a", "done"))
    assert not button(view, "hold").isVisible() and button(view, "clear").isVisible()


def test_a_queue_of_another_window_can_be_looked_at_only(view, qtbot):
    show(view, entry("r", "running"), entry("a"), entry("b"), ours=False)
    view.list.choose("a")
    assert view.told.text() == "Another window of GPT Studio works on this queue."
    assert not any(button(view, name).isEnabled() for name in ("up", "down", "remove"))
    with qtbot.waitSignal(view.refresh_asked):
        button(view, "hold").click()


def test_the_choice_stays_with_its_run_when_the_order_changes(view):
    show(view, entry("a"), entry("b"), entry("c"))
    view.list.choose("b")
    show(view, entry("b"), entry("a"), entry("c"))
    assert view.list.chosen.id == "b"
    show(view, entry("a"), entry("c"))
    assert view.list.chosen is not None


def test_everything_fits_in_the_smallest_window_and_at_150_percent(in_view, state):
    theme.set_zoom(150)
    view = in_view(QueueView(state), 720, 460)
    show(view, entry("a-rather-long-name-of-a-run-that-waits"), entry("f", "failed", "Why it could not be. " * 5))
    view.list.choose("f")
    assert view.minimumSizeHint().width() <= 720
    for name in ("hold", "clear", "up", "down", "show_run", "again", "remove"):
        part = button(view, name)
        assert view.rect().contains(part.rect().translated(part.mapTo(view, part.rect().topLeft()))), name


@pytest.mark.parametrize(
    ("queue", "held", "paused", "words"),
    [
        ([], False, False, ""),
        ([entry("a", "done")], False, False, ""),
        ([entry("a", "running")], False, False, "The queue goes on with it at the next start."),
        (
            [entry("a", "running"), entry("b")],
            False,
            False,
            "The queue goes on with it at the next start (1 run waits behind it).",
        ),
        ([entry("a"), entry("b")], False, False, "The queue begins at the next start: 2 runs wait."),
        ([entry("a"), entry("b")], True, False, "The queue stays held: 2 runs wait."),
        ([entry("a", "running"), entry("b")], False, True, "The queue stays held: 2 runs wait."),
    ],
)
def test_the_question_on_leaving_says_what_becomes_of_the_queue(queue, held, paused, words):
    assert queue_words.at_leaving(queue, held, paused) == words


def test_the_end_is_told_in_numbers():
    from collections import Counter

    assert queue_words.finished(Counter(done=1)) == "The queue is done: its run is trained."
    assert queue_words.finished(Counter(failed=1)) == "The queue is done: its run failed."
    assert queue_words.finished(Counter(done=3)) == "The queue is done: 3 runs are trained."
    told = queue_words.finished(Counter(done=3, failed=2, stopped=1))
    assert told == "The queue is done: 3 of 6 runs are trained, 2 failed, 1 stopped."


def test_the_status_bar_counts_what_waits(in_view, state):
    bar = in_view(StatusBar(state), 1440, 36)
    label = bar.findChild(QLabel, "status.queue")
    assert not label.isVisible()
    state.set_queue([entry("r", "running"), entry("a"), entry("b")], False, True)
    assert label.isVisible() and label.text() == "2 waiting"
    state.set_queue([entry("a"), entry("b")], True, True)
    assert label.text() == "2 waiting, held"
    state.set_queue([entry("a", "done")], False, True)
    assert not label.isVisible()
