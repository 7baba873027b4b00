"""A toy run for faults of all kinds; as a program, it trains or goes on with such runs, to be killed on the way."""

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import torch

from gpt_studio.engine import faults, runs, training
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.events import StepDone
from gpt_studio.engine.keeping import keeper, tensor_folder
from gpt_studio.engine.requests import CorpusText, ResumeRequest, TrainRequest
from gpt_studio.engine.workshop import Workshop

TEXT = "".join(
    f"{name} has {count} {thing}s.\n" for count in range(30) for name in ("Ann", "Bob") for thing in ("cat",)
)


def request(run: Path, **train: Any) -> TrainRequest:
    settings = {"max_steps": 12, "batch_size": 4, "learning_rate": 1e-2, "eval_every": 4, "micro_batch": 2, **train}
    return TrainRequest(
        corpus=CorpusText(id="toy", title="Toy", text=TEXT),
        model=ModelConfig(n_layer=1, n_head=1, n_embd=8, block_size=8, dropout=0.1),
        train=TrainConfig(device="cpu", precision="fp32", threads=1, **settings),
        run=run,
        name=run.name,
    )


def told_by(job: Any) -> list[Any]:
    return [event for report in job for event in report or ()]


def go_on(run: Path) -> list[Any]:
    return told_by(training.resume(Workshop(), ResumeRequest(run=run)))


def curve(run: Path) -> list[tuple[Any, ...]]:
    """The figures that must be equal wherever and however often a run was cut off."""
    return [
        (event.step, event.train_loss, event.learning_rate, event.grad_norm)
        if isinstance(event, StepDone)
        else (event.step, event.train_loss, event.val_loss, event.bits_per_char)
        for event in runs.read_metrics(run)
    ]


def outcome(run: Path) -> tuple[Any, ...]:
    """All that a finished run leaves behind, without times: to the bit."""
    newest = list(runs.step_folders(run / "checkpoints").values())[-1]
    tensors = [(newest / f"{name}.safetensors").read_bytes() for name in ("model", "optimizer")]
    record = runs.read_record(run)
    return (
        curve(run),
        [(sample.step, sample.text) for sample in runs.read_samples(run)],
        tensors,
        runs.snapshot_steps(run),
        (run / "best" / "model.safetensors").read_bytes(),
        tensor_folder.step_of(run / "best"),
        (record.status, record.progress.step, record.progress.best_step),
    )


def main(run: Path) -> None:
    keeper.SAMPLE_LENGTH = 8
    keeper.SAVE_EVERY_S = float(os.environ.get("TOY_SAVE_EVERY_S", "0"))
    faults.plan_from_environment()
    if run.exists():
        go_on(run)
    else:
        told_by(training.train(Workshop(), request(run, max_steps=int(os.environ.get("TOY_STEPS", "12")))))


def serve() -> None:
    """A child process for each line of JSON, [folder, environment]; tells its id, and when it has ended, how. torch is
    loaded once for all of them.
    """
    for line in sys.stdin:
        run, environment = json.loads(line)
        child = os.fork()
        if child == 0:
            os.environ.update(environment)
            try:
                main(Path(run))
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve()
