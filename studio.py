#!/usr/bin/env python3
"""Sets GPT Studio up and starts it. Wants Python 3.11 or newer and, the first time, the network.

    python3 studio.py                   open the window
    python3 studio.py COMMAND ...       a command without a window: hardware, train, generate, evaluate ...
    python3 studio.py test [...]        run the tests; what follows goes to pytest
    python3 studio.py --gpu [...]       before any of these: take PyTorch's own build for NVIDIA cards

All packages go into the folder .venv beside this file. Nothing else is changed, save that the system
libraries which Qt needs are installed where that is allowed (root, apt). Delete .venv to start afresh.
"""

# Older Pythons must be able to read this file, so that it can tell them that they are too old; and from the second
# start on it shall cost next to nothing, so it imports little.
from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
import sys
import time
import zlib

ROOT = os.path.dirname(os.path.realpath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")
READY = os.path.join(VENV, "studio-ready.txt")  # written last: what is installed
BEGUN = os.path.join(VENV, "studio-begun.txt")  # there while packages are installed, and after that was cut off
LOCK = os.path.join(ROOT, ".venv.lock")
CONSTRAINTS = os.path.join(ROOT, "constraints.txt")
PACKAGES = os.path.join(glob.escape(VENV), *["Lib"] if os.name == "nt" else ["lib", "python*"], "site-packages")
LINUX = sys.platform.startswith("linux")
OLDEST, NEWEST = 11, 14  # minor versions of Python 3 that torch 2.13 has builds for
TORCH_INDEX = "https://download.pytorch.org/whl/"


def main(arguments: list[str]) -> int:
    gpu = arguments[:1] == ["--gpu"]
    arguments = arguments[1:] if gpu else arguments
    testing = arguments[:1] == ["test"]
    windowed = not arguments and (not LINUX or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")))
    state = read_state()
    if arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        if not is_ready(state):
            return 0  # asking costs no installation; once there is one, the program tells of its commands too
    elif not is_ready(state, testing, gpu):
        if not (3, OLDEST) <= sys.version_info[:2] <= (3, NEWEST):
            sys.exit(
                f"GPT Studio needs Python 3.{OLDEST} to 3.{NEWEST}, and this is {sys.version.split()[0]}. Install "
                "one of them from python.org or with your system's packages, then start with it: python3.13 studio.py"
            )
        state = set_up(testing, gpu)
    if (testing or windowed) and state.get("qt") != "yes":
        provide_qt_libraries(state)
    environment = clean_environment()
    if testing:
        os.chdir(ROOT)
        environment["QT_QPA_PLATFORM"] = "offscreen"
        return become([PYTHON, "-m", "pytest", *arguments[1:]], environment)
    # -P: a file called random.py in the student's folder must not stand in for Python's own.
    return become([PYTHON, "-P", "-m", "gpt_studio", *arguments], environment)


def fingerprint() -> str:
    """Changes when other packages are wanted, or this folder has moved."""
    sum_so_far = zlib.crc32(os.fsencode(ROOT))
    for path in (os.path.join(ROOT, "pyproject.toml"), CONSTRAINTS):
        with open(path, "rb") as file:
            sum_so_far = zlib.crc32(file.read(), sum_so_far)
    return f"{sum_so_far:08x}"


def read_state() -> dict[str, str]:
    """What READY says: fingerprint, python (the file behind .venv's), extras (runtime, dev), torch, qt."""
    try:
        with open(READY, encoding="utf-8") as file:
            return dict(line.rstrip("\n").split("=", 1) for line in file if "=" in line)
    except (OSError, UnicodeDecodeError):
        return {}


def write_state(state: dict[str, str]) -> None:
    """Written beside and renamed: it is there whole or not at all."""
    with open(READY + ".new", "w", encoding="utf-8") as file:
        file.writelines(f"{key}={value}\n" for key, value in sorted(state.items()))
    os.replace(READY + ".new", READY)


def is_ready(state: dict[str, str], testing: bool = False, gpu: bool = False) -> bool:
    return (
        state.get("fingerprint") == fingerprint()
        and state.get("python") == os.path.realpath(PYTHON)
        and os.path.exists(PYTHON)
        and (state.get("extras") == "dev" or not testing)
        and (state.get("torch") != "default" or not gpu or sys.platform == "darwin")
    )


def set_up(testing: bool, gpu: bool) -> dict[str, str]:
    """Make .venv if need be and install into it; what was left half-made is made anew."""
    began = time.monotonic()
    with OneAtATime():
        before = read_state()
        if is_ready(before, testing, gpu):
            return before  # another start has done it while this one waited
        fresh = prepare_venv(before)
        extras = "dev" if testing or before.get("extras") == "dev" else "runtime"
        torch = cuda_build() if gpu else before.get("torch", "default")
        say(f"installing packages into {VENV}" + "; this happens once and takes some minutes" * fresh)
        write_state({})
        open(BEGUN, "w").close()
        packages = stamp()
        failure = install(extras, torch)
        if failure:
            if stamp() == packages:  # what was there before is as good as it was
                write_state({} if fresh else before)
                os.remove(BEGUN)
            sys.exit("\n" + failure)
        state = {"fingerprint": fingerprint(), "python": os.path.realpath(PYTHON), "extras": extras, "torch": torch}
        write_state(state)
        os.remove(BEGUN)
    say(f"set up in {time.monotonic() - began:.0f} s")
    return state


def prepare_venv(before: dict[str, str]) -> bool:
    """Leave a .venv that runs and has pip; tells whether it is a new one."""
    renewed = "python" in before and before["python"] != os.path.realpath(PYTHON)
    if os.path.exists(BEGUN) or renewed or (os.path.lexists(VENV) and not runs("import sys")):
        say("the folder .venv is unfinished, or its Python is gone: making it anew")
        try:
            shutil.rmtree(VENV)
        except OSError as error:
            sys.exit(f"{VENV} cannot be removed ({error}). Close the programs that use it, or delete it yourself.")
    if os.path.isdir(VENV):
        if not runs("import pip"):
            subprocess.run([PYTHON, "-m", "ensurepip"], env=clean_environment(), stdout=sys.stderr)
        return False
    try:
        import ensurepip  # noqa: F401  Debian and Ubuntu keep it in a package of its own
    except ImportError:
        install_system_packages([f"python3.{sys.version_info[1]}-venv"], [])
    if subprocess.run([sys.executable, "-m", "venv", VENV], env=clean_environment(), stdout=sys.stderr).returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(f"The folder {VENV} could not be made: see above. Is the disk full, or write-protected?")
    return True


def runs(code: str) -> bool:
    try:
        return not subprocess.run([PYTHON, "-c", code], env=clean_environment(), stderr=subprocess.DEVNULL).returncode
    except OSError:
        return False


def install(extras: str, torch: str) -> str:
    """Let pip install; gives back nothing, or a paragraph for people about what went wrong."""
    with open(CONSTRAINTS, encoding="utf-8") as file:
        pins = [line.strip() for line in file if line.startswith("torch==")]  # named, so that pip looks for no other
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-c", CONSTRAINTS]
    command += [] if sys.stderr.isatty() else ["--quiet"]
    if torch != "default":
        command += ["--extra-index-url", TORCH_INDEX + torch]
        pins = [f"{pin}+{torch}" for pin in pins]
    command += [*pins, "-e", ".[dev]" if extras == "dev" else "."]
    # All of pip's words go to standard error: with --json, standard output belongs to the program.
    pip = subprocess.Popen(command, cwd=ROOT, env=clean_environment(), stdout=sys.stderr, stderr=subprocess.PIPE)
    complaint = ""
    for line in pip.stderr or ():
        complaint += line.decode(errors="replace")
        sys.stderr.write(line.decode(errors="replace"))
    return explain(complaint) if pip.wait() else ""


def stamp() -> list[int]:
    """Changes whenever a package is put into .venv or taken out."""
    return [os.stat(folder).st_mtime_ns for folder in glob.glob(PACKAGES)]


def explain(complaint: str) -> str:
    """One paragraph about why pip failed."""
    complaint = complaint.lower()
    if re.search("no space left|errno 28|not enough space|disk quota", complaint):
        return "The disk is full. GPT Studio needs about 4 GB while it installs, 12 GB with CUDA. Free some space."
    if re.search("certificate_verify_failed|sslerror|proxyerror|proxy authentication", complaint):
        return "A proxy or certificate stands in the way to the packages. Set HTTPS_PROXY or PIP_CERT and start again."
    if re.search(
        "name resol|newconn|failed to establish|unreachable|getaddrinfo|service not known|timed out|connection ?reset",
        complaint,
    ):
        return "The packages could not be fetched: there seems to be no network. Connect this computer and start again."
    if "no matching distribution" in complaint:
        return (
            "Some package has no ready-made build for this computer: see above. GPT Studio runs on 64-bit Linux, "
            f"Windows and macOS on Apple's chips, with Python 3.{OLDEST} to 3.{NEWEST}."
        )
    if re.search("permission denied|errno 13|access is denied|read-only file system", complaint):
        return f"Not allowed to write in {ROOT}. Copy GPT Studio to a folder of your own and start there."
    return "pip could not install the packages: its last lines above say why. Mend that and start again."


def cuda_build() -> str:
    """Which of PyTorch's CUDA builds fits the card here: CUDA 13 wants a Turing card or newer, and driver 580."""
    if sys.platform == "darwin":
        say("on a Mac the usual build knows the graphics chip already: --gpu changes nothing")
        return "default"
    question = ["nvidia-smi", "--query-gpu=compute_cap,driver_version", "--format=csv,noheader"]
    try:
        card, driver = subprocess.check_output(question, text=True).splitlines()[0].split(",")
        return "cu130" if float(card) >= 7.5 and int(driver.split(".")[0]) >= 580 else "cu126"
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        sys.exit("--gpu: no NVIDIA card answers here (nvidia-smi). Install NVIDIA's driver, or start without --gpu.")


def provide_qt_libraries(state: dict[str, str]) -> None:
    """See to the system libraries that Qt leans on; remember in READY that they are there."""
    if LINUX:
        absent = absent_libraries(linked_libraries())
        if absent:
            install_system_packages(sorted({debian_package(name) for name in absent}), absent)
    if os.access(VENV, os.W_OK):
        write_state(dict(state, qt="yes"))


def linked_libraries() -> str:
    """What ldd says of the parts of Qt that the window and the tests load."""
    parts = ("plugins/platforms/libqxcb.so", "plugins/platforms/libqoffscreen.so", "lib/libQt6[WS][iv][dg]*.so.6")
    files = [file for part in parts for file in glob.glob(os.path.join(PACKAGES, "PySide6", "Qt", part))]
    try:
        return subprocess.run(["ldd", *files], stdout=subprocess.PIPE, text=True).stdout
    except OSError:
        return ""  # no ldd: Qt itself will complain


def absent_libraries(ldd_text: str) -> list[str]:
    return sorted({line.split()[0] for line in ldd_text.splitlines() if line.rstrip().endswith("=> not found")})


def debian_package(library: str) -> str:
    """Debian's rule: name and version of the library, with a hyphen between two digits (libxcb1, libdbus-1-3)."""
    if library.startswith(("libglib-2.0", "libgthread-2.0", "libgobject-2.0", "libgio-2.0")):
        return "libglib2.0-0"
    name, _, version = library.lower().replace("_", "-").partition(".so.")
    return name + "-" * name[-1].isdigit() + version


def install_system_packages(packages: list[str], libraries: list[str]) -> None:
    """Install with apt where that is allowed; else say the one command that does, and stop."""
    command = "apt-get install -y --no-install-recommends " + " ".join(packages)
    if shutil.which("apt-get"):
        if os.geteuid() == 0:
            say("installing system packages: " + " ".join(packages))
            quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
            subprocess.run(["apt-get", "update", "-qq"], env=quiet, stdout=sys.stderr)
            if not subprocess.run(command.split(), env=quiet, stdout=sys.stderr).returncode:
                return
        command = f"sudo apt-get update && sudo {command}"
    elif libraries and (shutil.which("dnf") or shutil.which("zypper")):
        provided = " ".join(f"'{library}()(64bit)'" for library in libraries)
        command = f"sudo {'dnf' if shutil.which('dnf') else 'zypper'} install {provided}"
    else:
        command = "your system's package manager: " + ", ".join(libraries or packages)
    sys.exit(f"GPT Studio misses system packages here. Install them with\n\n    {command}\n\nthen start again.")


class OneAtATime:
    """A lock between two starts that would both set up. The system frees it when its holder dies."""

    def __enter__(self) -> None:
        try:
            self.file = open(LOCK, "a+b")
        except OSError:
            sys.exit(explain("permission denied"))
        told = False
        while not self.take():
            if not told:
                say("another start is setting up already: waiting for it")
            told = True
            time.sleep(1)

    def take(self) -> bool:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(self.file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            pass  # a network folder without locks: two starts at once are rarer than one that never begins
        return True

    def __exit__(self, *_: object) -> None:
        self.file.close()


def clean_environment() -> dict[str, str]:
    """The environment without what makes Python or pip look for packages elsewhere."""
    elsewhere = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "__PYVENV_LAUNCHER__")
    return {**{name: value for name, value in os.environ.items() if name not in elsewhere}, "PIP_USER": "0"}


def become(command: list[str], environment: dict[str, str]) -> int:
    """Turn into that program; on Windows start it and wait."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, environment)
    return subprocess.call(command, env=environment)


def say(words: str) -> None:
    print("GPT Studio:", words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nStopped. Start again to go on.")
