"""For macOS: the program is signed, and put on a disk image. The work is done by the scripts in packaging/macos."""

import platform
import shutil
from pathlib import Path

from steps import bundle, icons_made, identity

SCRIPTS = bundle.ROOT / "packaging" / "macos"


def dmg(app: Path, target: Path) -> Path:
    shutil.copy(icons_made.FOLDER / "gptrun.icns", app / "Contents" / "Resources" / "gptrun.icns")
    bundle.run([SCRIPTS / "sign.sh", app])
    made = target / f"gpt-studio-{bundle.version()}-macos-{platform.machine()}.dmg"
    bundle.run([SCRIPTS / "dmg.sh", app, made])
    return made


def app(build: str) -> Path:
    return bundle.folder(build).parent / f"{identity.NAME}.app"
