"""`gpt-studio experiment`: lists the experiments that are ready to run, runs one, or climbs the ladder."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gpt_studio.cli import ladder
from gpt_studio.cli.one_of_many import trained
from gpt_studio.cli.settings import with_changes
from gpt_studio.cli.words import duration, table
from gpt_studio.engine import clock, corpus
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments import effects, record, series
from gpt_studio.engine.experiments.catalogue import EXPERIMENTS
from gpt_studio.engine.experiments.effects import Effect, Outcome
from gpt_studio.engine.experiments.experiment import (
    PER_SIDE,
    SEED,
    USUAL_SPREAD,
    Experiment,
    Run,
    Setting,
    request,
    runs_of,
)
from gpt_studio.engine.experiments.record import Forecast, Notes

VERDICTS = {
    "a_lower": "{a} ends lower, by {by} bits per character.",
    "b_lower": "{b} ends lower, by {by} bits per character.",
    "chance": "no difference that chance would not make ({by} bits per character).",
    "unsure": "one pair of runs cannot tell so small a difference ({by} bits per character) from chance.",
    "seeds": "runs that differ in nothing but the seed ended {by} bits per character apart.",
    "peeks": "the two losses do not compare: without the mask a model sees the answer.",
    "texts": "the two losses do not compare: the runs were tested on different texts.",
    "failed": "there is nothing to compare: a run did not get to its end.",
}


def experiment(options: argparse.Namespace) -> int:
    """`list`, `run ID` or `ladder CORPUS`."""
    return int(options.answer(options))


def list_all(options: argparse.Namespace) -> int:
    for each in EXPERIMENTS.values():
        if options.json:
            print(json.dumps(msgspec.to_builtins(each), ensure_ascii=False))
    if not options.json:
        print(table([{"id": each.id, "question": each.question} for each in EXPERIMENTS.values()]))
        print("\n'gpt-studio experiment run ID' trains the runs and tells the difference;")
        print("'gpt-studio experiment ladder CORPUS' learns one text by counting and by models that grow to a GPT.")
    return 0


def run(options: argparse.Namespace) -> int:
    """Train both sides, more seeds of each where one pair is too little, and tell what came out."""
    asked = _asked(options)
    kept = record.begun(asked, Forecast(lower="unknown"), record.text_of(asked.a.corpus))
    outcomes = list[Outcome]()
    for one in _wanted(asked, options, outcomes):
        found, folder = _trained(asked, one, options.json)
        if found is None:
            return 130  # Ctrl-C
        outcomes.append(found)
        kept = replace(kept, runs=kept.runs | {one.role: str(folder)})
        notes = Notes(
            experiment=asked,
            forecast=Forecast(lower="unknown"),
            outcomes={each.role: each for each in outcomes},
            has_more_seeds=True,  # they are ordered here
        )
        series.write(record.with_notes(kept, notes))  # so that the window shows it, too
    told = effects.effect(asked, outcomes)
    assert told is not None  # both sides have a run
    if options.json:
        print(json.dumps({"event": "effect", "experiment": asked.id, **msgspec.to_builtins(told)}))
    else:
        print(table([_row(asked, each) for each in outcomes]))
        print(f"\n{verdict(asked, told)}")
        if asked.compared:
            print(asked.compared)
    return 0


def _asked(options: argparse.Namespace) -> Experiment:
    found = EXPERIMENTS.get(options.id)
    if found is None:
        raise StudioError("experiment.unknown", name=options.id, known=tuple(EXPERIMENTS))
    if options.corpus or options.steps:  # what was measured before is of other runs
        found = replace(found, measured=None, spread=USUAL_SPREAD)
    return replace(found, a=_as_wanted(found.a, options), b=_as_wanted(found.b, options))


def _as_wanted(setting: Setting, options: argparse.Namespace) -> Setting:
    settings = with_changes(setting.train, max_steps=options.steps)
    every = min(settings.eval_every, max(1, settings.max_steps // 10))
    name = options.corpus or setting.corpus
    if name not in corpus.BUILT_IN and Path(name).is_file():
        name = str(Path(name).absolute())  # so that it can be repeated from anywhere
    return replace(setting, train=replace(settings, eval_every=every), corpus=name)


def _wanted(asked: Experiment, options: argparse.Namespace, outcomes: list[Outcome]) -> Iterator[Run]:
    """The runs to train; whether more seeds follow is asked when the first pair is in."""
    yield from runs_of(asked, options.seed, options.seeds or 1)
    told = effects.effect(asked, outcomes)
    if options.seeds is None and told and told.wants_seeds:
        yield from runs_of(asked, options.seed, PER_SIDE)[2:]


def _trained(asked: Experiment, one: Run, as_json: bool) -> tuple[Outcome | None, Path]:
    """Train one run: its outcome (None when Ctrl-C ended it) and its folder. A run whose loss runs away has an outcome
    like any other.
    """
    setting, began = asked.setting(one.side), clock.now()
    order = request(asked, one, record.text_of(setting.corpus))
    if not trained(order, f"{one.side}, {setting.label}, seed {one.seed}", as_json):
        return None, order.run
    found = effects.outcome(one.role, order.run)
    if found and as_json:
        place = {"run": str(order.run), "wall_seconds": round(clock.now() - began, 2)}
        print(json.dumps({"event": "outcome", **msgspec.to_builtins(found), **place}), flush=True)
    return found, order.run


def _row(asked: Experiment, found: Outcome) -> dict[str, str]:
    one = found.run
    assert one is not None
    return {
        "side": one.side,
        "setting": asked.setting(one.side).label,
        "seed": str(one.seed),
        "held back, last": "none" if found.final is None else f"{found.final:.3f} bits per character",
        "lowest": "" if found.best is None else f"{found.best:.3f} at step {found.best_step:,}",
        "trained": duration(found.seconds),
    }


def verdict(asked: Experiment, told: Effect) -> str:
    """What the runs have shown, and no more."""
    by = "" if told.difference is None else f"{abs(told.difference):.3f}"
    words = VERDICTS[told.verdict].format(a=asked.a.label, b=asked.b.label, by=by)
    words = words[:1].upper() + words[1:]
    if told.low is not None and told.high is not None and told.verdict not in ("peeks", "texts", "failed"):
        rests = f"{told.pairs} pairs" if told.pairs else f"{told.runs_a} and {told.runs_b} runs"
        words += (
            f" {rests}: 95 % interval of {asked.b.label} less {asked.a.label} {told.low:+.3f} to {told.high:+.3f}; "
        )
        words += f"one run varies by {told.spread:.3f} from seed to seed."
    elif told.verdict in ("a_lower", "b_lower"):
        words += f" One pair; from seed to seed such a difference varies by about {asked.spread:.3f}."
    return words


def add_to(sub: argparse.ArgumentParser, parser_class: type[argparse.ArgumentParser]) -> None:
    """The options of the command."""
    what = sub.add_subparsers(metavar="WHAT", required=True, parser_class=parser_class)
    listing = what.add_parser("list", help="the experiments that are ready to run")
    listing.set_defaults(answer=list_all)
    running = what.add_parser("run", help="train the runs of one, and tell the difference")
    running.set_defaults(answer=run)
    running.add_argument("id", metavar="ID", help="as the list names it")
    running.add_argument("--corpus", metavar="C", help="another text: a built-in one or a file")
    running.add_argument("--steps", type=int, metavar="N", help="another number of steps for each run")
    running.add_argument("--seed", type=int, default=SEED, metavar="N", help=f"the first seed ({SEED})")
    running.add_argument(
        "--seeds", type=int, choices=range(1, 11), metavar="N", help="so many runs of each side, 1 to 10 (as needed)"
    )
    climbing = what.add_parser("ladder", help="the same text learnt by counting, and by models that grow to a GPT")
    ladder.add_to(climbing)
    for each in (listing, running, climbing):
        each.add_argument("--json", action="store_true", help="one JSON object per line on standard output")
