"""For Linux: a .deb for administrators, and a tar.zst that anyone may unpack and install without root."""

import gzip
import os
import re
import shutil
import subprocess
import time
from email.utils import formatdate
from pathlib import Path

from steps import bundle, icons_made, identity

RECIPES = bundle.ROOT / "packaging" / "linux"
DIST = bundle.ROOT / "dist"
# What the bundle leaves to the system, as the packages of Debian and Ubuntu are called.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libXau.so.6": "libxau6",
    "libXdmcp.so.6": "libxdmcp6",
    "libXext.so.6": "libxext6",
    "libXrender.so.1": "libxrender1",
    "libc.so.6": "libc6 (>= 2.34)",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libstdc++.so.6": "libstdc++6",
    "libuuid.so.1": "libuuid1",
    "libxcb.so.1": "libxcb1",
    "libz.so.1": "zlib1g",
    "libcrypt.so.1": "libcrypt1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libglib-2.0.so.0": "libglib2.0-0 | libglib2.0-0t64",
    "libgthread-2.0.so.0": "libglib2.0-0 | libglib2.0-0t64",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
GLIBC = {"libc", "libm", "libdl", "libpthread", "librt", "libutil", "libresolv", "ld-linux-x86-64", "libnsl"}
MAINTAINER = "GPT Studio contributors <gpt-studio@localhost.localdomain>"
# For the message box that tells why there is no window; and for Wayland, without which Qt takes X11.
RECOMMENDED = ("zenity | kdialog | x11-utils", "libwayland-client0", "libwayland-cursor0")
OPTIONAL = re.compile(r"libcuda|libnvidia|libnvrtc")  # the driver's; asked for only where there is a card


def share(target: Path) -> None:
    """What the desktop wants to know, as it lies under a `share` folder."""
    words = {"VERSION": bundle.version(), "DATE": time.strftime("%Y-%m-%d", time.gmtime(commit_time()))}
    for source, place in (
        ("gpt-studio.desktop", "applications"),
        ("gpt-studio.xml", "mime/packages"),
        ("org.gpt_studio.GPTStudio.metainfo.xml", "metainfo"),
    ):
        fill(RECIPES / source, target / place / source, words)
    fill(RECIPES / "gpt-studio.1", target / "man" / "man1" / "gpt-studio.1", words)
    drawings = bundle.ROOT / "packaging" / "icon"
    for name, kind in (("gpt-studio", "apps"), ("gptrun", "mimetypes")):
        for size in icons_made.LINUX:
            copy(icons_made.FOLDER / f"{name}-{size}.png", target / f"icons/hicolor/{size}x{size}/{kind}/{name}.png")
        copy(drawings / f"{name}.svg", target / f"icons/hicolor/scalable/{kind}/{name}.svg")


def fill(recipe: Path, target: Path, words: dict[str, str]) -> None:
    text = recipe.read_text("utf-8")
    for name, value in words.items():
        text = text.replace(f"@{name}@", value)
    if left := re.search(r"@[A-Z]+@", text):
        raise SystemExit(f"{recipe} asks for {left[0]}, which nobody filled in")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def commit_time() -> int:
    told = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=bundle.ROOT, capture_output=True, text=True)
    return int(told.stdout.strip() or 1_700_000_000)


def needed_packages(folder: Path) -> list[str]:
    """Debian's packages for every library that the bundle links to and does not hold."""
    files = [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink() and is_elf(file)]
    held = {file.name for file in folder.rglob("*") if ".so" in file.name}
    told = subprocess.run(["readelf", "-d", *map(str, files)], capture_output=True, text=True).stdout
    missing = {name for name in re.findall(r"\(NEEDED\).*\[(.+)\]", told) if name not in held}
    missing = {name for name in missing if name.split(".so")[0] not in GLIBC and not OPTIONAL.match(name)}
    if unknown := sorted(missing - set(PACKAGES)):
        raise SystemExit(f"The bundle needs libraries that packaging/steps/linux.py has no package for: {unknown}")
    needed = {PACKAGES[name] for name in missing} | {PACKAGES["libc.so.6"]}
    return sorted(needed - set(RECOMMENDED))


def is_elf(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(4) == b"\x7fELF"


def deb(program: Path, target: Path, version: str | None = None, suffix: str = "", level: int = 6) -> Path:
    """A package of the program in that folder.

    Args:
        program: The bundle, or a stand-in of a few files that the recipe is checked with.
        target: The folder for the .deb.
        version: None takes the program's own.
        suffix: Of the package's name: "-cuda" for that build.
        level: Of xz; the higher the smaller and slower. 0 does not compress, for a trial.
    """
    version = version or bundle.version()
    root = bundle.WORK / "deb"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(program, root / "usr/lib/gpt-studio", symlinks=True)
    share(root / "usr/share")
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/gpt-studio").symlink_to("../lib/gpt-studio/gpt-studio")
    papers = root / "usr/share/doc/gpt-studio"
    papers.mkdir(parents=True)
    (papers / "copyright").write_text(_copyright(program), "utf-8")
    _pack(papers / "changelog.gz", _changelog(version).encode())
    copy(bundle.ROOT / "CHANGELOG.md", papers / "CHANGELOG.md")
    page = root / "usr/share/man/man1/gpt-studio.1"
    _pack(page.with_suffix(".1.gz"), page.read_bytes())
    page.unlink()
    overrides = root / "usr/share/lintian/overrides/gpt-studio"
    copy(RECIPES / "lintian-overrides", overrides)
    _set_rights(root)
    size = sum(file.lstat().st_size for file in root.rglob("*") if not file.is_dir()) // 1024
    machine = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True).stdout.strip()
    words = {"DEBVERSION": version, "ARCH": machine}
    words |= {
        "SIZE": str(size),
        "MAINTAINER": MAINTAINER,
        "RECOMMENDS": ", ".join(RECOMMENDED),
        "DEPENDS": ", ".join(needed_packages(program)),
    }
    fill(RECIPES / "control", root / "DEBIAN" / "control", words)
    target.mkdir(parents=True, exist_ok=True)
    made = target / f"gpt-studio{suffix}_{version}_{machine}.deb"
    bundle.run(
        ["dpkg-deb", "--root-owner-group", *(["-Zxz", f"-z{level}"] if level else ["-Znone"]), "--build", root, made],
        stdout=subprocess.DEVNULL,
    )
    shutil.rmtree(root)
    return made


def _changelog(version: str) -> str:
    """What Debian's tools read; people read CHANGELOG.md beside it."""
    when = formatdate(commit_time())
    lines = [
        f"gpt-studio ({version}) stable; urgency=medium",
        "",
        f"  * {identity.NAME} {version}: see CHANGELOG.md.",
        "",
    ]
    return "\n".join([*lines, f" -- {MAINTAINER}  {when}", ""])


def _copyright(program: Path) -> str:
    licences = "_internal/resources/licences.txt"
    mit = (bundle.ROOT / "LICENSE").read_text("utf-8")
    if not (program / licences).is_file():
        raise SystemExit(f"{program} has no licences in it, and must not be given away")
    others = f"The licences of what it is built with are in /usr/lib/gpt-studio/{licences}."
    return f"{identity.NAME} is under the licence below. {others}\n\n{mit}"


def _pack(target: Path, data: bytes) -> None:
    with target.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(data)


def _set_rights(root: Path) -> None:
    """0755 for folders and programs, 0644 for all else, whatever the builder's umask is; one time stamp for all."""
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or (os.access(path, os.X_OK) and ".so" not in path.name)
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (commit_time(),) * 2, follow_symlinks=False)


def tarball(program: Path, target: Path, suffix: str = "", level: int = 19) -> Path:
    """A folder with install.sh that needs no root; every file of it belongs to nobody in particular."""
    name = f"gpt-studio{suffix}-{bundle.version()}-linux-{os.uname().machine}"
    root = bundle.WORK / "tar" / name
    shutil.rmtree(root.parent, ignore_errors=True)
    shutil.copytree(program, root / "gpt-studio", symlinks=True)
    share(root / "share")
    for source in (RECIPES / "install.sh", bundle.ROOT / "LICENSE"):
        copy(source, root / source.name)
    _set_rights(root)
    (root / "install.sh").chmod(0o755)
    target.mkdir(parents=True, exist_ok=True)
    made = target / f"{name}.tar.zst"
    tar = ["tar", "--create", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", f"--mtime=@{commit_time()}"]
    with subprocess.Popen([*tar, "-C", str(root.parent), name], stdout=subprocess.PIPE) as packing:
        zstd = ["zstd", "-q", "-f", "-T0", f"-{level}", "--long=27", "-o", str(made)]
        subprocess.run(zstd, stdin=packing.stdout, check=True)
    if packing.returncode:
        raise SystemExit(f"tar failed with {packing.returncode}")
    shutil.rmtree(root.parent)
    return made
