"""One file with the licences of all that a bundle holds: run by the Python that the bundle was made from.

    python licences.py OUT BUNDLED.json

BUNDLED.json has `modules`, the top-level names in the archive and beside it, and `libraries`, the files that were taken
from the builder's system. A part without a licence ends the build.
"""

import json
import shutil
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

TEXTS = Path(__file__).resolve().parent.parent / "licences"
OWN = {"gpt_studio", "start", "_pyinstaller", "_pyi_rth_utils", "__main__"}
RULE = "=" * 100

QT = """Qt and Qt for Python are used under the GNU Lesser General Public License, version 3, whose text follows,
together with that of the GNU General Public License which it builds upon. Qt's libraries lie in this
program's folder as files of their own (PySide6 and shiboken6): you may replace them by versions of your own
that are compatible, and you may examine the program for that purpose. Their complete sources, for exactly
these versions, can be had from The Qt Company at https://download.qt.io/official_releases/ (QtForPython and
qt) and https://code.qt.io. Qt contains parts by others, among them ICU, HarfBuzz, FreeType, PCRE2, libpng,
zlib, double-conversion and MD4C: their terms, which allow this use, are at
https://doc.qt.io/qt-6/licenses-used-in-qt.html."""


def main(out: Path, bundled: dict[str, list[str]]) -> None:
    texts: dict[str, list[str]] = {}  # text: whom it is for, so that the same text stands there once
    rows = []
    for part, version, licence, parts_texts in _parts(bundled):
        if not parts_texts:
            raise SystemExit(f"No licence text was found for {part}. It must not be given away without one.")
        rows.append(f"{part:<28} {version:<16} {licence}")
        for text in parts_texts:
            texts.setdefault(text.strip() + "\n", []).append(part)
    told = [
        "GPT Studio is free software under the MIT licence. It is given away together with the parts below, each",
        "under its own terms.",
        "",
    ]
    told += [f"{'Part':<28} {'Version':<16} Licence", *rows]
    for text, parts in texts.items():
        told += ["", RULE, ", ".join(dict.fromkeys(parts)), RULE, "", text]
    out.write_text("\n".join(told), "utf-8")


def _parts(bundled: dict[str, list[str]]):
    """Name, version, licence and texts of every part, in the order of the file."""
    root = TEXTS.parent.parent
    yield "GPT Studio", "", "MIT", [_read(root / "LICENSE")]
    python = [
        path
        for path in (Path(sysconfig.get_path("stdlib"), "LICENSE.txt"), Path(sys.base_prefix, "LICENSE.txt"))
        if path.is_file()
    ]
    yield "Python", sys.version.split()[0], "PSF-2.0", [_read(path) for path in python[:1]]
    for name in sorted(_distributions(bundled["modules"]), key=str.lower):
        found = metadata.distribution(name)
        if name.lower().startswith(("pyside6", "shiboken6")):
            yield name, found.version, "LGPL-3.0", [QT, _read(TEXTS / "LGPL-3.0.txt"), _read(TEXTS / "GPL-3.0.txt")]
        else:
            yield name, found.version, _licence(found), _texts(found)
    loader = metadata.distribution("pyinstaller")
    yield "PyInstaller (its loader)", loader.version, "GPL-2.0 with an exception for what it starts", _texts(loader)
    for package, (version, paths) in sorted(_system_packages(bundled["libraries"]).items()):
        yield package, version, "as below", paths


def _distributions(modules: list[str]) -> set[str]:
    by_module = metadata.packages_distributions()
    names, unknown = set(), []
    for module in modules:
        if module in by_module:
            names |= set(by_module[module])
        elif module not in sys.stdlib_module_names and module not in OWN and not module.startswith("_sysconfigdata"):
            unknown.append(module)
    if unknown:
        raise SystemExit(f"Of these modules nobody knows whose they are: {', '.join(unknown)}")
    return names - {"pyinstaller", "pip"}


def _licence(found: metadata.Distribution) -> str:
    told = found.metadata
    said = told.get("License-Expression") or next(
        (line.split(" :: ")[-1] for line in told.get_all("Classifier") or () if line.startswith("License ::")), ""
    )
    return said or (told.get("License") or "see its text").splitlines()[0][:60]


def _texts(found: metadata.Distribution) -> list[str]:
    """What its papers hold; where they hold nothing, the text that its licence has for all."""
    wanted = ("LICENSE", "LICENCE", "COPYING", "NOTICE")
    files = [Path(str(found.locate_file(path))) for path in found.files or () if ".dist-info" in str(path)]
    texts = [_read(file) for file in files if file.name.upper().startswith(wanted) and file.is_file()]
    return texts or ([found.metadata["License"]] if len(found.metadata.get("License") or "") > 300 else _common(found))


def _common(found: metadata.Distribution) -> list[str]:
    """Some wheels name a licence and carry no text."""
    if found.metadata["Name"].lower() == "nvidia-ml-py":  # at the head of its only module
        head = _read(Path(str(found.locate_file("pynvml.py")))).split("#####")[1]
        return ["\n".join(line.removeprefix("#").removeprefix(" ") for line in head.splitlines())]
    if "Apache" in _licence(found):
        return [_read(TEXTS / "Apache-2.0.txt")]
    return []


def _system_packages(libraries: list[str]) -> dict[str, tuple[str, list[str]]]:
    """Debian's package, version and terms of each library that came from the builder's system."""
    packages: dict[str, tuple[str, list[str]]] = {}
    if not shutil.which("dpkg-query"):
        return packages
    for library in libraries:
        told = ""
        for path in (library, str(Path(library).resolve()), library.removeprefix("/usr")):
            told = told or subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True).stdout
        if not told:
            raise SystemExit(f"No package of this system knows {library}: whose is it?")
        package = told.split(": ")[0].split(",")[0].strip()
        if package not in packages:
            shown = ["dpkg-query", "-W", "-f", "${Version}", package]
            version = subprocess.run(shown, capture_output=True, text=True).stdout
            paper = Path("/usr/share/doc", package.split(":")[0], "copyright")
            packages[package] = (version, [_read(paper)] if paper.is_file() else [])
    return packages


def _read(path: Path) -> str:
    return path.read_text("utf-8", errors="replace")


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8")))
