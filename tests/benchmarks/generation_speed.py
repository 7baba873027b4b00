"""How fast text is written, beside plainer ways: tokens per second, and the ratio to the program's own way.

    python tests/benchmarks/generation_speed.py [--presets small large] [--rounds 3] [--peers] [--json]

All ways of a preset take turns in one run; the fastest round of each counts. `--peers` adds GPT-2 of the same size in
transformers, where that is installed. Measure when nothing else runs.
"""

import argparse
import json
import sys
from pathlib import Path


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--presets", nargs="+", default=["small", "large"], metavar="NAME")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--peers", action="store_true", help="measure transformers, too, where it is installed")
    arguments.add_argument("--json", action="store_true", help="print one object per line instead of a table")
    asked = arguments.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    import msgspec

    from gpt_studio.engine.bench.generation import measure

    if not asked.json:
        print(f"{'preset':8}{'way':16}{'rows':>6}{'threads':>9}{'tokens/s':>12}{'ratio':>8}")
    for speed in measure(tuple(asked.presets), asked.rounds, asked.peers):
        if asked.json:
            print(json.dumps(msgspec.to_builtins(speed)), flush=True)
        else:
            print(
                f"{speed.preset:8}{speed.way:16}{speed.rows:>6}{speed.threads:>9}"
                f"{speed.tokens_per_s:>12,.0f}{speed.ratio:>8.2f}",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
