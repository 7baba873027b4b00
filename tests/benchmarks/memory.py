"""How much memory training takes at its fullest moment, beside what budget.py reckons.

    python tests/benchmarks/memory.py [--presets tiny small medium] [--precision fp32 bf16] [--micro-batch N] [--json]

Every preset and optimiser has a process of its own, which loads torch, takes a step of a toy so that torch's libraries
are awake, and notes its memory; then it trains a few steps of the preset's own batch. What its peak lies above that is
the measured figure. Linux on a processor, where the system tells a process its peak.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

STEPS = 3
WITHIN = 0.15


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--presets", nargs="+", default=["tiny", "small", "medium"], metavar="NAME")
    arguments.add_argument("--optimizers", nargs="+", default=["muon", "adamw"], metavar="NAME")
    arguments.add_argument("--precisions", nargs="+", default=["fp32"], metavar="NAME")
    arguments.add_argument("--without", nargs="+", default=[], metavar="PART")
    arguments.add_argument("--micro-batch", type=int, metavar="N", help="rows at once; the whole batch unless given")
    arguments.add_argument("--json", action="store_true", help="print one object per line instead of a table")
    arguments.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    if asked.child:
        print(json.dumps(_measure(asked)))
        return 0
    worst = 0.0
    if not asked.json:
        print(f"{'preset':8}{'optimiser':10}{'precision':10}{'measured':>11}{'reckoned':>11}{'ratio':>8}")
    for preset in asked.presets:
        for optimizer in asked.optimizers:
            for precision in asked.precisions:
                told = _in_a_process(preset, optimizer, precision, asked)
                worst = max(worst, abs(told["reckoned"] / told["measured"] - 1))
                if asked.json:
                    print(json.dumps(told), flush=True)
                else:
                    print(
                        f"{preset:8}{optimizer:10}{precision:10}{told['measured'] / 2**20:>8,.1f} MB"
                        f"{told['reckoned'] / 2**20:>8,.1f} MB{told['reckoned'] / told['measured']:>8.2f}",
                        flush=True,
                    )
    return 0 if worst <= WITHIN else 1


def _in_a_process(preset: str, optimizer: str, precision: str, asked: argparse.Namespace) -> dict[str, object]:
    words = ["--presets", preset, "--optimizers", optimizer, "--precisions", precision]
    words += ["--without", *asked.without] if asked.without else []
    words += ["--micro-batch", str(asked.micro_batch)] if asked.micro_batch else []
    done = subprocess.run([sys.executable, __file__, "--child", *words], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _measure(asked: argparse.Namespace) -> dict[str, object]:
    import numpy as np
    import torch
    from msgspec.structs import replace

    from gpt_studio.engine import budget
    from gpt_studio.engine.config import PRESETS, with_optimizer
    from gpt_studio.engine.workbench import Workbench

    (name,), (optimizer,), (precision,) = asked.presets, asked.optimizers, asked.precisions
    ids = np.random.default_rng(0).integers(0, 65, 20_000)

    def train(preset: str, rows: int | None) -> Workbench:
        model = replace(PRESETS[preset].model, without=tuple(asked.without))
        usual = with_optimizer(PRESETS[preset].train, model, optimizer)
        rows = rows or usual.batch_size
        threads = torch.get_num_threads()
        config = replace(usual, device="cpu", precision=precision, threads=threads, micro_batch=rows)
        bench = Workbench(model, config, ids, 100)
        for _ in range(STEPS):
            for _ in bench.update():
                pass
        bench.told(at_once=True)
        return bench

    train("tiny", 1)
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = _told_by_system("VmRSS")
    bench = train(name, asked.micro_batch)
    measured = _told_by_system("VmHWM") - before
    reckoned = budget.memory_bytes(bench.model.config, bench.config)
    return {
        "preset": name,
        "optimizer": optimizer,
        "precision": precision,
        "measured": measured,
        "reckoned": reckoned,
        "parts": [getattr(budget.memory(bench.model.config, bench.config), part) for part in _PARTS],
    }


_PARTS = ("weights", "gradients", "moments", "activations")


def _told_by_system(what: str) -> int:
    """Bytes; of /proc/self/status."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(what))


if __name__ == "__main__":
    sys.exit(main())
