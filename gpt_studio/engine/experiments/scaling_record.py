"""What is kept of a scaling: its plan, what each run came to, and what was foretold of each larger model."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gpt_studio.engine import corpus
from gpt_studio.engine.course.expectation import TextFacts
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments import record, scaling_fit
from gpt_studio.engine.experiments.effects import Outcome
from gpt_studio.engine.experiments.run_queue import Order
from gpt_studio.engine.experiments.scaling import CONTEXT, Plan, Size, next_size
from gpt_studio.engine.experiments.scaling_fit import Interval, Law
from gpt_studio.engine.experiments.series import Series, new_id, now
from gpt_studio.engine.keeping import library
from gpt_studio.engine.requests import CorpusText, TrainRequest

BY_HEART = 0.03  # bits per character by which the last check lies above the lowest one: more than chance makes
Axis = Literal["parameters", "flops"]


class Foretold(Struct, frozen=True, kw_only=True):
    """What the law of the runs so far said of a larger model, before it was trained."""

    bits: float
    low: float | None  # of the 95 % interval
    high: float | None
    points: int  # that the law rested on
    has_floor: bool

    @property
    def interval(self) -> Interval:
        return Interval(self.bits, self.low, self.high)


class Notes(Struct, frozen=True, kw_only=True):
    """All that a series of the kind "scaling" notes."""

    minutes: float
    corpus: str  # as `record.text_of` takes it
    sha256: str  # of the text
    train_tokens: int  # of the text's training part
    epochs: float  # how often each run reads it
    sizes: tuple[Size, ...]  # smallest first; those beyond `planned` were trained to see whether the law holds
    planned: int
    outcomes: dict[str, Outcome] = {}  # by role, of runs that are over
    foretold: dict[str, Foretold] = {}  # by role

    @property
    def roles(self) -> list[str]:
        return [role_of(place) for place in range(len(self.sizes))]

    def counted(self, before: int | None = None) -> list[tuple[Size, float]]:
        """Sizes with their lowest check in bits per character, of runs that got to their end; `before` a place."""
        found = []
        for size, role in list(zip(self.sizes, self.roles, strict=True))[:before]:
            outcome = self.outcomes.get(role)
            if outcome is not None and outcome.final is not None and outcome.best is not None:
                found.append((size, outcome.best))
        return found


def role_of(place: int) -> str:
    """The role of a size in its series: "size:1" is the smallest."""
    return f"size:{place + 1}"


def begun(plan: Plan, text: CorpusText, name: str) -> Series:
    """A new scaling; its runs are still to be ordered.

    Args:
        plan: What is to be trained.
        text: What it learns.
        name: The text as `record.text_of` takes it.

    Raises:
        CorpusError: The text is too short for a context of 64.
    """
    corpus.check(text.text, CONTEXT)
    series = Series(
        id=new_id(),
        kind="scaling",
        title=f"Scaling, {text.title}",
        created=now(),
        corpus_id=text.id,
        corpus_title=text.title,
    )
    notes = Notes(
        minutes=plan.minutes,
        corpus=name,
        sha256=record.digest(text),
        train_tokens=facts_of(text).train_tokens,
        epochs=plan.epochs,
        sizes=plan.sizes,
        planned=len(plan.sizes),
    )
    return with_notes(series, notes)


def facts_of(text: CorpusText) -> TextFacts:
    """What a plan must know of a text; its tokens are characters."""
    return TextFacts.of(text.id, len(text.text), len(set(text.text)))


def notes_of(series: Series) -> Notes | None:
    """What a series notes; None where it is no scaling, or what it says makes no sense here."""
    if series.kind != "scaling":
        return None
    try:
        notes = msgspec.convert(series.notes, Notes)
    except (msgspec.ValidationError, StudioError):
        return None
    return notes if notes.sizes else None


def with_notes(series: Series, notes: Notes) -> Series:
    return replace(series, notes=msgspec.to_builtins(notes))


def with_outcomes(series: Series, found: Mapping[str, Outcome | None]) -> Series | None:
    """With what runs have come to; None when nothing is new."""
    notes = notes_of(series)
    if notes is None:
        return None
    new = {role: each for role, each in found.items() if each is not None and each != notes.outcomes.get(role)}
    return with_notes(series, replace(notes, outcomes=notes.outcomes | new)) if new else None


def orders(notes: Notes, places: Iterable[int], text: CorpusText, series: str = "") -> list[Order]:
    """Runs for the queue, by their places among the sizes."""
    return [Order(request=_request(notes.sizes[place], text), series=series, role=role_of(place)) for place in places]


def _request(size: Size, text: CorpusText) -> TrainRequest:
    count = size.parameters
    short = f"{count / 1e6:.3g}M" if count >= 999_500 else f"{count / 1e3:.3g}k"
    return TrainRequest(
        corpus=text,
        model=size.model,
        train=size.train,
        run=library.new_folder_for(f"scaling-{short}"),
        name=f"Scaling, {text.title}: {short} parameters",
    )


# What the points tell


def law(notes: Notes, axis: Axis = "parameters", before: int | None = None) -> Law | None:
    """The law of the runs that got to their end; `before` a place among the sizes."""
    counted = notes.counted(before)
    return scaling_fit.fit([float(getattr(size, axis)) for size, _ in counted], [bits for _, bits in counted])


def next_of(notes: Notes) -> Size | None:
    """The next larger model; None before the largest one has got to its end."""
    outcome = notes.outcomes.get(notes.roles[-1])
    if outcome is None or outcome.final is None or not outcome.step:
        return None
    return next_size(notes.sizes[: notes.planned], notes.sizes[-1], outcome.seconds, notes.train_tokens)


def with_next(notes: Notes, size: Size) -> Notes:
    """With one more size to be trained, and with what the law foretells of it."""
    found, role = law(notes), role_of(len(notes.sizes))
    more = replace(notes, sizes=(*notes.sizes, size))
    if found is None:
        return more
    value, low, high = found.predict(size.parameters)
    told = Foretold(bits=value, low=low, high=high, points=found.points, has_floor=found.has_floor)
    return replace(more, foretold=notes.foretold | {role: told})


def learnt_by_heart(notes: Notes) -> list[Size]:
    """The sizes whose held-back loss rose again before the end: they went on to learn the training part by heart."""
    found = []
    for size, bits in notes.counted():
        final = notes.outcomes[role_of(notes.sizes.index(size))].final
        if final is not None and final - bits > BY_HEART:
            found.append(size)
    return found


def missing(notes: Notes) -> list[int]:
    """Places of the sizes that have not got to their end."""
    done = {role for role, outcome in notes.outcomes.items() if outcome.final is not None}
    return [place for place, role in enumerate(notes.roles) if role not in done]


def text_again(series: Series, notes: Notes) -> CorpusText:
    """The text of a scaling that was begun earlier.

    Raises:
        StudioError: `scaling.text_changed` when it is another one now, and whatever `record.text_of` raises.
    """
    text = record.same_text(series, notes.corpus, notes.sha256)
    if text is None:
        raise StudioError("scaling.text_changed", title=series.corpus_title)
    return text
