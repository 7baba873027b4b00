"""Toys that the engine's tests share: a tiny GPT, a tiny text, and a run made of them."""

import shutil
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


def toy_in(folder: Path) -> Callable[..., TrainRequest]:
    """Makes the request for a run of a few steps in `folder`; keywords change its model or its training."""

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
            run=folder / run,
            name=run,
        )

    return make


def run_job(job: Iterator[list[Event] | None]) -> list[Any]:
    """All that a job tells."""
    return [event for report in job for event in report or ()]


@pytest.fixture
def toy_request(tmp_path: Path) -> Callable[..., TrainRequest]:
    return toy_in(tmp_path)


@pytest.fixture(scope="session")
def _trained_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    request = toy_in(tmp_path_factory.mktemp("trained"))("trained")
    run_job(training.train(Workshop(), request))
    return request.run


@pytest.fixture
def trained(_trained_once: Path, tmp_path: Path) -> Path:
    """The folder of a run that is done; this test's own copy."""
    return shutil.copytree(_trained_once, tmp_path / "trained", ignore=shutil.ignore_patterns("lock"))
