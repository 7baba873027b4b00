"""Which models are tested on which texts, and what came of it. Plain data; the matrix shows it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Tested
from gpt_studio.engine.run_record import RunRecord
from gpt_studio.gui.parts.generalize.held_back import HeldBack, TextChoice

Cell = tuple[Path, str]  # a run and the key of a text


@dataclass(frozen=True)
class Model:
    """A row."""

    path: Path
    record: RunRecord


@dataclass
class Trials:
    """The matrix as data: rows, columns, and the results that there are."""

    models: list[Model] = field(default_factory=list)  # the open run first
    texts: list[TextChoice] = field(default_factory=list)
    loaded: dict[str, HeldBack] = field(default_factory=dict)
    results: dict[Cell, Tested] = field(default_factory=dict)
    steps: dict[Path, int] = field(default_factory=dict)  # at which a model was tested
    waiting: set[Cell] = field(default_factory=set)
    _past: dict[tuple[Path, int], dict[str, Tested]] = field(default_factory=dict)  # results at other steps, by text
    _begun: dict[Path, int] = field(default_factory=dict)  # at which steps the test under way was begun
    _rows: list[Path] = field(default_factory=list)  # of the test under way
    _columns: list[str] = field(default_factory=list)

    # Rows and columns

    def has_model(self, path: Path) -> bool:
        return any(model.path == path for model in self.models)

    def has_text(self, key: str) -> bool:
        return any(text.key == key for text in self.texts)

    def set_model(self, model: Model, wanted: bool) -> None:
        """Add a row, or take it away with its results."""
        if wanted and not self.has_model(model.path):
            self.models.append(model)
        elif not wanted:
            self.models = [each for each in self.models if each.path != model.path]
            self._forget(lambda cell: cell[0] == model.path)

    def set_text(self, text: TextChoice, wanted: bool) -> None:
        """Add a column, or take it away with its results."""
        if wanted and not self.has_text(text.key):
            self.texts.append(text)
        elif not wanted:
            self.texts = [each for each in self.texts if each.key != text.key]
            self._forget_column(text.key)

    def take_loaded(self, loaded: dict[str, HeldBack | StudioError]) -> list[tuple[str, StudioError]]:
        """Take texts that were read. A changed one loses its results; one that cannot be read loses its column.

        Returns:
            Titles of the lost ones, and why.
        """
        problems = []
        for text in [text for text in self.texts if text.key in loaded]:
            read, known = loaded[text.key], self.loaded.get(text.key)
            if isinstance(read, StudioError):
                problems.append((text.title, read))
                self.set_text(text, False)
                continue
            if known and known.sha256 != read.sha256:
                self._forget_column(text.key)
            self.loaded[text.key] = read
        return problems

    def _forget_column(self, key: str) -> None:
        self._forget(lambda cell: cell[1] == key)
        for results in self._past.values():
            results.pop(key, None)

    def _forget(self, applies: Callable[[Cell], bool]) -> None:
        self.results = {cell: tested for cell, tested in self.results.items() if not applies(cell)}

    # Testing

    def missing(self, steps: dict[Path, int]) -> tuple[list[Path], list[str]]:
        """Rows and columns of the next test: what has no result, or was tested at another step; else all.

        A test measures each of its rows on each of its columns; so a cell that is known may be measured once more.
        """
        cells = [(model.path, text.key) for model in self.models for text in self.texts]
        open_cells = [
            cell for cell in cells if cell not in self.results or steps.get(cell[0]) != self.steps.get(cell[0])
        ] or cells
        rows = [model.path for model in self.models if any(cell[0] == model.path for cell in open_cells)]
        columns = [text.key for text in self.texts if any(cell[1] == text.key for cell in open_cells)]
        if any(steps.get(path) != self.steps.get(path) for path in rows):
            columns = [text.key for text in self.texts]  # one row shows one step
        return rows, columns

    def begin(self, rows: list[Path], columns: list[str], steps: dict[Path, int]) -> None:
        """A test of these rows and columns is under way."""
        self._rows, self._columns = rows, columns
        self.waiting = {(row, column) for row in rows for column in columns}
        self._forget(lambda cell: cell in self.waiting)
        self._begun = {row: steps[row] for row in rows}
        self.steps.update(self._begun)

    def go_to(self, row: Path, step: int) -> None:
        """Show a row at another step, with what was measured there if it was; what is shown now is kept."""
        before = self.steps.pop(row, None)
        if before is not None:
            self._past[row, before] = {cell[1]: tested for cell, tested in self.results.items() if cell[0] == row}
        self._forget(lambda cell: cell[0] == row)
        if (row, step) in self._past:
            self.steps[row] = step
            known = self._past[row, step].items()
            self.results |= {(row, key): tested for key, tested in known if self.has_text(key)}

    def take(self, tested: Tested) -> Cell | None:
        """Keep a result; None when its row or column was taken away meanwhile, or shows another step."""
        cell = (self._rows[tested.row], self._columns[tested.column])
        self.waiting.discard(cell)
        begun = self._begun.get(cell[0])
        if begun is not None and self.steps.get(cell[0]) != begun:
            self._past.setdefault((cell[0], begun), {})[cell[1]] = tested
            return None
        if not (self.has_model(cell[0]) and self.has_text(cell[1])):
            return None
        self.results[cell] = tested
        return cell

    def end(self) -> None:
        """No test is under way."""
        self.waiting = set()

    @property
    def measured(self) -> tuple[int, int]:
        """How many cells of the test under way are done, of how many."""
        total = len(self._rows) * len(self._columns)
        return total - len(self.waiting), total

    @property
    def is_filled(self) -> bool:
        return bool(self.models and self.texts) and len(self.results) == len(self.models) * len(self.texts)

    def is_home(self, model: Model, text: TextChoice) -> bool:
        """Whether the model was trained on this very text."""
        known = self.loaded.get(text.key)
        if known:
            return known.sha256 == model.record.corpus.sha256
        return text.key == model.record.corpus.id
