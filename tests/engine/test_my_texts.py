import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpt_studio import paths
from gpt_studio.engine import corpus
from gpt_studio.engine.errors import CorpusError, StudioError
from gpt_studio.engine.texts.my_texts import safe_stem


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GPT_STUDIO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def titles():
    return [text.title for text in corpus.my_texts()]


def test_a_saved_text_is_listed_and_read_back():
    saved = corpus.save_my_text("Class diary", "Monday.\r\nTuesday ☀.\n")
    assert corpus.my_texts() == [saved]
    assert (saved.id, saved.title, saved.characters) == ("Class diary", "Class diary", 19)
    assert saved.path.read_bytes() == "Monday.\nTuesday ☀.\n".encode()
    assert corpus.load("Class diary").text == "Monday.\nTuesday ☀.\n"
    assert corpus.load_any("Class diary") == corpus.load("Class diary")


def test_before_the_first_text_the_list_is_empty():
    assert corpus.my_texts() == []


def test_nothing_is_overwritten_unless_it_is_asked_for():
    first = corpus.save_my_text("Diary", "one")
    second = corpus.save_my_text("diary", "two")
    assert (first.title, second.title) == ("Diary", "diary 2")
    assert corpus.save_my_text("Diary", "one, longer", over=first.id).id == first.id
    assert titles() == ["Diary", "diary 2"]
    assert corpus.load("Diary").text == "one, longer"


def test_a_text_is_renamed_with_its_bytes_as_they_are(home):
    (home / "texts").mkdir(parents=True)
    (home / "texts" / "old.TXT").write_bytes("Été\r\n".encode("cp1252"))
    renamed = corpus.rename_my_text("old", "New name")
    assert titles() == ["New name"]
    assert renamed.path.read_bytes() == "Été\r\n".encode("cp1252")
    assert corpus.load("New name").text == "Été\n"


def test_renaming_does_not_take_the_name_of_another():
    corpus.save_my_text("one", "1")
    corpus.save_my_text("two", "2")
    assert corpus.rename_my_text("two", "one").title == "one 2"
    assert corpus.rename_my_text("one", "ONE").title == "ONE"


def test_a_deleted_text_is_handed_back_and_can_be_put_back():
    saved = corpus.save_my_text("Diary", "dear diary")
    deleted = corpus.delete_my_text(saved.id)
    assert corpus.my_texts() == []
    assert corpus.save_my_text(deleted.title, deleted.text) == saved.__class__(
        id="Diary", title="Diary", path=saved.path, size_bytes=10, characters=10
    )


def test_a_built_in_name_stays_that_of_the_built_in_text():
    assert corpus.save_my_text("verse_drama", "mine").id == "verse_drama 2"


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("a/b\\c: d?", "a-b-c- d-"),
        ("  two\n lines\t", "two lines"),
        ("...", "text"),
        ("", "text"),
        (".hidden", "hidden"),
        ("CON", "_CON"),
        ("aux.notes", "_aux.notes"),
        ("Console", "Console"),
        ("ends with dots..", "ends with dots"),
        ("Été e\u0301", "Été é"),
        ("🙂 漢字", "🙂 漢字"),
        ("evil\u202etxt", "evil-txt"),
        ("half \ud83d", "half -"),
        ("x" * 500, "x" * 120),
        ("🙂" * 200, "🙂" * 30),
    ],
)
def test_any_title_becomes_a_name_that_every_system_takes(title, stem):
    assert safe_stem(title) == stem
    saved = corpus.save_my_text(title, "text")
    assert saved.path == paths.texts_home() / f"{stem}.txt"
    assert corpus.load(saved.id).text == "text"


@settings(max_examples=80, deadline=None)
@given(title=st.text(max_size=80))
def test_a_name_is_safe_and_stays_what_it_is(title):
    stem = safe_stem(title)
    assert stem and len(stem.encode()) <= 121
    assert not set(stem) & set('<>:"/\\|?*\n\r\t\0')
    assert stem[0] not in " ." and stem[-1] not in " ."
    assert safe_stem(stem) == stem


@pytest.mark.parametrize("id", ["", ".", "..", "../home", "a/b", "a\\b", "nul\0", "x" * 400, "not there"])
def test_an_id_that_is_none_leads_nowhere(id):
    for ask in (corpus.load, corpus.delete_my_text):
        with pytest.raises(CorpusError) as caught:
            ask(id)
        assert caught.value.code == "corpus.unknown"


def test_an_empty_text_is_not_kept():
    with pytest.raises(CorpusError, match=r"corpus\.empty"):
        corpus.save_my_text("nothing", "")


def test_a_folder_that_cannot_be_written_is_told(home):
    home.mkdir()
    (home / "texts").write_text("a file where the folder should be")
    assert corpus.my_texts() == []
    with pytest.raises(StudioError, match=r"files\.write"):
        corpus.save_my_text("title", "text")


def test_what_is_no_text_is_listed_with_no_characters_and_changes_are_seen(home):
    (home / "texts" / "folder.txt").mkdir(parents=True)
    (home / "texts" / "picture.txt").write_bytes(b"\x89PNG\0")
    (home / "texts" / ".hidden.txt").write_text("hidden")
    assert [(text.title, text.characters) for text in corpus.my_texts()] == [("picture", 0)]
    (home / "texts" / "picture.txt").write_text("now a text")
    assert [text.characters for text in corpus.my_texts()] == [10]
