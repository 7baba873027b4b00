"""What every test of the window is given."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent


@pytest.fixture(autouse=True)
def earlier_widgets_are_gone() -> None:
    """Delete what earlier tests left to be deleted later: outside an event loop Qt keeps it, and every change of theme
    then restyles it again. Seven times quicker for the tests of one tab.
    """
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
