"""What the probe found, kept per machine, so that the next start need not measure again."""

from contextlib import suppress
from datetime import datetime
from importlib import metadata
from pathlib import Path

import msgspec
from msgspec import Struct

from gpt_studio import paths
from gpt_studio.engine import clock, files
from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Probed
from gpt_studio.engine.hardware import Hardware

KEPT = 20  # machines, whose users' folders are one; the oldest go first
MOST = 100  # figures of one machine: more than any probe tells


class Measured(Struct, frozen=True, kw_only=True):
    """One measurement of one machine."""

    at: str  # ISO 8601, UTC
    probes: list[Probed]


def read(found: Hardware) -> Measured | None:
    """What was measured on this machine with this version of torch; None where nothing was."""
    kept = _read().get(_name(found))
    return kept if kept is not None and _is_sound(kept) else None


def write(found: Hardware, probes: list[Probed]) -> Measured:
    """Keep a measurement in place of the one before."""
    name, now = _name(found), Measured(at=clock.today().isoformat(timespec="seconds"), probes=probes)
    others = {machine: kept for machine, kept in _read().items() if machine != name}
    newest = dict(list(others.items())[-KEPT + 1 :])
    with suppress(StudioError):  # it can be measured again
        files.write_file(_file(), msgspec.json.encode({**newest, name: now}))
    return now


def _is_sound(kept: Measured) -> bool:
    try:
        datetime.fromisoformat(kept.at)
    except ValueError:
        return False
    return len(kept.probes) <= MOST and all(
        probe.preset in PRESETS and probe.step_s > 0 and probe.flops_per_s > 0 and probe.tokens_per_s > 0
        for probe in kept.probes
    )


def _read() -> dict[str, Measured]:
    try:
        return msgspec.json.decode(_file().read_bytes(), type=dict[str, Measured])
    except (OSError, ValueError, RecursionError):  # absent, damaged or of another version
        return {}


def _name(found: Hardware) -> str:
    """Names everything that the figures hang on: machines that are alike may share them."""
    parts = [found.processor, str(found.cores), str(found.threads), *(gpu.name for gpu in found.gpus)]
    return ", ".join([*parts, f"torch {metadata.version('torch')}"])


def _file() -> Path:
    return paths.cache_home() / "probe.json"
