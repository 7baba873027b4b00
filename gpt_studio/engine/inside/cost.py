"""What a longer text costs: time of attention and of the feed-forward part against its length, on this machine."""

from collections.abc import Callable, Generator, Iterator
from functools import partial
from statistics import median

import psutil
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from gpt_studio.engine import clock, device
from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.inside.seen import CostSeen
from gpt_studio.engine.model import ACTIVATIONS, attention_weights, average
from gpt_studio.engine.requests import CostRequest
from gpt_studio.engine.workshop import Report, Workshop

LENGTHS = (32, 64, 128, 256, 512, 1024, 2048)  # tokens
REPEATS = 5
BUDGET_S = 5.0  # of measuring; a length is the last one when the next, at four times its time, would not fit
HELD_S = 0.05  # after so long the worker may turn to something else; short passes follow each other, caches warm
LARGEST_TABLE = 256 << 20  # bytes of attention weights
TABLES = 4  # that are in memory at once, at most: raw, scaled, masked and normalised scores


@torch.no_grad()
def measure_cost(workshop: Workshop, request: CostRequest) -> Iterator[Report]:
    """A visitor: one layer's attention and feed-forward part, forward, with the shapes of the subject's model and
    numbers drawn at random. Tells one CostSeen per length, shortest first; ends early where it grows too much.

    Raises:
        StudioError: `look.bigram`, `look.no_attention`.
    """
    exhibit = workshop.copy_of(request.subject)
    config, where = exhibit.model.config, exhibit.device
    if config.is_bigram or not config.has("attention"):
        raise StudioError("look.bigram" if config.is_bigram else "look.no_attention")
    chance = torch.Generator().manual_seed(0)
    spent = 0.0
    for length in LENGTHS:
        table = 4 * config.n_head * length * length if config.has("scores") else 0  # a mean is a running sum
        if table > LARGEST_TABLE or TABLES * table > psutil.virtual_memory().available:
            return
        attention, feed_forward = _parts(config, length, chance, where)
        attention_s = yield from _timed(attention, where)
        yield None
        feed_forward_s = (yield from _timed(feed_forward, where)) if config.has("mlp") else None
        yield [CostSeen(length=length, attention_s=attention_s, feed_forward_s=feed_forward_s, table_bytes=table)]
        took = (1 + REPEATS) * (attention_s + (feed_forward_s or 0.0))
        spent += took
        if spent + 4 * took > BUDGET_S:
            return


def _parts(
    config: ModelConfig, length: int, chance: torch.Generator, where: str
) -> tuple[Callable[[], Tensor], Callable[[], Tensor]]:
    """The two computations for one text of so many tokens."""

    def drawn(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=chance).to(where)

    heads, width = config.n_head, config.n_embd
    q, k, v = (drawn(1, heads, length, width // heads) for _ in range(3))  # (1, H, T, D)
    x, up, down = drawn(length, width), drawn(4 * width, width), drawn(width, 4 * width)
    activation = ACTIVATIONS[config.activation]
    mean = partial(average, drawn(1, length, width), config.has("mask"))
    return (
        (lambda: attention_weights(q, k, config.has("mask")) @ v) if config.has("scores") else mean,
        lambda: F.linear(activation(F.linear(x, up)), down),
    )


def _timed(work: Callable[[], Tensor], where: str) -> Generator[None, None, float]:
    """Seconds of one pass: the median of some, after one that does not count."""
    times: list[float] = []
    held = 0.0
    for _ in range(1 + REPEATS):
        device.wait_for(where)
        began = clock.now()
        work()
        device.wait_for(where)
        times.append(max(clock.now() - began, 1e-9))
        held += times[-1]
        if held > HELD_S:
            held = 0.0
            yield None
    return median(times[1:])
