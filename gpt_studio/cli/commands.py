"""The commands that look: hardware, generate, evaluate, attention, export, runs."""

import argparse
import json
import secrets
import sys
from pathlib import Path
from typing import Any

import msgspec

from gpt_studio.cli.settings import with_changes
from gpt_studio.cli.words import duration, listed, sentence, size, table
from gpt_studio.engine import clock, corpus, files, runs
from gpt_studio.engine.config import STYLES
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Tested, WritingBegun, Written
from gpt_studio.engine.hardware import Gpu
from gpt_studio.engine.inside.seen import AttentionSeen
from gpt_studio.engine.keeping import library, run_parts
from gpt_studio.engine.requests import (
    AttentionRequest,
    CorpusText,
    Subject,
    TestRequest,
    WriteRequest,
)


def _print_json(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _note(words: str) -> None:
    print(f"gpt-studio: {words}", file=sys.stderr)


def hardware(options: argparse.Namespace) -> int:
    from gpt_studio.cli import plan
    from gpt_studio.engine import device, dial, planning
    from gpt_studio.engine import hardware as machine

    found = machine.read()
    probes = plan.measure(found)
    preset = dial.recommend(probes, memory_free=plan.memory_free(found, probes))
    works_on = device.choose()
    if options.json:
        figures = [msgspec.to_builtins(event) for event in probes]
        _print_json({**msgspec.to_builtins(found), "device": works_on, "probes": figures, "preset": preset})
        return 0
    gpus = ", ".join(_gpu_words(gpu) for gpu in found.gpus) or "no GPU: that is fine"
    instructions = ", ".join(found.instructions)
    print(f"Processor  {found.processor}, {found.cores} cores, {found.threads} threads, {instructions}".rstrip(", "))
    print(f"Memory     {size(found.memory_free)} free of {size(found.memory_total)}")
    print(f"Disk       {size(found.disk_free)} free for runs")
    print(f"Graphics   {gpus}")
    print(f"Works on   {works_on}\n")
    if problem := device.passed_over():
        _note(sentence(problem))
    rows = [
        {
            "preset": event.preset,
            "computed in": f"{event.precision}, {event.threads} thread{'s' if event.threads > 1 else ''}",
            "step": f"{event.step_s * 1000:.1f} ms",
            "tokens/s": f"{event.tokens_per_s:,.0f}",
            "whole run": duration(planning.predicted_s(event.preset, [event])) if event.preset != "bigram" else "",
        }
        for event in probes
    ]
    print(table(rows))
    print(f"\nThis machine is given the preset {preset}; 'gpt-studio plan --minutes 10' makes one to measure.")
    return 0


def _gpu_words(gpu: Gpu) -> str:
    told = [gpu.name, size(gpu.memory_total)]
    told += [f"compute capability {gpu.capability}"] if gpu.capability else []
    told += [f"driver {gpu.driver}"] if gpu.driver else []
    return ", ".join(told)


def generate(options: argparse.Namespace) -> int:
    from gpt_studio.engine.generation import write
    from gpt_studio.engine.workshop import Workshop

    if options.length < 1:
        raise StudioError("cli.setting", reason=f"--length {options.length}: expected int >= 1.")
    sampling = with_changes(
        STYLES[options.style], temperature=options.temperature, top_k=options.top_k, top_p=options.top_p
    )
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    if not 0 <= seed < 2**63:
        raise StudioError("cli.setting", reason=f"--seed {seed}: expected a number from 0 to 2^63 - 1.")
    subject = Subject(run=library.find(options.run), step=options.step)
    request = WriteRequest(
        subject=subject, prompt=options.prompt, samplings=(sampling,), length=options.length, seed=seed
    )
    text, began = "", clock.now()
    for report in write(Workshop(), request):
        for event in report or ():
            if isinstance(event, WritingBegun):
                began = clock.now()
                if event.unknown:
                    _note(f"the model has never seen {listed(event.unknown)}; left out of the prompt.")
                if not options.json:
                    sys.stdout.write(event.prompt)
            elif isinstance(event, Written):
                text += event.text
                if not options.json:
                    sys.stdout.write(event.text)
        sys.stdout.flush()
    speed = options.length / max(clock.now() - began, 1e-9)
    if options.json:
        _print_json({"prompt": options.prompt, "text": text, "seed": seed, "tokens_per_s": round(speed, 1)})
    else:
        print()
    return 0


def evaluate(options: argparse.Namespace) -> int:
    from gpt_studio.engine.generalization import measure
    from gpt_studio.engine.workshop import Workshop

    run = library.find(options.run)
    texts = tuple(_to_test(run, corpus.load_any(name)) for name in options.texts)
    request = TestRequest(subjects=(Subject(run=run, step=options.step),), texts=texts)
    rows = []
    for report in measure(Workshop(), request):
        for event in report or ():
            assert isinstance(event, Tested)
            told = {
                "text": options.texts[event.column],
                "loss": event.loss,
                "perplexity": event.perplexity,
                "bits_per_char": event.bits_per_char,
                "unknown_share": event.unknown_share,
                "characters": event.characters,
            }
            if options.json:
                _print_json(told)
            rows.append(
                {
                    "text": texts[event.column].title,
                    "loss": f"{event.loss:.4f}",
                    "perplexity": f"{event.perplexity:.2f}",
                    "bits per character": f"{event.bits_per_char:.3f}",
                    "unknown": f"{event.unknown_share:.1%}",
                    "characters": f"{event.characters:,}",
                }
            )
    if not options.json:
        print(table(rows))
    return 0


def _to_test(run: Path, text: CorpusText) -> CorpusText:
    """A text that the run was trained on is tested on its held-back part alone; any other one whole."""
    if files.sha256(text.text.encode("utf-8")) != runs.read_record(run).corpus.sha256:
        return text
    _, held_back = corpus.split(text.text)
    return CorpusText(id=text.id, title=f"{text.title}, held back", text=held_back)


def attention(options: argparse.Namespace) -> int:
    from gpt_studio.engine.attention import attend
    from gpt_studio.engine.inside.attention_picture import as_npz, as_png
    from gpt_studio.engine.workshop import Workshop

    out = Path(options.out).expanduser()
    if out.suffix not in (".npz", ".png"):
        raise StudioError("cli.out")
    request = AttentionRequest(subject=Subject(run=library.find(options.run), step=options.step), text=options.text)
    seen = next(event for report in attend(Workshop(), request) for event in report or ())
    assert isinstance(seen, AttentionSeen)
    files.write_file(out, as_npz(seen) if out.suffix == ".npz" else as_png(seen))
    if seen.unknown:
        _note(f"the model has never seen {listed(seen.unknown)}; left out.")
    if seen.cut:
        _note(f"the context is full: the last {seen.cut} tokens were left out.")
    layers, heads, tokens, _ = seen.weights.shape
    print(f"{out}: {layers} layers, {heads} heads, {tokens} tokens", file=sys.stderr)
    return 0


def export(options: argparse.Namespace) -> int:
    from gpt_studio.engine.export import huggingface

    out = Path(options.out).expanduser()
    step = huggingface.export(library.find(options.run), out, options.step)
    print(f"{out}: the model of step {step:,}; transformers opens it from there", file=sys.stderr)
    return 0


def list_runs(options: argparse.Namespace) -> int:
    found = library.all_runs()
    if options.json:
        for run in found:
            problem = sentence(run.problem) if run.problem else None
            record = msgspec.to_builtins(run.record) if run.record else {}
            use = run_parts.disk_use(run.path)
            room = {"size_bytes": use.total_bytes, "snapshot_bytes": use.snapshot_bytes}
            _print_json({"name": run.name, "path": str(run.path), "problem": problem, **record, **room})
        return 0
    if not found:
        print("No runs yet. 'gpt-studio train startup_pitches' makes one.")
        return 0
    print(table([_run_row(run) for run in found]))
    return 0


def _run_row(run: library.RunSummary) -> dict[str, str]:
    told, place = {"name": run.name}, {"size": size(run_parts.disk_use(run.path).total_bytes), "folder": str(run.path)}
    if run.record is None:
        problem = sentence(run.problem) if run.problem else ""
        return {**told, "text": "", "model": "", "steps": "", "held back": "", "status": problem, **place}
    progress = run.record.progress
    return {
        **told,
        "text": run.record.corpus.title,
        "model": library.form_words(run.record.model),
        "steps": f"{progress.step:,}",
        "held back": "" if progress.val_loss is None else f"{progress.val_loss:.4f}",
        "status": run.record.status,
        **place,
    }
