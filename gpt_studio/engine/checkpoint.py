"""The tensors of a run: complete checkpoints, snapshots of the weights, and the best weights. Nothing is ever
unpickled.

Every file's digest stands in the folder's manifest, which is written last, so a flipped bit or a missing file is
noticed.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import safetensors.torch
import torch
from msgspec import Struct
from safetensors import SafetensorError
from torch import Tensor

from gpt_studio.engine import files, runs
from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.errors import RunError
from gpt_studio.engine.model import GPT
from gpt_studio.engine.workbench import Workbench

KEPT = 2  # complete checkpoints
MANIFEST = "manifest.json"


class Manifest(Struct, frozen=True, kw_only=True):
    """What a folder of tensors holds, and the small numbers of a training state."""

    format: int = runs.FORMAT
    step: int
    digests: dict[str, str]
    seconds: float = 0.0
    loss_sum: float = 0.0
    loss_count: int = 0
    scaler: dict[str, float] = {}


def folder_for(run: Path, step: int) -> Path:
    """Where the complete checkpoint of a step lies, or will lie."""
    return run / "checkpoints" / _folder_name(step)


def save(run: Path, bench: Workbench) -> None:
    """Write a complete checkpoint of the present step; the one before stays, older ones go.

    Raises:
        StudioError: `training.diverged` when the weights are no numbers any more, `files.write` when the disk refuses.
    """
    if not bench.is_finite():
        raise bench.diverged()
    target = folder_for(run, bench.step)
    parts = {"model": bench.model.state_dict(), "optimizer": bench.optimizer.state()}
    _write(
        target,
        parts,
        Manifest(
            step=bench.step,
            digests={},
            seconds=bench.seconds,
            loss_sum=bench.loss_sum,
            loss_count=bench.loss_count,
            scaler=bench.scale.state(),
        ),
    )
    for folder in _superfluous(run, bench.step):
        files.remove(folder)


def _superfluous(run: Path, step: int) -> list[Path]:
    """Checkpoints before the newest ones, and those past the present step: they could not be read, or would be it."""
    folders = runs.step_folders(run / "checkpoints")
    kept = [there for there in folders if there <= step][-KEPT:]
    return [folder for there, folder in folders.items() if there not in kept]


def save_weights(target: Path, bench: Workbench) -> None:
    """Write the weights alone: a snapshot, or the best so far."""
    _write(target, {"model": bench.model.state_dict()}, Manifest(step=bench.step, digests={}))


def save_snapshot(run: Path, bench: Workbench) -> None:
    save_weights(run / "snapshots" / _folder_name(bench.step), bench)


def _folder_name(step: int) -> str:
    return f"step-{step:06d}"


def _write(target: Path, parts: Mapping[str, dict[str, Tensor]], manifest: Manifest) -> None:
    with files.new_folder(target) as folder:
        digests = {}
        for name, tensors in parts.items():
            plain = {key: tensor.detach().cpu().contiguous() for key, tensor in tensors.items()}
            data = safetensors.torch.save(plain)
            digests[f"{name}.safetensors"] = files.digest(data)
            files.write_part(folder / f"{name}.safetensors", data)
        manifest = msgspec.structs.replace(manifest, digests=digests)
        files.write_part(folder / MANIFEST, msgspec.json.encode(manifest))


def restore(run: Path, bench: Workbench) -> bool:
    """Put the newest complete checkpoint onto the bench; tells whether there was one.

    A damaged one is passed over for the one before. Where none was ever written, the bench stays as it was made:
    that is step 0.

    Raises:
        RunError: `run.no_checkpoint` when none can be read.
    """
    folders = list(runs.step_folders(run / "checkpoints").values())
    for folder in reversed(folders):
        try:
            manifest, model, optimizer = _complete(folder)
        except RunError:
            continue
        _load_weights(bench.model, model, folder)
        _load_optimizer(bench, optimizer, folder)
        bench.scale.load_state(manifest.scaler)
        bench.go_back_to(manifest.step, manifest.seconds, manifest.loss_sum, manifest.loss_count)
        return True
    if folders:
        raise RunError("run.no_checkpoint", run=run.name)
    return False


def _complete(folder: Path) -> tuple[Manifest, dict[str, Tensor], dict[str, Tensor]]:
    manifest = _manifest(folder)
    return manifest, _read(folder, manifest, "model"), _read(folder, manifest, "optimizer")


def load_model(run: Path, config: ModelConfig, step: int | None = None) -> tuple[GPT, int]:
    """A run's model on the processor, and its step: of a snapshot, or of the newest checkpoint that can be read.

    Raises:
        RunError: `run.no_snapshot` with the steps there are, `run.no_checkpoint`, or `run.damaged`.
    """
    if step is None:
        folders = list(reversed(runs.step_folders(run / "checkpoints").values()))
    else:
        kept = runs.step_folders(run / "snapshots") | runs.step_folders(run / "checkpoints")
        if step not in kept:
            raise RunError("run.no_snapshot", run=run.name, step=step, steps=tuple(sorted(kept)))
        folders = [kept[step]]
    for folder in folders:
        try:
            manifest = _manifest(folder)
            tensors = _read(folder, manifest, "model")
        except RunError:
            if step is not None:
                raise
            continue
        _compare_shapes(config, tensors, folder)
        model = GPT(config)
        _load_weights(model, tensors, folder)
        return model, manifest.step
    raise RunError("run.no_checkpoint", run=run.name)


def _manifest(folder: Path) -> Manifest:
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, UnicodeDecodeError, RecursionError, msgspec.DecodeError) as error:
        raise _damaged(folder, MANIFEST) from error


def _read(folder: Path, manifest: Manifest, name: str) -> dict[str, Tensor]:
    file = f"{name}.safetensors"
    try:
        data = (folder / file).read_bytes()
        if files.digest(data) != manifest.digests.get(file):
            raise _damaged(folder, file)
        return safetensors.torch.load(data)
    except (OSError, SafetensorError) as error:
        raise _damaged(folder, file) from error


def _compare_shapes(config: ModelConfig, tensors: dict[str, Tensor], folder: Path) -> None:
    """Refuse weights that are not those of this model, before a model is made: run.json may promise a giant."""
    with torch.device("meta"):  # shapes without memory
        expected = GPT(config).state_dict()
    if {name: tensor.shape for name, tensor in tensors.items()} != {name: t.shape for name, t in expected.items()}:
        raise _damaged(folder, "model.safetensors")


def _load_weights(model: GPT, tensors: dict[str, Tensor], folder: Path) -> None:
    try:
        model.load_state_dict(tensors)
    except RuntimeError as error:  # other names or shapes than run.json promises
        raise _damaged(folder, "model.safetensors") from error


def _load_optimizer(bench: Workbench, tensors: dict[str, Tensor], folder: Path) -> None:
    try:
        bench.optimizer.load_state(tensors)
    except (KeyError, RuntimeError) as error:
        raise _damaged(folder, "optimizer.safetensors") from error


def _damaged(folder: Path, file: str) -> RunError:
    return RunError("run.damaged", run=folder.parent.parent.name, file=f"{folder.parent.name}/{folder.name}/{file}")
