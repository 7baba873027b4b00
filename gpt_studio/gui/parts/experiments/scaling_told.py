"""What a scaling shows at this moment: its sentences, how far it is, and the points of its charts."""

from collections.abc import Mapping
from pathlib import Path

from gpt_studio.engine.experiments import scaling_record
from gpt_studio.engine.experiments.run_queue import Entry
from gpt_studio.engine.experiments.scaling import Size
from gpt_studio.engine.experiments.scaling_fit import Law
from gpt_studio.engine.experiments.scaling_record import Axis, Notes
from gpt_studio.engine.experiments.series import Series
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.experiments import scaling_words as words
from gpt_studio.gui.parts.experiments.scaling_chart import Expected, Point
from gpt_studio.gui.parts.experiments.scaling_result import Told
from gpt_studio.gui.state import StudioState

ENOUGH = 0.05  # of the work, before time left is told
Live = tuple[str, OpenRun] | None  # the role and the run that is in training
Checks = tuple[tuple[float, float], ...]  # step and bits per character


def told(
    series: Series, notes: Notes, law: Law | None, entries: Mapping[str, Entry], live: Live, state: StudioState
) -> Told:
    """All sentences. `entries` is what the queue has of the series, by role."""
    is_ahead = any(entry.is_ahead for entry in entries.values())
    following = None if is_ahead else scaling_record.next_of(notes)
    has_next = following is not None and law is not None
    paragraphs = [*words.forecast_words(notes), words.certainty(notes, law), words.by_heart(notes)]
    if following is not None and law is not None:
        paragraphs.append(words.next_words(following, law.predict(following.parameters)))
    paragraphs.append(_gone(series, notes))
    missing = scaling_record.missing(notes)
    progress = _ahead(notes, entries, live, state) if is_ahead else _missing(notes, entries, missing)
    return Told(
        verdict=words.verdict(notes, law),
        paragraphs=tuple(paragraphs),
        progress=progress or None,
        share=_share(notes, live),
        is_busy=is_ahead,
        is_missing=bool(missing) and not is_ahead,
        has_next=has_next,
    )


def _share(notes: Notes, live: Live) -> float:
    """How much of the work is done, by the times that were expected."""
    missing = {scaling_record.role_of(place) for place in scaling_record.missing(notes)}
    done = 0.0
    for size, role in zip(notes.sizes, notes.roles, strict=True):
        if role not in missing:
            done += size.seconds
        elif live is not None and live[0] == role:
            done += size.seconds * live[1].curve.step / max(1, live[1].max_steps)
    return done / max(1e-9, sum(size.seconds for size in notes.sizes))


def _ahead(notes: Notes, entries: Mapping[str, Entry], live: Live, state: StudioState) -> str:
    running = next((role for role, entry in entries.items() if entry.status == "running"), None)
    if running is None or running not in notes.roles:
        held = state.queue_held or not state.queue_is_ours
        return tr("The queue is held.") if held else tr("Waiting in the queue.")
    place = notes.roles.index(running)
    said = tr("Training model {n} of {all}: {size} parameters").format(
        n=place + 1, all=len(notes.sizes), size=messages.count(notes.sizes[place].parameters)
    )
    if live is None:
        return said
    said += tr(", step {step} of {steps}").format(
        step=messages.count(live[1].curve.step), steps=messages.count(live[1].max_steps)
    )
    left = _seconds_left(notes, live)
    return said if left is None else said + tr(", about {time} left").format(time=messages.time_left(left))


def _seconds_left(notes: Notes, live: Live) -> float | None:
    """By how long the work that is done has taken, compared with what was expected of it."""
    whole, share = sum(size.seconds for size in notes.sizes), _share(notes, live)
    spent = sum(outcome.seconds for outcome in notes.outcomes.values()) + (live[1].curve.seconds if live else 0.0)
    return spent * (1 - share) / share if share > ENOUGH and spent and whole else None


def _missing(notes: Notes, entries: Mapping[str, Entry], missing: list[int]) -> str:
    """Nothing is ahead, but something may not have got to its end."""
    if not missing:
        return ""
    said = (
        tr("1 model has not got to its end.")
        if len(missing) == 1
        else tr("{n} models have not got to their end.").format(n=len(missing))
    )
    for place in missing:
        entry = entries.get(scaling_record.role_of(place))
        if entry is not None and entry.status == "failed" and entry.message:
            size = messages.count(notes.sizes[place].parameters)
            return said + " " + tr("{size} parameters: {message}").format(size=size, message=entry.message)
    return said + " " + tr("The line rests on the others.")


def _gone(series: Series, notes: Notes) -> str:
    """Runs that were deleted by hand."""
    gone = [
        size
        for size, role in zip(notes.sizes, notes.roles, strict=True)
        if role in notes.outcomes and not has_run(series, role)
    ]
    if not gone:
        return ""
    return tr("Deleted since: the runs of {sizes} parameters. What they came to is kept here.").format(
        sizes=", ".join(words.short_size(size.parameters) for size in gone)
    )


def has_run(series: Series, role: str) -> bool:
    run: Path | None = series.run(role)
    return run is not None and (run / "run.json").is_file()


# The charts


def points(notes: Notes, live: Live, axis: Axis) -> tuple[Point, ...]:
    """A point for each run that has been checked after its first step."""
    found = (
        _point(place, size, notes, live[1] if live and live[0] == role else None, axis)
        for place, (size, role) in enumerate(zip(notes.sizes, notes.roles, strict=True))
    )
    return tuple(point for point in found if point is not None)


def _point(place: int, size: Size, notes: Notes, live: OpenRun | None, axis: Axis) -> Point | None:
    outcome = notes.outcomes.get(scaling_record.role_of(place))
    checks: Checks = ()
    if live is not None:
        curve = live.curve
        checks = tuple(zip(curve.check_steps.values.tolist(), curve.bits_per_char.values.tolist(), strict=True))
    elif outcome is not None:
        checks = tuple((float(step), bits) for step, bits in outcome.held_back)
    checks = tuple((step, bits) for step, bits in checks if step > 0)
    if not checks:
        return None
    is_done = live is None and outcome is not None and outcome.final is not None
    step, bits = min(checks, key=lambda check: check[1]) if is_done else checks[-1]
    is_compute = axis == "flops"
    return Point(
        place=place,
        x=size.flops_at(int(step)) if is_compute else float(size.parameters),
        bits=bits,
        kind="done" if is_done else "live" if live is not None else "stopped",
        label=words.short_size(size.parameters),
        curve=tuple((size.flops_at(int(at)), height) for at, height in checks) if is_compute else (),
    )


def expected(notes: Notes, following: Size | None, law: Law | None, axis: Axis) -> tuple[Expected, ...]:
    """What was foretold of sizes beyond the plan, and what is of the next one."""
    found = [
        Expected(float(getattr(notes.sizes[place], axis)), told.interval)
        for place in range(notes.planned, len(notes.sizes))
        if (told := notes.foretold.get(scaling_record.role_of(place))) is not None
    ]
    if following is not None and law is not None:
        found.append(Expected(float(getattr(following, axis)), law.predict(following.parameters)))
    return tuple(found)
