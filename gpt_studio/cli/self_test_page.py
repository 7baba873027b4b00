"""What the self-test tells of this program on this computer: versions, device, speed, disk, window."""

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec

from gpt_studio import __version__, paths
from gpt_studio.cli.words import sentence, size
from gpt_studio.engine import clock, files, hardware
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.machine import driver

DISK_BYTES = 32_000_000
WINDOW_LIMIT_S = 60.0


class NotGood(Exception):
    """Something that a lesson needs and that is not there; says what."""


def facts() -> dict[str, Callable[[], str]]:
    """The questions in the order of the page; an answer that is bad news is raised as NotGood."""
    return {"program": program, "versions": versions, "device": device, "speed": speed, "disk": disk, "window": window}


def program() -> str:
    paper = paths.build_paper()
    built = msgspec.json.decode(paper.read_bytes()) if paper.is_file() else {}
    kind = f"{built['build']} build of {built['commit'] or 'no commit'}" if built else "from its sources"
    return f"GPT Studio {__version__}, {kind}, {sys.executable}"


def versions() -> str:
    import torch

    packages = ("numpy", "pyqtgraph", "safetensors", "msgspec")
    told = [f"Python {platform.python_version()}", f"torch {torch.__version__}"]
    told += [f"{package} {metadata.version(package)}" for package in packages]
    return ", ".join([*told, hardware.read().system])


def device() -> str:
    """What a tensor really lands on, and why a card that is there stays unused."""
    import torch

    from gpt_studio.engine import device as devices

    chosen = devices.choose()
    ready = devices.describe(chosen)
    lands = (torch.ones(8, 8, device=chosen) @ torch.ones(8, 8, device=chosen)).sum()
    if float(lands) != 512.0:
        raise NotGood(f"{ready.device_name} computes wrongly: {float(lands)} instead of 512")
    problem = driver.problem()
    aside = f". But {sentence(problem)}" if problem else ""
    return f"{ready.device_name} ({lands.device}), {ready.threads} threads, {hardware.read().processor}{aside}"


def speed() -> str:
    from gpt_studio.engine import probe
    from gpt_studio.engine.events import Probed
    from gpt_studio.engine.requests import ProbeRequest
    from gpt_studio.engine.workshop import Workshop

    reports = probe.probe(Workshop(), ProbeRequest())
    probes = [event for report in reports for event in report or () if isinstance(event, Probed)]
    if not probes:
        raise NotGood("nothing could be measured")
    return "; ".join(f"{each.preset} {each.step_s * 1000:.1f} ms a step" for each in probes)


def disk() -> str:
    """Where runs are kept: how much room there is, and how fast it is written for good."""
    home, data = paths.user_home(), os.urandom(DISK_BYTES)
    probe = home / ".self-test"
    began = clock.now()
    files.write_file(probe, data)
    seconds = clock.now() - began
    files.remove(probe)
    free = shutil.disk_usage(home).free
    return f"{size(free)} free, {DISK_BYTES / 1e6 / seconds:.0f} MB/s written, in {home}"


def window() -> str:
    """Asks a process of its own: where Qt cannot show a window, it ends the process that tried."""
    command = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "gpt_studio"]
    try:
        asked = subprocess.run([*command, "window-check"], capture_output=True, timeout=WINDOW_LIMIT_S)
    except subprocess.TimeoutExpired as error:
        raise NotGood(f"no answer within {WINDOW_LIMIT_S:.0f} s") from error
    told: dict[str, Any] = {}
    for line in asked.stdout.decode("utf-8", "replace").splitlines():
        told = json.loads(line) if line.startswith("{") else told
    if asked.returncode or not told:
        said = " ".join(asked.stderr.decode("utf-8", "replace").split()[-60:])
        raise NotGood(f"a window cannot be shown (exit code {asked.returncode}): {said}")
    if not (told["painted"] and told["svg"]):
        raise NotGood(f"the window paints wrongly: {told}")
    return f"Qt {told['qt']}, plugin {told['plugin']}, screen {', '.join(told['screens'])}"


def keep(lines: list[str]) -> Path | None:
    """Write the page beside the log; gives its place, or None where there is no writing."""
    page = paths.log_file().with_name("self-test.txt")
    head = f"GPT Studio {__version__}: self-test of {clock.today().astimezone():%Y-%m-%d %H:%M}"
    try:
        files.write_text(page, "\n".join([head, "", *lines]) + "\n")
    except StudioError:
        return None
    return page


def told_plainly(error: Exception) -> str:
    if isinstance(error, StudioError):
        return sentence(error)
    return str(error) if isinstance(error, NotGood) else f"{type(error).__name__}: {error}"
