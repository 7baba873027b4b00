"""The one place that reads time. Logic uses `now`, which never jumps; `today` is for labels only."""

import time
from datetime import UTC, datetime


class SystemClock:
    """The computer's clocks; a test puts one of its own in `clock.source`."""

    def now(self) -> float:
        return time.perf_counter()

    def today(self) -> datetime:
        return datetime.now(UTC)


source = SystemClock()


def now() -> float:
    """Seconds since some moment; only differences mean something."""
    return source.now()


def today() -> datetime:
    """Date and time of day, in UTC, for people to read."""
    return source.today()
