"""What cannot be saved in its place is kept as a draft."""

import errno

import pytest

from gpt_studio import paths
from gpt_studio.engine import corpus, files
from gpt_studio.engine.errors import CorpusError
from gpt_studio.engine.texts import drafts


class Locked(files.SystemDisk):
    """Writes nowhere below these folders."""

    def __init__(self, *folders) -> None:
        self.folders = folders

    def open(self, path, flags, mode=0o666):
        if any(folder in path.parents for folder in self.folders):
            raise PermissionError(errno.EACCES, "Permission denied")
        return super().open(path, flags, mode)


@pytest.fixture
def locked(monkeypatch):
    def lock(*folders):
        monkeypatch.setattr(files, "disk", Locked(*folders))

    return lock


def test_a_text_that_can_be_saved_leaves_no_draft():
    assert drafts.save("Diary", "Monday\n").id == "Diary"
    assert drafts.drafts() == []
    assert not any(home.exists() for home in paths.draft_homes())


def test_where_the_folder_is_locked_a_draft_is_kept_until_the_text_is_saved(locked):
    drafts.save("Diary", "Monday\n")
    locked(paths.texts_home())
    with pytest.raises(CorpusError) as refused:
        drafts.save("Diary", "Monday\nTuesday\n", over="Diary")
    assert refused.value.code == "corpus.draft"
    assert refused.value.values["reason"] == "Permission denied"
    assert [(draft.title, draft.over, draft.text) for draft in drafts.waiting()] == [
        ("Diary", "Diary", "Monday\nTuesday\n")
    ]
    assert corpus.load("Diary").text == "Monday\n"
    locked()
    drafts.save("Diary", "Monday\nTuesday\nWednesday\n", over="Diary")
    assert drafts.drafts() == []


def test_where_nothing_can_be_written_that_is_said(locked):
    locked(paths.user_home())
    with pytest.raises(CorpusError) as refused:
        drafts.save("Diary", "Monday\n")
    assert refused.value.code == "corpus.unsaved"


def test_a_draft_of_what_is_saved_by_now_is_not_offered(locked):
    locked(paths.texts_home())
    for title in ("Diary", "Letters"):
        with pytest.raises(CorpusError):
            drafts.save(title, f"{title}\n", over=title)
    locked()
    corpus.save_my_text("Diary", "Diary\n")
    assert [draft.title for draft in drafts.waiting()] == ["Letters"]
    drafts.save("Another title", "Letters\n")
    assert drafts.drafts() == []


def test_a_damaged_draft_is_passed_over(locked):
    locked(paths.texts_home())
    with pytest.raises(CorpusError):
        drafts.save("Diary", "Monday\n")
    (paths.draft_homes()[0] / "x.draft.json").write_bytes(b'{"title": 3')
    assert [draft.title for draft in drafts.drafts()] == ["Diary"]


def test_an_empty_text_is_refused_as_ever():
    with pytest.raises(CorpusError) as refused:
        drafts.save("Diary", "")
    assert refused.value.code == "corpus.empty"
