"""What is kept of a ladder: its rungs as they were, and what each came to."""

import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from gpt_studio.engine import budget, runs
from gpt_studio.engine.corpus import check
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.experiments import effects, record
from gpt_studio.engine.experiments.ladder import RUNGS, Rung, request
from gpt_studio.engine.experiments.run_queue import Order
from gpt_studio.engine.experiments.series import Series, new_id, now
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.tokenizer import Tokenizer


class Result(Struct, frozen=True, kw_only=True):
    """What one rung came to."""

    final: float | None  # held-back bits per character; None: it did not get to its end
    size: int  # parameters, or different pieces counted
    seconds: float  # of training, or of counting and measuring
    text: str  # that it has written
    step: int = 0


class Notes(Struct, frozen=True, kw_only=True):
    """All that a series of the kind "ladder" notes."""

    rungs: tuple[Rung, ...]
    corpus: str  # as `record.text_of` takes it
    sha256: str  # of the text
    vocab_size: Annotated[int, Meta(ge=1)]  # characters that it has
    results: dict[str, Result] = {}  # by rung

    @property
    def missing(self) -> tuple[Rung, ...]:
        """Rungs that have not got to their end."""
        return tuple(rung for rung in self.rungs if (known := self.results.get(rung.id)) is None or known.final is None)

    @property
    def guessing(self) -> float:
        """Bits per character of pure guessing: any character as likely as any other."""
        return math.log2(self.vocab_size)

    def rung(self, id: str) -> Rung | None:
        return next((rung for rung in self.rungs if rung.id == id), None)


def begun(text: CorpusText, corpus: str, rungs: Sequence[Rung] = RUNGS) -> Series:
    """A new ladder; its runs are still to be ordered.

    Raises:
        CorpusError: The text is too short for its models.
    """
    check(text.text, max(rung.model.block_size for rung in rungs if rung.model))
    series = Series(
        id=new_id(),
        kind="ladder",
        title=f"Ladder, {text.title}",
        created=now(),
        corpus_id=text.id,
        corpus_title=text.title,
    )
    vocab_size = Tokenizer.characters(text.text).vocab_size
    return with_notes(
        series, Notes(rungs=tuple(rungs), corpus=corpus, sha256=record.digest(text), vocab_size=vocab_size)
    )


def notes_of(series: Series) -> Notes | None:
    """What a series notes; None where it is no ladder, or what it says makes no sense here."""
    if series.kind != "ladder":
        return None
    try:
        return msgspec.convert(series.notes, Notes)
    except (msgspec.ValidationError, StudioError):
        return None


def with_notes(series: Series, notes: Notes) -> Series:
    return replace(series, notes=msgspec.to_builtins(notes))


def with_results(series: Series, results: dict[str, Result]) -> Series | None:
    """With what rungs have come to; None when nothing is new."""
    notes = notes_of(series)
    if notes is None or all(notes.results.get(id) == result for id, result in results.items()):
        return None
    return with_notes(series, replace(notes, results=notes.results | results))


def orders(rungs: Iterable[Rung], text: CorpusText, series: str = "") -> list[Order]:
    """The runs of those that are trained, for the queue."""
    return [Order(request=request(rung, text), series=series, role=rung.id) for rung in rungs if not rung.is_counted]


def result(role: str, path: Path) -> Result | None:
    """What a run that is over came to; None while it has not ended, or cannot be read."""
    outcome = effects.outcome(role, path)
    if outcome is None:
        return None
    with suppress(StudioError):
        samples = runs.read_samples(path)
        return Result(
            final=outcome.final,
            size=budget.parameters(runs.read_record(path).model).total,
            seconds=outcome.seconds,
            text=samples[-1].text if samples else "",
            step=outcome.step,
        )
    return None


def text_again(series: Series, notes: Notes) -> CorpusText:
    """The text of a ladder that was begun earlier: from one of its runs, or from where it came from.

    Raises:
        StudioError: `ladder.text_changed` when it is another one now, and whatever `record.text_of` raises.
    """
    text = record.same_text(series, notes.corpus, notes.sha256)
    if text is None:
        raise StudioError("ladder.text_changed", title=series.corpus_title)
    return text
