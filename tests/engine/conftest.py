"""Toys that the engine's tests share: a tiny GPT, a tiny text, and a run made of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from gpt_studio.engine import training
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.events import Event
from gpt_studio.engine.model import GPT
from gpt_studio.engine.requests import CorpusText, TrainRequest
from gpt_studio.engine.workshop import Workshop

TEXT = "".join(
    f"{name} has {count} {thing}s.\n"
    for count in range(12)
    for name in ("Ann", "Bob", "Cy")
    for thing in ("cat", "dog", "hen", "owl")
)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def tiny_config() -> ModelConfig:
    return ModelConfig(n_layer=2, n_head=2, n_embd=16, block_size=8, vocab_size=11)


@pytest.fixture
def tiny_gpt(tiny_config: ModelConfig) -> GPT:
    torch.manual_seed(1)
    return GPT(tiny_config).eval().requires_grad_(False)


@pytest.fixture
def toy_request(tmp_path: Path) -> Callable[..., TrainRequest]:
    """Makes the request for a run of a few steps; keywords change its model or its training."""

    def make(run: str = "toy", model: dict[str, Any] | None = None, text: str = TEXT, **train: Any) -> TrainRequest:
        form = {"n_layer": 2, "n_head": 2, "n_embd": 16, "block_size": 16, **(model or {})}
        settings = {
            "max_steps": 30,
            "batch_size": 4,
            "learning_rate": 1e-2,
            "eval_every": 10,
            "micro_batch": 4,
            **train,
        }
        return TrainRequest(
            corpus=CorpusText(id="toy", title="Toy", text=text),
            model=ModelConfig(**form),
            train=TrainConfig(**settings),
            run=tmp_path / run,
            name=run,
        )

    return make


def run_job(job: Iterator[list[Event] | None]) -> list[Any]:
    """All that a job tells."""
    return [event for report in job for event in report or ()]


@pytest.fixture
def trained(toy_request: Callable[..., TrainRequest]) -> Path:
    """The folder of a run that is done."""
    request = toy_request("trained")
    run_job(training.train(Workshop(), request))
    return request.run
