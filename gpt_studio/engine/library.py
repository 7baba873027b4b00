"""The library: all runs of a student, how one is found, and what a new one is called."""

import re
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from gpt_studio import paths
from gpt_studio.engine import runs
from gpt_studio.engine.config import ModelConfig
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.requests import CorpusText

SHORT_NAMES = {"startup_pitches": "pitches", "python_code": "python", "verse_drama": "verse"}  # built-in texts in names
STEM_LENGTH = 24


class RunSummary(Struct, frozen=True, kw_only=True):
    """One line of the library: a run, or what is wrong with its folder."""

    path: Path
    record: runs.RunRecord | None = None
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
    """For example "verse-4×128", after the text and the model's size; a bigram model is called so."""
    stem = SHORT_NAMES.get(corpus.id) or _stem(corpus.title)
    return f"{stem}-bigram" if model.is_bigram else f"{stem}-{model.n_layer}×{model.n_embd}"


def new_folder_for(name: str, home: Path | None = None) -> Path:
    """A folder in the library that does not exist yet, named after the run."""
    home = home or paths.runs_home()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name.replace("×", "x")).strip("-.") or "run"
    for number in range(1, 1_000_000):
        folder = home / (plain if number == 1 else f"{plain}-{number}")
        if not folder.exists():
            return folder
    raise RunError("run.exists", run=str(home / plain))
