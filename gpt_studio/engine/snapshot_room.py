"""Snapshots within a budget: which of a run's give way when they take more room on the disk than they may.

A snapshot is weights (snapshots/), and beside it lies what the optimiser remembered then (optimizers/), by which a fork
repeats the run exactly. The memory goes before any weights go; samples are lines in a log and always stay.
"""

import math
from collections.abc import Collection, Iterable
from pathlib import Path

from gpt_studio.engine import files, library, run_parts, runs

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
    own = runs.read_record(run)
    parents = [record.parent for record in others.values() if record.parent]
    forked = {parent.step for parent in parents if parent.created == own.created or parent.run == own.name}
    stays = {*needed, *forked}
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


def _others(run: Path) -> dict[Path, runs.RunRecord]:
    found = library.all_runs(run.parent)
    return {each.path: each.record for each in found if each.record is not None and each.path != run}
