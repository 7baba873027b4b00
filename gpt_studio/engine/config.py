"""Settings: one frozen class per concern. Limits and help live with the field, so that form, check and tooltip
agree.
"""

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct
from msgspec.structs import force_setattr, replace

from gpt_studio.engine.errors import ConfigError

Activation = Literal["gelu", "gelu_tanh", "relu"]
Precision = Literal["auto", "fp32", "bf16", "fp16"]
DeviceChoice = Literal["auto", "cpu", "cuda", "mps"]
Optimizer = Literal["muon", "adamw"]
TokenizerKind = Literal["char", "byte", "bpe"]
Ablation = Literal["residual", "norm", "position", "mask", "scores", "attention", "mlp"]
ABLATIONS: tuple[Ablation, ...] = get_args(Ablation)


class ModelConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The form of a GPT. `n_layer = 0` is the lecture's bigram model: one table of V x V numbers.

    `without` names parts that are left out, to see what they are good for. They have no parameters and cost nothing:
    "attention" and "mlp" go with the LayerNorm before them. "scores" are attention's queries and keys: without them it
    takes the plain mean over the past. Where attention is gone, there are none in any case.

    Raises:
        ConfigError: `n_embd.heads` when the width does not divide evenly among the heads; `without.bigram` when a part
            is to be left out of a bigram, which has none of them.
    """

    n_layer: Annotated[int, Meta(ge=0, le=200, title="Layers", description="Blocks that the text passes through.")] = 4
    n_head: Annotated[int, Meta(ge=1, le=256, title="Heads", description="Attention heads in each block.")] = 4
    n_embd: Annotated[int, Meta(ge=1, le=16384, title="Width", description="Numbers that stand for one token.")] = 128
    block_size: Annotated[
        int, Meta(ge=1, le=65536, title="Context", description="Tokens that the model sees at once.")
    ] = 64
    vocab_size: Annotated[
        int, Meta(ge=1, le=1_000_000, title="Vocabulary", description="Distinct tokens; set by the tokenizer.")
    ] = 65
    dropout: Annotated[
        float, Meta(ge=0.0, lt=1.0, title="Dropout", description="Share of numbers silenced at random in training.")
    ] = 0.0
    bias: Annotated[
        bool, Meta(title="Biases", description="A number that is added to each output of a matrix or LayerNorm.")
    ] = False
    tied: Annotated[
        bool, Meta(title="Tied head", description="The head uses the token embedding's rows once more.")
    ] = True
    head_bias: Annotated[bool, Meta(title="Head bias", description="A number of its own for each score.")] = False
    activation: Annotated[
        Activation, Meta(title="Activation", description="The bend in the middle of the feed-forward part.")
    ] = "gelu"
    without: Annotated[tuple[Ablation, ...], Meta(title="Left out", description="Parts that are missing.")] = ()

    def __post_init__(self) -> None:
        if self.n_embd % self.n_head:
            raise ConfigError("n_embd.heads", n_embd=self.n_embd, n_head=self.n_head)
        in_order = tuple(part for part in ABLATIONS if part in self.without)  # so that equal models are equal
        force_setattr(self, "without", in_order)
        if self.is_bigram and self.without:
            raise ConfigError("without.bigram", without=self.without)

    @property
    def is_bigram(self) -> bool:
        return self.n_layer == 0

    def has(self, part: Ablation) -> bool:
        """Whether this part of a GPT is there."""
        return not self.is_bigram and part not in self.without


BYTES = 256
MOST_TOKENS = 8192  # of a vocabulary that is learnt here


class TokenizerConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a token is: a character, a byte, or a piece that byte-pair encoding (BPE) has learnt from the text."""

    kind: TokenizerKind = "char"
    vocab_size: Annotated[
        int, Meta(ge=BYTES, le=MOST_TOKENS, title="Vocabulary size", description="Of BPE: bytes and learnt pieces.")
    ] = 512

    @property
    def size(self) -> int | None:
        """Tokens in the vocabulary; None for characters, of which the text has as many as it has."""
        return {"char": None, "byte": BYTES, "bpe": self.vocab_size}[self.kind]


class TrainConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a model is trained. What is `auto` or None here is settled, and written down, when the run starts."""

    max_steps: Annotated[
        int, Meta(ge=1, le=100_000_000, title="Steps", description="How often the model is corrected.")
    ] = 1500
    batch_size: Annotated[
        int, Meta(ge=1, le=65536, title="Batch", description="Pieces of text that are read for one correction.")
    ] = 24
    learning_rate: Annotated[
        float, Meta(gt=0.0, le=1e6, title="Learning rate", description="How far each correction goes.")
    ] = 0.04
    eval_every: Annotated[
        int,
        Meta(
            ge=0,
            le=100_000_000,
            title="Check every",
            description="Steps between two checks on held-back text; auto (0): they cost 5 % of the time at most.",
        ),
    ] = 0
    early_stop: Annotated[
        int,
        Meta(
            ge=0,
            le=1000,
            title="Stop early",
            description="Checks in a row without a better one, after which the run ends by itself; 0: never.",
        ),
    ] = 0
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1, title="Seed", description="The same seed gives the same run.")] = 1337
    optimizer: Annotated[
        Optimizer, Meta(title="Optimiser", description="Muon learns most in the same time; AdamW is the classic.")
    ] = "muon"
    momentum: Annotated[float, Meta(ge=0.0, lt=1.0, description="Of Muon.")] = 0.9
    weight_decay: Annotated[float, Meta(ge=0.0, le=10.0)] = 0.0
    beta1: Annotated[float, Meta(ge=0.0, lt=1.0, description="Of AdamW.")] = 0.8
    beta2: Annotated[float, Meta(ge=0.0, lt=1.0, description="Of AdamW.")] = 0.95
    grad_clip: Annotated[float, Meta(ge=0.0, description="Largest norm of the gradient; 0 turns clipping off.")] = 0.0
    warmup_steps: Annotated[int, Meta(ge=0)] = 5
    decay_share: Annotated[
        float, Meta(gt=0.0, le=1.0, description="The last part of the run, in which the learning rate falls.")
    ] = 0.6
    final_rate: Annotated[
        float, Meta(ge=0.0, le=1.0, description="Where the learning rate ends, as a share of its height.")
    ] = 0.0
    device: DeviceChoice = "auto"
    precision: Precision = "auto"
    threads: Annotated[int, Meta(ge=1, le=1024)] | None = None
    micro_batch: Annotated[int, Meta(ge=1, description="Rows per forward pass; the batch is summed from them.")] | (
        None
    ) = None


PATIENCE = 5  # checks without a better one: what the switch "stop early" sets
MUON_RATE = 0.04  # for the hidden matrices at any width; AdamW beside it takes a quarter (optimizers.py)
BIGRAM_RATE = 0.03

# What suits each optimiser, whatever the model: measured, see tests/benchmarks/RESULTS.md.
RECIPES: dict[str, dict[str, float]] = {
    "muon": {"weight_decay": 0.0, "beta1": 0.8, "beta2": 0.95, "grad_clip": 0.0, "warmup_steps": 5},
    "adamw": {"weight_decay": 0.1, "beta1": 0.9, "beta2": 0.95, "grad_clip": 1.0, "warmup_steps": 20},
}


def usual_rate(model: ModelConfig, optimizer: Optimizer) -> float:
    """The learning rate to begin with. Muon's is the same at any width; AdamW's falls with it."""
    if model.is_bigram:
        return BIGRAM_RATE
    return MUON_RATE if optimizer == "muon" else float(f"{min(4e-3, 0.6 / model.n_embd):.1g}")


def with_optimizer(train: TrainConfig, model: ModelConfig, optimizer: Optimizer) -> TrainConfig:
    """The same run with this optimiser, and with the rate and all else that suits it."""
    return replace(train, optimizer=optimizer, learning_rate=usual_rate(model, optimizer), **RECIPES[optimizer])


class Preset(Struct, frozen=True, kw_only=True):
    """A named starting point: model and training together (DESIGN.md, section 3)."""

    id: str
    model: ModelConfig
    train: TrainConfig
    minutes: float | None = None  # that its run is to take, where it was made to measure

    def model_for(self, vocab_size: int) -> ModelConfig:
        """This preset's model for a vocabulary of `vocab_size` tokens."""
        return replace(self.model, vocab_size=vocab_size)


def _preset(
    name: str, layers: int, heads: int, width: int, context: int, batch: int, steps: int, dropout: float
) -> Preset:
    model = ModelConfig(n_layer=layers, n_head=heads, n_embd=width, block_size=context, dropout=dropout)
    train = TrainConfig(max_steps=steps, batch_size=batch)
    return Preset(id=name, model=model, train=with_optimizer(train, model, "adamw" if model.is_bigram else "muon"))


PRESETS: dict[str, Preset] = {
    preset.id: preset
    for preset in (
        _preset("bigram", 0, 1, 1, 64, 32, 500, 0.0),
        _preset("tiny", 2, 4, 64, 64, 32, 1000, 0.0),
        _preset("small", 4, 4, 128, 64, 24, 1500, 0.0),
        _preset("medium", 6, 6, 192, 128, 32, 2500, 0.1),
        _preset("large", 6, 6, 384, 256, 64, 5000, 0.2),
        _preset("xl", 8, 8, 512, 256, 64, 5000, 0.2),
        _preset("gpt2", 12, 12, 768, 1024, 32, 5000, 0.2),
    )
}
DEFAULT_PRESET = "small"


Style = Literal["focused", "balanced", "creative"]
LONGEST_WRITING = 100_000  # tokens


class Sampling(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the next token is drawn from the model's probabilities. Temperature 0 takes the likeliest one."""

    temperature: Annotated[float, Meta(ge=0.0, le=100.0, title="Temperature")] = 0.8
    top_k: Annotated[int, Meta(ge=0, le=1_000_000, title="Top-k", description="0 means all.")] = 40
    top_p: Annotated[float, Meta(gt=0.0, le=1.0, title="Top-p")] = 1.0


STYLES: dict[str, Sampling] = {
    "focused": Sampling(temperature=0.3, top_k=5),
    "balanced": Sampling(temperature=0.8, top_k=40),
    "creative": Sampling(temperature=1.2, top_k=200),
}
