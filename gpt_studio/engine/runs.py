"""The run folder without its tensors: what a run is, and how it went.

    RUN/run.json  corpus.txt  tokenizer.json  metrics.jsonl  samples.jsonl  actions.jsonl
    snapshots/  optimizers/  checkpoints/  best/  lock

Tensors are in `checkpoint.py`; the runs of a student, all together, in `library.py`.
"""

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from gpt_studio.engine import files
from gpt_studio.engine.course.check_times import Choice
from gpt_studio.engine.course.schedule import Revision
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.events import Evaluated, Sample, StepDone, TrainEvent
from gpt_studio.engine.keeping import logs
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.run_record import MOST_STEPS, Action, RunRecord, decode_record

if TYPE_CHECKING:  # it brings numpy, which the window's first paint must not wait for
    from gpt_studio.engine.tokenizer import Tokenizer

_STEP_FOLDER = re.compile(r"step-(\d{6,})$")


# Writing


def create(path: Path, record: RunRecord, corpus_text: str, tokenizer: "Tokenizer") -> None:
    """Make a run folder with everything but tensors.

    Raises:
        RunError: `run.exists` when the folder holds a run already, `run.not_empty` when it holds something else.
        StudioError: `files.write` when the place cannot be written.
    """
    with files.told_plainly(path):
        if (path / "run.json").exists():
            raise RunError("run.exists", run=str(path))
        if path.is_file() or (path.is_dir() and any(path.iterdir())):
            raise RunError("run.not_empty", run=str(path))
    parts = {
        "corpus.txt": corpus_text.encode("utf-8"),
        "tokenizer.json": tokenizer.to_json().encode("utf-8"),
        "run.json": _as_json(record),  # last: a folder without it is no run
    }
    if path.is_dir():  # somebody made it, and may stand in it: it stays what it is
        for name, data in parts.items():
            files.write_file(path / name, data)
        return
    try:
        with files.new_folder(path, replace=False) as folder:
            for name, data in parts.items():
                files.write_part(folder / name, data)
    except StudioError as error:
        if (path / "run.json").exists():  # of two that begin at the same moment, one is refused
            raise RunError("run.exists", run=str(path)) from error
        raise


def write_record(path: Path, record: RunRecord) -> None:
    files.write_file(path / "run.json", _as_json(record))


def _as_json(record: RunRecord) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=2)


def rename(path: Path, name: str) -> RunRecord:
    """Give a run another name; its folder keeps its own."""
    name = name.strip()
    if not name:
        raise RunError("run.no_name")
    record = replace(read_record(path), name=name)
    write_record(path, record)
    return record


def append_events(path: Path, events: list[TrainEvent]) -> None:
    """Write what training told into the two logs."""
    encode = msgspec.json.encode
    metrics = [encode(event).decode() for event in events if isinstance(event, StepDone | Evaluated)]
    samples = [encode(event).decode() for event in events if isinstance(event, Sample)]
    if metrics:
        logs.append_lines(path / "metrics.jsonl", metrics)
    if samples:
        logs.append_lines(path / "samples.jsonl", samples)


def flush_logs(path: Path) -> None:
    """Have the logs on the disk before the checkpoint that they lead up to: a power cut must not leave a gap."""
    for log in ("metrics.jsonl", "samples.jsonl", "actions.jsonl"):
        logs.flush(path / log)


def append_action(path: Path, action: Action) -> None:
    logs.append_line(path / "actions.jsonl", msgspec.json.encode(action).decode())


def cut_logs(path: Path, step: int) -> None:
    """Drop what the logs tell of steps after `step`: a resume writes it again, equal."""
    for log, event_type in (("metrics.jsonl", StepDone | Evaluated), ("samples.jsonl", Sample)):
        lines = logs.read_lines(path / log)
        kept = [line for line, event in zip(lines, decoded(lines, event_type), strict=True) if _is_up_to(event, step)]
        if len(kept) != len(lines):
            files.write_text(path / log, "".join(line + "\n" for line in kept))


def _is_up_to(event: Any, step: int) -> bool:
    return event is not None and event.step <= step


# Reading


def read_record(path: Path) -> RunRecord:
    """What run.json says.

    Raises:
        RunError: `run.not_found`, `run.not_a_run`, `run.unreadable`, `run.newer` or `run.damaged`.
    """
    file = path / "run.json"
    try:
        if not path.exists():
            raise RunError("run.not_found", run=str(path))
        if not file.is_file():
            raise RunError("run.not_a_run", run=str(path))
        return decode_record(file.read_bytes(), path.name)
    except OSError as error:
        raise RunError("run.unreadable", run=str(path), reason=error.strerror or str(error)) from error


class _StepOnly(Struct):
    step: Annotated[int, Meta(ge=0, le=MOST_STEPS)]


def decoded(lines: list[str], event_type: Any) -> list[Any]:
    """One event a line; None for a line that is damaged."""
    decoder = msgspec.json.Decoder(event_type)
    events: list[Any] = []
    for line in lines:
        try:
            event = decoder.decode(line)
            events.append(event if 0 <= event.step <= MOST_STEPS else None)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            events.append(None)
    return events


def read_metrics(path: Path) -> list[StepDone | Evaluated]:
    """The curve, oldest first."""
    events = decoded(logs.read_lines(path / "metrics.jsonl"), StepDone | Evaluated)
    return [event for event in events if event is not None]


def read_samples(path: Path) -> list[Sample]:
    """The samples, oldest first."""
    return [event for event in decoded(logs.read_lines(path / "samples.jsonl"), Sample) if event is not None]


def read_actions(path: Path) -> list[Action]:
    return [action for action in decoded(logs.read_lines(path / "actions.jsonl"), Action) if action is not None]


def read_corpus(path: Path) -> CorpusText:
    """Exactly the text that the run was trained on."""
    record = read_record(path)
    try:
        data = (path / "corpus.txt").read_bytes()
    except OSError as error:
        raise RunError("run.missing_file", run=path.name, file="corpus.txt") from error
    if files.sha256(data) != record.corpus.sha256:
        raise RunError("run.damaged", run=path.name, file="corpus.txt")
    try:
        return CorpusText(id=record.corpus.id, title=record.corpus.title, text=data.decode("utf-8"))
    except UnicodeDecodeError as error:  # of a run that somebody else has made up
        raise RunError("run.damaged", run=path.name, file="corpus.txt") from error


def read_tokenizer(path: Path) -> "Tokenizer":
    """The tokenizer that the run's model was trained with.

    Raises:
        RunError: `run.missing_file`, or `run.damaged` when it is another one than run.json speaks of.
        StudioError: `tokenizer.damaged`.
    """
    from gpt_studio.engine.tokenizer import Tokenizer

    try:
        text = (path / "tokenizer.json").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RunError("run.missing_file", run=path.name, file="tokenizer.json") from error
    tokenizer, record = Tokenizer.from_json(text), read_record(path)
    if tokenizer.vocab_size != record.model.vocab_size or tokenizer.kind != record.tokenizer.kind:
        raise RunError("run.damaged", run=path.name, file="tokenizer.json")
    return tokenizer


def max_steps(path: Path, record: RunRecord) -> int:
    """How many steps the run is to make, after all revisions."""
    planned, revisions = steps(path, record)
    return revisions[-1].max_steps if revisions else planned


def steps(path: Path, record: RunRecord) -> tuple[int, list[Revision]]:
    """How many steps the run was to make at first, or was given at last; and how that followed the time since then."""
    planned, revisions = record.train.max_steps, list[Revision]()
    for action in read_actions(path):
        if action.action == "max_steps":
            planned, revisions = action.value, []
        elif action.action == "revision":
            revisions.append(Revision(action.step, action.value))
    return planned, revisions


def micro_batch(path: Path, record: RunRecord) -> int | None:
    """Rows per forward pass, after all halvings for want of memory."""
    halved = [action.value for action in read_actions(path) if action.action == "micro_batch"]
    return halved[-1] if halved else record.train.micro_batch


def check_choices(path: Path) -> list[Choice]:
    """Which intervals between checks were chosen, where the settings left that open."""
    return [Choice(action.step, action.value) for action in read_actions(path) if action.action == "eval_every"]


def step_folders(folder: Path) -> dict[int, Path]:
    """The `step-000123` folders in `folder`, by step, ascending."""
    if not folder.is_dir():
        return {}
    found = ((_STEP_FOLDER.match(child.name), child) for child in folder.iterdir())
    return dict(sorted((int(match[1]), child) for match, child in found if match))


def snapshot_steps(path: Path) -> list[int]:
    """The steps at which the run's weights were kept, ascending."""
    return list(step_folders(path / "snapshots"))


def kept_steps(path: Path) -> list[int]:
    """The steps whose weights can be had while the run is at rest, ascending: snapshots, and the best check."""
    steps = {*snapshot_steps(path)}
    with suppress(OSError, UnicodeDecodeError, RecursionError, msgspec.DecodeError):  # none, or it cannot be used
        steps.add(msgspec.json.decode((path / "best" / "manifest.json").read_bytes(), type=_StepOnly).step)
    return sorted(steps)
