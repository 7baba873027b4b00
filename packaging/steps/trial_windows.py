"""The installers for Windows, tried under wine with a stand-in for the program: installed, associated, updated and
removed.

What this proves is the recipes' own work: files, menu, registry, exit codes, and that runs stay. That the frozen
program starts on Windows only a Windows machine can show (the workflow in .github does it).
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from steps import bundle, windows
from steps.trial import LIMIT_S, check

CLASSES = r"Software\Classes"
UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\GPTStudio"


class Windows:
    """A Windows of its own, in a folder."""

    def __init__(self, place: Path) -> None:
        self.drive = place / "wine" / "drive_c"
        self.variables = {**os.environ, "WINEPREFIX": str(place / "wine"), "WINEDEBUG": "-all", "WINEARCH": "win64"}
        self.variables |= {"WINEDLLOVERRIDES": "mscoree=;mshtml=", "DISPLAY": ""}
        subprocess.run(["wine", "wineboot", "--init"], env=self.variables, capture_output=True, timeout=LIMIT_S)
        check((self.drive / "windows" / "system32").is_dir(), "wine makes its Windows")  # it grumbles without 32 bits
        self.user = next(path for path in (self.drive / "users").iterdir() if path.name != "Public")
        self.menus = (
            self.user / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs",
            self.drive / "ProgramData/Microsoft/Windows/Start Menu/Programs",
        )

    def run(self, *command: object, expect: int = 0) -> str:
        words = ["wine", *(str(part) for part in command)]
        done = subprocess.run(
            words, env=self.variables, capture_output=True, text=True, errors="replace", timeout=LIMIT_S
        )
        check(done.returncode == expect, f"{' '.join(words)} ends with {done.returncode}", done.stdout + done.stderr)
        return done.stdout

    def registry(self, half: str, key: str, value: str = "") -> str:
        """A value; empty where it is not there."""
        name = ["/v", value] if value else ["/ve"]
        words = ["wine", "reg", "query", f"{half}\\{key}", *name, "/reg:64"]
        done = subprocess.run(
            words, env=self.variables, capture_output=True, text=True, errors="replace", timeout=LIMIT_S
        )
        line = next((line for line in done.stdout.splitlines() if "REG_" in line), "")
        return line.split("REG_", 1)[-1].split(None, 1)[-1].strip() if line and not done.returncode else ""

    def leave(self) -> None:
        subprocess.run(["wineserver", "-k"], env=self.variables, capture_output=True)


def stand_in(place: Path, version: str) -> Path:
    """A folder that looks like the bundle: two programs and files below, one of which is of this version only."""
    place.mkdir(parents=True)
    bundle.run(["makensis", "-V1", f"-DOUT={place / 'gpt-studio.exe'}", bundle.ROOT / "packaging/windows/stand_in.nsi"])
    shutil.copy(place / "gpt-studio.exe", place / "GPT Studio.exe")
    for name in (
        "base_library.zip",
        "torch/lib/torch_cpu.dll",
        "PySide6/Qt6Core.dll",
        "resources/licences.txt",
        f"only {version}.txt",
    ):
        file = place / "_internal" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{name} of {version}\n", "utf-8")
    return place


def missing_tools() -> list[str]:
    return [tool for tool in ("makensis", "wixl", "wine") if not shutil.which(tool)]


def all_of() -> None:
    with tempfile.TemporaryDirectory(prefix="gpt-studio-wine-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        payloads = {version: stand_in(place / version, version) for version in ("0.0.1", "0.0.2")}
        system = Windows(place)
        try:
            for test in (setup_for_one, setup_for_all, setup_with_files_beside, msi_for_all):
                began = time.monotonic()
                test(system, payloads, place)
                print(f"ok  {test.__name__.replace('_', ' '):<24} {time.monotonic() - began:6.1f} s", flush=True)
        finally:
            system.leave()


def keep_a_run(system: Windows) -> Path:
    run = system.user / "Documents" / "GPT Studio" / "runs" / "first" / "run.json"
    run.parent.mkdir(parents=True, exist_ok=True)
    run.write_text("{}", "utf-8")
    return run


def check_installed(system: Windows, folder: Path, half: str, menu: Path | None, version: str) -> None:
    for name in (
        "GPT Studio.exe",
        "gpt-studio.exe",
        "gptrun.ico",
        "_internal/torch/lib/torch_cpu.dll",
        f"_internal/only {version}.txt",
    ):
        check((folder / name).is_file(), f"{name} is installed", sorted(folder.rglob("*")))
    if menu:
        check((menu / "GPT Studio.lnk").is_file(), "there is an entry in the Start menu", sorted(menu.rglob("*")))
    check(system.registry(half, rf"{CLASSES}\.gptrun") == "GPTStudio.Run", "a run is known by its suffix")
    command = system.registry(half, rf"{CLASSES}\GPTStudio.Run\shell\open\command")
    check(command.endswith(r'\GPT Studio.exe" "%1"'), "a double click opens it", command)


def check_gone(system: Windows, folder: Path, half: str, menu: Path) -> None:
    limit = time.monotonic() + 120
    while (folder / "_internal").exists() or (folder / "uninstall.exe").exists():
        check(time.monotonic() < limit, "the program is removed", sorted(folder.rglob("*")))
        time.sleep(0.2)  # the uninstaller goes on as a copy of itself
    check(
        not (folder / "GPT Studio.exe").exists() and not (menu / "GPT Studio.lnk").exists(), "program and menu are gone"
    )
    for key in (rf"{CLASSES}\.gptrun", rf"{CLASSES}\GPTStudio.Run"):
        check(not system.registry(half, key), f"{key} is gone")


def setup_for_one(system: Windows, payloads: dict[str, Path], place: Path) -> None:
    """No rights needed; updated in place; the uninstaller leaves runs, and what somebody put into the folder."""
    run, folder = keep_a_run(system), system.user / "AppData/Local/Programs/GPT Studio"
    for version in ("0.0.1", "0.0.2"):
        (setup,) = windows.setup(payloads[version], place / "made", version)
        system.run(setup, "/S")
        check_installed(system, folder, "HKCU", system.menus[0], version)
        check(system.registry("HKCU", UNINSTALL, "DisplayVersion") == version, "the list of programs tells the version")
    check(not (folder / "_internal/only 0.0.1.txt").exists(), "nothing of the older version is left")
    own = folder / "my notes.txt"
    own.write_text("mine", "utf-8")
    system.run(folder / "uninstall.exe", "/S")
    check_gone(system, folder, "HKCU", system.menus[0])
    check(not system.registry("HKCU", UNINSTALL, "DisplayName"), "it is off the list of programs")
    check(run.is_file() and own.is_file(), "runs and own files stay")
    shutil.rmtree(folder)


def setup_for_all(system: Windows, payloads: dict[str, Path], place: Path) -> None:
    """Silent, for all users, into a folder that the administrator names."""
    run, folder = keep_a_run(system), system.drive / "Lab" / "Studio"
    (setup,) = windows.setup(payloads["0.0.2"], place / "made", "0.0.2")
    system.run(setup, "/S", "/ALLUSERS", r"/D=C:\Lab\Studio")
    check_installed(system, folder, "HKLM", system.menus[1], "0.0.2")
    system.run(folder / "uninstall.exe", "/S")
    check_gone(system, folder, "HKLM", system.menus[1])
    check(run.is_file(), "runs stay")


def setup_with_files_beside(system: Windows, payloads: dict[str, Path], place: Path) -> None:
    """A program that passes the limit of NSIS comes as two files; wine has no tar.exe, so that it is missed is told."""
    files = windows.setup(payloads["0.0.1"], place / "large", "0.0.1", "-cuda", limit=10)
    check(len(files) == 2 and files[1].suffix == ".zip", "a setup and its files", files)
    check("windows-files.zip" in files[1].name and files[0].stat().st_size < 500_000, "the setup is light", files)
    system.run(files[0], "/S", expect=2)
    shutil.rmtree(system.user / "AppData/Local/Programs/GPT Studio", ignore_errors=True)


def msi_for_all(system: Windows, payloads: dict[str, Path], place: Path) -> None:
    """Installed without a word, updated by the next version, removed; runs stay.

    Wine lays the menu entry among the user's own even for all users.
    """
    run, folder = keep_a_run(system), system.drive / "Program Files" / "GPT Studio"
    for version in ("0.0.1", "0.0.2"):
        package = windows.msi(payloads[version], place / "made", version)
        system.run("msiexec", "/i", package, "/qn")
        check_installed(system, folder, "HKLM", system.menus[0], version)
    check(not (folder / "_internal/only 0.0.1.txt").exists(), "nothing of the older version is left")
    system.run("msiexec", "/x", package, "/qn")
    check_gone(system, folder, "HKLM", system.menus[0])
    check(run.is_file(), "runs stay")
