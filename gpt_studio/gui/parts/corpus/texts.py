"""The student's shelf: the ready-made texts and her own, read and saved without making the window wait."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine import corpus, corpus_sources
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.requests import CorpusText
from gpt_studio.engine.texts import drafts
from gpt_studio.gui.background import Background, Errand
from gpt_studio.gui.parts.corpus.text_saver import TextSaver


@dataclass(frozen=True)
class Entry:
    """One text on the shelf."""

    id: str
    title: str
    own: bool
    available: bool = True
    characters: int | None = None  # None: not counted yet


class Texts(QObject):
    """Knows which texts there are, opens them, and keeps what the student writes.

    Signals:
        listed: `entries` are new.
        opened: A text that was asked for is here; carries a CorpusText.
        failed: Something did not work; carries the StudioError.
        add_failed: A new text could not be kept; carries the StudioError, the title and the text.
        fetching: Bytes of the download so far, and their total.
        fetched: The download ended; carries True when the text is there, False when it was cancelled.
        fetch_failed: The download did not work; carries the StudioError.
    """

    listed = Signal()
    opened = Signal(object)
    failed = Signal(object)
    add_failed = Signal(object, str, object)
    fetching = Signal(int, int)
    fetched = Signal(bool)
    fetch_failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.background = Background(self)
        self.entries = [
            Entry(id, text.title, own=False) for id, text in corpus.BUILT_IN.items()
        ]  # `refresh` knows more
        self.is_listed = False  # whether the student's own texts are among them
        self.source = corpus_sources.SHAKESPEARE_URL  # where Shakespeare is fetched from
        self._loaded: dict[str, CorpusText] = {}
        self._wanted: str | None = None  # the text asked for last; what arrives for others is only remembered
        self.saver = TextSaver(self.background, self)
        self.saver.failed.connect(self.failed)
        self._fetch: Errand | None = None

    # Looking

    def refresh(self) -> None:
        """Look anew at what there is; counts the characters of every text on the way."""
        self.background.run("listing texts", _list_texts, self._take_list)

    def entry(self, id: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.id == id), None)

    def open(self, id: str) -> None:
        """Ask for a text; it comes with `opened`."""
        self._wanted = id
        if known := self._loaded.get(id):
            self.opened.emit(known)
        else:
            self.background.run("opening a text", lambda: corpus.load(id), self._take_text, self._tell_failure)

    def forget_wish(self) -> None:
        """Want no text any more, whatever may still arrive."""
        self._wanted = None

    # The student's own

    def add(self, title: str, text: str) -> None:
        """Keep a new text of the student's and open it."""

        def save() -> tuple[corpus.MyText, CorpusText]:
            kept = drafts.save(title, text)
            return kept, CorpusText(id=kept.id, title=kept.title, text=corpus.tidy(text))

        def take(saved: tuple[corpus.MyText, CorpusText]) -> None:
            kept, made = saved
            self._loaded[kept.id] = made
            self._put(Entry(kept.id, kept.title, own=True, characters=len(made.text)))
            self._wanted = kept.id
            self.opened.emit(made)

        def fail(error: Exception) -> None:
            self.add_failed.emit(_known(error), title, text)

        self.background.run("adding a text", save, take, fail)

    def edit(self, id: str, text: str) -> CorpusText:
        """Take an own text as it is now; it is saved a moment later."""
        before = self._loaded[id]
        edited = CorpusText(id=id, title=before.title, text=text)
        self._loaded[id] = edited
        self._put(replace(self._own(id), characters=len(text)))
        if text:  # an empty text cannot be kept: the last version stays until something is written
            self.saver.save(id, before.title, text)
        return edited

    def rename(self, id: str, title: str) -> CorpusText | None:
        """Give an own text another title. Its id changes with it; None when it did not work."""
        try:
            self.saver.flush()
            kept = corpus.rename_my_text(id, title)
        except StudioError as error:
            self.failed.emit(error)
            return None
        before = self._loaded.pop(id, None)
        self.entries = [entry for entry in self.entries if entry.id != id]
        renamed = CorpusText(id=kept.id, title=kept.title, text=before.text) if before else corpus.load(kept.id)
        self._loaded[kept.id] = renamed
        self._put(Entry(kept.id, kept.title, own=True, characters=len(renamed.text)))
        return renamed

    def delete(self, id: str) -> CorpusText | None:
        """Delete an own text and hand it back, so that it can be added again; None when it did not work."""
        known = self._loaded.get(id)
        try:
            self.saver.finish()
            deleted = corpus.delete_my_text(id)
        except StudioError as error:
            self.failed.emit(error)
            return None
        self.saver.forget(id)
        drafts.drop(deleted.title, id)
        self._loaded.pop(id, None)
        self.entries = [entry for entry in self.entries if entry.id != id]
        self.listed.emit()
        return known if known and known.text else deleted

    @property
    def has_unsaved(self) -> bool:
        return self.saver.has_unsaved

    # Shakespeare

    def fetch(self) -> None:
        """Download Shakespeare."""
        if self._fetch is None:
            self._fetch = self.background.run(
                "download",
                lambda: corpus_sources.fetch(self.source),
                self._take_fetched,
                self._tell_fetch_failure,
                self._tell_fetching,
            )

    def cancel_fetch(self) -> None:
        if self._fetch:
            self._fetch.cancel()
            self._fetch = None
            self.fetched.emit(False)

    def accept(self, path: Path) -> None:
        """Take Shakespeare from a file."""
        self.background.run(
            "taking a file", lambda: corpus_sources.accept(path), self._take_fetched, self._tell_fetch_failure
        )

    def shut_down(self) -> None:
        """Save what is unsaved and leave no thread behind; for the window's end."""
        try:
            self.saver.flush()
        except StudioError as error:
            self.failed.emit(error)
        self.background.shut_down()

    def _own(self, id: str) -> Entry:
        return self.entry(id) or Entry(id, id, own=True)

    def _put(self, entry: Entry) -> None:
        """Renew an entry, or add one among the student's own in the order of titles."""
        others = [each for each in self.entries if each.id != entry.id]
        ready = [each for each in others if not each.own]
        own = sorted([*(each for each in others if each.own), entry], key=lambda each: each.title.casefold())
        self.entries = ready + own
        self.listed.emit()

    def _take_list(self, entries: list[Entry]) -> None:
        fresh = {entry.id: len(self._loaded[entry.id].text) for entry in entries if entry.id in self._loaded}
        self.is_listed = True
        listed = {entry.id for entry in entries}
        added = [entry for entry in self.entries if entry.own and entry.id not in listed and entry.id in self._loaded]
        self.entries = [replace(entry, characters=fresh.get(entry.id, entry.characters)) for entry in entries] + added
        self.listed.emit()

    def _take_text(self, text: CorpusText) -> None:
        self._loaded.setdefault(text.id, text)
        if text.id == self._wanted:
            self.opened.emit(self._loaded[text.id])

    def _tell_failure(self, error: Exception) -> None:
        self.failed.emit(_known(error))

    def _tell_fetching(self, progress: tuple[int, int]) -> None:
        self.fetching.emit(*progress)

    def _take_fetched(self, _result: object) -> None:
        self._fetch = None
        self.entries = [replace(entry, available=True) if not entry.own else entry for entry in self.entries]
        self.listed.emit()
        self.refresh()
        self.fetched.emit(True)

    def _tell_fetch_failure(self, error: Exception) -> None:
        self._fetch = None
        self.fetch_failed.emit(_known(error))


def _known(error: Exception) -> StudioError:
    return error if isinstance(error, StudioError) else StudioError("unforeseen", reason=str(error))


def _list_texts() -> list[Entry]:
    """All texts with their lengths; reads each file once."""
    entries = []
    for id, text in corpus.BUILT_IN.items():
        available = corpus.available(id)
        characters = len(corpus.load(id).text) if available else None
        entries.append(Entry(id, text.title, own=False, available=available, characters=characters))
    own = [Entry(text.id, text.title, own=True, characters=text.characters) for text in corpus.my_texts()]
    return entries + own
