"""Which models are tested on which texts, and what came of it. Plain data; the matrix shows it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Tested
from gpt_studio.engine.run_record import RunRecord
from gpt_studio.gui.parts.generalize.held_back import HeldBack, TextChoice

COUNTED = -1  # in place of a step: what only counts a run's text has none


class RowKey(NamedTuple):
    """What tells a row from all others."""

    run: Path
    step: int | None = None  # None: as the run is now, or, the open one, at the step that the window shows
    counts: bool = False  # the 5-gram of the run's training text


Cell = tuple[RowKey, str]  # a row and the key of a text
Point = tuple[Path, int]  # what can be measured: a run at a step


@dataclass(frozen=True)
class Model:
    """A row."""

    key: RowKey
    record: RunRecord

    @property
    def path(self) -> Path:
        return self.key.run


@dataclass(frozen=True)
class Batch:
    """Cells that are measured together, row after row."""

    points: tuple[Point, ...]
    rows: tuple[RowKey, ...]  # one that stands for each point
    columns: tuple[str, ...]

    @property
    def cells(self) -> set[tuple[Point, str]]:
        return {(point, column) for point in self.points for column in self.columns}


@dataclass
class Trials:
    """The matrix as data: rows, columns, and the results that there are."""

    models: list[Model] = field(default_factory=list)  # the open run first
    texts: list[TextChoice] = field(default_factory=list)
    loaded: dict[str, HeldBack] = field(default_factory=dict)
    shown: dict[RowKey, int] = field(default_factory=dict)  # the step of the results that a row shows
    waiting: set[tuple[Point, str]] = field(default_factory=set)
    known: dict[Point, dict[str, Tested]] = field(default_factory=dict)  # all that was measured, by text
    _moved: dict[Point, Point] = field(default_factory=dict)  # asked for, and measured
    _asked: int = 0  # cells of the test under way

    # Rows and columns

    def has_model(self, key: RowKey) -> bool:
        return any(model.key == key for model in self.models)

    def has_text(self, key: str) -> bool:
        return any(text.key == key for text in self.texts)

    def set_model(self, model: Model, wanted: bool) -> None:
        """Add a row, or take it away; what was measured of it is shown again when it comes back."""
        if wanted and not self.has_model(model.key):
            self.models.append(model)
            if model.key.counts:
                self.shown[model.key] = COUNTED
            elif model.key.step is not None:
                self.shown[model.key] = model.key.step
        elif not wanted:
            self.models = [each for each in self.models if each.key != model.key]

    def set_text(self, text: TextChoice, wanted: bool) -> None:
        """Add a column, or take it away."""
        if wanted and not self.has_text(text.key):
            self.texts.append(text)
        elif not wanted:
            self.texts = [each for each in self.texts if each.key != text.key]

    def take_loaded(self, loaded: dict[str, HeldBack | StudioError]) -> list[tuple[str, StudioError]]:
        """Take texts that were read. A changed one loses its results; one that cannot be read loses its column.

        Returns:
            Titles of the lost ones, and why.
        """
        problems = []
        for text in [text for text in self.texts if text.key in loaded]:
            read = loaded[text.key]
            if isinstance(read, StudioError):
                problems.append((text.title, read))
                self.set_text(text, False)
                continue
            self.take_text(text.key, read)
        return problems

    def take_text(self, key: str, read: HeldBack) -> None:
        """Take one text that was read."""
        known = self.loaded.get(key)
        if known and known.sha256 != read.sha256:
            for results in self.known.values():
                results.pop(key, None)
        self.loaded[key] = read

    # Testing

    def missing(self, steps: dict[RowKey, int]) -> tuple[list[RowKey], list[str]]:
        """Rows and columns of the next test: what has no result at the steps of now; else all.

        A test measures each of its rows on each of its columns; so a cell that is known may be measured once more.
        """
        cells = [(model.key, text.key) for model in self.models for text in self.texts]
        unknown = [cell for cell in cells if cell[1] not in self.known.get((cell[0].run, steps[cell[0]]), {})] or cells
        rows = [model.key for model in self.models if any(cell[0] == model.key for cell in unknown)]
        columns = [text.key for text in self.texts if any(cell[1] == text.key for cell in unknown)]
        return rows, columns

    def begin(self, rows: Iterable[RowKey], columns: Iterable[str], steps: dict[RowKey, int]) -> list[Batch]:
        """A test of these rows and columns is under way: of the models, and of those that count."""
        chosen: dict[Point, RowKey] = {}
        for row in rows:
            self.shown[row] = steps[row]
            chosen.setdefault((row.run, steps[row]), row)
        counted = [point for point in chosen if point[1] == COUNTED]
        told = tuple(columns)
        parts = ([point for point in chosen if point not in counted], counted)
        batches = [Batch(tuple(part), tuple(chosen[point] for point in part), told) for part in parts if part]
        for batch in batches:
            self.await_batch(batch)
        return batches

    def await_batch(self, batch: Batch) -> None:
        """Have the cells of a batch wait; what was known of them is measured anew."""
        for point, column in batch.cells:
            self.known.get(point, {}).pop(column, None)
        self._asked = self._asked + len(batch.cells) if self.waiting else len(batch.cells)
        self.waiting |= batch.cells

    def go_to(self, row: RowKey, step: int) -> None:
        """Show a row at another step, with what was measured there."""
        self.shown[row] = step

    def take(self, batch: Batch, tested: Tested) -> None:
        """Keep a result, as one of the step that was really measured: a run in training has gone on meanwhile."""
        asked, column = batch.points[tested.row], batch.columns[tested.column]
        self.waiting.discard((asked, column))
        point = asked if tested.step is None else (asked[0], tested.step)
        if point != asked:
            self._moved[asked] = point
            followers = [row for row, step in self.shown.items() if (row.run, step) == asked and row.step is None]
            self.shown |= dict.fromkeys(followers, point[1])
        self.known.setdefault(point, {})[column] = tested

    def end(self, batch: Batch) -> None:
        """Nothing of a batch is measured any more."""
        self.waiting -= batch.cells

    # What is known

    @property
    def results(self) -> dict[Cell, Tested]:
        """What the matrix shows."""
        found: dict[Cell, Tested] = {}
        for model in self.models:
            known = self.known.get((model.path, self.shown.get(model.key, 0)), {}) if model.key in self.shown else {}
            found |= {(model.key, text.key): known[text.key] for text in self.texts if text.key in known}
        return found

    def is_waiting(self, cell: Cell) -> bool:
        point = (cell[0].run, self.shown.get(cell[0], 0))
        asked = [point, *(asked for asked, moved in self._moved.items() if moved == point)]
        return any((each, cell[1]) in self.waiting for each in asked)

    @property
    def measured(self) -> tuple[int, int]:
        """How many cells of the test under way are done, of how many."""
        return self._asked - len(self.waiting), self._asked

    @property
    def is_filled(self) -> bool:
        return bool(self.models and self.texts) and len(self.results) == len(self.models) * len(self.texts)

    def is_home(self, model: Model, text: TextChoice) -> bool:
        """Whether the model was trained on this very text."""
        known = self.loaded.get(text.key)
        if known:
            return known.sha256 == model.record.corpus.sha256
        return text.key == model.record.corpus.id

    @property
    def first_away(self) -> int:
        """The first text that the open run was not trained on."""
        away = (place for place, text in enumerate(self.texts) if not self.is_home(self.models[0], text))
        return next(away, 0)
