"""What this computer is. Every question may go unanswered, so nothing here raises and nothing here needs torch."""

import importlib
import logging
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil

from gpt_studio import paths

log = logging.getLogger(__name__)

PLATFORM: str = sys.platform
INSTRUCTIONS = {"AVX2": ("avx2",), "AVX-512": ("avx512f",), "AMX": ("amx_tile", "amx_bf16")}  # as systems name them
T = TypeVar("T")


@dataclass(frozen=True)
class Gpu:
    """A graphics processor that torch could train on."""

    name: str
    memory_total: int  # bytes
    memory_free: int
    shared: bool = False  # it uses the computer's own memory (Apple)
    capability: str = ""  # NVIDIA's number for what its kernels may ask of it, as "8.6"
    driver: str = ""


@dataclass(frozen=True)
class Hardware:
    """What was found. Sizes in bytes; an empty name or a 0 means that the system did not tell."""

    processor: str
    cores: int  # physical ones that this program may use
    threads: int
    memory_total: int
    memory_free: int
    gpus: tuple[Gpu, ...]
    system: str
    disk_free: int  # where runs are kept
    instructions: tuple[str, ...] = ()  # of those that training gains by: AVX2, AVX-512, AMX

    def free_to_train(self, on_gpu: bool) -> int | None:
        """Bytes that training may fill, where that is known: of the GPU if it trains there."""
        return (self.gpus[0].memory_free if on_gpu and self.gpus else self.memory_free) or None


def read() -> Hardware:
    """Look at the computer; takes milliseconds, and up to a second where a GPU's driver has to wake up."""
    threads = _ask(_threads, os.cpu_count() or 1)
    memory_total, memory_free = _ask(_memory, (0, 0))
    return Hardware(
        processor=_ask(_processor, ""),
        cores=min(_ask(lambda: psutil.cpu_count(logical=False) or threads, threads), threads),
        threads=threads,
        memory_total=memory_total,
        memory_free=memory_free,
        gpus=_ask(_nvidia_gpus, ()) or _ask(_apple_gpus, ()),
        system=_ask(_system, PLATFORM),
        disk_free=_ask(lambda: _disk_free(paths.runs_home()), 0),
        instructions=_ask(_instructions, ()),
    )


def _ask(question: Callable[[], T], otherwise: T) -> T:
    try:
        return question()
    except Exception as fault:  # a driver, a container or a locked-down lab may refuse anything
        log.info("the system did not tell: %s", fault)
        return otherwise


def _threads() -> int:
    """Hardware threads that this program may use: a lab or a container may grant fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return psutil.cpu_count() or 1


def _memory() -> tuple[int, int]:
    memory = psutil.virtual_memory()
    return memory.total, memory.available


def _processor() -> str:
    if PLATFORM == "win32":
        return _tidy(_windows_processor() or platform.processor())
    if PLATFORM == "darwin":
        return _tidy(_said_by("sysctl", "-n", "machdep.cpu.brand_string"))
    return _tidy(_linux_processor(Path("/proc/cpuinfo").read_text(errors="replace")) or platform.machine())


def _linux_processor(cpuinfo: str) -> str:
    """The name in /proc/cpuinfo: "model name" on PCs (whose "model" is a number), else "Model" or "Hardware"."""
    named: dict[str, str] = {}
    for line in cpuinfo.splitlines():
        key, colon, value = line.partition(":")
        if colon and not value.strip().isdigit():
            named.setdefault(key.strip().lower(), value.strip())
    return named.get("model name") or named.get("model") or named.get("hardware") or ""


def _instructions() -> tuple[str, ...]:
    if PLATFORM == "win32":
        return _windows_instructions()
    if PLATFORM == "darwin":
        if platform.machine() == "arm64":  # none of these; its own are used by the system's library
            return ()
        return _named_in(_said_by("sysctl", "-n", "machdep.cpu.leaf7_features").lower().split())
    flags = (line for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines() if line[:5] == "flags")
    return _named_in(next(flags, "").split())


def _named_in(flags: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name, told in INSTRUCTIONS.items() if any(flag in flags for flag in told))


def _windows_instructions() -> tuple[str, ...]:
    """Windows tells of the first two."""
    import ctypes

    ask = getattr(ctypes, "WinDLL")("kernel32").IsProcessorFeaturePresent  # noqa: B009  there on Windows only
    return tuple(name for name, number in (("AVX2", 40), ("AVX-512", 41)) if ask(number))


def _windows_processor() -> str:
    winreg: Any = importlib.import_module("winreg")  # there on Windows only
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"HARDWARE\DESCRIPTION\System\CentralProcessor\0") as key:
        return str(winreg.QueryValueEx(key, "ProcessorNameString")[0])


def _said_by(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=2, check=True).stdout


def _tidy(name: str) -> str:
    """A maker's name without marks and padding: "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz" -> "Intel Core i5-8250U"."""
    for noise in ("(R)", "(TM)", "(r)", "(tm)", "®", "™"):
        name = name.replace(noise, "")
    words = name.partition("@")[0].split()
    return " ".join(word for word in words if word not in ("CPU", "Processor"))


def _system() -> str:
    if PLATFORM == "linux":
        release = platform.freedesktop_os_release()
        return release.get("PRETTY_NAME") or f"Linux {platform.release()}"
    if PLATFORM == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    return f"{platform.system()} {platform.release()}"


def _disk_free(folder: Path) -> int:
    """Free bytes on the disk where `folder` lies, or would lie."""
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    return shutil.disk_usage(existing).free


def _nvidia_gpus() -> tuple[Gpu, ...]:
    """GPUs with NVIDIA's driver. No driver library is the normal case, and no fault."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ()
    try:
        handles = [pynvml.nvmlDeviceGetHandleByIndex(place) for place in range(pynvml.nvmlDeviceGetCount())]
        return tuple(_nvidia_gpu(handle) for handle in handles)
    finally:
        pynvml.nvmlShutdown()


def _nvidia_gpu(handle: object) -> Gpu:
    import pynvml

    memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
    return Gpu(
        _as_text(pynvml.nvmlDeviceGetName(handle)),
        int(memory.total),
        int(memory.free),
        capability=_ask(lambda: "{}.{}".format(*pynvml.nvmlDeviceGetCudaComputeCapability(handle)), ""),
        driver=_ask(lambda: _as_text(pynvml.nvmlSystemGetDriverVersion()), ""),
    )


def _as_text(told: str | bytes) -> str:
    return told.decode() if isinstance(told, bytes) else str(told)


def _apple_gpus() -> tuple[Gpu, ...]:
    """Apple's own chips carry a GPU that shares the computer's memory."""
    if PLATFORM != "darwin" or platform.machine() != "arm64":
        return ()
    total, free = _memory()
    return (Gpu(f"{_processor()} GPU", total, free, shared=True),)
