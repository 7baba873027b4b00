"""The tensors of a run: complete checkpoints, snapshots of the weights, and the best weights. Nothing is ever
unpickled.

Every file's digest stands in the folder's manifest, which is written last, so a flipped bit or a missing file is
noticed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import safetensors.torch
import torch
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import Tensor
from torch.overrides import TorchFunctionMode

from gpt_studio.engine import faults, files, runs, tensor_file
from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.errors import RunError
from gpt_studio.engine.model import GPT
from gpt_studio.engine.tensor_file import Place, Row
from gpt_studio.engine.workbench import Workbench

KEPT = 2  # complete checkpoints
MANIFEST, WEIGHTS, OPTIMIZER = "manifest.json", "model.safetensors", "optimizer.safetensors"


class Manifest(Struct, frozen=True, kw_only=True):
    """What a folder of tensors holds, and the small numbers of a training state."""

    format: int = runs.FORMAT
    step: int
    digests: dict[str, str]
    seconds: float = 0.0
    loss_sum: float = 0.0
    loss_count: int = 0
    scaler: dict[str, float] = {}
    own_digest: str = ""  # of this manifest, while this field was empty


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
    return run / "checkpoints" / _folder_name(step)


def write(run: Path, state: State) -> None:
    """Write a complete checkpoint; the one before stays, older ones go.

    Raises:
        StudioError: `files.write` when the disk refuses.
    """
    _write(folder_for(run, state.manifest.step), {"model": state.model, "optimizer": state.optimizer}, state.manifest)
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
    _write(target, {"model": state.model}, Manifest(step=state.manifest.step, digests={}))


def write_snapshot(run: Path, state: State) -> None:
    """Write the weights alone, and beside them what the optimiser remembers, by which a fork can go on exactly."""
    name = _folder_name(state.manifest.step)
    if state.optimizer:
        _write(run / "optimizers" / name, {"optimizer": state.optimizer}, state.manifest)
    write_weights(run / "snapshots" / name, state)


def _folder_name(step: int) -> str:
    return f"step-{step:06d}"


def _write(target: Path, parts: Mapping[str, list[Row]], manifest: Manifest) -> None:
    with files.new_folder(target) as folder:
        digests = {}
        for name, rows in parts.items():
            file = f"{name}.safetensors"
            digests[file] = files.write_part(folder / file, *tensor_file.pieces(rows))
            faults.point(f"checkpoint.{name}")
        manifest = replace(manifest, digests=digests)
        manifest = replace(manifest, own_digest=files.digest(msgspec.json.encode(manifest)))
        files.write_part(folder / MANIFEST, msgspec.json.encode(manifest))


def step_of(folder: Path) -> int | None:
    """Of which step the weights in a folder are, where it says so."""
    try:
        return _manifest(folder).step
    except RunError:
        return None


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
                raise _damaged(folder, MANIFEST)
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
    manifest = _manifest(folder)
    remembers = OPTIMIZER in manifest.digests
    return manifest, _read(folder, manifest, "model"), _read(folder, manifest, "optimizer") if remembers else None


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
    weights = folders_of(parent, step)[0]
    complete = runs.step_folders(parent / "checkpoints").get(step)
    memory = runs.step_folders(parent / "optimizers").get(step) or complete
    if memory is not None and OPTIMIZER not in _manifest(memory).digests:
        memory = None
    taken = {WEIGHTS: weights} | ({OPTIMIZER: memory} if memory is not None and with_memory else {})
    state = _manifest(memory if memory is not None and with_memory else weights)
    target = folder_for(run, step)
    digests = {}
    for file, folder in taken.items():
        data = _sound(folder, _manifest(folder), file)
        for _ in files.write_part_from(target / file, [data]):
            pass
        digests[file] = files.digest(data)
    manifest = replace(state, digests=digests, seconds=seconds, own_digest="")
    manifest = replace(manifest, own_digest=files.digest(msgspec.json.encode(manifest)))
    files.write_part(target / MANIFEST, msgspec.json.encode(manifest))
    return OPTIMIZER in digests


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
        return _manifest(folder).digests.get(WEIGHTS)
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
            manifest = _manifest(folder)
            tensors = _read(folder, manifest, "model")
        except RunError:
            if step is not None:
                raise
            continue
        model = model_of(config, tensors)
        if model is None:
            raise _damaged(folder, WEIGHTS)
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


def _manifest(folder: Path) -> Manifest:
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, UnicodeDecodeError, RecursionError, msgspec.DecodeError) as error:
        raise _damaged(folder, MANIFEST) from error
    if manifest.own_digest:  # older ones have none
        plain = replace(manifest, own_digest="")
        if files.digest(msgspec.json.encode(plain)) != manifest.own_digest:
            raise _damaged(folder, MANIFEST)
    return manifest


def _read(folder: Path, manifest: Manifest, name: str) -> dict[str, Tensor]:
    file = f"{name}.safetensors"
    try:
        return safetensors.torch.load(_sound(folder, manifest, file))
    except SafetensorError as error:
        raise _damaged(folder, file) from error


def _sound(folder: Path, manifest: Manifest, file: str) -> bytes:
    """The bytes of a file whose digest is as it was written."""
    try:
        data = (folder / file).read_bytes()
    except OSError as error:
        raise _damaged(folder, file) from error
    if files.digest(data) != manifest.digests.get(file):
        raise _damaged(folder, file)
    return data


def _load_weights(model: GPT, tensors: dict[str, Tensor], folder: Path) -> None:
    try:
        model.load_state_dict(tensors)
    except RuntimeError as error:  # other names or shapes than run.json promises
        raise _damaged(folder, WEIGHTS) from error


def _load_optimizer(bench: Workbench, tensors: dict[str, Tensor], folder: Path) -> None:
    try:
        bench.optimizer.load_state(tensors)
    except (KeyError, RuntimeError) as error:
        raise _damaged(folder, OPTIMIZER) from error


def _damaged(folder: Path, file: str) -> RunError:
    return RunError("run.damaged", run=folder.parent.parent.name, file=f"{folder.parent.name}/{folder.name}/{file}")
