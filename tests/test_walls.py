"""The walls between the rooms stand, and what the pins guard against does not happen."""

import ast
import builtins
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMutex, QObject, Signal

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gpt_studio"
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
    absent = ("PySide6", "shiboken6", "pyqtgraph", "superqt")
    run_without(absent, "import gpt_studio.__main__\n" + IMPORT_ALL.format(package="gpt_studio.cli"))


def test_the_window_never_reaches_torch():
    run_without(("torch",), IMPORT_ALL.format(package="gpt_studio.gui"))


def test_the_front_desk_opens_before_torch_is_there():
    run_without(("torch",), "import gpt_studio.worker.front_desk, gpt_studio.worker.model_worker\n")


# Who may do what. Each of these has one place, and the source itself is read to see that nothing else does it.
CLOCKS = r"time\b|(.+\.)?(datetime|date)\.(now|utcnow|today)$|(.+\.)?QElapsedTimer$|Q(Date|Time|DateTime)\.current"
DEVICES = r"torch\.(cuda|mps|xpu|backends|accelerator)\b"
WRITERS = (
    r"(?!files\.).*\.(write_text|write_bytes|mkdir|makedirs|touch|unlink|rmdir|rmtree|savez|savez_compressed)$"
    r"|os\.(rename|remove|replace|truncate|write)$|shutil\.(move|copy\w*)$|open for writing$|(.+\.)?Q(SaveFile|File)$"
)
PICKLES = r"(pickle|marshal|shelve|dill|joblib|eval|exec|torch\.load|torch\.save|np\.load)\b"
RULES = {  # what, and the files that may do it
    "reading time": (
        CLOCKS,
        {
            "engine/clock.py",
            "startup.py",  # the date in its log; it leans on nothing that may be missing
        },
    ),
    "asking the device": (DEVICES, {"engine/device.py"}),
    "writing": (
        WRITERS,
        {
            "engine/inside/attention_picture.py",  # into memory
            "engine/files.py",
            "engine/keeping/relocation.py",  # copies a run's weights to the folder that it moves to
            "gui/shell/faults.py",  # the log, which must work when all else fails
            "startup.py",  # its log, before the engine can be loaded; and whether there is writing at all
            "gui/shell/run_shelf.py",  # whole runs, to the system's trash and back
        },
    ),
    "unpickling": (PICKLES, set()),
}


def used_in(source: str) -> Iterator[str]:
    """Every name that a file imports or uses, with what it belongs to: "time.sleep", "torch.cuda.is_available"."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) or (isinstance(node, ast.Name) and hasattr(builtins, node.id)):
            yield ast.unparse(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "open":
            modes = [
                each.value for each in (*node.args, *(keyword.value for keyword in node.keywords)) if _is_text(each)
            ]
            if any(re.fullmatch("[rwaxbt+]*[wax+][rwaxbt+]*", mode) for mode in modes):
                yield "open for writing"


def _is_text(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Constant) and isinstance(argument.value, str)


@pytest.mark.parametrize("rule", RULES)
def test_what_has_one_place_is_done_there_alone(rule: str):
    pattern, allowed = RULES[rule]
    found = {}
    for path in PACKAGE.rglob("*.py"):
        names = sorted({name for name in used_in(path.read_text("utf-8")) if re.match(pattern, name)})
        if names:
            found[path.relative_to(PACKAGE).as_posix()] = names
    assert {name: names for name, names in found.items() if name not in allowed} == {}
    assert allowed <= found.keys(), "a leave that is not needed any more"


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("reading time", "import time"),
        ("reading time", "from time import sleep"),
        ("reading time", "label = datetime.datetime.now(UTC)"),
        ("reading time", "from PySide6.QtCore import QElapsedTimer"),
        ("asking the device", "torch.cuda.synchronize()"),
        ("asking the device", "import torch.backends.cudnn"),
        ("writing", "path.write_text('x')"),
        ("writing", "(folder / 'a').mkdir()"),
        ("writing", "open(name, 'w')"),
        ("writing", "path.open(mode='ab')"),
        ("unpickling", "import pickle"),
        ("unpickling", "weights = torch.load(path)"),
    ],
)
def test_a_breach_would_be_seen(rule: str, line: str):
    assert any(re.match(RULES[rule][0], name) for name in used_in(line))


def test_the_worker_needs_no_more_of_qt_than_its_core():
    imported = {
        node.module
        for path in (PACKAGE / "worker").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("PySide6")
    }
    assert imported == {"PySide6.QtCore"}


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
