import pytest

from gpt_studio import paths
from gpt_studio.engine.events import Probed
from gpt_studio.engine.hardware import Gpu, Hardware
from gpt_studio.engine.machine import measured

LAPTOP = Hardware("AMD Ryzen 5 5500U", 6, 12, 16 * 2**30, 10 * 2**30, (), "Debian", 80 * 2**30)
PROBES = [Probed("tiny", 0.02, 1e5, 7e10, 5), Probed("small", 0.1, 1.5e4, 8e10, 4, "bf16", 2, "cpu")]


def test_what_was_measured_is_there_at_the_next_start(studio_home):
    assert measured.read(LAPTOP) is None
    measured.write(LAPTOP, PROBES)
    assert measured.read(LAPTOP).probes == PROBES


def test_another_machine_of_the_same_user_is_measured_by_itself(studio_home):
    measured.write(LAPTOP, PROBES)
    with_gpu = Hardware(*[*LAPTOP.__dict__.values()][:5], (Gpu("RTX 3060", 1, 1),), "Debian", 1)
    assert measured.read(with_gpu) is None
    measured.write(with_gpu, PROBES[:1])
    assert measured.read(LAPTOP).probes == PROBES and measured.read(with_gpu).probes == PROBES[:1]


@pytest.mark.parametrize(
    "told", [b"", b"{", b"[]", b'{"x": {"at": "", "probes": [{"preset": "tiny"}]}}', b"\xff\xfe", b"[" * 100_000]
)
def test_a_damaged_file_is_measured_anew(studio_home, told):
    file = paths.cache_home() / "probe.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(told)
    assert measured.read(LAPTOP) is None
    measured.write(LAPTOP, PROBES)
    assert measured.read(LAPTOP).probes == PROBES


@pytest.mark.parametrize(
    "odd", [Probed("huge", 0.1, 1, 1, 1), Probed("tiny", 0.0, 1, 1, 1), Probed("tiny", 0.1, 1, -1, 1)]
)
def test_figures_that_nobody_can_have_measured_are_not_believed(studio_home, odd):
    measured.write(LAPTOP, [odd])
    assert measured.read(LAPTOP) is None


def test_a_day_that_is_none_is_not_believed(studio_home):
    measured.write(LAPTOP, PROBES)
    file = paths.cache_home() / "probe.json"
    file.write_text(file.read_text().replace('"at":"2', '"at":"soon 2'))
    assert measured.read(LAPTOP) is None
