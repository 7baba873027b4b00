"""The tensors of a run: complete checkpoints, snapshots of the weights, and the best weights."""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch
from msgspec.structs import replace
from numpy.typing import NDArray
from torch import Tensor

from gpt_studio.engine import faults, files, runs
from gpt_studio.engine.errors import RunError
from gpt_studio.engine.keeping import stored_models, tensor_folder
from gpt_studio.engine.keeping.tensor_file import Place, Row
from gpt_studio.engine.keeping.tensor_folder import MANIFEST, OPTIMIZER, WEIGHTS, Manifest
from gpt_studio.engine.model import GPT
from gpt_studio.engine.workbench import Workbench

KEPT = 2  # complete checkpoints


@dataclass(frozen=True)
class State:
    """A copy of all that a run needs to go on; nothing in it belongs to torch, so any thread may write it."""

    manifest: Manifest  # without digests
    model: list[Row]
    optimizer: list[Row]


class Copier:
    """Copies the bench's state, into the same memory each time."""

    def __init__(self) -> None:
        self._memory: dict[str, NDArray[np.float32]] = {}

    def copy(self, bench: Workbench, weights_only: bool = False) -> State:
        """The state at this moment. It is overwritten by the next call.

        Raises:
            StudioError: `training.diverged` when the weights are no numbers any more.
        """
        if not bench.is_finite():
            raise bench.diverged()
        places = [Place(part.name, part.begin, part.end, tuple(part.shape)) for part in bench.flat.parts]
        model = [Row(self._copied("model", bench.flat.values), places)]
        memory = [] if weights_only else bench.optimizer.rows()
        manifest = Manifest(
            step=bench.step,
            digests={},
            seconds=bench.seconds,
            loss_sum=bench.loss_sum,
            loss_count=bench.loss_count,
            scaler=bench.scale.state(),
        )
        optimizer = [Row(self._copied(f"optimizer {n}", row), there) for n, (row, there) in enumerate(memory)]
        return State(manifest, model, optimizer)

    def _copied(self, name: str, row: Tensor) -> NDArray[np.float32]:
        if name not in self._memory:
            self._memory[name] = np.empty(len(row), np.float32)
        torch.from_numpy(self._memory[name]).copy_(row)
        return self._memory[name]


def folder_for(run: Path, step: int) -> Path:
    """Where the complete checkpoint of a step lies, or will lie."""
    return run / "checkpoints" / tensor_folder.folder_name(step)


def write(run: Path, state: State) -> None:
    """Write a complete checkpoint; the one before stays, older ones go.

    Raises:
        StudioError: `files.write` when the disk refuses.
    """
    tensor_folder.write(
        folder_for(run, state.manifest.step), {"model": state.model, "optimizer": state.optimizer}, state.manifest
    )
    faults.point("checkpoint.complete")
    for folder in _superfluous(run, state.manifest.step):
        files.remove(folder)


def _superfluous(run: Path, step: int) -> list[Path]:
    """Checkpoints before the newest ones, and those past the present step: they could not be read, or would be it."""
    folders = runs.step_folders(run / "checkpoints")
    kept = [there for there in folders if there <= step][-KEPT:]
    return [folder for there, folder in folders.items() if there not in kept]


def write_weights(target: Path, state: State) -> None:
    """Write the weights alone: a snapshot, or the best so far."""
    tensor_folder.write(target, {"model": state.model}, Manifest(step=state.manifest.step, digests={}))


def write_snapshot(run: Path, state: State) -> None:
    """Write the weights alone, and beside them what the optimiser remembers, by which a fork can go on exactly."""
    name = tensor_folder.folder_name(state.manifest.step)
    if state.optimizer:
        tensor_folder.write(run / "optimizers" / name, {"optimizer": state.optimizer}, state.manifest)
    write_weights(run / "snapshots" / name, state)


def restore(run: Path, bench: Workbench) -> tuple[int | None, list[RunError]]:
    """Put the newest complete checkpoint onto the bench.

    A damaged one is passed over for the one before. Where none was ever written, the bench stays as it was made:
    that is step 0.

    Returns:
        The checkpoint's step, None where there is none; and why newer ones were passed over, newest first.

    Raises:
        RunError: `run.no_checkpoint` when none can be read.
    """
    refused: list[RunError] = []
    folders = list(runs.step_folders(run / "checkpoints").items())
    for step, folder in reversed(folders):
        try:
            manifest, model, optimizer = _complete(folder)
            if manifest.step != step:
                raise tensor_folder.damaged(folder, MANIFEST)
            _load_weights(bench.model, model, folder)
            if optimizer is not None:
                _load_optimizer(bench, optimizer, folder)
        except RunError as error:
            refused.append(error)
            continue
        bench.scale.load_state(manifest.scaler)
        bench.go_back_to(manifest.step, manifest.seconds, manifest.loss_sum, manifest.loss_count)
        return step, refused
    if folders:
        raise RunError("run.no_checkpoint", run=run.name)
    return None, refused


def _complete(folder: Path) -> tuple[Manifest, dict[str, Tensor], dict[str, Tensor] | None]:
    """A checkpoint's parts. A fork's first one may have no memory of the optimiser, which then begins anew."""
    manifest = tensor_folder.read_manifest(folder)
    remembers = OPTIMIZER in manifest.digests
    return (
        manifest,
        tensor_folder.read(folder, manifest, "model"),
        tensor_folder.read(folder, manifest, "optimizer") if remembers else None,
    )


def begin_with(run: Path, parent: Path, step: int, seconds: float, with_memory: bool) -> bool:
    """Give a new run a complete checkpoint, made of what another run kept of a step.

    Args:
        run: The folder that the new run is being made in.
        parent: The run that it is forked from.
        step: Of a checkpoint, a snapshot or the best check.
        seconds: How long the parent had trained by then.
        with_memory: Take along what the optimiser remembered, where that was kept.

    Returns:
        Whether the memory came along; else the optimiser begins anew.

    Raises:
        RunError: `run.no_snapshot`, or `run.damaged`.
    """
    weights = stored_models.folders_of(parent, step)[0]
    complete = runs.step_folders(parent / "checkpoints").get(step)
    memory = runs.step_folders(parent / "optimizers").get(step) or complete
    if memory is not None and OPTIMIZER not in tensor_folder.read_manifest(memory).digests:
        memory = None
    taken = {WEIGHTS: weights} | ({OPTIMIZER: memory} if memory is not None and with_memory else {})
    state = tensor_folder.read_manifest(memory if memory is not None and with_memory else weights)
    target = folder_for(run, step)
    digests = {}
    for file, folder in taken.items():
        data = tensor_folder.sound_bytes(folder, tensor_folder.read_manifest(folder), file)
        for _ in files.write_part_from(target / file, [data]):
            pass
        digests[file] = files.digest(data)
    manifest = replace(state, digests=digests, seconds=seconds, own_digest="")
    manifest = replace(manifest, own_digest=files.digest(msgspec.json.encode(manifest)))
    files.write_part(target / MANIFEST, msgspec.json.encode(manifest))
    return OPTIMIZER in digests


def _load_weights(model: GPT, tensors: dict[str, Tensor], folder: Path) -> None:
    try:
        model.load_state_dict(tensors)
    except RuntimeError as error:  # other names or shapes than run.json promises
        raise tensor_folder.damaged(folder, WEIGHTS) from error


def _load_optimizer(bench: Workbench, tensors: dict[str, Tensor], folder: Path) -> None:
    try:
        bench.optimizer.load_state(tensors)
    except (KeyError, RuntimeError) as error:
        raise tensor_folder.damaged(folder, OPTIMIZER) from error
