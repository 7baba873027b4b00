"""How fast training steps are: the program's own against the plain way, in the same minutes, preset by preset."""

import gc
from collections.abc import Callable, Iterator
from statistics import median

import numpy as np
import psutil
import torch
from msgspec import Struct
from msgspec.structs import replace

from gpt_studio.engine import budget, clock, device, probe
from gpt_studio.engine.bench import peers
from gpt_studio.engine.bench.plain import PlainRecipe, PlainTrainer
from gpt_studio.engine.config import PRESETS, ModelConfig, Precision, TrainConfig
from gpt_studio.engine.workbench import Workbench

CASES = {"tiny": 16, "small": 12, "medium": 16, "large": 8, "xl": 8}  # rows per step, at which others were measured too
PEAK_S = 1.0
ROUNDS = 5  # each way takes its turn in every round, so that what else the machine does hits all alike


class Peak(Struct, frozen=True, kw_only=True, tag_field="bench", tag="peak"):
    """The fastest matrix product seen on this machine: what a training step could reach at the very best."""

    precision: str
    threads: int
    flops_per_s: float


class StepSpeed(Struct, frozen=True, kw_only=True, tag_field="bench", tag="step"):
    """One way to train one preset."""

    preset: str
    rows: int  # of block_size tokens each
    way: str  # "muon", "adamw": the program; "plain": the yardstick; "transformers", when asked for
    precision: str
    threads: int
    step_s: float  # median
    tokens_per_s: float
    peak_share: float  # of the matrix products' peak in that precision; Muon's own products are not counted as work
    ratio: float  # tokens per second over the plain way's, measured in the same rounds
    memory_bytes: int  # the most that the process has held so far; presets come in order of size


def peaks(threads: int, precisions: tuple[str, ...]) -> Iterator[Peak]:
    """Time square products of a size that fits the caches, for a second each: the fastest is the peak."""
    for precision in precisions:
        x = torch.ones(1024, 1024, dtype=torch.bfloat16 if precision == "bf16" else torch.float32)
        seconds = []
        with device.threads(threads):
            first = clock.now()
            while clock.now() - first < PEAK_S:
                began = clock.now()
                torch.mm(x, x)
                seconds.append(clock.now() - began)
        yield Peak(precision=precision, threads=threads, flops_per_s=2 * 1024**3 / min(seconds))


def speeds(
    peak: dict[str, float], threads: int, cases: dict[str, int] | None = None, with_peers: bool = False
) -> Iterator[StepSpeed]:
    """Every preset in every way.

    Args:
        peak: Operations per second by precision; names the precisions that are timed.
        threads: For all ways alike.
        cases: Rows per step by preset.
        with_peers: Also the `transformers` library's GPT-2 of the same form, if it is installed.
    """
    for name, rows in (cases or CASES).items():
        form = PRESETS[name].model_for(65)
        form = replace(form, dropout=0.0)
        ways = _ways(form, rows, threads, tuple(peak), with_peers)
        with device.threads(threads):
            times = _timed(ways)
        tokens = rows * form.block_size
        plain_s = times["plain", "fp32"]
        for (way, precision), step_s in times.items():
            yield StepSpeed(
                preset=name,
                rows=rows,
                way=way,
                precision=precision,
                threads=threads,
                step_s=step_s,
                tokens_per_s=tokens / step_s,
                peak_share=budget.flops_per_step(form, rows) / step_s / peak[precision],
                ratio=plain_s / step_s,
                memory_bytes=peak_memory(),
            )
        del ways
        gc.collect()


def _ways(
    form: ModelConfig, rows: int, threads: int, precisions: tuple[str, ...], with_peers: bool
) -> dict[tuple[str, str], Callable[[], object]]:
    """A step of each way, ready to be taken."""
    ids = np.random.default_rng(0).integers(0, form.vocab_size, size=probe.TOKENS, dtype=np.int64)
    ways: dict[tuple[str, str], Callable[[], object]] = {}
    for precision in precisions:
        for optimizer in ("muon", "adamw"):
            config = TrainConfig(batch_size=rows, device="cpu", precision=_named(precision), threads=threads)
            bench = probe.bench(form, replace(config, optimizer=optimizer), 1)
            ways[optimizer, precision] = lambda bench=bench: _whole_step(bench)  # type: ignore[misc]
    ways["plain", "fp32"] = PlainTrainer(form, PlainRecipe(batch_size=rows), ids).update
    if with_peers and peers.library():
        theirs = PlainTrainer(form, PlainRecipe(batch_size=rows), ids, make_model=peers.Gpt2)
        ways["transformers", "fp32"] = theirs.update
    return ways


def _named(precision: str) -> Precision:
    return "bf16" if precision == "bf16" else "fp32"


def _whole_step(bench: Workbench) -> None:
    for _ in bench.update():
        pass
    bench.told(at_once=True)


def _timed(ways: dict[tuple[str, str], Callable[[], object]]) -> dict[tuple[str, str], float]:
    """The median seconds of a step of each way, after one to warm up."""
    taken: dict[tuple[str, str], list[float]] = {way: [] for way in ways}
    for turn in range(1 + ROUNDS):
        for way, step in ways.items():
            began = clock.now()
            step()
            if turn:
                taken[way].append(clock.now() - began)
    return {way: median(seconds) for way, seconds in taken.items()}


def peak_memory() -> int:
    """The most bytes of real memory that this process has held so far."""
    memory = psutil.Process().memory_info()
    if hasattr(memory, "peak_wset"):  # Windows
        return int(memory.peak_wset)
    import resource
    import sys

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(most if sys.platform == "darwin" else most * 1024)
