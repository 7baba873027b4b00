"""Odd characters: each kind is found where it stands, mended as it says, and nothing else is touched."""

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpt_studio.engine.text_care.edits import Edit, Finding, apply_edits, excerpts
from gpt_studio.engine.text_care.odd_characters import KINDS, odd_characters

ROOT = Path(__file__).resolve().parents[2]


def finding(text: str, kind: str, seldom: int = 1) -> Finding:
    return next(each for each in odd_characters(text, seldom) if each.kind == kind)


def mended(text: str, kind: str, seldom: int = 1) -> str:
    return apply_edits(text, finding(text, kind, seldom).edits)


@pytest.mark.parametrize(
    ("kind", "text", "after"),
    [
        ("byte_order_marks", "\ufeffone\ufeff two", "one two"),
        ("line_ends", "a\r\nb\rc\u2028d\u2029e\x85f\n", "a\nb\nc\nd\ne\nf\n"),
        ("controls", "be\x07ll \x1b[0m\x00", "bell [0m"),
        ("tabs", "\tif x:\n\t\treturn\ty\n", "    if x:\n        return y\n"),
        ("invisible", "zero\u200bwidth so\u00adft \u202eback\u202c jo\u200din", "zerowidth soft back join"),
        ("spaces", "10\u00a0km\u2009and\u202fmore", "10 km and more"),
        ("ligatures", "ﬁnd the ﬂoor, eﬃcient", "find the floor, efficient"),
        ("damaged", "caf\ufffd \ue000!", "caf !"),
        ("line_tails", "one  \ntwo\t\nthree", "one\ntwo\nthree"),
        ("blank_lines", "one\n\n\n\n\ntwo\n\nthree", "one\n\ntwo\n\nthree"),
        ("composed", "cafe\u0301 A\u030a \u212b", "café Å Å"),
        ("composed", "\u1112\u1161\u11ab and e\u0301", "한 and é"),
        ("look_alikes", "The сomputer said: а word.", "The computer said: a word."),
        ("look_alikes", "Mосква и Пeтербург", "Москва и Петербург"),
        ("look_alikes", "Αthens", "Athens"),
    ],
)
def test_each_kind_is_found_and_mended(kind: str, text: str, after: str) -> None:
    assert mended(text, kind) == after
    assert finding(after, kind).edits == (), "what is mended is found no more"


@pytest.mark.parametrize(
    "text",
    [
        "نمی\u200cخواهم",  # Persian needs this joiner
        "👩\u200d💻 and क\u094d\u200dष",
        "我们\u3000他们",
        "Он сказал: I am a man. Ελλάδα",  # three scripts, each in its own words
        "naïve café, Straße, Œuvre",
        "x = α + β, 5 μm",
    ],
)
def test_what_belongs_there_is_left_alone(text: str) -> None:
    found = {each.kind: each.edits for each in odd_characters(text, 1) if each.edits}
    assert found == {}


def test_seldom_characters_become_their_plain_letter_or_go() -> None:
    text = "e" * 10 + "é" + "ж" + "\n"
    found = finding(text, "seldom", 5)
    assert apply_edits(text, found.edits) == "e" * 11 + "\n"
    assert dict(found.characters) == {"é": 1, "ж": 1}
    assert finding("ééééé", "seldom", 5).edits == ()


def test_a_finding_tells_which_characters_and_how_many_come_and_go() -> None:
    found = finding("a\t\tb\tc", "tabs")
    assert found.characters == (("\t", 3),)
    assert (found.removed, found.added) == (3, 3)


def test_an_excerpt_shows_a_place_within_its_line() -> None:
    text = "first line\nhere \u00a0is it\nlast"
    (shown,) = excerpts(text, finding(text, "spaces").edits)
    assert shown == (2, "here ", "\u00a0", " ", "is it")
    shown = next(excerpts("x" * 500, [Edit(250, 251)], around=10))
    assert (shown.before, shown.after) == ("x" * 10, "x" * 10)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_mended_and_a_second_time_changes_nothing(text: str) -> None:
    for kind in KINDS:
        edits = finding(text, kind, 2).edits
        assert all(a.end <= b.start for a, b in pairwise(edits)), "in order, without overlap"
        once = mended(text, kind, 2)
        if kind not in ("seldom", "look_alikes"):  # what these leave may be seldom, or of one script, only then
            assert mended(once, kind, 2) == once
    assert mended(text, "composed") == unicodedata.normalize("NFC", text)


def test_the_texts_that_come_with_the_program_are_clean() -> None:
    for name in ("verse_drama", "startup_pitches"):
        text = (ROOT / "corpora" / f"{name}.txt").read_text("utf-8")
        assert [each.kind for each in odd_characters(text, 2) if each.edits] == []
