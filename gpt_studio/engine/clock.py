"""The one place that reads time and waits. Logic uses `now`, which never jumps; `today` is for labels only."""

import time
from datetime import UTC, datetime


class SystemClock:
    """The computer's clocks; a test puts one of its own in `clock.source`."""

    def now(self) -> float:
        return time.perf_counter()

    def today(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


source = SystemClock()


def now() -> float:
    """Seconds since some moment; only differences mean something."""
    return source.now()


def today() -> datetime:
    """Date and time of day, in UTC, for people to read."""
    return source.today()


def sleep(seconds: float) -> None:
    """Let others have the processor for so long."""
    source.sleep(seconds)


def has_passed(seconds: float, since: float) -> bool:
    """Whether so long ago is past; also where a clock was put back, for then nobody knows."""
    return not 0 <= source.now() - since < seconds
