"""The files with gaps: which there are, how a student gets one, and how hers is opened."""

import importlib.util
from pathlib import Path
from types import ModuleType

from gpt_studio import paths
from gpt_studio.engine import files
from gpt_studio.engine.errors import StudioError


def names() -> list[str]:
    """As "1_one_head", in the order of the course."""
    return sorted(file.stem for file in (paths.resources() / "exercises").glob("*.py"))


def title(name: str) -> str:
    """The first line of a sheet: "Exercise 1: one attention head."."""
    return _text(name).lstrip('"').splitlines()[0]


def hand_out(name: str, folder: Path, solved: bool = False) -> Path:
    """Put a sheet into a folder; gives the new file. What is there already stays.

    Raises:
        StudioError: `exercise.unknown`, `exercise.exists`, `files.write`.
    """
    text = _text(name, solved)
    target = folder / f"{name}{'_solution' if solved else ''}.py"
    if target.exists():
        raise StudioError("exercise.exists", path=str(target))
    files.write_text(target, text)
    return target


def name_of(file: Path) -> str:
    """Which exercise a student's file answers, by the number at the beginning of its name.

    Raises:
        StudioError: `exercise.unknown`.
    """
    number = file.stem.partition("_")[0]
    found = next((name for name in names() if name.partition("_")[0] == number), None)
    if found is None:
        raise StudioError("exercise.unknown", name=file.name, known=tuple(names()))
    return found


def opened(file: Path) -> ModuleType:
    """A student's file as a module. Her own code runs thereby, as if she had started it herself.

    Raises:
        StudioError: `exercise.not_found`, or `exercise.broken` with the line and what Python says.
    """
    if not file.is_file():
        raise StudioError("exercise.not_found", path=str(file))
    spec = importlib.util.spec_from_file_location(f"exercise_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise StudioError("exercise.not_python", path=str(file))
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise StudioError("exercise.broken", reason=told(error, file)) from error
    return module


def told(error: BaseException, file: Path) -> str:
    """What Python says of a fault in the student's file, with the line of hers in which it came up."""
    if isinstance(error, SyntaxError):
        return f"{error.msg}, line {error.lineno}"
    line, trace = None, error.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename) == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{words}, line {line}" if line else words


def _text(name: str, solved: bool = False) -> str:
    folder = paths.resources() / "exercises"
    file = (folder / "solutions" if solved else folder) / f"{name}.py"
    if name not in names() or not file.is_file():
        raise StudioError("exercise.unknown", name=name, known=tuple(names()))
    return file.read_text("utf-8")
