#!/usr/bin/env python3
"""Builds GPT Studio as programs and installers that start by double click.

    python packaging/build.py                   the bundle for this system, and its size by part
    python packaging/build.py --report          only weigh the bundle that is there
    python packaging/build.py --installers      what people download, from the bundle that is there
    python packaging/build.py --test            try the bundle and the installers as a student's computer would

All that is made lies under build/ and dist/; packaging/README.md tells the rest.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from steps import bundle, sieve, weigh


def main() -> int:
    options = _options()
    kind = f"{sieve.SYSTEM}-{options.build}"
    if not (options.report or options.installers or options.test):
        python = bundle.environment(options.build)
        bundle.gather(python, options.build, options.shakespeare, options.fonts)
        bundle.freeze(python, options.build)
    parts = weigh.weigh(bundle.folder(options.build))
    record = weigh.read_record(kind)
    print(weigh.report(parts, record["parts"]))
    if options.record:
        weigh.write_record(kind, parts)
    elif faults := list(weigh.faults(parts, record["parts"], record["limits"])):
        print("\nToo large:", *faults, sep="\n  ", file=sys.stderr)
        print("If that is meant, run again with --record and commit packaging/sizes.json.", file=sys.stderr)
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", choices=("cpu", "cuda"), default="cpu", help="for processors (default), or with CUDA")
    parser.add_argument("--report", action="store_true", help="only weigh")
    parser.add_argument("--record", action="store_true", help="write the weights into sizes.json")
    parser.add_argument("--installers", action="store_true", help="only make the installers")
    parser.add_argument("--test", action="store_true", help="only test what is there")
    parser.add_argument("--shakespeare", type=Path, metavar="FILE", help="put Tiny Shakespeare in")
    parser.add_argument("--fonts", type=Path, metavar="FOLDER", help="put Inter and JetBrains Mono in")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
