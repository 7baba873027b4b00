"""The window of the bundle, under Xvfb, walked through by a student without hands (student.py)."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steps import bundle
from steps.trial import FAULTS, LIMIT_S, Account, check, installed

STUDENT = Path(__file__).resolve().parent / "student.py"
WALKER = "/usr/bin/python3"  # the system's own, which has AT-SPI
NEEDED = ("Xvfb", "dbus-daemon", "dbus-send", "xdotool")


def whole_path(build: str, shots: Path | None = None) -> None:
    """From a text to what the heads look at, then closed: no fault in the log, a run in the library, exit code 0."""
    missing = [tool for tool in NEEDED if not shutil.which(tool)]
    check(not missing, f"to drive the window, install {', '.join(missing)} (see packaging/README.md)")
    with installed(build) as (program, account), screen() as display, bus(display, account) as address:
        shown = {**account.variables, "PATH": "/usr/bin:/bin", "DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": address}
        shown |= {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "XDG_RUNTIME_DIR": str(account.home)}
        with subprocess.Popen(
            [program / "gpt-studio"], env=shown, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as started:
            walk = [WALKER, "-W", "ignore", str(STUDENT), str(started.pid), *([str(shots)] if shots else [])]
            walked = subprocess.run(walk, env=shown, capture_output=True, text=True, timeout=LIMIT_S)
            print(walked.stdout, end="")
            if walked.returncode:
                started.kill()
            try:
                said = started.communicate(timeout=180)[0].decode("utf-8", "replace")
            except subprocess.TimeoutExpired:
                started.kill()
                said = "it did not close within three minutes"
        log = account.log()
        check(walked.returncode == 0, "the whole path", walked.stdout + walked.stderr + said + log)
        check(started.returncode == 0, f"the window closes with 0, not {started.returncode}", said + log)
        check(not FAULTS.search(said + log), "faults in the log", said + log)
        check("window shown" in log and "closed" in log, "the log tells of start and end", log)
        runs = [path for path in account.home.rglob("run.json") if '"done"' in path.read_text("utf-8")]
        check(len(runs) == 1, "one finished run in the library", runs)


@contextmanager
def screen() -> Iterator[str]:
    """An X server of its own; gives its display."""
    reading, writing = os.pipe()
    size = ["-screen", "0", "1440x900x24", "-nolisten", "tcp", "-ac"]
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), *size],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        check(number, "Xvfb starts")
        try:
            yield f":{number}"
        finally:
            server.terminate()


@contextmanager
def bus(display: str, account: Account) -> Iterator[str]:
    """A message bus with the accessibility service switched on, so that the window tells what is in it."""
    shown = {**account.variables, "PATH": "/usr/bin:/bin", "DISPLAY": display, "XDG_RUNTIME_DIR": str(account.home)}
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, env=shown, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        address = daemon.stdout.readline().strip()
        shown["DBUS_SESSION_BUS_ADDRESS"] = address
        launcher = next(
            path
            for path in ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
            if Path(path).exists()
        )
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": shown}
        with subprocess.Popen([launcher, "--launch-immediately"], start_new_session=True, **quiet) as helper:
            say = ["dbus-send", "--session", "--print-reply", "--dest=org.a11y.Bus", "/org/a11y/bus"]
            say += [
                "org.freedesktop.DBus.Properties.Set",
                "string:org.a11y.Status",
                "string:IsEnabled",
                "variant:boolean:true",
            ]
            limit = time.monotonic() + 60
            while subprocess.run(say, **quiet).returncode:
                check(time.monotonic() < limit, "the accessibility bus starts")
                time.sleep(0.2)
            try:
                yield address
            finally:
                os.killpg(helper.pid, signal.SIGTERM)
                daemon.terminate()


def times(build: str, rounds: int = 3) -> None:
    """Seconds until the window is shown and until the first training step is made; the first round is colder."""
    program = bundle.folder(build) / "gpt-studio"
    with tempfile.TemporaryDirectory() as home, screen() as display:
        shown = {"HOME": home, "PATH": "/usr/bin:/bin", "DISPLAY": display, "GPT_STUDIO_HOME": home, "LANG": "C.UTF-8"}
        for round in range(rounds):
            log = Path(home, "logs", "gpt-studio.log")
            before = log.read_text("utf-8").count("window shown") if log.is_file() else 0
            began = time.monotonic()
            with subprocess.Popen(
                [program], env=shown, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as started:
                while not (log.is_file() and log.read_text("utf-8").count("window shown") > before):
                    check(started.poll() is None and time.monotonic() < began + 60, "the window is shown")
                    time.sleep(0.005)
                window_s = time.monotonic() - began
                while log.read_text("utf-8").count("ready:") <= before:
                    check(started.poll() is None and time.monotonic() < began + 60, "torch is ready")
                    time.sleep(0.005)
                ready_s = time.monotonic() - began
                started.terminate()
            began = time.monotonic()
            command = [
                program,
                "train",
                "verse_drama",
                "--preset",
                "tiny",
                "--steps",
                "1",
                "--json",
                "--run",
                f"{home}/{round}",
            ]
            with subprocess.Popen(command, env=shown, stdout=subprocess.PIPE, text=True) as training:
                step_s = next(
                    (time.monotonic() - began for line in training.stdout if '"event":"step"' in line), float("nan")
                )
            print(f"window {window_s:.2f} s, torch ready {ready_s:.2f} s; first step of a command {step_s:.2f} s")
