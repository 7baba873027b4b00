"""Everything that a run in training writes goes through here, and where the disk refuses, nothing is dropped.

Lines of the logs are written at once. Weights are copied at once and written by a thread, one copy at a time. What was
refused is tried again, or elsewhere (patience.py).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from msgspec.structs import replace

from gpt_studio.engine import checkpoint, files, run_record, runs
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.events import Evaluated, Event, Noticed, Sample, Saved, StepDone, TrainEvent
from gpt_studio.engine.keeping import relocation
from gpt_studio.engine.keeping.autosave import Autosaver
from gpt_studio.engine.keeping.patience import SLICE_S, until_written
from gpt_studio.engine.tokenizer import Tokenizer
from gpt_studio.engine.workbench import Workbench

Report = list[Event] | None
Write = Callable[[Path, checkpoint.State], Sequence[TrainEvent]]  # gives what is to be told of it


class Ledger:
    """The one writer of a run folder.

    Args:
        path: The run folder, with its run.json; locked by the caller.
        text: All that the run is trained and checked on.
        tokenizer: The run's own.

    Attributes:
        path: Where the run lies now.
        elsewhere: A folder in which it is to go on, should its own refuse; set from outside.
    """

    def __init__(self, path: Path, text: str, tokenizer: Tokenizer) -> None:
        self.path = path
        self.elsewhere: Path | None = None
        self._told: list[TrainEvent] = []  # all that the logs hold, so that a folder that is gone can be made anew
        self._actions: list[run_record.Action] = []
        self._text, self._tokenizer = text, tokenizer
        self._record = runs.read_record(path)
        self._unlogged: list[TrainEvent] = []
        self._saver, self._copier = Autosaver(), checkpoint.Copier()
        self._news: list[TrainEvent] = []  # put there by the saver's thread
        self._locks = ExitStack()  # of the folders that it has moved to

    def begin_with(self, events: Sequence[TrainEvent], actions: Sequence[run_record.Action]) -> None:
        """The logs hold these, and nothing else waits for them."""
        self._saver.wait()
        self._told, self._actions, self._unlogged = [*events], [*actions], []

    # With patience

    def log(self, events: Sequence[TrainEvent]) -> Iterator[Report]:
        """Write events into the logs, and tell of them."""
        if events:
            self._unlogged += events
            yield from self.until_written(self._write_logs)
            yield [*events]

    def act(self, action: run_record.Action) -> Iterator[Report]:
        """Write down what is changed under way, so that a resume does the same."""
        yield from self.until_written(lambda: runs.append_action(self.path, action))
        self._actions.append(action)

    def news(self) -> Iterator[Report]:
        """What has been saved meanwhile. Where the disk has refused it, training waits here."""
        if self._saver.failed:
            yield from self.until_written(self._saver.finish)
        if self._news:
            news, self._news = self._news, []
            yield [*news]

    def all_written(self) -> Iterator[Report]:
        """Wait until nothing is being written any more."""
        while self._saver.busy:
            self._saver.wait(SLICE_S)
            yield None
        yield from self.news()

    def until_written(self, work: Callable[[], None]) -> Iterator[Report]:
        return until_written(work, self._move_if_asked)

    # At once

    def begin_writing(
        self, bench: Workbench, owed: list[Write], progress: run_record.Progress | None, weights_only: bool = False
    ) -> None:
        """Copy the bench's state, and have a thread write it; nothing may be being written.

        Args:
            bench: Copied at once.
            owed: What is written of it; whatever is written is taken from the list.
            progress: Given where a complete checkpoint is to be written as well; stands in run.json then.
            weights_only: What is owed is the weights; the optimiser's memory need not be copied.

        Raises:
            StudioError: `training.diverged` when the weights are no numbers any more.
        """
        state = self._copier.copy(bench, weights_only)

        def work() -> None:
            files.require(self.path / "run.json")
            while owed:
                self._news += owed[0](self.path, state)
                owed.pop(0)
            if progress is not None:
                runs.flush_logs(self.path)
                checkpoint.write(self.path, state)
                self.write_record(progress, "training")
                saved = checkpoint.folder_for(self.path, state.manifest.step)
                self._news.append(Saved(step=state.manifest.step, path=str(saved)))

        self._saver.begin(work)

    @property
    def busy(self) -> bool:
        """Whether something is being written."""
        return self._saver.busy

    def can_write(self, limit_s: float) -> bool:
        """Whether the writing is done, after at most so long, and nothing of it was refused."""
        return self._saver.wait(limit_s) and not self._saver.failed

    def note(self, events: Sequence[TrainEvent]) -> None:
        """Keep events for the logs, to be written at the next opportunity."""
        self._unlogged += events

    def finish(self) -> None:
        """Write what waits, here and now.

        Raises:
            StudioError: `files.write` when the disk refuses.
        """
        self._write_logs()
        self._saver.finish()

    def write_record(self, progress: run_record.Progress, status: run_record.Status) -> None:
        """Renew run.json; the name may have been changed from outside.

        Raises:
            StudioError: `files.write` when the disk refuses, or the folder is gone.
        """
        files.require(self.path / "run.json")
        with suppress(RunError):
            self._record = runs.read_record(self.path)
        runs.write_record(self.path, replace(self._record, progress=progress, status=status))

    def close(self) -> None:
        """Let the thread end, and give up the locks of folders that the run has moved to."""
        self._saver.wait()
        self._locks.close()

    def _write_logs(self) -> None:
        if self._unlogged:
            files.require(self.path / "run.json")
        for kind in (StepDone | Evaluated, Sample):
            events: list[TrainEvent] = [event for event in self._unlogged if isinstance(event, kind)]
            runs.append_events(self.path, events)
            self._told += events
            self._unlogged = [event for event in self._unlogged if not isinstance(event, kind)]

    def _move_if_asked(self) -> list[Event]:
        """Go on in another folder, where one was named."""
        home, self.elsewhere = self.elsewhere, None
        if home is None:
            return []
        try:
            new = relocation.copy_run(
                self.path, home, self._record, self._text, self._tokenizer, self._told, self._actions
            )
        except RunError as error:
            raise StudioError("files.write", path=str(home), reason=str(error)) from error
        self._locks.enter_context(files.locked(new))
        old, self.path = self.path, new
        return [Noticed(code="saving.moved", values={"old": str(old), "run": str(new)})]
