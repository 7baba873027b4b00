"""Which state of the recipes and pins has passed the test: a digest, written by the test, kept in the repository.

So a state is built and tried once, wherever that was, and neither again on every machine nor never.
"""

import hashlib
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOTE = ROOT / "packaging" / "tested.txt"
ASIDE = {"README.md", "RELEASE.md", "sizes.json", "tested.txt"}  # words about the bundle, and what it came to
ALSO = ("constraints.txt", "gpt_studio/startup.py", "gpt_studio/window_check.py", "gpt_studio/__main__.py")


def digest() -> str:
    """Of every recipe, every pin and what runs before the program proper."""
    files = [file for file in (ROOT / "packaging").rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    chosen = [file for file in files if file.name not in ASIDE] + [ROOT / name for name in ALSO]
    sum_so_far = hashlib.blake2b(digest_size=16)
    for file in sorted(chosen):
        sum_so_far.update(f"{file.relative_to(ROOT).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    sum_so_far.update("\n".join(wanted).encode())
    return sum_so_far.hexdigest()


def is_tested() -> bool:
    return NOTE.is_file() and NOTE.read_text("utf-8").strip() == digest()


def note() -> None:
    NOTE.write_text(digest() + "\n", "utf-8")
