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
from math import log
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch

from gpt_studio.engine import checkpoint, clock, corpus, runs
from gpt_studio.engine.experiments.catalogue import EXPERIMENTS
from gpt_studio.engine.experiments.effects import FEW

ROOT = Path(__file__).resolve().parents[2]
START_S = 3.0  # until the command has loaded torch
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
    means = ["none" if mean is None else f"{mean:.3f}" for mean in (effect["mean_a"], effect["mean_b"])]
    interval = "" if effect["low"] is None else f"{effect['low']:+.3f} to {effect['high']:+.3f}"
    difference, spread, pair_spread = (
        "" if effect[name] is None else f"{effect[name]:{form}}"
        for name, form in (("difference", "+.3f"), ("spread", ".3f"), ("pair_spread", ".3f"))
    )
    finals = [each["final"] for each in outcomes[:2]]
    is_clear = None not in finals and abs(finals[1] - finals[0]) > FEW * EXPERIMENTS[id].spread
    whole = pair + START_S if (is_clear and id != "seed") or effect["verdict"] == "peeks" else seconds
    cells = (
        id,
        *means,
        difference,
        interval,
        pair_spread,
        spread,
        effect["verdict"],
        f"{pair:.0f} s",
        f"{whole:.0f} s",
    )
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=list(EXPERIMENTS), default=list(EXPERIMENTS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="keep all that was told in this file")
    options = parser.parse_args()
    print("| experiment | a | b | b - a | 95 % interval | its spread | of a run | verdict | one pair | as it is run |")
    print("| --- " * 10 + "|")
    with tempfile.TemporaryDirectory() as home:
        os.environ["GPT_STUDIO_HOME"] = home
        for id in options.only:
            told, seconds = ran(id, options.seeds)
            print(row(id, told, seconds), flush=True)
            outcomes = [each for each in told if each["event"] == "outcome"]
            if options.json:
                with options.json.open("a") as file:
                    file.writelines(json.dumps({"id": id, **each}) + "\n" for each in told)
            if id == "without_mask":
                for each in outcomes:
                    print(f"  {each['role']}: in writing {in_writing(Path(each['run'])):.3f}", flush=True)


if __name__ == "__main__":
    main()
