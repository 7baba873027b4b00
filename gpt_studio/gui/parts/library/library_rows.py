"""What the library says about each run, in which order, and which runs a search finds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gpt_studio.engine import budget
from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.keeping.library import RunSummary
from gpt_studio.engine.keeping.run_parts import DiskUse
from gpt_studio.gui import messages
from gpt_studio.gui.messages import tr
from gpt_studio.gui.moments import day, moment
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.widgets.loss_words import comparable

LONGEST_NAME = 200  # of a folder or record that somebody else has made
_LAST = float("inf")


@dataclass(frozen=True)
class LibraryRow:
    """One run in words, and the figures that it is sorted by."""

    path: Path
    name: str
    text: str = ""
    model: str = ""
    steps: str = ""
    best: str = ""
    date: str = ""
    size: str = ""
    status: str = ""
    hint: str = ""  # what is wrong with it
    is_open: bool = False
    in_training: bool = False
    damaged: bool = False
    created: float = 0.0
    parameters: int = 0
    step: int = 0
    best_loss: float = _LAST
    size_bytes: int = 0

    @property
    def spoken(self) -> str:
        best = tr("best held back {loss}").format(loss=self.best) if self.best else ""
        steps = tr("{steps} steps").format(steps=self.steps) if self.steps else ""
        told = (self.name, self.status, self.text, self.model, steps, best, self.date, self.size, self.hint)
        return ", ".join(part for part in told if part)


def row_for(
    summary: RunSummary, use: DiskUse | None, run: OpenRun | None, training: OpenRun | None, bits: bool = False
) -> LibraryRow:
    """What the library says about a run; `use` is None while it is being measured."""
    record, name = summary.record, summary.name[:LONGEST_NAME]
    size, size_bytes = (messages.size(use.total_bytes), use.total_bytes) if use else ("…", 0)
    if record is None:
        problem = summary.problem
        words = messages.sentence(problem.code, problem.values) if problem else tr("This folder cannot be read.")
        return LibraryRow(
            summary.path, name, status=tr("damaged"), damaged=True, hint=words, size=size, size_bytes=size_bytes
        )
    in_training = training is not None and training.path == summary.path
    is_open = run is not None and run.path == summary.path
    step, best = record.progress.step, record.progress.best_val_loss
    known = training if in_training else run if is_open else None
    if known is not None:  # what is in memory is newer than its files
        step = max(step, known.curve.step)
        best = known.curve.best[1] if known.curve.best else best
    best = None if best is None else comparable(record, best, bits)
    began = moment(record.created)
    return LibraryRow(
        path=summary.path,
        name=name,
        text=record.corpus.title[:LONGEST_NAME],
        model=model_words(record.model),
        steps=_steps(step, record.train.max_steps),
        best="" if best is None else tr("{loss} bits").format(loss=f"{best:.2f}") if bits else f"{best:.2f}",
        date=day(began),
        size=size,
        status=tr("training now") if in_training else tr("open") if is_open else _status(record.status),
        is_open=is_open,
        in_training=in_training,
        created=began.timestamp() if began else 0.0,
        parameters=_parameters(record.model),
        step=step,
        best_loss=best if best is not None else _LAST,
        size_bytes=size_bytes,
    )


@lru_cache(maxsize=1000)  # many runs are of few forms
def _parameters(model: ModelConfig) -> int:
    return budget.parameters(model).total


def model_words(model: ModelConfig) -> str:
    """As "4 × 4 × 128, 0.8 M": layers, heads, width, and the parameters; then what was left out."""
    count = _parameters(model)
    total = f"{count / 1e6:.1f} M" if 1e5 <= count < 1e7 else messages.short_count(count)
    if model.is_bigram:
        return tr("bigram, {parameters}").format(parameters=total)
    left_out = tr(", without {parts}").format(parts=", ".join(model.without)) if model.without else ""
    return f"{model.n_layer} × {model.n_head} × {model.n_embd}, {total}{left_out}"


def _steps(step: int, most: int) -> str:
    if step >= most:
        return messages.count(step)
    return tr("{step} of {steps}").format(step=messages.count(step), steps=messages.count(most))


def _status(status: str) -> str:
    return {"failed": tr("failed"), "training": tr("interrupted")}.get(status, "")


# Order and search

ORDERS = {
    "date": "Newest first",
    "name": "By name",
    "text": "By text",
    "model": "Largest model first",
    "steps": "Most steps first",
    "best": "Best held back first",
    "size": "Most room first",
}


def in_order(rows: Iterable[LibraryRow], order: str) -> list[LibraryRow]:
    """The rows by one of ORDERS; damaged ones last, and equals by name."""
    keys = {
        "date": lambda row: -row.created,
        "name": lambda row: 0,
        "text": lambda row: row.text.casefold(),
        "model": lambda row: -row.parameters,
        "steps": lambda row: -row.step,
        "best": lambda row: row.best_loss,
        "size": lambda row: -row.size_bytes,
    }
    key = keys[order]
    return sorted(rows, key=lambda row: (row.damaged and order != "size", key(row), row.name.casefold()))


def fitting(rows: Iterable[LibraryRow], words: str) -> list[LibraryRow]:
    """The rows in which every word of a search occurs: in name, text, model or status."""
    wanted = words.casefold().split()
    return [
        row
        for row in rows
        if all(word in f"{row.name}\n{row.text}\n{row.model}\n{row.status}".casefold() for word in wanted)
    ]


def together(uses: Mapping[Path, DiskUse]) -> DiskUse:
    """The room of all runs."""
    return sum(uses.values(), DiskUse())
