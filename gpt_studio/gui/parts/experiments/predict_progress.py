"""How far the runs of an experiment are, and the curve of the one in training."""

from collections.abc import Sequence
from typing import NamedTuple

from gpt_studio.engine.experiments.effects import Outcome
from gpt_studio.engine.experiments.experiment import run_of
from gpt_studio.engine.experiments.record import Notes
from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.engine.experiments.series import Series
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import StudioState


class Progress(NamedTuple):
    """What there is to tell while runs are ahead."""

    words: str | None  # None: none is ahead
    share: float = 0.0  # of all runs that were ordered
    live: Outcome | None = None  # the run in training, as far as it is


def progress_of(entries: Sequence[Entry], series: Series, notes: Notes, state: StudioState) -> Progress:
    """From the entries that the queue has of an experiment."""
    ahead = [entry for entry in entries if entry.is_ahead]
    if not ahead:
        return _at_rest(entries, series, notes)
    done = sum(1 for entry in entries if not entry.is_ahead)
    running = next((entry for entry in ahead if entry.status == "running"), None)
    if running is None:
        held = state.queue_held or not state.queue_is_ours
        words = tr("The queue is held.") if held else tr("Waiting in the queue.")
        return Progress(words, done / len(entries))
    run = run_of(running.order.role)
    told = tr("Training run {n} of {all}: {side}, {label}, seed {seed}").format(
        n=done + 1,
        all=len(entries),
        side=run.side.upper() if run else "",
        label=tr(notes.experiment.setting(run.side).label) if run else "",
        seed=run.seed if run else "",
    )
    shown = state.run if state.run and state.run.path == running.run else None
    if shown is None:
        return Progress(told, done / len(entries))
    step, steps = shown.curve.step, max(1, shown.max_steps)
    words = told + tr(", step {step} of {steps}").format(step=messages.count(step), steps=messages.count(steps))
    return Progress(words, (done + step / steps) / len(entries), _live(running.order.role, shown))


def _at_rest(entries: Sequence[Entry], series: Series, notes: Notes) -> Progress:
    """Nothing is ahead; but some of it may never have been trained."""
    for entry in entries:
        if entry.status == "failed" and entry.message and entry.order.role not in notes.outcomes:
            return Progress(tr("{run} was not trained: {message}").format(run=entry.name, message=entry.message))
    missing = [role for role in series.runs if role not in notes.outcomes]
    ended = {entry.order.role for entry in entries}  # of which the outcome is about to be noted
    if series.runs and (not missing or ended & {*missing}):
        return Progress(None)
    words = tr("Not all of it was trained: {n} runs left the queue before. “Repeat” begins anew.")
    return Progress(words.format(n=len(missing)), len(notes.outcomes) / max(1, len(series.runs)))


def _live(role: str, run: OpenRun) -> Outcome:
    """A run in training as if it had ended here."""
    curve = run.curve
    checks = zip(curve.check_steps.values.tolist(), curve.bits_per_char.values.tolist(), strict=True)
    return Outcome(
        role=role,
        held_back=tuple((int(step), bits) for step, bits in checks),
        training=(),
        final=None,
        best=None,
        best_step=None,
        step=curve.step,
        seconds=curve.seconds,
    )
