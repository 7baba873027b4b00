"""`gpt-studio plan`: which model suits the minutes that there are, on this computer."""

import argparse
import json
import sys
from collections.abc import Sequence

import msgspec

from gpt_studio.cli.words import duration, size, table
from gpt_studio.engine import corpus, dial, planning
from gpt_studio.engine import hardware as machine
from gpt_studio.engine.course.expectation import TextFacts
from gpt_studio.engine.dial import LessonPlan
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Probed
from gpt_studio.engine.hardware import Hardware
from gpt_studio.engine.machine import measured
from gpt_studio.engine.requests import CorpusText, ProbeRequest

GIVEN_UP = {
    "": "nothing had to be given up",
    "memory": "a larger model does not fit into the free memory",
    "speed": "this computer is slow, so the model is a small one",
    "text": "the text is short: more steps would only learn it by heart, so the run ends early",
}
REASONS = {
    "best": "the best that fits",
    "fits": "done in time, but learns less",
    "yardstick": "the yardstick",
    "too_slow": "too slow for this time",
    "needs_gpu": "wants a GPU",
    "too_little_memory": "needs more than the free memory",
    "unmeasured": "not measured",
}


def plan(options: argparse.Namespace) -> int:
    """Tell of the model that learns most in the time, and of the presets."""
    check_minutes(options.minutes)
    text = facts_of(corpus.load_any(options.corpus)) if options.corpus else TextFacts()
    found = machine.read()
    probes = figures_of(found)
    chosen = for_minutes(options.minutes, text, found, probes)
    free, on_gpu = memory_free(found, probes), probes[0].device != "cpu"
    rows = dial.presets(probes, options.minutes, text, free, on_gpu)
    if options.json:
        told = {"plan": msgspec.to_builtins(chosen), "presets": msgspec.to_builtins(rows)}
        sys.stdout.write(json.dumps(told) + "\n")
        return 0
    model, train = chosen.model, chosen.train
    layers = f"{model.n_layer} layers, {model.n_head} heads, width {model.n_embd}, context {model.block_size}"
    print(f"Model      {'the bigram table' if model.is_bigram else layers}: {chosen.parameters:,} parameters")
    pieces = f"{train.max_steps:,} steps of {train.batch_size} pieces of text"
    print(f"Training   {pieces}, dropout {model.dropout:g}, computed in {chosen.precision}")
    print(f"Takes      {duration(chosen.seconds)} and {size(chosen.memory_bytes)}, by what was measured here")
    print(f"Expect     {chosen.quality}: a held-back loss of about {chosen.loss:.2f}")
    print(f"Given up   {GIVEN_UP[chosen.given_up]}\n")
    print(
        table(
            [
                {
                    "preset": row.preset,
                    "parameters": f"{row.parameters:,}",
                    "time here": duration(row.prediction.seconds) if row.prediction else "",
                    "expect": row.quality,
                    "why, or why not": REASONS[row.reason],
                }
                for row in rows
            ]
        )
    )
    return 0


def facts_of(text: CorpusText) -> TextFacts:
    """What the forecast must know of a text."""
    return TextFacts.of(text.id, len(text.text), len(set(text.text)))


def figures_of(found: Hardware) -> list[Probed]:
    """What was measured on this machine, now or before.

    Raises:
        StudioError: `plan.unmeasured` where no transformer could be measured.
    """
    kept = measured.read(found)
    probes = kept.probes if kept else measure(found)
    if not planning.can_predict(probes):
        raise StudioError("plan.unmeasured")
    return probes


def measure(found: Hardware) -> list[Probed]:
    """Measure anew, and keep it."""
    from gpt_studio.engine import probe
    from gpt_studio.engine.workshop import Workshop

    told = (event for report in probe.probe(Workshop(), ProbeRequest(anew=True)) for event in report or ())
    probes = [event for event in told if isinstance(event, Probed)]
    if planning.can_predict(probes):
        measured.write(found, probes)
    return probes


def memory_free(found: Hardware, probes: Sequence[Probed]) -> int | None:
    """Bytes that training may fill: of the GPU where it was measured there."""
    if probes and probes[0].device != "cpu" and found.gpus:
        return found.gpus[0].memory_free or None
    return found.memory_free or None


def check_minutes(minutes: float) -> None:
    """Refuse what lies outside of the dial's ends, before anything is measured.

    Raises:
        StudioError: `cli.setting`.
    """
    least, most = dial.MINUTES
    if not least <= minutes <= most:
        raise StudioError("cli.setting", reason=f"--minutes {minutes:g}: expected a number from {least} to {most}.")


def for_minutes(minutes: float, text: TextFacts, found: Hardware, probes: Sequence[Probed]) -> LessonPlan:
    """The dial's choice."""
    chosen = dial.choose(probes, minutes, text, memory_free(found, probes))
    if chosen is None:
        raise StudioError("plan.unmeasured")
    return chosen
