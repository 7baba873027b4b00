"""Drafts: what was typed into an own text and could not be saved in its place. The next start offers it."""

from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from gpt_studio import paths
from gpt_studio.engine import files
from gpt_studio.engine.errors import CorpusError, StudioError
from gpt_studio.engine.texts.my_texts import MyText, read_my_text, safe_stem, save_my_text
from gpt_studio.engine.texts.text_files import tidy

_ENDING = ".draft.json"


class Draft(Struct, frozen=True, kw_only=True):
    """A text that waits for its place."""

    title: str
    text: str
    over: str | None = None  # the id of the own text that this is a newer version of


def save(title: str, text: str, over: str | None = None) -> MyText:
    """Keep a text as `save_my_text` does; where that cannot be, keep a draft of it.

    Raises:
        CorpusError: `corpus.draft` when a draft was kept, `corpus.unsaved` when not even that; and what `save_my_text`
            raises for a text that is empty.
    """
    try:
        saved = save_my_text(title, text, over)
    except CorpusError:
        raise
    except StudioError as error:
        reason = error.values.get("reason", "")
        kept = any(_keep(home, Draft(title=title, text=tidy(text), over=over)) for home in paths.draft_homes())
        if kept:
            raise CorpusError("corpus.draft", title=title, reason=reason, folder=str(paths.texts_home())) from error
        raise CorpusError("corpus.unsaved", title=title, reason=reason) from error
    for draft in drafts():
        if (draft.over, draft.title) == (over, title) or draft.text == text:
            drop(draft.title, draft.over)
    return saved


def drafts() -> list[Draft]:
    """All that wait, by title. A damaged one is passed over, and stays where it is."""
    found: dict[str, Draft] = {}
    for home in reversed(paths.draft_homes()):
        for path in sorted(home.glob(f"*{_ENDING}")) if home.is_dir() else ():
            with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
                found[path.name] = msgspec.json.decode(path.read_bytes(), type=Draft)
    return sorted(found.values(), key=lambda draft: draft.title.casefold())


def waiting() -> list[Draft]:
    """The drafts that say something else than the text they are a version of; the others have done their work."""
    found = []
    for draft in drafts():
        with suppress(StudioError):
            if draft.over is not None and read_my_text(draft.over).text == draft.text:
                drop(draft.title, draft.over)
                continue
        found.append(draft)
    return found


def drop(title: str, over: str | None = None) -> None:
    """The text is in its place, or not wanted any more."""
    for home in paths.draft_homes():
        path = _path(home, title, over)
        with suppress(StudioError):
            if path.exists():
                files.remove(path)


def _keep(home: Path, draft: Draft) -> bool:
    try:
        files.write_file(_path(home, draft.title, draft.over), msgspec.json.encode(draft))
    except StudioError:
        return False
    return True


def _path(home: Path, title: str, over: str | None) -> Path:
    return home / f"{safe_stem(over or title)}{_ENDING}"
