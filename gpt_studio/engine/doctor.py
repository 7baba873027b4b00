"""The doctor: what a run's curve says about the run, with its evidence. No torch; the sentences are the faces' own.

A diagnosis is a function of the curve up to a step, and of nothing else: whoever looks at a run while it trains, or
opens it a year later, is told the same.

Where the thresholds come from: sixteen real runs, kept as curves beside the tests (tests/engine/doctor). Losses in nats
per character; "letters" and "two" are what letter counts and pairs of letters reach on the same text (yardsticks.py).

- Five healthy runs (three texts, two sizes) stood at 1.75 to 1.96 after 200 steps, 1.0 and more below letters, and 0.5
  below two by step 300. Two runs with a rate 25 and 75 times too high stood at 3.1 to 3.2 there, which is letters, and
  stayed for 300 steps; two with a rate far too low were 0.03 below their beginning. Hence STUCK_AFTER, STUCK_AT.
- Models of width 4 and 6 had 2.73 and 2.57 after 400 steps, where two is 2.46 and 2.47; the healthy ones had 1.51 to
  1.82. Hence SMALL_AFTER and the line of two itself.
- The mean of 20 batches of a healthy run was never more than 0.06 above its lowest so far. Hence CLIMB.
- A check of a healthy run was at most 0.013 above the best before it, and was passed by the next. Learning by heart
  rises by more than that from check to check. Hence TURN and TURN_CHECKS.
- Of 300 pieces of the held-back part of each built-in text none stands in its training part, of 12,000 characters of
  Python alone 0.14, and all of them where a text is there twice. Hence LEAK.
- Of 3,000 and 6,000 characters of verse a model never learnt as much as pairs of letters tell (2.80 and 2.75 at best,
  where two is 2.50 and 2.63) before it knew them by heart; of 12,000 it did (2.18, two 2.40). Hence SHORT.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from gpt_studio.engine import run_record
from gpt_studio.engine.config import usual_rate
from gpt_studio.engine.events import Evaluated, StepDone
from gpt_studio.engine.keeping.references import References

Numbers = NDArray[np.float64]

FIRST_LOOK = 20  # steps; a look every 10 steps, later every twentieth part of the run so far
LOOK_EVERY, LOOK_SHARE = 10, 0.05
CONFIRM = 3  # looks that must agree before what is said changes, so that it does not flicker
RECENT = 20  # batches of a mean: their losses differ by 0.05 or so
STUCK_AFTER = 150  # steps after which a model that learns is far below letters
STUCK_AT = 0.15  # nats below letters that are still "no better than letters"
NOT_MOVED = 0.25  # share of the way from the beginning to letters
SMALL_AFTER, SMALL_SHARE = 300, 0.3  # steps, and share of the run, after which pairs of letters should be beaten
CLIMB = 0.35  # nats above the lowest mean
TURN, TURN_SHARE, TURN_CHECKS = 0.02, 0.01, 2  # nats and share of the best check by which the last checks lie above it
HEART_GAP = 0.05  # nats by which training lies below held back when a model learns by heart
LEAK = 0.3  # share of the held-back part that stands in the training part
SHORT = 10_000  # characters; of less, see `_too_short`
LARGE_RATE, SMALL_RATE = 2.0, 0.1  # times the usual one

LOSSES = ("loss", "lowest", "began", "best", "now", "held_back", "training", "two", "fall")  # values in nats per token


class Finding(Struct, frozen=True):
    """What is going on, for the faces to say."""

    code: str
    values: dict[str, Any] = {}
    step: int | None = None  # where on the chart it shows
    rate: float | None = None  # a learning rate to use instead

    @property
    def is_trouble(self) -> bool:
        return self.code not in ("doctor.early", "doctor.learning", "doctor.level")


@dataclass(frozen=True)
class Case:
    """What does not change while a run trains."""

    vocab_size: int
    characters: int
    max_steps: int
    learning_rate: float
    usual_rate: float
    dropout: float = 0.0
    is_bigram: bool = False
    references: References | None = None
    characters_per_token: float = 1.0
    failed: str = ""  # the code of the error that ended it

    @classmethod
    def of(
        cls, record: run_record.RunRecord, known: References | None, characters_per_token: float = 1.0, failed: str = ""
    ) -> "Case":
        return cls(
            vocab_size=record.model.vocab_size,
            characters=record.corpus.characters,
            max_steps=record.train.max_steps,
            learning_rate=record.train.learning_rate,
            usual_rate=usual_rate(record.model, record.train.optimizer),
            dropout=record.model.dropout,
            is_bigram=record.model.is_bigram,
            references=known,
            characters_per_token=characters_per_token,
            failed=failed,
        )

    def in_nats(self, bits: float) -> float:
        return bits * math.log(2) * self.characters_per_token

    @property
    def letters(self) -> float:
        """What counting letters reaches, in nats per token; where it is not known, as in the built-in texts."""
        sticks = self.references.yardsticks if self.references else None
        return self.in_nats(sticks.letters) if sticks else 0.72 * math.log(max(2, self.vocab_size))

    @property
    def two(self) -> float | None:
        sticks = self.references.yardsticks if self.references else None
        return self.in_nats(sticks.two) if sticks else None

    @property
    def rate_is_high(self) -> bool:
        return self.learning_rate > LARGE_RATE * self.usual_rate

    @property
    def rate_is_low(self) -> bool:
        return self.learning_rate < SMALL_RATE * self.usual_rate

    @property
    def lower_rate(self) -> float:
        return self.usual_rate if self.learning_rate > 1.5 * self.usual_rate else _plain(self.learning_rate / 4)

    @property
    def higher_rate(self) -> float:
        return self.usual_rate if self.learning_rate < self.usual_rate / 1.5 else _plain(4 * self.learning_rate)


@dataclass(frozen=True)
class Curves:
    """The curve of a run: the loss of each batch, and the checks on held-back text."""

    steps: Numbers
    losses: Numbers
    check_steps: Numbers
    checks: Numbers

    def until(self, step: float) -> "Curves":
        batches, checks = (int(np.searchsorted(of, step, "right")) for of in (self.steps, self.check_steps))
        return Curves(self.steps[:batches], self.losses[:batches], self.check_steps[:checks], self.checks[:checks])

    @property
    def step(self) -> int:
        return int(self.steps[-1]) if len(self.steps) else 0

    @property
    def recent(self) -> float:
        """The mean of the newest batches."""
        return float(self.losses[-RECENT:].mean())


class Doctor:
    """Follows one run. What it says changes only when several looks in a row agree."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._next = FIRST_LOOK
        self._said = Finding("doctor.early")
        self._lowest = math.inf  # mean of RECENT batches, at the looks so far
        self._other, self._agreed = "", 0  # what the last looks found instead, and how many of them

    def follow(self, curves: Curves) -> Finding:
        """What there is to say now; `curves` is the whole curve so far, and looks that are due are made up for."""
        if fact := self._fact(curves):
            return fact
        while self._next <= curves.step:
            self._look(curves.until(self._next))
            self._next += max(LOOK_EVERY, int(LOOK_SHARE * self._next))
        return self._said

    def _fact(self, curves: Curves) -> Finding | None:
        for fact in (_not_finite, _too_short, _leak):
            if found := fact(self.case, curves):
                return found
        return None

    def _look(self, curves: Curves) -> None:
        found = self._examine(curves)
        self._lowest = min(self._lowest, curves.recent)
        if found.code == self._said.code or not (found.is_trouble or self._said.is_trouble):
            self._said, self._other, self._agreed = found, "", 0
            return
        self._agreed = self._agreed + 1 if found.code == self._other else 1
        self._other = found.code
        if self._agreed >= CONFIRM:
            self._said, self._other, self._agreed = found, "", 0

    def _examine(self, curves: Curves) -> Finding:
        """The first trouble that the curve shows, or how well it goes."""
        if climbed := self._climbed(curves):
            return climbed
        troubles: tuple[Callable[[Case, Curves], Finding | None], ...] = (_stuck, _turned_up, _below, _too_small)
        for trouble in troubles:
            if found := trouble(self.case, curves):
                return found
        return _progress(curves)

    def _climbed(self, curves: Curves) -> Finding | None:
        if not curves.recent > self._lowest + CLIMB or curves.step < 2 * RECENT:
            return None
        values = {"loss": curves.recent, "lowest": self._lowest, "rate": self.case.learning_rate}
        return Finding("doctor.climbed", values, curves.step, self.case.lower_rate)


def of_run(run_record: run_record.RunRecord, events: list[StepDone | Evaluated], known: References | None) -> Finding:
    """The diagnosis of a run from what its log tells."""
    steps = [event for event in events if isinstance(event, StepDone)]
    checks = [event for event in events if isinstance(event, Evaluated)]
    per_token = 1.0
    if checks and checks[-1].bits_per_char > 0:
        per_token = checks[-1].val_loss / math.log(2) / checks[-1].bits_per_char
    curves = Curves(
        np.array([event.step for event in steps], dtype=float),
        np.array([event.train_loss for event in steps], dtype=float),
        np.array([event.step for event in checks], dtype=float),
        np.array([event.val_loss for event in checks], dtype=float),
    )
    failed = "training.diverged" if run_record.status == "failed" else ""
    return Doctor(Case.of(run_record, known, per_token, failed)).follow(curves)


# What may be found. Each looks at the curve up to a step and gives its finding, or None.


def _not_finite(case: Case, curves: Curves) -> Finding | None:
    """A loss that is no number, or a run that was ended for its loss had grown out of all proportion."""
    beyond = np.flatnonzero(~np.isfinite(curves.losses))
    if not len(beyond) and case.failed not in ("training.diverged", "training.exploded"):
        return None
    step = int(curves.steps[beyond[0]]) if len(beyond) else curves.step
    rate = min(case.lower_rate, _plain(case.learning_rate / 4))
    return Finding("doctor.not_finite", {"step": step, "rate": case.learning_rate}, step, rate)


def _too_short(case: Case, curves: Curves) -> Finding | None:
    """So little text that a model knows it by heart before it has learnt to write."""
    if case.characters >= SHORT:
        return None
    return Finding("doctor.too_short", {"characters": case.characters, "least": SHORT})


def _leak(case: Case, curves: Curves) -> Finding | None:
    """Held-back text that stands in the training part as well measures nothing."""
    if case.references is None or case.references.repeated < LEAK:
        return None
    return Finding("doctor.leak", {"share": case.references.repeated})


def _below(case: Case, curves: Curves) -> Finding | None:
    """Held back far below training, though nothing is silenced in training: the parts are not of one kind."""
    if case.dropout or not len(curves.checks) or curves.step < STUCK_AFTER:
        return None
    held_back = float(curves.checks[-1])
    if not held_back < curves.recent - CLIMB:
        return None
    return Finding("doctor.below", {"held_back": held_back, "training": curves.recent}, int(curves.check_steps[-1]))


def _stuck(case: Case, curves: Curves) -> Finding | None:
    """After many steps no better than counting letters; the rate, or how the loss moved, tells why."""
    if curves.step < STUCK_AFTER:
        return None
    two, now, began = case.two, curves.recent, float(curves.losses[:3].mean())
    values = {"loss": now, "lowest": case.letters, "began": began, "step": curves.step, "rate": case.learning_rate}
    behind = two is not None and curves.step >= SMALL_AFTER and now > two
    if now > began - NOT_MOVED * (began - case.letters) or (case.rate_is_low and behind):
        if not case.rate_is_high:
            return Finding("doctor.rate_low", values, curves.step, case.higher_rate)
        return Finding("doctor.rate_high", values, curves.step, case.lower_rate)
    worth_it = two is None or two < case.letters - 2 * STUCK_AT  # else there is no more in this text to be learnt
    if case.rate_is_high and worth_it and (now > case.letters - STUCK_AT or behind):
        return Finding("doctor.rate_high", values, curves.step, case.lower_rate)
    return None


def _turned_up(case: Case, curves: Curves) -> Finding | None:
    """Held back has turned up while training still falls: the model learns by heart."""
    if len(curves.checks) <= TURN_CHECKS:
        return None
    place = int(curves.checks.argmin())
    best, after = float(curves.checks[place]), curves.checks[place + 1 :]
    if len(after) < TURN_CHECKS:
        return None
    now = float(after[-TURN_CHECKS:].mean())
    if now < best + max(TURN, TURN_SHARE * best) or curves.recent > now - HEART_GAP:
        return None
    step = int(curves.check_steps[place])
    return Finding("doctor.turned_up", {"step": step, "best": best, "now": float(after[-1])}, step)


def _too_small(case: Case, curves: Curves) -> Finding | None:
    """A good part of the run is made, and pairs of letters would do as well."""
    if case.two is None or case.is_bigram or case.rate_is_high or not len(curves.checks):
        return None
    if curves.step < max(SMALL_AFTER, SMALL_SHARE * case.max_steps):
        return None
    held_back = float(curves.checks[-1])
    if held_back < case.two or curves.recent < held_back - CLIMB:
        return None
    return Finding("doctor.too_small", {"held_back": held_back, "two": case.two}, int(curves.check_steps[-1]))


def _progress(curves: Curves) -> Finding:
    """How much held back, or training where there are too few checks, fell over the last third of the run."""
    earlier = 2 * curves.step / 3
    if len(curves.checks) >= 3:
        place = int(np.searchsorted(curves.check_steps, earlier, "right")) - 1
        place = min(max(place, 0), len(curves.checks) - 2)
        fall, since = float(curves.checks[place] - curves.checks[-1]), int(curves.check_steps[place])
    else:
        before = curves.until(earlier)
        fall, since = before.recent - curves.recent, before.step
    code = "doctor.learning" if fall > TURN else "doctor.level"
    return Finding(code, {"fall": max(fall, 0.0), "since": since}, curves.step)


def _plain(rate: float) -> float:
    return float(f"{rate:.1g}")
