"""Forking: a run branches off another at a step that was kept, with something changed, or with nothing.

The branch is a run like any other. It begins with a complete checkpoint of that step and goes on as a resumed run does,
so a fork in which nothing is changed repeats its parent to the bit, provided that what the optimiser remembered then
was kept (`can_repeat`); else the optimiser begins anew, and the curve leaves the parent's by a little.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from gpt_studio.engine import checkpoint, clock, corpus, files, run_record, runs, training
from gpt_studio.engine.config import with_optimizer
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Noticed, StepDone
from gpt_studio.engine.keeping import run_parts, stored_models, tensor_folder
from gpt_studio.engine.keeping.lineage import changes_between, left_out, plan_at
from gpt_studio.engine.requests import ForkRequest, ResumeRequest
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.tokens.byte_pair_learning import LONGEST
from gpt_studio.engine.workshop import Report, Workshop


@dataclass(frozen=True)
class _Branch:
    """What the new run's folder is to hold, beside tensors and logs."""

    record: run_record.RunRecord
    text: str
    actions: list[run_record.Action]
    dropped: int  # characters of another text that the parent's vocabulary lacks
    same_text: bool
    same_optimizer: bool


def fork(workshop: Workshop, request: ForkRequest) -> Iterator[Report]:
    """Make the branch and train it. Tells what `resume` tells.

    Raises:
        RunError: The parent cannot be read, or kept nothing of that step; the new folder exists.
        StudioError: `fork.steps` when no step is left to make, `fork.unknown` when the model does not know too many
            characters of another text.
        CorpusError: The other text is too short.
    """
    told = make(request)
    yield [*told]
    yield from training.resume(workshop, ResumeRequest(run=request.run, snapshot_budget=request.snapshot_budget))


def make(request: ForkRequest) -> list[Noticed]:
    """Make the folder of the branch, whole or not at all; gives what is to be told of it."""
    parent = request.parent
    step = stored_models.newest_step(parent) if request.step is None else request.step
    branch = _plan(request, step)
    metrics = [event for event in runs.read_metrics(parent) if isinstance(event, StepDone) and event.step <= step]
    seconds = metrics[-1].seconds if metrics else 0.0
    with files.new_folder(request.run, replace=False) as folder:
        remembers = checkpoint.begin_with(folder, parent, step, seconds, branch.same_optimizer)
        files.write_part(folder / "corpus.txt", branch.text.encode("utf-8"))
        _copy(parent, folder, "tokenizer.json")
        _copy(parent, folder, "samples.jsonl")
        if branch.same_text:
            _copy(parent, folder, "metrics.jsonl")
            if (best := tensor_folder.step_of(parent / "best")) is not None and best <= step:
                for file in (tensor_folder.WEIGHTS, tensor_folder.MANIFEST):
                    _copy(parent, folder, f"best/{file}")
        runs.cut_logs(folder, step)
        for action in branch.actions:
            runs.append_action(folder, action)
        runs.write_record(
            folder, replace(branch.record, progress=replace(run_record.Progress(), step=step, seconds=seconds))
        )
    told = []
    if branch.dropped:
        told.append(Noticed(code="fork.left_out", values={"count": str(branch.dropped)}))
    if not remembers and branch.same_optimizer:
        told.append(Noticed(code="fork.anew", values={"step": str(step)}))
    return told


def _plan(request: ForkRequest, step: int) -> _Branch:
    """Settle all that the new run is to be."""
    parent, changes = request.parent, request.changes
    old = runs.read_record(parent)
    own = runs.read_corpus(parent)
    planned, actions = plan_at(parent, old, step)
    text, dropped = own, 0
    if changes.corpus is not None and changes.corpus.text != own.text:
        tokenizer = runs.read_tokenizer(parent)
        cleaned, unknown = left_out(changes.corpus.text, tokenizer)
        corpus.check(cleaned, old.model.block_size)
        _refuse_few_tokens(cleaned, tokenizer, old.model.block_size)
        text, dropped = replace(changes.corpus, text=cleaned), unknown
    settings = replace(old.train, max_steps=planned)
    if changes.optimizer and changes.optimizer != old.train.optimizer:
        settings = with_optimizer(settings, old.model, changes.optimizer)
    if changes.learning_rate is not None:
        settings = replace(settings, learning_rate=changes.learning_rate)
    before = actions[-1].value if actions else planned
    if changes.max_steps is not None and changes.max_steps != before:
        settings = replace(settings, max_steps=changes.max_steps)
        actions = []
    last = actions[-1].value if actions else settings.max_steps
    if last <= step:
        raise StudioError("fork.steps", step=step, steps=last)
    dropout = old.model.dropout if changes.dropout is None else changes.dropout
    model = replace(old.model, dropout=dropout)
    if (rows := runs.micro_batch(parent, old)) is not None:
        settings = replace(settings, micro_batch=rows)
    facts = run_record.CorpusRecord(
        id=text.id, title=text.title, sha256=files.sha256(text.text.encode("utf-8")), characters=len(text.text)
    )
    record = replace(
        old,
        name=request.name,
        created=clock.today().isoformat(timespec="milliseconds"),
        model=model,
        train=settings,
        corpus=facts,
        minutes=old.minutes if last == before else None,
        versions=run_record.versions(),
        machine=run_record.machine(),
        status="stopped",
    )
    told = changes_between(_with_steps(old, before), _with_steps(record, last))
    record = replace(record, parent=run_record.Parent(run=old.name, step=step, created=old.created, changes=told))
    same_optimizer = settings.optimizer == old.train.optimizer
    checks = [action for action in runs.read_actions(parent) if action.action == "eval_every"]
    return _Branch(record, text.text, [*actions, *checks], dropped, text is own, same_optimizer)


def _with_steps(record: run_record.RunRecord, steps: int) -> run_record.RunRecord:
    return replace(record, train=replace(record.train, max_steps=steps))


def _refuse_few_tokens(text: str, tokenizer: Tokenizer, block_size: int) -> None:
    """Refuse a text that is too short in tokens, before anything is made; its beginning tells, for no token is longer
    than `byte_pair_learning.LONGEST`.
    """
    learnt, held_back = (part[: LONGEST * (block_size + 1)] for part in corpus.split(text))
    training.refuse_few_tokens(len(tokenizer.encode(learnt)), len(tokenizer.encode(held_back)), block_size)


def _copy(parent: Path, folder: Path, name: str) -> None:
    if (parent / name).is_file():
        for _ in files.write_part_from(folder / name, run_parts.pieces(parent / name, parent)):
            pass
