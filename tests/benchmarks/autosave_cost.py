"""What saving the complete state every 30 seconds costs training. A benchmark, not a test: it prints what it saw.

    python tests/benchmarks/autosave_cost.py [--preset large] [--saves 3] [--steps 4] [--threads 2]

Two things are measured in one run, in turn: steps with nothing else, and steps during which a state is copied and
written. The copy stops training; the writing only shares the machine with it. The cost of a save is the copy plus what
the steps took longer while it was being written; its share is that over 30 seconds. A third figure is what the same
state costs where training waits for the disk.
"""

import argparse
import os
import statistics
import tempfile
from pathlib import Path

import torch
from msgspec.structs import replace

from gpt_studio.engine import checkpoint, clock, corpus, device
from gpt_studio.engine.config import PRESETS
from gpt_studio.engine.keeping.autosave import Autosaver
from gpt_studio.engine.keeping.keeper import SAVE_EVERY_S
from gpt_studio.engine.training import prepare
from gpt_studio.engine.workbench import Workbench


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--preset", choices=list(PRESETS), default="large")
    parser.add_argument("--saves", type=int, default=3)
    parser.add_argument("--steps", type=int, default=4, help="steps of each kind between two saves")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="fewer where others use the machine, too")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    preset, parts = PRESETS[options.preset], prepare(corpus.load("startup_pitches").text)
    model = preset.model_for(parts.tokenizer.vocab_size)
    config = settled(preset.train, options.threads)
    bench = Workbench(model, config, parts.train, config.max_steps)

    def step_s() -> float:
        began = clock.now()
        for _ in bench.update():
            pass
        bench.told()
        return clock.now() - began

    step_s()
    copier, saver = checkpoint.Copier(), Autosaver()
    copier.copy(bench)  # the memory is taken once
    alone: list[float] = []
    copies: list[float] = []
    slower: list[float] = []
    waits: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder)
        for _ in range(options.saves):
            alone += [step_s() for _ in range(options.steps)]
            began = clock.now()
            state = copier.copy(bench)
            copies.append(clock.now() - began)
            saver.begin(lambda state=state: checkpoint.write(run, state))
            during = []
            while saver.busy or not during:
                during.append(step_s())
            usual = statistics.median(alone)
            slower.append(sum(during) - len(during) * usual)
            began = clock.now()
            checkpoint.write(run, state)
            waits.append(clock.now() - began)
            saver.finish()
        size = sum(file.stat().st_size for file in run.rglob("*.safetensors")) / len(list(run.rglob("manifest.json")))
    usual, copied, longer = statistics.median(alone), statistics.median(copies), statistics.median(slower)
    print(f"{options.preset}: {size / 2**20:.0f} MB of state, a step takes {usual:.3f} s")
    print(f"copy {1000 * copied:.1f} ms, steps during the writing took {1000 * longer:.1f} ms longer in all")
    print(f"share of training time at one save in {SAVE_EVERY_S:.0f} s: {(copied + longer) / SAVE_EVERY_S:.3%}")
    print(f"where training waits for the disk: {(copied + statistics.median(waits)) / SAVE_EVERY_S:.3%}")


def settled(train, threads):
    """Without the timing that a run does first: the ratio is what matters."""
    where = device.choose()
    return replace(
        train,
        device=where,
        precision=device.settle_precision("auto", where),
        threads=threads,
        micro_batch=min(8, train.batch_size),
    )


if __name__ == "__main__":
    main()
