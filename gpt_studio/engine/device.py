"""The one place that asks the device: which there is, its name, its memory, its errors, and to wait for it."""

import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Literal, TypeVar

import psutil
import torch

from gpt_studio.engine import budget, clock, faults
from gpt_studio.engine.config import DeviceChoice, ModelConfig, Precision, TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ready

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h
T = TypeVar("T")
_FULL = ("DefaultCPUAllocator", "can't allocate memory", "ALLOC_FAILED")  # of processors; of NVIDIA's libraries
_GONE = ("CUDA error", "CUBLAS_STATUS", "CUDNN_STATUS")
_lost: dict[str, BaseException] = {}  # devices that failed in this process, and how
_first_kernels: dict[str, str] = {}  # what devices said to their first one: "" is well
Device = Literal["cpu", "cuda", "mps"]
Settled = Literal["fp32", "bf16", "fp16"]


def choose(choice: DeviceChoice = "auto") -> Device:
    """The device to work on: "cpu", "cuda" or "mps". A GPU that is there but cannot compute is passed over.

    Raises:
        StudioError: `device.missing` when the device that was named is not there, `device.unusable` when it cannot
            compute, `device.lost` when it has failed later.
    """
    refuse_lost(choice)
    there: dict[Device, bool] = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if choice == "auto":
        best: Device = next(name for name in ("cuda", "mps", "cpu") if there[name] and not why_unusable(name))
        refuse_lost(best)
        return best
    if not there[choice]:
        raise StudioError("device.missing", device=choice)
    if reason := why_unusable(choice):
        raise StudioError("device.unusable", device=choice, reason=reason)
    return choice


def why_unusable(name: str) -> str:
    """What a device that is there says to its first kernel; "" where that works.

    Builds of torch leave out kernels for older cards, which torch tells of when the first one is wanted.
    """
    if name == "cpu" or name in _lost:
        return ""
    if name not in _first_kernels:
        _first_kernels[name] = _refusal_of_first_kernel(name)
    return _first_kernels[name]


def _refusal_of_first_kernel(name: str) -> str:
    try:
        faults.point("device.first_kernel")
        x = torch.ones(8, 8, device=name)
        wrong = float((x @ x).sum()) != 512.0  # reading the number waits for the device
    except Exception as error:  # torch has many ways to say it
        return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return "it computes wrongly" if wrong else ""


def passed_over() -> StudioError | None:
    """The GPU that is there and is not used, and why; None where there is none."""
    for name, there in (("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())):
        if there and (reason := why_unusable(name)):
            return StudioError("device.passed_over", device=name, reason=reason)
    return None


def refuse_lost(device: str) -> None:
    """After a fault of the device, this process must not touch it again; a new one may.

    Raises:
        StudioError: `device.lost`.
    """
    if device in _lost:
        raise StudioError("device.lost", device=device)


def usable(choice: DeviceChoice) -> Device:
    """The device that a run was trained on, where this machine has it; else the best there is."""
    try:
        return choose(choice)
    except StudioError:
        return choose("auto")


def settle_precision(precision: Precision, device: str) -> Settled:
    """The precision to begin with. On an NVIDIA card the half precision that its tensor cores have: bf16 since Ampere,
    fp16 on Volta and Turing; elsewhere fp32, until timing shows that bf16 is faster (tuning.py).

    Raises:
        StudioError: `device.precision` when the device cannot train so.
    """
    if precision == "auto":
        generation = torch.cuda.get_device_capability() if device == "cuda" else (0, 0)
        return "bf16" if generation >= (8, 0) else "fp16" if generation >= (7, 0) else "fp32"
    if precision == "fp16" and device != "cuda":
        raise StudioError("device.precision", precision=precision, device=device)
    return precision


@cache
def half_products_pay() -> bool:
    """Whether this processor multiplies bf16 matrices faster than fp32 ones; most take several times longer instead."""
    seconds = {}
    for precision in (torch.float32, torch.bfloat16):
        x = torch.ones(384, 384, dtype=precision)
        timings = []
        for _ in range(4):
            began = clock.now()
            torch.mm(x, x)
            timings.append(clock.now() - began)
        seconds[precision] = min(timings)
    return seconds[torch.bfloat16] < seconds[torch.float32]


def describe(device: str) -> Ready:
    """The device's name and the number of threads, for people."""
    name = torch.cuda.get_device_name() if device == "cuda" else {"cpu": "Processor", "mps": "Apple GPU"}[device]
    problem = passed_over()
    reason = str(problem.values["reason"]) if problem else ""
    return Ready(device=device, device_name=name, threads=torch.get_num_threads(), passed_over=reason)


def refuse_without_room(config: ModelConfig, train: TrainConfig, device: str) -> None:
    """Refuse what cannot fit before memory is taken: a system that promises more than it has ends the program instead.

    Models are made in the computer's own memory; a GPU tells by itself when its memory is full.

    Raises:
        StudioError: `device.memory`.
    """
    needed = budget.memory(config, train)
    if (needed.total if device == "cpu" else needed.weights) > psutil.virtual_memory().available:
        raise StudioError("device.memory", device=device)


def wait_for(device: str) -> None:
    """Until all that was asked of the device is done; a processor never makes one wait."""
    if device == "cuda":
        torch.cuda.synchronize()
    elif device == "mps":
        torch.mps.synchronize()


def allow_tf32(allowed: bool) -> None:
    """Whether an NVIDIA card may round the factors of fp32 products to 10 bits, which is several times faster."""
    torch.backends.cuda.matmul.allow_tf32 = allowed


@cache
def keep_memory() -> None:
    """Let the program keep the memory that one step frees for the next one, instead of asking the system for it anew.

    A step of the preset small otherwise takes some 4,000 page faults, a tenth of its time. Only glibc has the switch.
    """
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, 2**30)
        mallopt(_M_TRIM_THRESHOLD, 2**31 - 1)


def answers_at_once(device: str) -> bool:
    """Whether reading a number costs nothing: so on a processor; a GPU must first finish its queue."""
    return device == "cpu"


def free_memory(device: str) -> None:
    """Give back what torch keeps for the next operations, so that they may ask for other sizes."""
    if device == "cuda":
        torch.cuda.empty_cache()
    elif device == "mps":
        torch.mps.empty_cache()


@contextmanager
def told_plainly(device: str) -> Iterator[None]:
    """Turns the many ways in which torch says that memory is full, or that the device is gone, into an error with a
    sentence.

    Raises:
        StudioError: `device.memory`; `device.lost`, after which nothing may touch that device in this process again.
    """
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise StudioError("device.memory", device=device) from error
    except RuntimeError as error:
        if any(words in str(error) for words in _FULL):
            raise StudioError("device.memory", device=device) from error
        if isinstance(error, torch.AcceleratorError) or any(words in str(error) for words in _GONE):
            _lost[device] = error
            raise StudioError("device.lost", device=device) from None  # its traceback would hold tensors that are gone
        raise


@contextmanager
def seeded(seed: int, device: str) -> Iterator[None]:
    """Torch's global chance as a function of `seed` inside the block, and as it was found after it."""
    with torch.random.fork_rng(devices=[torch.cuda.current_device()] if device == "cuda" else []):
        torch.manual_seed(seed)
        yield


@contextmanager
def threads(count: int | None) -> Iterator[None]:
    """Work in so many threads inside the block; None leaves them as they are."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def replays(device: str) -> bool:
    """Whether the same work again and again is better recorded once and replayed: so where every call is a launch."""
    return device == "cuda"


class SideStream:
    """A queue of work of a GPU's own, beside the usual one, in which work can be recorded as a CUDA graph."""

    def __init__(self) -> None:
        self._stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]

    def run(self, work: Callable[[], T]) -> T:
        """Do it here, after what was asked for before and before what will be asked for next."""
        self._stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self._stream):
            given = work()
        torch.cuda.current_stream().wait_stream(self._stream)
        return given

    def record(self, work: Callable[[], T]) -> Callable[[], T]:
        """Watch the work without doing it; gives what does it again, in a single launch, and fills what it gave anew.

        Raises:
            RuntimeError: Something in it cannot be recorded, or there is no memory for it.
        """
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, stream=self._stream):
            given = work()

        def replay() -> T:
            graph.replay()
            return given

        return replay
