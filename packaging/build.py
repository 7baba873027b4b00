#!/usr/bin/env python3
"""Builds GPT Studio as programs and installers that start by double click.

    python packaging/build.py                   the bundle for this system, and its size by part
    python packaging/build.py --report          only weigh the bundle that is there
    python packaging/build.py --installers      what people download, from the bundle that is there, into dist/
    python packaging/build.py --test            try the bundle, its window and the installers
    python packaging/build.py --times           how long the bundle takes to start here
    python packaging/build.py --is-tested       whether this state of recipes and pins has passed the test

All that is made lies under build/ and dist/; packaging/README.md tells the rest.
"""

import argparse
import hashlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from steps import bundle, sieve, tested, weigh

DIST = bundle.ROOT / "dist"


def main() -> int:
    options = _options()
    if options.is_tested:
        return 0 if tested.is_tested() else 1
    if options.times:
        from steps import trial_window

        trial_window.times(options.build)
        return 0
    if options.installers:
        make_installers(options.build)
        return 0
    if options.test:
        return try_all(options.build)
    if not options.report:
        python = bundle.environment(options.build)
        bundle.gather(python, options.build, options.shakespeare, options.fonts)
        bundle.freeze(python, options.build)
    return report(options.build, options.record)


def report(build: str, record: bool) -> int:
    kind = f"{sieve.SYSTEM}-{build}"
    parts, before = weigh.weigh(bundle.folder(build)), weigh.read_record(kind)
    print(weigh.report(parts, before["parts"]))
    if record:
        weigh.write_record(kind, parts)
        return 0
    faults = list(weigh.faults(parts, before["parts"], before["limits"]))
    if faults:
        print("\nToo large:", *faults, sep="\n  ", file=sys.stderr)
        print("If that is meant, run again with --report --record and commit packaging/sizes.json.", file=sys.stderr)
    return 1 if faults else 0


def make_installers(build: str) -> None:
    suffix = "" if build == "cpu" else f"-{build}"
    made: list[Path] = []
    if sieve.SYSTEM == "linux":
        from steps import linux

        made = [linux.deb(bundle.folder(build), DIST, suffix=suffix), linux.tarball(bundle.folder(build), DIST, suffix)]
    elif sieve.SYSTEM == "windows":
        from steps import windows

        payload = bundle.folder(build)
        made = [*windows.setup(payload, DIST, suffix=suffix), windows.portable(payload, DIST, suffix)]
        if build == "cpu":  # a cabinet ends at 2 GB, too
            made.append(windows.msi(payload, DIST))
        windows.sign(made, os.environ.get("GPT_STUDIO_PFX"), os.environ.get("GPT_STUDIO_PFX_PASSWORD"))
    else:
        from steps import macos

        made = [macos.dmg(macos.app(build), DIST)]
    lines = []
    for file in made:
        digest = hashlib.file_digest(file.open("rb"), "sha256").hexdigest()
        lines.append(f"{digest}  {file.name}\n")
        print(f"{file.stat().st_size / 1e6:8.1f} MB  {file.relative_to(bundle.ROOT)}")
    (DIST / f"SHA256SUMS-{sieve.SYSTEM}{suffix}.txt").write_text("".join(lines), "utf-8")


def try_all(build: str) -> int:
    """Everything that can be tried on this system; what cannot is said."""
    from steps import trial, trial_linux, trial_window, trial_windows

    try:
        trial.all_of(build)
        trial_window.whole_path(build)
        trial_linux.all_of(build)
        missing = trial_windows.missing_tools()
        if missing:
            print(f"--  the installers for Windows are not tried: install {', '.join(missing)}")
        else:
            trial_windows.all_of()
    except trial.Failed as failed:
        print(f"\nFAILED: {failed}", file=sys.stderr)
        return 1
    if not missing:
        tested.note()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--build", choices=("cpu", "cuda"), default="cpu", help="for processors (default), or with CUDA"
    )
    parser.add_argument("--report", action="store_true", help="only weigh")
    parser.add_argument("--record", action="store_true", help="write the weights into packaging/sizes.json")
    parser.add_argument("--installers", action="store_true", help="only make the installers")
    parser.add_argument("--test", action="store_true", help="only test what is there (Linux)")
    parser.add_argument("--times", action="store_true", help="only measure how long the start takes (Linux)")
    parser.add_argument("--is-tested", action="store_true", help="exit code 0 when this state has passed the test")
    parser.add_argument("--shakespeare", type=Path, metavar="FILE", help="put Tiny Shakespeare in")
    parser.add_argument("--fonts", type=Path, metavar="FOLDER", help="put Inter and JetBrains Mono in")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
