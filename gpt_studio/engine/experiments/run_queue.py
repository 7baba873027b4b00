"""The queue: runs that wait for their turn, in an order that can be changed. It survives the end of the program."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from msgspec.structs import replace

from gpt_studio import paths
from gpt_studio.engine import files
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.experiments.queue_files import Entry, Order, QueueFiles, Standing, Status
from gpt_studio.engine.experiments.series import new_id
from gpt_studio.engine.keeping import library

__all__ = ["Entry", "Order", "RunQueue", "Status"]

log = logging.getLogger(__name__)


class RunQueue:
    """The runs of one student that are to be trained one after another, each an ordinary run of the library.

    While anything is ahead, one window has the queue and others see it: what they ask is refused with `queue.in_use`.
    Every change is on the disk before it is told. Nothing is read before `refresh`, or the first change.

    Args:
        folder: Where it lies; the student's own unless told.

    Raises (all that change something):
        StudioError: `queue.in_use` when another window works on the queue, `files.write`.
        KeyError: There is no such entry.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._files = QueueFiles(folder or paths.queue_home())
        self._lock = ExitStack()
        self._has_lock = False
        self._entries: list[Entry] = []
        self._held = False

    @property
    def entries(self) -> list[Entry]:
        """All of them, in order: those that have ended are where they stood."""
        return [*self._entries]

    @property
    def held(self) -> bool:
        """Whether the next one waits for a word, although nothing trains."""
        return self._held

    @property
    def waiting(self) -> list[Entry]:
        return [entry for entry in self._entries if entry.status == "waiting"]

    @property
    def running(self) -> Entry | None:
        """The one that trains; after the start of the program, the one that was cut off."""
        return next((entry for entry in self._entries if entry.status == "running"), None)

    def entry(self, id: str) -> Entry:
        return self._entries[self._place(id)]

    # What a student does

    def add(self, orders: Iterable[Order]) -> list[Entry]:
        """Put runs at the end, all or none. Each gets a name and a folder that no other run has or is promised."""
        added = list[Entry]()
        with self._changing(added):
            known = _run_names()
            for order in orders:
                added.append(self._files.write_entry(Entry(id=new_id(), order=self._with_place(order, known))))
                self._entries.append(added[-1])
        return added

    def move(self, id: str, place: int) -> None:
        """Put an entry that waits at a place among those that wait, from 0."""
        with self._changing():
            entry = self.entry(id)
            others = [other for other in self.waiting if other.id != id]
            self._entries.remove(entry)
            if place < len(others):
                self._entries.insert(self._place(others[max(0, place)].id), entry)
            else:
                self._entries.append(entry)

    def remove(self, id: str) -> tuple[Entry, int]:
        """Take an entry out; gives it and its place, with which `put_back` undoes it.

        Raises:
            StudioError: `queue.running`: a run that trains is to be stopped first.
        """
        with self._changing():
            place, entry = self._place(id), self.entry(id)
            if entry.status == "running":
                raise StudioError("queue.running", run=entry.name)
            self._files.remove_entry(id)
            del self._entries[place]
        return entry, place

    def put_back(self, entry: Entry, place: int) -> None:
        """Undo `remove`."""
        with self._changing([entry]):
            self._entries.insert(place, self._files.write_entry(entry))

    def clear_ended(self) -> list[Entry]:
        """Forget the entries that are done, stopped or failed; their runs stay. Gives those that are gone."""
        with self._changing():
            gone = [entry for entry in self._entries if not entry.is_ahead]
            for entry in gone:
                self._files.remove_entry(entry.id)
                self._entries.remove(entry)
        return gone

    def hold(self, held: bool = True) -> None:
        """Let nothing begin by itself, or let it again."""
        with self._changing():
            self._held = held

    # What becomes of them

    def begin(self, id: str) -> Entry:
        """This one trains now. Where its folder has been taken meanwhile, it gets another one."""
        with self._changing():
            entry = self.entry(id)
            if not entry.begun and entry.run.exists():
                entry = replace(entry, order=self._with_place(entry.order, _run_names()))
            return self._put(replace(entry, status="running", message="", begun=True))

    def settle(self, id: str, run: Path) -> Entry:
        """The run lies elsewhere now."""
        with self._changing():
            entry = self.entry(id)
            request = replace(entry.order.request, run=run)
            return self._put(replace(entry, order=replace(entry.order, request=request)))

    def wait_again(self, id: str) -> Entry:
        """Another try: what was cut off or stopped goes on then, what failed begins anew. A run that was in training is
        the next one, others are the last.
        """
        with self._changing():
            entry = self.entry(id)
            goes_on = entry.begun and entry.status != "failed"
            waiting = self._put(replace(entry, status="waiting", message="", begun=goes_on))
            self._entries.remove(waiting)
            place = (
                self._place(self.waiting[0].id) if entry.status == "running" and self.waiting else len(self._entries)
            )
            self._entries.insert(place, waiting)
            return waiting

    def end(self, id: str, status: Status, message: str = "") -> Entry:
        """How it ended; `message` says why, where it failed."""
        with self._changing():
            return self._put(replace(self.entry(id), status=status, message=message))

    def _put(self, entry: Entry) -> Entry:
        place = self._place(entry.id)
        self._entries[place] = self._files.write_entry(entry)
        return self._entries[place]

    @contextmanager
    def _changing(self, added: Sequence[Entry] = ()) -> Iterator[None]:
        """A change that is whole: on the disk before anybody is told, or not made; then what was added is removed."""
        self._take()
        try:
            yield
            self._note()
        except StudioError:
            with suppress(StudioError):
                for entry in added:
                    self._files.remove_entry(entry.id)
            self._read()
            raise
        finally:
            if not self._has_something_ahead:
                self.close()  # others may have it

    # One window at a time

    def refresh(self) -> None:
        """See what is there now, and have the queue if something is ahead and nobody else has it. Never raises."""
        if self._has_lock:
            return
        self._read()
        try:
            if self._has_something_ahead and self._try_lock():
                self._read()  # it may have changed before it was ours
        except StudioError as error:
            log.warning("the queue cannot be worked on: %s", error)

    @property
    def is_ours(self) -> bool:
        """Whether this window may begin what waits."""
        return self._has_lock

    def close(self) -> None:
        """Let others have it; what is ahead stays as it is."""
        self._lock.close()
        self._has_lock = False

    def _take(self) -> None:
        if self._has_lock:
            return
        if not self._try_lock():
            raise StudioError("queue.in_use")
        self._read()

    def _try_lock(self) -> bool:
        folder = self._files.folder
        with files.told_plainly(folder):
            if not folder.is_dir():
                files.disk.make_folder(folder)
        try:
            self._lock.enter_context(files.locked(folder))
        except RunError:
            return False
        self._has_lock = True
        files.sweep(folder)
        return True

    @property
    def _has_something_ahead(self) -> bool:
        return any(entry.is_ahead for entry in self._entries)

    def _read(self) -> None:
        standing, self._entries = self._files.read()
        self._held = standing.held and self._has_something_ahead

    def _note(self) -> None:
        self._held = self._held and self._has_something_ahead
        self._files.write_standing(Standing(order=[entry.id for entry in self._entries], held=self._held))
        self._files.tidy(self._entries)

    # Names and places

    def _place(self, id: str) -> int:
        for place, entry in enumerate(self._entries):
            if entry.id == id:
                return place
        raise KeyError(id)

    def _with_place(self, order: Order, known: set[str]) -> Order:
        ahead = [entry for entry in self._entries if entry.is_ahead]
        name = library.numbered(order.request.name, known | {entry.name for entry in ahead})
        run = library.new_folder_for(name, taken={entry.run for entry in ahead})
        return replace(order, request=replace(order.request, name=name, run=run))


def _run_names() -> set[str]:
    try:
        return {run.name for run in library.all_runs()}
    except RunError as error:
        log.warning("names may be given twice: %s", error)
        return set()
