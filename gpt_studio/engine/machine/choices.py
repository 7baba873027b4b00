"""What was decided about how runs are best computed on this machine, kept among what can be measured again."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from gpt_studio import paths
from gpt_studio.engine import files
from gpt_studio.engine.errors import StudioError

KEPT = 200  # decisions; the oldest go first


class Choice(Struct, frozen=True, kw_only=True):
    """What was decided for one model and batch."""

    precision: Literal["fp32", "bf16", "fp16"]
    threads: Annotated[int, Meta(ge=1, le=1024)]
    micro_batch: Annotated[int, Meta(ge=1, le=65536)]


def read() -> dict[str, Choice]:
    """All decisions, each by a name for what it hangs on."""
    try:
        return msgspec.json.decode(_file().read_bytes(), type=dict[str, Choice])
    except (OSError, ValueError, RecursionError):  # absent, damaged or of another version: it is measured anew
        return {}


def write(choices: dict[str, Choice]) -> None:
    """Keep the newest of them."""
    newest = dict(list(choices.items())[-KEPT:])
    with suppress(StudioError):  # a disk that is full will be told of by the run itself
        files.write_file(_file(), msgspec.json.encode(newest))


def forget() -> None:
    """The next run of each kind is timed again: the machine was measured anew."""
    with suppress(StudioError):
        files.remove(_file())


def _file() -> Path:
    return paths.cache_home() / "tuning.json"
