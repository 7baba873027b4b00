"""The busy cursor, for what takes the window up to two seconds and cannot be done beside it."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication


@contextmanager
def busy_cursor(wanted: bool = True) -> Iterator[None]:
    """Show the busy cursor inside the block; where it is not `wanted`, leave the cursor alone."""
    if not wanted:
        yield
        return
    QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        yield
    finally:
        QGuiApplication.restoreOverrideCursor()
