"""`gpt-studio experiment ladder`: the same text learnt by counting, and by models that grow step by step to a GPT."""

import argparse
import json

import msgspec
from msgspec.structs import replace

from gpt_studio.cli.one_of_many import trained
from gpt_studio.cli.settings import with_changes
from gpt_studio.cli.words import duration, table
from gpt_studio.engine import clock
from gpt_studio.engine.experiments import ladder_record, record, series
from gpt_studio.engine.experiments.ladder import RUNGS, SEED, Rung, request, with_seed, with_steps
from gpt_studio.engine.experiments.ladder_counts import counted
from gpt_studio.engine.experiments.ladder_record import Result
from gpt_studio.engine.requests import CorpusText


def climb(options: argparse.Namespace) -> int:
    """Count and train rung after rung, and tell what each came to; the window shows the same ladder afterwards."""
    rungs = _as_wanted(options)
    text = record.text_of(options.corpus)
    kept = ladder_record.begun(text, options.corpus, rungs)
    for rung in rungs:
        began = clock.now()
        if rung.is_counted:
            found, folder = counted(rung, text.text), ""
        else:
            result, folder = _trained(rung, text, options.json)
            if result is None:
                return 130  # Ctrl-C
            found = result
            kept = replace(kept, runs=kept.runs | {rung.id: folder})
        kept = ladder_record.with_results(kept, {rung.id: found}) or kept
        series.write(kept)
        if options.json:
            more = {"event": "rung", "rung": rung.id, "run": folder, "wall_seconds": round(clock.now() - began, 2)}
            print(json.dumps({**more, **msgspec.to_builtins(found)}, ensure_ascii=False), flush=True)
    notes = ladder_record.notes_of(kept)
    assert notes is not None  # it was made here
    if not options.json:
        print(table([_row(rung, notes.results[rung.id]) for rung in rungs]))
        print("\nBits per character of held-back text.")
    return 0


def _as_wanted(options: argparse.Namespace) -> tuple[Rung, ...]:
    rungs = with_seed(RUNGS, options.seed)
    if options.steps is not None:
        assert rungs[-1].train is not None  # the full model
        rungs = with_steps(rungs, with_changes(rungs[-1].train, max_steps=options.steps).max_steps)
    return rungs


def _trained(rung: Rung, text: CorpusText, as_json: bool) -> tuple[Result | None, str]:
    """What a run came to (None when Ctrl-C ended it), and its folder."""
    order = request(rung, text)
    whole = trained(order, rung.title, as_json)
    return ladder_record.result(rung.id, order.run) if whole else None, str(order.run)


def _row(rung: Rung, found: Result) -> dict[str, str]:
    return {
        "rung": rung.title,
        "held back": "none" if found.final is None else f"{found.final:.3f}",
        "made of": f"{found.size:,} {'counts' if rung.is_counted else 'parameters'}",
        "time": duration(found.seconds),
        "writes": " ".join(found.text.split())[:40],
    }


def add_to(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.set_defaults(answer=climb)
    parser.add_argument(
        "corpus", nargs="?", default="verse_drama", metavar="C", help="a built-in text or a file (verse_drama)"
    )
    parser.add_argument("--steps", type=int, metavar="N", help="another number of steps for each run")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help=f"the seed of each run ({SEED})")
