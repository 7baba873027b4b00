"""How fast a real training step is on this machine."""

from collections.abc import Generator, Iterator
from statistics import median

import numpy as np
from msgspec.structs import replace

from gpt_studio.engine import budget, choices, clock, device, planning
from gpt_studio.engine.config import PRESETS, ModelConfig, Preset, TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Probed
from gpt_studio.engine.requests import ProbeRequest
from gpt_studio.engine.workbench import Workbench
from gpt_studio.engine.workshop import Report, Workshop

TOKENS = 50_000  # of the random text; its speed is that of any other
STEPS = (3, 12)  # at least and at most, per preset, after one to warm up
CAREFUL = 4  # the first step of a preset is taken in so many micro-batches, for its length is not known yet


def probe(workshop: Workshop, request: ProbeRequest) -> Iterator[Report]:
    """Time real training steps of one preset after the other, smallest first, as long as the time lasts.

    These are the Workbench's own steps, with the preset's own optimiser, on random tokens. One step warms up, the
    median of the next ones counts. A preset is begun when its shortest measurement is expected to end in time; of the
    transformers the first is always measured. Tells one Probed per preset, as soon as it is known.
    """
    if request.anew:
        choices.forget()
    spent, known = 0.0, list[Probed]()
    for preset in PRESETS.values():
        model = preset.model_for(request.vocab_size)
        expected_s = _expected_s(model, preset.train, known)
        if spent + (1 + STEPS[0]) * expected_s > request.seconds:
            break
        try:
            made = bench(model, _settled(preset.train), CAREFUL)
            yield None
            times = yield from _timed_steps(made, request.seconds - spent, _growth(preset, request.vocab_size))
        except StudioError:  # no room for this one, so none for the larger ones
            break
        spent += sum(times)
        known.append(_told(preset, model, times[1:]))
        yield [known[-1]]


def _settled(train: TrainConfig) -> TrainConfig:
    """The preset's own settings on the machine's best device."""
    where = device.choose("auto")
    return replace(train, device=where, precision=device.settle_precision(train.precision, where))


def bench(model: ModelConfig, config: TrainConfig, pieces: int) -> Workbench:
    """A model and a random text, with so small a learning rate that no loss can leave the numbers."""
    chance = np.random.default_rng(0)
    ids = chance.integers(0, model.vocab_size, size=max(TOKENS, 2 * model.block_size), dtype=np.int64)
    rows = -(-config.batch_size // pieces)
    return Workbench(model, replace(config, learning_rate=1e-9, micro_batch=rows), ids, config.max_steps)


def _expected_s(model: ModelConfig, train: TrainConfig, known: list[Probed]) -> float:
    """Seconds of a step, reckoned from what was measured before; 0 while only a bigram, or nothing, is known."""
    if not planning.can_predict(known):
        return 0.0
    return planning.expected_step_s(budget.flops_per_step(model, train.batch_size), known)


def _growth(preset: Preset, vocab_size: int) -> float:
    """How many times a step's work grows from this preset to the next one; infinite after the last."""
    order = list(PRESETS)
    place = order.index(preset.id) + 1
    if place == len(order):
        return float("inf")
    after, here = PRESETS[order[place]], budget.flops_per_step(preset.model_for(vocab_size), preset.train.batch_size)
    return budget.flops_per_step(after.model_for(vocab_size), after.train.batch_size) / here


def _timed_steps(bench: Workbench, seconds: float, growth: float) -> Generator[None, None, list[float]]:
    """Take steps until the time or the largest number is reached; gives the seconds of each, the warm-up first.

    Args:
        bench: The model.
        seconds: What is left of the time.
        growth: How many times longer a step of the next preset will be. What its measurement needs is left to it,
            unless there is too little in any case.
    """
    least, most = STEPS
    if bench.model.config.is_bigram:  # its step tells little about the others'
        seconds, growth = seconds / 10, 0.0
    times = [(yield from _one_step(bench))]
    rows = planning.micro_batch_for(times[0], bench.config.batch_size)
    bench.config = replace(bench.config, micro_batch=rows)
    while len(times) <= most:
        yield
        times.append((yield from _one_step(bench)))
        kept_back = (1 + least) * growth * min(times)
        mine = seconds - kept_back if kept_back < seconds - sum(times[: 1 + least]) else seconds
        if sum(times) + min(times) > mine and (len(times) > least or mine == seconds):
            break
    return times


def _one_step(bench: Workbench) -> Generator[None, None, float]:
    """One step of the bench; gives its seconds. Yields between micro-batches; what happens there is not counted."""
    device.wait_for(bench.device)
    spent, began = 0.0, clock.now()
    for _ in bench.update():
        spent += clock.now() - began
        yield
        began = clock.now()
    device.wait_for(bench.device)
    return spent + clock.now() - began


def _told(preset: Preset, model: ModelConfig, times: list[float]) -> Probed:
    step_s = max(median(times), 1e-9)
    return Probed(
        preset=preset.id,
        step_s=step_s,
        tokens_per_s=preset.train.batch_size * model.block_size / step_s,
        flops_per_s=budget.flops_per_step(model, preset.train.batch_size) / step_s,
        steps_measured=len(times),
    )
