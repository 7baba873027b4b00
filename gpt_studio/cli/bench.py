"""`gpt-studio bench`: how fast this program is on this machine, as ratios of things measured in the same run."""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import msgspec

from gpt_studio.cli.words import table

PARTS = ("steps", "generation", "start", "lateness")
NAMES = {"plain": "plain script", "muon": "this program, Muon", "adamw": "this program, AdamW"}


def bench(options: argparse.Namespace) -> int:
    """Measure part after part; a part that cannot be measured here says so, and the others go on."""
    for part in options.only or PARTS:
        rows = []
        for row in _measured(part, options.peers):
            if options.json:
                print(json.dumps({"bench": part, **row}), flush=True)
            rows.append(row)
        if not options.json:
            _show(part, rows)
    return 0


def _measured(part: str, peers: bool) -> Iterator[dict[str, Any]]:
    if part == "steps":
        yield from _steps(peers)
    elif part == "generation":
        from gpt_studio.engine.bench import generation

        yield from map(msgspec.to_builtins, generation.measure(with_peers=peers))
    else:
        yield from _stopwatch(part)


def _steps(peers: bool) -> Iterator[dict[str, Any]]:
    import torch

    from gpt_studio.engine import device
    from gpt_studio.engine.bench import steps

    precisions = ("fp32", "bf16") if device.half_products_pay() else ("fp32",)
    threads, fastest = torch.get_num_threads(), dict[str, float]()
    for peak in steps.peaks(threads, precisions):
        fastest[peak.precision] = peak.flops_per_s
        yield msgspec.to_builtins(peak)
    yield from map(msgspec.to_builtins, steps.speeds(fastest, threads, with_peers=peers))


def _stopwatch(part: str) -> Iterator[dict[str, Any]]:
    """The window is timed in a process of its own: this one knows no window."""
    if getattr(sys, "frozen", False):
        print(f"gpt-studio: {part} is measured from source only.", file=sys.stderr)
        return
    command = [sys.executable, "-P", "-m", "gpt_studio.stopwatch", part]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        words = (done.stderr.strip().splitlines() or ["the window cannot be opened here"])[-1]
        print(f"gpt-studio: {part} was not measured: {words.removeprefix('gpt-studio: ')}", file=sys.stderr)
        return
    yield json.loads(done.stdout.splitlines()[-1])


def _show(part: str, rows: list[dict[str, Any]]) -> None:
    shown = [_SHOWN[part](row) for row in rows]
    for columns in dict.fromkeys(tuple(row) for row in shown):  # rows of the same columns form one table
        print(table([row for row in shown if tuple(row) == columns]) + "\n")


def _step_words(row: dict[str, Any]) -> dict[str, str]:
    if "flops_per_s" in row:
        gigaflops = f"{row['flops_per_s'] / 1e9:,.0f} GFLOP/s"
        return {"fastest product": row["precision"], "threads": str(row["threads"]), "speed": gigaflops}
    return {
        "preset": row["preset"],
        "rows": str(row["rows"]),
        "way": NAMES.get(row["way"], row["way"]),
        "precision": row["precision"],
        "step": f"{1000 * row['step_s']:.1f} ms",
        "tokens/s": f"{row['tokens_per_s']:,.0f}",
        "of peak": f"{row['peak_share']:.0%}",
        "ratio": f"{row['ratio']:.2f}",
        "memory": f"{row['memory_bytes'] / 1024**2:,.0f} MB",
    }


def _writing_words(row: dict[str, Any]) -> dict[str, str]:
    return {
        "preset": row["preset"],
        "writing": row["way"],
        "rows": str(row["rows"]),
        "threads": str(row["threads"]),
        "tokens/s": f"{row['tokens_per_s']:,.0f}",
        "ratio": f"{row['ratio']:.2f}",
    }


def _start_words(row: dict[str, Any]) -> dict[str, str]:
    named = {"window": "window_s", "torch ready": "ready_s", "first step": "first_step_s"}
    return {"start": row["preset"], **{words: f"{row[name]:.2f} s" for words, name in named.items()}}


def _lateness_words(row: dict[str, Any]) -> dict[str, str]:
    parts = {
        f"{words} {part}": f"{late:.2f} ms"
        for words, kind in (("idle", "idle_ms"), ("training", "training_ms"))
        for part, late in row[kind].items()
    }
    return {"lateness": row["preset"], **parts, "step": f"{row['step_ms']:.1f} ms"}


_SHOWN = {
    "steps": _step_words,
    "generation": _writing_words,
    "start": _start_words,
    "lateness": _lateness_words,
}
