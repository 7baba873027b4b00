"""Work beside the window."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from gpt_studio.gui.background import Background


@pytest.fixture
def background(qtbot: QtBot):
    made = Background()
    yield made
    made.shut_down()


def test_a_result_arrives_in_the_thread_of_the_window(qtbot: QtBot, background: Background) -> None:
    seen: list[object] = []

    def note(result: object) -> None:
        seen.extend([result, threading.current_thread()])

    errand = background.run("adding", lambda: (1 + 1, threading.current_thread()), note)
    with qtbot.waitSignal(errand.ended):
        pass
    (result, there), here = seen
    assert result == 2
    assert here is threading.main_thread() is not there
    assert not background.busy


def test_a_generator_tells_on_the_way(qtbot: QtBot, background: Background) -> None:
    told: list[int] = []
    errand = background.run("counting", lambda: iter((1, 2, 3)), told=told.append)
    with qtbot.waitSignal(errand.ended):
        pass
    assert told == [1, 2, 3]


def test_a_fault_is_handed_over(qtbot: QtBot, background: Background) -> None:
    faults: list[Exception] = []
    errand = background.run("dividing", lambda: 1 // 0, failed=faults.append)
    with qtbot.waitSignal(errand.ended):
        pass
    assert isinstance(faults[0], ZeroDivisionError)


def test_a_cancelled_generator_cleans_up_in_its_own_thread_and_tells_no_more(
    qtbot: QtBot, background: Background
) -> None:
    go_on, seen, cleaned = threading.Event(), [], []

    def steps() -> Iterator[int]:
        try:
            yield 1
            go_on.wait(5)
            yield 2
            yield 3
        finally:
            cleaned.append(threading.current_thread())

    errand = background.run("walking", steps, done=seen.append, told=seen.append)
    qtbot.waitUntil(lambda: seen == [1])
    errand.cancel()
    go_on.set()
    with qtbot.waitSignal(errand.ended):
        pass
    assert seen == [1]
    assert cleaned[0] is not threading.main_thread()


def test_nothing_runs_after_the_end(background: Background) -> None:
    done = threading.Event()
    background.run("waiting", lambda: done.wait(0.2))
    background.shut_down()
    assert not background.busy
    assert not [thread for thread in threading.enumerate() if thread.name == "gpt-studio waiting"]


def test_the_end_of_what_ran_at_closing_time_is_delivered_before_the_window_goes(background: Background) -> None:
    ended = []
    errand = background.run("counting", lambda: sum(range(100_000)))
    errand.ended.connect(lambda: ended.append(True))
    background.shut_down()
    assert ended == [True]
