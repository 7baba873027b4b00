"""Saves what is typed into own texts, soon and beside the window; what cannot be saved is tried again."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.texts import drafts
from gpt_studio.gui.background import Background, Errand

SAVE_AFTER_MS, RETRY_MS = 150, 5_000
PER_MS = 5_000  # characters for which a large text waits a millisecond longer: 10 MB are written every 2 s at most


@dataclass(frozen=True)
class _Version:
    title: str
    text: str


class TextSaver(QObject):
    """Holds the versions that are not on the disk yet; only the newest of a text is written, one text at a time.

    Signals:
        failed: A text could not be saved; carries the StudioError. Told once, until `recovered`.
        recovered: All is saved after all.
    """

    failed = Signal(object)
    recovered = Signal()

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._unsaved: dict[str, _Version] = {}
        self._saving: Errand | None = None
        self._told = False
        self._timer = QTimer(self, objectName="save texts", singleShot=True)
        self._timer.timeout.connect(self._save_next)

    def save(self, id: str, title: str, text: str) -> None:
        """Save a version of a text in a moment."""
        self._unsaved[id] = _Version(title, text)
        self._wait()

    def forget(self, id: str) -> None:
        """The text is gone."""
        self._unsaved.pop(id, None)

    @property
    def has_unsaved(self) -> bool:
        return bool(self._unsaved) or self._saving is not None

    def finish(self) -> None:
        """Wait for what is being written just now."""
        if self._saving:
            self._saving.wait(5.0)

    def flush(self) -> None:
        """Save what is not saved yet, here and now.

        Raises:
            StudioError: `corpus.draft` or `corpus.unsaved`; all the others have been tried, too.
        """
        self._timer.stop()
        self.finish()
        problem: StudioError | None = None
        for id, version in [*self._unsaved.items()]:
            try:
                drafts.save(version.title, version.text, over=id)
                del self._unsaved[id]
            except StudioError as error:
                problem = error
        if problem:
            raise problem

    def _save_next(self) -> None:
        """One save at a time; a slow disk is never asked twice at once."""
        if self._saving or not self._unsaved:
            return
        id, version = next(iter(self._unsaved.items()))

        def saved(_text: object) -> None:
            if self._unsaved.get(id) is version:  # nothing was typed meanwhile
                del self._unsaved[id]
            if self._told and not self._unsaved:
                self._told = False
                self.recovered.emit()

        self._saving = self._background.run(
            "saving a text", lambda: drafts.save(version.title, version.text, over=id), saved, self._fail
        )
        self._saving.ended.connect(self._go_on)

    def _fail(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            known = isinstance(error, StudioError)
            self.failed.emit(error if known else StudioError("unforeseen", reason=str(error)))

    def _go_on(self) -> None:
        self._saving = None
        if self._unsaved:
            first = next(iter(self._unsaved))
            self._unsaved[first] = self._unsaved.pop(first)  # the next one's turn
            self._wait()

    def _wait(self) -> None:
        if not self._saving and not self._timer.isActive():
            length = max(len(version.text) for version in self._unsaved.values())
            self._timer.start(RETRY_MS if self._told else SAVE_AFTER_MS + length // PER_MS)
