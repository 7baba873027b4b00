"""Start-up problems are told in whole sentences, in a box and in a log; none is silent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gpt_studio import __main__, paths, startup
from gpt_studio.engine.machine import driver

OLD = "processor\t: 0\nflags\t\t: fpu sse sse2 avx\n"
NEW = "processor\t: 0\nflags\t\t: fpu sse sse2 avx avx2 fma\n"


@pytest.fixture
def box(tmp_path, monkeypatch) -> Path:
    """Where the words go that a message box of the desktop would show."""
    shown, tools = tmp_path / "shown.txt", tmp_path / "tools"
    tools.mkdir()
    zenity = tools / "zenity"
    zenity.write_text(f'#!/bin/sh\nfor word in "$@"; do echo "$word"; done >"{shown}"\n')
    zenity.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setenv("DISPLAY", ":none")
    return shown


linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="boxes of Linux desktops")


def test_a_processor_without_avx2_is_refused_in_a_sentence():
    startup.require_processor(NEW, {})
    with pytest.raises(startup.CannotStart, match="AVX2") as refused:
        startup.require_processor(OLD, {})
    assert refused.value.code == 3


def test_an_administrator_may_try_all_the_same():
    startup.require_processor(OLD, {"GPT_STUDIO_ANY_PROCESSOR": "1"})


def test_what_tells_nothing_of_its_processor_is_let_through():
    startup.require_processor("model name : something\n", {})


def test_a_folder_that_can_be_written_is_left_as_it_was(tmp_path):
    startup.require_home(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(startup.CannotStart, match="file") as refused:
        startup.require_home(tmp_path / "file" / "GPT Studio")
    assert refused.value.code == 4 and "GPT_STUDIO_HOME" in str(refused.value)


@linux_only
def test_a_missing_library_is_named_with_its_package():
    told = startup.missing_library("libEGL.so.1: cannot open shared object file: No such file or directory")
    assert "libEGL.so.1" in told and ("libegl1" in told or "libEGL.so.1()(64bit)" in told)


@linux_only
def test_a_window_plugin_that_cannot_be_loaded_is_found_out_before_qt_ends_the_program(tmp_path, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    with pytest.raises(startup.CannotStart, match=r"libqxcb\.so"):
        startup.require_window_system(tmp_path)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    startup.require_window_system(tmp_path)


@linux_only
def test_a_problem_is_told_in_a_box_in_the_log_and_on_standard_error(box, capsys):
    startup.tell("The disk is gone. Plug it in.", boxed=True)
    assert "The disk is gone. Plug it in." in box.read_text()
    log = paths.log_file().with_name("start.log")
    assert "The disk is gone" in log.read_text("utf-8") and str(log) in box.read_text()
    assert "gpt-studio: The disk is gone" in capsys.readouterr().err


@linux_only
def test_a_command_opens_no_box(box):
    startup.tell("No such run.", boxed=False)
    assert not box.exists()


@linux_only
def test_whatever_ends_the_start_is_told_without_a_traceback(box, tmp_path):
    """The real program, with a part of it missing."""
    code = "import sys; sys.modules['PySide6'] = None; from gpt_studio.__main__ import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", code], env=dict(os.environ), capture_output=True, text=True)
    assert done.returncode == 3 and "Traceback" not in done.stderr
    assert "missing or damaged" in box.read_text()
    assert "Traceback" in paths.log_file().with_name("start.log").read_text("utf-8")


def test_the_log_finds_a_place_where_the_home_cannot_be_written(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GPT_STUDIO_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    startup.tell("Nothing can be kept.", boxed=False)
    assert "Nothing can be kept." in (tmp_path / "gpt-studio" / "start.log").read_text("utf-8")


def test_a_run_by_double_click_opens_the_window(monkeypatch):
    opened = []
    monkeypatch.setattr(sys, "argv", ["gpt-studio", "/home/zoe/My run.GPTRUN"])
    monkeypatch.setattr(__main__, "_open_window", lambda packed: opened.append(packed) or 0)
    assert __main__.main() == 0 and opened == ["/home/zoe/My run.GPTRUN"]


@pytest.mark.parametrize(
    ("installed", "cuda", "is_old"),
    [
        ("550.54.14", "13.0", True),
        ("580.65", "13.0", False),
        ("550.54.14", "12.6", False),
        ("", "13.0", False),
        ("550.54.14", "", False),
        ("550.54.14", "99.0", False),
    ],
)
def test_a_driver_is_too_old_for_some_cuda(installed, cuda, is_old):
    problem = driver.problem(installed, cuda)
    assert (problem is not None) is is_old
    if problem:
        assert problem.code == "driver.old" and problem.values == {"driver": "550.54.14", "needed": 580}
