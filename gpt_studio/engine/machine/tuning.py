"""How a run is best computed on this machine: the precision, the threads, and the rows of a batch that go at once.

What a run's settings leave open is decided by timing its own steps, once: the decision is kept, so that the same
settings give the same run again, to the bit, and the next start need not wait.
"""

from collections.abc import Generator

import msgspec
import torch
from msgspec.structs import replace

from gpt_studio.engine import budget, clock, device, planning, probe
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.device import Settled
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.machine import choices
from gpt_studio.engine.machine.choices import Choice
from gpt_studio.engine.workbench import Workbench

TIMINGS = 3
FAR_TOO_SLOW_S = 5.0  # the very first step takes long on any machine; with so long a one nothing more is timed
FASTEST_PROCESSOR = 5e12  # operations per second; none does more, so what needs longer than that need not be timed
CLEARLY = 0.95  # another way is taken when it needs less than this share of the time


def settle(model: ModelConfig, config: TrainConfig) -> Generator[None, None, TrainConfig]:
    """Decide what the settings leave open. A resume uses what was decided when the run began.

    Args:
        model: The model, with its vocabulary.
        config: Device, precision, threads and micro_batch may be "auto" or None.

    Yields:
        Nothing, between timings. Returns settled settings.

    Raises:
        StudioError: `device.missing`, `device.precision`.
    """
    where = device.choose(config.device)
    start = replace(
        config,
        device=where,
        precision=device.settle_precision(config.precision, where),
        threads=config.threads or torch.get_num_threads(),
    )
    if config.micro_batch is not None:
        return start
    key = _key(model, config, start)
    known = choices.read()
    if key not in known:
        known[key] = yield from _decide(model, start, config.precision == "auto", config.threads is None)
        choices.write(known)
    choice = known[key]
    return replace(start, precision=choice.precision, threads=choice.threads, micro_batch=choice.micro_batch)


def _decide(
    model: ModelConfig, config: TrainConfig, precision_is_open: bool, threads_are_open: bool
) -> Generator[None, None, Choice]:
    rows, best_s = yield from _largest_quick(model, config)
    config = replace(config, micro_batch=rows)
    if config.device == "cpu" and best_s < float("inf"):
        if threads_are_open and config.threads != 1:
            config, best_s = yield from _faster(model, config, best_s, replace(config, threads=1))
        if precision_is_open and device.half_products_pay():
            config, best_s = yield from _faster(model, config, best_s, replace(config, precision="bf16"))
    return Choice(
        precision=_settled(config.precision), threads=config.threads or 1, micro_batch=config.micro_batch or rows
    )


def _settled(precision: str) -> Settled:
    return "bf16" if precision == "bf16" else "fp16" if precision == "fp16" else "fp32"


def _largest_quick(model: ModelConfig, config: TrainConfig) -> Generator[None, None, tuple[int, float]]:
    """Rows per forward pass, so that one takes at most `planning.MICRO_BATCH_S` here; the whole batch if it fits.

    The sizes are the batch, halved again and again. They are timed from the smallest up, so that even a model much too
    large for this machine costs seconds at most; sizes that are quick enough by the time of a smaller one, row for row,
    are passed over, and come back to where that was wrong. Each counts with its shortest of three timings.

    Returns:
        The rows, and the seconds of a whole step of so many; infinite when nothing was timed.
    """
    sizes = [config.batch_size]
    while sizes[0] > 1:
        sizes.insert(0, -(-sizes[0] // 2))
    best, best_s = sizes[0], float("inf")
    if config.device == "cpu" and budget.flops_per_step(model, best) / FASTEST_PROCESSOR > planning.MICRO_BATCH_S:
        return best, best_s
    try:
        bench = probe.bench(model, replace(config, batch_size=best), 1)
        yield
        place, lowest, too_slow = 0, -1, len(sizes)  # places in `sizes`
        while lowest < place < too_slow:
            size = sizes[place]
            bench.config = replace(bench.config, batch_size=size, micro_batch=size)
            turn_s, step_s = yield from _shortest(bench, warm_up=place == 0)
            if turn_s > planning.MICRO_BATCH_S:
                place, too_slow = place - 1, place
                continue
            best, best_s, lowest = size, step_s, place
            quick = [larger for larger in sizes[place + 2 :] if larger * turn_s / size <= planning.MICRO_BATCH_S]
            place = min(place + 1 + len(quick), too_slow - 1)
    except StudioError:  # no memory for more rows
        pass
    return best, best_s


def _faster(
    model: ModelConfig, config: TrainConfig, best_s: float, other: TrainConfig
) -> Generator[None, None, tuple[TrainConfig, float]]:
    """The way that takes less time, and that time; the first one unless the other is clearly faster."""
    rows = config.micro_batch or config.batch_size
    bench = probe.bench(model, replace(other, batch_size=rows), 1)
    yield
    _, step_s = yield from _shortest(bench, warm_up=True)
    return (other, step_s) if step_s < CLEARLY * best_s else (config, best_s)


def _shortest(bench: Workbench, warm_up: bool) -> Generator[None, None, tuple[float, float]]:
    """The shortest forward and backward pass and the shortest whole step of some, in seconds; fewer of them where one
    takes too long.
    """
    turn_s = step_s = float("inf")
    if warm_up:
        turn_s, step_s = _timed_step(bench)
        yield
        if turn_s > FAR_TOO_SLOW_S:
            return turn_s, step_s
        turn_s = step_s = float("inf")
    for _ in range(TIMINGS):
        turn_s, step_s = map(min, zip((turn_s, step_s), _timed_step(bench), strict=True))
        yield
        if turn_s > 2 * planning.MICRO_BATCH_S:
            break
    return turn_s, step_s


def _timed_step(bench: Workbench) -> tuple[float, float]:
    """Take a step of one micro-batch without a stop, in the threads that the run is to have.

    Returns:
        Seconds of its forward and backward pass, and of all of it.
    """
    step = bench.update()
    with device.threads(bench.config.threads):
        device.wait_for(bench.device)
        began = clock.now()
        next(step)
        device.wait_for(bench.device)
        turn_s = clock.now() - began
        for _ in step:
            pass
        device.wait_for(bench.device)
        return turn_s, clock.now() - began


def _key(model: ModelConfig, config: TrainConfig, start: TrainConfig) -> str:
    """Names everything that the decision hangs on."""
    asked = (config.precision, config.threads, config.batch_size, config.optimizer)
    machine = (device.describe(start.device).device_name, torch.get_num_threads(), str(torch.__version__))
    return msgspec.json.encode([model, asked, machine]).decode()
