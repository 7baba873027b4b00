"""What the program remembers of its user: built-in default < the machine's policy < the user's own choice."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from gpt_studio import paths
from gpt_studio.engine import files
from gpt_studio.engine.config import (
    BYTES,
    LONGEST_WRITING,
    MOST_TOKENS,
    DeviceChoice,
    Precision,
    Sampling,
    Style,
    TokenizerKind,
)
from gpt_studio.engine.errors import StudioError

FORMAT = 1
_LIMIT_BYTES = 1_000_000

Theme = Literal["system", "light", "dark", "contrast", "projector"]


class Defaults(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every preference with its type, its limits and its built-in value."""

    theme: Theme = "system"
    zoom: Annotated[int, Meta(ge=80, le=250)] = 100  # percent
    lesson_open: bool = True
    last_page: str = "hardware"
    last_run: str = ""  # a folder
    last_corpus: str = ""  # an id, or a file
    last_folder: str = ""  # where the last file was picked
    window_geometry: str = ""  # as text; only the window reads it
    window_state: str = ""
    recent_files: Annotated[tuple[str, ...], Meta(max_length=10)] = ()  # newest first
    snapshot_budget_gb: Annotated[int, Meta(ge=1, le=1000)] = 5  # of all runs together; a run in training keeps to it
    tokenizer: TokenizerKind = "char"  # of the next run
    vocab_size: Annotated[int, Meta(ge=BYTES, le=MOST_TOKENS)] = 512  # of byte pairs
    device: DeviceChoice = "auto"
    precision: Precision = "auto"
    threads: Annotated[int, Meta(ge=1, le=1024)] | None = None  # None: as many as are good for this machine
    write_styles: dict[Style, Sampling] = {}  # where a style is not as the program has it (config.STYLES)
    write_length: Annotated[int, Meta(ge=1, le=LONGEST_WRITING)] = 500  # tokens
    write_tint: bool = True
    generalize_unit: Literal["perplexity", "bits"] = "perplexity"


DEFAULTS = Defaults()
_TYPES = {field.name: field.type for field in msgspec.structs.fields(Defaults)}


class Policy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """policy.json: what an administrator has set for all users of a machine, and what they may not change."""

    format: int = FORMAT
    settings: dict[str, Any] = {}
    locked: tuple[str, ...] = ()


class Preferences:
    """All preferences of one user on one machine.

    A file that cannot be used never stops the start: the user's is put aside as `.corrupt`, what is sound in it stays
    in force, and `problems` tells of it once. A choice is written at once; a disk that refuses it is a problem too, and
    the choice holds until the program ends.
    """

    def __init__(self, user_file: Path | None = None, policy_file: Path | None = None) -> None:
        self._file = user_file or paths.settings_file()
        self._problems: list[StudioError] = []
        self._policy, self._locked = self._read_policy(policy_file or paths.policy_file())
        self._user = self._read_user()

    @property
    def problems(self) -> tuple[StudioError, ...]:
        """What went wrong with the files so far.

        Their codes: `preferences.corrupt`, `.newer`, `.unreadable`, `.policy`, and `files.write`.
        """
        return tuple(self._problems)

    def get(self, key: str) -> Any:
        """The value in force. A key that does not exist is a mistake in the program: KeyError."""
        if key in self._user and key not in self._locked:
            return self._user[key]
        return self._policy.get(key, self.default(key))

    def default(self, key: str) -> Any:
        """The built-in value."""
        if key not in _TYPES:
            raise KeyError(key)
        return getattr(DEFAULTS, key)

    def is_locked(self, key: str) -> bool:
        """Whether the machine's administrator has settled this."""
        return key in self._locked

    def set(self, key: str, value: Any) -> None:
        """Remember the user's choice.

        Raises:
            StudioError: `preferences.locked`, or `preferences.value` when the value is not of the kind that it must be.
        """
        if self.is_locked(key):
            raise StudioError("preferences.locked", key=key)
        self.default(key)
        try:
            value = msgspec.convert(value, _TYPES[key])
        except msgspec.ValidationError as error:
            raise StudioError("preferences.value", key=key, value=value, reason=str(error)) from error
        if key not in self._user or self._user[key] != value:
            self._user[key] = value
            if _can_be_stored(value):
                self._write({key: value})

    def add_recent(self, path: Path | str) -> None:
        """Put a file at the head of the recent ones."""
        others = [other for other in self.get("recent_files") if other != str(path)]
        self.set("recent_files", [str(path), *others[:9]])

    def reset(self) -> None:
        """Forget all choices of the user."""
        self._user = {}
        self._write(None)

    def _write(self, changed: dict[str, Any] | None) -> None:
        """Change some entries of the file as it is now, since a second window may have written too; None clears it."""
        stored = _read_object(self._file, keep_sound=True) if changed is not None else {}
        stored = {**stored, **(changed or {}), "format": FORMAT}
        try:
            files.write_file(self._file, msgspec.json.format(msgspec.json.encode(stored), indent=2))
        except StudioError as problem:
            if all(known.code != problem.code for known in self._problems):
                self._problems.append(problem)

    def _read_user(self) -> dict[str, Any]:
        try:
            stored = _read_object(self._file)
        except _Unsound as unsound:
            self._put_aside(unsound)
            return {}
        except OSError as error:
            reason = error.strerror or str(error)
            self._problems.append(StudioError("preferences.unreadable", path=str(self._file), reason=reason))
            return {}
        sound, wrong = _checked(stored)
        if wrong:
            self._put_aside(_Unsound("preferences.corrupt", ", ".join(wrong)))
            self._write({key: value for key, value in stored.items() if key not in wrong})
        return sound

    def _put_aside(self, unsound: "_Unsound") -> None:
        aside = files.put_aside(self._file)
        self._problems.append(StudioError(unsound.code, path=str(aside), reason=unsound.reason))

    def _read_policy(self, path: Path) -> tuple[dict[str, Any], frozenset[str]]:
        try:
            policy = msgspec.convert(_read_object(path), Policy)
            sound, wrong = _checked(policy.settings)
            wrong += _unknown([*policy.settings, *policy.locked])
        except (_Unsound, OSError, msgspec.ValidationError) as error:
            self._problems.append(StudioError("preferences.policy", path=str(path), reason=str(error)))
            return {}, frozenset()
        if wrong:
            self._problems.append(StudioError("preferences.policy", path=str(path), reason=", ".join(wrong)))
        return sound, frozenset(policy.locked) & _TYPES.keys()


class _Unsound(Exception):
    """A file that is not what it should be."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def _read_object(path: Path, keep_sound: bool = False) -> dict[str, Any]:
    """The JSON object in a file; an empty one where there is no file, or also no sound one (`keep_sound`)."""
    try:
        if path.exists() and not path.is_file():
            raise _Unsound("preferences.corrupt", "not a file")
        with path.open("rb") as file:
            data = file.read(_LIMIT_BYTES)
        stored = msgspec.json.decode(data, type=dict[str, Any])
        if not isinstance(stored.get("format", FORMAT), int):
            raise _Unsound("preferences.corrupt", "format")
        if stored.get("format", FORMAT) > FORMAT:
            raise _Unsound("preferences.newer", "made by a newer version")
    except FileNotFoundError:
        return {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:  # the second: bytes that are no UTF-8
        if keep_sound:
            return {}
        raise _Unsound("preferences.corrupt", str(error)) from error
    except (_Unsound, OSError):
        if keep_sound:
            return {}
        raise
    return stored


def _checked(stored: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The preferences that are of the right kind, and the names of those that are not. Unknown ones are left alone."""
    sound: dict[str, Any] = {}
    wrong: list[str] = []
    for key in stored.keys() & _TYPES.keys():
        try:
            sound[key] = msgspec.convert(stored[key], _TYPES[key])
        except msgspec.ValidationError:
            wrong.append(key)
    return sound, sorted(wrong)


def _can_be_stored(value: Any) -> bool:
    """A path can hold bytes that are no Unicode, which JSON cannot; it is then remembered until the program ends."""
    try:
        msgspec.json.encode(value)
    except UnicodeEncodeError:
        return False
    return True


def _unknown(keys: Iterable[str]) -> list[str]:
    return sorted(set(keys) - _TYPES.keys())
