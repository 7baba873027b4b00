"""How far a ladder is: which rung trains, how much of the whole is done, and how long the rest takes."""

from collections.abc import Mapping
from typing import NamedTuple

from gpt_studio.engine.experiments.ladder import Rung
from gpt_studio.engine.experiments.ladder_record import Notes
from gpt_studio.engine.experiments.measured_ladder import WALL_S
from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.state import StudioState

USUAL_S = 15.0  # of a rung that nobody has measured
ENOUGH = 0.1  # of the work, before time left is told


class Progress(NamedTuple):
    """What there is to tell while something is ahead."""

    words: str | None  # None: nothing is
    share: float = 0.0  # of the work


def progress_of(notes: Notes, entries: Mapping[str, Entry], state: StudioState, is_counting: bool) -> Progress:
    """From the entries that the queue has of a ladder, by rung."""
    done = {rung.id for rung in notes.rungs} - {rung.id for rung in notes.missing}
    whole = sum(map(_usual_s, notes.rungs))
    share = sum(_usual_s(rung) for rung in notes.rungs if rung.id in done) / whole
    running = next((entry for entry in entries.values() if entry.status == "running"), None)
    if running is not None:
        live = state.training if state.training and state.training.path == running.run else None
        return _running(notes, running, live, share, whole)
    if any(entry.status == "waiting" for entry in entries.values()):
        held = state.queue_held or not state.queue_is_ours
        return Progress(tr("The queue is held.") if held else tr("Waiting in the queue."), share)
    if is_counting:
        return Progress(tr("Counting …"), share)
    return _at_rest(notes, share)


def _running(notes: Notes, entry: Entry, live: OpenRun | None, share: float, whole: float) -> Progress:
    place, rung = next((n, rung) for n, rung in enumerate(notes.rungs, 1) if rung.id == entry.order.role)
    words = tr("Rung {n} of {all}: {title}").format(n=place, all=len(notes.rungs), title=tr(rung.title))
    if live is None:
        return Progress(words, share)
    here = live.curve.step / max(1, live.max_steps)
    share += _usual_s(rung) / whole * here
    spent = live.curve.seconds + sum(result.seconds for result in notes.results.values())
    words += tr(", step {step} of {steps}").format(
        step=messages.count(live.curve.step), steps=messages.count(live.max_steps)
    )
    if share > ENOUGH and spent:
        words += tr(", about {time} left").format(time=messages.time_left(spent * (1 - share) / share))
    return Progress(words, share)


def _at_rest(notes: Notes, share: float) -> Progress:
    """Nothing is ahead; but some rungs may not have got to their end."""
    left = len(notes.missing)
    if not left:
        return Progress(None)
    words = tr("1 rung has not got to its end.") if left == 1 else tr("{n} rungs have not got to their end.")
    return Progress(words.format(n=left), share)


def _usual_s(rung: Rung) -> float:
    return WALL_S.get(rung.id, USUAL_S)
