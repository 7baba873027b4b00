import sys
from pathlib import Path

import pytest

from gpt_studio.engine import hardware


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
