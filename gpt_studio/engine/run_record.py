"""run.json: what a run is, as it was settled when the run began, and how far it has come."""

import math
import os
import platform
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from gpt_studio import __version__
from gpt_studio.engine.config import ModelConfig, TokenizerConfig, TrainConfig
from gpt_studio.engine.errors import RunError, StudioError

FORMAT = 1
MOST_STEPS = 1_000_000_000  # beyond what any run makes: a figure of a log or record that somebody has made up
Status = Literal["training", "stopped", "done", "failed"]


class CorpusRecord(Struct, frozen=True, kw_only=True):
    """Which text a run was trained on. The text itself lies beside it as corpus.txt."""

    id: str
    title: str
    sha256: str
    characters: int


class TokensRecord(Struct, frozen=True, kw_only=True):
    """How many tokens the run's text became."""

    train: Annotated[int, Meta(ge=0)]
    held_back: Annotated[int, Meta(ge=0)]
    characters_per_token: Annotated[float, Meta(gt=0, le=1e6)]  # of those that are predicted in the held-back part


class Change(Struct, frozen=True, kw_only=True):
    """One thing in which a fork differs from the run that it was forked from."""

    what: str  # "learning_rate", "dropout", "optimizer", "max_steps" or "corpus"
    before: str
    after: str


class Parent(Struct, frozen=True, kw_only=True):
    """The run and step that a run was forked from, or copied at."""

    run: str
    step: int
    created: str = ""  # of that run: its name may change
    changes: tuple[Change, ...] | None = None  # of a fork; None: it is a copy


class Progress(Struct, frozen=True, kw_only=True):
    """How far a run has come, for lists; the truth is in metrics.jsonl and the checkpoints."""

    step: Annotated[int, Meta(ge=0, le=MOST_STEPS)] = 0
    train_loss: float | None = None
    val_loss: float | None = None
    best_val_loss: float | None = None
    best_step: int | None = None
    seconds: float = 0.0


class RunRecord(Struct, frozen=True, kw_only=True):
    """run.json: everything that was settled when the run began, and its present status."""

    format: int = FORMAT
    name: str
    created: str  # ISO 8601, UTC
    model: ModelConfig
    train: TrainConfig  # nothing in it is "auto" any more
    corpus: CorpusRecord
    tokenizer: TokenizerConfig = TokenizerConfig()
    tokens: TokensRecord | None = None  # not told by older versions, which knew characters only
    preset: str | None = None
    minutes: Annotated[float, Meta(gt=0.0, le=100_000.0)] | None = None  # that it is to take; then steps follow time
    parent: Parent | None = None
    versions: dict[str, str] = {}
    machine: dict[str, Any] = {}
    status: Status = "training"
    progress: Progress = Progress()

    def bits_per_character(self, loss: float) -> float:
        """A loss on the held-back part, in nats per token, as it compares with that of any other tokenizer."""
        return loss / math.log(2) / (self.tokens.characters_per_token if self.tokens else 1.0)


class Action(Struct, frozen=True, kw_only=True):
    """Something that was changed while the run was under way, such as its number of steps."""

    step: Annotated[int, Meta(ge=0)]
    action: Literal["max_steps", "revision", "resume", "micro_batch", "eval_every"]
    value: Annotated[int, Meta(ge=1, le=100_000_000)]


def versions() -> dict[str, str]:
    """What the numbers depend on: exactness is promised for the same versions only."""
    from importlib import metadata  # it brings the mail package: 30 ms that the window's first paint need not wait for

    named = {"gpt_studio": __version__, "python": platform.python_version()}
    for package in ("torch", "numpy", "tokenizers", "safetensors"):
        named[package] = metadata.version(package)
    return named


def machine() -> dict[str, Any]:
    return {"system": platform.platform(), "processor": platform.machine(), "cores": os.cpu_count() or 1}


def decode_record(data: bytes, name: str) -> RunRecord:
    """What the bytes of a run.json say; `name` is told when they are unsound.

    Raises:
        RunError: `run.newer` or `run.damaged`.
    """
    try:
        if msgspec.json.decode(data, type=_FormatOnly).format > FORMAT:
            raise RunError("run.newer", run=name)
        return msgspec.json.decode(data, type=RunRecord)
    except (UnicodeDecodeError, RecursionError, msgspec.DecodeError, StudioError) as error:
        if isinstance(error, RunError):
            raise
        raise RunError("run.damaged", run=name, file="run.json") from error


class _FormatOnly(Struct):
    format: int
