"""The one place that asks the device: which there is, its name, its memory, its errors, and to wait for it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, TypeVar

import psutil
import torch

from gpt_studio.engine import budget
from gpt_studio.engine.config import DeviceChoice, ModelConfig, Precision, TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ready

Device = Literal["cpu", "cuda", "mps"]
T = TypeVar("T")
log = logging.getLogger("gpt_studio.device")
Settled = Literal["fp32", "bf16", "fp16"]


def choose(choice: DeviceChoice = "auto") -> Device:
    """The device to work on: "cpu", "cuda" or "mps".

    Raises:
        StudioError: `device.missing` when the device that was named is not there.
    """
    there: dict[Device, bool] = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if choice == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if there[name])
    if not there[choice]:
        raise StudioError("device.missing", device=choice)
    return choice


def usable(choice: DeviceChoice) -> Device:
    """The device that a run was trained on, where this machine has it; else the best there is."""
    try:
        return choose(choice)
    except StudioError:
        return choose("auto")


def settle_precision(precision: Precision, device: str) -> Settled:
    """The precision to train in. On a processor that is fp32, unless bf16 is asked for; on a GPU bf16 where it can.

    Raises:
        StudioError: `device.precision` when the device cannot train so.
    """
    if precision == "auto":
        return "bf16" if device == "cuda" and torch.cuda.is_bf16_supported() else "fp32"
    if precision == "fp16" and device != "cuda":
        raise StudioError("device.precision", precision=precision, device=device)
    return precision


def describe(device: str) -> Ready:
    """The device's name and the number of threads, for people."""
    name = torch.cuda.get_device_name() if device == "cuda" else {"cpu": "Processor", "mps": "Apple GPU"}[device]
    return Ready(device=device, device_name=name, threads=torch.get_num_threads())


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


def answers_at_once(device: str) -> bool:
    """Whether reading a number costs nothing: so on a processor; a GPU must first finish its queue."""
    return device == "cpu"


@contextmanager
def told_plainly(device: str) -> Iterator[None]:
    """Turns the many ways in which torch says that memory is full into one error with a sentence."""
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise StudioError("device.memory", device=device) from error
    except RuntimeError as error:
        if "DefaultCPUAllocator" in str(error) or "can't allocate memory" in str(error):
            raise StudioError("device.memory", device=device) from error
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


def recorded(work: Callable[[], T]) -> Callable[[], T]:
    """The same work as one CUDA graph: a single launch instead of hundreds.

    Args:
        work: Reads and writes the same tensors each time, and no number of Python's changes. It is done three times
            here. What the last of these gave is what every replay fills anew.

    Returns:
        What to call from now on. Where the graph cannot be made, that is `work` itself.
    """
    graph = torch.cuda.CUDAGraph()
    try:
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):  # libraries make their workspaces at the first calls, outside of the graph
            work()
            work()
        torch.cuda.current_stream().wait_stream(aside)
        with torch.cuda.graph(graph):
            given = work()
    except RuntimeError:
        log.exception("no CUDA graph; every call is launched by itself")
        return work

    def replay() -> T:
        graph.replay()
        return given

    return replay


def warm_up() -> None:
    """Do once what torch does slowly the first time: making an optimiser loads its compiler stack, about a second."""
    torch.optim.AdamW([torch.zeros(1, requires_grad=True)])
