"""What jobs tell: frozen messages of numbers, text and NumPy arrays. No tensor crosses from thread to thread.

The events of training are at the same time the lines of `metrics.jsonl`, `samples.jsonl` and of the command line's
`--json`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:  # messages only name numpy's types, and loading it takes a fifth of the time to the first paint
    import numpy as np
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float32]"
Ints: TypeAlias = "NDArray[np.int64]"
EndingKind = Literal["done", "stopped", "failed"]


class Started(Struct, frozen=True, kw_only=True, tag_field="event", tag="started"):
    """A run has begun, or goes on."""

    run: str  # its folder
    parameters: int
    device: str
    precision: str
    vocab_size: int
    train_tokens: int
    val_tokens: int
    max_steps: int
    step: int = 0  # where it begins; more than 0 after a resume


class StepDone(Struct, frozen=True, kw_only=True, tag_field="event", tag="step"):
    """One optimiser step."""

    step: int
    train_loss: float  # nats per token, of this batch
    learning_rate: float
    grad_norm: float  # before clipping
    tokens_per_s: float
    seconds: float  # of training so far, without checks, samples and saving


class Evaluated(Struct, frozen=True, kw_only=True, tag_field="event", tag="evaluated"):
    """A check on the whole validation part."""

    step: int
    train_loss: float | None  # mean of the batches since the last check; None at step 0
    val_loss: float  # nats per token
    bits_per_char: float


class Sample(Struct, frozen=True, kw_only=True, tag_field="event", tag="sample"):
    """A short text by the model as it is now: same prompt, same seed at every step."""

    step: int
    text: str


class Saved(Struct, frozen=True, kw_only=True, tag_field="event", tag="saved"):
    """A complete checkpoint lies on the disk."""

    step: int
    path: str


class Revised(Struct, frozen=True, kw_only=True, tag_field="event", tag="revised"):
    """A run that keeps to a time is to make another number of steps, for it is faster or slower than was thought."""

    step: int  # at which this was decided
    max_steps: int


class Ended(Struct, frozen=True, kw_only=True, tag_field="event", tag="ended"):
    """The end of a run; the last event of a training job that was not stopped from outside."""

    ending: EndingKind
    step: int
    seconds: float
    val_loss: float | None
    message: str = ""
    wall_seconds: float = 0.0


class Noticed(Struct, frozen=True, kw_only=True, tag_field="event", tag="noticed"):
    """The run goes on, but in another way than was meant; the faces have the sentence."""

    code: str
    values: dict[str, str] = {}


TrainEvent = Started | StepDone | Evaluated | Sample | Saved | Revised | Noticed | Ended


@dataclass(frozen=True)
class WritingBegun:
    """The prompt as the model knows it. Characters that its vocabulary lacks were left out."""

    prompt: str
    unknown: tuple[str, ...]  # distinct, in order of appearance


@dataclass(frozen=True)
class Candidates:
    """The likeliest next tokens, by the model's own probability, highest first."""

    tokens: tuple[str, ...]
    before: Floats  # (n) the model's probabilities
    after: Floats  # (n) after temperature, top-k and top-p; 0: struck out


@dataclass(frozen=True)
class Written:
    """One token more in one row of the writing."""

    row: int  # index into WriteRequest.samplings
    text: str
    probability: float  # the model's
    probability_after: float  # after temperature, top-k and top-p
    rank: int  # 1: the likeliest of the vocabulary
    candidates: Candidates | None


@dataclass(frozen=True)
class Tested:
    """One cell of the matrix. A character that the vocabulary lacks counts as a pure guess: ln V nats."""

    row: int  # index into TestRequest.subjects
    column: int  # index into TestRequest.texts
    loss: float  # nats per token
    perplexity: float  # exp(loss)
    bits_per_char: float
    unknown_share: float  # of all characters
    characters: int


@dataclass(frozen=True)
class TextRead:
    """How expected every token of a text was. Characters that the vocabulary lacks have the loss ln V and no
    candidates.
    """

    tokens: tuple[str, ...]
    losses: Floats  # (T) -ln p of each token given those before it; the first has NaN: nothing came before it
    known: "NDArray[np.bool_]"  # (T)
    candidate_tokens: tuple[tuple[str, ...], ...]  # (T, n) what was expected at each place, likeliest first
    candidate_probabilities: Floats  # (T, n)


@dataclass(frozen=True)
class AttentionSeen:
    """Where every head looks."""

    tokens: tuple[str, ...]  # T
    weights: Floats  # (n_layer, n_head, T, T); rows sum to 1; what lies right of the diagonal is 0
    unknown: tuple[str, ...]  # characters that were left out
    cut: int  # tokens dropped from the end because the context is full


@dataclass(frozen=True)
class Probed:
    """How fast real training steps of a preset are on this machine, computed in one way."""

    preset: str
    step_s: float  # seconds per optimiser step, the median of those measured
    tokens_per_s: float
    flops_per_s: float  # achieved, by the FLOP count of budget.py
    steps_measured: int
    precision: str = "fp32"
    threads: int = 0  # 0: as many as there are
    device: str = "cpu"


@dataclass(frozen=True)
class Ready:
    """The worker has loaded torch and can begin."""

    device: str  # "cpu", "cuda", "mps"
    device_name: str
    threads: int


@dataclass(frozen=True)
class Ending:
    """How a ticket ended. Sent once per ticket, last, after the job's clean-up."""

    kind: EndingKind
    code: str = ""  # a StudioError's code, or "unforeseen", when failed
    values: dict[str, object] | None = None
    details: str = ""  # the traceback, for the log and "copy details"


Event = TrainEvent | WritingBegun | Written | Tested | TextRead | AttentionSeen | Probed | Ready
