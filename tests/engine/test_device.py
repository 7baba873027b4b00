"""The device is asked in one place, and says what is wrong in a way that has a sentence."""

import pytest
import torch

from gpt_studio.engine import device
from gpt_studio.engine.errors import StudioError


def test_a_processor_is_always_there():
    assert device.choose("cpu") == "cpu"
    assert device.describe("cpu").threads >= 1


def test_auto_takes_a_gpu_only_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(device, "_first_kernels", {"cuda": ""})  # it computes
    assert device.choose("auto") == "cuda"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert device.choose("auto") == "cpu"
    with pytest.raises(StudioError) as refused:
        device.choose("cuda")
    assert refused.value.code == "device.missing"


def test_precision_follows_the_device(monkeypatch):
    assert device.settle_precision("auto", "cpu") == "fp32"
    assert device.settle_precision("bf16", "cpu") == "bf16"
    for generation, precision in {(9, 0): "bf16", (8, 6): "bf16", (7, 5): "fp16", (6, 1): "fp32"}.items():
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda generation=generation: generation)
        assert device.settle_precision("auto", "cuda") == precision
    with pytest.raises(StudioError) as refused:
        device.settle_precision("fp16", "cpu")
    assert refused.value.code == "device.precision"


@pytest.mark.parametrize(
    "raised",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        MemoryError(),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
    ],
)
def test_full_memory_has_one_name_however_torch_says_it(raised):
    with pytest.raises(StudioError) as told, device.told_plainly("cuda"):
        raise raised
    assert told.value.code == "device.memory"


def test_other_errors_pass_as_they_are():
    with pytest.raises(RuntimeError, match="shape"), device.told_plainly("cpu"):
        raise RuntimeError("shape mismatch")


def test_chance_is_a_function_of_the_seed_inside_and_as_found_outside():
    torch.manual_seed(1)
    before = torch.get_rng_state()
    drawn = []
    for _ in range(2):
        with device.seeded(5, "cpu"):
            drawn.append(torch.rand(3))
    assert torch.equal(drawn[0], drawn[1])
    assert torch.equal(torch.get_rng_state(), before)
