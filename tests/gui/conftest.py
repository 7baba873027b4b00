"""What every test of the window is given."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from gpt_studio.gui import theme


@pytest.fixture(autouse=True)
def earlier_widgets_are_gone() -> None:
    """Delete what earlier tests left to be deleted later: outside an event loop Qt keeps it, and every change of theme
    then restyles it again. Seven times quicker for the tests of one tab.
    """
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def light_at_100(qapp, earlier_widgets_are_gone) -> None:
    """Each test begins in the light theme without zoom, whatever the one before has left."""
    if theme.choice() != "light":
        theme.use("light")
    theme.set_zoom(100)
