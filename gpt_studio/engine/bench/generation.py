"""How fast text is written: tokens per second, drawing included, beside plainer ways on the same machine."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from msgspec import Struct

from gpt_studio.engine import clock, device
from gpt_studio.engine.bench import peers
from gpt_studio.engine.config import PRESETS, STYLES, ModelConfig, Sampling
from gpt_studio.engine.generation import Teller, Writer
from gpt_studio.engine.model import GPT
from gpt_studio.engine.tokenizer import Tokenizer

VOCABULARY = 65  # of Tiny Shakespeare; the weights are random, for speed does not depend on them
ODDS = 12  # characters whose chances the window shows
BALANCED = (STYLES["balanced"],)


class Speed(Struct, frozen=True, kw_only=True):
    """One way to write with one preset. Speeds of one preset were measured in turns, so their ratios hold."""

    preset: str
    way: str
    rows: int  # written side by side
    threads: int
    tokens_per_s: float  # of all rows together, in the fastest of the rounds
    ratio: float  # to this program's own speed inside the context, one row


Way = Callable[[], tuple[int, float]]  # writes; gives the number of tokens and the seconds


@torch.inference_mode()
def measure(
    presets: tuple[str, ...] = ("small", "large"), rounds: int = 3, with_peers: bool = False
) -> Iterator[Speed]:
    """Write with every preset in every way, `rounds` times in turns.

    The ways: "inside" the context, from its beginning to its end; "past" it, where the window slides, two windows
    long; "three styles" beside each other; "with odds" of 12 characters for each token, as the window wants them;
    "no cache", where the model reads the whole window for every token; "transformers" with its cache.

    Args:
        presets: Names of presets, none of them the bigram.
        rounds: At least one.
        with_peers: Whether to measure `transformers`, where it is installed.
    """
    for name in presets:
        ways = _ways(PRESETS[name].model_for(VOCABULARY), with_peers)
        best: dict[tuple[str, int, int], float] = {}
        for _ in range(rounds):
            for key, way in ways.items():
                with device.threads(key[2]):
                    tokens, seconds = way()
                best[key] = max(best.get(key, 0.0), tokens / max(seconds, 1e-9))
        own = best[next(iter(ways))]
        for (way_name, rows, threads), speed in best.items():
            yield Speed(preset=name, way=way_name, rows=rows, threads=threads, tokens_per_s=speed, ratio=speed / own)


def _ways(config: ModelConfig, with_peers: bool) -> dict[tuple[str, int, int], Way]:
    """Every way by its name, rows and threads; this program's own, inside the context, stands first."""
    model = GPT(config).to(device.choose()).eval()
    context, most = config.block_size, torch.get_num_threads()
    own = Writer(model, np.zeros(1, dtype=np.int64), BALANCED, seed=1).threads or most
    tokenizer = Tokenizer.characters("".join(map(chr, range(65, 65 + config.vocab_size))))

    def way(samplings: tuple[Sampling, ...], prompt: int, length: int, odds: int = 0, cached: bool = True) -> Way:
        def write() -> tuple[int, float]:
            ids = np.zeros(prompt, dtype=np.int64)
            writer = Writer(model, ids, samplings, seed=1, shown=odds, cached=cached)
            writer.next()  # reads the prompt
            teller = Teller(tokenizer, len(samplings), odds)
            began = clock.now()
            for _ in range(length):
                found = writer.next()
                if odds:
                    tuple(teller.tell(found))
            return length * len(samplings), clock.now() - began

        return write

    inside = context - 2
    few = max(1, context // 8)  # tokens are enough where each takes long, halfway through the context
    ways = {
        ("inside", 1, own): way(BALANCED, 1, inside),
        ("past", 1, own): way(BALANCED, context, 2 * (context // 2)),
        ("three styles", 3, own): way(tuple(STYLES.values()), 1, inside),
        ("with odds", 1, own): way(BALANCED, 1, inside, odds=ODDS),
        ("no cache", 1, most): way(BALANCED, context // 2, few, cached=False),
    }
    if with_peers and peers.library():
        ways["transformers", 1, most] = _transformers(config, inside)
    return ways


def _transformers(config: ModelConfig, length: int) -> Way:
    """GPT-2 of the same size in Hugging Face's library, with its cache and its sampling."""
    form = peers.gpt2_form(config, eos_token_id=None, pad_token_id=0)
    model = peers.library().GPT2LMHeadModel(form).to(device.choose()).eval()
    prompt = torch.zeros(1, 1, dtype=torch.long, device=model.device)

    def write() -> tuple[int, float]:
        began = clock.now()
        written = model.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            max_new_tokens=length,
            min_new_tokens=length,
            do_sample=True,
            temperature=0.8,
            top_k=40,
        )
        return written.size(1) - 1, clock.now() - began

    return write
