"""`gpt-studio train --resume` on a run that another GPT Studio trains just now: looks on, and writes nothing."""

import sys
from collections.abc import Callable
from pathlib import Path

from gpt_studio.engine import budget, clock, files, runs
from gpt_studio.engine.events import Ended, Event, Revised, Started
from gpt_studio.engine.keeping.log_tail import Tail

LOOK_EVERY_S = 0.2


def follow(run: Path, show: Callable[[Event], None], asked_to_leave: Callable[[], bool]) -> int:
    """Tell what the run's logs gain, until nobody writes it any more or one is asked to leave; gives 0."""
    began, holder = clock.now(), files.holder(run)
    who = " (process {pid} on {host})".format(**holder) if holder else ""
    words = f"another GPT Studio{who} is training '{run.name}'; looking on. Ctrl-C ends the looking, not the training."
    print(f"gpt-studio: {words}", file=sys.stderr)
    tails = [Tail(run, log) for log in ("metrics.jsonl", "samples.jsonl")]
    begun = _started(run)
    steps = begun.max_steps
    show(begun)
    while True:
        free = not files.is_locked(run)  # asked first: what was written before it became free is read below
        events = [event for tail in tails for event in tail.news()]
        for event in events:
            show(event)
        if events and (now := runs.max_steps(run, runs.read_record(run))) != steps:  # the run keeps to a time
            steps = now
            show(Revised(step=events[-1].step, max_steps=steps))
        if free or asked_to_leave():
            break
        clock.sleep(LOOK_EVERY_S)
    if free:
        show(_ended(run, clock.now() - began))
    return 0


def _started(run: Path) -> Started:
    """As the run's own record tells of it."""
    record = runs.read_record(run)
    learnt = int(0.9 * record.corpus.characters)
    held_back = record.corpus.characters - learnt
    if record.tokens is not None:
        learnt, held_back = record.tokens.train, record.tokens.held_back
    return Started(
        run=str(run),
        parameters=budget.parameters(record.model).total,
        device=record.train.device,
        precision=record.train.precision,
        vocab_size=record.model.vocab_size,
        train_tokens=learnt,
        val_tokens=held_back,
        max_steps=runs.max_steps(run, record),
        step=record.progress.step,
    )


def _ended(run: Path, seconds: float) -> Ended:
    record = runs.read_record(run)
    progress = record.progress
    return Ended(
        ending="done" if record.status == "done" else "failed" if record.status == "failed" else "stopped",
        step=progress.step,
        seconds=progress.seconds,
        val_loss=progress.val_loss,
        message="its training there has ended.",
        wall_seconds=seconds,
    )
