"""Whatever is repeated on purpose, word for word or nearly, is found; and hardly anything else is."""

import random
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpt_studio.engine.corpus import cut_of
from gpt_studio.engine.judging.repetition import WINDOW, repetition
from gpt_studio.engine.text_care.edits import Finding, apply_edits
from gpt_studio.engine.text_care.inspection import KINDS, inspect

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ("verse_drama", "startup_pitches")
LENGTH = 160_000
FALSE_ALARMS = 0.002  # of a text's characters; verse and pitches have half as many, in lines that were written alike


@pytest.fixture(scope="module", params=TEXTS)
def text(request) -> str:
    return (ROOT / "corpora" / f"{request.param}.txt").read_text("utf-8")[:LENGTH]


def findings(text: str) -> dict[str, Finding]:
    return {found.kind: found for found in inspect(text) if found}


class Seeds:
    """Puts copies into a text at random places, and knows afterwards where they and their models stand."""

    def __init__(self, text: str, seed: int) -> None:
        self.text, self.chance = text, random.Random(seed)
        self.marks: list[list[int]] = []  # start and end of each copy, of each model

    def copy(self, start: int, end: int, place: int, change: Callable[[str], str] = str) -> None:
        """Put a changed copy of a passage at a place outside it."""
        made = change(self.text[start:end])
        self.text = self.text[:place] + made + self.text[place:]
        for mark in self.marks:
            for side in range(4):
                mark[side] += len(made) if mark[side] >= place else 0
        moved = len(made) if start >= place else 0
        self.marks.append([place, place + len(made), start + moved, end + moved])

    def is_free(self, start: int, end: int) -> bool:
        """Whether nothing that was seeded touches a passage."""
        return all(end < mark[side] or start > mark[side + 1] for mark in self.marks for side in (0, 2))

    def free(self, length: int) -> int:
        """A place from which that many characters are free."""
        while not self.is_free(start := self.chance.randrange(len(self.text) - length), start + length):
            pass
        return start

    def place_outside(self, start: int, end: int) -> int:
        """A free place that a passage does not reach to."""
        while start <= (place := self.free(1)) <= end:
            pass
        return place

    def bound(self, low: int, high: int) -> int:
        """The end of a paragraph that is free."""
        places = (found.end() for found in re.finditer("\n\n", self.text))
        return self.chance.choice([place for place in places if low <= place <= high and self.is_free(place, place)])

    def paragraph(self, low: int, high: int) -> tuple[int, int]:
        """A paragraph of some length that is free."""
        places = [0, *(found.end() for found in re.finditer("\n\n", self.text))]
        found = [
            (start, end)
            for start, end in pairwise(places)
            if low <= start and end <= high and 100 <= end - start <= 1500 and self.is_free(start, end)
        ]
        return self.chance.choice(found)


def other_words(passage: str, chance: random.Random) -> str:
    """One word in twelve is another one, at least one."""
    lines = [line.split(" ") for line in passage.split("\n")]
    places = [(n, m) for n, line in enumerate(lines) for m, word in enumerate(line) if word]
    for n, m in chance.sample(places, max(1, len(places) // 12)):
        lines[n][m] = chance.choice(["zebra", "quince", "mosaic", "Ivy"])
    return "\n".join(" ".join(line) for line in lines)


def missed(seeds: Seeds, found: Finding) -> list[str]:
    """The copies of which neither they themselves nor their models are found."""
    return [
        seeds.text[mark[0] : mark[1]]
        for mark in seeds.marks
        if not any(edit.start < mark[side + 1] and edit.end > mark[side] for edit in found.edits for side in (0, 2))
    ]


def elsewhere(seeds: Seeds, found: Finding) -> int:
    """Characters that go although nothing was seeded there."""
    return sum(
        edit.end - edit.start
        for edit in found.edits
        if not any(edit.start < mark[side + 1] and edit.end > mark[side] for mark in seeds.marks for side in (0, 2))
    )


def test_every_exact_copy_is_found_and_taken_out(text: str) -> None:
    seeds = Seeds(text, 1)
    for _ in range(40):
        length = seeds.chance.randint(2 * WINDOW, 500)
        start = seeds.free(length)
        seeds.copy(start, start + length, seeds.place_outside(start, start + length))
    found = findings(seeds.text)["repeated_passages"]
    assert missed(seeds, found) == []
    assert elsewhere(seeds, found) < FALSE_ALARMS * LENGTH
    assert repetition(apply_edits(seeds.text, found.edits)).share == 0


def test_a_copy_as_short_as_the_window_is_found() -> None:
    chance = random.Random(4)
    text = " ".join("".join(chance.choices("abcdefghij", k=6)) for _ in range(2000))
    found = findings(text + " - " + text[700 : 700 + WINDOW])["repeated_passages"]
    assert len(found.edits) == 1
    assert found.edits[0].start >= len(text)


def test_every_near_copy_is_found(text: str) -> None:
    seeds = Seeds(text, 2)
    for _ in range(20):
        start, end = seeds.paragraph(0, LENGTH)
        place = seeds.bound(0, LENGTH)
        seeds.copy(start, end, place, lambda passage: other_words(passage, seeds.chance))
    found = findings(seeds.text)["near_repeats"]
    assert missed(seeds, found) == []
    assert elsewhere(seeds, found) < FALSE_ALARMS * LENGTH


def test_every_leak_is_found_and_none_is_left_when_the_cut_has_moved(text: str) -> None:
    seeds = Seeds(text, 3)
    cut, grown = cut_of(LENGTH), 0
    for number in range(8):
        is_near = number % 2
        start, end = seeds.paragraph(cut + grown, len(seeds.text))
        place = seeds.bound(0, cut - 10_000)
        grown += end - start + 40
        seeds.copy(start, end, place, (lambda p: other_words(p, seeds.chance)) if is_near else str)
    found = findings(seeds.text)
    exact, near = found["leaks"], found["near_leaks"]
    both = Finding(kind="both", edits=exact.edits + near.edits)
    assert missed(seeds, both) == []
    assert elsewhere(seeds, both) < FALSE_ALARMS * LENGTH
    once = apply_edits(seeds.text, exact.edits)
    train, held_back = once[: cut_of(len(once))], once[cut_of(len(once)) :]
    windows = {train[n : n + WINDOW] for n in range(len(train) - WINDOW + 1)}
    assert not any(held_back[n : n + WINDOW] in windows for n in range(len(held_back) - WINDOW + 1))
    assert findings(once)["leaks"].edits == ()


def test_a_clean_text_gives_no_alarm_but_lines_written_alike(text: str) -> None:
    found = findings(text)
    assert set(found) == set(KINDS)
    assert not found["repeated_passages"].edits
    assert not found["leaks"].edits
    for kind in ("repeated_lines", "near_repeats", "near_leaks"):
        assert found[kind].removed < FALSE_ALARMS * LENGTH


def test_of_repeated_lines_the_first_stays_and_short_ones_are_no_matter() -> None:
    line = "This line is long enough to be counted as one.\n"
    text = line + "SPINETTA:\n" + line + "SPINETTA:\n" + line
    found = findings(text)["repeated_lines"]
    assert apply_edits(text, found.edits) == line + "SPINETTA:\nSPINETTA:\n"
    assert found.twins == (0, 0)


def test_of_a_row_of_dashes_the_beginning_stays() -> None:
    text = "A heading of this text\n" + "-" * 500 + "\nand what is below it"
    left = apply_edits(text, findings(text)["repeated_passages"].edits)
    assert WINDOW <= left.count("-") < 500


def test_each_finding_tells_where_the_other_copy_stands() -> None:
    paragraph = "Here is a paragraph that comes again, and it is long enough to be told from chance.\n\n"
    words = " ".join(f"word{n * n}" for n in range(3000))
    text = f"{paragraph}{words}\n\n{paragraph}"
    found = findings(text)
    assert found["leaks"].edits[0].start == 0
    assert found["leaks"].twins[0] == text.rfind("Here is")
    assert found["repeated_passages"].twins == (0,)


def test_lines_that_are_all_alike_do_not_take_for_ever() -> None:
    lines = [f"2024-01-01 12:00 INFO request {n} of worker {n % 7} took {n * 7919 % 997} ms\n" for n in range(1500)]
    found = findings("".join(lines))
    assert found["near_repeats"].edits
    assert found["near_leaks"].edits
    assert not found["repeated_lines"].edits


@pytest.mark.parametrize("text", ["", "a", "\n\n\n", "word " * 12, "x" * 63, "é" * 200])
def test_short_and_odd_texts_are_no_trouble(text: str) -> None:
    found = findings(text)
    assert set(found) == set(KINDS)
    for each in found.values():
        assert len(apply_edits(text, each.edits)) == len(text) - each.removed + each.added


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["a rose is a rose, ", "is a\n", "\n\n", "世界 ", "x" * 40, "\tand so on "]), max_size=60)
)
def test_whatever_the_text_removals_keep_their_order_and_leave_no_repeat_and_no_leak(parts: list[str]) -> None:
    text = "".join(parts)
    found = findings(text)
    for each in found.values():
        assert all(first.end <= second.start for first, second in pairwise(each.edits))
    for kind in ("repeated_lines", "repeated_passages", "leaks"):
        assert findings(apply_edits(text, found[kind].edits))[kind].edits == ()
