"""The texts that models are tested on: of each only the part that training never sees, so that all rows compare."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gpt_studio.engine import corpus, files, runs
from gpt_studio.engine.errors import StudioError
from gpt_studio.engine.requests import CorpusText
from gpt_studio.gui.open_run import OpenRun

OWN_TEXTS_AT_FIRST = 2  # columns for the student's own texts before she adds more
READ_CHARACTERS = 600  # shown below the matrix at once: what has room there
PASSAGE_CHARACTERS = 10_000  # and then; among these the best and the worst passages are sought
TRAINING = "training:"  # the key of a piece of the text that the open run learns from
PASTED, FILE = "pasted:", "file:"  # how the keys of pasted texts and of files begin
_TITLE = 24  # characters of a pasted text that name it
_LOOK_FOR_LINE = 200  # characters within which the part that is shown may begin with a whole line


@dataclass(frozen=True)
class HeldBack:
    """The last tenth of a text."""

    corpus: CorpusText  # its text is the held-back part alone
    sha256: str  # of the whole text

    @property
    def beginning(self) -> str:
        """What the text card shows first: about 600 characters, from the beginning of a line."""
        return self.passage[:READ_CHARACTERS]

    @property
    def passage(self) -> str:
        """What it shows in the end: as much as can be read in a few seconds."""
        text = self.corpus.text
        line_end = text.find("\n", 0, _LOOK_FOR_LINE)
        first = line_end + 1 if 0 <= line_end < len(text) - READ_CHARACTERS else 0
        return text[first : first + PASSAGE_CHARACTERS]


@dataclass(frozen=True)
class TextChoice:
    """A text that can be a column, not read yet."""

    key: str
    title: str
    load: Callable[[], CorpusText]  # the whole text; raises StudioError
    is_mine: bool = False
    at_first: bool = True  # a column without being asked for
    is_whole: bool = False  # all of it is read: it was pasted, so no run can have seen it
    kept: HeldBack | None = None  # of an earlier time, in place of what `load` would give

    def held_back(self) -> HeldBack:
        """Read the text and keep its last tenth, or all of it where it was pasted.

        Raises:
            StudioError: Whatever keeps the text from being read; `test.too_short` when nothing is left to predict.
        """
        if self.kept is not None:
            return self.kept
        whole = self.load()
        part = whole.text if self.is_whole else corpus.split(whole.text)[1]
        if len(part) < 2:
            raise StudioError("test.too_short", title=self.title)
        kept = CorpusText(id=whole.id, title=self.title, text=part)
        return HeldBack(corpus=kept, sha256=files.sha256(whole.text.encode()))


def run_choice(run: OpenRun) -> TextChoice:
    """The text that the run itself was trained on, exactly as it was."""
    record = run.record.corpus
    is_mine = record.id not in corpus.BUILT_IN
    return TextChoice(record.id, record.title, lambda: runs.read_corpus(run.path), is_mine)


def choices(run: OpenRun) -> list[TextChoice]:
    """All texts at hand: the run's own, the other ready-made ones, the student's own. Looks at the disk."""
    own = run_choice(run)
    ready = [
        TextChoice(id, text.title, lambda id=id: corpus.load(id))  # type: ignore[misc]
        for id, text in corpus.BUILT_IN.items()
        if id != own.key and corpus.available(id)
    ]
    mine = [text for text in corpus.my_texts() if text.id != own.key and text.characters]
    at_first = {text.id for text in mine[:OWN_TEXTS_AT_FIRST]}
    return [
        own,
        *ready,
        *(
            TextChoice(text.id, text.title, lambda id=text.id: corpus.load(id), True, text.id in at_first)  # type: ignore[misc]
            for text in mine
        ),
    ]


def file_choice(path: Path) -> TextChoice:
    """A file that the student picked."""
    key = f"{FILE}{files.sha256(str(path).encode('utf-8', 'surrogateescape'))[:16]}"
    return TextChoice(key, path.stem, lambda: corpus.read_text_file(path).corpus, True)


def training_choice(run: OpenRun) -> TextChoice:
    """A piece of the run's training part as long as what is held back, from its end; never a column."""

    def load() -> CorpusText:
        whole = runs.read_corpus(run.path)
        learnt, kept = corpus.split(whole.text)
        return CorpusText(id=TRAINING, title=whole.title, text=learnt[-len(kept) :])

    return TextChoice(TRAINING, run.record.corpus.title, load, is_whole=True)


def pasted_choice(words: str) -> TextChoice:
    """Words from the clipboard, named by how they begin."""
    text = corpus.tidy(words.encode("utf-8", "replace").decode("utf-8"))  # a clipboard may hold halves of characters
    key = f"{PASTED}{files.sha256(text.encode())[:16]}"
    start = " ".join(text[: 4 * _TITLE].split())
    title = start if len(start) <= _TITLE else start[:_TITLE].rstrip() + "…"
    return TextChoice(key, title, lambda: CorpusText(id=key, title=title, text=text), True, is_whole=True)


def kept_choice(key: str, title: str, text: str, sha256: str) -> TextChoice:
    """A pasted text or a part of a file, as it was kept with the run."""
    part = CorpusText(id=key, title=title, text=text)
    return TextChoice(key, title, lambda: part, True, is_whole=key.startswith(PASTED), kept=HeldBack(part, sha256))


def load(wanted: list[TextChoice]) -> dict[str, HeldBack | StudioError]:
    """Each text, or what is wrong with it, by key."""
    loaded: dict[str, HeldBack | StudioError] = {}
    for choice in wanted:
        try:
            loaded[choice.key] = choice.held_back()
        except StudioError as error:
            loaded[choice.key] = error
    return loaded
