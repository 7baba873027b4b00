"""From what was typed to checked settings."""

from typing import Any, TypeVar

import msgspec

from gpt_studio.engine.errors import StudioError

T = TypeVar("T", bound=msgspec.Struct)


def with_changes(settings: T, **changes: Any) -> T:
    """Settings with those changes that are not None, checked against the limits that stand with the fields.

    Raises:
        StudioError: `cli.setting` with a sentence about the field that is out of its limits.
        ConfigError: The fields do not fit together.
    """
    asked = {name: value for name, value in changes.items() if value is not None}
    try:
        return msgspec.convert({**msgspec.structs.asdict(settings), **asked}, type=type(settings))
    except msgspec.ValidationError as error:
        raise StudioError("cli.setting", reason=_reworded(str(error), asked)) from error


def _reworded(told: str, asked: dict[str, Any]) -> str:
    """Msgspec's "Expected `int` >= 1 - at `$.n_head`", as "--n-head 0: expected int >= 1."."""
    what, _, where = told.partition(" - at ")
    name = where.strip("`$.")
    flag = "steps" if name == "max_steps" else name.replace("_", "-")
    return f"--{flag} {asked.get(name, '')}: {what[:1].lower()}{what[1:].replace('`', '')}."
