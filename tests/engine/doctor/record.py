"""Trains the runs that the doctor's thresholds were taken from, and writes down their curves: runs.json beside this.

    python tests/engine/doctor/record.py [NAME ...]

All of them take some ten minutes on a processor; named ones are made anew and put among the others.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import torch
from msgspec.structs import replace

from gpt_studio.engine import corpus, training
from gpt_studio.engine.config import PRESETS, ModelConfig, TrainConfig, with_optimizer
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Evaluated, StepDone
from gpt_studio.engine.keeping import references
from gpt_studio.engine.requests import CorpusText, TrainRequest
from gpt_studio.engine.workshop import Workshop

RUNS = Path(__file__).with_name("runs.json")
TINY, SMALL = PRESETS["tiny"], PRESETS["small"]


def text_of(id: str, characters: int | None = None) -> str:
    return corpus.load(id).text[:characters]


def shuffled_copies(text: str) -> str:
    """The same paragraphs twice: what is held back stands in the training part, word for word."""
    return f"{text}\n\n{text}"


def case(
    wanted: str, text: str, preset: Any = TINY, model: dict[str, Any] | None = None, optimizer: str = "", **train: Any
) -> dict[str, Any]:
    form: ModelConfig = replace(preset.model, **(model or {}))
    usual: TrainConfig = with_optimizer(preset.train, form, optimizer or preset.train.optimizer)
    settled = {"eval_every": 50, "device": "cpu", "precision": "fp32", "threads": 1, "micro_batch": usual.batch_size}
    return {"wanted": wanted, "text": text, "model": form, "train": replace(usual, **{**settled, **train})}


def cases() -> dict[str, dict[str, Any]]:
    verse, pitches, python = (text_of(id) for id in ("verse_drama", "startup_pitches", "python_code"))
    return {
        "healthy: tiny on verse": case("", verse),
        "healthy: tiny on pitches": case("", pitches),
        "healthy: tiny on python": case("", python),
        "muon, rate 1": case("rate_high", verse, learning_rate=1.0, max_steps=600),
        "adamw, rate 0.3": case("rate_high", pitches, optimizer="adamw", learning_rate=0.3, max_steps=600),
        "adamw, rate 10000": case("not_finite", verse, optimizer="adamw", learning_rate=1e4, max_steps=300),
        "muon, rate 0.000001": case("rate_low", verse, learning_rate=1e-6, max_steps=500),
        "adamw, rate 0.000001": case("rate_low", pitches, optimizer="adamw", learning_rate=1e-6, max_steps=500),
        "width 4": case("too_small", verse, model={"n_layer": 1, "n_head": 1, "n_embd": 4}),
        "width 6": case("too_small", pitches, model={"n_layer": 1, "n_head": 1, "n_embd": 6}),
        "a text twice": case("leak", shuffled_copies(pitches[:60_000]), max_steps=1500),
        "a text of 1,500 characters": case("too_short", verse[:1500], max_steps=600),
        "by heart: 30,000 characters of verse": case("turned_up", verse[:30_000], SMALL, max_steps=1000),
        "by heart: 20,000 characters of python": case("turned_up", python[:20_000], TINY, max_steps=700),
        "healthy: small on verse": case("", verse, SMALL, max_steps=600),
        "healthy: small on pitches": case("", pitches, SMALL, max_steps=600),
    }


def record(case: dict[str, Any]) -> dict[str, Any]:
    """Train for real, and note what the doctor is given."""
    text, told = case["text"], {"wanted": case["wanted"], "steps": [], "checks": [], "failed": ""}
    with tempfile.TemporaryDirectory() as home:
        request = TrainRequest(
            corpus=CorpusText(id="text", title="Text", text=text),
            model=case["model"],
            train=case["train"],
            run=Path(home) / "run",
            name="run",
        )
        try:
            for report in training.train(Workshop(), request):
                for event in report or ():
                    if isinstance(event, StepDone):
                        told["steps"].append(round(event.train_loss, 3))
                    elif isinstance(event, Evaluated):
                        told["checks"].append([event.step, round(event.val_loss, 4)])
        except StudioError as error:
            told["failed"] = error.code
    told["characters"], told["vocab_size"] = len(text), len(set(text))
    told["max_steps"], told["learning_rate"] = case["train"].max_steps, case["train"].learning_rate
    told["references"] = msgspec.to_builtins(references.measure(text))
    told["optimizer"], told["n_embd"] = case["train"].optimizer, case["model"].n_embd
    return told


def main(names: list[str]) -> None:
    torch.set_num_threads(1)
    known = json.loads(RUNS.read_text("utf-8")) if RUNS.exists() else {}
    for name, each in cases().items():
        if names and name not in names:
            continue
        known[name] = record(each)
        print(name, known[name]["failed"], known[name]["checks"][:1], known[name]["checks"][-1:], flush=True)
        lines = [f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in known.items()]
        RUNS.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
