"""Series: runs that answer one question together, such as an experiment, a ladder or a scaling plot.

HOME/experiments/ID.json      one series each
RUN/results/series.json       the same in each of its runs, so that a packed run carries forecast and conclusion
"""

import logging
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gpt_studio import paths
from gpt_studio.engine import clock, files
from gpt_studio.engine.errors import StudioError

FORMAT = 1
Kind = Literal["experiment", "ladder", "scaling"]
_ENDING = ".json"
_UNSOUND = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

log = logging.getLogger(__name__)


class Series(Struct, frozen=True, kw_only=True):
    """What some runs were made for, and what has been noted of it since."""

    format: int = FORMAT
    id: str
    kind: Kind
    about: str = ""  # the experiment's id in the catalogue; the others have none
    title: str
    created: str  # ISO 8601, UTC
    corpus_id: str
    corpus_title: str
    runs: dict[str, str] = {}  # role: the run's folder, which may not be there yet, or not any more
    notes: dict[str, Any] = {}  # the kind's own: forecast, results, conclusion

    def run(self, role: str) -> Path | None:
        """The folder of the run that has this place in the series."""
        return Path(self.runs[role]) if role in self.runs else None


def new_id() -> str:
    """An id that nothing has yet; ids sort by the time at which they were made."""
    return f"{clock.today():%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:6]}"


def now() -> str:
    """For `created`."""
    return clock.today().isoformat(timespec="milliseconds")


def read_all() -> list[Series]:
    """All series of the student, newest first. A damaged one is put aside and logged; a newer one is left alone."""
    home, found = paths.experiments_home(), list[Series]()
    for path in sorted(home.glob(f"*{_ENDING}")) if home.is_dir() else ():
        with suppress(_Newer):
            if (series := _read(path)) is not None and series.id == path.stem:
                found.append(_found_again(series))
    return sorted(found, key=lambda series: series.created, reverse=True)


def _found_again(series: Series) -> Series:
    """With the runs that lie in the library of now: the student's folder may have been moved."""
    home = paths.runs_home()
    moved = {
        role: str(home / Path(run).name)
        for role, run in series.runs.items()
        if not Path(run).exists() and (home / Path(run).name / "run.json").is_file()
    }
    return replace(series, runs={**series.runs, **moved}) if moved else series


def read_from(run: Path) -> Series | None:
    """The series that a run belongs to, as the run itself knows it: it may come from another computer."""
    try:
        return _decoded((run / "results" / "series.json").read_bytes())
    except (OSError, _Newer, *_UNSOUND):
        return None


def write(series: Series) -> None:
    """Keep a series, and give a copy to each of its runs that is there.

    Raises:
        StudioError: `files.write`; a run that cannot be written is only logged.
    """
    data = msgspec.json.format(msgspec.json.encode(series), indent=2)
    files.write_file(_path(series.id), data)
    for run in map(Path, series.runs.values()):
        if (run / "run.json").is_file():
            try:
                files.write_file(run / "results" / "series.json", data)
            except StudioError as error:
                log.warning("%s does not know of its series: %s", run, error)


def delete(id: str) -> None:
    """Forget a series; its runs stay what they are.

    Raises:
        StudioError: `files.write`.
    """
    files.remove(_path(id))


def _path(id: str) -> Path:
    if id != Path(id).name or id in ("", ".", ".."):
        raise ValueError(id)
    return paths.experiments_home() / f"{id}{_ENDING}"


class _Newer(Exception):
    """Made by a newer version of the program."""


class _FormatOnly(Struct):
    format: int


def _decoded(data: bytes) -> Series:
    if msgspec.json.decode(data, type=_FormatOnly).format > FORMAT:
        raise _Newer
    return msgspec.json.decode(data, type=Series)


def _read(path: Path) -> Series | None:
    try:
        return _decoded(path.read_bytes())
    except OSError as error:
        log.warning("%s cannot be read: %s", path, error)
    except _UNSOUND as error:
        log.warning("%s is damaged (%s); put aside as %s", path, error, files.put_aside(path).name)
    return None
