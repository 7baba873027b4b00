"""How soon a model learns as much: the program's recipe against plain ones. Benchmarks, not tests: they print.

python tests/benchmarks/learning.py to-loss --text tinyshakespeare.txt --target 1.892
The preset small by the program's own recipe, and the same model by a plain script with the settings that
nanoGPT's README gives for a processor. Both train in turns, slice by slice, so that what else the machine does
hits both alike. Told: seconds of training and the loss over the whole validation part.

python tests/benchmarks/learning.py equal-time --presets tiny small --steps 300
Muon against AdamW at a sweep of rates, every built-in text, the same seconds of training for each.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median, stdev

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from msgspec.structs import replace

from gpt_studio.engine import clock, corpus, device
from gpt_studio.engine.arrays import Ints
from gpt_studio.engine.bench.plain import PlainRecipe, PlainTrainer
from gpt_studio.engine.config import PRESETS, ModelConfig, TrainConfig, with_optimizer
from gpt_studio.engine.generalization import total_loss
from gpt_studio.engine.training import prepare
from gpt_studio.engine.workbench import Workbench

SLICES = 20  # turns that each way of training takes
ADAMW_RATES = (0.5, 1.0, 2.0, 4.0)  # times the usual one


@dataclass(frozen=True)
class Learnt:
    """What one run came to."""

    what: str
    text: str
    seed: int
    steps: int
    seconds: float  # of training alone
    val_loss: float  # nats per token, over the whole validation part
    tokens: int


class Run:
    """A training that is advanced by a share of its steps at a time, and tells its seconds.

    Args:
        what: Its name in the table.
        model: What is trained.
        step: Makes one step.
        steps: How many there are.
        tokens: Of one step.
    """

    def __init__(self, what: str, model: torch.nn.Module, step: Callable[[], object], steps: int, tokens: int) -> None:
        self.what, self.model, self.steps, self.seconds = what, model, steps, 0.0
        self._step, self._done, self._tokens = step, 0, tokens

    def advance(self, to: int) -> None:
        began = clock.now()
        while self._done < to:
            self._step()
            self._done += 1
        self.seconds += clock.now() - began

    def outcome(self, text: str, seed: int, held_back: Ints) -> Learnt:
        loss = _finish(total_loss(self.model, held_back, 64)) / (len(held_back) - 1)
        return Learnt(self.what, text, seed, self.steps, self.seconds, loss, self.steps * self._tokens)


def our_run(what: str, form: ModelConfig, config: TrainConfig, ids: Ints) -> Run:
    """By the program's own workbench."""
    bench = Workbench(form, config, ids, config.max_steps)

    def step() -> None:
        for _ in bench.update():
            pass
        bench.told(at_once=True)

    return Run(what, bench.model, step, config.max_steps, config.batch_size * form.block_size)


def plain_run(form: ModelConfig, recipe: PlainRecipe, ids: Ints, seed: int) -> Run:
    """By the plain yardstick."""
    trainer = PlainTrainer(form, recipe, ids, seed)
    return Run("plain", trainer.model, trainer.update, recipe.max_steps, recipe.batch_size * form.block_size)


def _finish(job) -> float:
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


def in_turns(runs: list[Run]) -> None:
    """Advance all, slice by slice."""
    for part in range(1, SLICES + 1):
        for run in runs:
            run.advance(run.steps * part // SLICES)


def to_loss(options: argparse.Namespace) -> Iterator[Learnt]:
    """The program's recipe against nanoGPT's README's, seed by seed."""
    text = corpus.load_any(options.text).text
    parts = prepare(text)
    form = PRESETS["small"].model_for(parts.tokenizer.vocab_size)
    form = replace(
        form, n_layer=options.n_layer, n_head=options.n_head, n_embd=options.n_embd, block_size=options.block
    )
    for seed in options.seeds:
        config = replace(
            PRESETS["small"].train, max_steps=options.steps, seed=seed, batch_size=options.batch, **_settled(options)
        )
        ours = our_run("program", form, config, parts.train)
        runs: list[Run] = [ours]
        if not options.alone:
            runs.append(plain_run(form, PlainRecipe(), parts.train, seed))
        in_turns(runs)
        for run in runs:
            yield run.outcome(Path(options.text).stem, seed, parts.held_back)


def equal_time(options: argparse.Namespace) -> Iterator[Learnt]:
    """Muon with the defaults against AdamW at several rates, each for the same seconds."""
    for name in options.presets:
        for text_id in options.texts:
            parts = prepare(corpus.load_any(text_id).text)
            form = PRESETS[name].model_for(parts.tokenizer.vocab_size)
            muon = replace(PRESETS[name].train, max_steps=options.steps, **_settled(options))
            share = _step_seconds(form, muon, parts.train)
            share /= _step_seconds(form, with_optimizer(muon, form, "adamw"), parts.train)
            for seed in options.seeds:
                ours = our_run(f"{name} muon", form, replace(muon, seed=seed), parts.train)
                runs: list[Run] = [ours]
                for times in options.rates:
                    adamw = with_optimizer(replace(muon, seed=seed), form, "adamw")
                    adamw = replace(
                        adamw, learning_rate=adamw.learning_rate * times, max_steps=round(options.steps * share)
                    )
                    runs.append(our_run(f"{name} adamw {adamw.learning_rate:.4g}", form, adamw, parts.train))
                for run in runs:
                    run.advance(run.steps)
                    yield run.outcome(Path(text_id).stem, seed, parts.held_back)


def _step_seconds(form: ModelConfig, config: TrainConfig, ids: Ints) -> float:
    run = our_run("", form, replace(config, max_steps=1000), ids)
    taken = []
    for step in range(1, 8):
        before = run.seconds
        run.advance(step)
        taken.append(run.seconds - before)
    return median(taken[1:])


def _settled(options: argparse.Namespace) -> dict:
    where = device.choose("auto")
    precision = device.settle_precision(options.precision, where)
    return {"device": where, "precision": precision, "threads": options.threads, "micro_batch": None}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    first = commands.add_parser("to-loss")
    first.set_defaults(job=to_loss)
    first.add_argument("--text", default="verse_drama")
    first.add_argument("--steps", type=int, default=240)
    first.add_argument("--batch", type=int, default=24)
    for flag, usual in (("n-layer", 4), ("n-head", 4), ("n-embd", 128), ("block", 64)):
        first.add_argument(f"--{flag}", type=int, default=usual)
    first.add_argument("--alone", action="store_true", help="without the plain recipe beside it")
    second = commands.add_parser("equal-time")
    second.set_defaults(job=equal_time)
    second.add_argument("--presets", nargs="+", default=["tiny", "small"])
    second.add_argument("--texts", nargs="+", default=["startup_pitches", "verse_drama", "python_code"])
    second.add_argument("--rates", nargs="+", type=float, default=ADAMW_RATES, help="times AdamW's usual rate")
    second.add_argument("--steps", type=int, default=300)
    for command in (first, second):
        command.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
        command.add_argument("--threads", type=int, default=torch.get_num_threads())
        command.add_argument("--precision", choices=["auto", "fp32", "bf16", "fp16"], default="auto")
        command.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    told: dict[tuple[str, str], list[Learnt]] = {}
    for learnt in options.job(options):
        told.setdefault((learnt.text, learnt.what), []).append(learnt)
        words = f"{learnt.text:16} {learnt.what:22} seed {learnt.seed}: {learnt.steps:5} steps, {learnt.seconds:7.1f} s"
        print(json.dumps(asdict(learnt)) if options.json else f"{words}, held back {learnt.val_loss:.4f}", flush=True)
    if not options.json:
        _summarise(told)


def _summarise(told: dict[tuple[str, str], list[Learnt]]) -> None:
    print()
    for (text, what), runs in told.items():
        losses = [run.val_loss for run in runs]
        spread = f" ± {stdev(losses):.4f}" if len(losses) > 1 else ""
        print(f"{text:16} {what:22} {fmean(run.seconds for run in runs):7.1f} s, held back {fmean(losses):.4f}{spread}")


if __name__ == "__main__":
    main()
