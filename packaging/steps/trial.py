"""The bundle is tried as it will be met: on an account that has nothing, in a folder that cannot be written."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steps import bundle

HOME_NAME = (
    "Zoë O'Hara, 100% !"  # a blank, an accent, a quote, a percent sign and "!", which jar files and zips trip over
)
STRANGER = 64_000  # a user whom the system does not know
FAULTS = re.compile(r"Traceback|No module named|ModuleNotFoundError|cannot open shared object|unforeseen|\bCRITICAL\b")
LIMIT_S = 1800  # generous: another may be using the machine, too


class Failed(Exception):
    """The bundle does not do what it must; says what was seen."""


def check(holds: object, what: str, seen: object = "") -> None:
    if not holds:
        raise Failed(f"{what}\n{str(seen)[-3000:]}".rstrip())


class Account:
    """Somebody with a home of an awkward name, no rights, no tools and no settings."""

    def __init__(self, place: Path) -> None:
        self.home = place / HOME_NAME
        self.tools = place / "no tools"
        for folder in (self.home, self.tools):
            folder.mkdir(parents=True)
        self.is_stranger = os.geteuid() == 0
        if self.is_stranger:
            os.chown(self.home, STRANGER, STRANGER)
            place.chmod(0o755)

    @property
    def variables(self) -> dict[str, str]:
        """All that its programs get to know."""
        shown = {"HOME": str(self.home), "USER": "zoë o'hara", "LOGNAME": "zoë o'hara", "PATH": str(self.tools)}
        return {**shown, "TMPDIR": str(self.home), "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}

    def run(
        self, *command: object, hidden: tuple[str, ...] = (), cpuinfo: str = "", **more: str
    ) -> subprocess.CompletedProcess:
        """Run a program as this account.

        Args:
            command: The program and its arguments.
            hidden: Folders that are empty for it, where this machine lets us arrange that (root).
            cpuinfo: What it reads in /proc/cpuinfo instead.
            more: Variables beside those that all have.
        """
        words = [str(part) for part in command]
        if self.is_stranger:
            words = [*_behind(hidden, cpuinfo, self.home.parent), *words]
        return subprocess.run(
            words,
            env={**self.variables, **more},
            cwd="/",
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LIMIT_S,
        )

    def log(self) -> str:
        return "".join(file.read_text("utf-8", "replace") for file in self.home.rglob("*.log"))


def _behind(hidden: tuple[str, ...], cpuinfo: str, place: Path) -> list[str]:
    """A shell that hides folders in a name space of its own, gives up all rights and becomes what follows."""
    lines = [f"/bin/mount -t tmpfs none '{folder}'" for folder in hidden if Path(folder).is_dir()]
    if cpuinfo:
        told = place / "cpuinfo"
        told.write_text(cpuinfo, "utf-8")
        lines.append(f"/bin/mount --bind '{told}' /proc/cpuinfo")
    rights = f"--reuid={STRANGER} --regid={STRANGER} --clear-groups --inh-caps=-all --no-new-privs"
    lines.append(f'exec /usr/bin/setpriv {rights} -- "$@"')
    return ["/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-ec", "\n".join(lines), "sh"]


def tools_of_this_machine() -> tuple[str, ...]:
    """Where Python and compilers lie; for the program under test they are gone."""
    pythons = {str(Path(sys.base_prefix).resolve()), *(str(path) for path in Path("/usr/lib").glob("python3*"))}
    folders = {*pythons, "/usr/lib/gcc", "/usr/local", str(bundle.ROOT)} - {"/usr"}
    return tuple(sorted(folders))


@contextmanager
def installed(build: str) -> Iterator[tuple[Path, Account]]:
    """The bundle where its user cannot write, and that user."""
    with tempfile.TemporaryDirectory(prefix="gpt studio ", ignore_cleanup_errors=True) as name:
        place = Path(name)
        place.chmod(0o755)  # the account under test must come through
        target = place / "Programme (lab)" / "gpt-studio"
        target.parent.mkdir()
        try:
            shutil.copytree(bundle.folder(build), target, symlinks=True, copy_function=os.link)
        except OSError:  # another disk
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(bundle.folder(build), target, symlinks=True)
        yield target, Account(place / "accounts")


def all_of(build: str) -> None:
    with installed(build) as (program, account):
        for test in (papers, self_test, no_network, missing_library, no_write_access, old_processor, no_display):
            began = time.monotonic()
            test(program, account)
            print(f"ok  {test.__name__.replace('_', ' '):<18} {time.monotonic() - began:6.1f} s", flush=True)


def papers(program: Path, account: Account) -> None:
    """Texts, licences and the paper about the build are there."""
    inside = program / "_internal"
    for name in ("startup_pitches.txt", "verse_drama.txt", "python_code.txt", "python_code.json"):
        check((inside / "corpora" / name).is_file(), f"{name} is missing")
    licences = (inside / "resources" / "licences.txt").read_text("utf-8")
    for words in (
        "GNU LESSER GENERAL PUBLIC LICENSE",
        "torch ",
        "numpy ",
        "PYTHON SOFTWARE FOUNDATION",
        "PySide6_Essentials",
    ):
        check(words in licences, f"the licences lack {words}")
    paper = json.loads((inside / "build.json").read_text("utf-8"))
    check(paper["version"] == bundle.version(), "the bundle is of another version", paper)
    check((inside / "PySide6").is_dir(), "Qt's libraries are no files of their own")


def self_test(program: Path, account: Account) -> None:
    """It trains, saves, resumes, writes, tests and looks, and its page says on what."""
    done = account.run(program / "gpt-studio", "self-test", hidden=tools_of_this_machine())
    check(done.returncode == 0, f"self-test ended with {done.returncode}", done.stdout + done.stderr)
    check(not FAULTS.search(done.stdout + done.stderr + account.log()), "faults in the output or log", done.stderr)
    check("Warning" not in done.stderr, "warnings that nobody can help", done.stderr)
    pages = list(account.home.rglob("self-test.txt"))
    check(len(pages) == 1, "the self-test keeps one page", pages)
    page = pages[0].read_text("utf-8")
    for words in ("Python 3.", "torch 2.", "Processor (cpu)", "MB/s", "Qt 6."):
        check(words in page, f"the page does not tell {words}", page)
    print(page)


def no_network(program: Path, account: Account) -> None:
    """Nothing of it opens a connection to anywhere."""
    strace = shutil.which("strace")  # the account's own PATH has none
    if not strace:
        print("    (no strace here: not looked at)")
        return
    seen = account.home.parent / "connections"
    command = [strace, "-f", "-qq", "-e", "trace=connect,sendto,bind", "-o", str(seen)]
    arguments = [
        program / "gpt-studio",
        "train",
        "verse_drama",
        "--preset",
        "tiny",
        "--steps",
        "2",
        "--run",
        account.home / "seen",
    ]
    done = subprocess.run(
        [*command, *map(str, arguments)], env=account.variables, capture_output=True, text=True, timeout=LIMIT_S
    )
    check(done.returncode == 0, "training two steps", done.stdout + done.stderr)
    told = [line for line in seen.read_text("utf-8", "replace").splitlines() if "AF_INET" in line]
    check(not told, "it spoke to the network", "\n".join(told))


def with_box(account: Account) -> Path:
    """A stand-in for the desktop's message box, which writes down what it is to show."""
    shown = account.home / "shown.txt"
    shown.unlink(missing_ok=True)
    box = account.tools / "zenity"
    box.write_text(f'#!/bin/sh\nfor word in "$@"; do echo "$word"; done >"{shown}"\n', "utf-8")
    box.chmod(0o755)
    return shown


def missing_library(program: Path, account: Account) -> None:
    """A library that is not there is named, in a box and in the log."""
    broken = program.parent / "broken"
    shutil.copytree(program, broken, symlinks=True, copy_function=os.link)
    library = next(broken.rglob("libQt6Svg.so*"))
    for file in list(broken.rglob(library.name)):
        file.unlink()
    shown = with_box(account)
    done = account.run(broken / "gpt-studio", DISPLAY=":none")
    shutil.rmtree(broken)
    check(done.returncode == 3, f"exit code 3 for a missing library, not {done.returncode}", done.stderr)
    check(shown.is_file() and library.name in shown.read_text("utf-8"), "the box names the library", done.stderr)
    check("Traceback" not in done.stderr, "no traceback on the screen", done.stderr)
    logs = list(account.home.rglob("start.log"))
    check(logs and library.name in logs[0].read_text("utf-8"), "the log names the library", logs)
    for log in logs:  # it holds a traceback, as it should
        log.unlink()


def no_write_access(program: Path, account: Account) -> None:
    """A folder that cannot be written is named before anything is lost."""
    shown = with_box(account)
    done = account.run(
        program / "gpt-studio", DISPLAY=":none", QT_QPA_PLATFORM="offscreen", GPT_STUDIO_HOME="/proc/gpt"
    )
    check(done.returncode == 4, f"exit code 4 without write access, not {done.returncode}", done.stderr)
    check(shown.is_file() and "/proc/gpt" in shown.read_text("utf-8"), "the box names the folder", done.stderr)


def old_processor(program: Path, account: Account) -> None:
    """A processor without AVX2 is told so in a sentence."""
    if not account.is_stranger:
        print("    (not root: /proc/cpuinfo cannot be replaced here)")
        return
    shown = with_box(account)
    told = "processor\t: 0\nmodel name\t: An old one\nflags\t\t: fpu sse sse2 ssse3 sse4_1 sse4_2 avx\n"
    done = account.run(program / "gpt-studio", cpuinfo=told, DISPLAY=":none")
    check(done.returncode == 3 and "AVX2" in done.stderr, "a processor without AVX2", (done.returncode, done.stderr))
    check("AVX2" in shown.read_text("utf-8"), "the box tells of AVX2")


def no_display(program: Path, account: Account) -> None:
    """Without a display one line says so."""
    done = account.run(program / "gpt-studio")
    check(done.returncode == 1 and "no display" in done.stderr, "no display", (done.returncode, done.stderr))
