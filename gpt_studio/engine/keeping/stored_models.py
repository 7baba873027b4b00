"""The models that lie in run folders: where the weights of a step are, and how they become a model again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from gpt_studio.engine import runs
from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.errors import RunError
from gpt_studio.engine.keeping import tensor_folder
from gpt_studio.engine.keeping.tensor_folder import WEIGHTS, step_of
from gpt_studio.engine.model import GPT


def folders_of(run: Path, step: int | None = None) -> list[Path]:
    """Where a run's weights lie: of one step, or of its complete checkpoints, newest first.

    Raises:
        RunError: `run.no_snapshot` with the steps there are.
    """
    checkpoints = runs.step_folders(run / "checkpoints")
    if step is None:
        return [*reversed(checkpoints.values())]
    best = run / "best"
    kept = {best_step: best} if best.is_dir() and (best_step := step_of(best)) is not None else {}
    kept |= runs.step_folders(run / "snapshots") | checkpoints
    if step not in kept:
        raise RunError("run.no_snapshot", run=run.name, step=step, steps=tuple(sorted(kept)))
    return [kept[step]]


def newest_step(run: Path) -> int:
    """The step of the newest complete checkpoint.

    Raises:
        RunError: `run.no_checkpoint`.
    """
    for folder in folders_of(run):
        if (step := step_of(folder)) is not None:
            return step
    raise RunError("run.no_checkpoint", run=run.name)


def digest_of(folder: Path) -> str | None:
    """What tells the weights in a folder from all others; None where it does not say so."""
    try:
        return tensor_folder.read_manifest(folder).digests.get(WEIGHTS)
    except RunError:
        return None


def load_model(run: Path, config: ModelConfig, step: int | None = None) -> tuple[GPT, int]:
    """A run's model on the processor, and its step: of a snapshot, of the best check, or of the newest checkpoint that
    can be read.

    Raises:
        RunError: `run.no_snapshot` with the steps there are, `run.no_checkpoint`, or `run.damaged`.
    """
    for folder in folders_of(run, step):
        try:
            manifest = tensor_folder.read_manifest(folder)
            tensors = tensor_folder.read(folder, manifest, "model")
        except RunError:
            if step is not None:
                raise
            continue
        model = model_of(config, tensors)
        if model is None:
            raise tensor_folder.damaged(folder, WEIGHTS)
        return model, manifest.step
    raise RunError("run.no_checkpoint", run=run.name)


def model_of(config: ModelConfig, tensors: Mapping[str, Tensor]) -> GPT | None:
    """A model that has these very tensors; none are made first only to be overwritten. None when they do not fit it.

    They are compared before any memory is taken: run.json may promise a giant.
    """
    with torch.device("meta"), _NothingDrawn():
        model = GPT(config)
    if {name: tensor.shape for name, tensor in tensors.items()} != {n: t.shape for n, t in model.state_dict().items()}:
        return None
    model.load_state_dict(tensors, assign=True)
    return model


class _NothingDrawn(TorchFunctionMode):
    """Leaves weights as they are made: to draw them without memory loads 0.8 s of torch, for nothing."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(function, "__module__", "") == "torch.nn.init":
            return args[0] if args else (kwargs or {})["tensor"]
        return function(*args, **(kwargs or {}))
