"""The walls between the rooms stand, and what the pins guard against does not happen."""

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QMutex, QObject, Signal

ROOT = Path(__file__).resolve().parent.parent
IMPORT_ALL = (
    "import importlib, pkgutil, {package} as package\n"
    "for module in pkgutil.walk_packages(package.__path__, '{package}.'):\n"
    "    importlib.import_module(module.name)\n"
)


def run_without(absent: tuple[str, ...], code: str) -> None:
    """Run code in a fresh Python in which some packages cannot be imported."""
    block = f"import sys; sys.modules.update(dict.fromkeys({absent!r}))\n"
    done = subprocess.run([sys.executable, "-c", block + code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_imports_point_down_only():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_engine_works_where_qt_is_absent():
    run_without(("PySide6", "shiboken6", "pyqtgraph", "superqt"), IMPORT_ALL.format(package="gpt_studio.engine"))


def test_the_command_line_never_imports_qt():
    run_without(("PySide6", "shiboken6", "pyqtgraph", "superqt"), "import gpt_studio.__main__, gpt_studio.cli\n")


def test_the_window_never_reaches_torch():
    run_without(("torch",), IMPORT_ALL.format(package="gpt_studio.gui"))


def test_the_front_desk_opens_before_torch_is_there():
    run_without(("torch",), "import gpt_studio.worker.front_desk, gpt_studio.worker.model_worker\n")


def test_a_hundred_thousand_signals_leave_the_constants_alone():
    class Bell(QObject):
        rung = Signal(bool)

    bell, mutex, heard = Bell(), QMutex(), []
    bell.rung.connect(heard.append)
    before = [sys.getrefcount(constant) for constant in (True, False, None)]
    for number in range(100_000):
        bell.rung.emit(number % 2 == 0)
        heard.clear()
        mutex.lock()
        mutex.unlock()
    after = [sys.getrefcount(constant) for constant in (True, False, None)]
    assert max(abs(b - a) for b, a in zip(before, after, strict=True)) < 50
