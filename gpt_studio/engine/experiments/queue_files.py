"""How the queue lies on the disk: one file per entry, one for their order, and each text once.

    HOME/queue/order.json         ids in order; whether the queue is held
    HOME/queue/entry-ID.json      a run that waits, trains or has ended; its text by digest
    HOME/queue/texts/SHA256.txt   a text that some entry still needs
    HOME/queue/lock               one window works on the queue; others look on

A file that is damaged costs no more than what stood in it: it is put aside and logged, and all else goes on.
"""

import logging
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gpt_studio.engine import files
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.requests import TrainRequest

FORMAT = 1
Status = Literal["waiting", "running", "done", "stopped", "failed"]
_UNSOUND = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, StudioError)

log = logging.getLogger(__name__)


class Order(Struct, frozen=True, kw_only=True):
    """A run to be trained; `series` and `role` say what for, where it is part of something."""

    request: TrainRequest
    series: str = ""  # id
    role: str = ""  # its place in the series


class Entry(Struct, frozen=True, kw_only=True):
    """A run in the queue. The text of one that is done is gone: it lies with the run."""

    id: str
    order: Order
    status: Status = "waiting"
    message: str = ""  # why it failed, in a sentence
    begun: bool = False  # what lies in the run's folder is its own, and is gone on with

    @property
    def name(self) -> str:
        return self.order.request.name

    @property
    def run(self) -> Path:
        return self.order.request.run

    @property
    def is_ahead(self) -> bool:
        """Whether there is still something to be done for it."""
        return self.status in ("waiting", "running")

    @property
    def needs_text(self) -> bool:
        return self.status != "done"


class _Stored(Struct, frozen=True, kw_only=True):
    format: int = FORMAT
    text: str = ""  # the digest of the text, which the entry itself is stored without
    entry: Entry


class Standing(Struct, frozen=True, kw_only=True):
    """order.json."""

    format: int = FORMAT
    order: list[str] = []
    held: bool = False


class QueueFiles:
    """Reads and writes the folder of a queue."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._texts = folder / "texts"
        self._kept: dict[str, str] = {}  # texts by digest, so that entries share one in memory, too
        self._has_newer = False  # there are entries that only a newer version can read

    # Reading

    def read(self) -> tuple[Standing, list[Entry]]:
        """What the folder holds, in order. Never raises: what is damaged is put aside."""
        standing = self._read_standing()
        found = dict[str, Entry]()
        for path in sorted(self.folder.glob("entry-*.json")) if self.folder.is_dir() else ():
            if (entry := self._read_entry(path)) is not None:
                found[entry.id] = entry
        ids = [id for id in dict.fromkeys(standing.order) if id in found]
        return standing, [found[id] for id in [*ids, *(id for id in found if id not in ids)]]

    def _read_standing(self) -> Standing:
        path = self.folder / "order.json"
        try:
            return msgspec.json.decode(path.read_bytes(), type=Standing)
        except FileNotFoundError:
            pass
        except (OSError, *_UNSOUND) as error:
            _lose(path, error)
        return Standing(held=True)  # nobody knows; better to wait for a word than to begin against one

    def _read_entry(self, path: Path) -> Entry | None:
        try:
            data = path.read_bytes()
            if msgspec.json.decode(data, type=_FormatOnly).format > FORMAT:
                log.warning("%s was made by a newer version; left alone", path)
                self._has_newer = True
                return None
            stored = msgspec.json.decode(data, type=_Stored, dec_hook=_as_path)
            if path != self._entry(stored.entry.id):
                raise msgspec.DecodeError("it speaks of another entry")
            return _with_text(stored.entry, self._read_text(stored.text)) if stored.entry.needs_text else stored.entry
        except (OSError, *_UNSOUND) as error:
            _lose(path, error)
            return None

    def _read_text(self, digest: str) -> str:
        if digest not in self._kept:
            data = self._text(digest).read_bytes()
            if files.sha256(data) != digest:
                _lose(self._text(digest), ValueError("another digest"))
                raise msgspec.DecodeError("its text is damaged")
            self._kept[digest] = data.decode("utf-8")
        return self._kept[digest]

    # Writing; each raises StudioError `files.write`

    def write_standing(self, standing: Standing) -> None:
        files.write_file(self.folder / "order.json", msgspec.json.encode(standing))

    def write_entry(self, entry: Entry) -> Entry:
        """Keep an entry, and its text while it is needed; gives the entry as it now is."""
        digest = self._keep_text(entry.order.request.corpus.text) if entry.needs_text else ""
        bare = _with_text(entry, "")
        data = msgspec.json.encode(_Stored(text=digest, entry=bare), enc_hook=_as_text)
        files.write_file(self._entry(entry.id), msgspec.json.format(data, indent=2))
        return _with_text(entry, self._kept[digest]) if digest else bare

    def _keep_text(self, text: str) -> str:
        known = next((digest for digest, kept in self._kept.items() if kept == text), None)
        if known is not None and self._text(known).is_file():  # a digest of 50 MB takes a tenth of a second
            return known
        data = text.encode("utf-8")
        digest = files.sha256(data)
        if not self._text(digest).is_file():
            files.write_file(self._text(digest), data)
        self._kept.setdefault(digest, text)
        return digest

    def remove_entry(self, id: str) -> None:
        files.remove(self._entry(id))

    def tidy(self, entries: list[Entry]) -> None:
        """Remove the texts that no entry needs."""
        texts = {entry.order.request.corpus.text for entry in entries if entry.needs_text}
        needed = {digest for digest, text in self._kept.items() if text in texts}
        self._kept = {digest: text for digest, text in self._kept.items() if digest in needed}
        if self._has_newer or not self._texts.is_dir():
            return
        for path in self._texts.glob("*.txt"):
            if path.stem not in needed:
                with suppress(StudioError):  # it takes room, and no more
                    files.remove(path)

    def _entry(self, id: str) -> Path:
        return self.folder / f"entry-{id}.json"

    def _text(self, digest: str) -> Path:
        if not digest.isalnum():
            raise msgspec.DecodeError("no digest")
        return self._texts / f"{digest}.txt"


class _FormatOnly(Struct):
    format: int


def _lose(path: Path, error: Exception) -> None:
    log.warning("the queue goes on without %s: %s (put aside as %s)", path, error, files.put_aside(path).name)


def _with_text(entry: Entry, text: str) -> Entry:
    corpus = replace(entry.order.request.corpus, text=text)
    return replace(entry, order=replace(entry.order, request=replace(entry.order.request, corpus=corpus)))


def _as_text(value: Any) -> str:
    return str(value)


def _as_path(kind: type, value: Any) -> Any:
    return kind(value)
