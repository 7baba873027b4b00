"""Keeps what was written with its run, off the window's thread, and brings it back."""

from collections import deque
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.events import Ending
from gpt_studio.engine.keeping import writings
from gpt_studio.engine.keeping.writings import Writing, WrittenText
from gpt_studio.gui import messages
from gpt_studio.gui.background import Background
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.write.writing_cards import WritingCards
from gpt_studio.gui.widgets.basics import MessageBar


class Keeping(QObject):
    """The earlier writings of one run.

    Args:
        texts: The cards with what has just been written.
        bar: Where it is told, once for each run, that the texts cannot be kept.

    Signals:
        read: What is kept with the run that is shown; carries a list of Writing, newest first.
        failed: The disk, or another program, has refused; carries a sentence.
    """

    read = Signal(list)
    failed = Signal(str)

    def __init__(self, texts: WritingCards, bar: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._texts, self._bar = texts, bar
        self._background = Background(self)
        self._run: Path | None = None
        self._refusing: set[Path] = set()  # runs of which it has been told
        self._waiting: deque[Callable[[], object]] = deque()  # changes, in the order in which they are to be made
        self._is_changing = False

    def follow(self, run: Path | None) -> None:
        """Read the writings of this run from now on."""
        self._run = run
        self.renew()

    def renew(self) -> None:
        """Read what is kept, and tell it."""
        run = self._run
        if run is None:
            self.read.emit([])
            return
        self._background.run(
            "reading earlier texts",
            lambda: writings.read(run),
            lambda found: self.read.emit(found) if run == self._run else None,
            self._tell,
        )

    def keep(self, ending: Ending) -> None:
        """Keep what has just been written; nothing where nothing was."""
        grown = [(card, branch) for card, branch in self._texts.grown() if branch.written]
        if not grown:
            return
        request, first = grown[0][1].request, grown[0][1]
        writing = Writing(
            id=writings.new_id(),
            when=writings.now(),
            prompt=_sound(request.prompt),
            shown_prompt=first.prompt,
            samplings=request.samplings,
            length=request.length,
            seed=request.seed,
            step=first.step,
            begun=request.begun,
            texts=tuple(WrittenText(row=branch.row, style=card.style_key, text=branch.text) for card, branch in grown),
            is_whole=ending.kind == "done",
        )
        run = request.subject.run
        self._change(run, lambda: writings.keep(run, writing), lambda error: self._tell_once(run, error))

    def forget(self, gone: list[Writing]) -> None:
        """Delete some."""
        run, ids = self._run, {writing.id for writing in gone}
        if run:
            self._change(run, lambda: writings.forget(run, ids), self._tell)

    def restore(self, back: list[Writing]) -> None:
        """What was deleted comes back."""
        run = self._run
        if run:
            self._change(run, lambda: writings.restore(run, back), self._tell)

    def shut_down(self) -> None:
        self._background.shut_down()

    def _change(self, run: Path, work: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """One change after the other: an Undo must not overtake what it undoes."""

        def done(_: object) -> None:
            self._refusing.discard(run)
            if run == self._run:
                self.renew()

        def begin() -> None:
            self._background.run("keeping what was written", work, done, failed).ended.connect(self._go_on)

        self._waiting.append(begin)
        if not self._is_changing:
            self._go_on()

    def _go_on(self) -> None:
        self._is_changing = bool(self._waiting)
        if self._waiting:
            self._waiting.popleft()()

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, StudioError):
            raise error
        self.failed.emit(messages.sentence(error.code, error.values))

    def _tell_once(self, run: Path, error: Exception) -> None:
        if not isinstance(error, StudioError):
            raise error
        if run not in self._refusing:
            self._refusing.add(run)
            told = tr("What you write is not kept with the run at the moment. {reason}")
            self._bar.tell("warn", told.format(reason=messages.sentence(error.code, error.values)))


def _sound(words: str) -> str:
    """Without halves of characters, which a clipboard may hold and no file can."""
    return words.encode("utf-8", "replace").decode("utf-8")
