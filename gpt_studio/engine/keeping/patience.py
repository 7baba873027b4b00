"""When a disk is full, gone or not to be written: training stands still, nothing is lost, and it is tried again."""

from collections.abc import Callable, Iterator

from gpt_studio.engine import clock
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Event, Noticed

RETRY_S = 2.0
SLICE_S = 0.02  # between two turns; visitors and Stop are heard in between


def until_written(work: Callable[[], None], moved: Callable[[], list[Event]]) -> Iterator[list[Event] | None]:
    """Write, and try again until it is written.

    Args:
        work: Raises `files.write` when the disk refuses; may be called again.
        moved: Looks whether another place has been asked for, and goes there; tells of it. Raises `files.write` when
            that place refuses, too.
    """
    told: dict[str, str] | None = None
    asked = False
    while (refusal := _refusal_of(work)) is not None:
        if refusal != told:
            told, asked = refusal, True
            yield [Noticed(code="saving.waits", values=told)]
        began = clock.now()
        while not clock.has_passed(RETRY_S, began):
            clock.sleep(SLICE_S)
            yield None
            try:
                events = moved()
            except StudioError as error:
                yield [Noticed(code="saving.waits", values=_plain(error))]
            else:
                if events:
                    yield events
                    break
    if asked:
        yield [Noticed(code="saving.goes_on")]


def _refusal_of(work: Callable[[], None]) -> dict[str, str] | None:
    try:
        work()
    except StudioError as error:
        if error.code != "files.write":
            raise
        return _plain(error)
    return None


def _plain(error: StudioError) -> dict[str, str]:
    return {name: str(error.values.get(name, "")) for name in ("path", "reason")}
