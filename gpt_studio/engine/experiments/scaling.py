"""Scaling: one text, and models of growing size. Which sizes, for how long, so that all of it fits into the minutes.

Every model reads the same tokens in the same batches, in the same steps: at most `EPOCHS` times the training part, for
up to about four times repeated text teaches nearly as much as fresh text does, and after that less and less. So nothing
differs but the size, and the minutes decide how large the models become. Where they are too few for two powers of ten
between the smallest and the largest model, all read less instead. What counts is the lowest check of each run: should a
large model begin to learn a short text by heart, its later checks are worse.

The form grows in depth and width together, about `ASPECT` numbers of width for each layer; the exact shape matters
little. Muon's learning rate suits any width, so it is the same for all.

Sources: Muennighoff et al. 2023, "Scaling data-constrained language models" (repetition); Kaplan et al. 2020, section
3.1 (shape). Unlike there, parameters are all of them, embeddings included, as everywhere in this program.
"""

import math
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from msgspec import Struct

from gpt_studio.engine import budget, planning
from gpt_studio.engine.config import ModelConfig, TrainConfig, with_optimizer
from gpt_studio.engine.course.expectation import TextFacts
from gpt_studio.engine.events import Probed

MINUTES = (3, 5, 10, 20)
SMALLEST = 10_000  # parameters
LARGEST = 100_000_000  # and no larger one, however fast the machine is
EPOCHS = 4.0
CONTEXT, ROWS, CHECKS, SEED = 64, 32, 10, 1337
HEADS, HEAD_WIDTH = 4, 64  # four heads up to a width of 256; then as many as have this width
ASPECT, ASPECTS, SHAPE_WEIGHT = 32, (20, 44), 0.1
SPAN, LEAST_SPAN = 100.0, 8.0  # largest over smallest: what is wished for, and without which nothing can be told
RATIO, COUNTS = 2.5, (5, 7)  # between two neighbours, about; how many models there are
LEAST_STEPS = 100  # with fewer the warm-up and the fall of the rate are most of the run
FINER = 2**0.25  # between two largest models, or two numbers of tokens, that are tried
AIM = 0.92  # of the time is planned for


class Size(Struct, frozen=True, kw_only=True):
    """One model of the plan, and how it is trained."""

    model: ModelConfig
    train: TrainConfig
    seconds: float  # that it is expected to take

    @property
    def parameters(self) -> int:
        return budget.parameters(self.model).total

    @property
    def flops(self) -> float:
        """Operations of all steps."""
        return self.flops_at(self.train.max_steps)

    def flops_at(self, step: int) -> float:
        """Operations up to a step."""
        return float(budget.flops_per_step(self.model, self.train.batch_size)) * step

    @property
    def tokens(self) -> int:
        """That it reads, again and again where the text is shorter."""
        return self.train.max_steps * self.train.batch_size * self.model.block_size


class Plan(Struct, frozen=True, kw_only=True):
    """Models from the smallest to the largest, and how long all of them take."""

    minutes: float  # that were given
    epochs: float  # how often each model reads the training part
    sizes: tuple[Size, ...]

    @property
    def seconds(self) -> float:
        return sum(size.seconds for size in self.sizes)

    @property
    def ratio(self) -> float:
        """How many times larger a model is than the one before it."""
        return ratio_of(self.sizes)


def ratio_of(sizes: Sequence[Size]) -> float:
    """The mean step from one size to the next, as a factor."""
    return math.pow(sizes[-1].parameters / sizes[0].parameters, 1 / max(1, len(sizes) - 1))


def plan(probes: Sequence[Probed], minutes: float, text: TextFacts, memory_free: int | None = None) -> Plan | None:
    """The widest range of sizes that fits; None where nothing was measured, or the minutes suffice for no such range.

    Args:
        probes: What was measured on this machine.
        minutes: For all runs together.
        text: What is to be learnt.
        memory_free: Bytes that training may fill, where that is known.
    """
    if not planning.can_predict(probes):
        return None
    widest: Plan | None = None
    for steps in _numbers_of_steps(text):
        found = _widest(probes, minutes, text, steps, memory_free)
        if found is not None and (widest is None or _span(found) > _span(widest)):
            widest = found
        if widest is not None and _span(widest) >= SPAN:
            break
    return widest


def _span(found: Plan) -> float:
    return found.sizes[-1].parameters / found.sizes[0].parameters


def _numbers_of_steps(text: TextFacts) -> Iterator[int]:
    """How many steps to try, most first."""
    steps = EPOCHS * text.train_tokens / (ROWS * CONTEXT)
    while steps > LEAST_STEPS:
        yield round(steps)
        steps /= FINER
    yield LEAST_STEPS


def _widest(
    probes: Sequence[Probed], minutes: float, text: TextFacts, steps: int, memory_free: int | None
) -> Plan | None:
    """The plan with the largest model that fits, when all make so many steps."""
    found, largest = None, SMALLEST * LEAST_SPAN
    while largest <= LARGEST:
        sizes = tuple(_sized(parameters, steps, text, probes) for parameters in _targets(largest))
        tried = Plan(minutes=minutes, epochs=steps * ROWS * CONTEXT / text.train_tokens, sizes=sizes)
        needed = planning.memory_bytes(sizes[-1].model, sizes[-1].train, probes)
        if tried.seconds > 60 * AIM * minutes or not planning.has_room(needed, memory_free):
            break
        found, largest = tried, largest * FINER
    return found


def _targets(largest: float) -> list[float]:
    """Parameters in equal steps of their logarithm, from the smallest to the largest."""
    span = math.log(largest / SMALLEST)
    steps = min(max(round(span / math.log(RATIO)), COUNTS[0] - 1), COUNTS[1] - 1)
    return [SMALLEST * math.exp(span * place / steps) for place in range(steps + 1)]


def _sized(parameters: float, steps: int, text: TextFacts, probes: Sequence[Probed]) -> Size:
    """About so many parameters, trained for so many steps."""
    model = form(parameters, text.vocab_size)
    train = TrainConfig(batch_size=ROWS, max_steps=steps, eval_every=max(1, steps // CHECKS), seed=SEED)
    train = with_optimizer(train, model, "muon")
    prediction = planning.predict(model, train, probes, held_back=text.held_back_tokens)
    assert prediction is not None  # something was measured
    return Size(model=model, train=train, seconds=prediction.seconds)


def next_size(planned: Sequence[Size], last: Size, measured_s: float, text_tokens: int) -> Size | None:
    """One step of the plan beyond the largest model so far, trained in the same way; None where no form is larger.

    Args:
        planned: The sizes of the plan, whose mean step is made once more.
        last: The largest one that was trained.
        measured_s: Seconds that its steps really took: the best ground for a guess.
        text_tokens: Of the training part; a ninth of it is held back, and read by each check.
    """
    model = form(last.parameters * ratio_of(planned), last.model.vocab_size, beyond=last.parameters)
    if budget.parameters(model).total <= last.parameters:
        return None
    train = last.train
    step_s = measured_s / train.max_steps * planning.work(model, train) / planning.work(last.model, train)
    check_s = planning.check_s(model, train, step_s, max(1, text_tokens // 9))
    seconds = train.max_steps * step_s + (2 + CHECKS) * check_s
    return Size(model=model, train=train, seconds=planning.START_S + seconds + planning.aside_s(model, train))


@lru_cache(4096)
def form(parameters: float, vocab_size: int, beyond: int = 0) -> ModelConfig:
    """The model that has about so many parameters, and more than `beyond`."""

    def badness(shape: tuple[int, int, int]) -> float:
        layers, _, width = shape
        size = _parameters(layers, width, vocab_size)
        shaped = SHAPE_WEIGHT * abs(math.log(width / layers / ASPECT))
        return abs(math.log(size / parameters)) + shaped if size > beyond else math.inf

    layers, heads, width = min(_shapes(), key=badness)
    return ModelConfig(n_layer=layers, n_head=heads, n_embd=width, block_size=CONTEXT, vocab_size=vocab_size)


def _parameters(layers: int, width: int, vocab_size: int) -> int:
    """As budget.parameters counts them, without a model for each shape that is tried: 12 C² in each block, 2 L + 1
    LayerNorms of C, and the two tables.
    """
    return 12 * layers * width**2 + (2 * layers + 1 + vocab_size + CONTEXT) * width


@cache
def _shapes() -> tuple[tuple[int, int, int], ...]:
    """Layers, heads and width of all forms that there are."""
    widths = [*range(24, HEADS * HEAD_WIDTH, HEADS), *range(HEADS * HEAD_WIDTH, 1600, HEAD_WIDTH)]
    return tuple(
        (layers, max(HEADS, width // HEAD_WIDTH), width)
        for width in widths
        for layers in range(max(1, math.ceil(width / ASPECTS[1])), max(1, width // ASPECTS[0]) + 1)
    )
