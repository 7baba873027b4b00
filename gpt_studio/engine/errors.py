"""Errors that are meant for people: a code and named values; each face has its own sentence for the code."""

from typing import Any


class StudioError(Exception):
    """Something that a person can mend, such as a text that is too short.

    The engine says what it knows (`code`, `values`); the window and the command line turn it into a sentence
    with the help of their catalogues (`gui/messages.py`, `cli/words.py`).
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.code} ({told})" if told else self.code


class ConfigError(StudioError):
    """Settings that cannot be used; raised while they are made."""


class CorpusError(StudioError):
    """A text that cannot be read or is not fit for training."""


class RunError(StudioError):
    """A run folder that cannot be read, written or continued."""
