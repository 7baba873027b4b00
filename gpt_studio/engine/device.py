"""The one place that asks the device: which there is, its name, its memory, its errors, and to wait for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import psutil
import torch

from gpt_studio.engine import budget
from gpt_studio.engine.config import DeviceChoice, ModelConfig, Precision, TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ready

Device = Literal["cpu", "cuda", "mps"]
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
