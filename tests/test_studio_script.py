"""studio.py, the one file that sets up and starts, tried in folders of its own."""

import ast
import glob
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def checkout(tmp_path) -> Path:
    """The files that studio.py leans on, in a folder whose name is no easy one."""
    folder = tmp_path / "my studio, größer"
    folder.mkdir()
    for name in ("studio.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def load(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("studio", folder / "studio.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_ready(checkout: Path, extras: str = "runtime") -> ModuleType:
    """An environment without packages, and a program in it that tells what it was given."""
    studio = load(checkout)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", studio.VENV], check=True)
    program = Path(glob.glob(studio.PACKAGES)[0], "gpt_studio.py")
    program.write_text("import random, sys\nprint('started', sys.argv[1:])\nsys.exit(3)\n")
    python = os.path.realpath(studio.PYTHON)
    studio.write_state(
        {"fingerprint": studio.fingerprint(), "python": python, "extras": extras, "torch": "default", "qt": "yes"}
    )
    return studio


def start(checkout: Path, *arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, checkout / "studio.py", *arguments],
        cwd=cwd or checkout, env={**os.environ, **environment}, capture_output=True, text=True,
    )  # fmt: skip


def test_an_old_python_can_read_the_file_that_refuses_it():
    ast.parse((ROOT / "studio.py").read_text("utf-8"), feature_version=(3, 8))


def test_help_costs_no_installation(checkout):
    done = start(checkout, "--help")
    assert done.returncode == 0 and "python3 studio.py test" in done.stdout
    assert not (checkout / ".venv").exists()


def test_a_second_start_goes_straight_to_the_program(checkout, tmp_path):
    make_ready(checkout)
    (tmp_path / "random.py").write_text("raise SystemExit('the student has a file of this name')")
    done = start(checkout, "train", "a text.txt", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (3, "started ['train', 'a text.txt']\n", "")


def test_other_pins_another_folder_or_the_tests_ask_for_a_new_set_up(checkout):
    studio = make_ready(checkout)
    assert studio.is_ready(studio.read_state())
    assert not studio.is_ready(studio.read_state(), testing=True)
    moved = checkout.rename(checkout.with_name("elsewhere"))
    assert not load(moved).is_ready(load(moved).read_state())
    moved.rename(checkout)
    with (checkout / "constraints.txt").open("a") as file:
        file.write("something==1\n")
    assert not studio.is_ready(studio.read_state())


def test_a_cut_off_set_up_is_made_anew_and_a_missing_network_is_told_in_one_paragraph(checkout):
    studio = make_ready(checkout)
    Path(studio.READY).unlink()
    Path(studio.BEGUN).touch()
    torn = Path(glob.glob(studio.PACKAGES)[0], "half a package")
    torn.touch()
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1", "PIP_CONFIG_FILE": os.devnull}
    done = start(checkout, "hardware", **nowhere, PIP_FIND_LINKS="", PIP_EXTRA_INDEX_URL="")
    assert done.returncode == 1 and not done.stdout
    assert "unfinished" in done.stderr and not torn.exists()
    assert "there seems to be no network" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert studio.read_state() == {} and not Path(studio.BEGUN).exists()


@pytest.mark.parametrize(
    ("complaint", "word"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("after connection broken by 'SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED", "certificate"),
        ("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", "no network"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool: Read timed out.", "no network"),
        ("ERROR: No matching distribution found for torch==2.13.0", "no ready-made build"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/opt'", "Not allowed"),
        ("ERROR: ResolutionImpossible: for help visit", "its last lines above"),
    ],
)
def test_what_stopped_pip_is_told_in_one_line(complaint, word):
    told = load(ROOT).explain(complaint)
    assert word in told and "\n" not in told


def test_missing_libraries_are_read_from_ldd_and_named_as_debian_names_them():
    studio = load(ROOT)
    ldd = (
        "/x/libqxcb.so:\n\tlinux-vdso.so.1 (0x1)\n\tlibEGL.so.1 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x2)\n"
        "/x/libqoffscreen.so:\n\tlibEGL.so.1 => not found\n\tlibxcb-cursor.so.0 => not found\n"
    )
    assert studio.absent_libraries(ldd) == ["libEGL.so.1", "libxcb-cursor.so.0"]
    names = {
        "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libX11-xcb.so.1": "libx11-xcb1", "libX11.so.6": "libx11-6",
        "libdbus-1.so.3": "libdbus-1-3", "libfontconfig.so.1": "libfontconfig1", "libglib-2.0.so.0": "libglib2.0-0",
        "libgssapi_krb5.so.2": "libgssapi-krb5-2", "libxcb-cursor.so.0": "libxcb-cursor0", "libxcb.so.1": "libxcb1",
        "libxkbcommon-x11.so.0": "libxkbcommon-x11-0", "libxkbcommon.so.0": "libxkbcommon0",
    }  # fmt: skip
    assert {library: studio.debian_package(library) for library in names} == names


@pytest.mark.skipif(os.name == "nt", reason="stands in for nvidia-smi with a shell script")
@pytest.mark.parametrize(
    ("answer", "build"), [("7.5, 580.65.06", "cu130"), ("9.0, 550.54.15", "cu126"), ("6.1, 580.65.06", "cu126")]
)
def test_an_older_card_or_driver_gets_the_older_cuda(answer, build, tmp_path, monkeypatch):
    card = tmp_path / "nvidia-smi"
    card.write_text(f"#!/bin/sh\necho '{answer}'\n")
    card.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert load(ROOT).cuda_build() == build


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ldd is Linux's")
def test_nothing_that_qt_needs_is_missing_where_these_tests_run():
    studio = load(ROOT)
    studio.PACKAGES = glob.escape(sysconfig.get_path("purelib"))
    assert "libxkbcommon" in studio.linked_libraries()
    assert studio.absent_libraries(studio.linked_libraries()) == []
