"""What the Hardware tab asks of the system, in the background: it loads psutil, NVIDIA's library or torch's files, or
reads the disk.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gpt_studio.engine.errors import StudioError
    from gpt_studio.engine.events import Probed
    from gpt_studio.engine.hardware import Hardware
    from gpt_studio.engine.machine.measured import Measured


def read_hardware() -> "tuple[Hardware, Measured | None]":
    """What this computer is, and what was measured on it before."""
    from gpt_studio.engine import hardware
    from gpt_studio.engine.machine import measured

    found = hardware.read()
    return found, measured.read(found)


def keep(found: "Hardware", probes: "list[Probed]") -> None:
    """Keep a measurement for the next start."""
    from gpt_studio.engine.machine import measured

    measured.write(found, probes)


def driver_problem() -> "StudioError | None":
    """A card that could train, but for its driver."""
    from gpt_studio.engine.machine import driver

    return driver.problem()
