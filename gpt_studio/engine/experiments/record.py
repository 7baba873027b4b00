"""What is kept of an experiment with its runs: the forecast, what was measured, and the conclusion."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import fmean
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from gpt_studio.engine import corpus, files, runs
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments import effects
from gpt_studio.engine.experiments.effects import Effect, Outcome, Points
from gpt_studio.engine.experiments.experiment import PER_SIDE, SEED, Experiment, Run, Side, request, runs_of
from gpt_studio.engine.experiments.run_queue import Order
from gpt_studio.engine.experiments.series import Series, new_id, now
from gpt_studio.engine.requests import CorpusText

Guess = Literal["a", "b", "same", "unknown"]
LONGEST = 20_000  # characters of a reason or a conclusion


class Forecast(Struct, frozen=True, kw_only=True):
    """What the student expects, before anything is trained."""

    lower: Guess  # the side that is to end lower
    by: Annotated[float, Meta(ge=0.0, le=100.0)] | None = None  # bits per character
    curves: dict[Side, Points] = {}  # drawn by hand: step and bits per character
    because: Annotated[str, Meta(max_length=LONGEST)] = ""

    @property
    def difference(self) -> float | None:
        """Side b less side a, as it is expected."""
        if self.lower == "same":
            return 0.0
        if self.by is None or self.lower == "unknown":
            return None
        return -self.by if self.lower == "b" else self.by


class Notes(Struct, frozen=True, kw_only=True):
    """All that a series of the kind "experiment" notes."""

    experiment: Experiment
    forecast: Forecast
    outcomes: dict[str, Outcome] = {}  # by role, of the runs that have ended
    has_more_seeds: bool = False  # the further pairs have been ordered
    conclusion: Annotated[str, Meta(max_length=LONGEST)] = ""

    @property
    def effect(self) -> Effect | None:
        return effects.effect(self.experiment, [*self.outcomes.values()])


def begun(experiment: Experiment, forecast: Forecast, text: CorpusText) -> Series:
    """A new record; its runs are still to be ordered."""
    series = Series(
        id=new_id(),
        kind="experiment",
        about=experiment.id,
        title=experiment.title,
        created=now(),
        corpus_id=text.id,
        corpus_title=text.title,
    )
    return with_notes(series, Notes(experiment=experiment, forecast=forecast))


def notes_of(series: Series) -> Notes | None:
    """What a series notes; None where it is no experiment, or what it says makes no sense here."""
    if series.kind != "experiment":
        return None
    try:
        return msgspec.convert(series.notes, Notes)
    except (msgspec.ValidationError, StudioError):
        return None


def with_notes(series: Series, notes: Notes) -> Series:
    return replace(series, notes=msgspec.to_builtins(notes))


def text_of(name: str) -> CorpusText:
    """A text by its id, by a file, or by the folder of a run that was trained on it.

    Raises:
        CorpusError, RunError: It cannot be read.
    """
    if (Path(name) / "run.json").is_file():
        return runs.read_corpus(Path(name))
    return corpus.load_any(name)


def digest(text: CorpusText) -> str:
    """Tells one text from another."""
    return files.sha256(text.text.encode("utf-8"))


def same_text(series: Series, name: str, sha256: str) -> CorpusText | None:
    """The text that a series was begun with: of one of its runs, else by its name; None where it is another one now.

    Raises:
        CorpusError, RunError: It cannot be read.
    """
    for folder in map(Path, series.runs.values()):
        with suppress(StudioError):
            text = runs.read_corpus(folder)
            if digest(text) == sha256:
                return text
    text = text_of(name)
    return text if digest(text) == sha256 else None


def orders(experiment: Experiment, wanted: Sequence[Run], series: str = "") -> list[Order]:
    """Runs for the queue. Reads their texts, so not for the window's own thread.

    Raises:
        CorpusError, RunError: A text cannot be read.
    """
    texts = {name: text_of(name) for name in {experiment.a.corpus, experiment.b.corpus}}
    return [
        Order(
            request=request(experiment, run, texts[experiment.setting(run.side).corpus]),
            series=series,
            role=run.role,
        )
        for run in wanted
    ]


def first_pair(experiment: Experiment) -> list[Run]:
    return runs_of(experiment, SEED)


def further_pairs(experiment: Experiment) -> list[Run]:
    """The runs that follow where one pair cannot tell the difference from chance."""
    return runs_of(experiment, SEED, PER_SIDE)[2:]


def with_outcomes(series: Series, ended: Mapping[str, Path]) -> Series | None:
    """With what runs have come to that are over (by role); None when nothing is new."""
    notes = notes_of(series)
    if notes is None:
        return None
    found = {role: effects.outcome(role, path) for role, path in ended.items()}
    new = {role: each for role, each in found.items() if each is not None and each != notes.outcomes.get(role)}
    return with_notes(series, replace(notes, outcomes=notes.outcomes | new)) if new else None


def miss(forecast: Forecast, effect: Effect) -> float | None:
    """How far the expected difference was from the measured one, in bits per character."""
    expected = forecast.difference
    if expected is None or effect.difference is None:
        return None
    return abs(expected - effect.difference)


def drawn_miss(drawn: Points, outcomes: Sequence[Outcome]) -> float | None:
    """How far a drawn curve lies from the mean of the measured ones, over the checks that it reaches, on average."""
    far = []
    for step, _ in outcomes[0].held_back if outcomes else ():
        measured = [height for each in outcomes if (height := effects.at(each.held_back, step)) is not None]
        expected = effects.at(drawn, step)
        if measured and expected is not None:
            far.append(abs(expected - fmean(measured)))
    return fmean(far) if far else None
