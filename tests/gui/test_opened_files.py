"""A packed run that is double-clicked while the program runs, as macOS tells of it."""

from pathlib import Path

from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from gpt_studio.gui.shell.opened_files import OpenedFiles


def test_a_file_that_the_system_hands_over_is_told_and_other_events_pass(qtbot, qapp):
    files, told = OpenedFiles(qapp), []
    files.asked.connect(told.append)
    QApplication.sendEvent(qapp, QFileOpenEvent("/home/ann/verse.gptrun"))
    assert told == [Path("/home/ann/verse.gptrun")]
    qapp.removeEventFilter(files)
