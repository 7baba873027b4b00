"""What a teacher or a bug report wants to know about this program on this machine; nothing of the student's texts."""

import platform
import sys

from PySide6.QtCore import QLibraryInfo, qVersion
from PySide6.QtGui import QGuiApplication

from gpt_studio import __version__, paths
from gpt_studio.gui import theme
from gpt_studio.gui.shell.parts import PARTS
from gpt_studio.gui.state import StudioState


def version(package: str) -> str:
    """The installed version; reads a file, does not import the package."""
    from importlib import metadata  # it brings the mail package: 30 ms that the window's first paint need not wait for

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "–"


def report(state: StudioState) -> str:
    """Versions, system, screen, device and folders as plain lines."""
    ready, screen = state.ready, QGuiApplication.primaryScreen()
    size = screen.size()
    ui_family, mono_family = theme.installed_families()
    lines = [
        f"GPT Studio {__version__}, Python {platform.python_version()}, Qt {qVersion()}",
        f"System: {platform.platform()}, {platform.machine()}, window system {QGuiApplication.platformName()}",
        f"Screen: {size.width()} x {size.height()}, pixel ratio {screen.devicePixelRatio():g}",
        f"Theme: {theme.choice()} ({theme.current().name}), zoom {theme.zoom()} %",
        f"Fonts: {ui_family}, {mono_family}",
        f"Device: {ready.device_name} ({ready.device}), {ready.threads} threads" if ready else "Device: not ready yet",
        f"Runs: {len(state.runs)} in {paths.runs_home()}",
        f"Log: {paths.log_file()}",
        f"Interpreter: {sys.executable}",
        f"Qt libraries: {QLibraryInfo.path(QLibraryInfo.LibraryPath.LibrariesPath)}",
    ]
    return "\n".join(lines + [f"{package} {version(package)}" for package, _, _ in PARTS])
