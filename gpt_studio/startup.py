"""What can go wrong before there is a window: told in a box of the system's own and in the log, never silently.

Leans on Python alone: neither Qt nor torch nor any other package may be what is missing.
"""

import os
import re
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

CANNOT_RUN = 3  # exit codes: this computer lacks what the program needs
CANNOT_WRITE = 4

_IS_LINUX = sys.platform.startswith("linux")
# Debian's names for what Qt asks of the system.
_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libstdc++.so.6": "libstdc++6",
    "libgomp.so.1": "libgomp1",
}
# Where other systems than Debian, on which the bundle was made, keep the certificates that a download is checked with.
_CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


class CannotStart(Exception):
    """Says in whole sentences what is missing and what to do.

    Args:
        words: For people.
        code: The exit code.
    """

    def __init__(self, words: str, code: int = CANNOT_RUN) -> None:
        super().__init__(words)
        self.code = code


def prepare() -> None:
    """Make the built program's surroundings like those of an installed one."""
    if not getattr(sys, "frozen", False):
        return
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):  # or the file manager that we open would get our libraries
        if f"{name}_ORIG" in os.environ:
            os.environ[name] = os.environ.pop(f"{name}_ORIG")
        elif _IS_LINUX:
            os.environ.pop(name, None)
    if _IS_LINUX and not Path("/usr/lib/ssl/certs").exists():
        found = next((place for place in _CERTIFICATES if Path(place).is_file()), None)
        if found:
            os.environ.setdefault("SSL_CERT_FILE", found)
    if sys.stdout is None or sys.stderr is None:  # a program of Windows without a console
        stream = _open_log("console.log") or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  for good
        sys.stdout, sys.stderr = sys.stdout or stream, sys.stderr or stream


def require_processor(cpuinfo: str | None = None, environment: Mapping[str, str] = os.environ) -> None:
    """Refuse a PC whose processor lacks AVX2, where torch would end the program with an illegal instruction.

    GPT_STUDIO_ANY_PROCESSOR=1 tries all the same: some virtual machines hide what their processor can do.
    """
    if environment.get("GPT_STUDIO_ANY_PROCESSOR") == "1" or _has_avx2(cpuinfo):
        return
    raise CannotStart(
        "This computer's processor is too old for GPT Studio: it lacks AVX2, which Intel's processors have since 2013 "
        "and AMD's since 2015. In a virtual machine, let the processor's own kind be passed through."
    )


def _has_avx2(cpuinfo: str | None) -> bool:
    import platform

    if cpuinfo is None and platform.machine().lower() not in ("x86_64", "amd64"):
        return True
    if cpuinfo is None and sys.platform == "win32":
        import ctypes

        avx2 = 40  # PF_AVX2_INSTRUCTIONS_AVAILABLE
        return bool(ctypes.WinDLL("kernel32").IsProcessorFeaturePresent(avx2))
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8", "replace") if cpuinfo is None else cpuinfo
    except OSError:
        return True
    flags = re.search(r"^flags\s*:(.*)$", told, re.MULTILINE)
    return flags is None or "avx2" in flags[1].split()


def require_home(home: Path) -> None:
    """Refuse to open a window that could keep nothing: `home` must be a folder that can be written.

    A full disk is let through, so that runs can be deleted in the window.
    """
    probe = home / f".can-write-{os.getpid()}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        import errno

        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return
        raise CannotStart(
            f"GPT Studio cannot write into its folder {home} ({error.strerror}), so nothing would be kept. Ask for the "
            "right to write there, or name another folder in the variable GPT_STUDIO_HOME.",
            CANNOT_WRITE,
        ) from error


def require_window_system(plugins: Path | None = None) -> None:
    """Refuse with the package's name where a library of X11 is missing; Qt would end the process without a word."""
    likely = "wayland" if os.environ.get("WAYLAND_DISPLAY") else "xcb"
    if not _IS_LINUX or not os.environ.get("QT_QPA_PLATFORM", likely).startswith("xcb"):
        return
    import ctypes

    try:
        ctypes.CDLL(str((plugins or _qt_plugins()) / "platforms" / "libqxcb.so"))
    except OSError as error:
        raise CannotStart(missing_library(str(error))) from error


def _qt_plugins() -> Path:
    from PySide6.QtCore import QLibraryInfo

    return Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))


def missing_library(told: str) -> str:
    """The loader's words in a sentence; with the package and how to install it, where that is known."""
    import shutil

    found = re.search(r"(lib[\w+.-]+\.so[\w.]*): cannot open shared object file", told)
    if not found:
        return f"A part of GPT Studio cannot be loaded: {told}. Install GPT Studio anew."
    library = found[1]
    package = _PACKAGES.get(library, "")
    if package and shutil.which("apt-get"):
        advice = f"An administrator installs it with: sudo apt-get install {package}"
    elif shutil.which("dnf"):
        advice = f"An administrator installs it with: sudo dnf install '{library}()(64bit)'"
    else:
        advice = f"It is in the system's package {package}." if package else "Ask your administrator for it."
    return f"This system lacks the library {library}, which the window needs. {advice}"


def watch_qt() -> None:
    """Tell what Qt says before it ends the process, until the program's own log takes over."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

    heard: list[str] = []

    def hear(kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
        heard.append(words)
        if kind is QtMsgType.QtFatalMsg:
            tell(f"The window cannot be opened. The window system said: {' '.join(heard[-3:])}", boxed=True)

    qInstallMessageHandler(hear)


def explain(error: BaseException) -> tuple[str, int]:
    """A sentence and the exit code for what ended the start; the whole of it goes into the log."""
    if isinstance(error, CannotStart):
        return str(error), error.code
    import traceback

    _log("".join(traceback.format_exception(error)))
    if isinstance(error, ImportError | OSError) and ".so" in str(error):
        return missing_library(str(error)), CANNOT_RUN
    if isinstance(error, ImportError):
        return f"A part of GPT Studio is missing or damaged ({error}). Install GPT Studio anew.", CANNOT_RUN
    return f"GPT Studio could not start: {type(error).__name__}: {error}", 1


def tell(words: str, boxed: bool) -> None:
    """Into the log, on standard error and, where a person waits for a window, in a box of the system's own."""
    written = _log(words)
    with suppress(OSError, ValueError, AttributeError):
        print(f"gpt-studio: {words}", file=sys.stderr, flush=True)
    if boxed:
        with suppress(Exception):  # there is no other place left to tell of it
            _show_box(words + (f"\n\nMore is in {written}" if written else ""))


def _show_box(words: str) -> None:
    import shutil
    import subprocess

    title = "GPT Studio"
    if sys.platform == "win32":
        import ctypes

        error_icon = 0x10
        ctypes.WinDLL("user32").MessageBoxW(None, words, title, error_icon)
        return
    if sys.platform == "darwin":
        script = "on run said\ndisplay alert (item 1 of said) message (item 2 of said) as critical\nend run"
        subprocess.run(["osascript", "-e", script, title, words], check=False)
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    for command in (
        ["zenity", "--error", "--no-markup", "--width=480", f"--title={title}", f"--text={words}"],
        ["kdialog", "--title", title, "--error", words],
        ["yad", "--image=dialog-error", f"--title={title}", f"--text={words}", "--button=OK"],
        ["xmessage", "-center", "-buttons", "OK", words],
        ["notify-send", "--urgency=critical", title, words],
    ):
        if shutil.which(command[0]) and subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode < 2:
            return


def _log(words: str) -> Path | None:
    """Append to start.log; gives its place, or None where nothing can be written at all."""
    with suppress(Exception):
        stream = _open_log("start.log")
        if stream is not None:
            with stream:
                stream.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {words.rstrip()}\n")
            return Path(stream.name)
    return None


def _open_log(name: str) -> Any:
    """A file in the program's log folder, or in the folder for temporary files where there is no writing there."""
    import tempfile

    for folder in (_log_folder, lambda: Path(tempfile.gettempdir(), "gpt-studio")):
        try:
            place = folder()
            place.mkdir(parents=True, exist_ok=True)
            return (place / name).open("a", encoding="utf-8", errors="replace", buffering=1)
        except Exception:  # the package that knows the folder may be what is missing
            continue
    return None


def _log_folder() -> Path:
    from gpt_studio import paths

    return paths.log_file().parent
