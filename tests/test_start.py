"""What stands between the start and the window's first paint, and how the stopwatch times it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gpt_studio import stopwatch

ROOT = Path(__file__).resolve().parent.parent
# Each takes from 5 ms to a second to load, and nothing of it is in the first paint.
LATER = (
    "charset_normalizer",
    "filelock",
    "importlib.metadata",
    "numpy",
    "PIL",
    "psutil",
    "pynvml",
    "pyqtgraph",
    "safetensors",
    "superqt",
    "tokenizers",
    "torch",
    "urllib.request",
)
OTHER_PAGES = ("corpus", "generalize", "look", "model", "tokenizer", "train", "write")
TELL_MODULES = """
import sys
from gpt_studio import app

def watch(studio):
    studio.window.painted.connect(lambda: print(*sys.modules))
    studio.window.painted.connect(studio.window.leave)

sys.exit(app.main(watch))
"""


def run(*arguments: str) -> str:
    shown = {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **shown}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_paint_waits_for_nothing_that_it_does_not_show():
    loaded = run("-c", TELL_MODULES).split()
    assert "gpt_studio.gui.tabs.hardware_tab" in loaded
    unwanted = {*LATER, *(f"gpt_studio.gui.tabs.{page}_tab" for page in OTHER_PAGES)}
    assert unwanted.isdisjoint(loaded), sorted(unwanted.intersection(loaded))


def test_a_start_is_timed_up_to_the_first_step():
    figures = stopwatch.start("bigram", times=1, warm_up=False)
    assert (figures["preset"], figures["starts"]) == ("bigram", 1)
    assert 0 < figures["window_s"] < figures["ready_s"] < figures["first_step_s"]


def test_lateness_is_told_of_an_idle_and_of_a_training_window():
    told = json.loads(run("-m", "gpt_studio.stopwatch", "lateness", "--preset", "bigram", "--seconds", "0.3"))
    for state in ("idle_ms", "training_ms"):
        assert 0 <= told[state]["p50"] <= told[state]["p99"] <= told[state]["p99.9"] <= told[state]["worst"]
    assert min(told["ticks"]) > 0 and told["steps"] > 0 and told["step_ms"] > 0


def test_percentiles_are_taken_from_what_was_seen():
    late = [float(number) for number in range(1000)]
    assert stopwatch.percentiles(late) == {"p50": 500, "p99": 990, "p99.9": 999, "worst": 999}
    assert stopwatch.percentiles([3.0])["p99.9"] == 3


def test_the_users_own_folder_and_environment_are_as_they_were(monkeypatch: pytest.MonkeyPatch, studio_home: Path):
    before = dict(os.environ)
    with stopwatch._elsewhere():
        assert os.environ["GPT_STUDIO_HOME"] != str(studio_home)
    assert dict(os.environ) == before
