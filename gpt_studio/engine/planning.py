"""What a run costs on this computer, in time and memory: arithmetic on a probe's figures. The dial turns on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from gpt_studio.engine import budget
from gpt_studio.engine.config import PRESETS, ModelConfig, TrainConfig
from gpt_studio.engine.course import check_times
from gpt_studio.engine.events import Probed

LESSON_MINUTES = 10
HELD_BACK_TOKENS = 40_000  # what a check reads of a text as long as the shipped ones: a tenth of 400 KB
MEMORY_SHARE = 0.8  # of what is free: the window, the system and torch's own book-keeping want the rest
MICRO_BATCH_S = 0.05  # Stop is answered between two micro-batches, and a checkpoint takes as long again
MUON_SQUARE, MUON_OBLONG = 30, 54  # times C³: five iterations on a square, and on an oblong, C by 4 C (optimizers.py)
START_S = 2.0  # reading the text, choosing how the run is best computed, making the model
CHARACTER_S = (15e-5, 4e-10)  # to write one more of a sample: per layer, and per parameter
SAVED_BYTES_PER_S = 150e6  # digests and flushes included; measured with large, 83 MB in 0.5 s
SAMPLE_CHARACTERS = 240


@dataclass(frozen=True)
class Prediction:
    """How long a run would take on this computer."""

    seconds: float
    measured: bool  # True: these very steps were timed; False: reckoned from the work of other steps


def predict(
    model: ModelConfig,
    train: TrainConfig,
    probes: Sequence[Probed],
    preset: str | None = None,
    held_back: int = HELD_BACK_TOKENS,
) -> Prediction | None:
    """The time of a whole run: start-up, steps, checks, samples and saving. None when nothing was measured.

    Where `preset` itself was measured, its own step counts. Otherwise the step's operations decide: between two
    measured presets on the straight line that joins them, beyond the largest at the largest's speed.

    Args:
        model: The model, with its vocabulary.
        train: How long and in which batches.
        probes: What was measured, in any order.
        preset: The preset whose model and batch these are, if they are a preset's.
        held_back: Tokens that a check reads.
    """
    if not can_predict(probes):
        return None
    own = next((probe.step_s for probe in fastest(probes) if probe.preset == preset), None)
    step_s = own or expected_step_s(work(model, train), probes)
    each_s = check_s(model, train, step_s, held_back)
    checks = 1 + -(-train.max_steps // check_every(train, step_s, each_s))
    seconds = START_S + train.max_steps * step_s + checks * each_s
    return Prediction(seconds + aside_s(model, train), measured=own is not None)


def check_s(model: ModelConfig, train: TrainConfig, step_s: float, held_back: int = HELD_BACK_TOKENS) -> float:
    """Seconds of one check: forward only, token for token as fast as a step, without the optimiser's share."""
    forward = budget.flops_per_step(model, train.batch_size) / (1 + budget.BACKWARD)
    return step_s * forward / work(model, train) * held_back / (train.batch_size * model.block_size)


def check_every(train: TrainConfig, step_s: float, check_s: float) -> int:
    """Steps between two checks; where the settings leave it open, as the run itself would choose (check_times.py)."""
    least = check_s / (check_times.AIM * step_s)
    return train.eval_every or check_times.even(max(least, train.max_steps / check_times.MOST_CHECKS))


def aside_s(model: ModelConfig, train: TrainConfig) -> float:
    """Seconds of all samples, and of the two savings that training waits for."""
    count = budget.parameters(model).total
    samples = 2 + sum(step < train.max_steps for step in (10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000))
    sample_s = SAMPLE_CHARACTERS * (CHARACTER_S[0] * (1 + model.n_layer) + CHARACTER_S[1] * count)
    return samples * sample_s + 2 * 12 * count / SAVED_BYTES_PER_S


def work(model: ModelConfig, train: TrainConfig) -> float:
    """Operations of one step, the optimiser's included: Muon's hang on the width alone, not on the batch."""
    forward_and_back = budget.flops_per_step(model, train.batch_size)
    return forward_and_back + (_muon_work(model) if train.optimizer == "muon" else 0.0)


def _muon_work(model: ModelConfig) -> float:
    attention = budget.block_parameters(replace(model, bias=False)).attention
    squares = attention // model.n_embd**2  # queries, keys, values and output, as many as there are
    each = MUON_SQUARE * squares + 2 * MUON_OBLONG * model.has("mlp")
    return float(each * model.n_layer * model.n_embd**3)


def can_predict(probes: Sequence[Probed]) -> bool:
    """A bigram's step says nothing of a transformer's: it multiplies no matrices."""
    return any(probe.preset != "bigram" for probe in probes)


def fastest(probes: Sequence[Probed]) -> list[Probed]:
    """Of each preset the way of computing that took least time, smallest preset first."""
    best: dict[str, Probed] = {}
    for probe in probes:
        if probe.preset not in best or probe.step_s < best[probe.preset].step_s:
            best[probe.preset] = probe
    return [best[name] for name in PRESETS if name in best]


def expected_step_s(operations: float, probes: Sequence[Probed]) -> float:
    """Seconds of a step of so much `work`, by what was measured (at least one preset)."""
    points = sorted((_work_measured(probe), probe.step_s) for probe in fastest(probes))
    most, longest = points[-1]
    if operations >= most:
        return longest * operations / most
    below, above = (0.0, 0.0), points[0]
    for point in points:
        if point[0] <= operations:
            below = point
        else:
            above = point
            break
    share = (operations - below[0]) / (above[0] - below[0])
    return below[1] + share * (above[1] - below[1])


def _work_measured(probe: Probed) -> float:
    preset = PRESETS[probe.preset]
    muon = _muon_work(preset.model) if preset.train.optimizer == "muon" else 0.0
    return probe.flops_per_s * probe.step_s + muon


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


def needed_bytes(preset: str, probes: Sequence[Probed], vocab_size: int = 65) -> int:
    """Memory that training a preset would take here, in micro-batches of the size that this speed leads to."""
    chosen = PRESETS[preset]
    return memory_bytes(chosen.model_for(vocab_size), chosen.train, probes)


def memory_bytes(model: ModelConfig, train: TrainConfig, probes: Sequence[Probed]) -> int:
    """As `needed_bytes`, for any model. Before anything is measured the whole batch counts as one micro-batch."""
    rows = train.batch_size
    if can_predict(probes) and train.micro_batch is None:
        rows = micro_batch_for(expected_step_s(work(model, train), probes), rows)
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


def has_room(needed: int, memory_free: int | None) -> bool:
    """Whether so much fits; where it is not known how much memory is free, it does."""
    return memory_free is None or needed <= usable_bytes(memory_free)
