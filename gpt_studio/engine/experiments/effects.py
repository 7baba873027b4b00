"""What an experiment has shown: the difference between its two sides, and how much of it chance alone would make."""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from statistics import fmean, stdev, variance
from typing import Literal

from msgspec import Struct

from gpt_studio.engine import run_record, runs
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Evaluated, StepDone
from gpt_studio.engine.experiments.experiment import Experiment, Run, Side, run_of

FEW = 5.0  # a difference of more than so many times its usual spread between pairs needs no further seeds
# Student's t, two-sided, 95 %, by degrees of freedom from 1. Source: Fisher and Yates 1938, table III.
_T95 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131),
    *(2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
Verdict = Literal["a_lower", "b_lower", "chance", "unsure", "seeds", "peeks", "texts", "failed"]
Points = tuple[tuple[int, float], ...]  # step and bits per character


class Outcome(Struct, frozen=True, kw_only=True):
    """What one run came to, in bits per character."""

    role: str
    held_back: Points
    training: Points  # means of the batches between two checks
    final: float | None  # None: it did not get to its end
    best: float | None
    best_step: int | None
    step: int
    seconds: float = 0.0

    @property
    def run(self) -> Run | None:
        return run_of(self.role)


class Effect(Struct, frozen=True, kw_only=True):
    """The difference between two sides, side b less side a, in bits per character."""

    verdict: Verdict
    runs_a: int
    runs_b: int
    mean_a: float | None = None
    mean_b: float | None = None
    difference: float | None = None
    best_difference: float | None = None  # of the lowest checks instead of the last ones
    spread: float | None = None  # of one run between seeds: the standard deviation within the sides
    pairs: int = 0  # of runs with one seed, that the interval rests on; 0: it rests on the means of both sides
    pair_spread: float | None = None  # of the difference between pairs: its standard deviation
    standard_error: float | None = None
    low: float | None = None  # of the 95 % interval of the difference
    high: float | None = None
    failed: tuple[str, ...] = ()  # roles of runs that did not get to their end

    @property
    def wants_seeds(self) -> bool:
        """Whether one pair is too little to tell this difference from chance."""
        return self.verdict in ("unsure", "seeds") and self.standard_error is None


def outcome(role: str, path: Path) -> Outcome | None:
    """What a run that is over came to; None while it has not ended, or cannot be read."""
    with suppress(StudioError):
        record = runs.read_record(path)
        if record.status != "training":
            return _outcome(role, record, runs.read_metrics(path))
    return None


def _outcome(role: str, record: run_record.RunRecord, metrics: Sequence[StepDone | Evaluated]) -> Outcome:
    checks = [event for event in metrics if isinstance(event, Evaluated)]
    held_back = tuple((event.step, event.bits_per_char) for event in checks)
    bits = record.bits_per_character
    training = tuple((event.step, bits(event.train_loss)) for event in checks if event.train_loss is not None)
    best = min(held_back, key=lambda point: point[1], default=None)
    is_whole = bool(held_back) and record.status == "done" and held_back[-1][0] >= record.progress.step
    return Outcome(
        role=role,
        held_back=held_back,
        training=training,
        final=held_back[-1][1] if is_whole else None,
        best=best[1] if best else None,
        best_step=best[0] if best else None,
        step=record.progress.step,
        seconds=record.progress.seconds,
    )


def effect(experiment: Experiment, outcomes: Sequence[Outcome]) -> Effect | None:
    """What the runs that have ended show; None while a side has none."""
    sides = {side: [each for each in outcomes if each.run and each.run.side == side] for side in ("a", "b")}
    if not sides["a"] or not sides["b"]:
        return None
    failed = tuple(each.role for each in outcomes if each.final is None)
    finals = {side: [each.final for each in found if each.final is not None] for side, found in sides.items()}
    if not finals["a"] or not finals["b"]:
        means = {side: fmean(found) if found else None for side, found in finals.items()}
        return Effect(
            verdict="failed",
            runs_a=len(sides["a"]),
            runs_b=len(sides["b"]),
            mean_a=means["a"],
            mean_b=means["b"],
            failed=failed,
        )
    told = _compared(experiment, outcomes, finals)
    return Effect(
        verdict=_verdict(experiment, told),
        runs_a=len(finals["a"]),
        runs_b=len(finals["b"]),
        mean_a=fmean(finals["a"]),
        mean_b=fmean(finals["b"]),
        difference=told.difference,
        best_difference=_at_best(sides),
        spread=told.spread,
        pairs=told.pairs,
        pair_spread=told.pair_spread,
        standard_error=told.standard_error,
        low=told.low,
        high=told.high,
        failed=failed,
    )


def _at_best(sides: Mapping[str, Sequence[Outcome]]) -> float:
    """The difference of the lowest checks."""
    a, b = ([each.best for each in sides[side] if each.final is not None and each.best is not None] for side in "ab")
    return fmean(b) - fmean(a)


def _compared(experiment: Experiment, outcomes: Sequence[Outcome], finals: Mapping[str, list[float]]) -> "Compared":
    """By pairs of one seed, which share their text, their beginning and their batches; without pairs, by the means."""
    found = {each.run: each.final for each in outcomes if each.run and each.final is not None}
    pairs = [
        (final, found[other])
        for run, final in found.items()
        if run.side == "a" and (other := Run(side="b", seed=run.seed)) in found
    ]
    if experiment.seeds_differ or len(pairs) < 2:
        return compared(finals["a"], finals["b"])
    return paired([pair[0] for pair in pairs], [pair[1] for pair in pairs])


class Compared(Struct, frozen=True, kw_only=True):
    """Two means: their difference (second less first), and how sure it is."""

    difference: float
    spread: float | None = None
    pairs: int = 0
    pair_spread: float | None = None
    standard_error: float | None = None
    low: float | None = None
    high: float | None = None


def compared(first: Sequence[float], second: Sequence[float]) -> Compared:
    """The difference of two means, with its standard error and 95 % interval where both sides have two runs or more.

    Source: Welch 1947, "The generalization of Student's problem when several different population variances are
    involved", Biometrika 34, with Satterthwaite's degrees of freedom; rounded down, so the interval is rather too wide.
    """
    difference = fmean(second) - fmean(first)
    if len(first) < 2 or len(second) < 2:
        return Compared(difference=difference)
    of_means = [variance(values) / len(values) for values in (first, second)]
    freedom = [len(values) - 1 for values in (first, second)]
    error = math.sqrt(sum(of_means))
    below = sum(share**2 / free for share, free in zip(of_means, freedom, strict=True))
    degrees = sum(of_means) ** 2 / below if below else min(freedom)
    reach = t_quantile(degrees) * error
    return Compared(
        difference=difference,
        spread=_pooled(first, second),
        standard_error=error,
        low=difference - reach,
        high=difference + reach,
    )


def paired(first: Sequence[float], second: Sequence[float]) -> Compared:
    """The mean difference of two pairs or more, with its standard error and 95 % interval.

    Source: Student 1908, "The probable error of a mean", Biometrika 6, section VIII: the differences of pairs are one
    sample.
    """
    differences = [b - a for a, b in zip(first, second, strict=True)]
    difference, count = fmean(differences), len(differences)
    pair_spread = stdev(differences)
    error = pair_spread / math.sqrt(count)
    reach = t_quantile(count - 1) * error
    return Compared(
        difference=difference,
        spread=_pooled(first, second),
        pairs=count,
        pair_spread=pair_spread,
        standard_error=error,
        low=difference - reach,
        high=difference + reach,
    )


def _pooled(*sides: Sequence[float]) -> float:
    """The standard deviation within the sides."""
    freedom = sum(len(values) - 1 for values in sides)
    return math.sqrt(sum(variance(values) * (len(values) - 1) for values in sides) / freedom)


def t_quantile(degrees: float) -> float:
    """Between plus and minus this lie 95 % of Student's t; degrees of freedom between two rows take the lower one."""
    return _T95[min(max(1, math.floor(degrees)), len(_T95)) - 1]


def _verdict(experiment: Experiment, told: Compared) -> Verdict:
    if experiment.peeks:
        return "peeks"
    if experiment.a.corpus != experiment.b.corpus:
        return "texts"
    if experiment.seeds_differ:
        return "seeds"
    lower: Verdict = "b_lower" if told.difference < 0 else "a_lower"
    if told.low is not None and told.high is not None:
        return "chance" if told.low <= 0 <= told.high else lower
    return lower if abs(told.difference) > FEW * experiment.spread else "unsure"


def at(points: Points, step: float) -> float | None:
    """The height of a curve at a step, between its points in a straight line; None beyond its ends."""
    for (left, low), (right, high) in pairwise(points):
        if left <= step <= right:
            return low + (high - low) * (step - left) / max(1, right - left)
    return points[0][1] if len(points) == 1 and points[0][0] == step else None


def side_outcomes(outcomes: Sequence[Outcome], side: Side) -> list[Outcome]:
    """Those of one side, in the order of their seeds."""
    found = [each for each in outcomes if each.run and each.run.side == side]
    return sorted(found, key=lambda each: each.run.seed if each.run else 0)
