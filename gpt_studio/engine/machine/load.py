"""How busy the computer is at this moment. Like hardware.py it may be left without an answer, and needs no torch."""

import logging
from dataclasses import dataclass
from typing import Any

import psutil

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Load:
    """Shares from 0 to 1; None where the system did not tell."""

    processor: float | None  # of all its threads, since the last reading
    memory: float | None
    memory_free: int  # bytes
    gpu: float | None  # of the first NVIDIA card: of the time in which it worked
    gpu_memory: float | None


class LoadMeter:
    """Tells the load since it was last asked; a fraction of a millisecond, the first time more where there is a GPU."""

    def __init__(self) -> None:
        self._before: tuple[float, float] | None = None
        self._gpu: Any = None
        self._looked_for_gpu = False

    def read(self) -> Load:
        processor = self._processor()
        gpu, gpu_memory = self._gpu_load()
        try:
            memory = psutil.virtual_memory()
        except Exception as fault:  # a locked-down lab may refuse anything
            log.info("the system does not tell its memory: %s", fault)
            return Load(processor, None, 0, gpu, gpu_memory)
        return Load(processor, 1 - memory.available / memory.total, memory.available, gpu, gpu_memory)

    def _processor(self) -> float | None:
        # Not psutil.cpu_percent: it remembers by thread, and each reading is made in a thread of its own.
        try:
            times = psutil.cpu_times()
        except Exception as fault:
            log.info("the system does not tell how busy it is: %s", fault)
            return None
        idle, total = times.idle + getattr(times, "iowait", 0.0), sum(times[:8])
        before, self._before = self._before, (idle, total)
        if before is None or total <= before[1]:
            return None
        return float(min(1.0, max(0.0, 1 - (idle - before[0]) / (total - before[1]))))

    def _gpu_load(self) -> tuple[float | None, float | None]:
        try:
            import pynvml

            if not self._looked_for_gpu:
                self._looked_for_gpu = True
                pynvml.nvmlInit()
                self._gpu = pynvml.nvmlDeviceGetHandleByIndex(0)
            if self._gpu is None:
                return None, None
            memory = pynvml.nvmlDeviceGetMemoryInfo(self._gpu)
            busy = pynvml.nvmlDeviceGetUtilizationRates(self._gpu).gpu
            return busy / 100, memory.used / memory.total
        except Exception:  # no such card is the normal case
            return None, None
