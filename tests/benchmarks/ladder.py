"""The ladder on every text that comes with the program: bits, size and time of each rung, and whether the order holds.

python tests/benchmarks/ladder.py [--only TEXT …] [--rungs ID …] [--seeds 1] [--json FILE]
Counts and trains every rung as the window does, in a home of its own, and prints a table: held-back bits per character
at the last step, with the spread between seeds where there are several, and the seconds of wall time. At the end stands
what `measured_ladder.py` claims, and whether it holds on each text. What FILE holds already is not made again.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, stdev

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from gpt_studio.engine import clock, corpus, training
from gpt_studio.engine.experiments import ladder_record
from gpt_studio.engine.experiments.ladder import RUNGS, SEED, Rung, request, with_seed
from gpt_studio.engine.experiments.ladder_counts import counted
from gpt_studio.engine.experiments.measured_ladder import CLOSE, LEVEL, LOWER, SPREAD
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.workshop import Workshop

TEXTS = ("startup_pitches", "python_code", "verse_drama")
Key = tuple[str, str]  # text and rung


def made(rung: Rung, text: CorpusText) -> dict:
    """What a rung comes to."""
    began = clock.now()
    if rung.is_counted:
        result = counted(rung, text.text)
    else:
        order = request(rung, text)
        for _ in training.train(Workshop(), order):
            pass
        result = ladder_record.result(rung.id, order.run)
        assert result is not None  # it has just ended
    wall_s = round(clock.now() - began, 2)
    return {"bits": result.final, "size": result.size, "wall_s": wall_s, "written": result.text}


def all_made(options: argparse.Namespace) -> Iterator[dict]:
    known = options.json.read_text("utf-8").splitlines() if options.json and options.json.exists() else []
    found = {(each["text"], each["rung"], each["seed"]): each for each in map(json.loads, known)}
    yield from found.values()
    for seed in range(SEED, SEED + options.seeds):
        for name in options.only:
            text = corpus.load(name)
            for rung in with_seed(RUNGS, seed):
                if rung.id not in options.rungs or (name, rung.id, seed) in found or (rung.is_counted and seed != SEED):
                    continue
                new = {"text": name, "rung": rung.id, "seed": seed, **made(rung, text)}
                print(f"{name}, {rung.title}, seed {seed}: {new['bits']:.3f}, {new['wall_s']:.0f} s", flush=True)
                if options.json:
                    with options.json.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(new, ensure_ascii=False) + "\n")
                yield new


def row(rung: Rung, bits: dict[Key, list[float]], sizes: dict[Key, int], times: dict[Key, list[float]]) -> str:
    cells = [rung.title]
    for name in TEXTS:
        found = bits[name, rung.id]
        spread = f" ± {stdev(found):.3f}" if len(found) > 1 else ""
        cells.append(f"{fmean(found):.3f}{spread}" if found else "")
    sized = [sizes[name, rung.id] for name in TEXTS if (name, rung.id) in sizes]
    timed = [seconds for name in TEXTS for seconds in times[name, rung.id]]
    cells += [f"{min(sized):,} to {max(sized):,}" if sized else "", f"{min(timed):.1f}" if timed else ""]
    return f"| {' | '.join(cells)} |"


def told(name: str, bits: dict[Key, list[float]]) -> Iterator[str]:
    """What is claimed and does not hold on a text."""
    for lower, higher in LOWER:
        both = bits[name, lower], bits[name, higher]
        if all(both) and max(both[0]) >= min(both[1]) - SPREAD:
            yield f"{lower} is not lower than {higher} by more than {SPREAD}: {both[0]} and {both[1]}"
    for one, other in CLOSE:
        both = bits[name, one], bits[name, other]
        if all(both) and abs(fmean(both[0]) - fmean(both[1])) > LEVEL:
            yield f"{one} and {other} are more than {LEVEL} apart: {both[0]} and {both[1]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=TEXTS, default=TEXTS)
    parser.add_argument("--rungs", nargs="+", choices=[rung.id for rung in RUNGS], default=[rung.id for rung in RUNGS])
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--json", type=Path, help="keep what was measured in this file, and go on from it")
    options = parser.parse_args()
    bits, sizes, times = defaultdict[Key, list[float]](list), dict[Key, int](), defaultdict[Key, list[float]](list)
    with tempfile.TemporaryDirectory() as home:
        os.environ["GPT_STUDIO_HOME"] = home
        for each in all_made(options):
            key = each["text"], each["rung"]
            bits[key].append(each["bits"])
            sizes[key] = each["size"]
            times[key].append(each["wall_s"])
    print(f"| rung | {' | '.join(TEXTS)} | numbers | seconds at best |")
    print("| --- " * (len(TEXTS) + 3) + "|")
    for rung in RUNGS:
        print(row(rung, bits, sizes, times))
    for name in [name for name in TEXTS if any(bits[name, rung.id] for rung in RUNGS)]:
        broken = [*told(name, bits)]
        print(f"{name}: {'; '.join(broken) if broken else 'all that is claimed holds.'}")


if __name__ == "__main__":
    main()
