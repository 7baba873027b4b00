"""Snapshots within a budget: which of a run's give way when they take more room on the disk than they may.

A snapshot is weights (snapshots/), and beside it lies what the optimiser remembered then (optimizers/), by which a fork
repeats the run exactly. The memory goes before any weights go; samples are lines in a log and always stay.
"""

import math
from collections.abc import Collection, Iterable
from pathlib import Path

from msgspec import Struct

from gpt_studio.engine import files, run_record, runs
from gpt_studio.engine.keeping import library, run_parts

LEAST_SHARE = 0.2  # of the budget that a run has however much the others take


def make_room(run: Path, budget: int, needed: Collection[int] = ()) -> list[int]:
    """Thin the snapshots of a run that is being written, until they fit beside those of the other runs.

    The first and the last stay, and so do those in `needed` and those that another run was forked from. Of the others
    the one goes whose neighbours are closest, with steps counted as their logarithm, so that what stays is spread as
    the milestones are: early steps densely, late ones thinly.

    Returns:
        The steps whose weights are gone, ascending.
    """
    others = _others(run)
    room = max(budget - sum(run_parts.disk_use(path).snapshot_bytes for path in others), round(budget * LEAST_SHARE))
    over = run_parts.disk_use(run).snapshot_bytes - room
    if over <= 0:
        return []
    stays = {*needed, *_forked_steps(runs.read_record(run), others.values())}
    gone: list[int] = []
    for kind in ("optimizers", "snapshots"):
        folders = runs.step_folders(run / kind)
        for step in order_of_leaving(folders, stays):
            if over <= 0:
                break
            over -= run_parts.disk_use(folders[step]).total_bytes
            files.remove(folders[step])
            if kind == "snapshots":
                gone.append(step)
    return sorted(gone)


def order_of_leaving(steps: Iterable[int], stays: Collection[int]) -> list[int]:
    """Which steps go, the first to go first; neither the first nor the last of them, nor one that stays."""
    left, leaving = sorted(steps), list[int]()
    while True:
        inner = [place for place in range(1, len(left) - 1) if left[place] not in stays]
        if not inner:
            return leaving
        closest = min(inner, key=lambda place: math.log((left[place + 1] + 1) / (left[place - 1] + 1)))
        leaving.append(left.pop(closest))


def _others(run: Path) -> dict[Path, run_record.RunRecord]:
    found = library.all_runs(run.parent)
    return {each.path: each.record for each in found if each.record is not None and each.path != run}


def _forked_steps(own: run_record.RunRecord, others: Iterable[run_record.RunRecord]) -> set[int]:
    """The steps of a run that others were forked from."""
    parents = [record.parent for record in others if record.parent]
    return {parent.step for parent in parents if parent.created == own.created or parent.run == own.name}


# By hand


class Thinning(Struct, frozen=True):
    """Snapshots that can go, oldest first, and the room that they leave."""

    steps: tuple[int, ...]
    freed_bytes: int


def plan_thinning(run: Path, over_bytes: int = 0) -> Thinning:
    """Which snapshots to remove: the oldest of those between the first and the last, which stay, as do those that
    another run was forked from.

    Args:
        run: The run folder.
        over_bytes: How much is to be freed; 0 for the older half of the snapshots between.
    """
    forked = _forked_steps(runs.read_record(run), _others(run).values())
    between = [step for step in runs.snapshot_steps(run)[1:-1] if step not in forked]
    sizes = {step: sum(run_parts.disk_use(folder).total_bytes for folder in _of_step(run, step)) for step in between}
    chosen: list[int] = []
    freed = 0
    for step, size in sizes.items():
        enough = freed >= over_bytes if over_bytes > 0 else len(chosen) >= (len(sizes) + 1) // 2
        if enough:
            break
        chosen.append(step)
        freed += size
    return Thinning(tuple(chosen), freed)


def thin(run: Path, steps: Iterable[int]) -> int:
    """Remove the snapshots of these steps; tells how much room that left.

    Raises:
        RunError: `run.in_use` while the run is being written.
        StudioError: `files.write`.
    """
    freed = 0
    with files.locked(run):
        for step in steps:
            for folder in _of_step(run, step):
                size = run_parts.disk_use(folder).total_bytes
                files.remove(folder)
                freed += size
    return freed


def _of_step(run: Path, step: int) -> list[Path]:
    kinds = (runs.step_folders(run / kind) for kind in run_parts.SNAPSHOTS)
    return [folders[step] for folders in kinds if step in folders]
