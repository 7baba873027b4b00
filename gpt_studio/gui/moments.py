"""Dates as people read them."""

from datetime import datetime


def moment(told: str) -> datetime | None:
    """An ISO date in the computer's own time zone; None for what is no date."""
    try:
        return datetime.fromisoformat(told).astimezone()
    except (ValueError, OverflowError, OSError):  # written by somebody else
        return None


def day(when: datetime | None) -> str:
    """As "27 Nov 2026, 20:55"; "" for no date."""
    return f"{when.day} {when:%b %Y, %H:%M}" if when else ""
