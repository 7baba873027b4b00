"""The trials as they are kept with a run, and back."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from gpt_studio.engine import runs
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.keeping import matrix_file
from gpt_studio.engine.keeping.matrix_file import KeptCell, KeptMatrix, KeptRow, KeptText
from gpt_studio.engine.run_record import RunRecord
from gpt_studio.gui.open_run import OpenRun
from gpt_studio.gui.parts.generalize import held_back
from gpt_studio.gui.parts.generalize.held_back import FILE, PASTED, HeldBack, TextChoice
from gpt_studio.gui.parts.generalize.trials import Model, RowKey, Trials


@dataclass(frozen=True)
class AtHand:
    """Which texts there are, and what was tested at an earlier time, as far as it still holds."""

    choices: list[TextChoice]
    kept: KeptMatrix = field(default_factory=KeptMatrix)
    columns: list[TextChoice] = field(default_factory=list)
    loaded: dict[str, HeldBack] = field(default_factory=dict)  # of the texts that are as they were then
    records: dict[str, RunRecord] = field(default_factory=dict)  # of the other runs, by folder
    problem: StudioError | None = None


def look_up(run: OpenRun) -> AtHand:
    """In the background: see what there is, and what was kept with a run."""
    choices = held_back.choices(run)
    try:
        kept = matrix_file.read(run.path)
    except StudioError as error:
        return AtHand(choices, problem=error)
    if kept is None:
        return AtHand(choices)
    found = {choice.key: choice for choice in choices}
    columns, loaded = [], {}
    for text in kept.texts:
        choice = found.get(text.key) or _choice(run, text)
        if choice is None:
            continue
        with suppress(StudioError):
            read = choice.held_back()
            if text.is_shown:
                columns.append(choice)
            if read.sha256 == text.sha256:
                loaded[text.key] = read
    return AtHand(choices, kept, columns, loaded, _records(run.path, kept))


def _choice(run: OpenRun, text: KeptText) -> TextChoice | None:
    """A text that is not at hand by itself."""
    if text.key == held_back.TRAINING:
        return held_back.training_choice(run)
    if text.text:
        return held_back.kept_choice(text.key, text.title, text.text, text.sha256)
    return None


def _records(run: Path, kept: KeptMatrix) -> dict[str, RunRecord]:
    """The other runs that are still the ones that were tested."""
    found = {}
    for row in kept.rows:
        if row.folder not in ("", "..") and Path(row.folder).name == row.folder:
            with suppress(StudioError):
                record = runs.read_record(run.parent / row.folder)
                if record.created == row.created:
                    found[row.folder] = record
    return found


def restore(trials: Trials, run: OpenRun, at_hand: AtHand) -> None:
    """Show again what was tested, if anything was: rows, columns and those results that still hold."""
    kept = at_hand.kept
    if not kept.cells:
        return
    for text in at_hand.columns:
        trials.set_text(text, True)
    wanted = {text.key for text in at_hand.columns}
    trials.texts = [text for text in trials.texts if text.key in wanted] or trials.texts
    for key, read in at_hand.loaded.items():
        trials.take_text(key, read)
    for row in kept.rows:
        record = at_hand.records.get(row.folder) if row.folder else run.record
        if record is not None:
            path = run.path.parent / row.folder if row.folder else run.path
            trials.set_model(Model(RowKey(path, row.step, row.counts), record), True)
    for cell in kept.cells:
        if cell.text in at_hand.loaded and (not cell.folder or cell.folder in at_hand.records):
            path = run.path.parent / cell.folder if cell.folder else run.path
            trials.known.setdefault((path, cell.step), {}).setdefault(cell.text, cell.tested())


def to_keep(trials: Trials, run: Path) -> KeptMatrix | None:
    """What there is to keep; None before the first result."""
    cells = [
        KeptCell.of(folder, step, key, tested)
        for (path, step), results in trials.known.items()
        if (folder := _folder(path, run)) is not None
        for key, tested in results.items()
    ]
    sound = [cell for cell in cells if cell is not None]
    if not sound:
        return None
    return KeptMatrix(
        rows=tuple(_rows(trials, run))[: matrix_file.KEPT_ROWS],
        texts=tuple(_texts(trials))[: matrix_file.KEPT_TEXTS],
        cells=tuple(sound[-matrix_file.KEPT_CELLS :]),
    )


def _folder(path: Path, run: Path) -> str | None:
    """How another run is named; "" for the run itself, None where it does not lie beside it."""
    if path == run:
        return ""
    return path.name if path.parent == run.parent else None


def _rows(trials: Trials, run: Path) -> list[KeptRow]:
    return [
        KeptRow(
            folder=folder,
            created=model.record.created if folder else "",
            step=model.key.step,
            counts=model.key.counts,
        )
        for model in trials.models
        if (folder := _folder(model.path, run)) is not None
    ]


def _texts(trials: Trials) -> list[KeptText]:
    """The columns first, then the other texts that something was measured on."""
    shown = {text.key for text in trials.texts}
    others = [key for key in trials.loaded if key not in shown]
    found = []
    for key in [*(text.key for text in trials.texts), *others]:
        read = trials.loaded.get(key)
        if read is None:
            continue
        text = read.corpus.text if key.startswith((PASTED, FILE)) else None
        if text is None or len(text) <= matrix_file.KEPT_CHARACTERS:
            kept = KeptText(
                key=key, title=read.corpus.title[:300], sha256=read.sha256, text=text, is_shown=key in shown
            )
            found.append(kept)
    return found
