"""A whole run of the preset large on a GPU: the program, plain eager PyTorch, and torch.compile of the same model.

    python tests/benchmarks/gpu_large.py --text tinyshakespeare.txt

All three have the same form, batch, number of steps and precision (bf16, or fp16 where the card has no bf16). The plain
ones train as nanoGPT does: autocast, fused AdamW, cosine. Told: seconds of training, the lowest loss over the whole
validation part, and when that was. torch.compile's own compiling is told apart.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from msgspec.structs import replace

from gpt_studio.engine import clock, corpus, device
from gpt_studio.engine.arrays import Ints
from gpt_studio.engine.bench.plain import PlainRecipe
from gpt_studio.engine.config import PRESETS, ModelConfig
from gpt_studio.engine.generalization import total_loss
from gpt_studio.engine.model import GPT, next_token_loss
from gpt_studio.engine.training import prepare
from gpt_studio.engine.workbench import Workbench

HALF = {"bf16": torch.bfloat16, "fp16": torch.float16}


class Program:
    """The program's own workbench."""

    def __init__(self, form: ModelConfig, options: argparse.Namespace, ids: Ints) -> None:
        train = replace(
            PRESETS[options.preset].train, max_steps=options.steps, device=options.device, precision=options.precision
        )
        self.bench = Workbench(form, train, ids, options.steps)
        self.model = self.bench.model

    def step(self) -> None:
        for _ in self.bench.update():
            pass
        self.bench.told()

    def failures(self) -> list[str]:
        return [notice.values["reason"] for notice in self.bench.notices()]


class Plain:
    """PyTorch as a good script uses it."""

    def __init__(self, form: ModelConfig, options: argparse.Namespace, ids: Ints, compiled: bool) -> None:
        torch.manual_seed(1)
        self.model = GPT(form).to(options.device)
        self._call: Callable[..., torch.Tensor] = torch.compile(self.model) if compiled else self.model
        self._ids = torch.as_tensor(ids).to(options.device)
        self._recipe = PlainRecipe(batch_size=PRESETS[options.preset].train.batch_size, max_steps=options.steps)
        self._optimizer = torch.optim.AdamW(self.model.parameters(), betas=(0.9, 0.99), fused=True, weight_decay=0.1)
        self._half, self._device, self._done = HALF.get(options.precision), options.device, 0
        self._scaler = torch.amp.GradScaler(options.device, enabled=options.precision == "fp16")
        self._offsets = torch.arange(form.block_size + 1, device=options.device)

    def step(self) -> None:
        block = len(self._offsets) - 1
        starts = torch.randint(len(self._ids) - block, (self._recipe.batch_size, 1), device=self._device)
        pieces = self._ids[starts + self._offsets]  # (B, T + 1)
        for group in self._optimizer.param_groups:
            group["lr"] = self._recipe.rate_at(self._done)
        self._optimizer.zero_grad(set_to_none=True)
        with torch.autocast(self._device, self._half, enabled=self._half is not None):
            logits = self._call(pieces[:, :-1])
        self._scaler.scale(next_token_loss(logits, pieces[:, 1:])).backward()
        self._scaler.unscale_(self._optimizer)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._scaler.step(self._optimizer)
        self._scaler.update()
        self._done += 1

    def failures(self) -> list[str]:
        return []


def run(way: Program | Plain, options: argparse.Namespace, held_back: Ints) -> Iterator[str]:
    """Train to the end; every check is outside the time."""
    began = clock.now()
    way.model.train()
    for _ in range(WARM_UP):
        way.step()
    device.wait_for(options.device)
    first_s, seconds, best = clock.now() - began, 0.0, (float("inf"), 0)
    for step in range(WARM_UP, options.steps, options.check_every):
        began = clock.now()
        for _ in range(min(options.check_every, options.steps - step)):
            way.step()
        device.wait_for(options.device)
        seconds += clock.now() - began
        now = min(options.steps, step + options.check_every)
        best = min(best, (_mean_loss(way.model, held_back), now))
    rate = (options.steps - WARM_UP) / seconds
    yield f"{options.steps:,} steps in {seconds:.1f} s ({rate:.1f} a second), the first {WARM_UP} in {first_s:.1f} s"
    yield f"lowest held-back loss {best[0]:.4f} at step {best[1]:,}"
    yield from (f"not recorded: {reason}" for reason in way.failures())


WARM_UP = 20


def _mean_loss(model: GPT, held_back: Ints) -> float:
    job = total_loss(model, held_back, 64)
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value / (len(held_back) - 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", default="verse_drama")
    parser.add_argument("--preset", choices=list(PRESETS), default="large")
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--check-every", type=int, default=250)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--ways", nargs="+", choices=["program", "eager", "compiled"])
    options = parser.parse_args()
    options.precision = device.settle_precision("auto", options.device)
    parts = prepare(corpus.load_any(options.text).text)
    form = PRESETS[options.preset].model_for(parts.tokenizer.vocab_size)
    made = {
        "program": lambda: Program(form, options, parts.train),
        "eager": lambda: Plain(form, options, parts.train, compiled=False),
        "compiled": lambda: Plain(form, options, parts.train, compiled=True),
    }
    print(f"{device.describe(options.device).device_name}, torch {torch.__version__}, {options.precision}")
    for name in options.ways or made:
        way = made[name]()
        for words in run(way, options, parts.held_back):
            print(f"{name:9} {words}", flush=True)
        del way
        if options.device == "cuda":
            torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
