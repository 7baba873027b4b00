"""A folder of tensors: safetensors files, and a manifest with their digests, written last, so that a flipped bit or a
missing file is noticed. Nothing is ever unpickled.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import safetensors.torch
from msgspec import Struct
from msgspec.structs import replace
from safetensors import SafetensorError
from torch import Tensor

from gpt_studio.engine import faults, files, run_record
from gpt_studio.engine.errors import RunError
from gpt_studio.engine.keeping import tensor_file
from gpt_studio.engine.keeping.tensor_file import Row

MANIFEST, WEIGHTS, OPTIMIZER = "manifest.json", "model.safetensors", "optimizer.safetensors"


class Manifest(Struct, frozen=True, kw_only=True):
    """What a folder of tensors holds, and the small numbers of a training state."""

    format: int = run_record.FORMAT
    step: int
    digests: dict[str, str]
    seconds: float = 0.0
    loss_sum: float = 0.0
    loss_count: int = 0
    scaler: dict[str, float] = {}
    own_digest: str = ""  # of this manifest, while this field was empty


def folder_name(step: int) -> str:
    """What the folder of a step is called."""
    return f"step-{step:06d}"


def write(target: Path, parts: Mapping[str, list[Row]], manifest: Manifest) -> None:
    """Make the folder, whole or not at all: each part as a file, then the manifest with their digests.

    Raises:
        StudioError: `files.write` when the disk refuses.
    """
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
        return read_manifest(folder).step
    except RunError:
        return None


def read_manifest(folder: Path) -> Manifest:
    """What the manifest says.

    Raises:
        RunError: `run.damaged` when there is none, or it is not as it was written.
    """
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, UnicodeDecodeError, RecursionError, msgspec.DecodeError) as error:
        raise damaged(folder, MANIFEST) from error
    if manifest.own_digest:  # older ones have none
        plain = replace(manifest, own_digest="")
        if files.digest(msgspec.json.encode(plain)) != manifest.own_digest:
            raise damaged(folder, MANIFEST)
    return manifest


def read(folder: Path, manifest: Manifest, name: str) -> dict[str, Tensor]:
    """One part, "model" or "optimizer", by the names of its tensors.

    Raises:
        RunError: `run.damaged`.
    """
    file = f"{name}.safetensors"
    try:
        return safetensors.torch.load(sound_bytes(folder, manifest, file))
    except SafetensorError as error:
        raise damaged(folder, file) from error


def sound_bytes(folder: Path, manifest: Manifest, file: str) -> bytes:
    """The bytes of a file whose digest is as it was written.

    Raises:
        RunError: `run.damaged`.
    """
    try:
        data = (folder / file).read_bytes()
    except OSError as error:
        raise damaged(folder, file) from error
    if files.digest(data) != manifest.digests.get(file):
        raise damaged(folder, file)
    return data


def damaged(folder: Path, file: str) -> RunError:
    """The error that names a file of a run's folder as damaged."""
    return RunError("run.damaged", run=folder.parent.parent.name, file=f"{folder.parent.name}/{folder.name}/{file}")
