"""Words and numbers for people."""

import re
from pathlib import Path

import pytest

import gpt_studio
from gpt_studio.gui import messages

PACKAGE = Path(gpt_studio.__file__).parent
CODE = re.compile(r'(?:Error|_Unsound|Ending)\(\s*(?:kind="failed", code=)?"([a-z_]+\.[a-z_]+)"')


def test_every_error_of_the_engine_has_a_sentence():
    sources = [path for path in PACKAGE.rglob("*.py") if "cli" not in path.parts]  # that face has words of its own
    codes = {code for path in sources for code in CODE.findall(path.read_text("utf-8"))}
    assert len(codes) > 20
    assert not [code for code in sorted(codes) if not messages.knows(code)]


def test_every_sentence_stands_without_its_values_and_says_what_to_do():
    for code in messages.codes():
        if code != "n_embd.heads":
            words = messages.sentence(code, {})
            assert words.endswith("."), code
            assert "{" not in words, code
            assert words.count(". ") + words.count("; ") + words.count(", ") >= 1 or "First" in words, code


def test_an_uneven_width_is_told_with_the_numbers_that_fit():
    said = messages.sentence("n_embd.heads", {"n_embd": 128, "n_head": 6})
    assert said == "128 does not divide evenly among 6 heads. Use 4 or 8."
    assert messages.sentence("n_embd.heads", {"n_embd": 7, "n_head": 8}).endswith("Use 7.")


def test_unknown_characters_can_be_seen():
    said = messages.sentence("tokenizer.unknown", {"characters": ("\n", " ", "é")})
    assert "↵, ␣, é" in said


def test_an_unknown_code_is_told_honestly():
    assert "(some.thing)" in messages.sentence("some.thing")


def test_numbers_in_a_sentence_have_their_commas():
    assert "12,345 characters" in messages.sentence("corpus.too_short", {"characters": 12345, "minimum": 1300})


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "under 1 s"),
        (5, "5 s"),
        (60, "1 min"),
        (542, "9 min 02 s"),
        (555, "9 min 15 s"),
        (6600, "1 h 50 min"),
        (3600, "1 h"),
        (46800, "13 h"),
        (864000, "10 days"),
    ],
)
def test_durations(seconds: float, words: str):
    assert messages.duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(3, "5 s"), (41, "40 s"), (97, "1 min 40 s"), (541, "9 min"), (6570, "1 h 50 min")]
)
def test_the_time_left_is_rounded_as_a_guess_should_be(seconds: float, words: str):
    assert messages.time_left(seconds) == words


def test_other_numbers():
    assert messages.count(402118) == "402,118"
    assert messages.short_count(2_743_000) == "2.74 M"
    assert messages.short_count(3600) == "3,600"
    assert [messages.share(part) for part in (0.17, 0.021, 0.006, 0.0, 0.0001, 1)] == [
        "17 %",
        "2.1 %",
        "0.6 %",
        "0 %",
        "<0.1 %",
        "100 %",
    ]
    assert messages.share(0.0654, digits=1) == "6.5 %"
    assert messages.share(0.004, digits=0) == "<1 %"
    assert messages.size(96 * 2**20) == "96 MB"
    assert messages.size(9.8 * 2**30) == "9.8 GB"
    assert messages.size(16 * 2**30) == "16 GB"
    assert [messages.visible(each) for each in (" ", "\n", "\t", "\x00", "e")] == ["␣", "↵", "⇥", "␀", "e"]
