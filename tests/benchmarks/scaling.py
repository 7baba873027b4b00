"""Does a scaling keep its minutes, and does its law foretell the next larger model? Really trains all of it.

    python tests/benchmarks/scaling.py [--text verse_drama] [--minutes 3] [--seed 1337] [--next 1] [--home FOLDER]
                                       [--probe FILE]

Measures the machine, makes the plan as the window does, trains its models and prints what came out: sizes, seconds
expected and taken, the law with its interval, then the next larger model, what was foretold of it and how far off that
was. With --home the runs and the series stay there, and the window shows them. With --probe the plan is that of another
machine, or of this one when it was idle: a file with the output of gpt-studio hardware --json.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from msgspec.structs import replace

from gpt_studio.cli.words import table
from gpt_studio.engine import clock, probe, training
from gpt_studio.engine.events import Probed
from gpt_studio.engine.experiments import effects, record, scaling
from gpt_studio.engine.experiments import scaling_record as kept
from gpt_studio.engine.experiments import series as records
from gpt_studio.engine.experiments.scaling import Plan
from gpt_studio.engine.experiments.scaling_fit import Law
from gpt_studio.engine.experiments.series import Series
from gpt_studio.engine.requests import CorpusText, ProbeRequest
from gpt_studio.engine.workshop import Workshop


def figures(file: Path | None, vocab_size: int) -> list[Probed]:
    """A probe's figures, from a file or measured now."""
    if file is not None:
        return [Probed(**told) for told in json.loads(file.read_text())["probes"]]
    reports = probe.probe(Workshop(), ProbeRequest(vocab_size=vocab_size))
    return [event for report in reports for event in report or () if isinstance(event, Probed)]


def trained(series: Series, place: int, text: CorpusText) -> tuple[Series, float]:
    """Train one size into the library; the series with what it came to, and the seconds from the request to the end."""
    notes = kept.notes_of(series)
    assert notes is not None
    (order,) = kept.orders(notes, [place], text, series.id)
    began = clock.now()
    for _ in training.train(Workshop(), order.request):
        pass
    took = clock.now() - began
    series = replace(series, runs=series.runs | {order.role: str(order.request.run)})
    series = kept.with_outcomes(series, {order.role: effects.outcome(order.role, order.request.run)}) or series
    records.write(series)
    return series, took


def row(series: Series, place: int, took: float) -> dict[str, str]:
    notes = kept.notes_of(series)
    assert notes is not None
    size, outcome = notes.sizes[place], notes.outcomes[kept.role_of(place)]
    form = size.model
    return {
        "parameters": f"{size.parameters:,}",
        "layers x width": f"{form.n_layer} x {form.n_embd}",
        "steps": f"{size.train.max_steps:,}",
        "operations": f"{size.flops:.2e}",
        "expected": f"{size.seconds:.0f} s",
        "took": f"{took:.0f} s",
        "lowest": f"{outcome.best:.4f} at {outcome.best_step:,}",
        "last": f"{outcome.final:.4f}",
    }


def words(law: Law, largest: float) -> str:
    """What a law says of itself."""
    saved = law.saving(largest)
    told = f"loss = {law.floor:.3f} + {law.factor:.3f} x^-{law.exponent:.4f}, scatter {law.scatter:.2%}; "
    told += f"ten times the parameters take off {saved.value:.1%}"
    return told if saved.low is None else told + f" ({saved.low:.1%} to {saved.high:.1%})"


def print_plan(plan: Plan) -> None:
    sizes = ", ".join(f"{size.parameters:,}" for size in plan.sizes)
    print(f"{len(plan.sizes)} sizes, each {plan.ratio:.2f} times the one before: {sizes}")
    print(f"{plan.epochs:.2f} times the text; {plan.seconds:.0f} of {60 * plan.minutes:.0f} s expected", flush=True)


def whole(text: CorpusText, plan: Plan, name: str) -> Series:
    """Train the plan, and print its table and its law."""
    series, rows = kept.begun(plan, text, name), []
    for place in range(len(plan.sizes)):
        series, took = trained(series, place, text)
        rows.append((row(series, place, took), took))
        print("  ".join(rows[-1][0].values()), file=sys.stderr, flush=True)
    seconds = sum(took for _, took in rows)
    print(table([told for told, _ in rows]))
    share = seconds / 60 / plan.minutes
    print(f"all took {seconds:.0f} s, {share:.0%} of the minutes, {seconds / plan.seconds:.2f} of what was expected")
    return series


def beyond(series: Series, text: CorpusText) -> Series:
    """Foretell the next larger model, train it, and print how far off that was."""
    notes = kept.notes_of(series)
    assert notes is not None
    law, size = kept.law(notes), kept.next_of(notes)
    assert law is not None
    assert size is not None
    print(f"law of {law.points} points: {words(law, notes.sizes[-1].parameters)}")
    notes = kept.with_next(notes, size)
    place = len(notes.sizes) - 1
    told = notes.foretold[kept.role_of(place)]
    interval = "no interval" if told.low is None else f"{told.low:.4f} to {told.high:.4f}"
    print(f"next: {size.parameters:,} parameters, foretold {told.bits:.4f} bits ({interval}), {size.seconds:.0f} s")
    series, took = trained(kept.with_notes(series, notes), place, text)
    print("  ".join(row(series, place, took).values()), flush=True)
    came = kept.notes_of(series).outcomes[kept.role_of(place)].best
    inside = {True: "inside", False: "outside", None: "no interval"}[told.interval.has(came)]
    print(f"came to {came:.4f}: {came / told.bits - 1:+.2%} of what was foretold, {inside}", flush=True)
    return series


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", default="verse_drama", help="a built-in text or a file")
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=scaling.SEED)
    parser.add_argument("--next", type=int, default=1, help="how many larger models are trained after the plan")
    parser.add_argument("--probe", type=Path, help="a file with the output of gpt-studio hardware --json")
    parser.add_argument("--home", type=Path, help="keep all of it there")
    options = parser.parse_args()
    text = record.text_of(options.text)
    facts = kept.facts_of(text)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GPT_STUDIO_HOME"] = str(options.home or folder)
        probes = figures(options.probe, facts.vocab_size)
        for each in probes:
            print(f"{each.preset:7} {each.precision}, {each.threads} threads: {1000 * each.step_s:.1f} ms a step")
        plan = scaling.plan(probes, options.minutes, facts)
        if plan is None:
            sys.exit("no plan fits into so few minutes on this machine")
        seeded = tuple(replace(size, train=replace(size.train, seed=options.seed)) for size in plan.sizes)
        plan = replace(plan, sizes=seeded)
        print_plan(plan)
        series = whole(text, plan, options.text)
        for _ in range(options.next):
            series = beyond(series, text)


if __name__ == "__main__":
    main()
