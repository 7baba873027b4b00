"""How fast a real training step is on this machine."""

from collections.abc import Generator, Iterator
from statistics import median

import numpy as np
import torch
from msgspec.structs import replace

from gpt_studio.engine import budget, clock, device, planning
from gpt_studio.engine.config import PRESETS, ModelConfig, Preset, TrainConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Probed
from gpt_studio.engine.machine import choices
from gpt_studio.engine.requests import ProbeRequest
from gpt_studio.engine.workbench import Workbench
from gpt_studio.engine.workshop import Report, Workshop

TOKENS = 50_000  # of the random text; its speed is that of any other
STEPS = (3, 12)  # at least and at most, per preset, after one to warm up
CAREFUL = 4  # the first step of a preset is taken in so many micro-batches, for its length is not known yet
MAIN_SHARE = 0.65  # of the time is for the presets, computed as is usual; the rest for other ways to compute them
CLEARLY_SLOWER = 1.5  # times the usual way's: then one step of another way is enough to know
_DONE = object()
OTHER_PRECISION = {"fp32": "bf16", "bf16": "fp32", "fp16": "fp32"}  # the precision that is tried as well


def probe(workshop: Workshop, request: ProbeRequest) -> Iterator[Report]:
    """Time real training steps, forward, backward and update, on the machine's best device.

    First one preset after the other, smallest first, as far as most of the time lasts: in all threads, and in the
    precision that the device is known for. One step warms up, the median of the next ones counts. A preset is begun
    when its shortest measurement is expected to end in time; of the transformers the first is always measured. Then
    other ways to compute them: in one thread, for threads that wait for each other can cost more than they bring, and
    in another precision. Tells one Probed per preset and way, as soon as it is known.
    """
    if request.anew:
        choices.forget()
    usual = list[Probed]()
    seconds = MAIN_SHARE * request.seconds
    spent = yield from _usual_way(request.vocab_size, seconds, usual)
    spent_before = max(0.0, spent - seconds)
    yield from _other_ways(request.vocab_size, request.seconds - seconds - spent_before, usual)


def _usual_way(vocab_size: int, seconds: float, known: list[Probed]) -> Generator[Report, None, float]:
    """The presets, as they are usually computed; fills `known`, and gives the seconds that it took."""
    spent = 0.0
    for preset in PRESETS.values():
        model = preset.model_for(vocab_size)
        expected_s = _expected_s(model, preset.train, known)
        if spent + (1 + STEPS[0]) * expected_s > seconds:
            break
        try:
            made = bench(model, _settled(preset.train), CAREFUL)
            yield None
            times = yield from _timed_steps(made, seconds - spent, _growth(preset, vocab_size))
        except StudioError:  # no room for this one, so none for the larger ones
            break
        spent += sum(times)
        known.append(_told(preset, model, made.config, times[1:]))
        yield [known[-1]]
    return spent


def _other_ways(vocab_size: int, seconds: float, usual: list[Probed]) -> Iterator[Report]:
    """The transformers that were measured, computed in other ways.

    One thread is tried with the smallest in any case, and with others that the time suffices for; the other precision
    with one of a size that tells: small, or on a GPU the largest.
    """
    transformers = [probed for probed in usual if probed.preset != "bigram"]
    if not transformers:
        return
    on_gpu = transformers[0].device != "cpu"
    telling = transformers[-1] if on_gpu else transformers[:2][-1]
    for probed in transformers:
        config = _settled(PRESETS[probed.preset].train)
        ways = []
        if not on_gpu and torch.get_num_threads() > 1 and (probed is transformers[0] or 4 * probed.step_s < seconds):
            ways.append(replace(config, threads=1))
        if probed is telling:
            ways.append(replace(config, precision=OTHER_PRECISION[config.precision]))
        for way in ways:
            preset = PRESETS[probed.preset]
            try:
                made = bench(preset.model_for(vocab_size), way, CAREFUL)
                yield None
                times = yield from _few_steps(made, seconds / 2, probed.step_s)
            except StudioError:  # no room for it, or not for this device
                continue
            seconds -= sum(times)
            yield [_told(preset, made.model.config, way, times)]


def _few_steps(bench: Workbench, seconds: float, usual_s: float) -> Generator[None, None, list[float]]:
    """The seconds of some steps; of the first alone where it is much slower than the usual way, warm-up or not."""
    first = yield from _one_step(bench)
    if first > 2 * CLEARLY_SLOWER * usual_s:
        return [first]
    bench.config = replace(
        bench.config, micro_batch=planning.micro_batch_for(min(first, usual_s), bench.config.batch_size)
    )
    times = list[float]()
    while len(times) < STEPS[0] or (len(times) < STEPS[1] and sum(times) < seconds):
        yield
        times.append((yield from _one_step(bench)))
    return times


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
    return planning.expected_step_s(planning.work(model, train), known)


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
    update, spent, is_done = bench.update(), 0.0, False
    while not is_done:
        with device.threads(bench.config.threads):
            device.wait_for(bench.device)
            began = clock.now()
            is_done = next(update, _DONE) is _DONE
            device.wait_for(bench.device)
            spent += clock.now() - began
        if not is_done:
            yield
    return spent


def _told(preset: Preset, model: ModelConfig, config: TrainConfig, times: list[float]) -> Probed:
    step_s = max(median(times), 1e-9)
    return Probed(
        preset=preset.id,
        step_s=step_s,
        tokens_per_s=preset.train.batch_size * model.block_size / step_s,
        flops_per_s=budget.flops_per_step(model, preset.train.batch_size) / step_s,
        steps_measured=len(times),
        precision=config.precision,
        threads=config.threads or torch.get_num_threads(),
        device=config.device,
    )
