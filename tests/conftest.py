"""What every test is given: a home of its own, one thread for torch, and a look at what it leaves running."""

import os
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before torch or Qt are loaded, and for the programs that tests start, too. One thread: toy tensors are slower on more.
for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"
if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--hostile", type=int, default=200, help="how many hostile archives and folders to try (200)")


@pytest.fixture(autouse=True)
def studio_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the user's files that is this test's alone; the real one is never touched."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("GPT_STUDIO_HOME", str(home))
    monkeypatch.setenv("GPT_STUDIO_POLICY", str(home / "no-policy.json"))
    monkeypatch.delenv("GPT_STUDIO_CORPORA", raising=False)
    monkeypatch.delenv("GPT_STUDIO_DEBUG", raising=False)
    return home


@pytest.fixture(autouse=True, scope="session")
def nobody_waits_for_the_disk() -> Iterator[None]:
    """No power fails in a test: what the system has taken need not be on the disk. Programs it starts do wait."""
    from gpt_studio.engine import files

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files.SystemDisk, "fsync", lambda disk, descriptor: None)
        yield


@pytest.fixture(scope="session")
def tiny_text() -> str:
    """Real text, small enough for seconds: 4,000 characters of verse."""
    return (ROOT / "corpora" / "verse_drama.txt").read_text("utf-8")[:4000]


@pytest.fixture(scope="session")
def started_qthreads() -> Iterator[list[weakref.ref]]:
    """Every QThread that Python starts is noted here: Qt itself keeps no list of them."""
    from PySide6.QtCore import QThread

    started: list[weakref.ref] = []
    start = QThread.start

    def start_and_note(thread: QThread, *priority: QThread.Priority) -> None:
        started.append(weakref.ref(thread))
        start(thread, *priority)

    QThread.start = start_and_note
    yield started
    QThread.start = start


@pytest.fixture(autouse=True)
def nothing_is_left_running(started_qthreads: list[weakref.ref]) -> Iterator[None]:
    """A thread left running fails the test that started it, not an innocent one an hour later."""
    before = set(threading.enumerate())
    started_qthreads.clear()
    yield
    left = [f"thread {thread.name}" for thread in set(threading.enumerate()) - before if _goes_on(thread)]
    left += [f"QThread {name}" for thread in started_qthreads if (name := _name_if_running(thread()))]
    if left:
        pytest.fail("left running: " + ", ".join(left))


def _goes_on(thread: threading.Thread) -> bool:
    if thread.daemon:
        return False
    thread.join(timeout=1)  # it may be at its last line
    return thread.is_alive()


def _name_if_running(thread) -> str:
    """Its name, when it has not ended; then it is ended here, so that the tests that follow are not disturbed."""
    from shiboken6 import isValid

    if thread is None or not isValid(thread) or thread.wait(1000):
        return ""
    thread.quit()
    thread.wait(5000)
    return thread.objectName() or type(thread).__name__


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("cuda"):
        import torch

        if not torch.cuda.is_available():
            pytest.skip("needs an NVIDIA GPU")
