"""What a model costs before it exists: parameters, work and memory. Arithmetic only; nothing here is measured.

Letters as in model.py: B batch, T context, C width, H heads, L layers, V vocabulary.
"""

from dataclasses import dataclass

from msgspec.structs import replace

from gpt_studio.engine.config import ModelConfig, TrainConfig

BACKWARD = 2  # the backward pass multiplies each matrix twice: once for its input's gradient, once for its own
SOFTMAX_OPERATIONS = 5  # per score: shift, exponentiate, sum, divide, subtract the target


@dataclass(frozen=True)
class PartCounts:
    """Trained numbers by part of the model. `attention`, `feed_forward` and `norm` are sums over all blocks."""

    token: int
    position: int
    attention: int
    feed_forward: int
    norm: int  # two per block and the last one
    head: int  # where the head is the token embedding, used a second time, its bias alone
    total: int


@dataclass(frozen=True)
class BlockCounts:
    """Trained numbers of one block, matrix by matrix, biases included."""

    qkv: int
    output: int
    up: int
    down: int
    norm: int  # one LayerNorm

    @property
    def attention(self) -> int:
        return self.qkv + self.output

    @property
    def feed_forward(self) -> int:
        return self.up + self.down


@dataclass(frozen=True)
class Memory:
    """Bytes that training holds at its fullest moment, without the program itself."""

    weights: int
    gradients: int
    moments: int  # the optimiser's running means: one per number that Muon steps, two per number that AdamW does
    activations: int  # what the forward pass keeps for the backward pass

    @property
    def total(self) -> int:
        return self.weights + self.gradients + self.moments + self.activations


def block_parameters(model: ModelConfig) -> BlockCounts:
    """The trained numbers of one block; zero for what was left out, and for a bigram, which has no blocks."""
    c, bias = model.n_embd, int(model.bias)
    attention, scores, mlp, norm = (int(model.has(part)) for part in ("attention", "scores", "mlp", "norm"))
    return BlockCounts(
        qkv=attention * (1 + 2 * scores) * c * (c + bias),
        output=attention * c * (c + bias),
        up=mlp * 4 * c * (c + bias),
        down=mlp * c * (4 * c + bias),
        norm=norm * c * (1 + bias),
    )


def norm_count(model: ModelConfig) -> int:
    """How many LayerNorms there are: before attention and before the feed-forward part of each block, and at the
    end.
    """
    in_a_block = int(model.has("attention")) + int(model.has("mlp"))
    return model.n_layer * in_a_block + 1 if model.has("norm") else 0


def parameters(model: ModelConfig) -> PartCounts:
    """Exactly the numbers that training would change, part by part."""
    v, c = model.vocab_size, model.n_embd
    if model.is_bigram:
        return PartCounts(v * v, 0, 0, 0, 0, 0, v * v)
    block = block_parameters(model)
    counts = {
        "token": v * c,
        "position": model.block_size * c if model.has("position") else 0,
        "attention": model.n_layer * block.attention,
        "feed_forward": model.n_layer * block.feed_forward,
        "norm": norm_count(model) * block.norm,
        "head": (0 if model.tied else v * c) + (v if model.head_bias else 0),
    }
    return PartCounts(**counts, total=sum(counts.values()))


def flops_per_token(model: ModelConfig) -> int:
    """Floating-point operations of one forward pass, per token, at full context.

    A matrix product costs two operations per number of the matrix and token. Counted are the matrices of the blocks
    (4 C² of attention and 8 C² of the feed-forward part in each), the head (V C), and attention's two products (queries
    with keys, weights with values: T C each, the masked half included, as it is the custom). Without queries and keys
    attention has 2 C² and no products: the mean is a running sum. That, LayerNorm, softmax and activation are left out:
    far below 1 %.
    A bigram multiplies no matrix at all; its softmax is counted.

    Source: Kaplan et al. 2020, table 1; times three it is the 6 N + 12 L T C of Chowdhery et al. 2022, appendix B,
    with N the matrices alone.
    """
    if model.is_bigram:
        return SOFTMAX_OPERATIONS * model.vocab_size
    c, mlp = model.n_embd, int(model.has("mlp"))
    attention, scores = int(model.has("attention")), int(model.has("attention") and model.has("scores"))
    matrices = (2 * attention + 2 * scores + 8 * mlp) * model.n_layer * c * c + model.vocab_size * c
    products = scores * 2 * model.n_layer * model.block_size * c
    return 2 * (matrices + products)


def flops_per_step(model: ModelConfig, batch_size: int) -> int:
    """Operations of one training step: a forward pass, and a backward pass that costs twice as much."""
    return (1 + BACKWARD) * flops_per_token(model) * batch_size * model.block_size


def memory(model: ModelConfig, train: TrainConfig) -> Memory:
    """What training would hold: weights, gradients, running means, and the activations of one micro-batch.

    In half precision there is a second, half as wide copy of the weights and of the gradients (half.py).

    Activations, in numbers per token: attention takes 8 C in each block, without queries and keys 6 C, and the
    feed-forward part 12 C (the inputs of their matrices, of LayerNorm and of the activation function, and what the
    allocator cannot use again); around the blocks it is 12 C, most of it gradients on their way back, and 4 V for the
    scores, their softmax and their gradients. With dropout, a block also keeps its masks and, on a processor, the
    attention table of H T numbers three times: as weights, as mask, and as weights that are left; as much again is on
    its way back once.
    tests/benchmarks/memory.py compares all this with what is measured.
    """
    count = parameters(model).total
    rows = min(train.micro_batch or train.batch_size, train.batch_size)
    per_token = 4 * model.vocab_size
    if not model.is_bigram:
        c, mlp = model.n_embd, int(model.has("mlp"))
        attention, scores = int(model.has("attention")), int(model.has("attention") and model.has("scores"))
        per_block = (6 * attention + 2 * scores + 12 * mlp) * c
        if not model.has("norm"):
            per_block -= (attention + mlp) * c
        if model.dropout:
            table = 3 * scores * model.n_head * model.block_size
            per_block += (attention + mlp) * c + table
            per_token += c + table
        per_token += model.n_layer * per_block + 12 * c
    width = 2 if train.precision in ("bf16", "fp16") else 4
    each = 4 if width == 4 else 4 + 2
    block = block_parameters(replace(model, bias=False))
    hidden = model.n_layer * (block.attention + block.feed_forward) if train.optimizer == "muon" else 0
    return Memory(
        weights=each * count,
        gradients=each * count,
        moments=8 * count - 4 * hidden,
        activations=width * rows * model.block_size * per_token,
    )


def memory_bytes(model: ModelConfig, train: TrainConfig) -> int:
    """The sum of `memory`."""
    return memory(model, train).total
