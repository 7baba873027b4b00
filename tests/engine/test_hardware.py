import sys
from collections import namedtuple
from pathlib import Path

import pytest

from gpt_studio.engine import hardware
from gpt_studio.engine.machine import load


def test_this_computer_has_a_processor_memory_and_a_disk():
    found = hardware.read()
    assert found.processor and found.system
    assert 1 <= found.cores <= found.threads
    assert 0 < found.memory_free <= found.memory_total
    assert found.disk_free > 0
    for gpu in found.gpus:
        assert gpu.name and 0 <= gpu.memory_free <= gpu.memory_total


def test_a_question_that_the_system_refuses_is_answered_with_nothing(monkeypatch):
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PermissionError("not in this lab")

    monkeypatch.setattr(hardware.psutil, "virtual_memory", refuse)
    monkeypatch.setattr(hardware.psutil, "cpu_count", refuse)
    monkeypatch.setattr(hardware.shutil, "disk_usage", refuse)
    monkeypatch.setattr(hardware.Path, "read_text", refuse)
    found = hardware.read()
    assert (found.memory_total, found.memory_free, found.disk_free) == (0, 0, 0)
    assert found.cores >= 1


@pytest.mark.parametrize(
    ("cpuinfo", "name"),
    [
        ("processor\t: 0\nmodel\t\t: 104\nmodel name\t: AMD Ryzen 5 5500U with Radeon Graphics\n", "AMD Ryzen 5 5500U"),
        ("processor\t: 0\nBogoMIPS\t: 108.00\n\nModel\t\t: Raspberry Pi 5 Model B Rev 1.0\n", "Raspberry Pi 5 Model B"),
        ("processor : 0\nHardware : Rockchip RK3399\n", "Rockchip RK3399"),
        ("processor : 0\n", ""),
    ],
)
def test_a_processor_is_named_on_pcs_and_on_arm_boards(cpuinfo, name):
    assert hardware._linux_processor(cpuinfo).startswith(name)


def test_a_makers_marks_are_left_out_of_the_name():
    assert hardware._tidy("Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz") == "Intel Core i5-8250U"


def test_a_folder_that_does_not_exist_yet_lies_on_a_disk(tmp_path: Path):
    assert hardware._disk_free(tmp_path / "not" / "yet") > 0


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac may have Apple's GPU")
def test_only_a_mac_has_apples_gpu():
    assert hardware._apple_gpus() == ()


@pytest.mark.parametrize(
    ("flags", "names"),
    [
        ("fpu sse4_2 avx avx2 fma", ("AVX2",)),
        ("avx2 avx512f avx512_bf16 amx_bf16 amx_tile", ("AVX2", "AVX-512", "AMX")),
        ("fpu sse2", ()),
    ],
)
def test_the_instructions_that_training_gains_by_are_named(monkeypatch, flags, names):
    monkeypatch.setattr(hardware, "PLATFORM", "linux")
    monkeypatch.setattr(hardware.Path, "read_text", lambda *_args, **_words: f"processor\t: 0\nflags\t\t: {flags}\n")
    assert hardware._instructions() == names


def test_the_load_is_told_since_the_last_reading(monkeypatch):
    meter = load.LoadMeter()
    told = iter([(10.0, 0.0, 5.0, 85.0), (70.0, 0.0, 5.0, 125.0)])
    times = namedtuple("times", "user nice system idle")
    monkeypatch.setattr(load.psutil, "cpu_times", lambda: times(*next(told)))
    assert meter.read().processor is None
    seen = meter.read()
    assert seen.processor == pytest.approx(0.6)
    assert 0 < seen.memory < 1 and seen.memory_free > 0


def test_a_load_that_the_system_does_not_tell_is_no_fault(monkeypatch):
    def refuse() -> None:
        raise PermissionError("not in this lab")

    monkeypatch.setattr(load.psutil, "virtual_memory", refuse)
    monkeypatch.setattr(load.psutil, "cpu_times", refuse)
    seen = load.LoadMeter().read()
    assert (seen.processor, seen.memory, seen.memory_free) == (None, None, 0)
