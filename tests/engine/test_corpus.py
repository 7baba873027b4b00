import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpt_studio.engine import corpus
from gpt_studio.engine.errors import CorpusError
from gpt_studio.engine.tokenizer import PIECE


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GPT_STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GPT_STUDIO_CORPORA", raising=False)
    return tmp_path / "home"


@pytest.mark.parametrize("id", ["startup_pitches", "python_code", "verse_drama"])
def test_a_built_in_text_is_plain_and_has_60_to_95_distinct_characters(id):
    assert corpus.available(id)
    loaded = corpus.load(id)
    assert (loaded.id, loaded.title) == (id, corpus.BUILT_IN[id].title)
    assert corpus.load_any(id) == loaded
    told = corpus.facts(loaded.text)
    assert 60 <= told.distinct <= 95
    assert 390_000 <= told.characters <= 410_000
    assert told.control_characters == 0
    assert "\r" not in loaded.text


def test_shakespeare_is_absent_until_it_is_fetched():
    assert set(corpus.BUILT_IN) == {"startup_pitches", "python_code", "verse_drama", "shakespeare"}
    assert not corpus.available("shakespeare")
    with pytest.raises(CorpusError, match=r"corpus\.not_fetched"):
        corpus.load("shakespeare")


def test_a_word_that_means_nothing_is_told_with_the_names_there_are(tmp_path):
    with pytest.raises(CorpusError) as caught:
        corpus.load_any("shakspere")
    assert caught.value.code == "corpus.unknown"
    assert "verse_drama" in caught.value.values["known"]
    assert not corpus.available("shakspere")
    for path in (tmp_path / "missing", "missing.txt"):
        with pytest.raises(CorpusError, match=r"corpus\.not_found"):
            corpus.load_any(str(path))


def test_a_file_is_loaded_by_its_path(tmp_path):
    (tmp_path / "Class diary.txt").write_bytes("Été\r\n".encode("utf-16"))
    loaded = corpus.load_any(str(tmp_path / "Class diary.txt"))
    assert (loaded.title, loaded.text) == ("Class diary", "Été\n")


def test_the_last_tenth_is_held_back():
    text = "0123456789" * 10 + "abc"
    training, held_back = corpus.split(text)
    assert training + held_back == text
    assert len(training) == int(0.9 * 103) == 92


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=200))
def test_facts_are_those_that_plain_counting_gives(text):
    told = corpus.facts(text)
    training, held_back = corpus.split(text)
    assert told.characters == len(text) == told.train_characters + told.val_characters
    assert (told.train_characters, told.val_characters) == (len(training), len(held_back))
    assert told.distinct == len(set(text))
    assert told.words == len(text.split())
    assert told.lines == len(text.removesuffix("\n").split("\n")) - (text == "")
    assert told.control_characters == sum(ord(char) < 32 or 127 <= ord(char) < 160 for char in text if char != "\n")
    assert corpus.count_characters(text) == {char: text.count(char) for char in sorted(set(text))}


def test_the_most_frequent_characters_come_with_their_share():
    assert corpus.facts("aaab" * 5).most_frequent == (("a", 0.75), ("b", 0.25))
    assert len(corpus.facts("".join(map(chr, range(300)))).most_frequent) == 12
    assert corpus.facts("").most_frequent == ()


def test_words_are_counted_across_the_pieces_that_a_long_text_is_read_in():
    text = "x" * (PIECE - 1) + " ab 🙂 " * 3
    for shift in range(3):
        shifted = text[shift:]
        assert corpus.facts(shifted).words == len(shifted.split())
    assert corpus.facts("ab" * PIECE).words == 1


@pytest.mark.parametrize("block_size", [1, 2, 8, 9, 63, 64, 128, 255, 1024])
def test_the_minimum_is_the_shortest_text_with_a_full_window_and_something_to_test_on(block_size):
    minimum = corpus.minimum_characters(block_size)
    for length, enough in ((minimum, True), (minimum - 1, False)):
        training, held_back = corpus.split("x" * length)
        assert (len(training) > block_size and len(held_back) >= 2) is enough


def test_a_text_that_cannot_be_learnt_from_is_refused_with_the_minimum():
    minimum = corpus.minimum_characters(64)
    corpus.check("ab" * minimum, 64)
    corpus.check("a" * (minimum - 1) + "b", 64)
    with pytest.raises(CorpusError) as caught:
        corpus.check("ab" * 8, 64)
    assert caught.value.code == "corpus.too_short"
    assert (caught.value.values["characters"], caught.value.values["minimum"]) == (16, minimum)
    with pytest.raises(CorpusError, match=r"corpus\.one_symbol"):
        corpus.check("a" * 1000, 64)
    with pytest.raises(CorpusError, match=r"corpus\.too_short"):
        corpus.check("", 64)
