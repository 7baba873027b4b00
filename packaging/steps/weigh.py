"""What the bundle weighs, by part; and the fence that keeps it from growing unseen."""

import json
from collections.abc import Iterable
from pathlib import Path

RECORD = Path(__file__).resolve().parent.parent / "sizes.json"
GROWTH = 1.10  # a part that has grown by more ends the build
SMALL = 500_000  # bytes; below that, a tenth is no news

# The first that fits a file's name inside the bundle.
PARTS = (
    ("torch: libtorch_cpu", ("torch/lib/libtorch_cpu", "torch/lib/torch_cpu")),
    ("torch: CUDA", ("torch/lib/libtorch_cuda", "torch/lib/torch_cuda", "torch/lib/libc10_cuda", "nvidia/")),
    ("torch: other libraries", ("torch/lib/",)),
    ("torch: other files", ("torch/", "functorch/", "torchgen/")),
    ("Qt: ICU", ("PySide6/Qt/lib/libicu",)),
    ("Qt: libraries", ("PySide6/Qt/lib/", "PySide6/Qt6", "PySide6/Qt/lib")),
    ("Qt: plugins", ("PySide6/Qt/plugins/", "PySide6/plugins/")),
    ("Qt: for Python", ("PySide6/", "shiboken6/")),
    ("numpy", ("numpy",)),
    ("Pillow", ("PIL/", "pillow.libs/")),
    ("Python", ("libpython", "python3", "base_library.zip", "lib-dynload/")),
    ("tokenizers", ("tokenizers",)),
    ("pyqtgraph", ("pyqtgraph",)),
    ("GPT Studio: texts", ("corpora/",)),
    ("GPT Studio: lessons, icons, licences", ("resources/", "build.json")),
    ("system libraries", ("lib",)),
)
ARCHIVE, REST = "archive of modules, with the loader", "other packages"


def weigh(folder: Path) -> dict[str, dict[str, int]]:
    """Bytes and files of each part. Links weigh nothing and count as files."""
    parts: dict[str, dict[str, int]] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_dir() and not file.is_symlink():
            continue
        part = parts.setdefault(_part(file.relative_to(folder)), {"bytes": 0, "files": 0})
        part["bytes"] += 0 if file.is_symlink() else file.stat().st_size
        part["files"] += 1
    return parts


def _part(file: Path) -> str:
    if file.parts[0] != "_internal":
        return ARCHIVE
    name = "/".join(file.parts[1:])
    return next((part for part, beginnings in PARTS if name.startswith(beginnings)), REST)


def report(parts: dict[str, dict[str, int]], before: dict[str, dict[str, int]] | None = None) -> str:
    """A table, largest first; in MB of a million bytes."""
    lines = []
    for name, part in sorted(parts.items(), key=lambda item: -item[1]["bytes"]):
        then = (before or {}).get(name)
        change = f"{100 * (part['bytes'] / then['bytes'] - 1):+6.1f} %" if then and then["bytes"] else ""
        lines.append(f"{part['bytes'] / 1e6:8.1f} MB {part['files']:6} files  {name:<40} {change}".rstrip())
    size, files = total(parts)
    return "\n".join([*lines, f"{size / 1e6:8.1f} MB {files:6} files  in all"])


def total(parts: dict[str, dict[str, int]]) -> tuple[int, int]:
    return sum(part["bytes"] for part in parts.values()), sum(part["files"] for part in parts.values())


def faults(
    parts: dict[str, dict[str, int]], before: dict[str, dict[str, int]], limits: dict[str, int]
) -> Iterable[str]:
    """Parts that have grown by more than a tenth, parts that are new, and limits that are passed."""
    for name, part in parts.items():
        then = before.get(name, {}).get("bytes", 0)
        if part["bytes"] > max(then * GROWTH, then + SMALL):
            yield f"{name} has grown from {then / 1e6:.1f} to {part['bytes'] / 1e6:.1f} MB"
    size, files = total(parts)
    if size > limits.get("bytes", size):
        yield f"the bundle has {size / 1e6:.0f} MB, and may have {limits['bytes'] / 1e6:.0f}"
    if files > limits.get("files", files):
        yield f"the bundle has {files} files, and may have {limits['files']}"


def read_record(kind: str) -> dict:
    """What was recorded for this kind of bundle, as "linux-cpu": its limits and the weight of its parts."""
    everything = json.loads(RECORD.read_text("utf-8")) if RECORD.is_file() else {}
    return everything.get(kind, {"limits": {}, "parts": {}})


def write_record(kind: str, parts: dict[str, dict[str, int]]) -> None:
    everything = json.loads(RECORD.read_text("utf-8")) if RECORD.is_file() else {}
    everything[kind] = {"limits": everything.get(kind, {}).get("limits", {}), "parts": dict(sorted(parts.items()))}
    RECORD.write_text(json.dumps(everything, indent=2) + "\n", "utf-8")
