"""Faults that nobody foresaw: whole into the log, to the screen as one calm box, once."""

import faulthandler
import logging
import logging.handlers
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler

log = logging.getLogger("gpt_studio")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def keep_log(path: Path) -> None:
    """Write the log into a file that is begun anew at a megabyte; the three before are kept.

    Where that folder cannot be written, the log goes to standard error, and the program starts all the same.
    """
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(path, maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(threadName)s: %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)


class Faults(QObject):
    """Catches what no one else did, in every thread.

    Signals:
        happened: The first fault; carries its details. Later ones go to the log alone.
    """

    happened = Signal(str)
    _caught = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown = False
        self._crash_file: TextIO | None = None
        self._before = (sys.excepthook, threading.excepthook)
        self._caught.connect(self._show_once, Qt.ConnectionType.QueuedConnection)  # a thread may have raised it

    def watch(self, crash_file: Path | None = None) -> None:
        """From now on; a crash of the interpreter itself leaves its stacks in `crash_file`."""
        sys.excepthook = self._take
        threading.excepthook = self._take_from_thread
        qInstallMessageHandler(_log_qt)
        if crash_file is not None:
            try:
                self._crash_file = crash_file.open("a", encoding="utf-8")
                faulthandler.enable(self._crash_file)
            except OSError as error:
                log.warning("no crash file: %s", error)

    def leave(self) -> None:
        """Give everything back as it was."""
        sys.excepthook, threading.excepthook = self._before
        qInstallMessageHandler(None)
        if self._crash_file is not None:
            faulthandler.disable()
            self._crash_file.close()
            self._crash_file = None

    def tell(self, details: str) -> None:
        """A fault that was caught and logged elsewhere, such as in a job of the worker."""
        self._caught.emit(details)

    def _take(self, kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, where)
            return
        details = "".join(traceback.format_exception(kind, error, where))
        log.critical("unforeseen: %s", details)
        self._caught.emit(details)

    def _take_from_thread(self, hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is not None:
            self._take(hook.exc_type, hook.exc_value, hook.exc_traceback)

    def _show_once(self, details: str) -> None:
        if not self._shown:
            self._shown = True
            self.happened.emit(details)


def _log_qt(kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
    logging.getLogger("gpt_studio.qt").log(_LEVELS.get(kind, logging.INFO), "%s", words)
