"""The family of runs: what a fork differs in, what it can repeat, and which run came from which. No tensors."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gpt_studio.engine import runs
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.keeping.library import RunSummary
from gpt_studio.engine.run_record import Action, Change, Parent, RunRecord

if TYPE_CHECKING:  # it brings numpy
    from gpt_studio.engine.tokenizer import Tokenizer

MOST_UNKNOWN = 0.05  # share of another text's characters that may be left out, since the model cannot read them


def can_repeat(run: Path, step: int | None) -> bool:
    """Whether a fork of that step, unchanged, would equal the run to the bit: what the optimiser remembered is kept."""
    if step is None:
        return True
    return step in runs.step_folders(run / "optimizers") or step in runs.step_folders(run / "checkpoints")


def plan_at(run: Path, record: RunRecord, step: int) -> tuple[int, list[Action]]:
    """How many steps a run was to make when it was at `step`, and how that number followed the time from then on.

    What the student asked for later is another matter: an unchanged fork ends where the run was to end at that step.
    """
    planned, actions = record.train.max_steps, list[Action]()
    for action in runs.read_actions(run):
        if action.action == "max_steps":
            if action.step > step:
                break
            planned, actions = action.value, []
        elif action.action == "revision":
            actions.append(action)
    return planned, actions


def steps_at(run: Path, record: RunRecord, step: int) -> int:
    """The last step of an unchanged fork."""
    planned, actions = plan_at(run, record, step)
    return actions[-1].value if actions else planned


def left_out(text: str, tokenizer: "Tokenizer") -> tuple[str, int]:
    """A text without the characters that a tokenizer cannot read, and how many those are.

    Raises:
        StudioError: `fork.unknown` when they are more than a few.
    """
    unknown = tokenizer.unknown(text)
    if not unknown:
        return text, 0
    cleaned = text.translate(dict.fromkeys(map(ord, unknown)))
    count = len(text) - len(cleaned)
    if count > MOST_UNKNOWN * len(text):
        raise StudioError("fork.unknown", percent=round(100 * count / len(text)), characters=unknown)
    return cleaned, count


def changes_between(parent: RunRecord, child: RunRecord) -> tuple[Change, ...]:
    """What differs, of that which a fork can change."""
    before, after = _changeable(parent), _changeable(child)
    differing = [name for name in before if before[name] != after[name]]
    if before["corpus"] != after["corpus"]:
        before["corpus"], after["corpus"] = parent.corpus.title, child.corpus.title
    return tuple(Change(what=name, before=before[name], after=after[name]) for name in differing)


def _changeable(record: RunRecord) -> dict[str, str]:
    return {
        "corpus": record.corpus.sha256,
        "optimizer": record.train.optimizer,
        "learning_rate": f"{record.train.learning_rate:g}",
        "dropout": f"{record.model.dropout:g}",
        "max_steps": str(record.train.max_steps),
    }


# The tree


class Relative(NamedTuple):
    """A run in the tree of its family."""

    run: RunSummary
    depth: int  # 0: it came from no other run that is there
    parent: Parent | None  # where it came from; also of one whose parent is gone
    orphan: bool  # its parent is gone
    last: bool  # of its parent's children


def families(found: Sequence[RunSummary]) -> list[Relative]:
    """All runs, each followed by those that came from it, oldest first within a family; families in the given order."""
    whole = [run for run in found if run.record is not None]
    children: dict[Path, list[RunSummary]] = {}
    roots = []
    for run in whole:
        parent = parent_of(run, whole)
        if parent is None:
            roots.append(run)
        else:
            children.setdefault(parent.path, []).append(run)
    return [relative for root in roots for relative in _branch(root, children, 0, True)]


def _branch(run: RunSummary, children: dict[Path, list[RunSummary]], depth: int, last: bool) -> Iterator[Relative]:
    parent = run.record.parent if run.record else None
    yield Relative(run, depth, parent, parent is not None and depth == 0, last)
    own = sorted(children.get(run.path, []), key=lambda each: each.record.created if each.record else "")
    for child in own:
        yield from _branch(child, children, depth + 1, child is own[-1])


def parent_of(run: RunSummary, found: Sequence[RunSummary]) -> RunSummary | None:
    """The run that another came from, if it is there still; told by when it was made, since a name may change.

    One that claims to come from a later run, or from itself, comes from none: so no circle can be told.
    """
    parent = run.record.parent if run.record else None
    if run.record is None or parent is None:
        return None
    for other in found:
        record = other.record
        if record is None or record.created >= run.record.created:
            continue
        if record.created == parent.created if parent.created else record.name == parent.run:
            return other
    return None
