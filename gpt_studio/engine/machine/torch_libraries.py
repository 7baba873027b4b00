"""Brings torch's largest library into memory ahead of `import torch`, while other threads run."""

import ctypes
import importlib.util
import sys
from contextlib import suppress
from pathlib import Path

# Before torch's, because only one library is linked at a time: an import would wait for its turn with Python's lock.
import numpy  # noqa: F401
import psutil  # noqa: F401

LIBRARIES = {"linux": "libtorch_cpu.so", "darwin": "libtorch_cpu.dylib"}  # on Windows app.py imports torch first


def load() -> None:
    """Link the library; where that cannot be done, the import of torch does it, and tells what is wrong.

    Linking takes 0.2 s. An import holds Python's lock meanwhile, so that the window stands still; ctypes does not.
    """
    spec, name = importlib.util.find_spec("torch"), LIBRARIES.get(sys.platform)
    if spec is None or name is None:
        return
    for folder in spec.submodule_search_locations or ():
        with suppress(OSError):
            ctypes.CDLL(str(Path(folder) / "lib" / name))
