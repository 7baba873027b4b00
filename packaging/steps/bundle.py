"""From the sources to one folder that runs: a clean environment, what is gathered for it, PyInstaller, strip."""

import ast
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
import zlib
from pathlib import Path

from steps import identity, sieve

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = ROOT / "build"
GATHERED = WORK / "gathered"
REQUIREMENTS = ROOT / "packaging" / "requirements.txt"

# Symbols that no one needs at run time: libtorch_cpu 434 -> 345 MB, libpython 23 -> 6, libtorch_python 30 -> 22, the
# tokenizers library 11 -> 8, Pillow's and numpy's own extensions 4.5 MB together. The libraries of wheels that were
# patched after linking (numpy.libs, pillow.libs) would break, and are not touched.
STRIPPED = (
    "torch/lib/libtorch*.so",
    "torch/lib/libc10.so",
    "libpython*.so*",
    "python3*/lib-dynload/*.so",
    "tokenizers/*.so",
    "PIL/*.so",
    "numpy/**/*.so",
)


def version() -> str:
    """The one source of the version: gpt_studio/__init__.py."""
    for line in (ROOT / "gpt_studio" / "__init__.py").read_text("utf-8").splitlines():
        if line.startswith("__version__"):
            return line.split('"')[1]
    raise SystemExit("gpt_studio/__init__.py names no version")


def folder(build: str) -> Path:
    """Where the finished bundle lies."""
    return WORK / f"bundle-{build}" / "gpt-studio"


def inside(build: str) -> Path:
    """Where everything but the program file itself lies."""
    return folder(build) / "_internal"


def environment(build: str) -> Path:
    """A Python with the pinned packages and nothing else; made anew when the pins have changed. Gives its python."""
    place = WORK / f"venv-{build}"
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    mark = place / "ready.txt"
    pinned = "".join((ROOT / name).read_text("utf-8") for name in ("pyproject.toml", "constraints.txt"))
    wanted = f"{zlib.crc32((pinned + REQUIREMENTS.read_text('utf-8')).encode()):08x} {sys.version}"
    if mark.is_file() and mark.read_text("utf-8") == wanted:
        return python
    shutil.rmtree(place, ignore_errors=True)
    run([sys.executable, "-m", "venv", place])
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    others = [name for name in packages if not name.startswith("torch==")]
    torch = next(name for name in packages if name.startswith("torch=="))
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", REQUIREMENTS]
    _install_torch(pip, torch, build)
    run([*pip, torch, *others, "-r", REQUIREMENTS])
    mark.write_text(wanted, "utf-8")
    return python


def _install_torch(pip: list[object], torch: str, build: str) -> None:
    """The processor build where pip has it at hand, else from PyTorch's own index; the default build where it is that.

    Windows and macOS get the processor build by default, Linux the CUDA build.
    """
    sys.path.insert(0, str(ROOT))
    from studio import TORCH_INDEX  # the one place that names it

    is_default = (build == "cpu") != (sys.platform == "linux")
    if is_default or sys.platform == "darwin":
        run([*pip, torch])
        return
    kind = "cpu" if build == "cpu" else "cu130"
    pin = f"{torch}+{kind}"
    if subprocess.run([str(part) for part in (*pip, pin)], stderr=subprocess.DEVNULL).returncode:
        run([*pip, "--extra-index-url", TORCH_INDEX + kind, pin])


def gather(python: Path, build: str, shakespeare: Path | None, fonts: Path | None) -> None:
    """Lay into build/gathered what goes into the bundle beside the sources, as it will lie there."""
    shutil.rmtree(GATHERED, ignore_errors=True)
    for name in ("resources", "corpora"):
        (GATHERED / name).mkdir(parents=True)
    code = (
        "import sys; from pathlib import Path; from gpt_studio.engine import corpus_sources as sources\n"
        "sources.pack_python_code(Path(sys.argv[1]))\n"
        "if sys.argv[2]: sources.accept(Path(sys.argv[2]), Path(sys.argv[1]) / 'shakespeare.txt')"
    )
    run([python, "-c", code, GATHERED / "corpora", shakespeare or ""])
    if fonts:
        files = [file for file in fonts.rglob("*") if file.suffix.lower() in (".ttf", ".otf", ".txt")]
        if not any(file.suffix == ".txt" for file in files):
            raise SystemExit(f"{fonts} has no licence (.txt) beside its fonts")
        for file in files:
            (GATHERED / "resources" / "fonts").mkdir(exist_ok=True)
            shutil.copy(file, GATHERED / "resources" / "fonts" / file.name)
    run([python, ROOT / "packaging" / "steps" / "icons.py"])
    torch = "import torch; print(torch.__version__, torch.version.cuda or '')"
    told = run([python, "-c", torch], capture_output=True, text=True).stdout.split()
    paper = {"version": version(), "build": build, "torch": told[0], "cuda": told[1] if len(told) > 1 else None}
    paper |= {"python": sys.version.split()[0], "commit": _commit(), "system": sieve.SYSTEM}
    (GATHERED / "build.json").write_text(json.dumps(paper, indent=2) + "\n", "utf-8")
    (WORK / "version.txt").write_text(identity.version_resource(version()), "utf-8")  # for Windows


def _commit() -> str:
    told = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return told.stdout.strip()


def freeze(python: Path, build: str) -> None:
    """Let PyInstaller collect and sieve, then strip."""
    began = time.monotonic()
    target = folder(build).parent
    shutil.rmtree(target, ignore_errors=True)
    command = [python, "-m", "PyInstaller", "--noconfirm", "--log-level", "INFO"]
    command += ["--distpath", target, "--workpath", WORK / f"work-{build}", ROOT / "packaging" / "gpt_studio.spec"]
    # The same names for the same strings, so that two builds of the same sources are alike.
    settings = {"GPT_STUDIO_BUILD": build, "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": _commit_time()}
    run(command, env={**os.environ, **settings})
    if sieve.SYSTEM == "linux":
        _strip(inside(build))
    _write_licences(python, build)
    print(f"Frozen in {time.monotonic() - began:.0f} s: {folder(build)}")


def _commit_time() -> str:
    told = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True)
    return told.stdout.strip() or "1700000000"


def _write_licences(python: Path, build: str) -> None:
    """For exactly what PyInstaller has put in: its own lists tell."""
    lists = WORK / f"work-{build}" / "gpt_studio"
    modules = ast.literal_eval((lists / "PYZ-00.toc").read_text("utf-8"))[1]
    files = ast.literal_eval((lists / "COLLECT-00.toc").read_text("utf-8"))[0]
    foreign = [source for _, source, kind in files if kind == "BINARY" and not _is_of_python(source)]
    bundled = {"modules": sorted({name.split(".")[0] for name, _, _ in modules}), "libraries": foreign}
    (WORK / "bundled.json").write_text(json.dumps(bundled), "utf-8")
    told = inside(build) / "resources" / "licences.txt"
    run([python, ROOT / "packaging" / "steps" / "licences.py", told, WORK / "bundled.json"])


def _is_of_python(source: str) -> bool:
    """Python's own library, or of a package's wheel; the rest came from this system."""
    return Path(source).is_relative_to(WORK) or Path(source).resolve().is_relative_to(Path(sys.base_prefix).resolve())


def _strip(place: Path) -> None:
    for pattern in STRIPPED:
        files = [file for file in place.glob(pattern) if not file.is_symlink()]
        if not files:
            raise SystemExit(f"Nothing to strip any more: {pattern} in packaging/steps/bundle.py hits nothing")
        run(["strip", "--strip-unneeded", *files])


def run(command: list[object], **how: object) -> subprocess.CompletedProcess:
    """A program that must succeed."""
    told = [str(part) for part in command]
    how.setdefault("cwd", ROOT)
    done = subprocess.run(told, **how)
    if done.returncode:
        raise SystemExit(f"failed with {done.returncode}: {' '.join(told)[:300]}\n{done.stderr or ''}"[-3000:])
    return done
