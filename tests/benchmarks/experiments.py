"""All experiments that are ready to run: what comes out, how sure it is, and how long it takes. It prints a table.

python tests/benchmarks/experiments.py [--only ID …] [--seeds 3] [--json FILE]
Trains every run of every experiment as `gpt-studio experiment run` does, in a home of its own. Bits per character.
Without the causal mask the loss that a run tells is no forecast, so both models are asked once more with nothing to the
right of the place that is asked for.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from itertools import groupby
from math import log, sqrt
from pathlib import Path
from statistics import variance

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch

from gpt_studio.engine import checkpoint, clock, corpus, runs
from gpt_studio.engine.experiments.catalogue import EXPERIMENTS
from gpt_studio.engine.experiments.effects import FEW
from gpt_studio.engine.experiments.experiment import USUAL_SPREAD

ROOT = Path(__file__).resolve().parents[2]
PLACES = 4000  # of the held-back text at which a model is asked with nothing to the right


def ran(id: str, seeds: int) -> tuple[list[dict], float]:
    """What the command told, and the seconds it took."""
    command = [sys.executable, "-m", "gpt_studio", "experiment", "run", id, "--seeds", str(seeds), "--json"]
    began = clock.now()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()], clock.now() - began


@torch.no_grad()
def in_writing(run: Path) -> float:
    """Bits per character when only what stands before is there, as in writing."""
    record = runs.read_record(run)
    model, _ = checkpoint.load_model(run, record.model, None)
    model.eval()
    ids = torch.from_numpy(runs.read_tokenizer(run).encode(corpus.split(runs.read_corpus(run).text)[1]).astype("int64"))
    size = record.model.block_size
    begins = torch.linspace(0, len(ids) - size - 1, PLACES).long()
    windows = torch.stack([ids[begin : begin + size] for begin in begins])
    scores = torch.cat([model(part)[:, -1] for part in windows.split(100)])
    return torch.nn.functional.cross_entropy(scores, ids[begins + size]).item() / log(2)


def row(id: str, told: list[dict], seconds: float) -> str:
    outcomes, effect = [each for each in told if each["event"] == "outcome"], told[-1]
    pair = sum(each["wall_seconds"] for each in outcomes[:2])
    means = [effect["mean_a"], effect["mean_b"]]
    words = [f"{mean:.3f}" if mean is not None else "none" for mean in means]
    interval = "" if effect["low"] is None else f"{effect['low']:+.3f} to {effect['high']:+.3f}"
    difference = "" if effect["difference"] is None else f"{effect['difference']:+.3f}"
    spread = "" if effect["spread"] is None else f"{effect['spread']:.3f}"
    finals = [each["final"] for each in outcomes]
    first = None if None in finals[:2] else abs(finals[1] - finals[0])
    is_small = (first is not None and first <= FEW * EXPERIMENTS[id].spread * sqrt(2)) or id == "seed"
    asked = seconds if is_small else pair + 3
    return (
        f"| {id} | {words[0]} | {words[1]} | {difference} | {interval} | {spread} | {effect['verdict']} "
        f"| {pair:.0f} s | {asked:.0f} s |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=list(EXPERIMENTS), default=list(EXPERIMENTS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="keep all that was told in this file")
    options = parser.parse_args()
    print("| experiment | a | b | b - a | 95 % interval | spread of a run | verdict | one pair | whole, as it is run |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    spreads = list[float]()
    with tempfile.TemporaryDirectory() as home:
        os.environ["GPT_STUDIO_HOME"] = home
        for id in options.only:
            told, seconds = ran(id, options.seeds)
            print(row(id, told, seconds), flush=True)
            outcomes = [each for each in told if each["event"] == "outcome"]
            if options.json:
                with options.json.open("a") as file:
                    file.writelines(json.dumps({"id": id, **each}) + "\n" for each in told)
            for _, side in groupby(sorted(outcomes, key=lambda each: each["role"]), lambda each: each["role"][0]):
                finals = [each["final"] for each in side if each["final"] is not None]
                spreads += [variance(finals)] if len(finals) > 1 and id != "without_mask" else []
            if id == "without_mask":
                for each in outcomes:
                    print(f"  {each['role']}: in writing {in_writing(Path(each['run'])):.3f}", flush=True)
    if spreads:
        told = f"{sqrt(sum(spreads) / len(spreads)):.4f}, median {sqrt(sorted(spreads)[len(spreads) // 2]):.4f}"
        print(f"\nSpread of one run between seeds, over all sides: {told} (the program reckons with {USUAL_SPREAD}).")


if __name__ == "__main__":
    main()
