"""Packed tokens read like those that were put in."""

import numpy as np
import pytest

from gpt_studio.engine.events import Candidates, Written
from gpt_studio.gui.parts.write.odds import MOST
from gpt_studio.gui.parts.write.written_list import WrittenList


def a_token(place: int, many: int = MOST, ids: bool = True) -> Written:
    names = tuple(f"t{(place + n) % 50}" for n in range(many))
    odds = np.linspace(0.5, 0.01, many, dtype=np.float32) if many else np.zeros(0, np.float32)
    some = Candidates(names, odds, odds / 3, tuple((place + n) % 50 for n in range(many)) if ids else ())
    label = "<0xE2>" if place % 3 == 0 else ""
    return Written(
        place % 3,
        "" if label else f"w{place}",
        0.1 + place / 1000,
        0.2,
        place + 1,
        some,
        label,
        place,
        cut=place,
        cut_share=place / 64,
    )


def same(one: Written, other: Written) -> bool:
    def facts(written: Written) -> tuple:
        told = written.candidates
        odds = told and (told.tokens, told.ids, told.before.tobytes(), told.after.tobytes())
        rest = (
            written.cut,
            written.cut_share,
            written.row,
            written.text,
            written.token,
            written.label,
            written.rank,
            written.id,
        )
        return (*rest, written.probability, written.probability_after, odds)

    return facts(one) == facts(other)


@pytest.mark.parametrize("many", [0, 1, 5, MOST])
@pytest.mark.parametrize("ids", [True, False])
def test_what_is_put_in_comes_out(many, ids):
    tokens = [a_token(place, many, ids) for place in range(40)]
    packed = WrittenList()
    packed += tokens[:25]
    packed += tokens[25:]
    assert len(packed) == 40
    assert all(same(one, other) for one, other in zip(packed, tokens, strict=True))
    assert same(packed[-1], tokens[-1]) and packed.texts == [one.text for one in tokens]


def test_more_candidates_than_are_shown_are_left_out():
    packed = WrittenList()
    packed += [a_token(7, 30)]
    assert packed[0].candidates.ids == tuple(range(7, 7 + MOST))


def test_a_token_without_odds_stays_one():
    packed = WrittenList()
    packed += [Written(0, "a", 0.5, 0.5, 1, None), a_token(1)]
    assert packed[0].candidates is None and packed[1].candidates is not None


def test_a_part_is_a_list_of_its_own():
    tokens = [a_token(place) for place in range(20)]
    packed = WrittenList()
    packed += tokens
    part = packed[5:12]
    part += [tokens[0]]
    assert all(same(one, other) for one, other in zip(part, [*tokens[5:12], tokens[0]], strict=True))
    assert len(packed) == 20 and len(packed[:0]) == 0 and list(packed[30:]) == []


def test_the_same_place_gives_the_same_object():
    packed = WrittenList()
    packed += [a_token(0), a_token(1)]
    assert packed[1] is packed[1]
    with pytest.raises(IndexError):
        packed[2]


def test_surprise_is_told_for_each_token():
    packed = WrittenList()
    packed += [Written(0, "a", 0.5, 0.5, 1, None), Written(0, "b", 0.0, 0.0, 9, None)]
    assert list(packed.surprises()) == pytest.approx([0.6931, 27.63], rel=1e-3)
