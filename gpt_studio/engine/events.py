"""What jobs tell: frozen messages of numbers, text and NumPy arrays. No tensor crosses from thread to thread.

The events of training are at the same time the lines of `metrics.jsonl`, `samples.jsonl` and of the command line's
`--json`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from gpt_studio.engine.arrays import Floats
from gpt_studio.engine.inside.seen import Looked

if TYPE_CHECKING:  # messages only name numpy's types, and loading it takes a fifth of the time to the first paint
    import numpy as np
    from numpy.typing import NDArray

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


class Kept(Struct, frozen=True, kw_only=True, tag_field="event", tag="kept"):
    """The snapshots that a run has now: one more is written, or some have made room."""

    steps: tuple[int, ...]  # ascending


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


@dataclass(frozen=True)
class GradientPart:
    """The length of one part's share of the gradient."""

    part: str  # token, position, attention, feed_forward, norm, head
    block: int  # from 1 on; 0 outside of the blocks
    norm: float


@dataclass(frozen=True)
class StepSeen:
    """One optimiser step, looked at closely: its text, the odds at the end of its first piece, its gradient."""

    step: int
    texts: tuple[str, ...]  # the first pieces of the batch; in each, every character is guessed from those before it
    pieces: int  # in the whole batch
    context: str  # what stands before the place that is watched
    target: str  # what really follows there
    tokens: tuple[str, ...]  # candidates for it, likeliest after the step first; the target is among them
    before: Floats  # (n) their odds before the step
    after: Floats  # (n) and after it
    gradients: tuple[GradientPart, ...]  # before clipping, from the input to the output


TrainEvent = Started | StepDone | Evaluated | Sample | Saved | Kept | Revised | Noticed | Ended


@dataclass(frozen=True)
class WritingBegun:
    """The prompt as the model knows it. Characters that its vocabulary lacks were left out."""

    prompt: str
    unknown: tuple[str, ...]  # distinct, in order of appearance
    step: int | None = None  # of the model that writes


@dataclass(frozen=True)
class Candidates:
    """The likeliest next tokens as people can read them, by the model's own probability, highest first."""

    tokens: tuple[str, ...]
    before: Floats  # (n) the model's probabilities
    after: Floats  # (n) after temperature, top-k and top-p; 0: struck out
    ids: tuple[int, ...] = ()  # n


@dataclass(frozen=True)
class Written:
    """One token more in one row of the writing."""

    row: int  # index into WriteRequest.samplings
    text: str  # what it adds to the text: whole characters, so a token that ends within one may add nothing yet
    probability: float  # the model's
    probability_after: float  # after temperature, top-k and top-p
    rank: int  # 1: the likeliest of the vocabulary
    candidates: Candidates | None
    token: str = ""  # where it is not what it adds: how people can read it, a byte as "<0xE2>"
    id: int = -1  # in the vocabulary
    cut: int = 0  # so many tokens could not be drawn, for temperature, top-k or top-p had left nothing of them
    cut_share: float = 0.0  # the model's probability for all of these together

    @property
    def label(self) -> str:
        """The token as the candidates name it."""
        return self.token or self.text


@dataclass(frozen=True)
class Tested:
    """One cell of the matrix. A character that the vocabulary lacks counts as a pure guess: ln V nats."""

    row: int  # index into TestRequest.subjects
    column: int  # index into TestRequest.texts
    loss: float  # nats per token
    perplexity: float  # exp(loss): among how many tokens it hesitates
    bits_per_char: float
    unknown_share: float  # of all characters
    characters: int
    step: int | None = None  # of the model that was measured; one in training is copied when its turn comes


@dataclass(frozen=True)
class TextRead:
    """How expected every token of a text was. Characters that the vocabulary lacks have the loss ln V and no
    candidates. Tokens that are parts of a character stand together as one, with their losses summed; expected in its
    place is what was in that of the first.
    """

    tokens: tuple[str, ...]  # as people can read them; together they are the text
    losses: Floats  # (T) -ln p of each token given those before it; the first has NaN: nothing came before it
    known: "NDArray[np.bool_]"  # (T)
    candidate_tokens: tuple[tuple[str, ...], ...]  # (T, n) what was expected at each place, likeliest first
    candidate_probabilities: Floats  # (T, n)
    joined: bool = False  # whether some of these are several tokens


EVEN = "even"  # the role of heads that cannot choose where to look


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
    passed_over: str = ""  # why a GPU that is there is not used; "" where all is well


@dataclass(frozen=True)
class Ending:
    """How a ticket ended. Sent once per ticket, last, after the job's clean-up."""

    kind: EndingKind
    code: str = ""  # a StudioError's code, or "unforeseen", when failed
    values: dict[str, object] | None = None
    details: str = ""  # the traceback, for the log and "copy details"


Event = TrainEvent | StepSeen | WritingBegun | Written | Tested | TextRead | Looked | Probed | Ready
