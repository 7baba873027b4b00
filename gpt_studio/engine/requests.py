"""What can be asked of the engine: the settings are the request. `gpt_studio.worker.jobs` says which job answers
which.
"""

from pathlib import Path

from msgspec import Struct

from gpt_studio.engine.config import ModelConfig, Optimizer, Sampling, TokenizerConfig, TrainConfig

SNAPSHOT_BUDGET = 5 * 1024**3  # bytes of all snapshots of all runs together, where nobody has said otherwise


class CorpusText(Struct, frozen=True, kw_only=True):
    """A text together with where it came from: what a run is trained on, or a model is tested on."""

    id: str  # a built-in id such as "verse_drama", or the stem of the student's own file
    title: str
    text: str


Heads = tuple[tuple[int, int], ...]  # layer and head of each, from 0


class Subject(Struct, frozen=True, kw_only=True):
    """What a visitor looks at: a run at a step. It works on a copy of the weights, taken when the visit begins.

    `step=None` means now: the model as it is in training, or the run's newest checkpoint. Otherwise the step of a
    snapshot (`runs.snapshot_steps`), of the best check, or of a checkpoint.
    """

    run: Path
    step: int | None = None
    heads_off: Heads = ()  # attention heads that give nothing to what follows


class TrainRequest(Struct, frozen=True, kw_only=True):
    """Begin a new run. Answered with Started, StepDone, Evaluated, Sample, Saved, Revised and at last Ended."""

    corpus: CorpusText
    model: ModelConfig  # its vocab_size is replaced by the tokenizer's
    train: TrainConfig
    run: Path  # a folder that does not hold a run yet
    name: str
    preset: str | None = None
    tokenizer: TokenizerConfig = TokenizerConfig()
    minutes: float | None = None  # that it is to take, from Started to Ended; the number of steps then follows the time
    snapshot_budget: int = SNAPSHOT_BUDGET


class ResumeRequest(Struct, frozen=True, kw_only=True):
    """Go on with a run from its newest checkpoint, to `max_steps` where given. Answered as TrainRequest is."""

    run: Path
    max_steps: int | None = None
    snapshot_budget: int = SNAPSHOT_BUDGET


class Changes(Struct, frozen=True, kw_only=True):
    """In what a fork is to differ; None: as in the run that it is forked from."""

    learning_rate: float | None = None
    dropout: float | None = None
    optimizer: Optimizer | None = None  # with all that suits it, and the usual rate unless one is given
    max_steps: int | None = None
    corpus: CorpusText | None = None


class ForkRequest(Struct, frozen=True, kw_only=True):
    """Branch off a run at a step that was kept, and train the branch. Answered as TrainRequest is."""

    parent: Path
    step: int | None  # None: the newest checkpoint
    run: Path  # a folder that does not exist yet
    name: str
    changes: Changes = Changes()
    snapshot_budget: int = SNAPSHOT_BUDGET


class Begun(Struct, frozen=True, kw_only=True):
    """A text that is written already, up to a token that somebody picked instead of the one that was drawn."""

    row: int  # that is written on; the others only accompany it, as they did when it was first written
    tokens: tuple[int, ...]  # ids, without the prompt; the last is the picked one
    retold: bool = False  # told are all of them, as if the text had just been written, not the picked one alone


class WriteRequest(Struct, frozen=True, kw_only=True):
    """Continue a prompt, once per entry of `samplings`, side by side. Answered with WritingBegun, then Written.

    With `begun`, one of these texts is written anew from a picked token on, exactly as if that had been drawn: told is
    the picked token and what follows it, in that row alone; with `Begun.retold`, that whole row.
    """

    subject: Subject
    prompt: str
    samplings: tuple[Sampling, ...]
    length: int = 500  # tokens, those that are written already among them
    seed: int = 1337
    candidates: int = 0  # how many of the likeliest tokens to tell of, for each token written
    begun: Begun | None = None


class WhyRequest(Struct, frozen=True, kw_only=True):
    """Show what made a model write one token of a text: what each layer would have said there, and where it looked.
    Answered with one WhySeen.
    """

    subject: Subject
    prompt: str  # as it was asked for
    tokens: tuple[int, ...]  # ids that were written before the token in question
    written: int  # its id
    candidates: int = 3


class LeakRequest(Struct, frozen=True, kw_only=True):
    """Measure at several steps of a run how well it knows a sentence by heart. Answered with one LeakSeen per step,
    in their order.
    """

    run: Path
    steps: tuple[int, ...]
    beginning: str  # what the model is given
    sentence: str  # how it would go on if it knew it
    control: str  # one that it cannot know, measured beside it


class TestRequest(Struct, frozen=True, kw_only=True):
    """Measure each subject on each text, in order of rows. Answered with Tested, one per cell."""

    subjects: tuple[Subject, ...]
    texts: tuple[CorpusText, ...]
    skips_gone: bool = False  # steps whose weights have gone meanwhile are passed over


class ReadRequest(Struct, frozen=True, kw_only=True):
    """Read one text and tell of every token how expected it was. Answered with one TextRead."""

    subject: Subject
    text: str
    candidates: int = 3


class AttentionRequest(Struct, frozen=True, kw_only=True):
    """Show where every head looks in one text of at most block_size tokens. Answered with one AttentionSeen."""

    subject: Subject
    text: str


class LayersRequest(Struct, frozen=True, kw_only=True):
    """Show what each layer would have predicted in one text of at most block_size tokens. Answered with one
    LayersSeen.
    """

    subject: Subject
    text: str
    candidates: int = 5


class RolesRequest(Struct, frozen=True, kw_only=True):
    """Measure over held-back text what every head does. Answered with one HeadRoles."""

    subject: Subject


class WorthRequest(Struct, frozen=True, kw_only=True):
    """Measure over held-back text what every head is worth. Answered with HeadsWorth, each over more text."""

    subject: Subject


class NeuronsRequest(Struct, frozen=True, kw_only=True):
    """Find the passages of held-back text that excite each neuron most. Answered with NeuronsSeen, each over more
    text.
    """

    subject: Subject


class EmbeddingsRequest(Struct, frozen=True, kw_only=True):
    """Lay the tokens out on one plane at several steps. Answered with one EmbeddingsSeen per step, in their order."""

    run: Path
    steps: tuple[int | None, ...]
    plane_step: int | None = None  # the step that the plane is fitted to


class CostRequest(Struct, frozen=True, kw_only=True):
    """Time one layer at growing lengths of text. Answered with one CostSeen per length, shortest first."""

    subject: Subject


class GradientsRequest(Struct, frozen=True, kw_only=True):
    """Measure weights and gradients part by part. Answered with one GradientsSeen per step, in their order."""

    run: Path
    steps: tuple[int | None, ...]  # oldest first


class ProbeRequest(Struct, frozen=True, kw_only=True):
    """Time real training steps of several presets. Answered with Probed, one per preset and way of computing it."""

    vocab_size: int = 65
    seconds: float = 3.0
    anew: bool = False  # also forget how runs are best computed here (tuning.py)


Request = (
    TrainRequest
    | ResumeRequest
    | ForkRequest
    | WriteRequest
    | WhyRequest
    | LeakRequest
    | TestRequest
    | ReadRequest
    | AttentionRequest
    | LayersRequest
    | RolesRequest
    | WorthRequest
    | NeuronsRequest
    | EmbeddingsRequest
    | CostRequest
    | GradientsRequest
    | ProbeRequest
)
TRAINING = (TrainRequest, ResumeRequest, ForkRequest)  # these take the training slot; all others are visitors
