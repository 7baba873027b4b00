"""The library: all runs of a student, how one is found, what a new one is called, and how one is copied."""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from gpt_studio import paths
from gpt_studio.engine import clock, files, run_record, runs
from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.keeping import run_parts
from gpt_studio.engine.keeping.run_parts import Carried
from gpt_studio.engine.requests import CorpusText

SHORT_NAMES = {"startup_pitches": "pitches", "python_code": "python", "verse_drama": "verse"}  # built-in texts in names
STEM_LENGTH = 24
_FORKED = re.compile(r"@\d+( \(\d+\))?$")


class RunSummary(Struct, frozen=True, kw_only=True):
    """One line of the library: a run, or what is wrong with its folder."""

    path: Path
    record: run_record.RunRecord | None = None
    problem: StudioError | None = None

    @property
    def name(self) -> str:
        return self.record.name if self.record else self.path.name


def all_runs(home: Path | None = None) -> list[RunSummary]:
    """All runs of the student, newest first; a damaged one is told with its problem."""
    home = home or paths.runs_home()
    try:
        folders = [child for child in home.iterdir() if child.is_dir() and not child.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise RunError("run.unreadable", run=str(home), reason=error.strerror or str(error)) from error
    found = [_summary(folder) for folder in folders]
    return sorted(found, key=lambda run: run.record.created if run.record else "", reverse=True)


def _summary(path: Path) -> RunSummary:
    try:
        return RunSummary(path=path, record=runs.read_record(path))
    except StudioError as problem:
        return RunSummary(path=path, problem=problem)


def find(name: str, home: Path | None = None) -> Path:
    """The folder of a run that is named by its path, its folder's name, or its own name (the newest of that name).

    Raises:
        RunError: `run.not_found`.
    """
    with suppress(OSError, RuntimeError):  # a name too long for a folder; a home that is not known
        as_path = Path(name).expanduser()
        if as_path.is_dir():
            return as_path
    for run in all_runs(home):
        if name in (run.path.name, run.name):
            return run.path
    raise RunError("run.not_found", run=name)


def _stem(title: str) -> str:
    """As many of a title's words as fit into a name: "Grandma's recipes" gives "grandma-s-recipes"."""
    words = [word for word in re.split(r"[\W_]+", title.lower()) if word] or ["text"]
    stem = words[0][:STEM_LENGTH]
    for word in words[1:]:
        if len(stem) + 1 + len(word) > STEM_LENGTH:
            break
        stem += f"-{word}"
    return stem


def suggest_name(corpus: CorpusText, model: ModelConfig) -> str:
    """For example "verse-4×128", after the text and the model's form."""
    stem = SHORT_NAMES.get(corpus.id) or _stem(corpus.title)
    return f"{stem}-{form_words(model)}"


def form_words(model: ModelConfig) -> str:
    """As "4×128", layers and width; "4×128 without mask"; or "bigram"."""
    if model.is_bigram:
        return "bigram"
    left_out = f" without {', '.join(model.without)}" if model.without else ""
    return f"{model.n_layer}×{model.n_embd}{left_out}"


def fork_name(parent: str, step: int) -> str:
    """For example "verse-4×128@500"; a fork of a fork is named after the first run."""
    return f"{_FORKED.sub('', parent)}@{step}"


def numbered(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or with a number behind it when it is taken: "verse (2)"."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted} ({number})"
    return name


def free_name(wanted: str, home: Path | None = None) -> str:
    """`wanted`, or with a number behind it when a run of the library has that name."""
    return numbered(wanted, {run.name for run in all_runs(home)})


def duplicate(path: Path, home: Path | None = None) -> Iterator[Carried]:
    """Copy a run with all that is in its folder, as it is at rest; the last word has the new folder.

    The copy has a name of its own, begins today in the list, and knows which run it was copied from.

    Raises:
        RunError: When the folder is no run, or `run.in_use` while it is being written.
        StudioError: `files.write`.
    """
    record = runs.read_record(path)
    name = free_name(record.name, home)
    with run_parts.at_rest(path):
        parts = run_parts.parts(path)
        total, done = sum(part.size_bytes for part in parts), 0
        yield Carried(0, total)
        folder = new_folder_for(name, home)
        with files.new_folder(folder, replace=False) as hidden:
            for part in parts:
                if part.name != "run.json":
                    for count in files.write_part_from(hidden / part.name, run_parts.pieces(part.path, path)):
                        done += count
                        yield Carried(done, total)
            runs.write_record(hidden, _copied(record, name))
    yield Carried(total, total, folder)


def _copied(record: run_record.RunRecord, name: str) -> run_record.RunRecord:
    created = clock.today().isoformat(timespec="milliseconds")
    status = "stopped" if record.status == "training" else record.status
    parent = run_record.Parent(run=record.name, step=record.progress.step, created=record.created)
    return replace(record, name=name, created=created, status=status, parent=parent)


def new_folder_for(name: str, home: Path | None = None, taken: Collection[Path] = ()) -> Path:
    """A folder in the library that does not exist yet and is not promised to another, named after the run."""
    home = home or paths.runs_home()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name.replace("×", "x")).strip("-.") or "run"
    for number in range(1, 1_000_000):
        folder = home / (plain if number == 1 else f"{plain}-{number}")
        if folder not in taken and not folder.exists():
            return folder
    raise RunError("run.exists", run=str(home / plain))
