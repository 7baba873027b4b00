"""What is installed is whole: every package, the lessons, the icons, the texts; and the pins agree."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PINS = dict(
    line.split("==") for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if not line.startswith("#")
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A wheel built from a copy of the sources and unpacked, as pip would unpack it."""
    source, wheels, site = (tmp_path_factory.mktemp(name) for name in ("source", "wheels", "site"))
    for folder in ("gpt_studio", "resources", "corpora"):
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(wheels)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    with zipfile.ZipFile(next(wheels.glob("gpt_studio-*.whl"))) as wheel:
        wheel.extractall(site)
    return site


def test_every_package_is_named_in_the_project_file():
    found = {".".join(file.parent.relative_to(ROOT).parts) for file in (ROOT / "gpt_studio").rglob("__init__.py")}
    named = set(PROJECT["tool"]["setuptools"]["packages"])
    assert named == found | {"gpt_studio._data.resources", "gpt_studio._data.corpora"}


def test_a_wheel_carries_lessons_icons_and_texts(installed):
    for folder in ("resources", "corpora"):
        here = {file.relative_to(ROOT / folder) for file in (ROOT / folder).rglob("*") if file.is_file()}
        there = installed / "gpt_studio" / "_data" / folder
        assert here == {file.relative_to(there) for file in there.rglob("*") if file.is_file()}


def test_the_installed_program_finds_what_it_carries(installed, tmp_path):
    code = "from gpt_studio import paths; print(paths.resources(), paths.corpora(), sep='\\n')"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    ).stdout
    assert shown.split("\n")[:2] == [
        str(installed / "gpt_studio" / "_data" / name) for name in ("resources", "corpora")
    ]


def test_the_constraints_pin_everything_that_is_asked_for():
    wanted = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"]
    pinned = {name.lower() for name in PINS}
    assert not [name for name in wanted if name.split("==")[0].split(">=")[0].lower() not in pinned]


def test_torch_and_qt_are_pinned_to_the_same_version_everywhere():
    for name in ("torch", "PySide6_Essentials"):
        assert f"{name}=={PINS[name]}" in PROJECT["project"]["dependencies"]
