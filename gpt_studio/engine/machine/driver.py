"""Whether NVIDIA's driver is new enough for the build of PyTorch that is here. Reads files; loads neither."""

import importlib.util
import re
from pathlib import Path

import msgspec

from gpt_studio import paths
from gpt_studio.engine.errors import StudioError

# The oldest driver for each generation of CUDA, on Linux and Windows (NVIDIA's "CUDA compatibility" page).
OLDEST = {"13": 580, "12": 525}
_LINUX = Path("/sys/module/nvidia/version")


def problem(driver: str | None = None, cuda: str | None = None) -> StudioError | None:
    """`driver.old` with `driver` and `needed`, where a card has a driver that this PyTorch cannot use; else None.

    Args:
        driver: Its version; None asks the system.
        cuda: The CUDA that PyTorch was built with; None looks.
    """
    needed = OLDEST.get((torch_cuda() if cuda is None else cuda).split(".")[0])
    if needed is None:  # a processor build, or one that is newer than this table
        return None
    told = installed() if driver is None else driver
    found = re.match(r"\d+", told)
    if not found or int(found[0]) >= needed:
        return None
    return StudioError("driver.old", driver=told, needed=needed)


def installed() -> str:
    """The version of NVIDIA's driver, as "550.54.14"; empty where there is none."""
    if _LINUX.is_file():
        return _LINUX.read_text("utf-8", "replace").strip()
    try:
        import pynvml

        pynvml.nvmlInit()
        try:
            told = pynvml.nvmlSystemGetDriverVersion()
            return told.decode() if isinstance(told, bytes) else str(told)
        finally:
            pynvml.nvmlShutdown()
    except Exception:  # no driver is the normal case; a broken one is none
        return ""


def torch_cuda() -> str:
    """The CUDA version of the PyTorch that is here, as "13.0"; empty for a processor build."""
    built = paths.build_paper()
    if built.is_file():
        return str(msgspec.json.decode(built.read_bytes()).get("cuda") or "")
    found = importlib.util.find_spec("torch")
    if found is None or found.origin is None:
        return ""
    version = Path(found.origin).with_name("version.py")
    told = re.search(r"^cuda.*= *['\"]([\d.]+)['\"]", version.read_text("utf-8") if version.is_file() else "", re.M)
    return told[1] if told else ""
