"""`gpt-studio self-test`: whether everything that a lesson needs works here, from training to looking, on a toy."""

import argparse
import json
import math
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gpt_studio.cli import self_test_page
from gpt_studio.cli.self_test_page import NotGood
from gpt_studio.engine import clock, corpus, runs
from gpt_studio.engine.config import ModelConfig, Sampling, TrainConfig
from gpt_studio.engine.events import Ended, Evaluated, StepDone, Tested, Written
from gpt_studio.engine.inside.seen import AttentionSeen
from gpt_studio.engine.requests import (
    AttentionRequest,
    CorpusText,
    ResumeRequest,
    Subject,
    TestRequest,
    TrainRequest,
    WriteRequest,
)

STEPS = 40


class _Checks:
    """The checks, in their order; each leans on the ones before."""

    def __init__(self, folder: Path) -> None:
        text = corpus.load("startup_pitches")
        self._text = CorpusText(id=text.id, title=text.title, text=text.text[:20_000])
        self._model = ModelConfig(n_layer=2, n_head=2, n_embd=32, block_size=32)
        self._train = TrainConfig(
            max_steps=STEPS, batch_size=8, learning_rate=1e-2, eval_every=20, micro_batch=8, threads=1
        )
        self._whole, self._halved = folder / "whole", folder / "halved"
        self._subject = Subject(run=self._whole)

    def all(self) -> dict[str, Callable[[], str]]:
        return {
            "train": self.train,
            "save": self.save,
            "resume": self.resume,
            "write": self.write,
            "test": self.test,
            "look": self.look,
        }

    def _jobs(self) -> Any:
        from gpt_studio.engine import attention, generalization, generation, training

        return attention, generalization, generation, training

    def _request(self, run: Path) -> TrainRequest:
        return TrainRequest(corpus=self._text, model=self._model, train=self._train, run=run, name=run.name)

    def _run(self, job: Callable[[Any, Any], Iterator[Any]], request: Any) -> list[Any]:
        from gpt_studio.engine.workshop import Workshop

        return [event for report in job(Workshop(), request) for event in report or ()]

    def train(self) -> str:
        events = self._run(self._jobs()[3].train, self._request(self._whole))
        checks = [event for event in events if isinstance(event, Evaluated)]
        if not isinstance(events[-1], Ended) or checks[-1].val_loss >= checks[0].val_loss:
            raise NotGood("the loss did not fall")
        return f"{STEPS} steps, held-back loss {checks[0].val_loss:.2f} -> {checks[-1].val_loss:.2f}"

    def save(self) -> str:
        kept = [*runs.step_folders(self._whole / "checkpoints")]
        if STEPS not in kept or runs.read_record(self._whole).status != "done":
            raise NotGood(f"checkpoints at {kept}")
        return f"checkpoint of step {STEPS}, snapshots at {', '.join(map(str, runs.snapshot_steps(self._whole)))}"

    def resume(self) -> str:
        from gpt_studio.engine.workshop import Workshop

        training = self._jobs()[3]
        job = training.train(Workshop(), self._request(self._halved))
        for report in job:
            if any(isinstance(event, StepDone) and event.step == STEPS // 2 for event in report or ()):
                break
        job.close()
        self._run(training.resume, ResumeRequest(run=self._halved))
        whole, halved = (
            [event.train_loss for event in runs.read_metrics(run) if isinstance(event, StepDone)]
            for run in (self._whole, self._halved)
        )
        if whole != halved:
            raise NotGood("a stopped and resumed run differs from one that never stopped")
        return f"stopped at step {STEPS // 2} and gone on with: equal in all {len(whole)} losses"

    def write(self) -> str:
        request = WriteRequest(subject=self._subject, prompt="Every ", samplings=(Sampling(),), length=64, seed=1)
        texts = [
            "".join(event.text for event in self._run(self._jobs()[2].write, request) if isinstance(event, Written))
            for _ in range(2)
        ]
        if len(texts[0]) != 64 or texts[0] != texts[1]:
            raise NotGood("the same seed did not give the same text")
        return "64 characters, the same twice with the same seed"

    def test(self) -> str:
        events = self._run(self._jobs()[1].measure, TestRequest(subjects=(self._subject,), texts=(self._text,)))
        cell = events[-1]
        if not isinstance(cell, Tested) or not math.isfinite(cell.loss):
            raise NotGood("no loss came back")
        return f"perplexity {cell.perplexity:.1f} on {cell.characters:,} characters"

    def look(self) -> str:
        seen = self._run(self._jobs()[0].attend, AttentionRequest(subject=self._subject, text="Every June"))[-1]
        if not isinstance(seen, AttentionSeen) or not np.allclose(seen.weights.sum(-1), 1.0, atol=1e-4):
            raise NotGood("attention weights do not sum to 1")
        return f"{seen.weights.shape[0] * seen.weights.shape[1]} heads, weights sum to 1"


def self_test(options: argparse.Namespace) -> int:
    """One line per check and per fact; gives 0 when all came out well, else 1. The page is kept beside the log."""
    failures, lines = 0, []
    with tempfile.TemporaryDirectory(prefix="gpt-studio-") as folder:
        for name, check in {**self_test_page.facts(), **_Checks(Path(folder)).all()}.items():
            began = clock.now()
            try:
                told, well = check(), True
            except Exception as error:
                told, well = self_test_page.told_plainly(error), False
            seconds = clock.now() - began
            failures += not well
            lines.append(f"{'ok  ' if well else 'FAIL'}  {name:<8} {seconds:5.1f} s  {told}")
            if options.json:
                print(
                    json.dumps({"check": name, "ok": well, "seconds": round(seconds, 2), "message": told}), flush=True
                )
            else:
                print(lines[-1], flush=True)
    page = self_test_page.keep(lines)
    if page is not None and not options.json:
        print(f"\nThis page is kept in {page}", flush=True)
    return 1 if failures else 0
