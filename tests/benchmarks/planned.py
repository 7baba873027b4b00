"""Is the dial's choice a good one? The planned model against the presets, given the same minutes. Prints a table.

    python tests/benchmarks/planned.py --texts verse_drama tinyshakespeare.txt --minutes 2 5
    Every model makes as many steps as would fill the minutes by a probe's figures (--probe FILE, else measured now), in
    one thread and fp32, however long that takes: so it may run at low priority beside other work. Told: the loss over
    the whole validation part, and how far it is above the best.

    python tests/benchmarks/planned.py --real --minutes 2
    The same by the clock, as the program trains: steps follow the time, checks, samples and saving are part of it. Told
    as well: the seconds from Started to Ended, as a share of the minutes; and what was predicted for the planned steps.

    python tests/benchmarks/planned.py --predict --texts verse_drama
    A short run of tiny and of small as they are by default, but for 150 steps: predicted and real seconds.

A probe's figures are those of `gpt-studio hardware --json`, whose output --probe reads.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch
from msgspec.structs import replace

from gpt_studio.cli.words import table
from gpt_studio.engine import clock, corpus, dial, planning, probe, training
from gpt_studio.engine.config import PRESETS, ModelConfig, TrainConfig
from gpt_studio.engine.course.expectation import TextFacts, expected_loss
from gpt_studio.engine.events import Ended, Probed, Started
from gpt_studio.engine.generalization import total_loss
from gpt_studio.engine.requests import CorpusText, ProbeRequest, TrainRequest
from gpt_studio.engine.training import prepare
from gpt_studio.engine.workbench import Workbench
from gpt_studio.engine.workshop import Workshop

WAYS = ("planned", "bigram", "tiny", "small", "medium")
SHAKESPEARE = "tinyshakespeare"  # a file of that name is as hard as the built-in text


@dataclass(frozen=True)
class Way:
    """One model and its training, with steps that fill the minutes."""

    name: str
    model: ModelConfig
    train: TrainConfig
    expected: float
    predicted_s: float


def ways(text: CorpusText, minutes: float, probes: list[Probed], names: list[str]) -> Iterator[Way]:
    """What is named: the planned one, presets."""
    facts = TextFacts.of(text.id if text.id != SHAKESPEARE else "shakespeare", len(text.text), len(set(text.text)))
    for name in names:
        if name == "planned":
            plan = dial.choose(probes, minutes, facts)
            assert plan is not None
            yield Way(name, plan.model, plan.train, plan.loss, plan.seconds)
            continue
        model = PRESETS[name].model_for(facts.vocab_size)
        train = dial.filling(model, PRESETS[name].train, probes, minutes, facts)
        prediction = planning.predict(model, train, probes, name, facts.held_back_tokens)
        assert prediction is not None
        yield Way(name, model, train, expected_loss(model, train, facts), prediction.seconds)


def by_steps(text: CorpusText, way: Way) -> dict[str, str]:
    """Train so many steps, whatever time it takes."""
    parts = prepare(text.text)
    form = replace(way.model, vocab_size=parts.tokenizer.vocab_size)
    settled = replace(way.train, device="cpu", precision="fp32", threads=torch.get_num_threads())
    bench = Workbench(form, settled, parts.train, settled.max_steps)
    while bench.step < settled.max_steps:
        for _ in bench.update():
            pass
        bench.told(at_once=True)
    loss = _finish(total_loss(bench.model, parts.held_back, 32)) / (len(parts.held_back) - 1)
    return {"steps": f"{bench.step:,}", "held back": f"{loss:.4f}"}


def by_clock(text: CorpusText, way: Way, minutes: float) -> dict[str, str]:
    """Train as the program does when it is given minutes."""
    with tempfile.TemporaryDirectory() as folder:
        request = TrainRequest(
            corpus=text, model=way.model, train=way.train, run=Path(folder) / "run", name="run", minutes=minutes
        )
        began = clock.now()
        for report in training.train(Workshop(), request):
            for event in report or ():
                if isinstance(event, Started):
                    began = clock.now()
                elif isinstance(event, Ended):
                    ended = event
        seconds = clock.now() - began
    kept = f"{seconds:.1f} s, {seconds / 60 / minutes:.1%}"
    return {"steps": f"{ended.step:,} of {way.train.max_steps:,}", "held back": f"{ended.val_loss:.4f}", "took": kept}


def predicted(text: CorpusText, probes: list[Probed]) -> Iterator[dict[str, str]]:
    """What was foreseen for a short run, and what it took, from the request to the end."""
    for name in ("tiny", "small"):
        train = replace(PRESETS[name].train, max_steps=150, eval_every=50)
        model = PRESETS[name].model_for(len(set(text.text)))
        foreseen = planning.predict(model, train, probes, name, len(text.text) // 10)
        assert foreseen is not None
        with tempfile.TemporaryDirectory() as folder:
            request = TrainRequest(corpus=text, model=model, train=train, run=Path(folder) / "run", name="run")
            began = clock.now()
            for _ in training.train(Workshop(), request):
                pass
            took = clock.now() - began
        ratio = f"{took / foreseen.seconds:.2f}"
        yield {"preset": name, "predicted": f"{foreseen.seconds:.1f} s", "took": f"{took:.1f} s", "ratio": ratio}


def _finish(job) -> float:
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value


def figures(file: str | None) -> list[Probed]:
    """A probe's figures, from a file or measured now."""
    if file is not None:
        return [Probed(**told) for told in json.loads(Path(file).read_text())["probes"]]
    reports = probe.probe(Workshop(), ProbeRequest())
    return [event for report in reports for event in report or () if isinstance(event, Probed)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", nargs="+", default=["verse_drama"], help="built-in texts or files")
    parser.add_argument("--minutes", nargs="+", type=float, default=[2.0])
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=["planned", *PRESETS])
    parser.add_argument("--probe", help="a file with the output of gpt-studio hardware --json")
    parser.add_argument("--real", action="store_true", help="by the clock, not by steps")
    parser.add_argument("--predict", action="store_true", help="only compare predicted with real times")
    parser.add_argument("--threads", type=int, default=1, help="when it goes by steps")
    options = parser.parse_args()
    probes = figures(options.probe)
    for each in probes:
        print(f"{each.preset:7} {each.precision}, {each.threads} threads: {1000 * each.step_s:.1f} ms a step")
    if not options.real:
        torch.set_num_threads(options.threads)
    for name in options.texts:
        text = corpus.load_any(name)
        if options.predict:
            print(f"\n{text.title}\n{table(list(predicted(text, probes)))}", flush=True)
            continue
        for minutes in options.minutes:
            print(f"\n{text.title}, {minutes:g} minutes", flush=True)
            rows = []
            for way in ways(text, minutes, probes, options.ways):
                told = by_clock(text, way, minutes) if options.real else by_steps(text, way)
                form = f"{way.model.n_layer} x {way.model.n_embd}, {way.train.batch_size} x {way.model.block_size}"
                asides = {"expected": f"{way.expected:.4f}", "predicted": f"{way.predicted_s:.0f} s"}
                rows.append({"way": way.name, "model, batch": form, **told, **asides})
                print("  ".join(rows[-1].values()), file=sys.stderr, flush=True)
            best = min(float(row["held back"]) for row in rows)
            print(table([{**row, "above the best": f"{float(row['held back']) / best - 1:.1%}"} for row in rows]))


if __name__ == "__main__":
    main()
