"""Which model suits this computer: arithmetic on a probe's figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from gpt_studio.engine import budget, check_times
from gpt_studio.engine.config import DEFAULT_PRESET, PRESETS, ModelConfig, TrainConfig
from gpt_studio.engine.events import Probed

LESSON_MINUTES = 10
HELD_BACK_TOKENS = 40_000  # what a check reads of a text as long as the shipped ones: a tenth of 400 KB
MEMORY_SHARE = 0.8  # of what is free: the window, the system and torch's own book-keeping want the rest
MICRO_BATCH_S = 0.05  # Stop is answered between two micro-batches, and a checkpoint takes as long again
GPU_TIMES = 12  # beyond this many lessons a processor is the wrong tool, and a GPU the answer


@dataclass(frozen=True)
class Prediction:
    """How long a run would take on this computer."""

    seconds: float
    measured: bool  # True: these very steps were timed; False: reckoned from the work of other steps


@dataclass(frozen=True)
class Plan:
    """One preset on this computer. `prediction` is None until something was measured."""

    preset: str
    parameters: int
    memory_bytes: int
    prediction: Prediction | None
    reason: str  # fits, best, too_slow, needs_gpu, yardstick, too_little_memory, unmeasured


def predict(
    model: ModelConfig, train: TrainConfig, probes: Sequence[Probed], preset: str | None = None
) -> Prediction | None:
    """The time of a whole run, its checks included; None when nothing was measured.

    Where `preset` itself was measured, its own step counts. Otherwise the step's operations decide: between two
    measured presets on the straight line that joins them, beyond the largest at the largest's speed.

    Args:
        model: The model, with its vocabulary.
        train: How long and in which batches.
        probes: What was measured, in any order.
        preset: The preset whose model and batch these are, if they are a preset's.
    """
    if not can_predict(probes):
        return None
    own = next((probe for probe in probes if probe.preset == preset), None)
    step_s = own.step_s if own else expected_step_s(budget.flops_per_step(model, train.batch_size), probes)
    tokens = train.batch_size * model.block_size
    check_s = step_s / (1 + budget.BACKWARD) * HELD_BACK_TOKENS / tokens  # forward only, token for token
    least = check_s / (check_times.AIM * step_s)
    every = train.eval_every or check_times.even(max(least, train.max_steps / check_times.MOST_CHECKS))
    checks = 1 + -(-train.max_steps // every)
    return Prediction(train.max_steps * step_s + checks * check_s, measured=own is not None)


def can_predict(probes: Sequence[Probed]) -> bool:
    """A bigram's step says nothing of a transformer's: it multiplies no matrices."""
    return any(probe.preset != "bigram" for probe in probes)


def expected_step_s(flops: float, probes: Sequence[Probed]) -> float:
    """Seconds of a step of so many operations, by what was measured (at least one preset)."""
    points = sorted((probe.flops_per_s * probe.step_s, probe.step_s) for probe in probes)
    most, longest = points[-1]
    if flops >= most:
        return longest * flops / most
    below, above = (0.0, 0.0), points[0]
    for point in points:
        if point[0] <= flops:
            below = point
        else:
            above = point
            break
    share = (flops - below[0]) / (above[0] - below[0])
    return below[1] + share * (above[1] - below[1])


def predicted_s(preset: str, probes: Sequence[Probed], vocab_size: int = 65) -> float:
    """Seconds of a preset's whole default run.

    Raises:
        ValueError: Nothing was measured.
    """
    chosen = PRESETS[preset]
    prediction = predict(chosen.model_for(vocab_size), chosen.train, probes, preset)
    if prediction is None:
        raise ValueError("nothing was measured")
    return prediction.seconds


def recommend(
    probes: Sequence[Probed],
    minutes: float = LESSON_MINUTES,
    vocab_size: int = 65,
    memory_free: int | None = None,
) -> str:
    """The largest preset whose whole default run fits in the time and, where `memory_free` is given, in the memory.

    Before anything is measured it is the default preset; where no transformer fits, the bigram.
    """
    if not can_predict(probes):
        return DEFAULT_PRESET
    fitting = [
        name
        for name in PRESETS
        if predicted_s(name, probes, vocab_size) <= 60 * minutes
        and _has_room(needed_bytes(name, probes, vocab_size), memory_free)
    ]
    return max(fitting, key=lambda name: budget.parameters(PRESETS[name].model).total, default="bigram")


def plan(
    probes: Sequence[Probed],
    minutes: float = LESSON_MINUTES,
    vocab_size: int = 65,
    memory_free: int | None = None,
    has_gpu: bool = False,
) -> list[Plan]:
    """Every preset, smallest first, with its time here and the reason for or against it.

    Args:
        probes: What was measured, in any order.
        minutes: How long the lesson is.
        vocab_size: Of the text that will be learnt.
        memory_free: Bytes that training may fill; of the GPU where there is one.
        has_gpu: Whether the probe ran on a GPU.
    """
    best = recommend(probes, minutes, vocab_size, memory_free)
    plans = []
    for name, preset in PRESETS.items():
        model = preset.model_for(vocab_size)
        prediction = predict(model, preset.train, probes, name)
        needed = needed_bytes(name, probes, vocab_size)
        if prediction is None:
            reason = "yardstick" if name == "bigram" else "unmeasured"
        elif not _has_room(needed, memory_free):
            reason = "too_little_memory"
        elif name == best:
            reason = "best"
        elif name == "bigram":
            reason = "yardstick"
        elif prediction.seconds <= 60 * minutes:
            reason = "fits"
        else:
            hopeless = prediction.seconds > GPU_TIMES * 60 * minutes and not has_gpu
            reason = "needs_gpu" if hopeless else "too_slow"
        plans.append(Plan(name, budget.parameters(model).total, needed, prediction, reason))
    return plans


def needed_bytes(preset: str, probes: Sequence[Probed], vocab_size: int = 65) -> int:
    """Memory that training a preset would take here, in micro-batches of the size that this speed leads to."""
    chosen = PRESETS[preset]
    return memory_bytes(chosen.model_for(vocab_size), chosen.train, probes)


def memory_bytes(model: ModelConfig, train: TrainConfig, probes: Sequence[Probed]) -> int:
    """As `needed_bytes`, for any model. Before anything is measured the whole batch counts as one micro-batch."""
    rows = train.batch_size
    if can_predict(probes) and train.micro_batch is None:
        rows = micro_batch_for(expected_step_s(budget.flops_per_step(model, rows), probes), rows)
    return budget.memory_bytes(model, replace(train, micro_batch=train.micro_batch or rows))


def micro_batch_for(step_s: float, batch_size: int) -> int:
    """Rows per forward pass, so that one takes at most `MICRO_BATCH_S`; the batch is only ever halved."""
    rows, seconds = batch_size, step_s
    while rows > 1 and seconds > MICRO_BATCH_S:
        rows, seconds = -(-rows // 2), seconds / 2
    return rows


def usable_bytes(memory_free: int) -> int:
    """How much of the free memory training may fill."""
    return int(MEMORY_SHARE * memory_free)


def _has_room(needed: int, memory_free: int | None) -> bool:
    return memory_free is None or needed <= usable_bytes(memory_free)
